"""Where the time goes: operations of a training step, functions, and a worker's start."""

import collections
import cProfile
import glob
import os
import pstats
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.corpora import newsgroups
from benchmarks.definition import timed
from benchmarks.profile import parts
from benchmarks.vectors import glove, glove_text

Rows = list[list[Any]]

MATRIX = 1024
"""Size of the matrices whose product measures the machine's peak."""


def peak_gflops(settings: Settings) -> float:
    """Multiply two large matrices, as often as it takes to be sure."""
    import tensorflow as tf

    threads = int(os.environ["OMP_NUM_THREADS"])
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    x = tf.random.normal((MATRIX, MATRIX))
    multiply = tf.function(lambda a: tf.linalg.matmul(a, a), autograph=False)
    multiply(x)
    _, seconds = timed(lambda: multiply(x).numpy(), 30)
    return float(2 * MATRIX**3 / median(seconds) / 1e9)


def training_step(make: Callable[[Settings], Any], settings: Settings) -> dict[str, Any]:
    """Profile the operations of a fit that traces nothing."""
    from skembed.networks import NetworkData

    classifier, X, y = make(settings)
    classifier.fit(X, y)
    steps: list[int] = []
    inner = NetworkData.batch

    def counted(self: Any, rows: Any) -> Any:
        batch = inner(self, rows)
        steps.append(batch.shape[0] * batch.shape[1])
        return batch

    NetworkData.batch = counted  # type: ignore[method-assign]
    start = time.perf_counter()
    classifier.fit(X, y)
    seconds = time.perf_counter() - start
    n_batches, n_steps = len(steps), sum(steps)
    operations = _operations(lambda: classifier.fit(X, y))
    return {
        "ms_per_batch": seconds / n_batches * 1e3,
        "steps_per_batch": n_steps / n_batches,
        "gflop_per_batch": n_steps / n_batches * _flop_per_step(classifier) / 1e9,
        "operations": {name: ms / n_batches for name, ms in operations.items()},
    }


def _flop_per_step(classifier: Any) -> float:
    """Count the multiplications and additions of an encoder's first layer, forward."""
    state = classifier._model.state
    kernels = [w for name, w in state.weights.items() if "kernel" in name and w.ndim == 3]
    kernels += [w for name, w in state.weights.items() if name.startswith("lstm/") and w.ndim == 2]
    return 2.0 * sum(kernel.size for kernel in kernels)


def _operations(work: Callable[[], Any]) -> dict[str, float]:
    """Return the milliseconds that each kind of operation took on all threads together."""
    import tensorflow as tf
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    with TemporaryDirectory() as folder:
        level = tf.profiler.experimental.ProfilerOptions(host_tracer_level=2)
        tf.profiler.experimental.start(folder, options=level)
        work()
        tf.profiler.experimental.stop()
        (path,) = glob.glob(f"{folder}/**/*.xplane.pb", recursive=True)
        space = xplane_pb2.XSpace.FromString(Path(path).read_bytes())
    total: collections.Counter[str] = collections.Counter()
    for plane in space.planes:
        for line in plane.lines:
            for event in line.events:
                name, _, kind = plane.event_metadata[event.metadata_id].name.rpartition(":")
                if name:  # "name of the operation:its kind"; the others enclose these
                    total[kind] += event.duration_ps / 1e9
    return dict(total.most_common())


def functions(work: Callable[[], Any], n: int = 8) -> Rows:
    """Return the functions that took most time by themselves, on the calling thread."""
    work()
    profile = cProfile.Profile()
    profile.runcall(work)
    stats = pstats.Stats(profile)
    rows = []
    for (file, _, name), (_, calls, own, _, _) in stats.stats.items():  # type: ignore[attr-defined]
        where = name.strip("<>") if file == "~" else f"{Path(file).name} {name}"
        rows.append([where, calls, own])
    return sorted(rows, key=lambda row: -row[2])[:n]


def first_load(settings: Settings) -> Rows:
    from skembed import WordVectors

    path = glove_text(settings)
    return functions(lambda: WordVectors.load(path, cache_dir=mkdtemp(dir=settings.work)))


def alignment(settings: Settings) -> Rows:
    from skembed import KerasTokenizer

    vectors = glove(settings)
    words = KerasTokenizer(max_tokens=20_002).fit(newsgroups("train", settings)[0]).vocabulary_
    return functions(lambda: vectors.align(words))


def pooling(settings: Settings) -> Rows:
    from skembed import GloveVectorizer

    vectors, texts = glove(settings), newsgroups("train", settings)[0]
    return functions(lambda: GloveVectorizer(vectors, pooling="sif").fit_transform(texts))


def workers(settings: Settings) -> Rows:
    """Start two workers at once and let each fit twice."""
    from joblib import Parallel, delayed

    classifier, X, y = parts.questions(settings)
    start = time.time()
    found = Parallel(n_jobs=2)(delayed(_one_worker)(classifier, X[:300], y[:300]) for _ in "ab")
    moments = np.array(found) - start
    names = ["process started, scikit-learn imported", "Keras and TensorFlow imported"]
    names += ["300 questions fitted: graph built and traced", "fitted again"]
    gaps = np.diff(moments, axis=1, prepend=0)
    return [[name, float(gap)] for name, gap in zip(names, gaps.mean(axis=0), strict=True)]


def _one_worker(classifier: Any, X: Any, y: Any) -> list[float]:
    from skembed.networks._startup import load_engine

    moments = [time.time()]
    load_engine()
    moments.append(time.time())
    for _ in range(2):
        classifier.fit(X, y)
        moments.append(time.time())
    return moments


PROFILES: dict[str, tuple[Callable[[Settings], Any], int]] = {
    "peak_one_thread": (peak_gflops, 1),
    "peak_two_threads": (peak_gflops, 2),
    "lstm_step": (lambda s: training_step(parts.lstm, s), 2),
    "kim_step": (lambda s: training_step(parts.kim, s), 2),
    "questions_step": (lambda s: training_step(parts.questions, s), 1),
    "first_load": (first_load, 2),
    "alignment": (alignment, 2),
    "pooling": (pooling, 2),
    "workers": (workers, 2),
}
"""What is profiled, and with how many threads."""
