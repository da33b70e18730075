"""What was measured, and where: a file for each measurement, ``results/SUBJECT/NAME.json``."""

import datetime
import importlib.metadata
import json
import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PACKAGES = [
    *("dask", "fasttext-community", "gensim", "jax", "keras", "model2vec", "numpy"),
    *("onnxruntime", "pyspark", "ray", "scikeras", "scikit-learn", "scipy", "tensorflow"),
    *("torch", "wordllama"),
]


@dataclass(frozen=True)
class Record:
    """What a measurement found.

    Attributes
    ----------
    environment : dict of str to str or float
        ``date``, ``machine``, ``revision`` and ``versions``, as far as they are known, and
        ``load``: what else the machine was doing at the start, its load average over a minute.
    found : dict or list
        What was found, in plain values.
    """

    environment: dict[str, Any]
    found: Any

    def where(self) -> str:
        """Write when and where the measurement was made."""
        e = self.environment
        return f"{e['date']} at revision {e['revision']}: {e['machine']}; {e['versions']}"


def path_of(subject: str, name: str) -> Path:
    """Return the file of a measurement."""
    return RESULTS / subject / f"{name}.json"


def read(subject: str, name: str) -> Record:
    """Return what `keep` was given."""
    return Record(**json.loads(path_of(subject, name).read_text(encoding="utf-8")))


def keep(subject: str, name: str, record: Record) -> None:
    """Write a record whole or not at all; each entry of a list is on a line of its own."""
    path = path_of(subject, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(record.found, list):
        rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in record.found)
        found = f"[\n{rows}\n]"
    else:
        found = json.dumps(record.found, indent=1, ensure_ascii=False)
    environment = json.dumps(record.environment, indent=1, ensure_ascii=False)
    part = path.with_suffix(".part")
    part.write_text(f'{{"environment": {environment},\n"found": {found}}}\n', encoding="utf-8")
    part.replace(path)


def describe_machine() -> dict[str, str]:
    """Describe the machine and the packages of a measurement."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = [f"Python {platform.python_version()}"]
    for name in PACKAGES:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB of memory, "
        f"{platform.system()} {platform.machine()}",
        "revision": _revision(),
        "versions": ", ".join(versions),
    }


def _revision() -> str:
    """Return the commit that was measured, with a plus if skembed was changed since."""
    commands = ["rev-parse", "--short", "HEAD"], ["status", "--porcelain", "skembed"]
    try:
        commit, changes = (
            subprocess.run(
                ["git", *command], cwd=ROOT, check=True, capture_output=True, encoding="utf-8"
            ).stdout.strip()
            for command in commands
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return commit + ("+" if changes else "")
