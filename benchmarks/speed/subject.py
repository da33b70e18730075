"""What people do with skembed and with its peers, side by side; shown on docs/benchmarks.md."""

import importlib
import pkgutil
from collections.abc import Iterator
from statistics import median
from typing import Any

from benchmarks import speed
from benchmarks.child import Settings
from benchmarks.definition import Benchmark, Faster, Verdict, ratios
from benchmarks.figures import short, spread
from benchmarks.harness import run_benchmark
from benchmarks.page import table
from benchmarks.record import Record, path_of, read
from benchmarks.subject import Subject

NAMES = sorted(
    info.name.removeprefix("b")
    for info in pkgutil.iter_modules(speed.__path__)
    if info.name[1:3].isdigit()
)
BUSY = 1.5
"""Load average above which something else ran: one benchmark after another makes about 1."""

HIDDEN = {"seconds", "peak_mb", "before_mb"}


def benchmark_of(name: str) -> Benchmark:
    """Return a benchmark by its number and name."""
    found: Benchmark = importlib.import_module(f"benchmarks.speed.b{name}").BENCHMARK
    return found


def measure(name: str, settings: Settings) -> Iterator[Any]:
    """Run a benchmark."""
    yield run_benchmark(f"benchmarks.speed.b{name}", benchmark_of(name), settings)


def verdicts_of(name: str, record: Record) -> list[Verdict]:
    """Judge what was measured."""
    verdicts = (goal.judge(record.found["contenders"]) for goal in benchmark_of(name).goals)
    return [verdict for verdict in verdicts if verdict]


def show(name: str, record: Record) -> str:
    """Write one record as Markdown; ratios are those that the benchmark's goals name."""
    benchmark, measured = benchmark_of(name), record.found["contenders"]
    against = {g.peer: g.ours for g in benchmark.goals if isinstance(g, Faster)}
    n_rounds = len(next(iter(measured.values())))
    rows = []
    for contender, rounds in measured.items():
        ours = measured.get(against.get(contender, ""))
        middle = {key: short(median(figures[key] for figures in rounds)) for key in rounds[0]}
        more = [f"{k.replace('_', ' ')} {shown}" for k, shown in middle.items() if k not in HIDDEN]
        ratio = spread(ratios(rounds, ours)) if ours else ""
        seconds = spread([figures["seconds"] for figures in rounds])
        rows.append([contender, seconds, ratio, middle["peak_mb"], "; ".join(more)])
    listed = [
        f"- {'reached' if v.reached else '**missed**'}: {v.goal}; measured: {v.measured}."
        for v in verdicts_of(name, record)
    ]
    left_out = record.found["left_out"]
    listed += [
        f"- not measured: {contender}, because {why}." for contender, why in left_out.items()
    ]
    parts = [
        f"## {int(name[:2])}. {benchmark.title}",
        table(["", "seconds", "peer / ours", "peak MB", "more"], rows, left=(0, 4)),
        "\n".join(listed),
        f"Checked: {record.found['checked']}. Median of {n_rounds} rounds (smallest–largest); "
        f"load average at the start {record.environment['load']}.",
        benchmark.note,
    ]
    return "\n\n".join(filter(None, parts))


def places() -> dict[str, str]:
    """Show all records; benchmarks without one are listed as not run."""
    records = {name: read("speed", name) for name in NAMES if path_of("speed", name).exists()}
    verdicts = [v for name, record in records.items() for v in verdicts_of(name, record)]
    reached = sum(verdict.reached for verdict in verdicts)
    where = dict.fromkeys(record.where() for record in records.values())
    head = [f"**{reached} of {len(verdicts)} goals reached.**"]
    if any(record.environment["load"] > BUSY for record in records.values()):
        head.append(
            "**Provisional:** other work ran on the machine meanwhile (the load averages below), "
            "which takes time from some runs more than from others. "
            "Repeat these on an idle machine before quoting them."
        )
    absent = [f"{int(n[:2])}. {benchmark_of(n).title}" for n in NAMES if n not in records]
    if absent:
        head.append("Not run for this page: " + "; ".join(absent) + ".")
    shown = [show(name, record) for name, record in records.items()]
    return {
        "summary": "\n\n".join(head),
        "benchmarks": "\n\n".join(shown),
        "machines": "\n".join(f"- {place}" for place in where),
    }


SUBJECT = Subject(NAMES, measure, show, {"benchmarks.md": places})
