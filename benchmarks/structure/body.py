"""Read one function after the other, and see where an argument goes."""

import ast
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.structure.package import Definition, Package, Thing, parameters

ABOUT = {"len", "isinstance", "issubclass", "type", "hasattr", "id", "bool", "repr", "range"}
MEASURES = {"shape", "dtype", "ndim", "size", "nbytes", "itemsize"}
PLAIN = {"bool", "int", "float", "str", "None"}

Carried = bool | frozenset  # all of it, nothing of it, or pairs of field and Carried


class Value(NamedTuple):
    """What a name holds: how much of the argument, and an object of which class."""

    carries: Carried = False
    kind: Thing | None = None


@dataclass(frozen=True)
class Summary:
    """What a function does with the argument: what it returns, whom it calls."""

    value: Value
    calls: tuple[tuple[Thing, tuple], ...]


class Reader:
    """Summaries of functions, each made once for what its arguments carry."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._known: dict[tuple, Summary] = {}

    def summary(self, thing: Thing, given: tuple) -> Summary:
        """Return what a function does with arguments that carry so much."""
        if (thing, given) not in self._known:
            self._known[thing, given] = Summary(Value(), ())  # where it calls itself
            body = Body(self, thing, given)
            self._known[thing, given] = body.read()
        return self._known[thing, given]


class Body:
    """The names of one function, and what each of them holds."""

    def __init__(self, reader: Reader, thing: Thing, given: tuple) -> None:
        self.reader, self.package, self.thing = reader, reader.package, thing
        self.returned = Value()
        self.calls: list[tuple[Thing, tuple]] = []
        self.names: dict[str, Value] = {}
        for each, value in zip(parameters(thing.node), given, strict=True):
            said = self.package.annotated(thing.module, each.annotation)
            self.names[each.arg] = Value(value.carries, said or value.kind)

    def read(self) -> Summary:
        """Read the function, and return what it does."""
        for _ in range(3):  # a loop may carry back what its end assigns
            self.calls = []
            self.block(self.thing.node.body)
        value = self.returned
        returns = self.thing.node.returns
        if self.thing.node.name == "__init__":
            value = self.names["self"]
        elif returns is not None and {*ast.unparse(returns).split(" | ")} <= PLAIN:
            value = Value()
        said = self.package.annotated(self.thing.module, returns)
        return Summary(Value(value.carries, said or value.kind), tuple(self.calls))

    def block(self, statements: list) -> None:
        """Read statements in their order."""
        for statement in statements:
            self.statement(statement)

    def statement(self, node: ast.AST) -> None:
        """Read a statement or a part of one, such as a handler of exceptions."""
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return):
            value = self.value(node.value) if node.value is not None else Value()
            if isinstance(node, ast.Return):
                self.give_back(value)
            for target in getattr(node, "targets", [getattr(node, "target", None)]):
                self.assign(target, value)
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            self.assign(node.target, Value(self.value(node.iter).carries))
            self.children(node, skip=("target", "iter"))
        elif isinstance(node, ast.withitem):
            self.assign(node.optional_vars, self.value(node.context_expr))
        elif isinstance(node, Definition):  # a function in this one is read where it is
            self.inner(node)
        elif not isinstance(node, ast.Raise | ast.Import | ast.ImportFrom):
            self.children(node)

    def inner(self, node: Definition) -> None:
        """Read a function inside this one, whose parameters hold nothing."""
        names, returned = dict(self.names), self.returned
        for each in parameters(node):
            self.names[each.arg] = Value(
                False, self.package.annotated(self.thing.module, each.annotation)
            )
        self.block(node.body)
        self.names, self.returned = names, returned

    def children(self, node: ast.AST, skip: tuple[str, ...] = ()) -> None:
        """Read the parts of a statement, expressions and statements."""
        for name, field in ast.iter_fields(node):
            for child in field if isinstance(field, list) else [field]:
                if isinstance(child, ast.expr) and name not in skip:
                    self.value(child)
                elif isinstance(child, ast.AST) and name not in skip:
                    self.statement(child)

    def give_back(self, value: Value) -> None:
        """Add a value to what the function returns."""
        carried = join(self.returned.carries, value.carries)
        self.returned = Value(carried, self.returned.kind or value.kind)

    def assign(self, target: ast.expr | None, value: Value) -> None:
        """Let a name, names, an attribute or an element hold a value, beside what it held."""
        if isinstance(target, ast.Tuple | ast.List):
            for place, each in enumerate(target.elts):
                one = part_of(value.carries, str(place)) if value.carries is not True else True
                self.assign(each, Value(one))
        elif isinstance(target, ast.Starred):
            self.assign(target.value, value)
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            put = frozenset({(target.attr, value.carries)}) if value.carries else False
            self.assign(target.value, Value(put))
        elif isinstance(target, ast.Subscript):
            self.assign(target.value, Value(value.carries))
        elif isinstance(target, ast.Name):
            before = self.names.get(target.id, Value())
            carried = join(before.carries, value.carries)
            self.names[target.id] = Value(carried, before.kind or value.kind)

    def value(self, node: ast.expr) -> Value:
        """Return what an expression carries, and note the calls in it."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, Value())
        if isinstance(node, ast.Attribute):
            return self.attribute(self.value(node.value), node.attr)
        if isinstance(node, ast.Call):
            return self.call(node)
        if isinstance(node, ast.Tuple):
            parts = [(str(i), self.value(each).carries) for i, each in enumerate(node.elts)]
            return Value(frozenset(part for part in parts if part[1]) or False)
        if isinstance(node, ast.NamedExpr):
            value = self.value(node.value)
            self.assign(node.target, value)
            return value
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            for each in node.generators:
                self.statement(each)
        if isinstance(node, ast.IfExp):
            self.value(node.test)
        return self.together(node)

    def together(self, node: ast.expr) -> Value:
        """Return what all parts of an expression carry."""
        parts = [
            self.value(child)
            for name, field in ast.iter_fields(node)
            for child in (field if isinstance(field, list) else [field])
            if isinstance(child, ast.expr) and name not in ("test", "slice")
        ]
        if isinstance(node, ast.Yield | ast.YieldFrom):
            self.give_back(Value(join(*(part.carries for part in parts))))
        if isinstance(node, ast.Compare | ast.JoinedStr | ast.UnaryOp | ast.Lambda):
            return Value()
        kind = next((part.kind for part in parts if part.kind), None)
        return Value(join(*(part.carries for part in parts)), kind)

    def attribute(self, base: Value, name: str) -> Value:
        """Return what an attribute carries: a field, or a property by its annotation."""
        carried = part_of(base.carries, name)
        if base.kind is None:
            return Value(carried)
        field = self.package.fields(base.kind).get(name)
        found = self.package.method(base.kind, name)
        if field is None and found is not None:
            field = found.node.returns  # a property
        return Value(carried, self.package.annotated(base.kind.module, field))

    def call(self, node: ast.Call) -> Value:
        """Return what a call gives back; enter the function if the argument comes along."""
        receiver, callee = self.callee(node.func)
        given = [self.value(each) for each in node.args]
        named = {each.arg: self.value(each.value) for each in node.keywords}
        carried = join(*(each.carries for each in (*given, *named.values())))
        if callee is None:
            if isinstance(node.func, ast.Name) and node.func.id in ABOUT:
                return Value()
            if ast.unparse(node.func) in ("replace", "dataclasses.replace"):
                return given[0]
            return Value(join(carried, receiver.carries))
        if isinstance(callee.node, ast.ClassDef):
            return self.make(callee, given, named)
        if carried or receiver.carries:
            return self.enter(callee, given, named, receiver)
        said = self.package.annotated(callee.module, callee.node.returns)
        return Value(False, said)

    def callee(self, node: ast.expr) -> tuple[Value, Thing | None]:
        """Return the receiver of a call and the function or class that is called."""
        if isinstance(node, ast.Name):
            return Value(), self.package.find(self.thing.module, node.id)
        if not isinstance(node, ast.Attribute):
            return self.value(node), None
        if ast.unparse(node.value) == "super()" and self.thing.holder:
            for base in self.package.bases(self.thing.holder):
                found = self.package.method(base, node.attr)
                if found:
                    return self.names.get("self", Value()), found
        receiver = self.value(node.value)
        kind = receiver.kind
        if kind is None and isinstance(node.value, ast.Name):
            kind = self.package.annotated(self.thing.module, node.value)  # Class.method(...)
        return receiver, self.package.method(kind, node.attr) if kind else None

    def make(self, kind: Thing, given: list[Value], named: dict) -> Value:
        """Put values into a new object, by its `__init__` or into its fields."""
        start = self.package.method(kind, "__init__")
        if start is not None:
            values = (*given, *named.values())
            if any(value.carries for value in values):
                return Value(self.enter(start, given, named, Value(False, kind)).carries, kind)
            return Value(False, kind)
        fields = dict(zip(self.package.fields(kind), given, strict=False)) | named
        parts = {(name, value.carries) for name, value in fields.items() if value.carries}
        return Value(frozenset(parts) or False, kind)

    def enter(self, callee: Thing, given: list[Value], named: dict, receiver: Value) -> Value:
        """Go into a function, or into all implementations of a method without a body."""
        returned = []
        for target in self.package.implementations(callee):
            values = given
            static = "staticmethod" in map(ast.unparse, target.node.decorator_list)
            if target.holder and not static:
                kind = receiver.kind if target is callee else target.holder
                values = [Value(receiver.carries, kind or target.holder), *given]
            arguments = _bound(target, values, named)
            self.calls.append((target, arguments))
            returned.append(self.reader.summary(target, arguments).value)
        said = self.package.annotated(callee.module, callee.node.returns)
        kinds = [said, *(value.kind for value in returned)]
        return Value(
            join(*(value.carries for value in returned)),
            next((kind for kind in kinds if kind), None),
        )


def _bound(callee: Thing, given: list[Value], named: dict[str, Value]) -> tuple[Value, ...]:
    """Return values in the order of a function's parameters."""
    places = [each.arg for each in parameters(callee.node)]
    values = dict.fromkeys(places, Value())
    rest = [each.arg for each in (callee.node.args.vararg, callee.node.args.kwarg) if each]
    for place, value in zip(places, given, strict=False):
        values[place] = value
    for name, value in named.items():
        where = name if name in values else (rest or [""])[-1]
        if where:
            values[where] = Value(join(values[where].carries, value.carries), value.kind)
    return tuple(values[place] for place in places)


def join(*carried: Carried) -> Carried:
    """Return what several values carry together."""
    if True in carried:
        return True
    fields: dict[str, Carried] = {}
    for each in carried:
        for name, part in each or ():
            fields[name] = join(fields.get(name, False), part)
    return frozenset(fields.items()) or False


def part_of(carried: Carried, field: str) -> Carried:
    """Return what a field of a value carries."""
    if carried is True:
        return field not in MEASURES
    return dict(carried or ()).get(field, False)
