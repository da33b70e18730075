"""Run the benchmarks: ``python -m benchmarks [--quick] [--page] [NAME ...]``."""

import argparse
import importlib
import os
import pkgutil
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import speed
from benchmarks.definition import Benchmark, Mismatch
from benchmarks.harness import ChildFailed, run_benchmark
from benchmarks.speed.report import render, write_page, write_record

QUIET = 0.8
"""Load average below which a benchmark may begin."""


def find_benchmarks() -> dict[str, Benchmark]:
    """Return the benchmarks by the names of their modules, in the order of their numbers."""
    names = (info.name for info in pkgutil.iter_modules(speed.__path__))
    return {
        name.removeprefix("b"): importlib.import_module(f"benchmarks.speed.{name}").BENCHMARK
        for name in sorted(names)
        if name[0] == "b" and name[1:3].isdigit()
    }


def main(arguments: list[str]) -> int:
    """Run, print, record.

    Returns
    -------
    status : int
        1 if a benchmark failed or its contenders disagreed; a missed goal is no failure.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help="numbers or parts of names; none runs all")
    parser.add_argument("--quick", action="store_true", help="little data; records nothing")
    parser.add_argument("--page", action="store_true", help="only write docs/benchmarks.md")
    options = parser.parse_args(arguments)
    known = find_benchmarks()
    failed = False
    if not options.page:
        chosen = [
            name
            for name, b in known.items()
            if not options.names or any(_means(part, name, b.number) for part in options.names)
        ]
        if not chosen:
            parser.error(f"no benchmark is called {options.names}; there are {list(known)}")
        with tempfile.TemporaryDirectory(prefix="skembed-benchmarks-") as work:
            for name in chosen:
                failed |= not _run(name, known[name], Path(work), options.quick)
    if not options.quick:
        write_page(known)
    return int(failed)


def _means(part: str, name: str, number: int) -> bool:
    return int(part) == number if part.isdigit() else part in name


def wait_for_quiet(limit_s: float = 120) -> None:
    """Wait until the load that the last benchmark left has gone, or no longer than the limit."""
    stop = time.monotonic() + limit_s
    while os.getloadavg()[0] > QUIET and time.monotonic() < stop:
        time.sleep(2)


def _run(name: str, benchmark: Benchmark, work: Path, quick: bool) -> bool:
    print(f"{name}: {benchmark.title}", flush=True)
    if not quick:
        wait_for_quiet()
    try:
        record = run_benchmark(f"benchmarks.speed.b{name}", benchmark, work, quick=quick)
    except (Mismatch, ChildFailed) as error:
        print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return False
    print(render(record, benchmark), end="\n\n", flush=True)
    if not quick:
        write_record(record, name)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
