"""An explanation as HTML: the text with shaded words, and a scale of the colours."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from skembed._reports import BLUE, ORANGE

if TYPE_CHECKING:
    from skembed.inspection._explanation import Explanation

STRONGEST = 0.6
"""Opacity of the largest part's colour; letters must be readable on it."""

UNKNOWN = "border-bottom:2px dotted;"
UNREAD_BEGINS = '<span style="opacity:0.5">'
UNREAD = UNREAD_BEGINS + "{}</span>"


def as_html(explanation: Explanation) -> str:
    """Show the text once for each class, and the scale of the colours below."""
    largest = max(float(np.abs(explanation._all_parts).max()), 1e-9)
    lines = [_line(explanation, i, largest) for i in range(len(explanation.classes))]
    has_unread = any(UNREAD_BEGINS in line for line in lines)
    return "\n".join([*lines, _scale(explanation, largest, has_unread=has_unread)])


def _line(explanation: Explanation, i: int, largest: float) -> str:
    parts = explanation._all_parts[:, i].tolist()
    words, cursor, column = [], 0, None
    for k, token in enumerate(explanation.tokens):
        place = explanation.places[k]
        if place is not None:
            words.append(_unread(explanation.text[cursor : place[0]]))
            token, cursor = explanation.text[slice(*place)], place[1]
        if explanation.columns is not None and column != explanation.columns[k]:
            column = explanation.columns[k]
            words.append(f"<i>{escape(column)}:</i> ")
        known, title = explanation.is_known[k], f"{column}: " if column else ""
        title += f"{parts[k]:+z.3f}" + ", not in the vocabulary" * (not known)
        words.append(_span(token, parts[k] / largest, title, "" if known else UNKNOWN))
    words.append(_unread(explanation.text[cursor:]))
    numbers = zip(explanation.features, parts[len(explanation.tokens) :], strict=True)
    words += [f" {_span(name, part / largest, f'{part:+z.3f}')}" for name, part in numbers]
    return (
        f"<p><b>{escape(explanation.title(i))}</b></p>"
        f'<p style="line-height:1.8;white-space:pre-wrap">{"".join(words)}</p>'
    )


def _span(word: str, share: float, title: str, style: str = "") -> str:
    style += f"background:{_shade(share)};border-radius:3px"
    return f'<span title="{escape(title)}" style="{style}">{escape(word)}</span>'


def _unread(text: str) -> str:
    """Write the text between tokens; it is paler unless it is only blanks."""
    return text if not text or text.isspace() else UNREAD.format(escape(text))


def _scale(explanation: Explanation, largest: float, *, has_unread: bool) -> str:
    """Explain the colours, and other marks if they occur."""
    bar = f"linear-gradient(to right,{_shade(-1)},transparent,{_shade(1)})"
    notes = [
        f'against, {-largest:+z.2f} <span style="display:inline-block;width:8em;height:0.8em;'
        f'background:{bar}"></span> {largest:+z.2f}, for'
    ]
    if not all(explanation.is_known):
        notes.append(f'<span style="{UNKNOWN}">dotted</span>: not in the vocabulary')
    if has_unread:
        notes.append(UNREAD.format("pale") + ": not read")
    return f"<p><small>{'; '.join(notes)}</small></p>"


def _shade(share: float) -> str:
    colour = BLUE if share > 0 else ORANGE
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{STRONGEST * abs(share):.2f})"
