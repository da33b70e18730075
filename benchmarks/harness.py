"""Run a benchmark: fresh processes, alternating, every round checked."""

import importlib.util
import os
import pickle
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.child import Settings
from benchmarks.definition import Benchmark, Figures, Measured
from benchmarks.record import ROOT

TIMEOUT = 3600
"""Seconds after which a run counts as failed."""


class ChildFailed(Exception):
    """A contender's process ended with an error."""


def run_benchmark(
    module: str, benchmark: Benchmark, settings: Settings, member: str = ""
) -> dict[str, Any]:
    """Run all contenders in turn, round after round; once where it has to be quick.

    Parameters
    ----------
    module : str
        Importable name of the module that has it, as ``BENCHMARK`` or in ``PARTS``.
    benchmark : Benchmark
        What to run.
    settings : Settings
        The folder that the runs share, and whether there is little data and one round.
    member : str, default=""
        Its name among the parts.

    Returns
    -------
    found : dict
        ``contenders``, the figures of each in each round; ``checked``, what was found equal;
        ``left_out``, contenders that were not measured, and why.

    Raises
    ------
    Mismatch
        If contenders did not compute the same.
    ChildFailed
        If one of them ended with an error.
    """
    module = f"{module}:{member}" if member else module
    left_out = _missing(benchmark)
    measured: Measured = {name: [] for name in benchmark.contenders if name not in left_out}
    for seed in range(1 if settings.quick else benchmark.rounds):
        results = {}
        for name, rounds in measured.items():
            results[name], figures = _run_child(module, name, replace(settings, seed=seed))
            rounds.append(figures)
            print(f"  round {seed + 1}, {name}: {figures['seconds']:.4g} s", flush=True)
        checked = benchmark.check(results)
    return {"contenders": measured, "checked": checked, "left_out": left_out}


def _missing(benchmark: Benchmark) -> dict[str, str]:
    return {
        name: f"{contender.requires} is not installed"
        for name, contender in benchmark.contenders.items()
        if contender.requires and importlib.util.find_spec(contender.requires) is None
    }


def _run_child(module: str, name: str, settings: Settings) -> tuple[Any, Figures]:
    with tempfile.TemporaryDirectory() as target:
        Path(target, "asked.pickle").write_bytes(pickle.dumps((module, name, settings)))
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.child", target],
            env=os.environ | {"PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "3"},
            capture_output=True,
            timeout=TIMEOUT,
            encoding="utf-8",
        )
        if done.returncode:
            raise ChildFailed(f"{name} of {module} failed:\n{done.stderr[-3000:]}")
        result, figures = pickle.loads(Path(target, "answer.pickle").read_bytes())
        return result, figures
