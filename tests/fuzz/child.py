"""One process of fuzzing: ``python -m tests.fuzz.child NAME FOLDER [libFuzzer options]``."""

import importlib
import sys
import tracemalloc
import warnings
from pathlib import Path

import atheris

from tests.fuzz.rule import judge, keep

INSTRUMENTED = ["skembed", "skops", "csv", "gzip", "zipfile"]


def main(name: str, folder: Path, options: list[str]) -> None:
    """Fuzz until the time is over; findings are kept, and fuzzing goes on."""
    warnings.simplefilter("ignore")  # words that are left out are no finding
    findings, files = folder / "findings", folder / "files"
    for needed in (findings, files):
        needed.mkdir(parents=True, exist_ok=True)
    tracemalloc.start()
    with atheris.instrument_imports(include=INSTRUMENTED):
        target = importlib.import_module(f"tests.fuzz.targets.{name}").TARGET
        # What is loaded when it is first needed must be neither measured nor left out.
        for seed in sorted(folder.glob("seeds/*")):
            path = files / target.name_of(seed.read_bytes())
            path.write_bytes(seed.read_bytes())
            target.read(path)

    def try_one(data: bytes) -> None:
        path = files / target.name_of(data)
        path.write_bytes(data)
        found = judge(target, path)
        if found is not None and keep(found, data, findings):
            print(f"FINDING {found.key}", flush=True)
        path.unlink(missing_ok=True)

    def mutate(data: bytes, max_size: int, seed: int) -> bytes:
        assert target.mutate is not None
        changed = target.mutate(data, max_size, seed)
        return changed if len(changed) <= max_size else data

    given = {} if target.mutate is None else {"custom_mutator": mutate}
    arguments = [f"-max_len={target.max_len}", *options, str(folder / "corpus")]
    atheris.Setup([sys.argv[0], *arguments], try_one, **given)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
