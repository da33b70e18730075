"""Messages for a file that is of another kind, or of a newer version, than its reader."""

import codecs
import re
from pathlib import Path

from skembed import __version__
from skembed.files._signature import describe_file

_PICKLES = "opens it and runs the code in it: open only your own"

_OPENED_BY = {
    "a joblib pickle": f"joblib.load {_PICKLES}",
    "a pickle": f"joblib.load or pickle.load {_PICKLES}",
    "zlib-compressed data, such as a joblib pickle": f"if it is a pickle, joblib.load {_PICKLES}",
    "a skembed file": "skembed.load opens it",
    "a skops file": "skops.io.load opens it",
    "an ONNX model": "skembed.serve.Predictor opens it if skembed.to_onnx wrote it",
    "a Keras model": "keras.saving.load_model opens it",
    "an HDF5 file": "keras.saving.load_model opens it if Keras wrote it",
    "a safetensors file": "safetensors.numpy.load_file opens it",
}

_NOT_IN_TEXT = re.compile(rb"[\0-\x08\x0e-\x1f]")


def wrong_file(path: Path, wanted: str, reader: str, writer: str) -> str:
    """Return the message for a file of another kind: its kind, and the program that opens it.

    `wanted` is the expected kind, in the words of `describe_file`. `reader` should have read the
    file, and `writer` writes such files.
    """
    found = describe_file(path).replace("a skembed model file", "a skembed file")
    if not found and _is_text(path):
        found = "a text file"
    if found in ("", wanted):
        return f"{path} is not {wanted}, or it is truncated."
    way_out = _OPENED_BY.get(found, f"{reader} opens only what {writer} wrote")
    if found.endswith("archive"):
        way_out = f"unpack it first, as {way_out}"
    return f"{path} is {found}, not {wanted}; {way_out}."


def _is_text(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(1024)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # which may end within a letter
    except UnicodeDecodeError:
        return False
    return not _NOT_IN_TEXT.search(head)


def is_newer(version: str) -> bool:
    """Return whether a version of skembed is newer than this one; False if it is not a version."""
    numbers = [[*map(int, re.findall(r"\d+", text)[:3])] for text in (version, __version__)]
    return numbers[0] > numbers[1]


def newer_file(path: Path, version: str, reason: str) -> str:
    """Return the message for a file that a newer skembed wrote."""
    writer = f"skembed {version}, which is newer" if is_newer(version) else "a skembed newer"
    return (
        f"{path} was written by {writer} than this skembed {__version__}: {reason}. Update it: "
        'pip install --upgrade "skembed".'
    )
