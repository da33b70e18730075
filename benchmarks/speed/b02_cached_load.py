"""Benchmark 2: open vectors that were converted before, in one process and in four."""

import hashlib
import multiprocessing
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.child import Settings
from benchmarks.definition import AtMost, Benchmark, Contender, Faster, Figures, demand
from benchmarks.vectors import glove_cache, glove_text

N_PROCESSES = 4


def import_skembed() -> Any:
    from skembed.vectors import WordVectors

    return WordVectors


def import_gensim() -> Any:
    from gensim.models import KeyedVectors

    return KeyedVectors


def load_ours(paths: tuple[str, str]) -> Any:
    return import_skembed().load(paths[0], cache_dir=paths[1])


def load_gensim(paths: tuple[str, str]) -> Any:
    return import_gensim().load(paths[0], mmap="r")


def prepare_ours(settings: Settings) -> tuple[str, str]:
    return str(glove_text(settings)), str(glove_cache(settings))


def prepare_gensim(settings: Settings) -> tuple[str, str]:
    path = settings.work / ("quick.kv" if settings.quick else "glove.kv")
    if not path.exists():
        code = (
            "import sys; from gensim.models import KeyedVectors as K;"
            "K.load_word2vec_format(sys.argv[1], binary=False, no_header=True).save(sys.argv[2])"
        )
        arguments = [str(glove_text(settings)), str(path)]
        subprocess.run([sys.executable, "-c", code, *arguments], check=True)
    return str(path), ""


def proportional_mb() -> float:
    """Return this process's share of memory in MB, pages of several processes divided."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("/proc/self/smaps_rollup does not tell the proportional set size.")


def hold(import_it: Any, load: Any, paths: Any, barrier: Any, told: Any) -> None:
    """Load and touch all vectors, while the other processes do the same."""
    import_it()
    barrier.wait()
    before = proportional_mb()
    barrier.wait()
    loaded = load(paths)
    matrix = getattr(loaded, "matrix", getattr(loaded, "vectors", None))
    total = float(matrix.sum(dtype="float64"))
    barrier.wait()
    told.put((before, proportional_mb(), total, matrix.nbytes / 1e6))
    barrier.wait()


def share(import_it: Any, load: Any, paths: Any) -> Figures:
    """Measure the memory that loading takes in four processes together."""
    context = multiprocessing.get_context("spawn")
    barrier, told = context.Barrier(N_PROCESSES), context.Queue()
    processes = [
        context.Process(target=hold, args=(import_it, load, paths, barrier, told))
        for _ in range(N_PROCESSES)
    ]
    for process in processes:
        process.start()
    answers = [told.get() for _ in processes]
    for process in processes:
        process.join()
    taken = sum(after - before for before, after, *_ in answers)
    return {"MB_of_four_processes": taken, "copies_of_the_matrix": taken / answers[0][3]}


def contender(import_it: Any, load: Any, prepare: Any) -> Contender:
    def prepared(settings: Settings) -> Any:
        paths = prepare(settings)
        # Before this process maps the file too, which would take a share of its pages.
        memory = share(import_it, load, paths)
        import_it()
        return paths, memory

    def report(data: Any, loaded: Any) -> tuple[Any, Figures]:
        matrix = getattr(loaded, "matrix", getattr(loaded, "vectors", None))
        words = list(getattr(loaded, "words", getattr(loaded, "index_to_key", None)))
        return (digest("\n".join(words).encode()), digest(matrix)), data[1]

    return Contender(prepared, lambda data: load(data[0]), report)


def digest(content: Any) -> str:
    return hashlib.sha256(content).hexdigest()


def check(results: dict[str, Any]) -> str:
    ours, theirs = results["skembed"], results["gensim"]
    demand(ours[0] == theirs[0], "the words differ")
    demand(ours[1] == theirs[1], "the numbers differ")
    return "the same words and bit-identical numbers"


BENCHMARK = Benchmark(
    title="GloVe 6B 50d from the cache, in a fresh process and in four at once",
    contenders={
        "skembed": contender(import_skembed, load_ours, prepare_ours),
        "gensim": contender(import_gensim, load_gensim, prepare_gensim),
    },
    goals=[
        Faster("gensim", 20),
        AtMost("seconds", 0.03, "s"),
        AtMost("copies_of_the_matrix", 1.2, ""),
    ],
    check=check,
    rounds=5,
    note="gensim opens its own `.kv` with `mmap='r'`. Memory is the rise of the proportional set "
    "size (PSS) from after the imports to after every vector was read, all four processes added.",
)
