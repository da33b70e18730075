"""A real search in one process, on two workers of Dask's, and on two of which one is killed."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.alone import network_alone
from benchmarks.child import Settings
from benchmarks.corpora import first_of, passages_file
from benchmarks.definition import demand
from benchmarks.record import ROOT
from benchmarks.vectors import GLOVE

N_DOCUMENTS = 8_000
GRID = {"learning_rate": [0.0003, 0.001, 0.003, 0.01], "epochs": [1, 2, 3]}
FOLDS = 3
KILLED_AFTER = 9
"""Fits after which a worker is killed."""

SMALL_TASKS = 2_000
IDLE_S = 5.0
LOOPBACK = "lo"


Fit = dict[str, Any]
"""One task of a search, as the scheduler saw it.

``worker``, its address; ``start`` and ``stop``, when the worker had loaded it and had ended, all
in seconds from the start of the search.
"""


@dataclass(frozen=True)
class Cluster:
    """A scheduler and workers, each with one thread, in processes of their own."""

    client: Any
    scheduler: subprocess.Popen[bytes]

    def seconds(self) -> float:
        """Return what the scheduler's process has computed so far, in seconds of a processor."""
        import psutil

        times = psutil.Process(self.scheduler.pid).cpu_times()
        return float(times.user + times.system)


@contextlib.contextmanager
def cluster(n_workers: int) -> Iterator[Cluster]:
    """Start a scheduler and workers on the loopback, and end them."""
    from skembed.distributed import Client

    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(paths),
        "OMP_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as ending:

        def start(role: str, *options: str) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", f"distributed.cli.dask_{role}", "--no-dashboard"]
            process = subprocess.Popen(
                [*command, "--scheduler-file", f"{folder}/scheduler.json", *options],
                env=environment,
                cwd=folder,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            ending.callback(_end, process)
            return process

        scheduler = start("scheduler", "--host", "127.0.0.1", "--port", "0")
        for _ in range(n_workers):
            start("worker", "--nthreads", "1", "--nworkers", "1")
        client = ending.enter_context(Client(scheduler_file=f"{folder}/scheduler.json"))
        client.wait_for_workers(n_workers)
        yield Cluster(client, scheduler)


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def make_search() -> Any:
    """Return a search whose fits take longer and less long."""
    from sklearn.model_selection import GridSearchCV

    classifier = network_alone("CNNTextClassifier", embeddings=GLOVE, random_state=0)
    return GridSearchCV(classifier, GRID, cv=FOLDS, refit=False, error_score="raise")


def documents_of(settings: Settings) -> tuple[Any, list[int]]:
    """Return what is searched on."""
    file = passages_file(settings, 500_000)
    texts, labels = first_of(file, N_DOCUMENTS // (10 if settings.quick else 1))
    return np.array(texts, dtype=object), labels


def search_alone(settings: Settings) -> dict[str, Any]:
    """Search in one process of one thread; returns ``seconds``, ``fits`` and ``scores``."""
    documents, labels = documents_of(settings)
    with cluster(1) as running:  # for a process like those of the others
        seconds, results = running.client.submit(fit_alone, documents, labels).result()
    means = results["mean_fit_time"] + results["mean_score_time"]
    ends = np.cumsum(np.repeat(means, FOLDS))
    starts = np.concatenate([[0.0], ends[:-1]])
    times = zip(starts.tolist(), ends.tolist(), strict=True)
    return {
        "seconds": seconds,
        "scores": results["mean_test_score"].tolist(),
        "fits": [{"worker": "", "start": start, "stop": stop} for start, stop in times],
    }


def fit_alone(documents: Any, labels: list[int]) -> tuple[float, dict[str, Any]]:
    """Search in this process, once it has fitted; return the seconds and what was found."""
    wanted = make_search()
    wanted.estimator.fit(documents, labels)
    started = time.time()
    found = wanted.fit(documents, labels)
    return time.time() - started, found.cv_results_


def search(settings: Settings, *, kill: bool = False) -> dict[str, Any]:
    """Search on two workers.

    Returns
    -------
    measured : dict
        ``fits``, as of `Fit`; ``seconds`` from the start of the search to its end; ``scores``;
        ``document_bytes``, the documents pickled; ``sent_bytes`` on the loopback; with a
        killed worker ``killed``, when, and ``joined``, when the next one had joined.
    """
    import pickle

    from distributed import get_task_stream
    from joblib import parallel_config

    documents, labels = documents_of(settings)
    with cluster(2) as running:
        killer = Killer(running) if kill else None
        wanted = make_search()
        sent, started = _sent(), time.time()
        with (
            get_task_stream(client=running.client) as stream,
            parallel_config("dask"),
            killer or contextlib.nullcontext(),
        ):
            found = wanted.fit(documents, labels)
        seconds = time.time() - started
        measured = {
            "seconds": seconds,
            "sent_bytes": _sent() - sent,
            "document_bytes": len(pickle.dumps(documents)),
            "scores": found.cv_results_["mean_test_score"].tolist(),
            "fits": _fits(stream.data, started),
        }
    if killer is not None:
        measured |= {name: killer.seen[name] - started for name in ("killed", "joined")}
    return measured


def measure(settings: Settings) -> dict[str, Any]:
    """Search in one process, on two workers, and on two of which one is killed; send idle tasks.

    Raises
    ------
    Mismatch
        If the searches did not find the same.
    """
    runs = {
        "one process": search_alone(settings),
        "two workers": search(settings),
        "two workers, one killed": search(settings, kill=True),
    }
    scores = [run.pop("scores") for run in runs.values()]
    demand(scores[0] == scores[1] == scores[2], f"other scores: {scores}")
    return {"runs": runs, "overheads": overheads(settings)}


def overheads(settings: Settings) -> dict[str, float]:
    """Send many tasks that do nothing, each with a classifier, to two workers.

    Returns
    -------
    measured : dict
        Of each task: ``client_s`` and ``scheduler_s``, seconds of a processor that the client and
        the scheduler compute more than when idle; ``sent_bytes`` on the loopback; ``seconds``.
    """
    from joblib import Parallel, delayed, parallel_config

    n_tasks = SMALL_TASKS // (10 if settings.quick else 1)
    classifier = make_search().estimator
    with cluster(2) as running, parallel_config("dask"):

        def spent() -> NDArray[np.float64]:
            return np.array([time.process_time(), running.seconds(), _sent(), time.time()])

        work = Parallel(n_jobs=-1, batch_size=1)
        work(delayed(nothing)(classifier) for _ in range(20))
        first = spent()
        time.sleep(IDLE_S)
        idle = spent()
        work(delayed(nothing)(classifier) for _ in range(n_tasks))
        last = spent()
    when_idle, working = idle - first, last - idle
    each = working - when_idle * (working[-1] / when_idle[-1])
    each[-1] = working[-1]
    names = "client_s", "scheduler_s", "sent_bytes", "seconds"
    return dict(zip(names, (each / n_tasks).tolist(), strict=True))


def nothing(classifier: Any) -> dict[str, float]:
    """Return what a fit of a search returns."""
    return {"fit_time": 0.0, "score_time": 0.0, "test_scores": 0.0, "fit_error": 0.0}


class Killer:
    """Kills a worker in the middle of its tenth fit of all, and looks when there is another."""

    def __init__(self, running: Cluster) -> None:
        self._running = running
        self._thread = threading.Thread(target=self._watch)
        self.seen: dict[str, float] = {}

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._thread.join()

    def _watch(self) -> None:
        client = self._running.client
        while len(_fits(client.get_task_stream(), 0.0)) < KILLED_AFTER:
            time.sleep(0.2)
        before = client.run(os.getpid)
        time.sleep(1.0)
        self.seen["killed"] = time.time()
        os.kill(next(iter(before.values())), signal.SIGKILL)
        while not client.scheduler_info()["workers"].keys() - before.keys():
            time.sleep(0.05)
        self.seen["joined"] = time.time()


def _sent() -> int:
    import psutil

    return int(psutil.net_io_counters(pernic=True)[LOOPBACK].bytes_sent)


def _fits(stream: Any, started: float) -> list[Fit]:
    """Pick the fits from what a scheduler has noted, in the order of their starts."""
    fits = []
    for task in stream:
        if "_fit_and_score" in str(task["key"]):
            (times,) = (each for each in task["startstops"] if each["action"] == "compute")
            moments = {name: times[name] - started for name in ("start", "stop")}
            fits.append({"worker": task["worker"], **moments})
    return sorted(fits, key=lambda fit: fit["start"])
