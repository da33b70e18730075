"""The folder of converted vectors: one mapped matrix and one mapped word file for each source.

An entry is two files named by a key. Both are written under other names, forced to the disk and
moved into place. The word file comes last: it makes the entry valid. A process that finds a
missing, damaged or older entry builds it again. If there are several processes, one builds it and
the others wait. If files cannot be locked, all of them build it and write the same bytes.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skembed._caller import warn_caller
from skembed.files import why_not_writable
from skembed.text import OwnCut, cut_as_text, cut_of_text
from skembed.vectors._report import LoadReport
from skembed.words import WordIndex, count_words, take_words

ENVIRONMENT_VARIABLE = "SKEMBED_CACHE"
FORMAT_VERSION = 3
MATRIX_START = 128
_MAGIC = b"SKEMBED\0"
_ALIGNMENT = 64
_LOOKED_AT = 1 << 16
# In a large table one word in four is not at the place where its search begins. Other hashes that
# differ only in their lower half do not find it: they find all of 32 words once in 10,000 times.
_FOUND_AGAIN = 32
_SECTIONS = {"table": "<u8", "offsets": "<i8", "blob": "|u1"}
_TOKENIZER = "tokenizer"  # an optional section after the others


NOWHERE = Path(os.devnull, "skembed")
"""The cache folder of a user without a home folder; nothing can be made there."""


class Entry(NamedTuple):
    """One set of vectors in the form of the cache."""

    words: WordIndex
    matrix: NDArray[np.float32]
    digest: str
    report: LoadReport
    tokenizer: OwnCut = None


def cache_folder(cache_dir: str | os.PathLike[str] | None) -> Path:
    """Return the folder of the cache: the argument, SKEMBED_CACHE, or the platform's."""
    chosen = cache_dir or os.environ.get(ENVIRONMENT_VARIABLE)
    if chosen:
        folder = Path(os.path.expanduser(chosen))
    else:
        import platformdirs

        try:
            folder = platformdirs.user_cache_path("skembed", appauthor=False)
        except RuntimeError:  # in later versions; earlier ones return the ~
            return NOWHERE
        if folder.parts[0] == "~":
            return NOWHERE
    if folder.parts[:1] and folder.parts[0].startswith("~"):
        raise FileNotFoundError(
            f"The cache folder would be {folder}, but there is no home folder {folder.parts[0]}. "
            f"Set cache_dir or {ENVIRONMENT_VARIABLE} to the whole path of a folder."
        )
    return folder


def writable(folder: Path, *, warn: bool = True) -> bool:
    """Make the cache folder; return False, and warn, if that is not possible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        reason = why_not_writable(folder)
    except OSError as error:
        reason = str(error)
    if reason and warn:
        problem = f"The cache folder {folder} cannot be written ({reason})"
        if folder.is_relative_to(NOWHERE):
            problem = "The cache has no home folder"
        warn_caller(
            f"{problem}, so each process reads the vectors again and holds them in memory. Set "
            f"cache_dir or {ENVIRONMENT_VARIABLE} to a writable folder."
        )
    return not reason


def paths(folder: Path, key: str) -> tuple[Path, Path]:
    """Return the paths of an entry's matrix and words."""
    return folder / f"{key}.npy", folder / f"{key}.words"


def open_entry(folder: Path, key: str) -> Entry | None:
    """Map an entry; return None if it is missing, damaged or has another version or hash."""
    matrix_path, words_path = paths(folder, key)
    try:
        meta, sections = _map_words(words_path)
        _check_words(sections["blob"], sections["offsets"], sections["table"])
        words = WordIndex(sections["blob"], sections["offsets"], sections["table"])
        _check_found(words)
        matrix = _map_matrix(matrix_path, len(words), meta["n_dims"])
        report = _report_from(meta["report"])
        tokenizer = cut_of_text(bytes(sections[_TOKENIZER]).decode())
        return Entry(words, matrix, str(meta["digest"]), report, tokenizer)
    except (OSError, ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError):
        return None


def _check_words(
    blob: NDArray[np.uint8], offsets: NDArray[np.int64], table: NDArray[np.uint64]
) -> None:
    """Check that every look-up stays in the arrays and ends; it takes some milliseconds at most.

    A search ends at an empty slot, and half of all slots are empty. A changed letter or number is
    not noticed, because that would mean reading everything.
    """
    used = int(offsets[-1])
    fits = (
        offsets[0] == 0
        and 0 <= used <= len(blob)
        and bool((offsets[1:] > offsets[:-1]).all())
        and not blob[offsets[1:] - 1].any()
        and len(table) > 1
        and not len(table) & (len(table) - 1)
        and count_words(table[:_LOOKED_AT]) < len(table[:_LOOKED_AT])
    )
    if not fits:
        raise ValueError("expected an index of words, found a damaged one.")
    bytes(blob[:used]).decode()


def _check_found(words: WordIndex) -> None:
    """Check that words are found at their places; with other hashes they are not."""
    some = np.unique(np.linspace(0, len(words) - 1, _FOUND_AGAIN).astype(np.int64))
    if (
        len(words)
        and (words.find_packed(*take_words(words.blob, words.offsets, some)) != some).any()
    ):
        raise ValueError("expected words that are found by their hashes, found others.")


def _map_matrix(path: Path, n_words: int, n_dims: int) -> NDArray[np.float32]:
    expected = MATRIX_START + 4 * n_words * n_dims
    if path.stat().st_size != expected:
        raise ValueError(f"{path}: expected {expected} bytes, found {path.stat().st_size}.")
    with path.open("rb") as file:
        if file.read(MATRIX_START) != matrix_header(n_words, n_dims):
            raise ValueError(f"{path}: expected shape {(n_words, n_dims)}, found another header.")
    if n_words == 0:  # an empty file cannot be mapped
        return np.empty((0, n_dims), dtype=np.float32)
    return np.memmap(path, "<f4", "r", offset=MATRIX_START, shape=(n_words, n_dims))


def _map_words(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    data = np.memmap(path, dtype=np.uint8, mode="r")
    start = len(_MAGIC) + 8
    if bytes(data[: len(_MAGIC)]) != _MAGIC:
        raise ValueError(f"{path}: expected a word file.")
    meta_length = int.from_bytes(bytes(data[len(_MAGIC) : start]), "little")
    meta = json.loads(bytes(data[start : start + meta_length]))
    if meta["version"] != FORMAT_VERSION or meta["size"] != len(data):
        raise ValueError(f"{path}: expected version {FORMAT_VERSION} and {len(data)} bytes.")
    placed = {_TOKENIZER: (0, 0), **meta["sections"]}
    sections = {
        name: np.frombuffer(data, dtype=kind, count=placed[name][1], offset=placed[name][0])
        for name, kind in {**_SECTIONS, _TOKENIZER: "|u1"}.items()
    }
    return meta, sections


def matrix_header(n_words: int, n_dims: int) -> bytes:
    """Return a `.npy` header that has `MATRIX_START` bytes for every shape."""
    described = {"descr": "<f4", "fortran_order": False, "shape": (n_words, n_dims)}
    text = repr(described).encode().ljust(MATRIX_START - 11) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def pack_word_file(entry: Entry) -> Iterator[bytes | memoryview]:
    """Yield the pieces of a word file: a description in JSON, then the arrays of the index."""
    words = entry.words
    arrays: dict[str, NDArray[Any]] = {
        name: np.ascontiguousarray(array, dtype=_SECTIONS[name])
        for name, array in zip(_SECTIONS, (words.slots, words.offsets, words.blob), strict=True)
    }
    if entry.tokenizer is not None:
        text = cut_as_text(entry.tokenizer).encode()
        arrays[_TOKENIZER] = np.frombuffer(text, dtype=np.uint8)
    meta: dict[str, Any] = {
        "version": FORMAT_VERSION,
        "n_dims": entry.matrix.shape[1],
        "digest": entry.digest,
        "report": _report_to(entry.report),
        "size": 2**62,
        "sections": {name: [2**62, len(array)] for name, array in arrays.items()},
    }
    # Padding fills the gap: the true numbers are shorter than those above.
    start = _aligned(len(_MAGIC) + 8 + len(json.dumps(meta)))
    position = start
    for name, array in arrays.items():
        meta["sections"][name][0] = position
        position = _aligned(position + array.nbytes)
    meta["size"] = position
    described = json.dumps(meta).encode()
    yield (_MAGIC + len(described).to_bytes(8, "little") + described).ljust(start, b"\0")
    for array in arrays.values():
        yield array.data
        yield bytes(_aligned(array.nbytes) - array.nbytes)


def _aligned(position: int) -> int:
    return -(-position // _ALIGNMENT) * _ALIGNMENT


def _report_to(report: LoadReport) -> dict[str, Any]:
    described = asdict(report)
    described["undecodable"] = [[i, word.hex()] for i, word in report.undecodable]
    return described


def _report_from(described: dict[str, Any]) -> LoadReport:
    report = LoadReport(
        described["source"],
        described["n_undecodable"],
        tuple((i, bytes.fromhex(word)) for i, word in described["undecodable"]),
        described["n_duplicates"],
        tuple((i, word) for i, word in described["duplicates"]),
        described["n_malformed"],
        tuple((i, fault) for i, fault in described["malformed"]),
        None if described["header_count"] is None else tuple(described["header_count"]),
        described.get("n_nameless", 0),
    )
    texts = [*report.duplicates, *report.malformed]
    counts = [report.n_undecodable, report.n_duplicates, report.n_malformed, report.n_nameless]
    first, second = report.header_count or (0, 0)
    numbers = [*counts, first, second, *(place for place, _ in [*report.undecodable, *texts])]
    words = [report.source, *(text for _, text in texts)]
    if {*map(type, numbers)} != {int} or {*map(type, words)} != {str}:
        raise TypeError("expected a report of numbers and words.")
    return report
