"""Pages of the documentation: places in a template, filled with tables of what was measured."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import short
from benchmarks.record import ROOT

TEMPLATES = ROOT / "benchmarks" / "pages"
DOCS = ROOT / "docs"

Places = Callable[[], dict[str, str]]
"""Returns the text for the places of a page, by their names."""


def fill(template: str, places: dict[str, str]) -> str:
    """Put what is shown into the places ``{{name}}`` of a template."""
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    wanted = set(re.findall(r"{{(.+?)}}", text))
    if unfilled := wanted - places.keys():
        raise ValueError(f"{template} has places that nothing fills: {sorted(unfilled)}.")
    if homeless := places.keys() - wanted:
        raise ValueError(f"{template} has no place for {sorted(homeless)}.")
    return re.sub(r"{{(.+?)}}", lambda place: places[place[1]], text)


def write(pages: dict[str, Places], pictures: dict[str, Callable[[Path], None]]) -> None:
    """Write pages, and draw pictures, into the documentation."""
    for name, places in pages.items():
        (DOCS / name).write_text(fill(name, places()), encoding="utf-8")
    for name, draw in pictures.items():
        draw(DOCS / "images" / name)


def table(header: Sequence[str], rows: Sequence[Sequence[Any]], left: Sequence[int] = (0,)) -> str:
    """Write a Markdown table of three digits a number; columns not in `left` are aligned right."""
    cells = [[cell if isinstance(cell, str) else short(cell) for cell in row] for row in rows]
    title, *lines = (f"| {' | '.join(line)} |" for line in [header, *cells])
    rule = "|".join("---" if i in left else "--:" for i in range(len(header)))
    return "\n".join([title, f"|{rule}|", *lines])


def draw(
    path: Path,
    panels: int,
    plot: Callable[[Any, list[Any]], None],
    *,
    stacked: bool = False,
    **size: Any,
) -> None:
    """Draw panels beside or below each other, with the axes that data need and no others."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    grid = (panels, 1) if stacked else (1, panels)
    fig, axes = plt.subplots(*grid, layout="constrained", squeeze=False, **size)
    plot(fig, list(axes.flat))
    for ax in axes.flat:
        ax.minorticks_off()
        ax.spines[["top", "right"]].set_visible(False)
    fig.savefig(path, dpi=110)
    plt.close(fig)
