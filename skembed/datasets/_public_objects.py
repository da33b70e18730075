"""Find the documented objects in the public modules of installed packages."""

import contextlib
import importlib
import inspect
import io
import logging
import pkgutil
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

# Test and build machinery, old names of moved modules, a switchboard that changes its package when
# it is imported, and a plugin for another program.
_EXCLUDED = {
    "conftest", "core", "distutils", "estimator_checks", "experimental", "externals", "f2py",
    "fixes", "matlib", "mypy_plugin", "nosy", "scripts", "setup", "test", "testing", "tests",
    "testutils", "version",
}  # fmt: skip
# Names that scikit-learn's experimental switches add, if they are on in this process.
_SWITCHED_ON = {"HalvingGridSearchCV", "HalvingRandomSearchCV", "IterativeImputer"}


@dataclass(frozen=True)
class Documented:
    """A public object's docstring, its dotted name, and the subpackage that defines it."""

    name: str
    subpackage: str
    docstring: str


def find_documented(package: str) -> list[Documented]:
    """List the documented public objects of an installed package.

    These are the functions, classes, instances and ufuncs that its public
    modules offer, and the methods and properties that each class defines
    itself. Modules are imported without output. A module that lacks an optional dependency is left
    out.
    """
    modules = _import_public_modules(package)
    subpackages = {_subpackage(module.__name__) for module in modules}
    found: dict[int, Documented] = {}
    keep_alive = []  # an id is only valid as long as its object lives
    for module in modules:
        for name, value in _public_members(module):
            if id(value) in found:
                continue
            keep_alive.append(value)
            subpackage = _defining_subpackage(value, module, subpackages)
            found[id(value)] = Documented(f"{subpackage}.{name}", subpackage, _own_doc(value))
            for method, member in _methods(value):
                full_name = f"{subpackage}.{name}.{method}"
                found[id(member)] = Documented(full_name, subpackage, _own_doc(member))
    documented = (item for item in found.values() if item.docstring)
    return sorted(documented, key=lambda item: (item.name, item.docstring))


def _import_public_modules(package: str) -> list[ModuleType]:
    """Import a package, its public subpackages and their public modules, printing nothing."""
    quiet = io.StringIO()
    logger = logging.getLogger(package)
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(quiet),
            contextlib.redirect_stderr(quiet),
        ):
            warnings.simplefilter("ignore")
            return list(_walk(package, depth=0))
    finally:
        logger.setLevel(level)


def _walk(name: str, depth: int) -> Iterator[ModuleType]:
    try:
        module = importlib.import_module(name)
    except ImportError:  # of an optional dependency
        if depth == 0:
            raise
        return
    yield module
    if depth == 2 or not hasattr(module, "__path__"):
        return
    for child in sorted(info.name for info in pkgutil.iter_modules(module.__path__)):
        if not child.startswith("_") and child not in _EXCLUDED:
            yield from _walk(f"{name}.{child}", depth + 1)


def _public_members(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Yield the objects of its own package that a module offers, in the order of their names."""
    package = module.__name__.partition(".")[0]
    members = vars(module)  # getattr would warn about deprecated names
    for name in sorted(set(members.get("__all__", members))):
        value = members.get(name)
        if name.startswith("_") or name in _SWITCHED_ON or not callable(value):
            continue
        origin = getattr(value, "__module__", None) or package
        if isinstance(origin, str) and origin.partition(".")[0] == package:
            yield name, value


def _subpackage(module_name: str) -> str:
    return ".".join(module_name.split(".")[:2])


def _defining_subpackage(value: object, module: ModuleType, subpackages: set[str]) -> str:
    """Name the subpackage that an object names, or else the one in which it was found."""
    origin = _subpackage(getattr(value, "__module__", None) or "")
    return origin if origin in subpackages else _subpackage(module.__name__)


def _own_doc(value: object) -> str:
    """Return an object's docstring unless it is only that of its type."""
    doc = getattr(value, "__doc__", None)
    inherited = None if inspect.isclass(value) else type(value).__doc__
    return doc if isinstance(doc, str) and doc != inherited else ""


def _methods(value: object) -> Iterator[tuple[str, Any]]:
    """Yield the public methods and properties that a class defines itself."""
    if not inspect.isclass(value):
        return
    for name, member in sorted(vars(value).items()):
        member = getattr(member, "__func__", member)  # what a class or static method wraps
        if not name.startswith("_") and (
            inspect.isroutine(member) or inspect.isdatadescriptor(member)
        ):
            yield name, member
