"""word2vec's binary format."""

import gzip
import random
import struct
from collections.abc import Iterator

from tests.fuzz.mutation import packed, plain
from tests.fuzz.target import Target
from tests.fuzz.targets.vectors_text import NAME, read


def seeds() -> Iterator[bytes]:
    """Yield files of few words, with and without the newline that some writers put."""
    words = ["the", "of", "naïve"]
    for n_dims, newline in ((2, b""), (5, b"\n")):
        rows = [struct.pack(f"<{n_dims}f", *[0.1 * i + 0.01] * n_dims) for i in range(3)]
        body = b"".join(
            w.encode() + b" " + row + newline for w, row in zip(words, rows, strict=True)
        )
        yield f"3 {n_dims}\n".encode() + body
    yield gzip.compress(f"3 {n_dims}\n".encode() + body, mtime=0)


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Change the two numbers of the header, or anything."""
    rng = random.Random(seed)
    header, newline, body = data.partition(b"\n")
    if data[:1].isdigit() and rng.random() < 0.2:
        numbers = header.split() or [b""]
        odd = [b"0", b"-1", b"00", b"1" * 5000, b"99999999999999999999", b"1000000", b"3 3", b"\t"]
        numbers[rng.randrange(len(numbers))] = rng.choice([*odd, str(rng.randrange(9)).encode()])
        header = rng.choice([b" ", b"\t", b"  " * 60]).join(numbers)
        return (header + newline + body)[:max_size]
    return packed(data, max_size, seed) if data[:2] == b"\x1f\x8b" else plain(data, max_size, rng)


TARGET = Target(NAME, seeds, read, mutate)
