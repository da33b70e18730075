"""CSV and TSV, as a whole and as `load_table` reads them, plain and gzipped."""

import gzip
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.mutation import packed
from tests.fuzz.target import Target

PLAIN = b'text,label\n"good, film",a\nbad film,b\n\n"two\nlines ""here""",a\n'


def seeds() -> Iterator[bytes]:
    """Yield tables of few rows."""
    yield PLAIN
    yield b"\xef\xbb\xbf" + PLAIN.replace(b"\n", b"\r\n")
    yield "label\ttext\na\tnaïve\n".encode()
    yield gzip.compress(PLAIN, mtime=0)


def read(path: Path) -> None:
    """Read all rows in both ways."""
    from skembed.data import format_of, open_table
    from skembed.datasets import load_table

    errors = []
    for read_it in (
        lambda: [
            block.rows()
            for block in open_table(path, format=format_of(path) or "csv").blocks(1024, whole=True)
        ],
        lambda: load_table(path, text="text", label="label"),
    ):
        try:
            read_it()
        except ValueError as error:
            if path.name not in str(error):
                raise
            errors.append(error)
    if errors:
        raise errors[0]


def name_of(data: bytes) -> str:
    """Name a file by its content."""
    suffix = ".tsv" if data[:40].count(b"\t") else ".csv"
    return "fuzzed" + suffix + (".gz" if data.startswith(b"\x1f\x8b") else "")


TARGET = Target(name_of, seeds, read, packed)
