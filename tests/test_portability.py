"""The source does nothing that only one operating system can: tests here run on one of them."""

import ast
import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OF_THE_SYSTEM = "skembed/files/_system.py"

OF_ONE_SYSTEM = {
    *("_posixsubprocess", "_winapi", "crypt", "fcntl", "grp", "msvcrt", "nt", "posix", "pty"),
    *("pwd", "resource", "syslog", "termios", "tty", "winreg", "winsound"),
}
"""Modules of the standard library that Windows or the others lack."""

OF_OS = {
    "O_CREAT",
    "O_RDWR",
    "O_WRONLY",
    "PathLike",
    "W_OK",
    "access",
    "chdir",
    "close",
    "devnull",
    "dup",
    "dup2",
    "environ",
    "fdopen",
    "fsdecode",
    "fsencode",
    "fspath",
    "fstat",
    "fsync",
    "get_terminal_size",
    "getcwd",
    "listdir",
    "open",
    "path",
    "stat",
    "stat_result",
    "strerror",
    "write",
}
"""Names of `os` that do the same on all systems: see its documentation before you add one."""

OF_SIGNAL = {"SIG_DFL", "getsignal", "signal"}

TEXT_FILES = {"NamedTemporaryFile", "TemporaryFile", "TextIOWrapper", "fdopen", "open"}
TEXT_AT_ONCE = {"read_text", "write_text"}
READS_BYTES = {"gzip.open", "bz2.open", "lzma.open", "os.open", "archive.open"}
"""Calls of `open` that give bytes, or a number, unless the mode says "t"."""


@pytest.fixture(scope="module")
def trees():
    """The code of the package, and by its side that of the examples in its docstrings."""
    found = {}
    for path in sorted((ROOT / "skembed").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        found[name] = [ast.parse(text)]
        for node in ast.walk(found[name][0]):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                examples = doctest.DocTestParser().get_examples(ast.get_docstring(node) or "")
                found[name] += [ast.parse(example.source) for example in examples]
    assert len(found) > 200
    return found


def nodes(trees, kind, *, but=()):
    for name, parts in trees.items():
        if name not in but:
            for tree in parts:
                yield from ((name, node) for node in ast.walk(tree) if isinstance(node, kind))


def text_without_encoding(call):
    """Return whether a call opens a text in the encoding of the system."""
    name = ast.unparse(call.func)
    last = name.rpartition(".")[2]
    given = {keyword.arg for keyword in call.keywords}
    if "encoding" in given or None in given or name in READS_BYTES:
        return False
    if last in TEXT_AT_ONCE:
        is_function_of_ours = isinstance(call.func, ast.Name)
        return not is_function_of_ours and len(call.args) < (1 if last == "read_text" else 2)
    if last == "TextIOWrapper":
        return len(call.args) < 2
    if last in TEXT_FILES:
        values = [*call.args, *(each.value for each in call.keywords if each.arg == "mode")]
        parts = [part for value in values for part in ast.walk(value)]
        modes = [part.value for part in parts if isinstance(part, ast.Constant)]
        of_bytes = any(isinstance(mode, str) and "b" in mode for mode in modes)
        return not of_bytes and not last.endswith("TemporaryFile")
    return False


def test_texts_in_files_have_an_encoding(trees):
    found = [
        f"{name}:{call.lineno}: {ast.unparse(call)}"
        for name, call in nodes(trees, ast.Call)
        if text_without_encoding(call)
    ]
    assert found == [], "Windows reads and writes texts in cp1252, cp932 and others"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("open(path)", True),
        ("path.open('w')", True),
        ("path.read_text()", True),
        ("path.write_text('a')", True),
        ("io.TextIOWrapper(file)", True),
        ("os.fdopen(1, 'w')", True),
        ("open(path, 'rb')", False),
        ("path.open(mode='wb')", False),
        ("path.open('ab' if more else 'wb')", False),
        ("open(path, encoding='utf-8')", False),
        ("path.read_text('utf-8')", False),
        ("path.write_text('a', 'utf-8')", False),
        ("tempfile.TemporaryFile()", False),
    ],
)
def test_which_calls_are_found(code, expected):
    assert text_without_encoding(ast.parse(code).body[0].value) == expected


def test_modules_that_all_systems_have(trees):
    found = []
    for name, node in nodes(trees, ast.Import | ast.ImportFrom):
        modules = [alias.name for alias in node.names]
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else modules
        found += [f"{name}: {module}" for module in modules if module in OF_ONE_SYSTEM]
    assert found == []


@pytest.mark.parametrize(("module", "known"), [("os", OF_OS), ("signal", OF_SIGNAL)])
def test_functions_that_all_systems_have(trees, module, known):
    checked = {
        (name, ast.unparse(call.args[1]).strip("'"))
        for name, call in nodes(trees, ast.Call)
        if ast.unparse(call).startswith(f"hasattr({module}, ")
    }
    found = {
        node.attr
        for name, node in nodes(trees, ast.Attribute, but=[OF_THE_SYSTEM])
        if ast.unparse(node.value) == module and (name, node.attr) not in checked
    }
    assert found - known == set(), f"put what only some systems have into {OF_THE_SYSTEM}"
    assert known - found == set(), "no longer used: delete them above"


def test_only_one_file_asks_for_the_system(trees):
    asked = {"os.name", "sys.platform", "platform.system", "platform.uname", "os.uname"}
    found = [
        f"{name}: {ast.unparse(node)}"
        for name, node in nodes(trees, ast.Attribute, but=[OF_THE_SYSTEM])
        if ast.unparse(node) in asked
    ]
    assert found == []


def test_no_path_of_unix_stands_in_the_code(trees):
    folders = ("/dev/", "/proc/", "/sys/", "/tmp/", "/etc/", "/home/", "/var/")
    found = [
        f"{name}: {node.value}"
        for name, node in nodes(trees, ast.Constant)
        if isinstance(node.value, str) and node.value.startswith(folders)
    ]
    assert found == []


def test_processes_are_not_forked(trees):
    """Windows has no fork, macOS's libraries do not work after one, and Python is leaving it."""
    found = [
        f"{name}: {ast.unparse(call)}"
        for name, call in nodes(trees, ast.Call)
        if any(isinstance(each, ast.Constant) and each.value == "fork" for each in call.args)
    ]
    assert found == []
