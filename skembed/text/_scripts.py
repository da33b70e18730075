"""Cut text of any script into words, characters and marks.

A text is rewritten so that `find_tokens` and `token_borders`, which only know ASCII's marks and
blanks, find the tokens of every script. Text in ASCII is not changed, so that it is cut as GloVe's
texts were. The tables are those of Unicode in Python's `unicodedata`.

The borders follow Unicode Standard Annex 29, https://www.unicode.org/reports/tr29, with two
exceptions. A character of a script that is written without blanks is a token of its own. ASCII
marks are cut as in GloVe's texts.
"""

import re
import unicodedata

from skembed.text._words_and_marks import MARKS, PLAIN_QUOTES, find_tokens

WITHOUT_BLANKS = (
    "AHOM",
    "BALINESE",
    "BOPOMOFO",
    "CJK",
    "HALFWIDTH KATAKANA",
    "HENTAIGANA",
    "HIRAGANA",
    "IDEOGRAPHIC",
    "JAVANESE",
    "KATAKANA",
    "KHITAN",
    "KHMER",
    "LAO",
    "MYANMAR",
    "NEW TAI LUE",
    "NUSHU",
    "TAI",
    "TANGUT",
    "THAI",
    "TIBETAN",
    "VERTICAL",  # one iteration mark of kana
    "YI",
)
"""Beginnings of Unicode's names of characters that are written without blanks between words."""

LETTER_CATEGORIES = {"Lu", "Ll", "Lt", "Lm", "Lo", "Nl"}
"""Unicode's categories of letters, and of numbers that are written as such."""

# Characters that are put into a rewritten text. They count as blanks when it is cut.
_EDGE = "\x01"  # around a token
_SYMBOL = "\x02"  # around a symbol, which a joiner may glue to another one
_BACK = "\x03"  # before what belongs to the character before it
_GLUE = "\x04"  # behind a joiner of symbols
_STACK = "\x05"  # behind a sign that stacks the next letter below the one before
_FLAG, _FLAG_END = "\x06", "\x07"  # around half of a flag
_MIDDLE, _MIDDLE_END = (
    "\x0e",
    "\x0f",
)  # around a mark that is part of a word with letters on both sides

_JOINER = 0x200D
_STACKERS = {0x1039, 0x17D2, 0x1A60}  # of Burmese, Khmer and Tai Tham
_TRAILING = {
    0x0E33, 0x0EB3,  # the vowel am of Thai and Lao, a letter to Unicode
    0xFF9E, 0xFF9F,  # sound marks of narrow katakana
    *range(0x1F3FB, 0x1F400),  # skin tones
    *range(0xE0020, 0xE0080),  # tags, which spell the flags of regions
}  # fmt: skip
_WITHIN_WORDS = {0xB7, 0x387, 0x55F, 0x5F4, 0x2027}  # as in the Catalan "col·lega"
_LETTERS = {0x5F3}  # the Hebrew geresh, punctuation by its category
_DROPPED = {
    0xAD,  # soft hyphen
    0x200E, 0x200F, 0x2060, 0x61C,  # marks of direction, and the word joiner
    *range(0x202A, 0x202F), *range(0x2066, 0x206A),
    *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0),  # variation selectors
}  # fmt: skip
_BLANKS = {0x200B, 0xFEFF, 0x0F0B, 0x0F0C}  # of no width, and between Tibetan syllables
_FLAGS = range(0x1F1E6, 0x1F200)


class _Rewriting(dict[int, str | int]):
    """The replacement of a character, found when it first occurs."""

    def __missing__(self, code: int) -> str | int:
        self[code] = _rewritten(code)
        return self[code]


def _rewritten(code: int) -> str | int:
    """Return the replacement of a character, or its own number if it does not change."""
    if code < 0x80:
        return " " if code < 0x20 else code
    letter, category = chr(code), unicodedata.category(chr(code))
    for codes, becomes in (
        (_DROPPED, ""),
        (_BLANKS, " "),
        ({_JOINER}, f"{_BACK}{letter}{_GLUE}"),
        (_STACKERS, f"{_BACK}{letter}{_STACK}"),
        (_TRAILING, f"{_BACK}{letter}"),
        (_FLAGS, f"{_FLAG}{letter}{_FLAG_END}"),
        (_WITHIN_WORDS, f"{_MIDDLE}{letter}{_MIDDLE_END}"),
        (_LETTERS, letter),
    ):
        if code in codes:
            return becomes
    if category[0] == "Z" or category == "Cc":
        return " "
    if category[0] == "M":
        return f"{_BACK}{letter}"
    if category[0] == "S":
        return f"{_SYMBOL}{letter}{_SYMBOL}"
    if category[0] == "P" or _is_without_blanks(letter):
        return f"{_EDGE}{letter}{_EDGE}"
    return code


def _is_without_blanks(letter: str) -> bool:
    is_letter = unicodedata.category(letter) in LETTER_CATEGORIES
    return is_letter and unicodedata.name(letter, "").startswith(WITHOUT_BLANKS)


_REWRITING = _Rewriting(PLAIN_QUOTES)

_WORD = rf"[^\x00-\x20\x7f{re.escape(MARKS)}]"
_BEHIND = re.compile(
    f"([{_EDGE}{_SYMBOL}{_FLAG_END}{_MIDDLE_END}])((?:{_BACK}.[{_GLUE}{_STACK}]?)+)", re.DOTALL
)
_TWO_HALVES = re.compile(f"{_FLAG}(.){_FLAG_END}{_FLAG}(.){_FLAG_END}")
_IN_A_WORD = re.compile(f"(?<={_WORD}){_MIDDLE}([^{_MIDDLE_END}]+){_MIDDLE_END}(?={_WORD})")


def compose(document: str) -> str:
    """Write letters and their marks as one character if Unicode has it (NFC)."""
    return document if document.isascii() else unicodedata.normalize("NFC", document)


def lowercase(document: str) -> str:
    """Lowercase as Unicode does, in every language.

    A dotted capital I becomes an i without a second dot, so that a Turkish word begins with
    the same letter in both cases. The capital I becomes an i, in Turkish as well.

    Examples
    --------
    >>> lowercase("ΟΔΟΣ İzmir")
    'οδος izmir'
    """
    document = document.lower()
    return document if document.isascii() else document.replace("i\u0307", "i")


def is_character(token: str) -> bool:
    """Return whether a token is one character, with its marks, of a script without blanks.

    Examples
    --------
    >>> [is_character(token) for token in ("好", "กิ", "今天", "sun")]
    [True, True, False, False]
    """
    return _is_without_blanks(token[:1]) and len(find_tokens(separate_scripts(token))) == 1


def separate_scripts(document: str) -> str:
    """Put blanks between the tokens of a document that has been composed and lowercased."""
    if document.isascii():
        return document
    text = document.translate(_REWRITING)
    if _BACK in text:
        text = _BEHIND.sub(r"\2\1", text)
        for glue in (_GLUE + 2 * _SYMBOL, _STACK + 2 * _EDGE, _BACK, _GLUE, _STACK):
            text = text.replace(glue, "")
    if _FLAG in text:
        text = _TWO_HALVES.sub(rf"{_EDGE}\1\2{_EDGE}", text)
    return _IN_A_WORD.sub(r"\1", text) if _MIDDLE in text else text
