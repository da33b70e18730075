"""What there is to be known of one kind: measurements, and the pages that show them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.child import Settings
from benchmarks.page import Places
from benchmarks.record import Record


@dataclass(frozen=True)
class Subject:
    """Measurements of one kind.

    Attributes
    ----------
    names : sequence of str
        What can be measured, each a file of ``results``.
    measure : callable
        Takes a name and the `Settings`; yields what has been found so far, as often as it is to
        be kept.
    show : callable
        Takes a name and its `Record`, and returns what is printed.
    pages : dict of str to callable
        The text for the places of each page of the documentation.
    pictures : dict of str to callable
        Draws each picture of these pages to a path.
    """

    names: Sequence[str]
    measure: Callable[[str, Settings], Iterator[Any]]
    show: Callable[[str, Record], str]
    pages: dict[str, Places]
    pictures: dict[str, Callable[[Path], None]] = field(default_factory=dict)
