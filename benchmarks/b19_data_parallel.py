"""Benchmark 19: one network trained on one device and on two."""

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.definition import Benchmark, Contender, Faster, Figures, demand
from benchmarks.training import load_corpus

ONE_CORE, TWO_CORES = "one device, one core", "one device, two cores"
TWO_DEVICES = "skembed on two devices, two cores"


def prepare(n_devices: int, n_cores: int) -> Callable[[Settings], Any]:
    """Start JAX with so many devices on so many cores, and compile what an epoch needs."""

    def prepared(settings: Settings) -> Any:
        os.environ["KERAS_BACKEND"] = "jax"
        os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={n_devices}"
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:n_cores])
        from skembed import LSTMTextClassifier

        corpus = load_corpus(settings)
        n_documents = 200 if settings.quick else 1_000
        classifier = LSTMTextClassifier(
            embedding_dim=50, units=100, batch_size=128, epochs=1, random_state=settings.seed,
            data_parallel=n_devices > 1,
        )  # fmt: skip
        X, y = corpus.train[:n_documents], corpus.y_train[:n_documents]
        return classifier.fit(X, y), X, y

    return prepared


def run(data: Any) -> Any:
    classifier, X, y = data
    return classifier.fit(X, y)


def report(data: Any, classifier: Any) -> tuple[float, Figures]:
    import jax

    loss = classifier.history_["loss"][-1]
    return float(loss), {"loss": float(loss), "devices": float(len(jax.devices()))}


def check(results: dict[str, float]) -> str:
    losses = list(results.values())
    demand(np.allclose(losses, losses[0], atol=1e-4, rtol=0), f"other losses: {results}")
    return "losses within 1e-4 of each other"


def contender(n_devices: int, n_cores: int) -> Contender:
    return Contender(prepare(n_devices, n_cores), run, report, requires="jax")


BENCHMARK = Benchmark(
    number=19,
    title="LSTM(100) on JAX, one epoch on 1,000 messages of 20 Newsgroups, batches of 128",
    contenders={
        TWO_DEVICES: contender(2, 2),
        ONE_CORE: contender(1, 1),
        TWO_CORES: contender(1, 2),
    },
    goals=[Faster(ONE_CORE, 1.5, ours=TWO_DEVICES)],
    check=check,
    note="The devices are those that XLA makes of one CPU. Compiled before the time begins.",
)
