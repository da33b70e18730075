"""The binary word2vec format: a header line, then each word, a space and raw float32 numbers."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from skembed.vectors._counted import counted
from skembed.vectors._reading._block import LONGEST_WORD, Block
from skembed.vectors._word_index import WordIndex

_BLOCK_BYTES = 1 << 23
_LONGEST_HEADER = 100
_HEADER = re.compile(rb"([0-9]{1,18})[ \t]{1,30}([0-9]{1,18})[ \t\r]{0,30}\n")
_CONTROLS = re.compile(rb"[\0-\x08\x0e-\x1f\x7f]")
_TEXT_NUMBERS = re.compile(rb"[0-9eE+\-. \t\r\nainfAINF]*")


def is_word2vec_binary(head: bytes) -> bool:
    """Tell from the first bytes: a header as in word2vec text, but no text after the word."""
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
    """Whether what would be raw numbers is text, of which a newline may have been cut off.

    Raw numbers may have the byte of a newline among them, or at their very beginning.
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
    """Whether a line is text after all: a word with spaces before its numbers."""
    fields = line.rsplit(None, n_dims)
    return len(fields) == n_dims + 1 and all(map(_TEXT_NUMBERS.fullmatch, fields[1:]))


def read_word2vec_binary(
    stream: BinaryIO, name: str, limit: int | None, kept: WordIndex | None
) -> Iterator[Block]:
    """Read a binary word2vec file block by block; see `read_file`."""
    header = stream.readline(_LONGEST_HEADER)
    n_words, n_dims = map(int, header.split())
    if n_dims == 0:
        raise ValueError(f"{name}, header: expected at least one dimension, found 0.")
    wanted = n_words if limit is None else min(limit, n_words)
    done, data = 0, b""
    while done < wanted:
        chunk = stream.read(_BLOCK_BYTES)
        data += chunk
        words, rows, used = _cut_entries(data, n_dims, wanted - done)
        if words:
            yield _block(data, words, rows, n_dims, done, name, kept)
        done += len(words)
        data = data[used:]
        if not chunk and done < wanted:
            raise ValueError(
                f"{name}: expected {counted(n_words, 'word')} of {counted(n_dims, 'number')}, as "
                f"its header says, found {done} and {counted(len(data), 'byte')} more; the file "
                "may be truncated."
            )
        if len(data) > LONGEST_WORD + 4 * n_dims and not words:
            raise ValueError(
                f"{name}, entry {done + 1}: expected a word and a space, found no space in "
                f"{LONGEST_WORD} bytes."
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
        words.append(data[position:space].lstrip(b"\n"))
        rows.append(space + 1)
        position = end
    return words, rows, position


def _block(
    data: bytes,
    words: list[bytes],
    rows: list[int],
    n_dims: int,
    done: int,
    name: str,
    kept: WordIndex | None,
) -> Block:
    windows = sliding_window_view(np.frombuffer(data, dtype=np.uint8), 4 * n_dims)
    matrix = windows[rows].view("<f4").astype(np.float32, copy=False)
    finite = np.isfinite(matrix).all(axis=1)
    if not finite.all():
        entry = done + int(np.argmin(finite)) + 1
        raise ValueError(f"{name}, entry {entry}: expected finite numbers, found NaN or infinity.")
    if max(map(len, words)) > LONGEST_WORD:
        raise ValueError(
            f"{name}: expected words of at most {LONGEST_WORD:,} bytes, found a longer one; the "
            "file may be damaged."
        )
    positions = np.arange(done + 1, done + 1 + len(words), dtype=np.int64)
    return Block.of_words(words, matrix, positions, kept)
