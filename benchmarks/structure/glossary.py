"""The entries of docs/glossary.md."""

import re
from dataclasses import dataclass

from benchmarks.structure.package import Thing

ENTRY = re.compile(r"^\*\*(.+?)\*\*: (.+(?:\n.+)*)", re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Entry:
    """A word, what the page says of it, and the names in code font there."""

    word: str
    text: str

    @property
    def names(self) -> list[str]:
        """Classes, parameters and folders that the entry names."""
        return CODE.findall(self.text)


def entries_of(page: str) -> list[Entry]:
    """Return the entries of a glossary: paragraphs that begin with ``**word**:``."""
    return [Entry(word, text) for word, text in ENTRY.findall(page)]


def without_entry(classes: list[Thing], entries: list[Entry]) -> list[str]:
    """Return the names of the classes that no entry names."""
    known = {name for entry in entries for name in entry.names}
    return sorted({each.name for each in classes} - known)
