"""Write docs/scale.md from what was measured and simulated: ``python -m benchmarks.scale --page``."""

import json
from pathlib import Path
from typing import Any

from benchmarks.definition import short
from benchmarks.harness import ROOT
from benchmarks.scale import scenarios, tables
from benchmarks.scale.cluster import N_DOCUMENTS
from benchmarks.scale.tables import BILLION, EPOCH, Stations, scaled
from benchmarks.scale.words import BATCH_WORDS, heaps
from skembed.data._tables import DOCUMENTS_AT_ONCE
from skembed.text._vocabulary import KEPT_WORDS, MAX_WORDS

RESULTS = ROOT / "benchmarks" / "results" / "scale"
TEMPLATE = ROOT / "benchmarks" / "pages" / "scale.md"
PAGE = ROOT / "docs" / "scale.md"
PICTURE = ROOT / "docs" / "images" / "scale.png"

LARGE_BATCH = 4_096


def keep(name: str, found: dict[str, Any]) -> None:
    """Keep the results of a part."""
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def read(name: str) -> dict[str, Any]:
    """Return what `keep` was given."""
    found: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def plot(simulated: dict[str, Any], path: Path) -> None:
    """Draw the share of the workers' time in fits over their number."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
    styles = [
        ("#1b3a5c", "o", "-"),
        ("#1b3a5c", "o", ":"),
        ("#dd8452", "D", "-"),
        ("#dd8452", "D", ":"),
    ]
    for (name, values), (colour, marker, line) in zip(
        simulated["swept"].items(), styles, strict=True
    ):
        times, _, trouble = name.partition(": ")
        seconds = short(simulated["mean_fit_s"] * int(times))
        label = f"fits of {seconds} s, {trouble}"
        percent = [100 * value for value in values]
        ax.plot(scenarios.WORKERS, percent, line, marker=marker, ms=5, color=colour, label=label)
    ax.set(xscale="log", xlabel="workers", ylabel="% of the workers' time in fits", ylim=(0, 100))
    ax.set_xticks(scenarios.WORKERS, [f"{n:,}" for n in scenarios.WORKERS])
    ax.minorticks_off()
    ax.spines[["top", "right"]].set_visible(False)
    fig.legend(loc="outside lower center", ncols=2, frameon=False)
    fig.savefig(path, dpi=110)
    plt.close(fig)


def figures(
    found: Stations, words: dict[str, Any], cluster: dict[str, Any], simulated: dict[str, Any]
) -> dict[str, str]:
    """Return the numbers that stand in the page's sentences."""
    factor, exponent = heaps(words["growth"])
    tokens = found.per_million("count words", "tokens") * BILLION
    overheads, two = cluster["overheads"], cluster["runs"]["two workers"]
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
    merged = words["merging"][-1]
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
        "batch_words": f"{BATCH_WORDS:,}",
        "batch_hours": short(BILLION * 1e6 / DOCUMENTS_AT_ONCE * merged["add_batch"] / 3600),
        "stream_batch": f"{DOCUMENTS_AT_ONCE:,}",
        "n_searched": f"{N_DOCUMENTS:,}",
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


def render() -> str:
    """Fill the places in the template."""
    parts = {name: read(name) for name in ("stations", "words", "cluster", "simulation")}
    stations = Stations(parts["stations"]["found"])
    words, cluster, simulated = (
        parts[name]["found"] for name in ("words", "cluster", "simulation")
    )
    measured = "\n".join(
        f"- {name}: {e['date']}, revision {e['revision']}, {e['machine']}; {e['versions']}"
        for name, e in ((name, part["environment"]) for name, part in parts.items())
    )
    places = figures(stations, words, cluster, simulated) | {
        "measured": measured,
        "stations": tables.station(stations),
        "volumes": tables.volume(stations),
        "growth": tables.growth(words["growth"]),
        "merging": tables.merging(words["merging"]),
        "repeated": tables.repeated(simulated["repeated"]),
        "hundred": tables.hundred(simulated),
        "billion": tables.billion(stations),
        "devices": tables.devices(stations),
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, shown in places.items():
        if "{{" + name + "}}" not in text:
            raise ValueError(f"{TEMPLATE.name} has no place for {name}.")
        text = text.replace("{{" + name + "}}", shown)
    if "{{" in text:
        raise ValueError(
            f"{TEMPLATE.name} has a place that nothing fills: {text.split('{{')[1][:30]}"
        )
    return text


def write() -> None:
    """Write the page and its picture."""
    PAGE.write_text(render(), encoding="utf-8")
    plot(read("simulation")["found"], PICTURE)
