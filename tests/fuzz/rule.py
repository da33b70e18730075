"""The rule that every reader keeps: a result or a clear ValueError, soon and in little memory."""

import hashlib
import re
import time
import traceback
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.target import Target

TIMES = 10
"""Bytes of memory for each byte of the file."""

ROOM = 48 << 20
"""Bytes of memory in any case.

The text reader takes 16 MB for a moment and never touches them, and two threads have a block of a
megabyte each in work; a word2vec file is read by 8 MB, and unpacked by as much; `skembed.load`
allows itself 16 MB. What the process takes is measured too, and an allocator takes more than asked.
"""

UNPACKED_TIMES, UNPACKED_ROOM = 100, 1 << 24
"""Bytes that may be unpacked for each byte of a compressed file, and in any case."""

SECONDS = 30
"""Longest time; libFuzzer stops what takes longer.

Readers are about ten times slower here than elsewhere, because every branch and every piece of
memory is counted.
"""

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True)
class Finding:
    """A broken rule.

    Attributes
    ----------
    key : str
        The same for files that break the rule at the same place.
    told : str
        What happened.
    """

    key: str
    told: str


def judge(target: Target, path: Path) -> Finding | None:
    """Read a file and say whether the rule was kept."""
    size = path.stat().st_size
    tracemalloc.reset_peak()
    before, resident = tracemalloc.get_traced_memory()[0], _resident()
    started = time.perf_counter()
    outcome = "returned"
    try:
        target.read(path)
    except ValueError as error:
        outcome = f"{type(error).__name__}: {error}"
        # Whoever has many files must be told which one it is.
        if path.name not in str(error):
            return _finding("unclear", error)
    except Exception as error:
        return _finding("wrong error", error)
    seconds = time.perf_counter() - started
    peak = tracemalloc.get_traced_memory()[1] - before
    taken = max(peak, _resident(peak=True) - resident)
    if taken > ROOM + TIMES * size and taken > ROOM + TIMES * _unpacked_size(path):
        kind = re.sub(r"[^A-Za-z ]+", "", outcome)[:60]
        told = f"{taken:,} bytes ({peak:,} of Python's) for a file of {size:,}: {outcome:.300}"
        return Finding(f"memory {kind}", told)
    if seconds > SECONDS:
        return Finding("slow", f"{seconds:.1f} s: {outcome:.300}")
    return None


def _unpacked_size(path: Path) -> int:
    """Return how much a compressed file holds, as far as readers are allowed to unpack it.

    Text of 16 MB is a file of 16 MB, however small it was packed.
    """
    if path.read_bytes()[:2] not in (b"\x1f\x8b", b"PK", b"BZ", b"\xfd7"):
        return 0
    return UNPACKED_ROOM + UNPACKED_TIMES * path.stat().st_size


def _finding(kind: str, error: Exception) -> Finding:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "skembed" in f.filename] or frames
    where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
    last = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}"
    told = "".join(traceback.format_exception(error))
    return Finding(f"{kind} {type(error).__name__} {where} {last}", told)


def _resident(*, peak: bool = False) -> int:
    """Return the memory in use, in bytes, and begin a new peak, or return that peak.

    Nothing where the system is not Linux: what Python has taken counts then.
    """
    if not _CLEAR.exists():
        return 0
    if not peak:
        _CLEAR.write_text("5")
    field = "VmHWM:" if peak else "VmRSS:"
    line = next(one for one in _STATUS.read_text().splitlines() if one.startswith(field))
    return 1024 * int(line.split()[1])


def keep(finding: Finding, content: bytes, folder: Path) -> bool:
    """Write a finding to a folder, the smallest file of its key; return whether it is new."""
    stem = hashlib.sha256(finding.key.encode()).hexdigest()[:12]
    path = folder / f"{stem}.bin"
    is_new = not path.exists()
    if is_new or path.stat().st_size > len(content):
        path.write_bytes(content)
        (folder / f"{stem}.txt").write_text(f"{finding.key}\n{finding.told}\n")
    return is_new
