"""Word vectors as text: GloVe and word2vec, plain and packed."""

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.mutation import packed
from tests.fuzz.target import Target

GLOVE = b"the 0.1 -0.25 3\nof 1e-3 .5 7.\n. . . 1 2 3\nna\xc3\xafve 0.123456789 1 -1\n"
NAME = "fuzzed.vec"
"""It says nothing: the content decides."""

WORD2VEC = b"3 2\nthe 0.1 0.2 \nof 0.3 0.4 \n\xff 1 2 \n"


def seeds() -> Iterator[bytes]:
    """Yield files of few words."""
    yield GLOVE
    yield WORD2VEC
    yield b"\xef\xbb\xbf" + GLOVE.replace(b"\n", b"\r\n")
    yield gzip.compress(GLOVE, mtime=0)
    yield gzip.compress(WORD2VEC, mtime=0)
    yield bz2.compress(GLOVE)
    yield lzma.compress(GLOVE)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo("a.txt"), GLOVE)
    yield archive.getvalue()


def read(path: Path) -> None:
    """Convert a file, but for gensim's: these are pickles, and whoever opens one trusts it."""
    from skembed.vectors._conversion import convert
    from skembed.vectors._reading import read_file

    if path.read_bytes()[:1] == b"\x80":
        return
    entry = convert(read_file(path), path.name, None, "key")
    assert len(list(entry.words)) == len(entry.matrix)


TARGET = Target(NAME, seeds, read, packed)
