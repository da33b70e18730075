"""Split documents into tokens, a chunk of the corpus at a time.

Most words of a corpus are the same few, over and over. The fast ways look at a
chunk as one array of bytes or code points, find the first place of each token
there, and make Python strings of those places only.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CHUNK_CHARACTERS = 1 << 21
"""Characters worked on at the same time; bounds the memory, whatever the corpus."""

SMALL_CHUNK = 1 << 12
"""Characters below which starting array operations costs more than they save."""

LONG_WORD = 16
"""Bytes from which on a word does not fit into the two keys that stand for it."""

SLOT_BITS = 20
"""Places in the table of words: 2**20, well above the distinct words of a chunk."""

_SHORT = np.minimum(np.arange(LONG_WORD + 1), LONG_WORD - 1)
_KEEP_FIRST = np.array([(1 << 8 * min(n, 8)) - 1 for n in _SHORT.tolist()], dtype="<u8")
_KEEP_SECOND = np.array([(1 << 8 * max(n - 8, 0)) - 1 for n in _SHORT.tolist()], dtype="<u8")
_MIX_FIRST = np.uint64(0x9E3779B97F4A7C15)  # odd, with bits spread evenly: multiplicative hashing
_MIX_SECOND = np.uint64(0xC2B2AE3D27D4EB4F)


@dataclass(frozen=True)
class Chunk:
    """Tokens of consecutive documents.

    Attributes
    ----------
    words : list of str
        Strings in the order of their first places; one may come twice.
    which : ndarray of shape (n_tokens,), dtype int64, or None
        Token ``i`` is ``words[which[i]]``; None: it is ``words[i]``.
    lengths : ndarray of shape (n_documents,), dtype int64
        Tokens in each document, which may be 0.
    """

    words: list[str]
    which: NDArray[np.int64] | None
    lengths: NDArray[np.int64]


@dataclass(frozen=True)
class Splitter:
    """The rules by which a document is cut; those of Keras, if there is no `tokenizer`.

    Characters in `filters` become the separator; with `char_level` they are
    kept, for that is what Keras's ``Tokenizer`` does.
    """

    lowercase: bool
    filters: str
    split: str
    char_level: bool
    tokenizer: Callable[[str], Iterable[str]] | None

    def chunks(self, documents: Sequence[str]) -> Iterator[Chunk]:
        """Yield the tokens of all documents, chunk after chunk."""
        start, size = 0, 0
        for stop, document in enumerate(documents, 1):
            size += len(document)
            if size >= CHUNK_CHARACTERS or stop == len(documents):
                yield self._split(documents[start:stop], size)
                start, size = stop, 0

    def _split(self, documents: Sequence[str], size: int) -> Chunk:
        if self.lowercase:
            documents = list(map(str.lower, documents))
        if self.tokenizer is not None:
            return _join([list(self.tokenizer(document)) for document in documents])
        if self.char_level:
            return split_characters(documents)
        if len(self.split) == 1 and (self.split + self.filters).isascii() and size >= SMALL_CHUNK:
            return split_bytes(documents, self.filters, self.split)
        return split_strings(documents, self.filters, self.split)


def split_strings(documents: Iterable[str], filters: str, split: str) -> Chunk:
    """Cut documents into words one by one: the plain way, for all filters and separators."""
    table = str.maketrans(dict.fromkeys(filters, split))
    return _join([list(filter(None, d.translate(table).split(split))) for d in documents])


def split_bytes(documents: Iterable[str], filters: str, split: str) -> Chunk:
    """Cut documents into words all at once; `filters` and `split` are ASCII.

    In UTF-8 no byte of another character looks like an ASCII character, so
    that the bytes can be filtered and cut as the characters would be.
    """
    encoded = [document.encode("utf-8", "surrogatepass") for document in documents]
    table = bytes.maketrans(filters.encode(), split.encode() * len(filters))
    glue = split.encode()
    # One separator before the first word, and room to read two keys at the last one.
    text = glue + glue.join(encoded).translate(table) + glue * (LONG_WORD + 1)
    inside = np.frombuffer(text, dtype=np.uint8) != glue[0]
    borders = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts, stops = borders[::2], borders[1::2]
    which = _first_places_of_words(text, starts, stops - starts)
    first = np.flatnonzero(which == np.arange(len(which)))
    words = _cut(text, starts[first].tolist(), stops[first].tolist())
    ends = np.cumsum([len(document) + 1 for document in encoded])
    lengths = np.diff(np.searchsorted(starts, ends), prepend=0)
    return Chunk(words, _renumber(which, first), lengths)


def split_characters(documents: Iterable[str]) -> Chunk:
    """Cut documents into characters, all at once."""
    documents = list(documents)
    text = "".join(documents)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    which = _first_places(codes, 0x110000)
    first = np.flatnonzero(which == np.arange(len(which)))
    lengths = np.fromiter(map(len, documents), dtype=np.int64, count=len(documents))
    return Chunk([text[i] for i in first.tolist()], _renumber(which, first), lengths)


def _join(tokens: Sequence[Sequence[str]]) -> Chunk:
    lengths = np.fromiter(map(len, tokens), dtype=np.int64, count=len(tokens))
    return Chunk([word for document in tokens for word in document], None, lengths)


def _cut(text: bytes, starts: list[int], stops: list[int]) -> list[str]:
    if text.isascii():
        letters = text.decode("ascii")
        return [letters[i:j] for i, j in zip(starts, stops, strict=True)]
    return [text[i:j].decode("utf-8", "surrogatepass") for i, j in zip(starts, stops, strict=True)]


def _first_places_of_words(
    text: bytes, starts: NDArray[np.int64], sizes: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Return for each word where an equal word stands first, or its own place.

    Up to 15 bytes and their number fit into two integers, so that words are
    compared exactly. A longer word, and one whose slot an earlier word has
    taken, is sent to its own place: it is looked up by itself.
    """
    sizes = np.minimum(sizes, LONG_WORD)
    windows = np.ndarray((len(text) - 7,), dtype="<u8", buffer=text, strides=(1,))
    first = windows[starts] & _KEEP_FIRST[sizes]
    second = windows[starts + 8] & _KEEP_SECOND[sizes] | sizes.astype("<u8") << np.uint64(56)
    slots = (first * _MIX_FIRST + second * _MIX_SECOND) >> np.uint64(64 - SLOT_BITS)
    places = _first_places(slots, 1 << SLOT_BITS)
    equal = (first[places] == first) & (second[places] == second) & (sizes < LONG_WORD)
    return np.where(equal, places, np.arange(len(places), dtype=np.int32))


def _first_places(slots: NDArray[np.unsignedinteger], n_slots: int) -> NDArray[np.int32]:
    """Return for each slot number where the same number stands first."""
    table = np.empty(n_slots, dtype=np.int32)
    places = np.arange(len(slots), dtype=np.int32)
    slots = slots.astype(np.int64)
    table[slots[::-1]] = places[::-1]  # of several values for one slot, the last one written stays
    return table[slots]


def _renumber(places: NDArray[np.int32], first: NDArray[np.int64]) -> NDArray[np.int64]:
    """Turn places into indices among the `first` places."""
    index = np.empty(len(places), dtype=np.int64)
    index[first] = np.arange(len(first))
    return index[places]
