"""Benchmark 19: one network trained on one device, on two, and by two processes."""

import json
import multiprocessing
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.alone import network_alone
from benchmarks.child import Settings
from benchmarks.definition import Benchmark, Contender, Faster, Figures, demand
from benchmarks.speed.training import load_corpus

BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX"}


@dataclass(frozen=True)
class Machine:
    """What trains: some processes, each with so many devices on so many cores.

    Attributes
    ----------
    backend : str
        Keras's name of what computes.
    n_processes, n_devices, n_cores : int
        Processes; devices and cores of each.
    """

    backend: str
    n_processes: int = 1
    n_devices: int = 1
    n_cores: int = 1

    def start(self, rank: int, addresses: list[str]) -> None:
        """Start the backend in one of the processes."""
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[rank * self.n_cores : (rank + 1) * self.n_cores])
        os.environ["KERAS_BACKEND"] = self.backend
        if self.backend == "jax":
            count = f"--xla_force_host_platform_device_count={self.n_devices}"
            os.environ["XLA_FLAGS"] = count
            if self.n_processes > 1:
                import jax

                jax.distributed.initialize(addresses[0], self.n_processes, rank)
        elif self.n_processes > 1:
            cluster, task = {"worker": addresses}, {"type": "worker", "index": rank}
            os.environ["TF_CONFIG"] = json.dumps({"cluster": cluster, "task": task})
        elif self.n_devices > 1:
            os.environ["TF_NUM_INTRAOP_THREADS"] = "1"  # as skembed has it on two cores
            import tensorflow as tf

            (cpu,) = tf.config.list_physical_devices("CPU")
            devices = [tf.config.LogicalDeviceConfiguration()] * self.n_devices
            tf.config.set_logical_device_configuration(cpu, devices)

    def fit_once(self, settings: Settings) -> Any:
        """Fit for the first time, by which everything gets traced or compiled."""
        corpus = load_corpus(settings)
        n_documents = 200 if settings.quick else 1_000
        classifier = network_alone(
            "LSTMTextClassifier",
            embedding_dim=50, units=100, batch_size=128, epochs=1, random_state=settings.seed,
            data_parallel=self.n_processes * self.n_devices > 1,
        )  # fmt: skip
        X, y = corpus.train[:n_documents], corpus.y_train[:n_documents]
        return classifier.fit(X, y), X, y


def prepare(machine: Machine) -> Callable[[Settings], Any]:
    """Start all processes, and let them fit once."""

    def prepared(settings: Settings) -> Any:
        addresses = free_addresses(machine.n_processes)
        for rank in range(1, machine.n_processes):
            arguments = machine, rank, addresses, settings
            multiprocessing.get_context("spawn").Process(
                target=take_part, args=arguments, daemon=True
            ).start()
        machine.start(0, addresses)
        return machine.fit_once(settings)

    return prepared


def take_part(machine: Machine, rank: int, addresses: list[str], settings: Settings) -> None:
    """Do what the process does whose time is taken."""
    machine.start(rank, addresses)
    run(machine.fit_once(settings))


def free_addresses(n: int) -> list[str]:
    """Find ports of this machine that no program listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    addresses = [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    return addresses


def run(data: Any) -> Any:
    classifier, X, y = data
    return classifier.fit(X, y)


def report(data: Any, classifier: Any) -> tuple[float, Figures]:
    loss = float(classifier.history_["loss"][-1])
    return loss, {"loss": loss}


def check(results: dict[str, float]) -> str:
    for backend in BACKENDS.values():  # each draws other dropouts
        losses = [loss for name, loss in results.items() if name.startswith(backend)]
        demand(np.allclose(losses, losses[:1], atol=1e-4, rtol=0), f"other losses: {results}")
    return "losses of each backend within 1e-4 of each other"


def contenders(backend: str) -> dict[str, Contender]:
    machines = {
        "two processes, a core each": Machine(backend, n_processes=2),
        "two devices, two cores": Machine(backend, n_devices=2, n_cores=2),
        "one device, one core": Machine(backend),
        "one device, two cores": Machine(backend, n_cores=2),
    }
    return {
        f"{BACKENDS[backend]}, {name}": Contender(prepare(machine), run, report, requires=backend)
        for name, machine in machines.items()
    }


BENCHMARK = Benchmark(
    title="LSTM(100), one epoch on 1,000 messages of 20 Newsgroups, batches of 128",
    contenders=contenders("tensorflow") | contenders("jax"),
    goals=[
        Faster(f"{backend}, one device, one core", 1.5, ours=f"{backend}, {ours}")
        for backend in BACKENDS.values()
        for ours in ("two processes, a core each", "two devices, two cores")
    ],
    check=check,
    note="The devices are those that the backend makes of one CPU. The processes communicate "
    "over the loopback. The graph is traced or compiled before the time begins.",
)
