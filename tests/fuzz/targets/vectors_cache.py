"""An entry of the cache: its two files behind one another, the first one's length before them."""

import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.mutation import json_value, number_at, plain
from tests.fuzz.target import Target

WORDS = ["the", "of", "naïve", "a much longer word than others", "", "日本", "a\0b"]
START = 16
"""Bytes of a word file before its description: a mark, and the description's length."""


def seeds() -> Iterator[bytes]:
    """Yield entries of few words."""
    import numpy as np

    from skembed.vectors._conversion import convert
    from skembed.vectors._reading import Block
    from skembed.words import pack_words

    for words in (WORDS, WORDS[:1], []):
        n = len(words)
        block = Block(*pack_words(words), np.ones((n, 3), np.float32), np.arange(n) + 1)
        with tempfile.TemporaryDirectory() as folder:
            convert([block], "seed", Path(folder), "key")
            yield _join(
                Path(folder, "key.words").read_bytes(), Path(folder, "key.npy").read_bytes()
            )


def read(path: Path) -> None:
    """Open the entry; what is opened, and not taken for damaged, must be of use."""
    from skembed.vectors._cache import open_entry
    from skembed.vectors._word_vectors import WordVectors

    parts = _split(path.read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        for suffix, part in zip((".words", ".npy"), parts, strict=True):
            Path(folder, "key" + suffix).write_bytes(part)
        entry = open_entry(Path(folder), "key")
        if entry is not None:
            use(WordVectors._from_parts(*entry))


def use(vectors: "WordVectors") -> None:  # noqa: F821 - imported late, to be instrumented
    """Look words up, in bulk and one by one, and read them all."""
    found = vectors.words.find([*WORDS, "absent"])
    assert (found < len(vectors)).all()
    assert len(list(vectors.words)) == len(vectors) == len(vectors.matrix)
    vectors.words.repeated()
    vectors.matrix.sum()
    vectors.align({word: i for i, word in enumerate(WORDS, 2)})
    vectors.report.sentences()


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Change the description, numbers of the arrays behind it, or anything."""
    rng = random.Random(seed)
    words, matrix = _split(data)
    length = int.from_bytes(words[8:START], "little")
    action = rng.random()
    if action < 0.4:
        try:
            text = json.dumps(json_value(json.loads(words[START : START + length]), rng)).encode()
        except ValueError:
            return plain(data, max_size, rng)
        words = words[:8] + len(text).to_bytes(8, "little") + text + words[START + len(text) :]
    elif action < 0.8:
        arrays = words[START + length :]
        changed = number_at(arrays, rng, until=1 << 12) if action < 0.6 else _same_size(arrays, rng)
        words = words[: START + length] + changed
    else:
        return plain(data, max_size, rng)
    return _join(words, matrix)


def _same_size(data: bytes, rng: random.Random) -> bytes:
    """Change bytes, but keep the size, which an entry knows."""
    return plain(data, len(data), rng).ljust(len(data), b"\0") if data else data


def _join(words: bytes, matrix: bytes) -> bytes:
    return len(words).to_bytes(8, "little") + words + matrix


def _split(data: bytes) -> tuple[bytes, bytes]:
    length = int.from_bytes(data[:8], "little")
    return data[8 : 8 + length], data[8 + length :]


TARGET = Target("fuzzed.entry", seeds, read, mutate)
