"""Show a coverage as sentences, as a table, and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from skembed._optional import need
from skembed.files import printable

if TYPE_CHECKING:
    from skembed.text._coverage import ClassCoverage, Coverage

MOST_FREQUENT = 10
"""Number of missing words that are printed; twice as many are drawn."""

MANY_SHORT = 0.5
"""Share of documents of one or two tokens above which the report says so."""

_BLUE = "#1f5f99"


def sentences(coverage: Coverage) -> list[str]:
    """Say which words have a vector, which would gain one, and how many documents were cut."""
    often = ", ".join(f"{word} ({n})" for word, n in coverage.missing[:MOST_FREQUENT]) or "none"
    lines = [
        f"{coverage.type_share:.1%} of {coverage.n_types} distinct words and "
        f"{coverage.token_share:.1%} of {coverage.n_tokens} words have a vector; "
        f"{coverage.unknown_share:.1%} of the words are outside the vocabulary.",
        f"Most frequent words without a vector: {often}",
        f"Lowercasing would match another {coverage.lowercase_gain:.1%} of the words, stripping "
        f"accents {coverage.unaccented_gain:.1%}.",
    ]
    if coverage.truncated_share is not None:
        lines.append(f"{coverage.truncated_share:.1%} of the documents were cut at max_length.")
    if coverage.short_share is not None and coverage.short_share > MANY_SHORT:
        lines.append(
            f"{coverage.short_share:.1%} of the documents are one or two tokens long. Text without "
            "blanks between words needs KerasTokenizer(tokenizer='unicode')."
        )
    return lines


def class_table(classes: Sequence[ClassCoverage]) -> list[str]:
    """Lay out the classes as aligned text, the worst first. Without classes there are no lines."""
    if not classes:
        return []
    rows = [["class", "words", "without a vector", "distinct ones without"]]
    rows += [
        [str(c.label), str(c.n_tokens), f"{1 - c.token_share:.1%}", f"{1 - c.type_share:.1%}"]
        for c in worst_first(classes)
    ]
    rows = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    ]


def worst_first(classes: Sequence[ClassCoverage]) -> list[ClassCoverage]:
    """Order classes by the share of words without a vector."""
    return sorted(classes, key=lambda c: c.token_share)


def draw(coverage: Coverage, ax: Any = None) -> Any:
    """Draw the classes' shares without a vector, or without classes the missing words."""
    if coverage.by_class:
        classes = worst_first(coverage.by_class)
        labels = [str(c.label) for c in classes]
        values = [100 * (1 - c.token_share) for c in classes]
        title = "words without a vector, %"
    else:
        shown = coverage.missing[: 2 * MOST_FREQUENT]
        labels, values = [word for word, _ in shown], [float(n) for _, n in shown]
        title = "occurrences of words without a vector"
    ax = _new_axes(len(labels)) if ax is None else ax
    rows = range(len(labels))
    ax.barh(rows, values, color=_BLUE)
    if coverage.by_class:
        mean = 100 * (1 - coverage.token_share)
        ax.axvline(mean, color="black", lw=1, ls="--")
        title += f"\ndashed: of all words ({mean:.1f} %)"
    else:
        ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set_yticks(rows, labels)
    ax.set_ylim(max(len(labels), 1) - 0.4, -0.6)
    ax.set_xlabel(title)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return ax


def _new_axes(n_rows: int) -> Any:
    plt = need("matplotlib.pyplot", "plot needs")
    _, ax = plt.subplots(figsize=(7, 1.2 + 0.25 * n_rows), layout="constrained")
    return ax
