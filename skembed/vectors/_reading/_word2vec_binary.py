"""The binary word2vec format: a header line, then each word, a space and raw float32 numbers."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from skembed._messages import pluralize
from skembed.vectors._reading._block import LONGEST_WORD, Block
from skembed.words import WordIndex

_BLOCK_BYTES = 1 << 23
# Letters that are read as a number are above the first bound. A number whose highest byte is a
# blank is below the second.
_IMPOSSIBLE, _TINY = 1e15, 1e-15
# The rest of a word is read as numbers; together with its blank it fills whole numbers.
_REST_OF_WORD = re.compile(rb"(?:[!-~]{4}){0,4}[!-~]{3} ")
_HOLDS_A_BLANK = (
    "a word holds a blank, which ends a word in this format, so that all that follows is shifted."
)
_AS_TEXT = "Save the vectors as text, or without blanks in their words."
_LONGEST_HEADER = 100
_HEADER = re.compile(rb"([0-9]{1,18})[ \t]{1,30}([0-9]{1,18})[ \t\r]{0,30}\n")
_CONTROLS = re.compile(rb"[\0-\x08\x0e-\x1f\x7f]")
_TEXT_NUMBERS = re.compile(rb"[0-9eE+\-. \t\r\nainfAINF]*")


def is_word2vec_binary(head: bytes) -> bool:
    """Return whether the first bytes are a header as in word2vec text, and then not text."""
    header = _HEADER.match(head)
    if header is None:
        return False
    n_dims = int(header[2])
    body = head[header.end() :].lstrip(b"\n")
    _, space, numbers = body.partition(b" ")
    first_row = numbers[: 4 * n_dims]
    return (
        bool(space and first_row)
        and not _numbers_only(first_row, n_dims)
        and not _words_only(body.partition(b"\n")[0], n_dims)
    )


def _numbers_only(row: bytes, n_dims: int) -> bool:
    """Return whether bytes in the place of raw numbers are text, perhaps without its newline.

    Raw numbers may hold the byte of a newline, also as their first byte.
    """
    line, newline, _ = row.partition(b"\n")
    if _TEXT_NUMBERS.fullmatch(line) is None:
        return False
    if not newline or len(line.split()) >= n_dims:
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(row)
    except UnicodeDecodeError:
        return False
    return _CONTROLS.search(row) is None


def _words_only(line: bytes, n_dims: int) -> bool:
    """Return whether a line is text: a word with spaces before its numbers."""
    fields = line.rsplit(None, n_dims)
    return len(fields) == n_dims + 1 and all(map(_TEXT_NUMBERS.fullmatch, fields[1:]))


def read_word2vec_binary(
    stream: BinaryIO, name: str, limit: int | None, kept: WordIndex | None
) -> Iterator[Block]:
    """Read a binary word2vec file block by block; see `read_file`.

    Only a blank marks the end of a word. A word that holds a blank shifts the words and numbers
    after it: bytes of numbers are read as words until the reading happens to be in step again.
    """
    header = stream.readline(_LONGEST_HEADER)
    n_words, n_dims = map(int, header.split())
    if n_dims == 0:
        raise ValueError(f"{name}, header: expected at least one dimension, found 0.")
    wanted = n_words if limit is None else min(limit, n_words)
    entries, data = _Entries(n_dims, name), b""
    while entries.done < wanted:
        chunk = stream.read(_BLOCK_BYTES)
        data += chunk
        words, rows, used = _cut_entries(data, n_dims, wanted - entries.done)
        if words:
            yield entries.block(data, words, rows, kept)
        data = data[used:]
        if not chunk and entries.done < wanted:
            raise ValueError(_too_short(name, n_words, n_dims, entries.done, len(data)))
        if len(data) > LONGEST_WORD + 4 * n_dims and not words:
            raise ValueError(
                f"{name}, entry {entries.done + 1}: expected a word and a space, found no space in "
                f"{LONGEST_WORD} bytes."
            )
    left = (data + stream.read(_BLOCK_BYTES)).strip(b"\r\n")
    if limit is None and left:
        raise ValueError(
            f"{name}: expected the file to end after {pluralize(n_words, 'word')}, as its header "
            f"says, found {_at_least(left)} more. The header is wrong, or {_HOLDS_A_BLANK} "
            f"{_AS_TEXT} limit={n_words} reads these words anyway."
        )


def _at_least(left: bytes) -> str:
    more = "or more " if len(left) >= _BLOCK_BYTES else ""
    return f"{more}{pluralize(len(left), 'byte')}"


def _too_short(name: str, n_words: int, n_dims: int, done: int, n_left: int) -> str:
    there = f" Or limit={done} reads what is there." if done else ""
    return (
        f"{name}: expected {pluralize(n_words, 'word')} of {pluralize(n_dims, 'number')}, as its "
        f"header says, found {done} and {pluralize(n_left, 'byte')} more; the file may be "
        f"truncated, or {_HOLDS_A_BLANK} Get the whole file, or one without blanks in its words."
        f"{there}"
    )


def _cut_entries(data: bytes, n_dims: int, wanted: int) -> tuple[list[bytes], list[int], int]:
    """Find whole entries: their words, where their numbers start, and how far they reach."""
    words: list[bytes] = []
    rows: list[int] = []
    position = 0
    while len(words) < wanted:
        space = data.find(b" ", position)
        end = space + 1 + 4 * n_dims
        if space < 0 or end > len(data):
            break
        words.append(data[position:space])
        rows.append(space + 1)
        position = end
    return words, rows, position


class _Entries:
    """Read entries block by block, and check that the reading is still in step."""

    def __init__(self, n_dims: int, name: str) -> None:
        self.done = 0
        self._n_dims = n_dims
        self._name = name
        self._last_word = b""
        self._last_is_tiny = False
        # Some programs write a newline after the numbers: in all entries or in none.
        self._has_newlines: bool | None = None

    def block(
        self, data: bytes, words: list[bytes], rows: list[int], kept: WordIndex | None
    ) -> Block:
        """Make a block from words, with their newlines, and the places of their numbers."""
        windows = sliding_window_view(np.frombuffer(data, dtype=np.uint8), 4 * self._n_dims)
        matrix = windows[rows].view("<f4").astype(np.float32, copy=False)
        self._check_steps(words, matrix)
        bare = [word.lstrip(b"\n") for word in words]
        if max(map(len, bare)) > LONGEST_WORD:
            raise ValueError(
                f"{self._name}: expected words of at most {LONGEST_WORD:,} bytes, found a longer "
                "one; the file may be damaged."
            )
        positions = np.arange(self.done + 1, self.done + 1 + len(words), dtype=np.int64)
        self.done += len(words)
        return Block.of_words(bare, matrix, positions, kept)

    def _check_steps(self, words: list[bytes], matrix: NDArray[np.float32]) -> None:
        """Check that the reading has stayed in step with the file.

        It has not if numbers are impossible, if newlines are not at their earlier places, or if an
        unlikely number comes before an unlikely word.
        """
        sizes: NDArray[np.float32] = np.abs(matrix)
        if not sizes.max() < _IMPOSSIBLE:
            i = int(np.argmin((sizes < _IMPOSSIBLE).all(axis=1)))
            number = f"{matrix[i, np.argmin(sizes[i] < _IMPOSSIBLE)]:.3g}"
            raise self._shifted(i, words[i], f"finite numbers below {_IMPOSSIBLE:.0e}", number)
        before = [self._last_word, *words]
        start = 1 if self.done == 0 else 0  # the end of the header says nothing
        if self._has_newlines is None and words[start:]:
            n_newlines = sum(word.startswith(b"\n") for word in words[start:])
            self._has_newlines = n_newlines > len(words[start:]) / 2
        for i, word in enumerate(words[start:] if self._has_newlines else (), start=start):
            if not word.startswith(b"\n"):
                raise self._shifted(i - 1, before[i], "a newline after its numbers", repr(word))
        is_small = sizes < _TINY
        tiny = np.zeros(len(words), dtype=bool)
        if is_small.any():
            tiny |= np.asarray((is_small & (sizes > 0)).any(axis=1))
        for i in np.flatnonzero(tiny).tolist():
            row = matrix[i].tobytes()
            if _REST_OF_WORD.match(row):
                raise self._shifted(i, words[i], "numbers", repr(row[:16]))
        for i in np.flatnonzero(np.append(self._last_is_tiny, tiny[:-1])).tolist():
            if _is_odd(words[i]):
                raise self._shifted(i - 1, before[i], "a word after its numbers", repr(words[i]))
        self._last_word, self._last_is_tiny = words[-1], bool(tiny[-1])

    def _shifted(self, i: int, word: bytes, expected: str, found: str) -> ValueError:
        """Return the error for the entry in which, or after which, the reading lost step."""
        entry = self.done + i + 1
        shown = word.strip(b"\n")[:40].decode("utf-8", "backslashreplace")
        before = f" limit={entry - 1} reads what comes before." if entry > 1 else ""
        return ValueError(
            f"{self._name}, entry {entry}: expected {expected}, found {found:.60} with the word "
            f"{shown!r}. The file is damaged, or {_HOLDS_A_BLANK} {_AS_TEXT}{before}"
        )


def _is_odd(word: bytes) -> bool:
    """Return whether a word is unlikely: empty, not UTF-8, with newlines or control characters."""
    try:
        word.decode()
    except UnicodeDecodeError:
        return True
    bare = word.lstrip(b"\n")
    return not word or b"\n" in bare or _CONTROLS.search(bare) is not None
