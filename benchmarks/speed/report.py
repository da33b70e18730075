"""Records to a table on the terminal and to docs/benchmarks.md."""

import datetime
import importlib.metadata
import json
import os
import platform
import subprocess
from pathlib import Path
from statistics import median

from benchmarks.definition import Benchmark, Faster, NotSlower, ratios, short, spread
from benchmarks.harness import ROOT, Record

RESULTS = ROOT / "benchmarks" / "results" / "speed"
PAGE = ROOT / "docs" / "benchmarks.md"
PACKAGES = [
    *("dask", "gensim", "jax", "keras", "numpy", "onnxruntime", "pyspark", "ray"),
    *("scikeras", "scikit-learn", "scipy", "tensorflow", "torch"),
]
BUSY = 1.5
"""Load average above which something else ran: one benchmark after another makes about 1."""

HIDDEN = {"seconds", "peak_mb", "before_mb"}


def describe_machine() -> dict[str, str]:
    """Tell on what and with what the benchmarks run."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB of memory, "
        f"{platform.system()} {platform.machine()}",
        "revision": _revision(),
        "versions": f"Python {platform.python_version()}, "
        + ", ".join(f"{name} {version}" for name, version in versions.items()),
    }


def _revision() -> str:
    """Return the commit that was measured, with a plus if skembed was changed since."""
    commands = ["rev-parse", "--short", "HEAD"], ["status", "--porcelain", "skembed"]
    try:
        commit, changes = (
            subprocess.run(
                ["git", *command], cwd=ROOT, check=True, capture_output=True, encoding="utf-8"
            ).stdout.strip()
            for command in commands
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return commit + ("+" if changes else "")


def render(record: Record, benchmark: Benchmark) -> str:
    """Write one record as Markdown; ratios are those that the benchmark's goals name."""
    against = {g.peer: g.ours for g in benchmark.goals if isinstance(g, Faster | NotSlower)}
    lines = [f"## {record.number}. {record.title}", ""]
    lines += ["| | seconds | peer / ours | peak MB | more |", "|---|--:|--:|--:|---|"]
    for name, rounds in record.measured.items():
        seconds = [figures["seconds"] for figures in rounds]
        ratio = ""
        if against.get(name) in record.measured:
            ratio = spread(ratios(rounds, record.measured[against[name]], "seconds"))
        peak = short(median(figures["peak_mb"] for figures in rounds))
        more = "; ".join(
            f"{key.replace('_', ' ')} {short(median(figures[key] for figures in rounds))}"
            for key in rounds[0]
            if key not in HIDDEN
        )
        lines.append(f"| {name} | {spread(seconds)} | {ratio} | {peak} | {more} |")
    lines.append("")
    for verdict in record.verdicts:
        word = "reached" if verdict.reached else "**missed**"
        lines.append(f"- {word}: {verdict.goal}; measured: {verdict.measured}.")
    lines += [f"- not measured: {name}, because {why}." for name, why in record.left_out.items()]
    closing = f"Checked: {record.checked}. Median of {record.rounds} rounds (smallest–largest)"
    lines += ["", f"{closing}; load average at the start {record.load}."]
    if record.note:
        lines += ["", record.note]
    return "\n".join(lines)


def write_record(record: Record, name: str) -> None:
    """Write a record beside the others, with the machine it comes from."""
    RESULTS.mkdir(exist_ok=True)
    whole = {"environment": describe_machine(), "record": json.loads(record.to_json())}
    text = json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
    (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")


def write_page(known: dict[str, Benchmark]) -> None:
    """Make docs/benchmarks.md of all records; benchmarks without one are listed as not run."""
    sections, loads, reached, total, environments = [], [], 0, 0, []
    for path in sorted(RESULTS.glob("*.json")):
        if path.stem not in known:
            continue
        whole = json.loads(path.read_text(encoding="utf-8"))
        record = Record.from_json(json.dumps(whole["record"]))
        if whole["environment"] not in environments:
            environments.append(whole["environment"])
        sections.append(render(record, known[path.stem]))
        loads.append(record.load)
        reached += sum(verdict.reached for verdict in record.verdicts)
        total += len(record.verdicts)
    absent = [
        f"{benchmark.number}. {benchmark.title}"
        for name, benchmark in known.items()
        if not (RESULTS / f"{name}.json").exists()
    ]
    parts = [
        "# Benchmarks",
        "Written by `make bench` (`python -m benchmarks`) from `benchmarks/results/speed/*.json`; no "
        "figure on this page is typed by hand. `benchmarks/README.md` tells how to "
        "read and repeat them.",
        *(
            f"Measured on {e['date']} at revision {e['revision']}: {e['machine']}; "
            f"{e['versions']}. No GPU was used."
            for e in environments
        ),
        f"**{reached} of {total} goals reached.**",
    ]
    if max(loads, default=0.0) > BUSY:
        parts.append(
            "**Provisional:** other work ran on the machine meanwhile (the load averages below), "
            "which takes time from some runs more than from others. "
            "Repeat these on an idle machine before quoting them."
        )
    if absent:
        parts.append("Not run for this page: " + "; ".join(absent) + ".")
    PAGE.write_text("\n\n".join([*parts, *sections]) + "\n", encoding="utf-8")
