"""JSON lines, plain and gzipped."""

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.mutation import json_value, packed
from tests.fuzz.target import Target

PLAIN = b'{"text": "good film", "label": "a", "n": [1, {"b": null}]}\n\n{"text": "na\\u00efve"}\n'


def seeds() -> Iterator[bytes]:
    """Yield tables of few rows."""
    yield PLAIN
    yield b"\xef\xbb\xbf" + PLAIN.replace(b"\n", b"\r\n")
    yield gzip.compress(PLAIN, mtime=0)
    yield b'{"a": ' + b"[" * 30 + b"]" * 30 + b"}"


def read(path: Path) -> None:
    """Read all rows."""
    from skembed.data import open_table

    for block in open_table(path, format="jsonl").blocks(1024, whole=True):
        assert all(isinstance(row, list) for row in block.rows())


def name_of(data: bytes) -> str:
    """Name a file by its content."""
    return "fuzzed.jsonl" + (".gz" if data.startswith(b"\x1f\x8b") else "")


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Change a value of a line, or anything."""
    rng = random.Random(seed)
    lines = data.split(b"\n")
    row = rng.randrange(len(lines))
    if rng.random() < 0.5:
        try:
            lines[row] = json.dumps(json_value(json.loads(lines[row]), rng)).encode()
        except (ValueError, TypeError, RecursionError):
            return packed(data, max_size, seed)
        return b"\n".join(lines)[:max_size]
    return packed(data, max_size, seed)


TARGET = Target(name_of, seeds, read, mutate)
