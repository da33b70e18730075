"""The tables of docs/scale.md, and what they are computed from."""

from statistics import median
from typing import Any

from benchmarks.definition import short
from benchmarks.scale.stations import NETWORKS, SIZES, TEXTS, name_of

BILLION = 1_000  # millions
DEVICES = 1, 4, 16, 64, 256
COUNT = "count words"
SERIAL = ["find the labels", COUNT, "write ids"]
"""Stations of a fit that every process passes by itself."""

READ = "read texts and labels"
EPOCH = "one epoch, CNN"


class Stations:
    """What the stations took, by their names."""

    def __init__(self, measured: dict[str, list[dict[str, float]]]) -> None:
        self._measured = measured

    def per_million(self, station: str, figure: str = "seconds", *, small: bool = False) -> float:
        """Return a figure for a million documents, the median of the rounds."""
        rounds = self._measured[name_of(station, SIZES[station][0 if small else 1])]
        return median(each[figure] / each["documents"] * 1e6 for each in rounds)

    def once(self, station: str, figure: str) -> float:
        """Return a figure that does not grow with the documents."""
        rounds = self._measured[name_of(station, SIZES[station][1])]
        return median(each[figure] for each in rounds)

    def with_reading(self, station: str) -> float:
        """Return the seconds of a million documents, texts read from a file as well."""
        read_too = self.per_million(READ) if station == COUNT else 0.0
        return self.per_million(station) + read_too

    def serial(self) -> float:
        """Return the seconds that a million documents take before the first epoch."""
        return sum(map(self.with_reading, SERIAL))


def station(found: Stations) -> str:
    """Write what a million documents take at two sizes."""
    lines = [
        "| station | seconds, from the smaller corpus | from the larger one | larger / smaller |",
        "|---|--:|--:|--:|",
    ]
    for name in TEXTS | NETWORKS:
        small, large = (found.per_million(name, small=each) for each in (True, False))
        sizes = " and ".join(f"{n:,}" for n in SIZES[name])
        lines.append(
            f"| {name} ({sizes}) | {short(small)} | {short(large)} | {large / small:.2f} |"
        )
    return "\n".join(lines)


def billion(found: Stations) -> str:
    """Write what a billion documents take by themselves, on one core."""
    lines = ["| station | hours on one core |", "|---|--:|"]
    for name in [*SERIAL, *NETWORKS]:
        seconds = found.with_reading(name)
        label = f"{name}, reading included" if name == COUNT else name
        lines.append(f"| {label} | {short(seconds * BILLION / 3600)} |")
    return "\n".join(lines)


def volume(found: Stations) -> str:
    """Write what a million and a billion documents take of disks and memory."""
    per_document = found.per_million("write ids", "memory_bytes") + found.per_million(
        "find the labels", "memory_bytes"
    )
    weights = 4e6  # float32
    rows = {
        "characters of text": found.per_million(READ, "characters"),
        "tokens": found.per_million(COUNT, "tokens"),
        "Parquet file, bytes": found.per_million(READ, "file_bytes"),
        "temporary file of words' numbers, bytes": found.per_million(COUNT, "file_bytes"),
        "temporary file of ids, bytes": found.per_million("write ids", "file_bytes"),
        "memory for labels, weights and offsets, bytes": per_document + weights,
    }
    lines = ["| | a million documents | a billion |", "|---|--:|--:|"]
    for name, value in rows.items():
        lines.append(f"| {name} | {scaled(value)} | {scaled(value * BILLION)} |")
    return "\n".join(lines)


def scaled(value: float) -> str:
    """Write a large number with the prefix of a thousand, a million and so on."""
    for power, prefix in ((12, "T"), (9, "G"), (6, "M"), (3, "k")):
        if value >= 10**power:
            return f"{short(value / 10**power)} {prefix}"
    return short(value)


def merging(found: list[dict[str, float]]) -> str:
    """Write what it takes to add counts."""
    lines = [
        "| words | add as many, ms | add those of a batch, ms | rank, ms |",
        "|--:|--:|--:|--:|",
    ]
    for row in found:
        cells = " | ".join(short(row[name] * 1e3) for name in ("add", "add_batch", "rank"))
        lines.append(f"| {row['words']:,} | {cells} |")
    return "\n".join(lines)


def growth(points: list[dict[str, int]]) -> str:
    """Write how many distinct words there are in so many tokens."""
    lines = ["| tokens | distinct words |", "|--:|--:|"]
    lines += [f"| {point['tokens']:,} | {point['words']:,} |" for point in points]
    return "\n".join(lines)


def repeated(rows: list[dict[str, Any]]) -> str:
    """Write measured runs beside simulated ones."""
    lines = [
        "| measured run | measured, s | simulated, s | simulated / measured | from the fits of |",
        "|---|--:|--:|--:|---|",
    ]
    for row in rows:
        ratio = row["simulated"] / row["measured"]
        lines.append(
            f"| {row['run']} | {row['measured']:.1f} | {row['simulated']:.1f} | {ratio:.3f} "
            f"| {row['fits_of']} |"
        )
    return "\n".join(lines)


def hundred(simulated: dict[str, Any]) -> str:
    """Write what a search on a hundred workers takes."""
    lines = [
        "| | seconds, median (5 % to 95 %) | of the workers' time in fits | fits begun |",
        "|---|--:|--:|--:|",
    ]
    for times, by_trouble in simulated["hundred"].items():
        mean_s = simulated["mean_fit_s"] * int(times)
        lines.append(f"| **fits of {short(mean_s)} s** | | | |")
        for name, row in by_trouble.items():
            lines.append(
                f"| {name} | {row['seconds']:,.0f} ({row['low']:,.0f} to {row['high']:,.0f}) "
                f"| {row['efficiency']:.0%} | {row['n_started']:,.1f} |"
            )
    return "\n".join(lines)


def devices(found: Stations) -> str:
    """Write what an epoch on several devices takes, could it be divided without loss."""
    serial, epoch = (
        seconds * BILLION / 3600 for seconds in (found.serial(), found.per_million(EPOCH))
    )
    lines = [
        "| devices like one core here | hours before the first epoch | hours an epoch, at best |",
        "|--:|--:|--:|",
    ]
    for n in DEVICES:
        lines.append(f"| {n} | {short(serial)} | {short(epoch / n)} |")
    return "\n".join(lines)
