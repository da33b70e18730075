"""Count what the package is made of: ``python -m benchmarks.structure [--ref GIT_REV ...]``."""

import argparse
import statistics
import sys
from pathlib import Path

from benchmarks.structure.figures import (
    any_parameters,
    classes_named,
    code_lines,
    layers,
    long_functions,
    package_of,
    private_imports,
    private_names_of_others,
    private_tests,
    top_level_folders,
)
from benchmarks.structure.glossary import entries_of, without_entry
from benchmarks.structure.package import Package
from benchmarks.structure.route import follow
from benchmarks.structure.tree import read_revision, read_tree

ROOT = Path(__file__).parents[2]
BASE = "skembed.classifiers._base"
BASES = "BaseTextEstimator", "BaseTextClassifier"
"""The class whose `fit` is followed: its name now, and that of earlier revisions."""


def main(arguments: list[str]) -> int:
    """Print a table with a column for each revision, and one for the files as they are."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.structure", description=__doc__)
    parser.add_argument(
        "--ref", action="append", default=[], metavar="GIT_REV",
        help="a revision to count beside the files as they are; may be given again",
    )  # fmt: skip
    parser.add_argument("--way", action="store_true", help="also print each stay of X in fit")
    options = parser.parse_args(arguments)
    try:
        trees = [read_revision(ROOT, revision) for revision in options.ref] + [read_tree(ROOT)]
    except ValueError as error:
        parser.error(str(error))
    columns = [figures(files) for files in trees]
    print("| | " + " | ".join([*options.ref, "now"]) + " |")
    print("|---|" + "--:|" * len(columns))
    for name in columns[0]:
        print(f"| {name} | " + " | ".join(column[name] for column in columns) + " |")
    print(*details(trees[-1], way=options.way), sep="\n")
    return 0


def figures(files: dict[str, str]) -> dict[str, str]:
    """Return each figure of a tree, by what it counts."""
    modules = package_of(files)
    package = Package(modules)
    lengths = sorted(len(text.splitlines()) for text in modules.values())
    functions = sum(len(code_lines(text)) for text in modules.values())
    long, private = long_functions(modules), private_imports(modules)
    reaching, tests = private_tests(files)
    kind = next((name for name in BASES if package.find(BASE, name)), BASES[0])
    route = follow(package, BASE, f"{kind}.fit", "X")
    classes = classes_named(package, route)
    missing = without_entry(classes, entries_of(files.get("docs/glossary.md", "")))
    return {
        "lines of the package": f"{sum(lengths):,}",
        "modules; lines of the median one; lines of the longest": (
            f"{len(lengths)}; {statistics.median(lengths):g}; {lengths[-1]}"
        ),
        "top-level folders": str(len(top_level_folders(files))),
        "functions; those of more than 30 lines of code": (
            f"{functions:,}; {len(long)} ({len(long) / functions:.1%})"
        ),
        "parameters annotated `Any`": str(len(any_parameters(modules))),
        "imports of another folder's private modules": str(len(private)),
        "private names of dependencies that are used": str(len(private_names_of_others(modules))),
        "test files that import private modules; all": f"{len(reaching)}; {len(tests)}",
        "layers of folders": str(len(layers(package))),
        "stays of X in `fit`; returns to a room left before": (
            f"{len(route.stays)}; {route.returns}"
        ),
        "nouns on that way: rooms and classes named in them": (
            f"{len(route.rooms) + len(classes)}: {len(route.rooms)} + {len(classes)}"
        ),
        "classes among them without an entry in the glossary": str(len(missing)),
    }


def details(files: dict[str, str], *, way: bool) -> list[str]:
    """Return the details of the figures of a tree, as lines."""
    modules = package_of(files)
    package = Package(modules)
    kind = next((name for name in BASES if package.find(BASE, name)), BASES[0])
    route = follow(package, BASE, f"{kind}.fit", "X")
    entries = entries_of(files.get("docs/glossary.md", ""))
    missing = without_entry(classes_named(package, route), entries)
    longest = sorted(modules, key=lambda path: -len(modules[path].splitlines()))[:5]
    lines = ["", "longest files:"]
    lines += [f"  {len(modules[path].splitlines())} {path}" for path in longest]
    lines += ["longest functions:"]
    worst = sorted(long_functions(modules).items(), key=lambda item: -item[1])
    lines += [f"  {number} {name}" for name, number in worst[:10]]
    lines += ["layers of folders, from the ground:"]
    lines += ["  " + " ".join(layer) for layer in layers(package)]
    lines += ["classes on the way of X without an entry in the glossary:"]
    lines += ["  " + (" ".join(missing) or "none")]
    if way:
        lines += ["the way of X in fit:", *(f"  {room}" for room in route.stays)]
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
