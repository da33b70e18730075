"""One contender's run, in a process of its own: ``python -m benchmarks.child FOLDER``."""

import importlib
import pickle
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.definition import Benchmark, Contender


@dataclass(frozen=True)
class Settings:
    """The settings of a contender's run.

    Attributes
    ----------
    work : Path
        Temporary folder that all runs of one call share.
    quick : bool
        Take little data, to try the code; its figures mean nothing.
    seed : int
        Number of the round.
    """

    work: Path
    quick: bool
    seed: int


def peak_memory_mb() -> float:
    """Return the largest resident memory since `forget_peak`, in MB."""
    return _status("VmHWM")


def resident_memory_mb() -> float:
    """Return the resident memory now, in MB."""
    return _status("VmRSS")


def forget_peak() -> None:
    """Measure the peak from now on, so that the preparation does not count."""
    Path("/proc/self/clear_refs").write_text("5")


def _status(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError(f"/proc/self/status does not show {name}; the benchmarks need Linux.")


def measure(contender: Contender, settings: Settings) -> tuple[object, dict[str, float]]:
    """Prepare, run and report; return the result and the figures."""
    data = contender.prepare(settings)
    before = resident_memory_mb()
    forget_peak()
    start = time.perf_counter()
    result = contender.run(data)
    seconds = time.perf_counter() - start
    figures = {"seconds": seconds, "peak_mb": peak_memory_mb(), "before_mb": before}
    result, more = contender.report(data, result)
    return result, figures | more


def main(folder: Path) -> None:
    """Measure the contender that a file in the folder names, and leave the answer beside it."""
    module, name, settings = pickle.loads((folder / "asked.pickle").read_bytes())
    module, _, member = module.partition(":")
    found = importlib.import_module(module)
    benchmark: Benchmark = found.PARTS[member] if member else found.BENCHMARK
    answer = measure(benchmark.contenders[name], settings)
    (folder / "answer.pickle").write_bytes(pickle.dumps(answer))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
