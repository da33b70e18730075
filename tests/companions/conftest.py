"""Run the lines of the guide's page `Together with`, which are the documented use."""

import pytest

from tests.companions.page import PAGE, code_of


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder of its own, where the page's lines write their files."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder):
    """Return what runs a section, and hands out the names that it leaves."""

    def run_section(title):
        names = {"__name__": "together_with"}
        for part in code_of(title):
            exec(compile(part, f"{PAGE.name}: {title}", "exec"), names)
        return names

    return run_section
