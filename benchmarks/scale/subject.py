"""What more documents and more workers cost; shown on docs/scale.md."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.child import Settings
from benchmarks.figures import short
from benchmarks.harness import run_benchmark
from benchmarks.page import draw
from benchmarks.record import Record, read
from benchmarks.scale import cluster, scenarios, sentences, stages, tables, words
from benchmarks.scale.tables import Stages
from benchmarks.subject import Subject

NAMES = ["stages", "words", "cluster", "simulation"]
COLOURS = ("#1b3a5c", "o"), ("#dd8452", "D")


def measure(name: str, settings: Settings) -> Iterator[Any]:
    """Measure, or simulate what the clusters on record did and a hundred workers."""
    if name == "stages":
        yield run_benchmark("benchmarks.scale.stages", stages.BENCHMARK, settings)
    elif name == "simulation":
        yield scenarios.run(read("scale", "cluster").found)
    else:
        yield {"words": words, "cluster": cluster}[name].measure(settings)


def show(name: str, record: Record) -> str:
    """Write what was found as it is recorded."""
    return json.dumps(record.found, indent=1)


def plot(path: Path) -> None:
    """Draw the share of the workers' time in fits over their number."""
    simulated = read("scale", "simulation").found
    styles = [(colour, marker, line) for colour, marker in COLOURS for line in ("-", ":")]

    def lines(fig: Any, axes: list[Any]) -> None:
        (ax,) = axes
        for (name, values), (colour, marker, line) in zip(
            simulated["swept"].items(), styles, strict=True
        ):
            times, _, trouble = name.partition(": ")
            label = f"fits of {short(simulated['mean_fit_s'] * int(times))} s, {trouble}"
            percent = [100 * value for value in values]
            style = {"marker": marker, "ms": 5, "color": colour}
            ax.plot(scenarios.WORKERS, percent, line, label=label, **style)
        ax.set(xscale="log", xlabel="workers", ylabel="% of the workers' time in fits")
        ax.set(ylim=(0, 100))
        ax.set_xticks(scenarios.WORKERS, [f"{n:,}" for n in scenarios.WORKERS])
        fig.legend(loc="outside lower center", ncols=2, frameon=False)

    draw(path, 1, lines, figsize=(8, 4.5))


def places() -> dict[str, str]:
    """Show all that was measured and simulated."""
    records = {name: read("scale", name) for name in NAMES}
    found = Stages(records["stages"].found["contenders"])
    counted, searched, simulated = (records[name].found for name in NAMES[1:])
    measured = (
        f"- {name}: {e['date']}, revision {e['revision']}, {e['machine']}; {e['versions']}"
        for name, e in ((name, record.environment) for name, record in records.items())
    )
    return {
        **sentences.of_words(found, counted),
        **sentences.of_searches(searched, simulated),
        **sentences.of_epochs(found),
        **sentences.assumed(),
        "measured": "\n".join(measured),
        "stages": tables.stage(found),
        "volumes": tables.volume(found),
        "growth": tables.growth(counted["growth"]),
        "merging": tables.merging(counted["merging"]),
        "repeated": tables.repeated(simulated["repeated"]),
        "hundred": tables.hundred(simulated),
        "billion": tables.billion(found),
        "devices": tables.devices(found),
    }


SUBJECT = Subject(NAMES, measure, show, {"scale.md": places}, {"scale.png": plot})
