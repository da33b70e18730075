"""Split documents into tokens, a chunk of the corpus at a time.

The fast methods treat a chunk as one array of bytes or code points, and make Python strings only of
new tokens.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from skembed._bar import show_bar
from skembed.text._own_function import Cutter, cut_by_own
from skembed.text._scripts import compose, lowercase, separate_scripts
from skembed.text._words_and_marks import find_tokens, separate_marks, token_borders
from skembed.words import WORD_BYTES, GrowingTable, PackedWords

CHUNK_CHARACTERS = 1 << 19
"""Characters that are cut at the same time; this bounds the memory for any corpus."""

SMALL_CORPUS = 1 << 12
"""Characters below which starting array operations costs more than they save."""

SEPARATE: dict[str, Callable[[str], str]] = {"glove": separate_marks, "unicode": separate_scripts}
"""Functions that put blanks between the tokens of non-ASCII documents, by the tokenizer's name."""


@dataclass(frozen=True)
class Chunk:
    """Tokens of consecutive documents."""

    # In the order of their first places. A token may come twice, unless documents are cut by bytes.
    words: list[str]
    # (n_tokens,): each token among the words of this chunk and of those before it that had
    # numbers; None: token i is words[i].
    word_numbers: NDArray[np.int32] | None
    lengths: NDArray[np.int64]  # (n_documents,): tokens in each, which may be none


@dataclass(frozen=True)
class Splitter:
    """The rules by which a document is cut: those of Keras if there is no `tokenizer`.

    Characters in `filters` become the separator. With `char_level` they are kept, as in Keras's
    ``Tokenizer``. The tokenizers of `SEPARATE` make tokens of punctuation marks.
    """

    lowercase: bool
    filters: str
    split: str
    char_level: bool
    tokenizer: str | Cutter | None  # a name is one of `SEPARATE`

    def chunks(self, documents: Sequence[str]) -> Iterator[Chunk]:
        """Yield the tokens of all documents, chunk after chunk."""
        with show_bar("Reading texts", len(documents), " texts") as bar:
            for chunk in self._chunks(documents):
                yield chunk
                bar.advance(len(chunk.lengths))

    def _chunks(self, documents: Sequence[str]) -> Iterator[Chunk]:
        by_bytes = self.suits_bytes(documents)
        start, size, n_words, seen = 0, 0, 0, GrowingTable()
        for stop, length in enumerate(map(len, documents), 1):
            size += length
            if size >= CHUNK_CHARACTERS or stop == len(documents):
                some = self._prepared(documents[start:stop])
                if by_bytes and self.tokenizer in SEPARATE:
                    yield split_words_and_marks(some, seen)
                elif by_bytes:
                    yield split_bytes(some, self.filters, self.split, seen)
                else:
                    chunk = self._split(some, start, n_words)
                    n_words += len(chunk.words)
                    yield chunk
                start, size = stop, 0

    def _prepared(self, documents: Sequence[str]) -> Sequence[str]:
        """Lowercase documents one by one, as a letter's case may depend on others, and compose."""
        lower: Callable[[str], str] = str.lower
        if self.tokenizer == "unicode":
            documents, lower = list(map(compose, documents)), lowercase
        if self.lowercase:
            documents = list(map(lower, documents))
        if isinstance(self.tokenizer, str):
            documents = list(map(SEPARATE[self.tokenizer], documents))
        return documents

    def suits_bytes(self, documents: Iterable[str]) -> bool:
        """Return whether documents are cut by their bytes, so that no chunk repeats a word."""
        if self.tokenizer is None:
            if self.char_level or not self.filters.isascii():
                return False
            if len(self.split) != 1 or not self.split.isascii():
                return False
        elif not isinstance(self.tokenizer, str):
            return False
        return any(size >= SMALL_CORPUS for size in accumulate(map(len, documents)))

    def _split(self, documents: Sequence[str], start: int, n_words: int) -> Chunk:
        """Cut documents, the first of which has the position `start`, by their characters."""
        if isinstance(self.tokenizer, str):
            return _join(list(map(find_tokens, documents)))
        if self.tokenizer is not None:
            return _join(list(cut_by_own(self.tokenizer, documents, start)))
        if self.char_level:
            return split_characters(documents, n_words)
        return split_strings(documents, self.filters, self.split)


def split_strings(documents: Iterable[str], filters: str, split: str) -> Chunk:
    """Cut documents into words one by one: the simple method, for all filters and separators."""
    table = str.maketrans(dict.fromkeys(filters, split))
    return _join([list(filter(None, d.translate(table).split(split))) for d in documents])


def split_bytes(documents: Sequence[str], filters: str, split: str, seen: GrowingTable) -> Chunk:
    """Cut documents into words all at once; `filters` and `split` are ASCII.

    In UTF-8 no byte of another character looks like an ASCII character, so the bytes can be
    filtered and cut like the characters.
    """
    raw, ends = _lay_out(documents, split)
    glue = split.encode()
    raw = raw.translate(bytes.maketrans(filters.encode(), glue * len(filters)))
    borders = _borders(np.frombuffer(raw, dtype=np.uint8) != glue[0])
    return _number(raw, borders, ends, split, seen)


def split_words_and_marks(documents: Sequence[str], seen: GrowingTable) -> Chunk:
    """Cut documents with separated tokens into words and punctuation marks all at once."""
    raw, ends = _lay_out(documents, " ")
    return _number(raw, token_borders(raw), ends, " ", seen)


def _lay_out(documents: Sequence[str], glue: str) -> tuple[bytes, NDArray[np.int64]]:
    """Encode documents with `glue` after each and more at the end; return where each ends."""
    if all(map(str.isascii, documents)):  # encoding all at once takes a tenth of the time
        raw = glue.join([*documents, ""]).encode()
        sizes = map(len, documents)
    else:
        encoded = [document.encode("utf-8", "surrogatepass") for document in documents]
        raw = glue.encode().join([*encoded, b""])
        sizes = map(len, encoded)
    ends = np.fromiter(sizes, dtype=np.int64, count=len(documents)) + 1
    return raw + glue.encode() * (2 * WORD_BYTES - len(raw) % WORD_BYTES), ends.cumsum()


def _number(
    raw: bytes,
    borders: tuple[NDArray[np.int64], NDArray[np.int64]],
    ends: NDArray[np.int64],
    glue: str,
    seen: GrowingTable,
) -> Chunk:
    """Give numbers to the words between such borders; `glue` is in none of them."""
    starts, stops = borders
    n_before = len(seen)
    numbers = seen.add(PackedWords(np.frombuffer(raw, dtype=np.uint8), starts, stops - starts))
    lengths = np.diff(np.searchsorted(starts, ends), prepend=0)
    return Chunk(seen.strings(n_before, glue), numbers.astype(np.int32), lengths)


def split_characters(documents: Iterable[str], n_words: int = 0) -> Chunk:
    """Cut documents into characters, all at once, after chunks with so many words."""
    documents = list(documents)
    text = "".join(documents)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    places = _first_places(codes.astype(np.int64), 0x110000)
    is_first = places == np.arange(len(places))
    word_numbers = (np.cumsum(is_first, dtype=np.int32) + np.int32(n_words - 1))[places]
    lengths = np.fromiter(map(len, documents), dtype=np.int64, count=len(documents))
    return Chunk([text[i] for i in np.flatnonzero(is_first).tolist()], word_numbers, lengths)


def _first_places(numbers: NDArray[np.int64], n_numbers: int) -> NDArray[np.int32]:
    """Return for each of some numbers below `n_numbers` where the same number occurs first."""
    table = np.empty(n_numbers, dtype=np.int32)
    places = np.arange(len(numbers), dtype=np.int32)
    table[numbers[::-1]] = places[::-1]  # the last of several values that are written stays
    return table[numbers]


def _join(tokens: Sequence[Sequence[str]]) -> Chunk:
    lengths = np.fromiter(map(len, tokens), dtype=np.int64, count=len(tokens))
    return Chunk([word for document in tokens for word in document], None, lengths)


def _borders(inside: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where runs of True start and where they stop; the last value is False."""
    edges = np.empty(len(inside), dtype=bool)
    edges[:1] = inside[:1]
    np.not_equal(inside[1:], inside[:-1], out=edges[1:])
    borders = np.flatnonzero(edges)
    return borders[::2].copy(), borders[1::2].copy()
