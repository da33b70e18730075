"""Benchmark 1: read a GloVe text file for the first time."""

import hashlib
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.definition import Benchmark, Contender, Faster, Figures, demand
from benchmarks.vectors import glove_text, read_with_a_loop


def digests(words: Any, matrix: Any) -> tuple[Any, Figures]:
    joined = "\n".join(words).encode()
    numbers = np.ascontiguousarray(matrix, dtype=np.float32)
    return (hashlib.sha256(joined).hexdigest(), hashlib.sha256(numbers).hexdigest()), {
        "words": float(len(matrix))
    }


def prepare_ours(settings: Settings) -> tuple[Any, Path, str]:
    from skembed.vectors import WordVectors

    path = glove_text(settings)
    path.read_bytes()
    cache = tempfile.mkdtemp(dir=settings.work)
    tiny = Path(cache, "tiny.txt")
    tiny.write_text("word 0.5\n")
    WordVectors.load(tiny, cache_dir=cache)  # imports what reading needs
    return WordVectors, path, cache


def prepare_gensim(settings: Settings) -> tuple[Any, Path]:
    from gensim.models import KeyedVectors

    path = glove_text(settings)
    path.read_bytes()
    return KeyedVectors, path


def prepare_loop(settings: Settings) -> Path:
    path = glove_text(settings)
    path.read_bytes()
    return path


OURS = Contender(
    prepare_ours,
    lambda data: data[0].load(data[1], cache_dir=data[2]),
    lambda data, vectors: digests(vectors.words, vectors.matrix),
)
GENSIM = Contender(
    prepare_gensim,
    lambda data: data[0].load_word2vec_format(data[1], binary=False, no_header=True),
    lambda data, vectors: digests(vectors.index_to_key, vectors.vectors),
)
LOOP = Contender(
    prepare_loop,
    read_with_a_loop,
    lambda data, vectors: digests(vectors, np.stack(list(vectors.values()))),
)


def check(results: dict[str, Any]) -> str:
    for name, result in results.items():
        demand(result == results["skembed"], f"{name} read other words or numbers than skembed")
    return "the same words and bit-identical numbers"


BENCHMARK = Benchmark(
    title="First load of GloVe 6B 50d as text, 400,000 words, cache written",
    contenders={"skembed": OURS, "gensim": GENSIM, "Python loop": LOOP},
    goals=[Faster("gensim", 25), Faster("Python loop", 8)],
    check=check,
    note="The file is in the page cache for all three; modules are imported before. The loop is "
    "that of the Keras blog's 'Using pre-trained word embeddings in a Keras model': it splits "
    "each line and gives the strings to `np.asarray(..., dtype='float32')`.",
)
