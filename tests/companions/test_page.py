"""Each section of the page is run by a module of tests, in an environment of its own."""

import ast
import re
from pathlib import Path

from tests.companions.page import PAGE

HERE = Path(__file__).parent


def test_each_section_is_run():
    sections = re.findall(r"^## (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    modules = [path for path in HERE.glob("test_*.py") if path.name != Path(__file__).name]
    codes = {path.stem: path.read_text(encoding="utf-8") for path in modules}
    ran = {name: re.findall(r'(?:run|code_of)\("([^"]+)"\)', code) for name, code in codes.items()}
    assert sorted({title for titles in ran.values() for title in titles}) == sorted(sections)
    assert all(len(set(titles)) == 1 for titles in ran.values())


def test_each_module_has_an_environment():
    sessions = ast.parse((HERE.parents[1] / "noxfile.py").read_text(encoding="utf-8"))
    (named,) = (
        node.value
        for node in sessions.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "COMPANIONS"
    )
    modules = {path.stem.removeprefix("test_") for path in HERE.glob("test_*.py")} - {"page"}
    assert modules == ast.literal_eval(named).keys()
