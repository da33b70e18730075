"""Run a benchmark: fresh processes, alternating, every round checked."""

import importlib.util
import json
import os
import pickle
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.definition import Benchmark, Figures, Measured, Verdict

ROOT = Path(__file__).resolve().parent.parent


class ChildFailed(Exception):
    """A contender's process ended with an error."""


@dataclass(frozen=True)
class Record:
    """What a benchmark gave.

    Attributes
    ----------
    number, title, note : int, str, str
        The benchmark's.
    rounds : int
        How often each contender ran.
    measured : dict of str to list of dict
        Figures of each contender in each round.
    checked : str
        What was found equal.
    verdicts : list of Verdict
        Goals reached and missed.
    left_out : dict of str to str
        Contenders that were not measured, and why.
    load : float
        What else the machine was doing at the start: its load average over a minute.
    """

    number: int
    title: str
    note: str
    rounds: int
    measured: Measured
    checked: str
    verdicts: list[Verdict]
    left_out: dict[str, str]
    load: float

    def to_json(self) -> str:
        """Return the record as JSON."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Record":
        """Undo `to_json`."""
        fields = json.loads(text)
        return cls(**fields | {"verdicts": [Verdict(**v) for v in fields["verdicts"]]})


def run_benchmark(
    module: str,
    benchmark: Benchmark,
    work: Path,
    *,
    member: str = "",
    quick: bool = False,
    timeout: float = 3600,
) -> Record:
    """Run all contenders in turn, round after round.

    Parameters
    ----------
    module : str
        Importable name of the module that has it, as ``BENCHMARK`` or in ``PARTS``.
    benchmark : Benchmark
        What to run.
    work : Path
        Temporary folder that the runs share.
    member : str, default=""
        Its name among the parts.
    quick : bool, default=False
        Little data, one round.
    timeout : float, default=3600
        Seconds after which a run counts as failed.

    Raises
    ------
    Mismatch
        If contenders did not compute the same.
    ChildFailed
        If one of them ended with an error.
    """
    module = f"{module}:{member}" if member else module
    load = os.getloadavg()[0]
    left_out = _missing(benchmark)
    names = [name for name in benchmark.contenders if name not in left_out]
    measured: Measured = {name: [] for name in names}
    checked = ""
    rounds = 1 if quick else benchmark.rounds
    for seed in range(rounds):
        results = {}
        for name in names:
            results[name], figures = _run_child(module, name, work, quick, seed, timeout)
            measured[name].append(figures)
            print(f"  round {seed + 1}, {name}: {figures['seconds']:.4g} s", flush=True)
        checked = benchmark.check(results)
    verdicts = [verdict for goal in benchmark.goals if (verdict := goal.judge(measured))]
    return Record(
        benchmark.number,
        benchmark.title,
        benchmark.note,
        rounds,
        measured,
        checked,
        verdicts,
        left_out,
        round(load, 2),
    )


def _missing(benchmark: Benchmark) -> dict[str, str]:
    return {
        name: f"{contender.requires} is not installed"
        for name, contender in benchmark.contenders.items()
        if contender.requires and importlib.util.find_spec(contender.requires) is None
    }


def _run_child(
    module: str, name: str, work: Path, quick: bool, seed: int, timeout: float
) -> tuple[Any, Figures]:
    with tempfile.TemporaryDirectory() as target:
        speed = "quick" if quick else "full"
        arguments = [module, name, str(work), speed, str(seed), target]
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.child", *arguments],
            env=os.environ | {"PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "3"},
            capture_output=True,
            timeout=timeout,
            encoding="utf-8",
        )
        if done.returncode:
            raise ChildFailed(f"{name} of {module} failed:\n{done.stderr[-3000:]}")
        result = pickle.loads(Path(target, "result.pickle").read_bytes())
        return result, json.loads(Path(target, "figures.json").read_text())
