"""The errors for a file that does not hold word vectors."""

from pathlib import Path

from skembed.files import describe_bytes, describe_file, text_encoding

PASS_PARTS = "Read its words and numbers yourself and pass WordVectors(words, matrix)."
_UNPACK = "Unpack the file you want and load that."
_WAYS_OUT = (
    ("NumPy", PASS_PARTS),
    ("UTF-", "Save it as UTF-8 text and load that."),
    ("archive", _UNPACK),
    ("HTML", "It may be a sign-in page or an error page: download the file again."),
    ("Git LFS", "Fetch the file itself with `git lfs pull`."),
    ("skembed model", "Open it with skembed.load."),
    ("ONNX", "Open it with skembed.serve.Predictor."),
    *((kind, PASS_PARTS) for kind in ("table", "pickle", "JSON", "HDF5", "Office")),
    *((kind, PASS_PARTS) for kind in ("database", "safetensors", "PyTorch", "Keras")),
)
_KNOWN_FORMATS = (
    "Known formats: GloVe text, word2vec text and binary, fastText .vec and .bin, gensim .kv."
)


def not_vectors(name: str, description: str) -> ValueError:
    """Return the error for a file of another kind, with the way out."""
    kind_found = description.partition("'")[0]  # without a quoted line of the file
    way_out = next((way for kind, way in _WAYS_OUT if kind in kind_found), _KNOWN_FORMATS)
    return ValueError(f"{name}: expected a file of word vectors, found {description}. {way_out}")


def check_binary(head: bytes, path: Path, name: str) -> None:
    """Refuse a file that has the first bytes of another format and cannot be text.

    `head` is the beginning of the file, or of its content if it is compressed.
    """
    description = describe_bytes(head)
    if description and (b"\0" in head or text_encoding(head) != "utf-8"):
        whole = describe_file(path)
        is_same = whole.startswith(description)
        raise not_vectors(name, whole if is_same else f"{description} inside {whole}")


def check_zip(path: Path) -> None:
    """Refuse a zip archive that another program reads as one document."""
    description = describe_file(path)
    if description != "a zip archive":
        raise not_vectors(path.name, description)
