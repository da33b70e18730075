"""The text formats: GloVe, word2vec text, fastText `.vec`."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from skembed._messages import pluralize
from skembed._threads import allowed_threads
from skembed.files import describe_bytes
from skembed.vectors._reading._block import Block
from skembed.vectors._reading._refusals import not_vectors
from skembed.vectors._reading._text_block import TAIL, parse_block
from skembed.vectors._reading._text_layout import Layout, sniff_layout
from skembed.vectors._reading._text_lines import parse_lines
from skembed.words import WordIndex, pack_words

# The results for a block should stay in the processor's cache. But with smaller blocks, the threads
# wait more often for each other to release the interpreter.
_BLOCK_BYTES = 1 << 20
_LARGER_BYTES = 1 << 24
_LONGEST_LINE = 1 << 21
_N_THREADS = 2
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # which some editors put before UTF-8 text


_MANY, _MANY_OF_FIRST = 0.01, 0.5
"""Share of malformed or missing lines above which a file is refused. Among the first lines more may
be malformed, because a few lines say little about the whole file."""

_VERY_MANY = 10_000
"""Malformed lines after which their share is checked before the end of the file."""


@dataclass
class _Tally:
    """Counts of the lines read so far."""

    n_lines: int  # all lines, to number the next ones
    n_entries: int = 0  # lines that are not empty, after the header
    n_malformed: int = 0
    first: tuple[int, str] | None = None  # malformed line: its number and its defect
    n_before: int = 0  # entries before that line


def read_text(
    stream: BinaryIO, name: str, limit: int | None, kept: WordIndex | None
) -> Iterator[Block]:
    """Read a text file of word vectors block by block.

    Up to two threads parse blocks: NumPy releases the interpreter while it computes.
    """
    _keep_freed_memory()
    head = stream.read(_BLOCK_BYTES).removeprefix(_BYTE_ORDER_MARK)
    layout = sniff_layout(head, name)
    tally = _Tally(layout.n_skipped)
    most = _MANY if limit is None else _MANY_OF_FIRST
    n_threads = min(_N_THREADS, allowed_threads())
    with ThreadPoolExecutor(n_threads, thread_name_prefix="skembed-read") as threads:
        waiting: deque[tuple[bytearray, bool, Future[tuple[Block | None, int]]]] = deque()
        for raw, is_open in _whole_lines(stream, head, layout, limit, name):
            waiting.append((raw, is_open, threads.submit(parse_block, raw, layout.n_dims, kept)))
            if len(waiting) > 2 * n_threads:
                yield _finish(*waiting.popleft(), layout.n_dims, tally, kept, name)
            if tally.n_malformed > _VERY_MANY:
                _check_malformed(tally, most, head, name)
        while waiting:
            yield _finish(*waiting.popleft(), layout.n_dims, tally, kept, name)
    _check_malformed(tally, most, head, name)
    if limit is None and layout.n_words is not None:
        yield from _compare_with_header(layout.n_words, layout.n_dims, tally, name)


def _keep_freed_memory() -> None:
    """Let the arrays of each block use the memory of the block before.

    By default glibc returns freed arrays to the system, and the system maps them page by page again
    for the next block. It keeps them once a larger array was freed.
    """
    np.empty(_LARGER_BYTES, dtype=np.uint8)


def _finish(
    raw: bytearray,
    is_open: bool,
    parsed: Future[tuple[Block | None, int]],
    n_dims: int,
    tally: _Tally,
    kept: WordIndex | None,
    name: str,
) -> Block:
    """Give a block its line numbers; read it again line by line if it is unusual."""
    block, n_lines = parsed.result()
    first_line = tally.n_lines + 1
    tally.n_lines += n_lines
    if block is not None:
        block.positions += first_line
        tally.n_entries += n_lines
        return block
    lines = parse_lines(bytes(raw.removesuffix(TAIL)), n_dims, first_line, kept)
    malformed = lines.block.malformed
    if malformed and tally.first is None:
        tally.first, tally.n_before = malformed[0], tally.n_entries + lines.n_before
    tally.n_entries += lines.n_entries
    tally.n_malformed += lines.block.n_malformed
    if is_open and lines.ends_cut:  # such a line is a block of its own
        line, what = malformed[-1]
        raise ValueError(
            f"{name}, line {line}: {what}, and the file ends within this line: it may be "
            f"truncated. Get the whole file{_or('comes before', tally.n_entries - 1)}."
        )
    return lines.block


def _or(what: str, n_entries: int) -> str:
    return f", or read what {what} with limit={n_entries}" if n_entries else ""


def _check_malformed(tally: _Tally, most: float, head: bytes, name: str) -> None:
    """Refuse a file with too many malformed lines."""
    if tally.first is None or tally.n_malformed <= most * tally.n_entries:
        return
    description = describe_bytes(head)
    if description:
        raise not_vectors(name, description)
    line, what = tally.first
    are, them = ("is", "it") if tally.n_malformed == 1 else ("are", "them")
    raise ValueError(
        f"{name}, line {line}: {what}; {tally.n_malformed} of {pluralize(tally.n_entries, 'line')} "
        f"{are} malformed. Correct or delete {them}{_or('comes before', tally.n_before)}."
    )


def _compare_with_header(n_words: int, n_dims: int, tally: _Tally, name: str) -> Iterator[Block]:
    """Yield a block if the header has another number of words; refuse if many are missing."""
    found = tally.n_entries
    if n_words in (found, found - tally.n_malformed):
        return
    if n_words - found > _MANY * n_words:
        raise ValueError(
            f"{name}: expected {pluralize(n_words, 'word')}, as its first line says, found "
            f"{found}; the file may be truncated. Get the whole file{_or('is there', found)}."
        )
    empty = np.empty((0, n_dims), dtype=np.float32)
    yield Block(*pack_words([]), empty, np.empty(0, np.int64), header_count=(n_words, found))


def _whole_lines(
    stream: BinaryIO, head: bytes, layout: Layout, limit: int | None, name: str
) -> Iterator[tuple[bytearray, bool]]:
    """Cut a stream into blocks of whole lines, each followed by `TAIL`.

    Each block comes with a flag: whether it is a last line without a newline.
    """
    rest = head.split(b"\n", layout.n_skipped)[-1] if layout.n_skipped else head
    left = limit
    at_end = False
    while not at_end and (left is None or left > 0):
        raw, rest, at_end = _read_lines(stream, rest)
        if len(rest) > _LONGEST_LINE:
            raise ValueError(
                f"{name}: expected lines of at most {_LONGEST_LINE:,} bytes, found a longer one; "
                "the file may be damaged, or may not hold word vectors."
            )
        if left is not None:
            raw, n_entries = _first_entries(raw, left)
            left -= n_entries
        if raw != TAIL:
            yield raw, at_end


def _first_entries(raw: bytearray, limit: int) -> tuple[bytearray, int]:
    """Drop the lines after the first `limit` that are not empty; return how many are kept."""
    lines = raw.removesuffix(TAIL).split(b"\n")
    filled = [i for i, line in enumerate(lines) if line.strip()][:limit]
    if len(filled) == limit:
        return bytearray(b"\n").join([*lines[: filled[-1] + 1], TAIL]), limit
    return raw, len(filled)


def _read_lines(stream: BinaryIO, rest: bytes) -> tuple[bytearray, bytes, bool]:
    """Read more after `rest`; return whole lines, the new rest, and whether it was the end."""
    start = len(rest)
    raw = bytearray(start + _BLOCK_BYTES + len(TAIL))
    raw[:start] = rest
    with memoryview(raw) as view:  # read in place, because copying would be slow
        n_read = stream.readinto(view[start : start + _BLOCK_BYTES])  # type: ignore[attr-defined]
    if not n_read:  # a last line may lack its newline; empty lines do not count
        rest = rest.rstrip(b" \t\r\n")
        return bytearray(rest + (b"\n" if rest else b"") + TAIL), b"", True
    end = raw.rfind(b"\n", 0, start + n_read) + 1
    rest = bytes(raw[end : start + n_read])
    raw[end:] = TAIL
    return raw, rest, False
