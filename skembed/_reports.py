"""The layout of reports: aligned text, HTML in a notebook, and the colours of pictures."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from skembed._optional import need

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, ORANGE, GREEN, GREY = "#3a7fc1", "#c4561a", "#3a8d4c", "#8a8a8a"
"""Colours of pictures. Each is readable on a white page and on a dark page."""

ONE_LINE = 40
"""Largest number of characters in a cell that HTML does not break into lines."""


def align(rows: Sequence[Sequence[str]], *, n_left: int = 1) -> list[str]:
    r"""Lay out a table as lines of text. Columns from `n_left` on are aligned to the right.

    Examples
    --------
    >>> print("\n".join(align([["class", "words"], ["fine", "7"]])))
    class  words
    fine       7
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            [
                *map(str.ljust, row[:n_left], widths[:n_left]),
                *map(str.rjust, row[n_left:], widths[n_left:]),
            ]
        ).rstrip()
        for row in rows
    ]


def html_table(rows: Sequence[Sequence[str]], *, n_left: int = 1) -> str:
    """Write a table of plain text as HTML, its first row as headings; narrow pages scroll it."""

    def line(tag: str, cells: Sequence[str]) -> str:
        return "".join(
            f'<{tag} style="text-align:{"left" if i < n_left else "right"};'
            f'{"white-space:nowrap" if len(cell) <= ONE_LINE else "min-width:20em"}">'
            f"{escape(cell)}</{tag}>"
            for i, cell in enumerate(cells)
        )

    body = "".join(f"<tr>{line('td', row)}</tr>" for row in rows[1:])
    return (
        f'<div style="overflow-x:auto"><table><thead><tr>{line("th", rows[0])}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def html_lines(lines: Iterable[str]) -> str:
    """Write sentences as an HTML paragraph, each on its own line."""
    return f"<p>{'<br>'.join(map(escape, lines))}</p>"


def probability(value: float) -> str:
    """Write a probability with three digits; only certain ones are shown as 0.000 or 1.000.

    Examples
    --------
    >>> [probability(p) for p in (0.5, 1e-6, 1 - 1e-6, 1.0)]
    ['0.500', '<0.001', '>0.999', '1.000']
    """
    if 0 < value < 0.0005:
        return "<0.001"
    return ">0.999" if 0.9995 <= value < 1 else f"{value:.3f}"


def new_axes(width: float, height: float, what: str = "plot needs") -> Any:
    """Make a figure of this size in inches, with axes; without matplotlib, say `what` needs it."""
    plt = need("matplotlib.pyplot", what)
    return plt.subplots(figsize=(width, height), layout="constrained")[1]


def bars(
    labels: Sequence[str],
    values: Sequence[float],
    colours: str | Sequence[str],
    ax: "Axes | None",
    width: int,
) -> Any:
    """Draw horizontal bars, the first on top; with `ax` None, make a figure of suitable height."""
    ax = new_axes(width, 1.6 + 0.25 * len(labels)) if ax is None else ax
    rows = range(len(labels))
    ax.barh(rows, values, color=colours)
    ax.set_yticks(rows, labels)
    ax.set_ylim(max(len(labels), 1) - 0.4, -0.6)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return ax


def line_colour(ax: "Axes") -> Any:
    """Return the colour of a picture's own lines: dark on a white page, light on a dark page."""
    return ax.spines["bottom"].get_edgecolor()
