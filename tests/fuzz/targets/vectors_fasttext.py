"""fastText's `.bin`."""

import random
import struct
from collections.abc import Iterator

from tests.fuzz.mutation import number_at, plain
from tests.fuzz.target import Target
from tests.fuzz.targets.vectors_text import NAME, read

MAGIC = 793712314


def model(
    version: int,
    *,
    model: int = 2,
    dims: int = 2,
    buckets: int = 4,
    min_n: int = 2,
    max_n: int = 3,
    word: bytes = "naïve".encode(),
) -> bytes:
    """Return a model of three words and a label; its numbers need make no sense."""
    words = [(b"</s>", 0), (b"the", 0), (word, 0), (b"__label__a", 1)]
    settings = struct.pack("<12id", dims, 5, 5, 1, 5, 1, 1, model, buckets, min_n, max_n, 100, 1e-4)
    dictionary = struct.pack("<3iq", len(words), 3, 1, 10)
    dictionary += b"" if version == 0 else struct.pack("<q", -1)
    dictionary += b"".join(one + b"\0" + struct.pack("<qb", 3, kind) for one, kind in words)
    rows = 3 + buckets
    matrix = (b"" if version == 0 else b"\0") + struct.pack("<2q", rows, dims)
    numbers = b"".join(struct.pack("<f", 0.1 * i) for i in range(min(abs(rows * dims), 1000)))
    start = b"" if version == 0 else struct.pack("<2i", MAGIC, version)
    return start + settings + dictionary + matrix + numbers


def seeds() -> Iterator[bytes]:
    """Yield models of both versions, with and without subwords."""
    yield model(12)
    yield model(11, model=3)
    yield model(12, buckets=0, max_n=0)
    yield model(0)


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Make a model of odd settings that agree with its matrix, change a number, or anything."""
    rng = random.Random(seed)
    if rng.random() < 0.1:
        return model(
            rng.choice([0, 11, 12]),
            dims=rng.choice([2, 1, 0, -1, -2]),
            buckets=rng.choice([4, 0, -1, -3, -4, -7]),
            min_n=rng.choice([2, 0, -1, 9]),
            max_n=rng.choice([3, 0, 1, 1000, 2**31 - 1]),
            word=rng.choice(["é", "ab"]).encode() * rng.choice([1, 10, 900]),
        )
    return number_at(data, rng, until=120) if rng.random() < 0.3 else plain(data, max_size, rng)


TARGET = Target(NAME, seeds, read, mutate, max_len=1 << 12)
