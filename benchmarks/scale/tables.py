"""The tables of docs/scale.md, and what they are computed from."""

from statistics import median
from typing import Any

from benchmarks.figures import scaled, short
from benchmarks.page import table
from benchmarks.scale.stages import NETWORKS, SIZES, TEXTS, name_of

BILLION = 1_000  # millions
DEVICES = 1, 4, 16, 64, 256
COUNT = "count words"
SERIAL = ["find the labels", COUNT, "write ids"]
"""Stages of a fit that every process passes by itself."""

READ = "read texts and labels"
EPOCH = "one epoch, CNN"


class Stages:
    """What the stages took, by their names."""

    def __init__(self, measured: dict[str, list[dict[str, float]]]) -> None:
        self._measured = measured

    def per_million(self, stage: str, figure: str = "seconds", *, small: bool = False) -> float:
        """Return a figure for a million documents, the median of the rounds."""
        rounds = self._measured[name_of(stage, SIZES[stage][0 if small else 1])]
        return median(each[figure] / each["documents"] * 1e6 for each in rounds)

    def once(self, stage: str, figure: str) -> float:
        """Return a figure that does not grow with the documents."""
        rounds = self._measured[name_of(stage, SIZES[stage][1])]
        return median(each[figure] for each in rounds)

    def with_reading(self, stage: str) -> float:
        """Return the seconds of a million documents, texts read from a file as well."""
        read_too = self.per_million(READ) if stage == COUNT else 0.0
        return self.per_million(stage) + read_too

    def serial(self) -> float:
        """Return the seconds that a million documents take before the first epoch."""
        return sum(map(self.with_reading, SERIAL))


def stage(found: Stages) -> str:
    """Write what a million documents take at two sizes."""
    rows = []
    for name in TEXTS | NETWORKS:
        small, large = (found.per_million(name, small=each) for each in (True, False))
        sizes = " and ".join(f"{n:,}" for n in SIZES[name])
        rows.append([f"{name} ({sizes})", small, large, f"{large / small:.2f}"])
    columns = ["seconds, from the smaller corpus", "from the larger one", "larger / smaller"]
    return table(["stage", *columns], rows)


def billion(found: Stages) -> str:
    """Write what a billion documents take by themselves, on one core."""
    rows = [
        [
            f"{name}, reading included" if name == COUNT else name,
            found.with_reading(name) * BILLION / 3600,
        ]
        for name in [*SERIAL, *NETWORKS]
    ]
    return table(["stage", "hours on one core"], rows)


def volume(found: Stages) -> str:
    """Write what a million and a billion documents take of disks and memory."""
    per_document = found.per_million("write ids", "memory_bytes") + found.per_million(
        "find the labels", "memory_bytes"
    )
    weights = 4e6  # float32
    values = {
        "characters of text": found.per_million(READ, "characters"),
        "tokens": found.per_million(COUNT, "tokens"),
        "Parquet file, bytes": found.per_million(READ, "file_bytes"),
        "temporary file of words' numbers, bytes": found.per_million(COUNT, "file_bytes"),
        "temporary file of ids, bytes": found.per_million("write ids", "file_bytes"),
        "memory for labels, weights and offsets, bytes": per_document + weights,
    }
    rows = [[name, scaled(value), scaled(value * BILLION)] for name, value in values.items()]
    return table(["", "a million documents", "a billion"], rows)


def merging(found: list[dict[str, float]]) -> str:
    """Write what it takes to add counts."""
    rows = [
        [f"{row['words']:,}", *(row[name] * 1e3 for name in ("add", "add_batch", "rank"))]
        for row in found
    ]
    columns = ["add as many, ms", "add those of a batch, ms", "rank, ms"]
    return table(["words", *columns], rows, left=())


def growth(points: list[dict[str, int]]) -> str:
    """Write how many distinct words there are in so many tokens."""
    rows = [[f"{point['tokens']:,}", f"{point['words']:,}"] for point in points]
    return table(["tokens", "distinct words"], rows, left=())


def repeated(found: list[dict[str, Any]]) -> str:
    """Write measured runs beside simulated ones."""
    rows = []
    for row in found:
        seconds = [row["measured"], row["simulated"]]
        ratio = f"{row['simulated'] / row['measured']:.3f}"
        rows.append([row["run"], *(f"{s:.1f}" for s in seconds), ratio, row["fits_of"]])
    columns = ["measured, s", "simulated, s", "simulated / measured", "from the fits of"]
    return table(["measured run", *columns], rows, left=(0, 4))


def hundred(simulated: dict[str, Any]) -> str:
    """Write what a search on a hundred workers takes."""
    rows = []
    for times, by_trouble in simulated["hundred"].items():
        seconds = short(simulated["mean_fit_s"] * int(times))
        rows.append([f"**fits of {seconds} s**", "", "", ""])
        for name, row in by_trouble.items():
            spread = f"{row['seconds']:,.0f} ({row['low']:,.0f} to {row['high']:,.0f})"
            rows.append([name, spread, f"{row['efficiency']:.0%}", f"{row['n_started']:,.1f}"])
    columns = ["seconds, median (5 % to 95 %)", "of the workers' time in fits", "fits begun"]
    return table(["", *columns], rows)


def devices(found: Stages) -> str:
    """Write what an epoch on several devices takes, could it be divided without loss."""
    serial, epoch = (s * BILLION / 3600 for s in (found.serial(), found.per_million(EPOCH)))
    columns = ["hours before the first epoch", "hours an epoch, at best"]
    rows = [[str(n), serial, epoch / n] for n in DEVICES]
    return table(["devices like one core here", *columns], rows, left=())
