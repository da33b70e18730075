"""Where the time goes: what parts of skembed save, and profiles; shown on docs/performance.md."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.child import Settings
from benchmarks.definition import ratios
from benchmarks.figures import short, spread
from benchmarks.harness import run_benchmark
from benchmarks.page import table
from benchmarks.profile.parts import PARTS
from benchmarks.profile.profiles import PROFILES
from benchmarks.record import ROOT, Record, read
from benchmarks.subject import Subject

NAMES = [*PROFILES, *PARTS]
FEW = 0.02
"""Share of a step below which operations are added up."""

WRAPPERS = {"Process", "Run"}
"""What TensorFlow's trace calls the running of operations, which it times as well."""


def measure(name: str, settings: Settings) -> Iterator[Any]:
    """Measure a part in processes of its own, or a profile in one such process."""
    if name in PARTS:
        yield run_benchmark("benchmarks.profile.parts", PARTS[name], settings, name)
        return
    threads = {"OMP_NUM_THREADS": str(PROFILES[name][1]), "TF_CPP_MIN_LOG_LEVEL": "3"}
    quick = ["--quick"] if settings.quick else []
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.profile.subject", name, str(settings.work), *quick],
        cwd=ROOT,
        env=os.environ | threads,
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    yield json.loads(done.stdout.splitlines()[-1])


def show(name: str, record: Record) -> str:
    """Show a part or a profile by its kind."""
    found = record.found
    if name in PARTS:
        return show_part(PARTS[name].title, record)
    if isinstance(found, float):
        return f"{found:.0f} GFLOP/s"
    if isinstance(found, list):
        return table(["", "calls", "seconds"] if len(found[0]) == 3 else ["", "seconds"], found)
    operations = {
        operation: ms
        for operation, ms in found["operations"].items()
        if operation.strip() not in WRAPPERS and "__inference" not in operation
    }
    total = sum(operations.values())
    large = {operation: ms for operation, ms in operations.items() if ms >= FEW * total}
    large[f"{len(operations) - len(large)} other kinds"] = total - sum(large.values())
    rows = [[operation, ms, f"{ms / total:.0%}"] for operation, ms in large.items()]
    batch = (
        f"A batch of {found['steps_per_batch']:.0f} steps takes {short(found['ms_per_batch'])} ms; "
        f"one pass forward through its first layer is {short(found['gflop_per_batch'])} GFLOP."
    )
    return batch + "\n\n" + table(["operation", "ms on all threads", "share"], rows)


def show_part(title: str, record: Record) -> str:
    """Show how long the work takes without each part."""
    measured = record.found["contenders"]
    ours = measured["skembed"]
    rows = []
    for name, rounds in measured.items():
        ratio = "" if rounds is ours else spread(ratios(rounds, ours))
        rows.append([name, spread([f["seconds"] for f in rounds]), ratio, rounds[0]["loss"]])
    return (
        table([title, "seconds", "/ skembed", "loss"], rows)
        + f"\n\nMedian of {len(ours)} rounds (smallest–largest); "
        f"load average at the start {record.environment['load']}."
    )


def places() -> dict[str, str]:
    """Show all records, and where they are from."""
    records = {name: read("profile", name) for name in NAMES}
    newest = max(records.values(), key=lambda record: record.environment["date"])
    shown = {name: show(name, record) for name, record in records.items()}
    return shown | {"machine": newest.where()}


SUBJECT = Subject(NAMES, measure, show, {"performance.md": places})

if __name__ == "__main__":
    profiled, work, *quick = sys.argv[1:]
    print(json.dumps(PROFILES[profiled][0](Settings(Path(work), bool(quick), 0))))
