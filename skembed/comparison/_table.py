"""Lay out the figures of a comparison as text and as HTML."""

from typing import NamedTuple

import numpy as np

from skembed._reports import align, html_lines, html_table
from skembed.files import printable

NOT_MEASURED = "–"


class Row(NamedTuple):
    """One estimator's figures; missing ones are NaN."""

    name: str
    mean: float
    std: float
    difference: float
    low: float
    high: float
    p_value: float
    fit_seconds: float
    documents_per_second: float
    megabytes: float


HEADINGS = Row._fields


def as_text(rows: list[Row], scoring: str, baseline: str | None) -> str:
    """Lay out rows as aligned text."""
    cells = [[printable(cell) for cell in line] for line in _table(rows, scoring, baseline)]
    lines = align(cells)
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def as_html(rows: list[Row], scoring: str, baseline: str | None, summary: str) -> str:
    """Lay out rows as an HTML table, with the summary below."""
    return html_table(_table(rows, scoring, baseline)) + html_lines(summary.splitlines())


def _table(rows: list[Row], scoring: str, baseline: str | None) -> list[list[str]]:
    return [_headings(scoring, baseline), *(_cells(row, baseline) for row in rows)]


def _headings(scoring: str, baseline: str | None) -> list[str]:
    difference = ["difference [95 %]", "p"] if baseline is not None else []
    return ["estimator", scoring, *difference, "fit s", "documents/s", "MB"]


def _cells(row: Row, baseline: str | None) -> list[str]:
    name = f"{row.name} (baseline)" if row.name == baseline else row.name
    score = f"{_number(row.mean, 'z.3f')} ± {_number(row.std, '.3f')}"
    difference = []
    if baseline is not None:
        ends = f" [{row.low:+z.3f}, {row.high:+z.3f}]" if not np.isnan(row.low) else ""
        difference = [f"{_number(row.difference, '+z.3f')}{ends}", _p_value(row.p_value)]
    speed = _number(row.documents_per_second, ",.0f")
    return [name, score, *difference, _rounded(row.fit_seconds), speed, _rounded(row.megabytes)]


def _number(value: float, spec: str) -> str:
    return NOT_MEASURED if np.isnan(value) else format(value, spec)


def _rounded(value: float) -> str:
    """Show two digits or more, and no digit after the point from 10 on."""
    return _number(value, ".0f" if value >= 10 else ".1f" if value >= 1 else ".2g")


def _p_value(value: float) -> str:
    return "<0.001" if value < 0.001 else _number(value, ".3f")
