"""Show a coverage as sentences, as a table, and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from skembed._reports import BLUE, align, bars, html_lines, html_table, line_colour
from skembed.files import printable

if TYPE_CHECKING:
    from skembed.text._coverage import ClassCoverage, Coverage

MOST_FREQUENT = 10
"""Number of missing words that are printed; twice as many are drawn."""

MANY_SHORT = 0.5
"""Share of documents of one or two tokens above which the report says so."""


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


def as_text(coverage: Coverage) -> str:
    """Show the sentences, and the classes as aligned text."""
    rows = [[printable(cell) for cell in row] for row in _class_rows(coverage.by_class)]
    return printable("\n".join([*sentences(coverage), *(align(rows) if rows else [])]))


def as_html(coverage: Coverage) -> str:
    """Show the same as HTML."""
    rows = _class_rows(coverage.by_class)
    return html_lines(sentences(coverage)) + (html_table(rows) if rows else "")


def _class_rows(classes: Sequence[ClassCoverage]) -> list[list[str]]:
    """Return the cells of the classes, the worst first; no rows without classes."""
    if not classes:
        return []
    rows = [["class", "words", "without a vector", "distinct ones without"]]
    rows += [
        [str(c.label), str(c.n_tokens), f"{1 - c.token_share:.1%}", f"{1 - c.type_share:.1%}"]
        for c in worst_first(classes)
    ]
    return rows


def worst_first(classes: Sequence[ClassCoverage]) -> list[ClassCoverage]:
    """Order classes by the share of words without a vector."""
    return sorted(classes, key=lambda c: c.token_share)


def draw(coverage: Coverage, ax: Any = None) -> Any:
    """Draw the worst classes' shares without a vector, or without classes the missing words."""
    if not coverage.by_class:
        shown = coverage.missing[: 2 * MOST_FREQUENT]
        ax = bars([word for word, _ in shown], [float(n) for _, n in shown], BLUE, ax, 7)
        ax.set_xlabel("occurrences of words without a vector")
        ax.xaxis.get_major_locator().set_params(integer=True)
        return ax
    lacking = [c for c in worst_first(coverage.by_class) if c.token_share < 1]
    worst = lacking[: 2 * MOST_FREQUENT]
    values = [100 * (1 - c.token_share) for c in worst]
    ax = bars([str(c.label) for c in worst], values, BLUE, ax, 7)
    mean = 100 * (1 - coverage.token_share)
    ax.axvline(mean, color=line_colour(ax), lw=1, ls="--")
    label = f"words without a vector, %\ndashed: of all words ({mean:.1f} %)"
    if len(worst) < len(coverage.by_class):
        label += f"\nthe worst {len(worst)} of {len(coverage.by_class)} classes"
        label += f"; {len(coverage.by_class) - len(lacking)} lack no word"
    ax.set_xlabel(label)
    return ax
