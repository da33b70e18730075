"""What is counted of a package's structure, on packages made by hand."""

import ast
import subprocess
import time
from pathlib import Path

import pytest

from benchmarks.structure import (
    Package,
    any_parameters,
    classes_named,
    code_lines,
    entries_of,
    follow,
    layers,
    long_functions,
    package_of,
    private_imports,
    private_names_of_others,
    private_tests,
    read_revision,
    read_tree,
    top_level_folders,
    without_entry,
)
from benchmarks.structure.__main__ import ROOT, figures, main
from benchmarks.structure.package import parameters

HOUSE = {
    "house/__init__.py": "",
    "house/front/__init__.py": "",
    "house/front/_door.py": """
from house.front._hall import Coat, hang, measure
from house.front._stairs import climb
from house.kitchen import cook

class Door:
    def enter(self, X, other):
        n = len(X)
        hang(n, other)
        taken = hang(X, other)
        measure(taken)
        meal = cook(taken)
        coat = Coat(meal, other)
        climb(coat.hook, coat.owner)
        return self._leave(coat)

    def _leave(self, coat):
        return climb(None, coat.hook)
""",
    "house/front/_hall.py": """
class Coat:
    hook: object
    owner: str

def hang(X, other):
    if other:
        raise ValueError(measure(X))
    return [X]

def measure(X) -> int:
    return sum(X)
""",
    "house/front/_stairs.py": """
from house.front._hall import measure

def climb(hook, owner):
    for each in hook or ():
        measure(each)
    measure(owner)
""",
    "house/kitchen/__init__.py": "from house.kitchen._stove import cook",
    "house/kitchen/_stove.py": """
from house.kitchen._pot import boil

def cook(X):
    return boil(X)
""",
    "house/kitchen/_pot.py": """
def boil(X):
    return X if X else boil(X[1:])
""",
}


@pytest.fixture
def house():
    return Package(HOUSE)


def entered(route):
    return [f"{thing.module.split('.')[-1]}.{thing.name}" for thing in route.entered]


def test_an_argument_is_followed_through_names_and_calls(house):
    route = follow(house, "house.front._door", "Door.enter", "X")
    assert entered(route) == [
        "_door.Door.enter",
        "_hall.hang",  # not the call before it, with the length
        "_hall.measure",
        "_stove.cook",
        "_pot.boil",
        "_pot.boil",
        "_stairs.climb",
        "_hall.measure",  # of what the hook holds, not of the owner
        "_door.Door._leave",
        "_stairs.climb",
        "_hall.measure",  # now of the owner
    ]


def test_stays_are_rooms_and_another_folder_is_one_room(house):
    route = follow(house, "house.front._door", "Door.enter", "X")
    here = "house.front."
    assert route.stays == [
        here + "_door", here + "_hall", "house.kitchen", here + "_stairs", here + "_hall",
        here + "_door", here + "_stairs", here + "_hall",
    ]  # fmt: skip
    assert route.rooms == [here + "_door", here + "_hall", "house.kitchen", here + "_stairs"]
    assert route.returns == 4


def test_another_argument_takes_another_way(house):
    route = follow(house, "house.front._door", "Door.enter", "other")
    assert entered(route) == [
        "_door.Door.enter", "_hall.hang", "_hall.hang", "_stairs.climb", "_hall.measure",
        "_door.Door._leave",  # in the coat, of which only the hook goes on
    ]  # fmt: skip


def test_classes_are_those_that_functions_at_home_name(house):
    route = follow(house, "house.front._door", "Door.enter", "X")
    assert [thing.name for thing in classes_named(house, route)] == ["Coat", "Door"]
    entries = entries_of("**coat**: What one wears, a `Coat`.\n\n**X**: Who enters.\n")
    assert [entry.word for entry in entries] == ["coat", "X"]
    assert without_entry(classes_named(house, route), entries) == ["Door"]


@pytest.mark.parametrize("function", ["Door.leave", "enter", "Door.enter"])
def test_what_cannot_be_followed(house, function):
    with pytest.raises(ValueError, match=r"There is no .*\(x\) in house.front._door. Name a fu"):
        follow(house, "house.front._door", function, "x")


@pytest.mark.parametrize(
    ("body", "calls"),
    [
        ("a, b = X, 1\n    g(b)\n    g(a)", 1),
        ("with open(X) as file:\n        g(file)", 1),
        ("g([x for x in X])", 1),
        ("g(f'{X}')", 0),
        ("g(X is None)", 0),
        ("g(X.shape)", 0),
        ("g(X.T)", 1),
        ("g(*X)", 1),
        ("g(y=X)", 1),
        ("raise ValueError(g(X))", 0),
        ("late = None\n    for _ in range(2):\n        g(late)\n        late = X", 1),
        ("def inner(X):\n        g(X)\n    inner(1)", 0),
        ("def inner():\n        g(X)\n    inner()", 1),
        ("box = Box(1, X)\n    g(box.first)", 0),
        ("box = Box(1, X)\n    g(box.second)", 1),
        ("box = Box(1, X)\n    box.open()", 2),
        ("box = replace(Box(1, X), first=2)\n    g(box.second)\n    g(box.first)", 1),
        ("for g_of_x in (lambda: g(X),):\n        pass", 1),
    ],
)
def test_each_way_to_hand_on(body, calls):
    package = Package(
        {
            "p/a.py": f"""
from dataclasses import replace

class Box:
    first: int
    second: object

    def open(self):
        g(self.first)
        g(self.second)

def f(X):
    {body}

def g(y):
    return y
"""
        }
    )
    assert len(follow(package, "p.a", "f", "X").entered) == 1 + calls


def test_what_init_puts_into_its_object_is_followed():
    package = Package(
        {
            "p/a.py": """
class Base:
    def take(self, x):
        return x

class Box(Base):
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def take(self, x):
        return super().take(x)

def f(X):
    box = Box(1, X)
    g(box.x)
    box.take(box.y)

def g(y):
    return y
"""
        }
    )
    names = [thing.name for thing in follow(package, "p.a", "f", "X").entered]
    assert names == ["f", "Box.__init__", "Box.take", "Base.take"]


@pytest.mark.parametrize("base", ["class Source:", "class Source(Protocol):"])
def test_a_method_without_a_body_leads_to_all_that_stand_for_it(base):
    derived = "" if "Protocol" in base else "(Source)"
    package = Package(
        {
            "p/a.py": f"""
{base}
    def open(self, x):
        \"\"\"Open it.\"\"\"

    def close(self): ...

class Memory{derived}:
    def open(self, y):
        return g(y)

    def close(self):
        pass

class File{derived}:
    def open(self, z):
        return None

    def close(self):
        raise NotImplementedError

class Half:
    def open(self, x):
        return x

def f(X, source: Source):
    g(source.open(X))

def g(y):
    return y
"""
        }
    )
    names = [thing.name for thing in follow(package, "p.a", "f", "X").entered]
    assert names == ["f", "Memory.open", "g", "File.open", "g"]


def test_parameters_annotated_any():
    text = """
def f(a: Any, b: "int", /, c: Any | None, *args: Any, d: list[Any], **more: Any) -> Any:
    def g(e: Any = 1): ...
"""
    found = any_parameters({"p/a.py": text})
    assert found == [f"p/a.py:{name}" for name in ("f(a)", "f(args)", "f(more)", "g(e)")]


def test_parameters_are_all_kinds():
    (node,) = ast.parse("def f(a, /, b, *c, d, **e): ...").body
    assert sorted(each.arg for each in parameters(node)) == [*"abcde"]


def test_private_imports_are_those_of_other_folders():
    files = {
        "p/a/_x.py": "from p.b._y import z\nfrom p.a._w import v\nfrom p.b import t\n",
        "p/c.py": "def f():\n    from p.b.d._e import z\n    from p._ground import g\n",
        "p/d.py": "from q.b._y import z\n",
    }
    assert private_imports(files) == ["p/a/_x.py:1 p.b._y", "p/c.py:2 p.b.d._e"]


def test_private_names_of_dependencies():
    files = {
        "p/a.py": (
            "import os._x\nfrom q._y import _z, z\nfrom p._own import _f\n"
            "class A:\n    _field = 1\n    def _method(self): ...\n"
            "def g(a):\n    a._set = 1\n"
            "    return a._set, a._field, a._method, a.__dict__, a._theirs, a.public\n"
        ),
        "p/b.py": "def f(a):\n    return a._theirs\n    a._field\n",
    }
    assert private_names_of_others(files) == {
        "_theirs": ["p/a.py", "p/b.py"],
        "_x": ["p/a.py"],
        "_y": ["p/a.py"],
        "_z": ["p/a.py"],
    }


def test_test_files_that_import_private_modules():
    files = {
        "tests/test_a.py": "from skembed.text._ids import PADDING_ID",
        "tests/b/test_b.py": "from skembed.text import _ids",
        "tests/b/test_c.py": "import skembed.text._ids",
        "tests/b/test_d.py": "from skembed import __version__, load",
        "tests/b/test_e.py": "from other._ids import PADDING_ID",
        "tests/b/helper.py": "from skembed.text._ids import PADDING_ID",
    }
    private, tests = private_tests(files)
    assert private == [*files][:3]
    assert tests == [*files][:5]


def test_lines_of_code():
    text = '''
class A:
    @property
    def f(self) -> int:
        """Say it.

        More of it.
        """
        # why

        return 1

    @f.setter
    def f(self, value):
        def g():
            return (
                2
            )
'''
    assert code_lines(text) == [("A.f", 2), ("A.f", 5), ("A.f.g", 4)]
    assert long_functions({"p/a.py": text}, longest=4) == {"p/a.py:A.f": 5}


def test_layers_are_counted_from_the_ground():
    files = {
        "p/__init__.py": "from p.c import C",
        "p/_ground.py": "",
        "p/a/__init__.py": "",
        "p/a/_x.py": "from p._ground import g",
        "p/b/__init__.py": "from p.a import CONSTANT\n",
        "p/c/__init__.py": "class C: ...",
        "p/d.py": "from p import C",
    }
    assert layers(Package(files)) == [["_ground", "c"], ["a", "d"], ["b"]]
    files["p/_ground.py"] = "def f():\n    from p.b import h"
    with pytest.raises(ValueError, match=r"in a circle: \['_ground', 'a', 'b'\]"):
        layers(Package(files))


def test_top_level_folders():
    files = dict.fromkeys(["a/b/c.py", "a/d.txt", "e.py", ".ci/run", "f/g"], "")
    assert top_level_folders(files) == ["a", "f"]


def test_a_checkout_and_a_revision(tmp_path):
    def git(*arguments):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True, capture_output=True)

    (tmp_path / "p").mkdir()
    (tmp_path / "p/a.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "data.bin").write_bytes(b"\xff")
    (tmp_path / ".gitignore").write_text("*.tmp\n", encoding="utf-8")
    git("init", "-q")
    git("add", ".")
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    git(*who, "commit", "-q", "-m", "one")
    (tmp_path / "p/a.py").write_text("x = 2\n", encoding="utf-8")
    (tmp_path / "p/b.py").write_text("é = 3\n", encoding="utf-8")
    (tmp_path / "p/b.tmp").write_text("ignored", encoding="utf-8")
    (tmp_path / "data.bin").unlink()
    before = {".gitignore": "", "data.bin": "", "p/a.py": "x = 1\n"}
    assert read_revision(tmp_path, "HEAD") == before
    now = {".gitignore": "", "p/a.py": "x = 2\n", "p/b.py": "é = 3\n"}
    assert read_tree(tmp_path) == now
    assert package_of(now, "p") == {"p/a.py": "x = 2\n", "p/b.py": "é = 3\n"}
    with pytest.raises(ValueError, match=r"git archive failed in .*: fatal: .*nowhere"):
        read_revision(tmp_path, "nowhere")


def test_no_checkout(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(ValueError, match=r"git ls-files failed in .*Run this in a git checkout"):
        read_tree(tmp_path)


@pytest.fixture
def checkout():
    if not Path(ROOT, ".git").exists():
        pytest.skip(f"{ROOT} is no git checkout")
    return ROOT


@pytest.mark.usefixtures("checkout")
def test_the_table_has_a_column_for_each_revision(capsys):
    start = time.process_time()
    assert main(["--ref", "HEAD", "--way"]) == 0
    assert time.process_time() - start < 60
    table, _, details = capsys.readouterr().out.partition("\n\n")
    header, _, *rows = table.splitlines()
    assert header == "| | HEAD | now |"
    assert {row.count("|") for row in rows} == {4}
    assert "skembed.classifiers._base" in details


@pytest.mark.usefixtures("checkout")
def test_a_revision_that_is_not_there(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["--ref", "nowhere"])
    assert "nowhere" in capsys.readouterr().err


def test_the_figures_of_a_package_of_ten_lines():
    files = {
        "skembed/__init__.py": "",
        "skembed/classifiers/__init__.py": "",
        "skembed/classifiers/_base.py": (
            "from typing import Any\n\nclass BaseTextClassifier:\n"
            "    def fit(self, X: Any):\n        return X\n"
        ),
        "tests/test_a.py": "from skembed.classifiers._base import BaseTextClassifier\n",
        "docs/glossary.md": "**model**: A `BaseTextClassifier`.\n",
    }
    assert figures(files) == {
        "lines of the package": "5",
        "modules; lines of the median one; lines of the longest": "3; 0; 5",
        "top-level folders": "3",
        "functions; those of more than 30 lines of code": "1; 0 (0.0%)",
        "parameters annotated `Any`": "1",
        "imports of another folder's private modules": "0",
        "private names of dependencies that are used": "0",
        "test files that import private modules; all": "1; 1",
        "layers of folders": "1",
        "stays of X in `fit`; returns to a room left before": "1; 0",
        "nouns on that way: rooms and classes named in them": "2: 1 + 1",
        "classes among them without an entry in the glossary": "0",
    }
