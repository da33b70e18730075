"""What the rules of prose find, and what they let pass."""

from pathlib import Path

import pytest

from tests.prose import check, check_file, files, in_markdown, in_python, read_rules
from tests.prose.__main__ import main

RULES, SETTINGS = read_rules()


def broken(text, passages=in_markdown):
    """Return the rules that a text breaks, with the lines."""
    return [(each.line, each.rule) for each in check(passages(text), RULES, 40)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_finds_its_bad_sentences(rule):
    assert rule.bad
    for sentence in rule.bad:
        assert rule.name in [name for _, name in broken(sentence)], sentence


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_passes_its_good_sentences(rule):
    assert rule.good
    for sentence in rule.good:
        assert rule.name not in [name for _, name in broken(sentence)], sentence


def test_what_to_write_instead_breaks_no_rule_but_its_own():
    for rule in RULES:
        others = {name for _, name in broken(rule.instead)} - {rule.name}
        assert not others, rule


def test_a_sentence_wraps_over_lines():
    text = "# Title\n\nA network is trained\nor\nasked.\n"
    assert broken(text) == [(5, "ask")]


def test_code_is_not_prose():
    assert broken("```sh\n# asked\n```\n\n`asked` [](asked) <!-- asked -->\n") == []
    assert broken("<!--\nasked\n-->\nTwo are asked.\n") == [(4, "ask")]
    assert broken("[two are asked](link.md)") == [(1, "ask")]


def test_cells_and_items_are_apart():
    text = "| a thing | it stands |\n|---|---|\n| one | two |\n\n- it goes\n- on and on\n"
    assert broken(text) == [(1, "stand")]


def test_long_sentences():
    assert broken("word " * 40 + "ends.") == [(1, "41 words")]
    assert broken("word " * 39 + "ends. " + "Word " * 39 + "ends.") == []


PYTHON = '''"""A module that goes on.

>>> asked = 1
asked

It tells
how.
"""

asked = 1  # it stands there
# A comment of two lines is no
# list.
raise ValueError(f"The file {asked} is no file of texts.")
raise ValueError("asked")
'''


def test_comments_docstrings_and_messages():
    assert sorted(broken(PYTHON, in_python)) == [
        (1, "goes on"),
        (6, "tell"),
        (10, "stand"),
        (11, "no = not"),
        (13, "no = not"),
    ]


def test_the_command_names_the_line_and_fails(tmp_path, capsys):
    path = tmp_path / "page.md"
    path.write_text("Good.\n\nA network is asked.\n")
    assert main([str(path)]) == 1
    assert f"{path}:3: ask: …A network is asked.… (predict, call" in capsys.readouterr().out
    path.write_text("Good.\n")
    assert main([str(path)]) == 0


def test_the_files_of_the_project_are_found():
    names = {path.name for path in files(SETTINGS)}
    assert {"README.md", "decisions.md", "tables.md", "_fit.py", "accuracy.md"} <= names
    assert "_predictor.py" not in names or "skembed/serve" not in SETTINGS["later"]


def test_folders_left_out_exist():
    root = Path(__file__).parents[2]
    assert [part for part in SETTINGS["later"] if not (root / part).exists()] == []


def test_texts_that_files_hold_are_kept():
    text = SETTINGS["kept"][0]
    passages = list(in_python(f'x = "{text}"'))
    assert list(check(passages, RULES, 40))
    assert not list(check(passages, RULES, 40, SETTINGS["kept"]))


def test_a_comment_behind_code_is_apart():
    assert broken("x = 1  # it goes\ny = 2  # on and on\n", in_python) == []


def test_a_place_is_found_once():
    path = Path(__file__).parent / "rules.toml"
    found = check_file(path, RULES, SETTINGS)
    assert found
    assert len(found) == len(set(found))
