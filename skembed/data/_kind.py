"""Check that a file that should hold a table has the right format."""

import os
import re

from skembed.files import describe_file

_OWN = {"jsonl": "a JSON file", "parquet": "a Parquet table", "arrow": "an Arrow table"}
_ENDINGS = {
    "a Parquet table": ".parquet",
    "an Arrow table": ".arrow",
    "a gzip archive": ".gz",
    "a JSON file": ".jsonl if it has an object on each line",
}
_WRITTEN_AS_TEXT = ("a JSON file", "an HTML page", "an XML file")
_NOT_OF_TEXT = re.compile(rb"[\0-\x08]")


def check_kind(path: str | os.PathLike[str], format: str) -> None:
    """Refuse a file whose first bytes show another format than its name.

    Pipes and devices are not checked, because they can be read only once.
    """
    name = os.fspath(path)
    if not os.path.isfile(path):
        if format in ("parquet", "arrow") and os.path.exists(path) and not os.path.isdir(path):
            raise ValueError(f"{name} is a pipe or a device, but {format} needs a file on a disk.")
        return
    found = describe_file(path)
    is_packed = found == "a gzip archive" and name.lower().endswith(".gz")
    if found in ("", "an empty file", _OWN.get(format)) or is_packed or found.endswith(" text"):
        return
    if format in ("csv", "tsv", "jsonl") and _is_text(path, found):
        return
    raise ValueError(f"{name} is {found}, but its format should be {format}. {_way_out(found)}")


def other_kind(path: str | os.PathLike[str]) -> str:
    """Say what a file is that no format reads, and what to do; empty for other files."""
    found = describe_file(path) if os.path.isfile(path) else ""
    is_known = found in ("", "an empty file", *_ENDINGS) or found.endswith(" text")
    if is_known or _is_text(path, found):
        return ""
    return f"{os.fspath(path)} is {found}. {_way_out(found)}"


def _is_text(path: str | os.PathLike[str], found: str) -> bool:
    """Return whether a file is a text that only begins like a file of another kind."""
    if found in _WRITTEN_AS_TEXT:
        return False
    with open(path, "rb") as file:
        return not _NOT_OF_TEXT.search(file.read(4096))


def _way_out(found: str) -> str:
    """Say how to read a file of this kind."""
    if ending := _ENDINGS.get(found):
        return f"Give it a name that ends in {ending}."
    if "archive" in found:
        return "Unpack it first."
    if found == "an HTML page":
        return "Download the file itself, not the page that shows it."
    return "Save its table as CSV (in a spreadsheet: 'CSV UTF-8')."
