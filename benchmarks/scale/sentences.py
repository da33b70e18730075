"""The numbers in the sentences of docs/scale.md."""

from typing import Any

from benchmarks.figures import scaled, short
from benchmarks.scale import cluster, scenarios, words
from benchmarks.scale.tables import BILLION, COUNT, EPOCH, Stages
from skembed.data import DOCUMENTS_AT_ONCE
from skembed.text._vocabulary import KEPT_WORDS, MAX_WORDS

LARGE_BATCH = 4_096


def of_words(found: Stages, counted: dict[str, Any]) -> dict[str, str]:
    """Say how many words a billion documents have, and what counting them apart would take."""
    factor, exponent = words.heaps(counted["growth"])
    tokens = found.per_million(COUNT, "tokens") * BILLION
    merged = counted["merging"][-1]
    return {
        "tokens_per_document": short(tokens / (BILLION * 1e6)),
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
    }


def of_searches(searched: dict[str, Any], simulated: dict[str, Any]) -> dict[str, str]:
    """Say what a search on two workers took, and how many workers can be fed."""
    overheads, two = searched["overheads"], searched["runs"]["two workers"]
    slower = max(overheads["client_s"], overheads["scheduler_s"])
    return {
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
    }


def of_epochs(found: Stages) -> dict[str, str]:
    """Say what devices exchange in an epoch of a billion documents."""
    gradient, embedding, row = (
        found.once(EPOCH, f"{name}_bytes") for name in ("gradient", "embedding", "row")
    )
    sizes = small_batch, _ = found.once(EPOCH, "batch_size"), LARGE_BATCH
    per_document = found.per_million(COUNT, "tokens") / 1e6
    steps, large_steps = (BILLION * 1e6 / size for size in sizes)
    used, large_used = (
        gradient - embedding + min(size * per_document * row, embedding) for size in sizes
    )
    serial, epoch = (s * BILLION / 3600 for s in (found.serial(), found.per_million(EPOCH)))
    return {
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
    }


def assumed() -> dict[str, str]:
    """Say what the simulation assumes."""
    return {
        "bandwidth": f"{scenarios.BANDWIDTH / 1e6:.0f} MB/s",
        "n_workers": str(scenarios.N_WORKERS),
        "n_hundred": f"{scenarios.N_FITS:,}",
        "n_runs": str(scenarios.N_RUNS),
        "fits_per_worker": str(scenarios.FITS_PER_WORKER),
        "longer": str(scenarios.LONGER),
        "unnoticed_s": f"{scenarios.UNNOTICED_S:.0f}",
    }
