"""Follow one argument through a package, by its text alone.

Nothing is run. An argument is followed through the names that it is given to and through the calls
of the package's own functions, in the order of the text, all branches one after the other:

- what is computed from it carries it on, unless it is a number about it (its length, its shape,
  what a function returns that says ``-> bool``, ``int``, ``float``, ``str`` or ``None``);
- an object that it is put into carries it in that field alone;
- a method is known where the text says the class: by an annotation, or by the call that made it.

A method that only says what others do, of a Protocol or a base class, leads to all that do it. A
call whose function the text does not say ends that way.
"""

from dataclasses import dataclass
from functools import cached_property

from benchmarks.structure.body import Reader, Value
from benchmarks.structure.package import Package, Thing, parameters


@dataclass(frozen=True)
class Route:
    """The functions that an argument enters, one call after the other.

    Each module of the folder where the route begins is a room; each other folder is one room,
    because what it does behind its public names need not be read to follow the route.
    """

    entered: tuple[Thing, ...]

    def at_home(self, thing: Thing) -> bool:
        """Return whether a function is in the folder where the route begins."""
        return _folder(thing) == _folder(self.entered[0])

    @cached_property
    def stays(self) -> list[str]:
        """Rooms, in order; one stay lasts while the calls stay in one room."""
        rooms = [t.module if self.at_home(t) else _folder(t) for t in self.entered]
        return [room for before, room in zip([None, *rooms], rooms, strict=False) if room != before]

    @property
    def rooms(self) -> list[str]:
        """Each room once, in the order of the first stays."""
        return [*dict.fromkeys(self.stays)]

    @property
    def returns(self) -> int:
        """Stays in a room that had been left before."""
        return len(self.stays) - len(self.rooms)


def _folder(thing: Thing) -> str:
    return thing.module.rpartition(".")[0]


def follow(package: Package, module: str, function: str, parameter: str) -> Route:
    """Follow a parameter of a function, or of a method named ``Class.method``.

    Returns
    -------
    route : Route
        The functions that it enters, the first one included.

    Raises
    ------
    ValueError
        If there is no such function, or it has no such parameter.
    """
    holder, _, name = function.rpartition(".")
    kind = package.find(module, holder) if holder else None
    first = package.method(kind, name) if kind else package.find(module, name)
    names = [] if first is None else [each.arg for each in parameters(first.node)]
    if first is None or parameter not in names:
        raise ValueError(
            f"There is no {function}({parameter}) in {module}. Name a function and one of its "
            "parameters."
        )
    given = tuple(Value(name == parameter, kind if name == "self" else None) for name in names)
    entered: list[Thing] = []
    _walk(Reader(package), first, given, entered, set())
    return Route(tuple(entered))


def _walk(reader: Reader, thing: Thing, given: tuple, entered: list[Thing], walked: set) -> None:
    entered.append(thing)
    if (thing, given) in walked:
        return
    walked.add((thing, given))
    for callee, arguments in reader.summary(thing, given).calls:
        _walk(reader, callee, arguments, entered, walked)
