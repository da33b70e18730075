"""The text formats: GloVe, word2vec text, fastText `.vec`."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO

from skembed.vectors._counted import counted
from skembed.vectors._reading._block import Block
from skembed.vectors._reading._numbers import DECIMAL
from skembed.vectors._reading._text_block import parse_block
from skembed.vectors._reading._text_lines import parse_lines
from skembed.vectors._word_index import WordIndex

# Half a megabyte and what is computed from it stay in the processor's second-level cache.
_BLOCK_BYTES = 1 << 19
_SNIFFED_LINES = 64
_N_THREADS = 2
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # which some editors put before UTF-8 text
_HEADER = re.compile(rb"([0-9]+)[ \t]+([0-9]+)[ \t\r]*")


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

    Blocks are parsed by two threads: NumPy lets go of the interpreter while it computes.

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
    head = stream.read(_BLOCK_BYTES).removeprefix(_BYTE_ORDER_MARK)
    layout = sniff_layout(head, name)
    n_lines = 0
    with ThreadPoolExecutor(_N_THREADS, thread_name_prefix="skembed-read") as pool:
        waiting: deque[tuple[bytes, Future[tuple[Block | None, int]]]] = deque()
        for raw in _whole_lines(stream, head, layout, limit):
            waiting.append((raw, pool.submit(_parse, raw, layout.n_dims, kept)))
            if len(waiting) <= 2 * _N_THREADS:
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


def _parse(raw: bytes, n_dims: int, kept: WordIndex | None) -> tuple[Block | None, int]:
    """Do what needs no knowledge of the other blocks: parse, and count the lines."""
    return parse_block(raw, n_dims, kept), raw.count(b"\n")


def _finish(
    raw: bytes,
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
        block = parse_lines(raw, layout.n_dims, first_line, kept, name)
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
    stream: BinaryIO, head: bytes, layout: Layout, limit: int | None
) -> Iterator[bytes]:
    """Cut a stream into blocks of whole lines."""
    rest = head if layout.n_words is None else head.partition(b"\n")[2]
    left = limit
    while left is None or left > 0:
        chunk = stream.read(_BLOCK_BYTES)
        whole, newline, rest = (rest + chunk).rpartition(b"\n")
        whole += newline
        if not chunk:  # the end; a last line without a newline is a line too, empty ones are none
            whole = (whole + rest).rstrip(b" \t\r\n")
            whole += b"\n" if whole else b""
        if whole and left is not None:
            lines = whole.split(b"\n", left)[:left]
            whole = b"\n".join(lines) + (b"" if lines[-1] == b"" else b"\n")
            left -= whole.count(b"\n")
        if whole:
            yield whole
        if not chunk:
            return
