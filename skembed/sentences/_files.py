"""The files of a sentence encoder's network and tokenizer."""

import hashlib
import importlib.util
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from skembed.files import path_of

NETWORK, TOKENIZER = "model.onnx", "tokenizer.json"


class EncoderFiles(NamedTuple):
    """The two files of a sentence encoder."""

    network: Path
    tokenizer: Path

    @property
    def digest(self) -> str:
        """The digest of both files, as 32 hexadecimal digits."""
        digest = hashlib.blake2b(digest_size=16)
        for path in self:
            status = path.stat()
            digest.update(_digest_of(path, status.st_size, status.st_mtime_ns))
        return digest.hexdigest()


def find_files(
    model: str | os.PathLike[str], tokenizer: str | os.PathLike[str] | None
) -> EncoderFiles:
    """Find the network and the tokenizer in folders, files or installed packages."""
    network = _find(model, "model", (NETWORK, f"onnx/{NETWORK}"), ".onnx")
    if tokenizer is not None:
        return EncoderFiles(network, _find(tokenizer, "tokenizer", (TOKENIZER,), ".json"))
    for folder in (network.parent, network.parent.parent):
        if (folder / TOKENIZER).is_file():
            return EncoderFiles(network, folder / TOKENIZER)
    raise FileNotFoundError(
        f"There is no {TOKENIZER} in {network.parent} or {network.parent.parent}. Put it beside "
        "the network, or pass its folder, file or package as tokenizer."
    )


def _find(
    source: str | os.PathLike[str], parameter: str, names: Sequence[str], ending: str
) -> Path:
    place = path_of(source)
    if place.is_file():
        return place
    folder = place if place.is_dir() else _folder_of_package(os.fspath(source))
    if folder is None:
        raise FileNotFoundError(
            f"{parameter}={os.fspath(source)!r} is not a folder, a file or an installed package. "
            f"skembed does not download encoders. Download {NETWORK} and {TOKENIZER} into a "
            "folder, for example with the command hf download. Then pass the path of the folder."
        )
    for name in names:
        if (folder / name).is_file():
            return folder / name
    found = [path for path in sorted(folder.rglob(f"*{ending}")) if path.name in map(_last, names)]
    if len(found) == 1:
        return found[0]
    problem = "has no" if not found else f"has {len(found)} files"
    raise FileNotFoundError(
        f"{folder} {problem} {_last(names[0])}. Pass the path of one as {parameter}."
    )


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _folder_of_package(name: str) -> Path | None:
    """Return the folder of an installed package without importing it."""
    if not name.isidentifier():
        return None
    spec = importlib.util.find_spec(name)
    places = [] if spec is None else list(spec.submodule_search_locations or [])
    return Path(places[0]) if places else None


@lru_cache(maxsize=64)
def _digest_of(path: Path, size: int, changed: int) -> bytes:
    """Return the digest of a file; it is computed once as long as the file is not changed."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).digest()
