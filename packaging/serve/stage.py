"""Stage the distribution ``skembed-serve``: the modules that `skembed.serve` needs, and no others.

    python packaging/serve/stage.py FOLDER
    python -m build FOLDER

FOLDER is created, and holds all that a source distribution needs. The copied modules are found by
following imports, also those within functions. Imports that only type checkers read are left out.
Imports in a module's ``__getattr__`` and the function ``need`` are left out too. The calls of
``need`` are followed instead. A name that ``__getattr__`` loads at first use is followed from the
modules that import it, to the module that the package names ``if TYPE_CHECKING``.
"""

import ast
import re
import shutil
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import NamedTuple, TypeGuard

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
START = "skembed.serve"
IMPORTS = ("import_module", "need")
"""Functions that import what their first argument names."""


class Import(NamedTuple):
    """One import that runs, and whether it runs as soon as its module is imported."""

    module: str
    names: tuple[str, ...]
    at_once: bool


def path_of(module: str) -> Path | None:
    """Return the file of a module of skembed, or None for other names."""
    place = ROOT.joinpath(*module.split("."))
    found = [path for path in (place / "__init__.py", place.with_suffix(".py")) if path.is_file()]
    return found[0] if found else None


def imports_of(module: str) -> list[Import]:
    """Return the imports that run when a module of skembed is imported, or its functions called."""
    return list(_imports(_tree(module), at_once=True))


def lazy_names(package: str) -> dict[str, str]:
    """Return the names that only type checkers see a package import, and the homes of each."""
    blocks = [node.body for node in _tree(package).body if _is_for_type_checkers(node)]
    lines = [line for block in blocks for line in block if isinstance(line, ast.ImportFrom)]
    return {alias.name: str(line.module) for line in lines for alias in line.names}


def follow(start: str) -> dict[str, list[Import]]:
    """Return all modules of skembed that one of them reaches, itself among them, and their imports.

    Parameters
    ----------
    start : str
        Name of a module.
    """
    found: dict[str, list[Import]] = {}
    ahead = [start]
    while ahead:
        module = ahead.pop()
        if module in found or path_of(module) is None:
            continue
        found[module] = imports_of(module)
        if "." in module:
            ahead.append(module.rpartition(".")[0])
        for each in found[module]:
            ahead += _homes(each)
    return found


def stage(folder: Path) -> None:
    """Make a folder from which ``python -m build`` makes the two files of the distribution.

    Raises
    ------
    FileExistsError
        If there is such a folder.
    """
    folder.mkdir(parents=True)
    paths = [path for module in follow(START) if (path := path_of(module))]
    paths += [ROOT / "skembed" / "py.typed"]
    for path in paths:
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    for path in (ROOT / "LICENSE", HERE / "README.md", HERE / "pyproject.toml"):
        shutil.copy(path, folder)
    with (folder / "setup.cfg").open("w", encoding="utf-8") as file:
        settings().write(file)


def settings() -> ConfigParser:
    """Return skembed's own settings, with the changes of the distribution."""
    found, own = _read(ROOT / "setup.cfg"), _read(HERE / "setup.cfg")
    lines = [found["options"]["install_requires"], *found["options.extras_require"].values()]
    versions = {re.split(r"[^\w-]", line)[0]: line for line in "\n".join(lines).split("\n")}
    for section in ("options.entry_points", "options.extras_require"):
        found.remove_section(section)
    found.read_dict(own)
    extras = found["options.extras_require"]
    for part, name in [(found["options"], "install_requires"), *((extras, e) for e in extras)]:
        part[name] = "\n".join(["", *(versions[each] for each in part[name].split())])
    return found


def _read(path: Path) -> ConfigParser:
    found = ConfigParser(interpolation=None)
    found.read(path, encoding="utf-8")
    return found


def _homes(each: Import) -> Iterator[str]:
    """Yield the modules that an import may load."""
    yield each.module
    if (path := path_of(each.module)) and path.name == "__init__.py":
        lazy = lazy_names(each.module)
        yield from (lazy.get(name, f"{each.module}.{name}") for name in each.names)


def _tree(module: str) -> ast.Module:
    path = path_of(module)
    assert path is not None, module
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _imports(node: ast.AST, at_once: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if _is_for_type_checkers(child) or _loads_names(child):
            continue
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, (), at_once) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            names = tuple(alias.name for alias in child.names)
            yield Import(str(child.module), names, at_once)
        elif isinstance(child, ast.Call) and ast.unparse(child.func).endswith(IMPORTS):
            yield Import(_told(child), (), at_once)
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _imports(child, at_once and not is_function)


def _told(call: ast.Call) -> str:
    """Return the name that a call imports."""
    if isinstance(call.args[0], ast.Constant):
        return str(call.args[0].value)
    raise ValueError(f"line {call.lineno}: {ast.unparse(call)} cannot be followed.")


def _is_for_type_checkers(node: ast.AST) -> TypeGuard[ast.If]:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _loads_names(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name in ("__getattr__", "need")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python packaging/serve/stage.py FOLDER")
    stage(Path(sys.argv[1]))
