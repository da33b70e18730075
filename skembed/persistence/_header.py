"""The header of a saved file, and the checks before its nodes are read."""

import contextlib
import importlib.metadata
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from skembed import __version__
from skembed._messages import error_context
from skembed.files import describe_file, newer_file, tensor_digest, wrong_file
from skembed.persistence._migrate import FORMAT

MAX_HEADER = 1 << 26
"""Most bytes of nodes. 50,000 words are one node, and a network has about a hundred."""

WRONG = (
    AttributeError,
    LookupError,
    MemoryError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)
"""Errors for a file that is not a skembed file."""

PACKAGES = ("keras", "numpy", "scikit-learn", "tensorflow")


class Content(NamedTuple):
    """The content of a file: nodes, tensors, its format, and the skembed that wrote it."""

    nodes: list[Any]
    tensors: dict[str, NDArray[Any]]
    version: int
    writer: str


def read(path: Path) -> Content:
    """Read a file, and check its digest."""
    if path.is_dir():
        raise IsADirectoryError(
            f"{path} is a folder. Give the path of the file that skembed.save wrote."
        )
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path}.")
    try:
        with safe_open(path, framework="np") as file:
            header = file.metadata() or {}
            _check_header(header, path)
            with error_context(f"{path} holds a tensor that NumPy does not know", ".", WRONG):
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        if describe_file(path) == "a safetensors file":  # which is then damaged
            raise ValueError(f"{path} is not a skembed file, or it is truncated.") from error
        raise ValueError(not_ours(path)) from error
    if header.get("digest") != tensor_digest(header, tensors):
        raise ValueError(f"{path} is damaged: its content does not have the digest it names.")
    with error_context(
        f"{path} holds nodes that cannot be read", ".", (ValueError, RecursionError)
    ):
        nodes = json.loads(header["nodes"])
    if not isinstance(nodes, list):
        raise ValueError(f"{path} holds what skembed.save does not write: no list of nodes.")
    return Content(nodes, tensors, int(header["format_version"]), _writer(header))


def _check_header(header: Mapping[str, str], path: Path) -> None:
    if header.get("format") != "skembed" or "nodes" not in header:
        raise ValueError(not_ours(path))
    version = header.get("format_version", "")
    if version not in {str(number) for number in range(1, FORMAT + 1)}:
        if version.isdecimal() and int(version) > FORMAT:
            reason = f"its format is {version}, and this skembed reads formats up to {FORMAT}"
            raise ValueError(newer_file(path, _writer(header), reason))
        raise ValueError(f"{path} is damaged: no skembed writes the format {version!r:.20}.")
    if len(header["nodes"]) > MAX_HEADER:
        raise ValueError(f"{path} holds more than {MAX_HEADER:,} bytes of nodes.")


def _writer(header: Mapping[str, str]) -> str:
    """Return the version of skembed that wrote a file; empty if that cannot be read."""
    try:
        return str(json.loads(header["versions"])["skembed"])[:20]
    except (KeyError, RecursionError, TypeError, ValueError):
        return ""


def not_ours(path: Path) -> str:
    """Return the message for a file that is not a skembed file."""
    return wrong_file(path, "a skembed file", "skembed.load", "skembed.save")


def versions() -> dict[str, str]:
    """Return the versions of installed packages on which the numbers may depend."""
    found = {"skembed": __version__}
    for name in PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found
