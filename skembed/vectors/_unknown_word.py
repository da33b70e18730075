"""The error for words without a vector; it offers similar words."""

import difflib

import numpy as np

from skembed._messages import pluralize
from skembed.words import WordIndex

_MAX_CANDIDATES = 2000


class UnknownWordError(KeyError):
    """A word has no vector, or what was looked up is not a word.

    Both cases are a KeyError, as in a dict. The message offers similar words. They are searched
    for only when the message is read: the search would be too slow for code that catches the error
    for every unknown word.
    """

    def __init__(self, word: object, words: WordIndex) -> None:
        super().__init__(word)
        self._words = words

    def __str__(self) -> str:
        word = self.args[0]
        if not isinstance(word, str):
            return (
                f"Vectors are looked up by word, a str; got {word!r} of type "
                f"{type(word).__name__}. Rows by number are in .matrix."
            )
        near = similar_words(word, self._words)
        hint = f" Near matches: {', '.join(map(repr, near))}." if near else ""
        return (
            f"{word!r} is not among the {pluralize(len(self._words), 'word')} with a vector.{hint}"
        )

    def __reduce__(self) -> tuple[type[KeyError], tuple[str]]:
        # An error is sent to other processes; the words are not needed there.
        return KeyError, (str(self),)


def similar_words(word: str, words: WordIndex) -> list[str]:
    """Return up to three words that look like `word`, other casings first.

    Only words with the same first letter and about the same length are compared, the first
    2,000 of them: in the usual files these are the frequent ones.
    """
    casings = dict.fromkeys([word.lower(), word.capitalize(), word.upper(), word.strip()])
    same = [casing for casing in casings if casing != word and casing in words]
    encoded = word.encode("utf-8", "surrogatepass")
    if not encoded or not len(words):
        return same[:3]
    lengths = np.diff(words.offsets) - 1
    alike = (words.blob[words.offsets[:-1]] == encoded[0]) & (abs(lengths - len(encoded)) <= 2)
    candidates = [words[int(i)] for i in np.flatnonzero(alike)[:_MAX_CANDIDATES]]
    near = difflib.get_close_matches(word, candidates, n=3, cutoff=0.7)
    return list(dict.fromkeys(same + near))[:3]
