"""Benchmark 1: read a GloVe text file for the first time."""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.definition import Benchmark, Contender, Faster, Figures, all_equal
from benchmarks.vectors import glove_text, read_with_a_loop


def contender(importing: Callable[[Settings], Callable[[Path], Any]], parts: Any) -> Contender:
    """Let a function read the file that is in the page cache; `parts` are its words and rows."""

    def prepare(settings: Settings) -> Any:
        path = glove_text(settings)
        path.read_bytes()
        return importing(settings), path

    def digests(data: Any, vectors: Any) -> tuple[Any, Figures]:
        words, matrix = parts(vectors)
        numbers = np.ascontiguousarray(matrix, dtype=np.float32)
        found = (hashlib.sha256(part).hexdigest() for part in ("\n".join(words).encode(), numbers))
        return tuple(found), {"words": float(len(matrix))}

    return Contender(prepare, lambda data: data[0](data[1]), digests)


def ours(settings: Settings) -> Callable[[Path], Any]:
    from skembed.vectors import WordVectors

    cache = tempfile.mkdtemp(dir=settings.work)
    tiny = Path(cache, "tiny.txt")
    tiny.write_text("word 0.5\n")
    WordVectors.load(tiny, cache_dir=cache)  # imports what reading needs
    return lambda path: WordVectors.load(path, cache_dir=cache)


def gensim(settings: Settings) -> Callable[[Path], Any]:
    from gensim.models import KeyedVectors

    return lambda path: KeyedVectors.load_word2vec_format(path, binary=False, no_header=True)


BENCHMARK = Benchmark(
    title="First load of GloVe 6B 50d as text, 400,000 words, cache written",
    contenders={
        "skembed": contender(ours, lambda vectors: (vectors.words, vectors.matrix)),
        "gensim": contender(gensim, lambda vectors: (vectors.index_to_key, vectors.vectors)),
        "Python loop": contender(
            lambda settings: read_with_a_loop, lambda rows: (rows, np.stack(list(rows.values())))
        ),
    },
    goals=[Faster("gensim", 25), Faster("Python loop", 8)],
    check=all_equal("the same words and bit-identical numbers"),
    note="The file is in the page cache for all three, and modules are imported before. The "
    "loop is that of the Keras blog's 'Using pre-trained word embeddings in a Keras "
    "model': it splits each line and passes the strings to `np.asarray(..., "
    "dtype='float32')`.",
)
