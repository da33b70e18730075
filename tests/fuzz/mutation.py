"""Changes of a file that leave it whole where random bytes would end at the first check."""

import copy
import gzip
import io
import random
import struct
import zipfile
import zlib
from typing import Any

MOST_UNPACKED = 1 << 25
"""Bytes that a compressed seed may grow to: enough to see what a reader does with them."""

INTERESTING: list[Any] = [
    None, True, False, -1, 0, 1, 2, 7, 100, 2**16, 2**31 - 1, 2**31, 2**53, 2**63 - 1, 2**64,
    -(2**63), 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf"), "", "a", "\x00", "\ud800",
    "0", "nan", "sequences", [], {}, [[]], [None], {"ref": 0}, {"a": 1}, ["a", "a"], [1, "a"],
    "x" * 300,
]  # fmt: skip


def plain(data: bytes, max_size: int, rng: random.Random) -> bytes:
    """Change bytes as libFuzzer does, or repeat a part of them."""
    import atheris  # here, because the seeds are made and the corpus is tested without it

    if data and rng.random() < 0.1:
        start = rng.randrange(len(data))
        part = data[start : start + rng.randint(1, 64)]
        times = rng.choice([2, 10, 100, 10_000])
        return (data[:start] + part * min(times, max_size // len(part)) + data[start:])[:max_size]
    return bytes(atheris.Mutate(data, max_size))


def packed(data: bytes, max_size: int, seed: int) -> bytes:
    """Change what is in a gzip or zip file and pack it again; anything else as it is."""
    rng = random.Random(seed)
    content = _unpack(data)
    if content is None or (len(content) < 4 * max_size and rng.random() < 0.2):
        return plain(data, max_size, rng)
    if rng.random() < 0.002 and content:
        times = rng.choice([100, 10_000, 1_000_000])
        content *= min(times, MOST_UNPACKED // len(content)) or 1
    else:
        content = plain(content[:max_size], 4 * max_size, rng)
    if data.startswith(b"PK"):
        return _as_zip(content, rng)
    return gzip.compress(content, 9, mtime=0)


def _unpack(data: bytes) -> bytes | None:
    try:
        if data.startswith(b"\x1f\x8b"):
            return zlib.decompressobj(31).decompress(data, 1 << 20)
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return archive.open(archive.namelist()[0]).read(1 << 20)
    except Exception:  # what cannot be unpacked is changed as it is
        return None
    return None


def _as_zip(content: bytes, rng: random.Random) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        kind = rng.choice([zipfile.ZIP_DEFLATED] * 6 + [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2])
        archive.writestr(zipfile.ZipInfo("a.txt"), content, kind, 9)
        if rng.random() < 0.05:
            archive.writestr(zipfile.ZipInfo("b/"), b"")
    return packed.getvalue()


def json_value(value: Any, rng: random.Random) -> Any:
    """Return a copy of JSON values with one of them changed, taken away or put twice."""
    value = copy.deepcopy(value)
    places = list(_places(value))
    if not places or rng.random() < 0.02:
        return rng.choice(INTERESTING)
    holder, key = rng.choice(places)
    action = rng.random()
    if action < 0.1:
        del holder[key]
    elif action < 0.2:
        other_holder, other_key = rng.choice(places)
        holder[key] = copy.deepcopy(other_holder[other_key])
    elif action < 0.3 and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    elif action < 0.35 and isinstance(holder, dict):
        holder[rng.choice([*map(str, INTERESTING[-8:]), str(key)[:-1]])] = holder.pop(key)
    else:
        holder[key] = _other(holder[key], rng)
    return value


def _other(value: Any, rng: random.Random) -> Any:
    """Return something in the place of a value, more often of its type than not."""
    if isinstance(value, int) and not isinstance(value, bool) and rng.random() < 0.6:
        return rng.choice([value + 1, value - 1, -value, 2 * value, 0, rng.randrange(40)])
    if isinstance(value, str) and rng.random() < 0.4:
        changed = plain(value.encode("utf-8", "surrogatepass"), 2 * len(value) + 8, rng)
        return changed.decode("utf-8", "replace")
    if isinstance(value, list) and rng.random() < 0.3:
        return rng.sample(value, len(value))
    return copy.deepcopy(rng.choice(INTERESTING))


def _places(value: Any) -> Any:
    """Yield where each value stands: its list or mapping, and its index or key."""
    entries: Any = ()
    if isinstance(value, dict | list):
        entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(entries):
        yield value, key
        yield from _places(inner)


def number_at(data: bytes, rng: random.Random, *, until: int) -> bytes:
    """Write an interesting 32- or 64-bit integer somewhere at the beginning."""
    layout = rng.choice(["<i", "<q"])
    size = struct.calcsize(layout)
    if len(data) < size:
        return data
    place = rng.randrange(min(len(data) - size, until) + 1)
    (old,) = struct.unpack_from(layout, data, place)
    values = [-1, 0, 1, 2, 2**16, 2**31 - 1, -(2**31), old + 1, old - 1, -old]
    new = rng.choice([v for v in values if -(2**31) <= v < 2**31] or [0])
    return data[:place] + struct.pack(layout, new) + data[place + size :]
