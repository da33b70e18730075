"""Benchmark 13: ``import skembed`` in a fresh process."""

import importlib
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.definition import Benchmark, Contender, Figures, NotSlower, demand

HEAVY = ("tensorflow", "keras", "gensim", "pandas")


def import_names(package: str) -> Any:
    module = importlib.import_module(package)
    for name in module.__all__:
        getattr(module, name)
    return module


def contender(package: str, work: Callable[[str], Any]) -> Contender:
    def report(data: Any, module: Any) -> tuple[list[str], Figures]:
        return [heavy for heavy in HEAVY if heavy in sys.modules], {}

    return Contender(lambda settings: package, work, report)


def check(results: dict[str, Any]) -> str:
    demand(not results["skembed"], f"import skembed loaded {results['skembed']}")
    return f"`import skembed` loads none of {', '.join(HEAVY)}"


BENCHMARK = Benchmark(
    title="Importing the package in a fresh process",
    contenders={
        "skembed": contender("skembed", importlib.import_module),
        "skembed, every name": contender("skembed", import_names),
        "sklearn": contender("sklearn", importlib.import_module),
    },
    goals=[NotSlower("sklearn", 1.2)],
    check=check,
    rounds=7,
    note="`import skembed` imports each name when it is first used. The second line uses all of "
    "them, and has no goal.",
)
