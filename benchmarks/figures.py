"""How figures are written."""

from collections.abc import Sequence
from statistics import mean, median, stdev


def short(value: float) -> str:
    """Write a number with three digits that mean something."""
    if value and abs(value) < 0.001:
        return f"{value:.1e}"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:.{digits}f}"


def scaled(value: float) -> str:
    """Write a large number with the prefix of a thousand, a million and so on."""
    for power, prefix in ((12, "T"), (9, "G"), (6, "M"), (3, "k")):
        if value >= 10**power:
            return f"{short(value / 10**power)} {prefix}"
    return short(value)


def spread(values: Sequence[float], unit: str = "") -> str:
    """Write a median with the smallest and the largest value."""
    return f"{short(median(values))}{unit} ({short(min(values))}–{short(max(values))})"


def with_error(values: Sequence[float], *, digits: int = 1, sign: str = "") -> str:
    """Write a mean, its standard error, and how many values there are."""
    if not values:
        return ""
    shown = f"{mean(values):{sign}z.{digits}f}"
    if len(values) == 1:
        return f"{shown} (1)"
    return f"{shown} ± {stdev(values) / len(values) ** 0.5:.{digits}f} ({len(values)})"
