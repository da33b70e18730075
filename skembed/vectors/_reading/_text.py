"""The text formats: GloVe, word2vec text, fastText `.vec`."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from skembed.vectors._counted import counted
from skembed.vectors._reading._block import Block
from skembed.vectors._reading._numbers import DECIMAL
from skembed.vectors._reading._text_block import TAIL, parse_block
from skembed.vectors._reading._text_lines import parse_lines
from skembed.vectors._threads import threads_for
from skembed.vectors._word_index import WordIndex

# What is computed from a block should stay in the processor's cache; but the smaller the blocks,
# the more often the threads wait for each other to let go of the interpreter.
_BLOCK_BYTES = 1 << 20
_LARGER_BYTES = 1 << 24
_LONGEST_LINE = 1 << 21
_SNIFFED_LINES = 64
_N_THREADS = 2
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # which some editors put before UTF-8 text
_HEADER = re.compile(rb"([0-9]{1,18})[ \t]+([0-9]{1,18})[ \t\r]*")


@dataclass(frozen=True)
class Layout:
    """What the first lines of a text file tell.

    Attributes
    ----------
    n_dims : int
        Numbers on each line.
    n_words : int or None
        Words that the header promises; None without a header.
    """

    n_dims: int
    n_words: int | None

    @property
    def first_line(self) -> int:
        """Number of the first line that holds a word."""
        return 1 if self.n_words is None else 2


def read_text(
    stream: BinaryIO, name: str, limit: int | None, kept: WordIndex | None
) -> Iterator[Block]:
    """Read a text file of word vectors block by block.

    Blocks are parsed by up to two threads: NumPy lets go of the interpreter while it computes.

    Parameters
    ----------
    stream : binary file
        At its start.
    name : str
        What error messages call the file.
    limit : int, default=None
        Lines to read; None reads all.
    kept : WordIndex, default=None
        Words to keep; None keeps all.

    Yields
    ------
    block : Block
    """
    _keep_freed_memory()
    head = stream.read(_BLOCK_BYTES).removeprefix(_BYTE_ORDER_MARK)
    layout = sniff_layout(head, name)
    n_lines = 0
    n_threads = threads_for(_N_THREADS)
    with ThreadPoolExecutor(n_threads, thread_name_prefix="skembed-read") as pool:
        waiting: deque[tuple[bytearray, Future[tuple[Block | None, int]]]] = deque()
        for raw in _whole_lines(stream, head, layout, limit, name):
            waiting.append((raw, pool.submit(parse_block, raw, layout.n_dims, kept)))
            if len(waiting) <= 2 * n_threads:
                continue
            block, n_lines = _finish(*waiting.popleft(), layout, n_lines, kept, name)
            yield block
        while waiting:
            block, n_lines = _finish(*waiting.popleft(), layout, n_lines, kept, name)
            yield block
    if layout.n_words is not None and limit is None and n_lines != layout.n_words:
        raise ValueError(
            f"{name}: expected {counted(layout.n_words, 'word')}, as its first line says, found "
            f"{n_lines}; the file may be truncated."
        )


def _keep_freed_memory() -> None:
    """Let the arrays of one block lie where those of the one before did.

    glibc gives freed arrays back to the system, to fault them in anew page by page for the next
    block, unless it has seen a larger one come and go.
    """
    np.empty(_LARGER_BYTES, dtype=np.uint8)


def _finish(
    raw: bytearray,
    parsed: Future[tuple[Block | None, int]],
    layout: Layout,
    n_lines: int,
    kept: WordIndex | None,
    name: str,
) -> tuple[Block, int]:
    """Give a block its line numbers, after reading it with care if it is an odd one."""
    block, n_more = parsed.result()
    first_line = layout.first_line + n_lines
    if block is None:
        block = parse_lines(bytes(raw.removesuffix(TAIL)), layout.n_dims, first_line, kept, name)
    else:
        block.positions += first_line
    return block, n_lines + n_more


def sniff_layout(head: bytes, name: str) -> Layout:
    """Tell header and number of dimensions from the first lines of a file.

    A first line of two integers is a header if the second line has as many numbers as it
    says. Without a header, the most common number of fields decides, for a token may hold spaces.
    """
    lines = [line for line in head.split(b"\n")[:_SNIFFED_LINES] if line.strip()]
    if not lines:
        raise ValueError(f"{name}, line 1: expected a word and its numbers, found an empty file.")
    header = _HEADER.fullmatch(lines[0])
    if header and (len(lines) == 1 or _n_numbers(lines[1]) >= int(header[2])):
        if int(header[2]) == 0:
            raise ValueError(f"{name}, line 1: expected at least one dimension, found 0.")
        return Layout(int(header[2]), int(header[1]))
    # The last line may be cut off by the end of what was read, or of the file.
    counts = Counter(_n_numbers(line) for line in lines[: max(1, len(lines) - 1)])
    n_dims = max(counts, key=counts.__getitem__)  # of equally common ones the first
    if n_dims < 1:
        shown = lines[0][:40].decode("utf-8", "backslashreplace")
        raise ValueError(
            f"{name}, line 1: expected a word and its numbers, found {shown!r}. Known formats: "
            "GloVe text, word2vec text and binary, fastText .vec and .bin, gensim .kv."
        )
    return Layout(n_dims, None)


def _n_numbers(line: bytes) -> int:
    """Count the numbers at the end of a line, leaving one field for the word."""
    count = 0
    for field in reversed(line.split()[1:]):
        if not DECIMAL.fullmatch(field):
            break
        count += 1
    return count


def _whole_lines(
    stream: BinaryIO, head: bytes, layout: Layout, limit: int | None, name: str
) -> Iterator[bytearray]:
    """Cut a stream into blocks of whole lines, each followed by `TAIL`."""
    rest = head if layout.n_words is None else head.partition(b"\n")[2]
    left = limit
    at_end = False
    while not at_end and (left is None or left > 0):
        raw, rest, at_end = _read_lines(stream, rest)
        if len(rest) > _LONGEST_LINE:
            raise ValueError(
                f"{name}: expected lines of at most {_LONGEST_LINE:,} bytes, found a longer one; "
                "the file may be damaged, or none of word vectors."
            )
        if left is not None:
            lines = raw.split(b"\n", left)
            raw = raw if len(lines) <= left else bytearray(b"\n").join([*lines[:left], TAIL])
            left -= raw.count(b"\n")
        if raw != TAIL:
            yield raw


def _read_lines(stream: BinaryIO, rest: bytes) -> tuple[bytearray, bytes, bool]:
    """Read on from `rest`; return whole lines, what is behind them, and whether nothing is left."""
    start = len(rest)
    raw = bytearray(start + _BLOCK_BYTES + len(TAIL))
    raw[:start] = rest
    with memoryview(raw) as view:  # read in place, for so much moving about would take its time
        n_read = stream.readinto(view[start : start + _BLOCK_BYTES])  # type: ignore[attr-defined]
    if not n_read:  # a last line without a newline is a line too, empty ones are none
        rest = rest.rstrip(b" \t\r\n")
        return bytearray(rest + (b"\n" if rest else b"") + TAIL), b"", True
    end = raw.rfind(b"\n", 0, start + n_read) + 1
    rest = bytes(raw[end : start + n_read])
    raw[end:] = TAIL
    return raw, rest, False
