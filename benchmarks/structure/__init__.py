"""What can be counted of the package's structure, from its text alone."""

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
from benchmarks.structure.glossary import Entry, entries_of, without_entry
from benchmarks.structure.package import Package
from benchmarks.structure.route import Route, follow
from benchmarks.structure.tree import read_revision, read_tree

__all__ = [
    "Entry",
    "Package",
    "Route",
    "any_parameters",
    "classes_named",
    "code_lines",
    "entries_of",
    "follow",
    "layers",
    "long_functions",
    "package_of",
    "private_imports",
    "private_names_of_others",
    "private_tests",
    "read_revision",
    "read_tree",
    "top_level_folders",
    "without_entry",
]
