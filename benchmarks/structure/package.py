"""The modules of a package, as text, and what the names in them mean."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

Definition = ast.FunctionDef | ast.AsyncFunctionDef
AnyDefinition = Definition | ast.ClassDef


@cache
def parse(text: str) -> ast.Module:
    """Return the tree of a module, made once for each text."""
    return ast.parse(text)


@dataclass(frozen=True, eq=False)
class Thing:
    """A function or class of the package: the module that defines it, its name and its text."""

    module: str
    name: str
    node: AnyDefinition
    holder: "Thing | None" = None

    def __repr__(self) -> str:
        return f"{self.module}:{self.name}"


class Package:
    """Modules of a package, as text, and what their names mean.

    Parameters
    ----------
    files : dict of str to str
        Path, such as ``"skembed/text/_ids.py"``, to text.
    """

    def __init__(self, files: dict[str, str]) -> None:
        self.trees = {
            path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): parse(text)
            for path, text in files.items()
        }
        self._things: dict[str, dict[str, Thing]] = {}
        self._imports: dict[str, dict[str, str]] = {}
        for module, tree in self.trees.items():
            defined = [node for node in tree.body if isinstance(node, AnyDefinition)]
            self._things[module] = {node.name: Thing(module, node.name, node) for node in defined}
            self._imports[module] = dict(_imports(tree))
        self._methods: dict[Thing, dict[str, Thing]] = {}

    def find(self, module: str, name: str) -> Thing | None:
        """Return what a name means in a module, through all imports."""
        seen = set()
        while (module, name) not in seen:
            seen.add((module, name))
            if name in self._things.get(module, ()):
                return self._things[module][name]
            source = self._imports.get(module, {}).get(name, "")
            module, _, name = source.rpartition(".")
        return None

    def imported(self, module: str) -> set[str]:
        """Return the modules of the package that a module imports, by name or through a name."""
        found = set()
        for source in self._imports[module].values():
            holder, _, name = source.rpartition(".")
            thing = self.find(holder, name)
            found |= {source, holder, thing.module if thing else ""}
        return found & self.trees.keys()

    def method(self, kind: Thing, name: str) -> Thing | None:
        """Return a method of a class or of the first of its bases that has one."""
        if kind not in self._methods:
            self._methods[kind] = {
                node.name: Thing(kind.module, f"{kind.name}.{node.name}", node, kind)
                for node in kind.node.body
                if isinstance(node, Definition)
            }
        if name in self._methods[kind]:
            return self._methods[kind][name]
        found = (self.method(base, name) for base in self.bases(kind))
        return next((each for each in found if each), None)

    def implementations(self, callee: Thing) -> list[Thing]:
        """Return a function, or the implementations of a method without a body.

        These are methods of derived classes. For a Protocol, they are methods of the classes that
        have all its methods. If there are none, the method itself is returned.
        """
        if callee.holder is None or not _is_stub(callee.node):
            return [callee]
        name, wanted = callee.name.rpartition(".")[2], _methods_of(callee.holder)
        found = []
        for things in self._things.values():
            for kind in things.values():
                if not isinstance(kind.node, ast.ClassDef):
                    continue
                stands = callee.holder in self._ancestors(kind) or (
                    _is_protocol(callee.holder) and wanted <= _methods_of(kind)
                )
                own = self.method(kind, name)
                if stands and own is not None and own.holder is kind and not _is_stub(own.node):
                    found.append(own)
        return found or [callee]

    def _ancestors(self, kind: Thing) -> set[Thing]:
        found = set()
        waiting = self.bases(kind)
        while waiting:
            base = waiting.pop()
            if base not in found:
                found.add(base)
                waiting += self.bases(base)
        return found

    def bases(self, kind: Thing) -> list[Thing]:
        """Return the bases of a class that the package defines."""
        assert isinstance(kind.node, ast.ClassDef)
        found = [self.find(kind.module, ast.unparse(base)) for base in kind.node.bases]
        return [base for base in found if base is not None and base is not kind]

    def fields(self, kind: Thing) -> dict[str, ast.expr]:
        """Return the annotated fields of a class, those of its bases first."""
        found: dict[str, ast.expr] = {}
        for base in self.bases(kind):
            found |= self.fields(base)
        for node in kind.node.body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found[node.target.id] = node.annotation
        return found

    def annotated(self, module: str, annotation: ast.expr | None) -> Thing | None:
        """Return the class of the package that an annotation names, None aside."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = ast.parse(annotation.value, mode="eval").body
        if isinstance(annotation, ast.BinOp):
            left = self.annotated(module, annotation.left)
            return left or self.annotated(module, annotation.right)
        if not isinstance(annotation, ast.Name):
            return None
        found = self.find(module, annotation.id)
        return found if found is not None and isinstance(found.node, ast.ClassDef) else None

    def named_classes(self, thing: Thing) -> set[Thing]:
        """Return the classes of the package that the text of a function names."""
        names = {node.id for node in ast.walk(thing.node) if isinstance(node, ast.Name)}
        found = {self.find(thing.module, name) for name in names} | {thing.holder}
        return {each for each in found if each and isinstance(each.node, ast.ClassDef)}


def _methods_of(kind: Thing) -> set[str]:
    return {node.name for node in kind.node.body if isinstance(node, Definition)}


def _is_protocol(kind: Thing) -> bool:
    return "Protocol" in {ast.unparse(base).split("[")[0] for base in kind.node.bases}


def _is_stub(node: Definition) -> bool:
    """Return whether a function has no body but its documentation, or one that only raises."""
    body = [each for each in node.body if not _says_nothing(each)]
    return not body or [*map(ast.unparse, body)] == ["raise NotImplementedError"]


def _says_nothing(node: ast.stmt) -> bool:
    constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return constant or isinstance(node, ast.Pass)


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def parameters(node: Definition) -> list[ast.arg]:
    """Return all parameters of a function, in order."""
    given = node.args
    stars = [each for each in (given.vararg, given.kwarg) if each is not None]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *stars]
