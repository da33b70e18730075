"""A fitted estimator in one safetensors file."""

import io
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from numpy.typing import NDArray
from safetensors.numpy import save as to_bytes
from sklearn.base import BaseEstimator

from skembed._messages import error_context, message_of
from skembed.files import check_target, is_newer, newer_file, path_of, tensor_digest, write_tensors
from skembed.persistence._header import MAX_HEADER, WRONG, read, versions
from skembed.persistence._migrate import FORMAT
from skembed.vectors import files_read_by

Target = str | os.PathLike[str] | BinaryIO


def save(estimator: BaseEstimator, path: Target) -> None:
    """Write a fitted estimator or pipeline to one file, without pickles.

    The file is in the format of safetensors. Numbers, words and weights are its tensors.
    Parameters, types and versions are JSON in its header. scikit-learn's own estimators are parts
    in the format of skops.

    Parameters
    ----------
    estimator : estimator
        An estimator of skembed or scikit-learn, which may contain others, such as a `Pipeline`, a
        `ColumnTransformer` or a search. It need not be fitted. `WordVectors` among its parameters
        are written as the name or path from which they were loaded, if there is one.
    path : str, path-like or binary file
        The file to write. ``~`` is the home folder. An earlier file is replaced only by the whole
        new one. If it is an open file, bytes are written to it directly.

    Raises
    ------
    TypeError
        If the estimator holds code, such as a callback or a tokenizing function, or
        an object of an unknown type; the message says where. If `path` is not a path.
    IsADirectoryError
        If the path is a folder.
    ValueError
        If it has attributes that its class does not have, or was tampered with, or if `path` is a
        file that it reads, such as its word vectors.
    FileNotFoundError
        If there is no such folder.
    OSError
        If the disk is full or cannot be written. An earlier file is still there.

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
    if isinstance(estimator, type) or not isinstance(estimator, BaseEstimator):
        raise TypeError(
            f"estimator must be an estimator of skembed or scikit-learn; got {estimator!r:.60}."
            + (" Pass the estimator itself, as first argument." * isinstance(estimator, str))
        )
    is_file = _is_open(path, "write")
    header, tensors = _encoded(estimator)
    if is_file:
        path.write(to_bytes(tensors, header))  # type: ignore[union-attr]
        return
    place = path_of(path)
    what, way_out = f"the model {place.name}", "save to another folder"
    check_target(place, what, way_out, files_read_by(estimator))
    write_tensors(tensors, header, place, what, way_out)


def _encoded(estimator: BaseEstimator) -> tuple[dict[str, str], dict[str, NDArray[Any]]]:
    """Return the header of a file and its tensors, which `load` would not refuse."""
    from skembed.persistence._decode import Decoder
    from skembed.persistence._encode import Encoder

    encoder = Encoder()
    encoder.encode(estimator, type(estimator).__name__)
    with error_context(f"{type(estimator).__name__} cannot be saved", ".", WRONG):
        Decoder(encoder.tensors).decode(encoder.nodes)
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
    return header | {"digest": tensor_digest(header, encoder.tensors)}, encoder.tensors


def _is_open(path: object, method: str) -> bool:
    """Return whether this is an open file, not a path."""
    mode, able = {"read": ("rb", "readable"), "write": ("wb", "writable")}[method]
    if isinstance(path, io.TextIOBase):
        raise TypeError(f"path is a file that is open as text. Open it with the mode {mode!r}.")
    if hasattr(path, able) and not getattr(path, able)():
        raise TypeError(f"path is a file that one cannot {method}. Open it with the mode {mode!r}.")
    return hasattr(path, method)


def load(path: Target) -> Any:
    """Read an estimator that `save` has written, without running code from the file.

    Only objects of known types are made, from parts whose types and sizes are checked. Parts of
    scikit-learn must be on skembed's list, or of types that skops trusts. A digest in the file
    detects damage, not forgery. Keras and TensorFlow are not imported.

    Parameters
    ----------
    path : str, path-like or binary file
        The file; ``~`` is the home folder. An open file is read to its end.

    Returns
    -------
    estimator : estimator
        It predicts the same as the saved one, and `partial_fit` continues its training.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    IsADirectoryError
        If the path is a folder.
    ValueError
        If the file is not one of skembed, was saved by a newer skembed, damaged, or holds types or
        sizes that `save` does not write.

    See Also
    --------
    save : Write it.
    """
    if not _is_open(path, "read"):
        return _load(path_of(path))
    with TemporaryDirectory() as folder:
        copy = Path(folder, "open file")
        copy.write_bytes(path.read())  # type: ignore[union-attr]
        try:
            return _load(copy)
        except ValueError as error:
            raise ValueError(str(error).replace(str(copy), "The open file")) from error


def _load(path: Path) -> Any:
    content = read(path)
    from skembed.persistence._decode import Decoder

    try:
        estimator = Decoder(content.tensors, content.version).decode(content.nodes)
    except WRONG as error:
        said = message_of(error)
        if is_newer(content.writer):
            raise ValueError(newer_file(path, content.writer, said)) from error
        raise ValueError(f"{path} holds what skembed.save does not write: {said}.") from error
    if not isinstance(estimator, BaseEstimator):
        raise ValueError(f"{path} holds what skembed.save does not write: no estimator.")
    return estimator
