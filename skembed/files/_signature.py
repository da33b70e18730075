"""The kind of a file, found by its first bytes and never by its name."""

import bz2
import codecs
import contextlib
import gzip
import lzma
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

COMPRESSIONS: Mapping[str, tuple[re.Pattern[bytes], Callable[..., Any]]] = MappingProxyType(
    {
        "gzip": (re.compile(rb"\x1f\x8b"), gzip.open),
        "bzip2": (re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), bz2.open),
        "xz": (re.compile(rb"\xfd7zXZ\0"), lzma.open),
    }
)
"""First bytes of compressed files, and functions that open a path or an open file, by name."""

_HEAD_BYTES = 4096
_LONGEST_HEADER = 1 << 26
_TAR_MAGIC = slice(257, 262)
_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x04\x22\x4d\x18", "an LZ4 archive"),
    (b"\x5d\0\0", "an LZMA archive"),
    (b"\x1f\x9d", "a compress archive"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"SKEMBED\0", "a file of skembed's cache"),
    (b"\xba\x16\x4f\x2f", "a fastText model"),
    (b"PAR1\x15", "a Parquet table"),
    (b"ARROW1\0\0", "an Arrow table"),
    (b"FEA1\0", "a Feather table"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"GGUF\2\0", "a GGUF model"),
    (b"GGUF\3\0", "a GGUF model"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
    (b"version https://git-lfs.github.com/", "a Git LFS pointer instead of the file itself"),
)
_INSIDE_ZIP = (
    ("xl/workbook.xml", "an Excel file"),
    ("[Content_Types].xml", "a Microsoft Office file"),
    ("model.weights.h5", "a Keras model"),
    ("schema.json", "a skops file"),
    ("data.pkl", "a PyTorch file"),
)
# A first field of an ONNX file is the version of its format, below 32; then comes another field.
_ONNX = re.compile(rb"\x08[\x01-\x1f][\x12\x1a\x22\x2a\x32\x3a\x42\x72]")
_ZLIB = re.compile(rb"x[\x01\x5e\x9c\xda]")
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_SAFETENSORS = re.compile(rb".{8}\{\s*\"", re.DOTALL)
_MARKUP = (
    (re.compile(rb"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S),
     "an HTML page"),
    (re.compile(rb"\s*<(?:\?xml|svg)\b", re.I), "an XML file"),
    (re.compile(rb"\s*(?:\{\s*(?:\"|\}\s*\Z)|\[\s*[\[{\"\]])"), "a JSON file"),
)  # fmt: skip


def describe_file(path: str | os.PathLike[str]) -> str:
    r"""Name the kind of a file, for the message that says why it cannot be opened.

    It is a noun with its article, such as "a gzip archive" or "a skembed model file"; empty if the
    first bytes do not show it.
    """
    path = Path(path)
    if path.is_dir():
        return "a folder"
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if _SAFETENSORS.match(head):
            length = min(int.from_bytes(head[:8], "little"), _LONGEST_HEADER)
            head += file.read(length)
    description = describe_bytes(head)
    if compression := compression_of(head):
        is_tar = _is_packed_tar(path, compression)
        return f"a tar archive packed by {compression}" if is_tar else description
    return _describe_zip(path) if description == "a zip archive" else description


def compression_of(head: bytes) -> str:
    """Return the key of `COMPRESSIONS` that fits a file's first bytes, or an empty string."""
    return next((name for name, (magic, _) in COMPRESSIONS.items() if magic.match(head)), "")


def describe_bytes(head: bytes) -> str:
    """Name the kind of a file with these first bytes, as `describe_file` does.

    A few hundred bytes are enough.
    """
    if not head:
        return "an empty file"
    if compression := compression_of(head):
        return f"{'an' if compression == 'xz' else 'a'} {compression} archive"
    for signature, description in _SIGNATURES:
        if head.startswith(signature):
            return description
    if head[_TAR_MAGIC] == b"ustar":
        return "a tar archive"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "a WebP picture"
    if text_encoding(head) != "utf-8":
        return f"{text_encoding(head).upper()} text"
    for pattern, description in _MARKUP:
        if pattern.match(head.removeprefix(codecs.BOM_UTF8)):
            return description
    return _describe_serialized(head)


def text_encoding(head: bytes) -> str:
    """Recognize UTF-16 and UTF-32 by their byte order mark, or UTF-16 by its zero bytes.

    "utf-8" means everything else, text or not.
    """
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    pairs = head[: len(head) // 2 * 2][:512]
    zeros = (pairs[0::2].count(0), pairs[1::2].count(0))
    # In a Latin alphabet, nearly every second byte of a text is zero, and no other byte is.
    is_wide = min(zeros) == 0 and max(zeros) > 0.9 * len(pairs) / 2 and len(pairs) >= 8
    others = pairs[0::2] if zeros[1] else pairs[1::2]
    return "utf-16" if is_wide and others.isascii() and b"\0" not in others else "utf-8"


def _describe_serialized(head: bytes) -> str:
    """Name files in which programs keep their objects."""
    if _SAFETENSORS.match(head):
        is_ours = b'"format":"skembed"' in head
        return "a skembed model file" if is_ours else "a safetensors file"
    if _PICKLE.match(head):
        return "a joblib pickle" if b"joblib.numpy_pickle" in head else "a pickle"
    if _ZLIB.match(head):
        return "zlib-compressed data, such as a joblib pickle"
    return "an ONNX model" if _ONNX.match(head) else ""


def _describe_zip(path: Path) -> str:
    names: list[str] = []
    with contextlib.suppress(Exception), zipfile.ZipFile(path) as archive:  # if the file is damaged
        names = archive.namelist()
    if names and all(name.endswith(".npy") for name in names):
        return "a NumPy archive of arrays"
    for inside, description in _INSIDE_ZIP:
        if any(name == inside or name.endswith("/" + inside) for name in names):
            return description
    return "a zip archive"


def _is_packed_tar(path: Path, compression: str) -> bool:
    inside = b""
    damage = (EOFError, OSError, lzma.LZMAError, zlib.error)
    with contextlib.suppress(*damage), COMPRESSIONS[compression][1](path) as file:
        inside = file.read(_TAR_MAGIC.stop)
    return inside[_TAR_MAGIC] == b"ustar"
