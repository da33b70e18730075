"""Measure, simulate and write docs/scale.md: ``python -m benchmarks.scale [PART ...]``."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.__main__ import wait_for_quiet
from benchmarks.child import Settings
from benchmarks.harness import run_benchmark
from benchmarks.scale import page
from benchmarks.speed.report import describe_machine

Measure = Callable[[Settings], Any]


def stations(settings: Settings) -> Any:
    """Measure the stations of a fit."""
    from benchmarks.scale.stations import BENCHMARK

    record = run_benchmark(
        "benchmarks.scale.stations", BENCHMARK, settings.work, quick=settings.quick
    )
    return record.measured


def words(settings: Settings) -> Any:
    """Count distinct words, and put counts together."""
    from benchmarks.scale.words import measure

    return measure(settings)


def cluster(settings: Settings) -> Any:
    """Search on local clusters of Dask's."""
    from benchmarks.scale.cluster import measure

    return measure(settings)


def simulation(_: Settings) -> Any:
    """Simulate what the clusters did, and a hundred workers."""
    from benchmarks.scale.scenarios import run

    return run(page.read("cluster")["found"])


PARTS: dict[str, Measure] = {
    measure.__name__: measure for measure in (stations, words, cluster, simulation)
}


def main(arguments: list[str]) -> None:
    """Do the parts that are asked for, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"{', '.join(PARTS)}; none does all")
    parser.add_argument("--quick", action="store_true", help="little data; records nothing")
    parser.add_argument("--page", action="store_true", help="only write docs/scale.md")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {sorted(unknown)}, only {list(PARTS)}")
    with tempfile.TemporaryDirectory(prefix="skembed-scaling-") as work:
        for name in [] if options.page else options.parts or PARTS:
            print(name, flush=True)
            if not options.quick:
                wait_for_quiet()
            found = PARTS[name](Settings(Path(work), options.quick, 0))
            if options.quick:
                print(json.dumps(found, indent=1))
            else:
                page.keep(name, {"environment": describe_machine(), "found": found})
    if not options.quick:
        page.write()


if __name__ == "__main__":
    main(sys.argv[1:])
