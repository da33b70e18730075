"""Source → WordVectors: how each source is loaded, and how a pickle finds its source again.

Readers are imported only when they are used: opening the cache must not wait for them.
"""

import contextlib
import hashlib
import numbers
import os
import platform
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from skembed._messages import did_you_mean
from skembed.files import path_of
from skembed.vectors._cache import (
    ENVIRONMENT_VARIABLE,
    Entry,
    cache_folder,
    open_entry,
    writable,
)
from skembed.vectors._catalogue import CATALOGUE, Reader, locate, unknown_source
from skembed.vectors._layouts import main_file
from skembed.vectors._source_digest import check_unchanged, source_digest
from skembed.vectors._word_vectors import WordVectors
from skembed.words import NOT_FOUND, WordIndex, take_words

if TYPE_CHECKING:
    from skembed.vectors._reading import Block


_held: dict[Path, Entry] = {}
"""The vectors that were loaded last without a writable cache, by their place in that cache."""


@dataclass(frozen=True)
class _Source:
    """Something that can be read; `identity` names its content, `name` is for messages."""

    name: str
    identity: str
    read: Reader


def load(
    source: object,
    *,
    limit: int | None = None,
    vocabulary: Collection[str] | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
    name: str = "source",
) -> WordVectors:
    """Load word vectors; see `WordVectors.load`. Messages call the source `name`."""
    _check_filters(limit, vocabulary)
    if isinstance(source, WordVectors):
        return _select(source, limit, vocabulary)
    if isinstance(source, str | os.PathLike):
        return _load_named(os.fspath(source), limit, vocabulary, cache_dir)
    if hasattr(source, "index_to_key"):
        from skembed.vectors._reading._gensim import words_and_matrix

        words, matrix = words_and_matrix(source, "source")
        return _select(WordVectors(words, matrix), limit, vocabulary)
    raise _wrong_type(source, name)


def download(name: str, cache_dir: str | os.PathLike[str] | None) -> WordVectors:
    """Download vectors of the catalogue; see `WordVectors.download`."""
    if name not in CATALOGUE:
        hint = did_you_mean(str(name), CATALOGUE) or f"It has {', '.join(CATALOGUE)}."
        raise ValueError(f"{name!r} is not a name in the catalogue. {hint}")
    return _load_named(name, None, None, cache_dir, download=True)


def _wrong_type(source: object, name: str) -> TypeError:
    """Return the error for a source that is neither a name nor a path and holds no vectors."""
    is_large = hasattr(source, "__len__") or hasattr(source, "wv")
    shown = "an object" if is_large else f"{source!r:.60}"
    way_out = ""
    if hasattr(source, "wv"):
        way_out = " Pass its .wv instead."
    elif isinstance(source, Mapping):
        way_out = f" Pass WordVectors(list({name}), list({name}.values()))."
    elif hasattr(source, "__len__") and not isinstance(source, bytes):
        way_out = " Pass WordVectors(words, matrix), with one row for each word."
    return TypeError(
        f"{name} must be a catalogue name, a path, WordVectors or gensim KeyedVectors; got "
        f"{shown} of type {type(source).__name__}.{way_out}"
    )


def _check_filters(limit: int | None, vocabulary: Collection[str] | None) -> None:
    if limit is not None and (
        isinstance(limit, bool) or not isinstance(limit, numbers.Integral) or limit < 1
    ):
        raise ValueError(f"limit must be a positive integer or None; got {limit!r}.")
    if isinstance(vocabulary, str | bytes):
        raise TypeError(f"vocabulary must be a collection of str; got one {vocabulary!r:.60}.")
    if vocabulary is not None and not all(isinstance(word, str) for word in vocabulary):
        raise TypeError("vocabulary must be a collection of str; it holds other things.")


def _select(
    vectors: WordVectors, limit: int | None, vocabulary: Collection[str] | None
) -> WordVectors:
    """Filter vectors that are in memory already."""
    if limit is None and vocabulary is None:
        return vectors
    chosen = _chosen(vectors.words, limit, vocabulary)
    words = WordIndex(*take_words(vectors.words.blob, vectors.words.offsets, chosen))
    matrix = np.array(vectors.matrix[chosen])
    return WordVectors._from_parts(words, matrix, None, vectors.report, vectors.tokenizer)


def _chosen(
    words: WordIndex, limit: int | None, vocabulary: Collection[str] | None
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Positions of the words among the first `limit` that are in `vocabulary`."""
    n = len(words) if limit is None else min(limit, len(words))
    if vocabulary is None:
        return np.arange(n)
    found = np.unique(words.find(list(vocabulary)))
    return found[(found != NOT_FOUND) & (found < n)]


def _load_named(
    name: str,
    limit: int | None,
    vocabulary: Collection[str] | None,
    cache_dir: str | os.PathLike[str] | None,
    *,
    download: bool = False,
) -> WordVectors:
    if not name.strip():
        raise ValueError(
            f"source must be a catalogue name such as 'glove.6B.50d' or the path of a file; got "
            f"the empty name {name!r}."
        )
    limit = None if limit is None else int(limit)
    folder = cache_folder(cache_dir) / "vectors"
    with contextlib.suppress(OSError):  # reported below, if it matters
        folder.mkdir(parents=True, exist_ok=True)
    if name in CATALOGUE:
        reader = locate(name, folder.parent, download=download)
        source = _Source(name, f"catalogue {name}", reader)
    else:
        source = _file_source(name, folder)
    key = _key(source.identity, limit, vocabulary)
    entry = open_entry(folder, key)
    can_write = entry is not None or writable(folder, warn=folder / key not in _held)
    if entry is None and not can_write:
        entry = _held.get(folder / key)
    if entry is None:
        from skembed.vectors._conversion import convert

        blocks = _blocks(source, folder, limit, vocabulary)
        entry = convert(blocks, source.name, folder if can_write else None, key)
    if not can_write:
        _held.clear()
        _held[folder / key] = entry
    entry = _renamed(entry, source.name)
    if not can_write:
        return WordVectors._from_parts(*entry)
    place = None if cache_dir is None else str(Path(cache_dir).absolute())
    was_chosen = vocabulary is not None
    reopen = (reopen_vectors, (source.name, limit, place, key, entry.digest, was_chosen))
    return WordVectors._from_parts(*entry, reopen)


def _blocks(
    source: _Source, folder: Path, limit: int | None, vocabulary: Collection[str] | None
) -> "Iterator[Block]":
    """Read a source, or filter its vectors if the cache has all of them."""
    from skembed.vectors._reading import blocks_of

    whole = open_entry(folder, _key(source.identity, None, None))
    # A limit also counts entries that were left out, and the cache does not hold those.
    if whole is not None and (limit is None or not whole.report.sentences()):
        chosen = _chosen(whole.words, limit, vocabulary)
        words = whole.words
        return blocks_of(words.blob, words.offsets, whole.matrix, chosen, whole.tokenizer)
    kept = None if vocabulary is None else WordIndex.from_words(sorted(set(vocabulary)))
    return source.read(limit, kept)


def _file_source(name: str, folder: Path) -> _Source:
    given = path_of(name) if name.startswith("~") else Path(name)
    path = main_file(given) if given.is_dir() else given
    if path is None or not path.is_file():
        raise unknown_source(name)
    path = path.absolute()
    identity = source_digest(path, folder)

    def read(limit: int | None, kept: WordIndex | None) -> "Iterator[Block]":
        from skembed.vectors._reading import read_file

        yield from read_file(path, limit=limit, kept=kept)
        check_unchanged(path, identity, lambda path: source_digest(path, folder))

    return _Source(str(given.absolute()), identity, read)


def _key(identity: str, limit: int | None, vocabulary: Collection[str] | None) -> str:
    words = None
    if vocabulary is not None:
        joined = "\0".join(sorted(set(vocabulary))).encode("utf-8", "surrogatepass")
        words = hashlib.sha256(joined).hexdigest()
    return hashlib.sha256(repr((identity, limit, words)).encode()).hexdigest()[:40]


def whole_source(vectors: WordVectors) -> str | None:
    """Return the name or path that loads the same vectors, or None if there is none."""
    if vectors._reopen is None:
        return None
    name, limit, _, _, _, was_chosen = vectors._reopen[1]
    return None if limit is not None or was_chosen else str(name)


def reopen_vectors(
    name: str, limit: int | None, cache_dir: str | None, key: str, digest: str, was_chosen: bool
) -> WordVectors:
    """Rebuild pickled vectors that came from a file; nothing is opened yet."""
    again = (reopen_vectors, (name, limit, cache_dir, key, digest, was_chosen))
    return WordVectors._closed(digest, again)


def open_handle(
    name: str, limit: int | None, cache_dir: str | None, key: str, digest: str, was_chosen: bool
) -> WordVectors:
    """Find the vectors of a pickle: in its own cache, in this machine's cache, or at the source."""
    folders: list[Path] = []
    for place in dict.fromkeys([cache_dir, None]):
        folder = cache_folder(place)
        folders.append(folder)
        entry = open_entry(folder / "vectors", key)
        if entry is not None and entry.digest == digest:
            return WordVectors._from_parts(*_renamed(entry, name))
    if was_chosen or (name not in CATALOGUE and not Path(name).exists()):
        raise FileNotFoundError(_not_found(name, folders, was_chosen))
    # It may be impossible to make a folder of another machine here.
    place = cache_dir if writable(folders[0], warn=False) else None
    vectors = _load_named(name, limit, None, place)
    if vectors.digest != digest:
        raise ValueError(
            f"The pickled word vectors came from {name}, which has changed since: expected digest "
            f"{digest[:12]}, found {vectors.digest[:12]}. Restore the file, or load it again."
        )
    return vectors


def _renamed(entry: Entry, name: str) -> Entry:
    """Give an entry the name of the source that was loaded: another may have the same content."""
    return entry._replace(report=replace(entry.report, source=name))


def _not_found(name: str, folders: list[Path], was_chosen: bool) -> str:
    """Say what is missing on this machine, and how to get it there."""
    caches = " and ".join(map(str, folders))
    if was_chosen:
        return (
            f"The pickled word vectors are those of a vocabulary from {name}. They are not in the "
            f"cache of {platform.node()} ({caches}), and the pickle does not hold the vocabulary. "
            "Load them there once with the same vocabulary=, or pickle vectors loaded without it."
        )
    return (
        f"The pickled word vectors came from {name}, which is not on {platform.node()}, and are "
        f"not in its cache ({caches}) either. Put the file there. Or load it there once from any "
        f"path: the cache recognizes its content. Or set {ENVIRONMENT_VARIABLE} to a folder that "
        "all machines share."
    )
