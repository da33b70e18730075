"""Measure, record, and write the pages: ``python -m benchmarks SUBJECT [NAME ...]``."""

import argparse
import importlib
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import page
from benchmarks.child import Settings
from benchmarks.definition import Mismatch
from benchmarks.harness import ChildFailed
from benchmarks.record import Record, describe_machine, keep
from benchmarks.subject import Subject

SUBJECTS = {
    "speed": "time and memory, beside what people use instead",
    "profile": "where the time goes",
    "accuracy": "scores on real texts, beside TF-IDF; what was run before is not run again",
    "scale": "what more documents and more workers cost",
}
QUIET = 0.8
"""Load average below which a measurement may begin."""


def main(arguments: list[str]) -> int:
    """Measure, print, record.

    Returns
    -------
    status : int
        1 if a measurement failed or its contenders disagreed; a missed goal is not a failure.
    """
    listed = "; ".join(f"{name}: {what}" for name, what in SUBJECTS.items())
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("subject", choices=SUBJECTS, help=listed)
    parser.add_argument("names", nargs="*", help="numbers or parts of names; none measures all")
    parser.add_argument("--quick", action="store_true", help="little data; records nothing")
    parser.add_argument("--page", action="store_true", help="only write the pages from the records")
    options = parser.parse_intermixed_args(arguments)
    subject = importlib.import_module(f"benchmarks.{options.subject}.subject").SUBJECT
    failed = False
    if not options.page:
        chosen = chosen_from(subject.names, options.names)
        if not chosen:
            parser.error(f"nothing is called {options.names}; there are {list(subject.names)}")
        with tempfile.TemporaryDirectory(prefix="skembed-benchmarks-") as work:
            settings = Settings(Path(work), options.quick, 0)
            for name in chosen:
                failed |= not run(options.subject, subject, name, settings)
    if not options.quick:
        page.write(subject.pages, subject.pictures)
    return int(failed)


def chosen_from(names: list[str], wanted: list[str]) -> list[str]:
    """Return the names that are meant, all where nothing is wanted."""

    def means(part: str, name: str) -> bool:
        if part in names:
            return part == name
        return name.startswith(f"{int(part):02}_") if part.isdigit() else part in name

    return [name for name in names if not wanted or any(means(part, name) for part in wanted)]


def run(topic: str, subject: Subject, name: str, settings: Settings) -> bool:
    """Measure one thing; return whether that went well."""
    print(name, flush=True)
    if not settings.quick:
        wait_for_quiet()
    load = {"load": round(os.getloadavg()[0], 2)}
    try:
        for found in subject.measure(name, settings):
            record = Record(describe_machine() | load, found)
            if not settings.quick:
                keep(topic, name, record)
            print(subject.show(name, record), end="\n\n", flush=True)
    except (Mismatch, ChildFailed) as error:
        print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return False
    return True


def wait_for_quiet(limit_s: float = 120) -> None:
    """Wait until the load that the last measurement left has gone, or no longer than the limit."""
    stop = time.monotonic() + limit_s
    while os.getloadavg()[0] > QUIET and time.monotonic() < stop:
        time.sleep(2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
