"""Benchmark 2: open vectors that were converted before, in one process and in four."""

import hashlib
import multiprocessing
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.child import Settings
from benchmarks.definition import AtMost, Benchmark, Contender, Faster, Figures, all_equal
from benchmarks.vectors import glove_cache, glove_text

N_PROCESSES = 4


class Ours:
    """Opens an entry of the cache."""

    def prepare(self, settings: Settings) -> tuple[str, str]:
        return str(glove_text(settings)), str(glove_cache(settings))

    def start(self) -> Any:
        from skembed.vectors import WordVectors

        return lambda paths: WordVectors.load(paths[0], cache_dir=paths[1])

    def parts(self, vectors: Any) -> tuple[Any, Any]:
        return vectors.words, vectors.matrix


class Gensim:
    """Maps its own file."""

    def prepare(self, settings: Settings) -> str:
        path = settings.work / ("quick.kv" if settings.quick else "glove.kv")
        if not path.exists():
            code = (
                "import sys; from gensim.models import KeyedVectors as K; "
                "read = K.load_word2vec_format(sys.argv[1], binary=False, no_header=True); "
                "read.save(sys.argv[2])"
            )
            arguments = [str(glove_text(settings)), str(path)]
            subprocess.run([sys.executable, "-c", code, *arguments], check=True)
        return str(path)

    def start(self) -> Any:
        from gensim.models import KeyedVectors

        return lambda path: KeyedVectors.load(path, mmap="r")

    def parts(self, vectors: Any) -> tuple[Any, Any]:
        return vectors.index_to_key, vectors.vectors


def proportional_mb() -> float:
    """Return this process's share of memory in MB, pages of several processes divided."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("/proc/self/smaps_rollup does not show the proportional set size.")


def hold(library: Any, paths: Any, barrier: Any, told: Any) -> None:
    """Load and touch all vectors, while the other processes do the same."""
    load = library.start()
    barrier.wait()
    before = proportional_mb()
    barrier.wait()
    _, matrix = library.parts(load(paths))
    total = float(matrix.sum(dtype="float64"))
    barrier.wait()
    told.put((before, proportional_mb(), total, matrix.nbytes / 1e6))
    barrier.wait()


def share(library: Any, paths: Any) -> Figures:
    """Measure the memory that loading takes in four processes together."""
    context = multiprocessing.get_context("spawn")
    barrier, told = context.Barrier(N_PROCESSES), context.Queue()
    arguments = library, paths, barrier, told
    processes = [context.Process(target=hold, args=arguments) for _ in range(N_PROCESSES)]
    for process in processes:
        process.start()
    answers = [told.get() for _ in processes]
    for process in processes:
        process.join()
    taken = sum(after - before for before, after, *_ in answers)
    return {"MB_of_four_processes": taken, "copies_of_the_matrix": taken / answers[0][3]}


def contender(library: Any) -> Contender:
    def prepare(settings: Settings) -> Any:
        paths = library.prepare(settings)
        # Before this process maps the file too, which would take a share of its pages.
        memory = share(library, paths)
        return library.start(), paths, memory

    def report(data: Any, loaded: Any) -> tuple[Any, Figures]:
        words, matrix = library.parts(loaded)
        contents = "\n".join(words).encode(), matrix
        return [hashlib.sha256(content).hexdigest() for content in contents], data[2]

    return Contender(prepare, lambda data: data[0](data[1]), report)


BENCHMARK = Benchmark(
    title="GloVe 6B 50d from the cache, in a fresh process and in four at once",
    contenders={"skembed": contender(Ours()), "gensim": contender(Gensim())},
    goals=[
        Faster("gensim", 20),
        AtMost("seconds", 0.03, "s"),
        AtMost("copies_of_the_matrix", 1.2, ""),
    ],
    check=all_equal("the same words and bit-identical numbers"),
    rounds=5,
    note="gensim opens its own `.kv` with `mmap='r'`. Memory is the growth of the proportional "
    "set size (PSS) of all four processes, from after the imports until every vector was "
    "read.",
)
