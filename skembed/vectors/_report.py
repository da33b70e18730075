"""What reading a file of word vectors left out."""

from dataclasses import dataclass

from skembed._messages import pluralize
from skembed._reports import html_lines

# A file in another encoding has a bad line for every word; the first ones are enough.
MAX_KEPT = 1000


@dataclass(frozen=True)
class LoadReport:
    """Which source was read, and which entries were left out of the vectors.

    Positions count from 1: lines of a text file, entries of a binary one.

    Attributes
    ----------
    source : str
        The file or catalogue name that was read.
    n_undecodable : int
        Entries left out because their word is not UTF-8.
    undecodable : tuple of (int, bytes)
        Position and raw word of the first 1,000 of them.
    n_malformed : int
        Lines left out because they do not consist of a word and its numbers.
    malformed : tuple of (int, str)
        Position and defect of the first 1,000 of them.
    header_count : tuple of (int, int) or None
        Number of words that the file's first line says and number found, if they differ.
    n_duplicates : int
        Entries left out because their word came before; the first entry is kept.
    duplicates : tuple of (int, str)
        Position and word of the first 1,000 of them.
    n_nameless : int
        spaCy vectors left out because their word is not in ``strings.json``.
    """

    source: str
    n_undecodable: int = 0
    undecodable: tuple[tuple[int, bytes], ...] = ()
    n_duplicates: int = 0
    duplicates: tuple[tuple[int, str], ...] = ()
    n_malformed: int = 0
    malformed: tuple[tuple[int, str], ...] = ()
    header_count: tuple[int, int] | None = None
    n_nameless: int = 0

    def sentences(self) -> list[str]:
        """Return sentences that say what was left out; an empty list if nothing was."""
        said = []
        if self.n_undecodable:
            state = "is not UTF-8 and was" if self.n_undecodable == 1 else "are not UTF-8 and were"
            said.append(
                f"{self.n_undecodable} of the words in {self.source} {state} left out "
                f"({_where(self.undecodable)}); report.undecodable holds the bytes."
            )
        if self.n_duplicates:
            said.append(
                f"{self.n_duplicates} of the words in {self.source} came more than once; the first "
                f"vector of each was kept (repeated at {_where(self.duplicates)}); "
                "report.duplicates lists them."
            )
        if self.n_malformed:
            state = "is malformed and was" if self.n_malformed == 1 else "are malformed and were"
            shown = "; ".join(f"line {line}: {fault}" for line, fault in self.malformed[:3])
            more = "; ..." if self.n_malformed > 3 else ""
            said.append(
                f"{self.n_malformed} of the lines in {self.source} {state} left out ({shown}"
                f"{more}); report.malformed lists them."
            )
        if self.header_count is not None:
            promised, found = self.header_count
            said.append(
                f"The first line of {self.source} says {pluralize(promised, 'word')}, but it has "
                f"{found}. All of them were read; report.header_count holds both numbers."
            )
        return [*said, *self._about_nameless()]

    def _about_nameless(self) -> list[str]:
        if not self.n_nameless:
            return []
        state = "has no word and was" if self.n_nameless == 1 else "have no word and were"
        return [f"{self.n_nameless} of the vectors in {self.source} {state} left out."]

    def _repr_html_(self) -> str:
        return html_lines(self.sentences() or [f"{self.source}: nothing was left out."])


def _where(entries: tuple[tuple[int, object], ...]) -> str:
    shown = ", ".join(f"line or entry {position}" for position, _ in entries[:3])
    return shown + (", ..." if len(entries) > 3 else "")
