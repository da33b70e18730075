"""The places of a document's tokens in its text."""

import unicodedata
from collections.abc import Sequence

from skembed.text._words_and_marks import PLAIN_QUOTES

REACH = 60
"""Characters behind a token within which the next one is looked for."""

Place = tuple[int, int]
"""Where a token begins, and where it ends."""


def places_of(tokens: Sequence[str], document: str) -> list[Place | None]:
    """Find the tokens of a document in it, one after the other, in capitals too.

    Returns
    -------
    places : list of (int, int) or None, length n_tokens
        Slices of the document. None for a token that is not in it, such as one that a
        tokenizer of the user's own has made of another word.

    Examples
    --------
    >>> places_of(["good", "day", "days"], "Good DAY!")
    [(0, 4), (5, 8), None]
    """
    folded: list[str] = []
    at: list[int] = []
    for i, character in enumerate(document):
        for each in _fold(character):
            folded.append(each)
            at.append(i)
    whole, found, cursor = "".join(folded), list[Place | None](), 0
    for token in tokens:
        wanted = "".join(map(_fold, token))
        stop = cursor + REACH + len(wanted)
        start = -1 if not wanted or wanted.isspace() else whole.find(wanted, cursor, stop)
        if start < 0:
            found.append(None)
            continue
        cursor = start + len(wanted)
        behind = at[cursor] if cursor < len(at) else len(document)  # marks and signs of no width
        found.append((at[start], max(at[cursor - 1] + 1, behind)))
    return found


def _fold(character: str) -> str:
    """Return what is left of a character where neither case nor writing counts."""
    kept = unicodedata.normalize("NFKD", character.translate(PLAIN_QUOTES).casefold())
    return "".join(c for c in kept if unicodedata.category(c) not in ("Mn", "Cf"))
