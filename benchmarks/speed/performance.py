"""Measure parts and profiles, and write docs/performance.md: ``python -m benchmarks.speed.performance``.

With names as arguments only these are measured anew; ``--page`` only writes the page.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.child import Settings
from benchmarks.definition import ratios, short, spread
from benchmarks.harness import ROOT, Record, run_benchmark
from benchmarks.speed.parts import PARTS
from benchmarks.speed.profiles import PROFILES
from benchmarks.speed.report import describe_machine

RESULT = ROOT / "benchmarks" / "results" / "performance.json"
TEMPLATE = ROOT / "benchmarks" / "pages" / "performance.md"
PAGE = ROOT / "docs" / "performance.md"
FEW = 0.02
"""Share of a step below which operations are added up."""


WRAPPERS = {"Process", "Run"}
"""What TensorFlow's trace calls the running of operations, which it times as well."""


def table(header: list[str], rows: list[list[Any]]) -> str:
    """Write a table as Markdown; numbers in three digits, on the right."""
    rule = ["---", *["--:"] * (len(header) - 1)]
    cells = [[c if isinstance(c, str) else short(c) for c in row] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, rule, *cells])


def show_part(record: Record) -> str:
    """Show how long the work takes without each part."""
    ours = record.measured["skembed"]
    rows = []
    for name, rounds in record.measured.items():
        ratio = "" if rounds is ours else spread(ratios(rounds, ours, "seconds"))
        rows.append([name, spread([f["seconds"] for f in rounds]), ratio, rounds[0]["loss"]])
    rounds_, load = record.rounds, record.load
    return (
        table([record.title, "seconds", "/ skembed", "loss"], rows)
        + f"\n\nMedian of {rounds_} rounds (smallest–largest); load average at the start {load}."
    )


def show_profile(found: Any) -> str:
    """Show a profile by its kind."""
    if isinstance(found, float):
        return f"{found:.0f} GFLOP/s"
    if isinstance(found, list):
        titles = ["", "calls", "seconds"] if len(found[0]) == 3 else ["", "seconds"]
        return table(titles, found)
    operations = {
        name: ms
        for name, ms in found["operations"].items()
        if name.strip() not in WRAPPERS and "__inference" not in name
    }
    total = sum(operations.values())
    large = {name: ms for name, ms in operations.items() if ms >= FEW * total}
    large[f"{len(operations) - len(large)} other kinds"] = total - sum(large.values())
    rows = [[name, ms, f"{ms / total:.0%}"] for name, ms in large.items()]
    batch = (
        f"A batch of {found['steps_per_batch']:.0f} steps takes {short(found['ms_per_batch'])} ms; "
        f"one pass forward through its first layer is {short(found['gflop_per_batch'])} GFLOP."
    )
    return batch + "\n\n" + table(["operation", "ms on all threads", "share"], rows)


def measure(name: str, work: Path, quick: bool) -> Any:
    """Measure a part here, in processes of its own, or a profile in one such process."""
    if name in PARTS:
        record = run_benchmark(
            "benchmarks.speed.parts", PARTS[name], work, quick=quick, member=name
        )
        return json.loads(record.to_json())
    arguments = [sys.executable, "-m", "benchmarks.speed.performance", "--profile", name, str(work)]
    threads = {"OMP_NUM_THREADS": str(PROFILES[name][1]), "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [*arguments, "quick" if quick else "full"],
        cwd=ROOT,
        env=os.environ | threads,
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    return json.loads(done.stdout.splitlines()[-1])


def write_page(results: dict[str, Any]) -> None:
    """Fill the template's ``{{name}}`` with what was measured."""
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, found in results.items():
        part = name in PARTS
        shown = show_part(Record.from_json(json.dumps(found))) if part else None
        if name == "machine":
            shown = f"{found['date']} at revision {found['revision']}: {found['machine']}; "
            shown += found["versions"]
        text = text.replace("{{" + name + "}}", shown or show_profile(found))
    PAGE.write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Measure, keep and write."""
    if arguments[:1] == ["--profile"]:
        name, work, speed = arguments[1:]
        print(json.dumps(PROFILES[name][0](Settings(Path(work), speed == "quick", 0))))
        return
    options, names = {a for a in arguments if a[0] == "-"}, [a for a in arguments if a[0] != "-"]
    results = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    if "--page" not in options:
        with tempfile.TemporaryDirectory(prefix="skembed-performance-") as work:
            for name in names or [*PROFILES, *PARTS]:
                print(name, flush=True)
                results[name] = measure(name, Path(work), "--quick" in options)
                if "--quick" not in options:  # what was measured is kept if a later one fails
                    results["machine"] = describe_machine()
                    kept = json.dumps(results, indent=1, ensure_ascii=False)
                    RESULT.write_text(kept + "\n", encoding="utf-8")
    if "--quick" in options:
        print(json.dumps(results, indent=1))
    else:
        write_page(results)


if __name__ == "__main__":
    main(sys.argv[1:])
