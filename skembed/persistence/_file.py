"""A fitted estimator in one safetensors file: what its header says, and what is checked."""

import contextlib
import importlib.metadata
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from sklearn.base import BaseEstimator

from skembed import __version__
from skembed.files import check_target
from skembed.vectors._files_read import files_read_by
from skembed.vectors._tensor_file import digest, write_tensors

FORMAT = 1
"""Version of the format; what an older skembed cannot read gets the next one."""

MAX_HEADER = 1 << 26
"""Bytes of nodes that are read; 50,000 words are one node, a network about a hundred."""

WRONG = (
    AttributeError,
    IndexError,
    KeyError,
    MemoryError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What goes wrong where a file is not one of ours."""

PACKAGES = ("keras", "numpy", "scikit-learn", "tensorflow")


def save(estimator: BaseEstimator, path: str | os.PathLike[str]) -> None:
    """Write a fitted estimator or pipeline to one file, without pickles.

    The file is in the format of safetensors: numbers, words and weights are its
    tensors; parameters, types and versions are JSON in its header. scikit-learn's
    own estimators are parts in the form of skops.

    Parameters
    ----------
    estimator : estimator
        One of skembed's, or a `Pipeline`, `FeatureUnion` or `VotingClassifier`
        with some of them, or an estimator of scikit-learn alone. It need not be
        fitted. `WordVectors` among its parameters are written as the name or path
        that loads them, if there is one.
    path : str or path-like
        Where to. An earlier file is replaced at once, by the whole new one.

    Raises
    ------
    TypeError
        If the estimator holds code, such as a callback or a tokenizing function, or
        an object of an unknown type; the message says where.
    ValueError
        If it has attributes of its own, or was tampered with, or if `path` is a file that
        it reads, such as its word vectors.
    FileNotFoundError
        If there is no such folder.
    OSError
        If the disk is full or cannot be written; what was there before is still there.

    See Also
    --------
    load : Read it.

    Examples
    --------
    >>> import os, tempfile, skembed
    >>> texts = ["good film", "bad film", "good day", "bad day"]
    >>> tokenizer = skembed.KerasTokenizer().fit(texts)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "tokenizer.skembed")
    ...     skembed.save(tokenizer, path)
    ...     again = skembed.load(path)
    >>> again.get_vocabulary() == tokenizer.get_vocabulary()
    True
    """
    from skembed.persistence._decode import Decoder
    from skembed.persistence._encode import Encoder

    if isinstance(estimator, type) or not isinstance(estimator, BaseEstimator):
        raise TypeError(
            f"estimator must be an estimator of skembed or scikit-learn; got {estimator!r:.60}."
        )
    path = Path(path)
    what, way_out = f"the model {path.name}", "save to another folder"
    check_target(path, what, way_out, files_read_by(estimator))
    encoder = Encoder()
    encoder.encode(estimator, type(estimator).__name__)
    try:
        Decoder(encoder.tensors).decode(encoder.nodes)  # what load would refuse is not written
    except WRONG as error:
        raise ValueError(f"{type(estimator).__name__} cannot be saved: {_said(error)}.") from error
    nodes = json.dumps(encoder.nodes, allow_nan=False, separators=(",", ":"))
    if len(nodes) > MAX_HEADER:
        raise ValueError(
            f"estimator holds {len(nodes):,} bytes of parameters, lists and objects; "
            f"{MAX_HEADER:,} can be saved."
        )
    header = {
        "format": "skembed",
        "format_version": str(FORMAT),
        "versions": json.dumps(versions()),
        "nodes": nodes,
    }
    header["digest"] = digest(header, encoder.tensors)
    write_tensors(encoder.tensors, header, path, what, way_out)


def load(path: str | os.PathLike[str]) -> Any:
    """Read an estimator that `save` has written, without running code from the file.

    Only the types that skembed knows are made, from parts whose types and sizes are
    checked; parts of scikit-learn must be of types that skops trusts. What is read is
    compared with the digest in the file, which tells of damage, not of bad will.
    Neither Keras nor TensorFlow is loaded.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    estimator : estimator
        It predicts what the saved one does, and `partial_fit` goes on where that ended.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not one of skembed, of a newer format, damaged, or holds types or
        sizes that `save` does not write.

    See Also
    --------
    save : Write it.
    """
    path = Path(path)
    nodes, tensors = read(path)
    from skembed.persistence._decode import Decoder

    try:
        estimator = Decoder(tensors).decode(nodes)
    except WRONG as error:
        raise ValueError(
            f"{path} holds what skembed.save does not write: {_said(error)}."
        ) from error
    if not isinstance(estimator, BaseEstimator):
        raise ValueError(f"{path} holds what skembed.save does not write: no estimator.")
    return estimator


def read(path: Path) -> tuple[list[Any], dict[str, NDArray[Any]]]:
    """Return the nodes and tensors of a file, if it is whole and of a known format."""
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}.")
    try:
        with safe_open(path, framework="np") as file:
            header = file.metadata() or {}
            _check_header(header, path)
            tensors = _tensors(file, path)
    except SafetensorError as error:
        raise ValueError(f"{path} is no file of skembed, or it is cut: {error}.") from error
    if header.get("digest") != digest(header, tensors):
        raise ValueError(f"{path} is damaged: its content does not have the digest it names.")
    try:
        nodes = json.loads(header["nodes"])
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} holds nodes that cannot be read: {_said(error)}.") from error
    if not isinstance(nodes, list):
        raise ValueError(f"{path} holds what skembed.save does not write: no list of nodes.")
    return nodes, tensors


def _tensors(file: Any, path: Path) -> dict[str, NDArray[Any]]:
    try:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except WRONG as error:
        raise ValueError(
            f"{path} holds a tensor that NumPy does not know: {_said(error)}."
        ) from error


def _check_header(header: Mapping[str, str], path: Path) -> None:
    if header.get("format") != "skembed" or "nodes" not in header:
        raise ValueError(f"{path} is no file that skembed.save has written.")
    version = header.get("format_version", "")
    if version not in {str(number) for number in range(1, FORMAT + 1)}:
        raise ValueError(
            f"{path} has format {version!r:.20}, and skembed {__version__} reads formats up to "
            f"{FORMAT}. Install a newer skembed; it was written with "
            f"{header.get('versions', '')!r:.200}."
        )
    if len(header["nodes"]) > MAX_HEADER:
        raise ValueError(f"{path} holds more than {MAX_HEADER:,} bytes of nodes.")


def versions() -> dict[str, str]:
    """Return the versions of what the numbers may depend on, as far as it is installed."""
    found = {"skembed": __version__}
    for name in PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def _said(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
