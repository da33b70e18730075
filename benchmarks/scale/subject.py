"""What more documents and more workers cost; shown on docs/scale.md."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.child import Settings
from benchmarks.figures import scaled, short
from benchmarks.harness import run_benchmark
from benchmarks.page import draw
from benchmarks.record import Record, read
from benchmarks.scale import cluster, scenarios, stations, tables, words
from benchmarks.scale.tables import BILLION, EPOCH, Stations
from benchmarks.subject import Subject
from skembed.data._tables import DOCUMENTS_AT_ONCE
from skembed.text._vocabulary import KEPT_WORDS, MAX_WORDS

NAMES = ["stations", "words", "cluster", "simulation"]
LARGE_BATCH = 4_096
COLOURS = ("#1b3a5c", "o"), ("#dd8452", "D")


def measure(name: str, settings: Settings) -> Iterator[Any]:
    """Measure, or simulate what the clusters on record did and a hundred workers."""
    if name == "stations":
        yield run_benchmark("benchmarks.scale.stations", stations.BENCHMARK, settings)
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


def figures(
    found: Stations, words_: dict[str, Any], cluster_: dict[str, Any], simulated: dict[str, Any]
) -> dict[str, str]:
    """Return the numbers that stand in the page's sentences."""
    factor, exponent = words.heaps(words_["growth"])
    tokens = found.per_million("count words", "tokens") * BILLION
    overheads, two = cluster_["overheads"], cluster_["runs"]["two workers"]
    slower = max(overheads["client_s"], overheads["scheduler_s"])
    gradient, embedding, row = (
        found.once(EPOCH, f"{name}_bytes") for name in ("gradient", "embedding", "row")
    )
    small_batch = found.once(EPOCH, "batch_size")
    per_document = found.per_million("count words", "tokens") / 1e6
    steps, large_steps = (BILLION * 1e6 / size for size in (small_batch, LARGE_BATCH))
    used, large_used = (
        gradient - embedding + min(size * per_document * row, embedding)
        for size in (small_batch, LARGE_BATCH)
    )
    serial = found.serial() * BILLION / 3600
    epoch = found.per_million(EPOCH) * BILLION / 3600
    merged = words_["merging"][-1]
    return {
        "tokens_per_document": short(per_document),
        "model_bytes": scaled(found.once(EPOCH, "model_bytes")) + "B",
        "heaps_exponent": f"{exponent:.2f}",
        "heaps_words": scaled(factor * tokens**exponent),
        "bounded_at": scaled((MAX_WORDS / factor) ** (1 / exponent)),
        "count_error": f"{tokens / (KEPT_WORDS + 1):,.0f}",
        "tokens_of_billion": scaled(tokens),
        "merge_hundred": short(100 * (merged["add"] + merged["rank"])),
        "merged_words": f"{merged['words']:,}",
        "batch_words": f"{words.BATCH_WORDS:,}",
        "batch_hours": short(BILLION * 1e6 / DOCUMENTS_AT_ONCE * merged["add_batch"] / 3600),
        "stream_batch": f"{DOCUMENTS_AT_ONCE:,}",
        "n_searched": f"{cluster.N_DOCUMENTS:,}",
        "n_fits": str(len(two["fits"])),
        "start_s": short(simulated["start_s"]),
        "handover_ms": short(simulated["handover_s"] * 1e3),
        "restart_s": short(simulated["restart_s"]),
        "client_ms": short(overheads["client_s"] * 1e3),
        "scheduler_ms": short(overheads["scheduler_s"] * 1e3),
        "task_ms": short(overheads["seconds"] * 1e3),
        "task_bytes": scaled(overheads["sent_bytes"]) + "B",
        "document_bytes": scaled(two["document_bytes"]) + "B",
        "search_bytes": scaled(two["sent_bytes"]) + "B",
        "mean_fit_s": short(simulated["mean_fit_s"]),
        "workers_fed": f"{simulated['mean_fit_s'] / slower:,.0f}",
        "workers_fed_minute": f"{60 / slower:,.0f}",
        "workers_fed_measured": f"{60 / overheads['seconds']:,.0f}",
        "serial_hours": short(serial),
        "epoch_hours": short(epoch),
        "level_devices": f"{epoch / serial:.0f}",
        "gradient_bytes": scaled(gradient) + "B",
        "batch_size": f"{small_batch:.0f}",
        "steps": scaled(steps),
        "exchanged": scaled(2 * gradient * steps) + "B",
        "large_batch": f"{LARGE_BATCH:,}",
        "exchanged_large": scaled(2 * gradient * large_steps) + "B",
        "exchange_hours": short(2 * gradient * large_steps / scenarios.BANDWIDTH / 3600),
        "used": scaled(used) + "B",
        "large_used": scaled(large_used) + "B",
        "bandwidth": f"{scenarios.BANDWIDTH / 1e6:.0f} MB/s",
        "n_workers": str(scenarios.N_WORKERS),
        "n_hundred": f"{scenarios.N_FITS:,}",
        "n_runs": str(scenarios.N_RUNS),
        "fits_per_worker": str(scenarios.FITS_PER_WORKER),
        "longer": str(scenarios.LONGER),
        "unnoticed_s": f"{scenarios.UNNOTICED_S:.0f}",
    }


def places() -> dict[str, str]:
    """Show all that was measured and simulated."""
    records = {name: read("scale", name) for name in NAMES}
    found = Stations(records["stations"].found["contenders"])
    counted, searched, simulated = (records[name].found for name in NAMES[1:])
    measured = (
        f"- {name}: {e['date']}, revision {e['revision']}, {e['machine']}; {e['versions']}"
        for name, e in ((name, record.environment) for name, record in records.items())
    )
    return figures(found, counted, searched, simulated) | {
        "measured": "\n".join(measured),
        "stations": tables.station(found),
        "volumes": tables.volume(found),
        "growth": tables.growth(counted["growth"]),
        "merging": tables.merging(counted["merging"]),
        "repeated": tables.repeated(simulated["repeated"]),
        "hundred": tables.hundred(simulated),
        "billion": tables.billion(found),
        "devices": tables.devices(found),
    }


SUBJECT = Subject(NAMES, measure, show, {"scale.md": places}, {"scale.png": plot})
