"""fastText's `.bin`: a dictionary, then one row for each word and each bucket of subwords.

The vector of a word is the mean of its own row and the rows of its subwords (Bojanowski et al.
2017, doi:10.1162/tacl_a_00051), which is what fastText writes to the `.vec` file.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from skembed.vectors._reading._block import LONGEST_WORD, Block
from skembed.vectors._subwords import subword_buckets
from skembed.words import NOT_FOUND, WordIndex

_MAGIC = 793712314
_NEWEST_VERSION = 12
# Files of versions before the magic number start with the settings.
_OLD_VERSION = 0
_SETTINGS = "<12id"
_SUPERVISED = 3
_LABEL = 1
_BLOCK_WORDS = 16_384
_BLOCK_SUBWORDS = 1 << 19
# Has no subwords, except in files of the old version.
_END_OF_SENTENCE = b"</s>"


@dataclass
class _Header:
    version: int
    n_dims: int
    n_buckets: int
    min_n: int
    max_n: int


def is_fasttext_binary(head: bytes) -> bool:
    """Return whether the first bytes are a magic number, or plausible settings without one."""
    if len(head) < struct.calcsize("<2i" + _SETTINGS[1:]):
        return False
    if struct.unpack_from("<i", head)[0] == _MAGIC:
        return True
    dims, window, epochs, min_count, _, _, loss, model, _, min_n, max_n, _, rate = (
        struct.unpack_from(_SETTINGS, head)
    )
    return (
        0 < dims < 1 << 16
        and all(0 <= setting < 1 << 16 for setting in (window, epochs, min_count))
        and 1 <= loss <= 4
        and 1 <= model <= _SUPERVISED
        and 0 <= min_n <= max_n + 1 < 1 << 10
        and 0 <= rate < 1
    )


def read_fasttext_binary(
    stream: BinaryIO, name: str, limit: int | None, kept: WordIndex | None
) -> Iterator[Block]:
    """Read a fastText model block by block; see `read_file`.

    The matrix is mapped, or read once if the stream is not a plain file.
    """
    header = _read_header(stream, name)
    words = _read_words(stream, header, name)
    rows = _read_matrix(stream, name, len(words), header)
    n_read = len(words) if limit is None else min(limit, len(words))
    chosen = np.arange(n_read)
    if kept is not None:
        decoded = [word.decode("utf-8", "replace") for word in words[:n_read]]
        chosen = np.flatnonzero(kept.find(decoded) != NOT_FOUND)
    for places in _split(chosen, words, header, name):
        block_words = [words[i] for i in places]
        matrix = _mean_rows(places, block_words, rows, len(words), header)
        if not np.isfinite(matrix).all():
            raise ValueError(f"{name}: expected finite numbers, found NaN or infinity.")
        yield Block.of_words(block_words, matrix, places + 1, None)


def _unpack(stream: BinaryIO, layout: str, name: str) -> tuple[Any, ...]:
    size = struct.calcsize(layout)
    data = stream.read(size)
    if len(data) < size:
        raise ValueError(
            f"{name}: expected {size} bytes more of a fastText model, found {len(data)}; "
            "the file may be truncated."
        )
    return struct.unpack(layout, data)


def _read_header(stream: BinaryIO, name: str) -> _Header:
    version = _OLD_VERSION
    if _unpack(stream, "<i", name)[0] == _MAGIC:
        (version,) = _unpack(stream, "<i", name)
    else:
        stream.seek(0)
    if version > _NEWEST_VERSION:
        raise ValueError(
            f"{name}: expected a fastText model of version {_NEWEST_VERSION} or older, found "
            f"{version}."
        )
    settings = _unpack(stream, _SETTINGS, name)
    dims, model, (buckets, min_n, max_n) = settings[0], settings[7], settings[8:11]
    if model == _SUPERVISED and version < _NEWEST_VERSION:
        max_n = 0  # classifiers had no subwords in that version; ignore the settings
    if dims < 1 or buckets < 0:
        raise ValueError(
            f"{name}: expected a fastText model of at least one dimension and 0 buckets, found "
            f"{dims} and {buckets}; the file may be damaged."
        )
    return _Header(version, dims, buckets, min_n, max_n)


def _read_words(stream: BinaryIO, header: _Header, name: str) -> list[bytes]:
    """Read the dictionary: each word or label, a zero byte, its count and its kind."""
    n_entries, _, _, _ = _unpack(stream, "<3iq", name)
    n_pruned = 0 if header.version == _OLD_VERSION else _unpack(stream, "<q", name)[0]
    if n_pruned > 0:
        raise ValueError(
            f"{name}: expected a full fastText model, found a pruned one. "
            "Load the .bin or .vec file that it was made from."
        )
    words: list[bytes] = []
    data, position, done = b"", 0, 0
    while done < n_entries:
        end = data.find(b"\0", position)
        if (end if end >= 0 else len(data)) - position > LONGEST_WORD:
            raise _too_long(name, done, LONGEST_WORD, "bytes")
        if end < 0 or end + 10 > len(data):
            chunk = stream.read(1 << 20)
            if not chunk:
                raise ValueError(
                    f"{name}: expected {n_entries} dictionary entries, found {done}; "
                    "the file may be truncated."
                )
            data, position = data[position:] + chunk, 0
            continue
        if data[end + 9] != _LABEL:
            words.append(data[position:end])
        position, done = end + 10, done + 1
    stream.seek(position - len(data), 1)
    return words


def _too_long(name: str, position: int, most: int, what: str) -> ValueError:
    return ValueError(
        f"{name}, entry {position + 1}: expected a word of at most {most:,} {what}, found a longer "
        "one; the file may be damaged."
    )


def _split(
    chosen: NDArray[np.int64], words: list[bytes], header: _Header, name: str
) -> list[NDArray[np.int64]]:
    """Divide words into blocks with a limited number of subwords."""
    lengths = np.array([len(words[i]) + 2 for i in chosen], dtype=np.int64)
    n_sizes = np.minimum(header.max_n, lengths) - max(header.min_n, 1) + 1
    if header.n_buckets == 0:
        n_sizes[:] = 0
    n_subwords = lengths * np.maximum(n_sizes, 0)
    if n_subwords.max(initial=0) > _BLOCK_SUBWORDS:
        first = chosen[np.argmax(n_subwords > _BLOCK_SUBWORDS)]
        raise _too_long(name, int(first), _BLOCK_SUBWORDS, "subwords")
    block = n_subwords.cumsum() // _BLOCK_SUBWORDS
    starts = np.flatnonzero(np.diff(block) | np.diff(np.arange(len(chosen)) // _BLOCK_WORDS)) + 1
    return np.split(chosen, starts)


def _read_matrix(stream: BinaryIO, name: str, n_words: int, header: _Header) -> NDArray[np.float32]:
    if header.version != _OLD_VERSION and _unpack(stream, "<?", name)[0]:
        raise ValueError(
            f"{name}: expected plain float32 vectors, found a quantized model (.ftz). Load the "
            ".bin or .vec file that it was made from."
        )
    n_rows, n_dims = _unpack(stream, "<2q", name)
    expected = (n_words + header.n_buckets, header.n_dims)
    if (n_rows, n_dims) != expected:
        raise ValueError(f"{name}: expected a matrix of {expected}, found {(n_rows, n_dims)}.")
    size, start = 4 * n_rows * n_dims, stream.tell()
    found = stream.seek(0, 2) - start
    if found < size:
        raise ValueError(
            f"{name}: expected {size} bytes of vectors, found {found}; the file may be truncated."
        )
    stream.seek(start)
    if isinstance(getattr(stream, "raw", None), io.FileIO):
        return np.memmap(stream, "<f4", "r", offset=start, shape=(n_rows, n_dims))
    return np.frombuffer(stream.read(size), dtype="<f4").reshape(n_rows, n_dims)


def _mean_rows(
    numbers: NDArray[np.int64],
    words: list[bytes],
    rows: NDArray[np.float32],
    n_words: int,
    header: _Header,
) -> NDArray[np.float32]:
    from scipy import sparse  # here, because opening the cache must not wait for it

    owners = np.arange(len(words))
    columns = numbers
    if header.max_n > 0 and header.n_buckets > 0:
        bare = None if header.version == _OLD_VERSION else _END_OF_SENTENCE
        divided = np.flatnonzero([word != bare for word in words])
        subword_owners, buckets = subword_buckets(
            [words[i] for i in divided], header.min_n, header.max_n, header.n_buckets
        )
        owners = np.concatenate([owners, divided[subword_owners]])
        columns = np.concatenate([columns, n_words + buckets])
    used, positions = np.unique(columns, return_inverse=True)
    counts = np.bincount(owners, minlength=len(words))
    weights = (1.0 / counts)[owners]
    mean = sparse.csr_array((weights, (owners, positions)), shape=(len(words), len(used)))
    return np.asarray(mean @ rows[used].astype(np.float64), dtype=np.float32)
