"""Cut text into words and punctuation marks, as the texts that GloVe was trained on were.

Two ways that must agree: a regular expression for a few documents, and an array of bytes for a
corpus. Both see non-ASCII marks between blanks, so that what is left of other alphabets is words.
"""

import re
import unicodedata

import numpy as np
from numpy.typing import NDArray

MARKS = "!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~"
"""ASCII's punctuation but the underscore: each is a token of its own, with the exceptions below."""

BLANKS = bytes([*range(0x21), 0x7F])
"""White space and control characters of ASCII."""

_WORD = rf"[^\x00-\x20\x7f{re.escape(MARKS)}]"
_NOT = rf"[nN]'[tT](?!{_WORD})"
_CLITIC = rf"'(?:[sSdDmM]|[rR][eE]|[vV][eE]|[lL][lL])(?!{_WORD})"
_WITHIN_NUMBER = r"(?<=[0-9])[.,](?=[0-9])"
_TOKEN = re.compile(
    rf"{_NOT}|{_CLITIC}|(?:(?!{_NOT}){_WORD}|{_WITHIN_NUMBER})+|[{re.escape(MARKS)}]"
)

_BLANK, _LETTER, _MARK = range(3)
_KINDS = bytes(
    _BLANK if code in BLANKS else _MARK if chr(code) in MARKS else _LETTER for code in range(256)
)


class _Separation(dict[int, str | int]):
    """What becomes of a character outside of ASCII, found out when it first comes."""

    def __missing__(self, code: int) -> str | int:
        category = unicodedata.category(chr(code)) if code > 0x7F else ""
        if category[:1] in ("P", "S"):
            self[code] = f" {chr(code)} "
        else:
            self[code] = " " if category[:1] == "Z" or category == "Cc" else code
        return self[code]


PLAIN_QUOTES = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'}
"""Typographic quotation marks and apostrophes, and what stands for them."""

_SEPARATION = _Separation(
    {
        **PLAIN_QUOTES,
        0x200B: " ",  # blanks of no width
        0xFEFF: " ",
        0xFE0F: "",  # "as a picture", behind a symbol
    }
)


def separate_marks(document: str) -> str:
    """Put blanks around the marks and symbols outside of ASCII, and take plain quotation marks."""
    return document if document.isascii() else document.translate(_SEPARATION)


def find_tokens(document: str) -> list[str]:
    """Cut one document whose marks were separated."""
    return _TOKEN.findall(document)


def token_borders(text: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first byte of each token, and the byte behind its last, shape (n_tokens,).

    Documents are in UTF-8, their marks separated, with blanks between them and at least four at the
    end.
    """
    kinds = np.frombuffer(text.translate(_KINDS), dtype=np.uint8)
    cut = np.empty(len(kinds), dtype=bool)  # between a byte and the one before it
    cut[:1] = kinds[:1] != _BLANK
    np.not_equal(kinds[1:], kinds[:-1], out=cut[1:])
    cut |= kinds == _MARK
    letters = np.frombuffer(text.lower(), dtype=np.uint8)  # lower() changes ASCII alone
    _join_numbers(letters, cut)
    _join_clitics(letters, kinds, cut)
    starts = np.flatnonzero(cut & (kinds != _BLANK))
    stops = np.flatnonzero(cut[1:] & (kinds[:-1] != _BLANK)) + 1
    return starts, stops


def _join_numbers(letters: NDArray[np.uint8], cut: NDArray[np.bool_]) -> None:
    """Leave points and commas between two digits within their number."""
    points = np.flatnonzero((letters == ord(".")) | (letters == ord(",")))
    points = points[_is_digit(letters[points - 1]) & _is_digit(letters[points + 1])]
    cut[points] = cut[points + 1] = False


def _is_digit(letters: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return letters - np.uint8(ord("0")) < 10


def _join_clitics(
    letters: NDArray[np.uint8], kinds: NDArray[np.uint8], cut: NDArray[np.bool_]
) -> None:
    """Cut before "'s" and its like and before "n't", but not within."""
    marks = np.flatnonzero(letters == ord("'"))
    one, two = letters[marks + 1], letters[marks + 2]
    short = kinds[marks + 2] != _LETTER
    pairs = (one == ord("l")) & (two == ord("l"))
    pairs |= ((one == ord("r")) | (one == ord("v"))) & (two == ord("e"))
    joined = pairs & (kinds[marks + 3] != _LETTER)
    joined |= short & ((one == ord("s")) | (one == ord("d")) | (one == ord("m")))
    cut[marks[joined] + 1] = False
    nots = marks[short & (one == ord("t")) & (letters[marks - 1] == ord("n"))]
    cut[nots - 1] = True
    cut[nots] = cut[nots + 1] = False
