"""Fuzz a reader: ``python -m tests.fuzz NAME|all SECONDS [--folder FOLDER]``."""

import argparse
import hashlib
import importlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.fuzz.rule import SECONDS

FOLDER = Path(__file__).parent
CORPUS = FOLDER / "corpus"
NAMES = sorted(path.stem for path in FOLDER.glob("targets/*.py"))
_PROGRESS = re.compile(r"^#(\d+)\s.*cov: (\d+) ft: (\d+)", re.MULTILINE)
_LIMITS = [
    f"-timeout={SECONDS}",
    f"-report_slow_units={SECONDS}",
    "-rss_limit_mb=4096",
    "-use_value_profile=1",
]
# Threads of the numeric libraries would be measured with the reader.
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}


def main(arguments: list[str]) -> int:
    """Fuzz and print one line for each target.

    Returns
    -------
    status : int
        1 if something was found.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("name", choices=[*NAMES, "all"])
    parser.add_argument("seconds", type=int, help="of each target")
    parser.add_argument("--folder", type=Path, default=Path("build/fuzz"), help="kept between runs")
    options = parser.parse_args(arguments)
    names = NAMES if options.name == "all" else [options.name]
    return int(any([_fuzz(name, options.seconds, options.folder / name) for name in names]))


def _fuzz(name: str, seconds: int, folder: Path) -> bool:
    """Fuzz one target, anew when a file ends the process; return whether anything is found."""
    _prepare(name, folder)
    before = set(folder.glob("findings/*"))
    started, executions, reached, features = time.monotonic(), 0, 0, 0
    while (left := int(seconds - (time.monotonic() - started))) > 0:
        told = _PROGRESS.findall(_run(name, folder, left))
        if not told:
            print(f"{name}: the process ended before the first file; see {folder / 'log.txt'}")
            return True
        executions += int(told[-1][0])
        reached, features = max(reached, int(told[-1][1])), max(features, int(told[-1][2]))
    found = sorted(set(folder.glob("findings/*")) - before)
    print(
        f"{name}: {time.monotonic() - started:.0f} s, {executions:,} files, coverage {reached:,}, "
        f"features {features:,}, found {len([p for p in found if p.suffix != '.txt'])}",
        flush=True,
    )
    for path in found:
        if path.suffix == ".txt":
            print("  " + path.read_text().partition("\n")[0], path.with_suffix(".bin"))
        elif path.suffix != ".bin":
            print(f"  {path}")
    return bool(found)


def _prepare(name: str, folder: Path) -> None:
    """Write the seeds, and what was found before, where libFuzzer begins."""
    for part in ("corpus", "seeds", "findings"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    if not any(folder.glob("seeds/*")):
        for content in importlib.import_module(f"tests.fuzz.targets.{name}").TARGET.seeds():
            (folder / "seeds" / _name_of(content)).write_bytes(content)
    for path in [*folder.glob("seeds/*"), *CORPUS.glob(f"{name}/*")]:
        (folder / "corpus" / _name_of(path.read_bytes())).write_bytes(path.read_bytes())


def _name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _run(name: str, folder: Path, seconds: int) -> str:
    """Run a process until the time or the process is over, and return what it said."""
    command = [sys.executable, "-m", "tests.fuzz.child", name, str(folder)]
    limits = [*_LIMITS, f"-max_total_time={seconds}", f"-artifact_prefix={folder}/findings/"]
    with (folder / "log.txt").open("w+", errors="replace") as log:
        subprocess.run(
            [*command, *limits],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | _ENVIRONMENT,
            check=False,
        )
        log.seek(0)
        return log.read()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
