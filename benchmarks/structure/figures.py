"""What each figure of the structure is, and how it is counted."""

import ast
from collections.abc import Iterator

from benchmarks.structure.package import Definition, Package, Thing, parameters, parse
from benchmarks.structure.route import Route

Files = dict[str, str]


def package_of(files: Files, name: str = "skembed") -> Files:
    """Return the modules of a package among files, by path."""
    return {
        path: text
        for path, text in files.items()
        if path.startswith(f"{name}/") and path.endswith(".py")
    }


def top_level_folders(files: Files) -> list[str]:
    """Return the folders at the top whose names do not begin with a dot."""
    return sorted({path.split("/")[0] for path in files if "/" in path and path[0] != "."})


def any_parameters(package: Files) -> list[str]:
    """Return the parameters whose annotation is exactly ``Any``, as ``path:function(name)``.

    ``*args`` and ``**kwargs`` count; unions with ``Any`` and ``NDArray[Any]`` do not.
    """
    return [
        f"{path}:{node.name}({each.arg})"
        for path, node in _functions(package)
        for each in parameters(node)
        if each.annotation is not None and ast.unparse(each.annotation) == "Any"
    ]


def private_imports(package: Files) -> list[str]:
    """Return the statements that import from a private module of another folder.

    A private module has a name on its way that begins with an underscore. The folder of a module
    at the top of the package is the package itself, whose own private modules are for all.
    """
    found = []
    for path, text in package.items():
        folder = path.split("/")[1]
        for node in ast.walk(parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module:
                top, *names = node.module.split(".")
                private = any(name.startswith("_") for name in names[1:])
                if top == path.split("/")[0] and private and names[0] != folder:
                    found.append(f"{path}:{node.lineno} {node.module}")
    return found


def private_names_of_others(package: Files) -> dict[str, list[str]]:
    """Return the private names of dependencies that a package uses, and the paths that do.

    An attribute is one of them if its name begins with one underscore and nothing in the package
    has that name: no function, class, field or attribute that is set. In imports, names and modules
    on the way count.
    """
    own: set[str] = set()
    read: dict[str, set[str]] = {}
    imported: dict[str, set[str]] = {}
    for path, text in package.items():
        for node in ast.walk(parse(text)):
            own |= _defined(node)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                read.setdefault(node.attr, set()).add(path)
            for name in _imported_parts(node, path.split("/")[0]):
                imported.setdefault(name, set()).add(path)
    used = {name: paths for name, paths in read.items() if name not in own} | imported
    return {
        name: sorted(paths)
        for name, paths in sorted(used.items())
        if name.startswith("_") and not name.startswith("__")
    }


def _defined(node: ast.AST) -> set[str]:
    if isinstance(node, Definition | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        return {node.attr}
    return {node.id} if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else set()


def _imported_parts(node: ast.AST, package: str) -> list[str]:
    if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] != package:
        return [*(node.module or "").split("."), *(alias.name for alias in node.names)]
    if isinstance(node, ast.Import):
        return [part for alias in node.names for part in alias.name.split(".")]
    return []


def private_tests(files: Files) -> tuple[list[str], list[str]]:
    """Return the test files that import private modules or names, and all test files."""
    tests = [
        path
        for path in files
        if path.startswith("tests/")
        and path.split("/")[-1].startswith("test_")
        and path.endswith(".py")
    ]
    return [path for path in tests if _imports_privately(files[path])], tests


def _imports_privately(text: str) -> bool:
    for node in ast.walk(parse(text)):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        parts = [name.split(".") for name in names if name.split(".")[0] == "skembed"]
        if any(part[:1] == "_" and part[:2] != "__" for each in parts for part in each):
            return True
    return False


def code_lines(text: str) -> list[tuple[str, int]]:
    """Return the lines of code of each function of a module, nested ones included.

    Lines of the signature count; those of the docstring, comments and empty lines do not.

    Returns
    -------
    lines : list of (str, int)
        ``Class.function``, such as a property and its setter have both, and number.
    """
    written = [
        bool(line.strip()) and not line.strip().startswith("#") for line in text.splitlines()
    ]
    found = []
    for name, node in _named(parse(text), ""):
        first = node.body[0]
        said = ast.get_docstring(node, clean=False) is not None
        documented = first.end_lineno - first.lineno + 1 if said else 0
        empty = written[first.lineno - 1 : first.end_lineno].count(False) if said else 0
        total = sum(written[node.lineno - 1 : node.end_lineno])
        found.append((name, total - (documented - empty)))
    return found


def long_functions(package: Files, longest: int = 30) -> dict[str, int]:
    """Return the functions of more than `longest` lines of code, as ``path:function``."""
    return {
        f"{path}:{name}": lines
        for path, text in package.items()
        for name, lines in code_lines(text)
        if lines > longest
    }


def layers(package: Package) -> list[list[str]]:
    """Return the folders of a package, in layers: each one imports only from earlier ones.

    Parameters
    ----------
    package : Package
        Its modules at the top count as folders, except for ``__init__`` and ``__main__``.

    Raises
    ------
    ValueError
        If folders import each other in a circle.
    """
    below: dict[str, set[str]] = {}
    for module in package.trees:
        folder = _folder(module)
        if folder:
            reached = {_folder(each) for each in package.imported(module)}
            below.setdefault(folder, set()).update(reached - {folder, ""})
    found: list[list[str]] = []
    while below:
        ready = sorted(folder for folder, others in below.items() if not others & below.keys())
        if not ready:
            raise ValueError(f"These folders import each other in a circle: {sorted(below)}.")
        found.append(ready)
        below = {folder: others for folder, others in below.items() if folder not in ready}
    return found


def _folder(module: str) -> str:
    names = module.split(".")
    return names[1] if len(names) > 1 and names[1] != "__main__" else ""


def classes_named(package: Package, route: Route) -> list[Thing]:
    """Return the classes of the package that the functions at home on a route name."""
    found = [package.named_classes(thing) for thing in route.entered if route.at_home(thing)]
    return sorted(set().union(*found), key=lambda thing: (thing.name, thing.module))


def _functions(package: Files) -> Iterator[tuple[str, Definition]]:
    for path, text in package.items():
        for node in ast.walk(parse(text)):
            if isinstance(node, Definition):
                yield path, node


def _named(node: ast.AST, prefix: str) -> Iterator[tuple[str, Definition]]:
    for child in ast.iter_child_nodes(node):
        inner = prefix
        if isinstance(child, Definition | ast.ClassDef):
            inner = f"{prefix}{child.name}."
            if isinstance(child, Definition):
                yield inner[:-1], child
        yield from _named(child, inner)
