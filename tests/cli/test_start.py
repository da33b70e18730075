"""A command shows soon that it starts, and the list of commands is printed without them."""

import sys

import pytest

from tests.cli.commands import run, run_process

NAMES = ["compare", "coverage", "demo", "evaluate", "export", "predict", "train"]

IMPORTED = """
import sys
from skembed.cli import main
main(["--help"])
print([name for name in ("sklearn", "keras", "pandas") if name in sys.modules])
"""

SLOW = """
import skembed.cli._main as start
load = start.import_module
start.import_module = lambda name: time.sleep(1) or load(name)
start.run(["coverage", "--help"])
"""


def help_of(capsys, *arguments):
    run(*arguments, "--help")
    return capsys.readouterr().out


@pytest.mark.parametrize("name", NAMES)
def test_the_list_of_commands_has_the_first_sentence_of_each_help(name, capsys):
    listed = " ".join(help_of(capsys).partition("Commands:\n")[2].split())
    described = " ".join(help_of(capsys, name).partition("\n\n")[2].split())
    assert f"{name} {described.partition('.')[0]}." in listed


def test_the_list_of_commands_imports_nothing_heavy():
    done = run_process(start=[sys.executable, "-c", IMPORTED])
    assert done.stderr == ""
    *shown, imported = done.stdout.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in shown if line[2:3].isalpha()] == NAMES
    assert imported == "[]"


def test_a_terminal_shows_that_a_command_starts():
    from tests.test_bar import at_a_terminal

    out, drawn = at_a_terminal(SLOW)
    assert out.startswith("Usage: ")
    assert "Starting skembed [00:00]" in drawn
