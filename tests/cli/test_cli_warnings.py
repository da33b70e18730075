"""Warnings of a command are sentences, each said once."""

import sys

import pytest

from skembed.cli import main
from tests.cli.commands import run_process

ROWS = ["text,label", *['"sun, sea and sand",fine', "rain and wind,foul"] * 10]
FEW = "Warning: Only 25% of the training words have a vector; see coverage_."


@pytest.fixture
def arguments(tmp_path):
    table, vectors = tmp_path / "table.csv", tmp_path / "vectors.txt"
    table.write_text("\n".join(ROWS))
    vectors.write_text("sun 1 0\nwind 0 1\n")
    return [str(table), "--embeddings", str(vectors), "--epochs", "1"]


@pytest.mark.process
def test_a_warning_is_a_sentence(arguments, tmp_path):
    output = tmp_path / "model.skembed"
    command = [sys.executable, "-m", "skembed"]
    done = run_process("train", *arguments, "--output", output, start=command)
    assert done.stderr.splitlines()[:-1] == [FEW]  # then what was trained
    assert output.exists()


@pytest.mark.filterwarnings("default")
def test_a_warning_of_every_fold_is_said_once(arguments, capsys):
    main(["compare", *arguments, "--folds", "2", "--networks", "cnn"])
    assert capsys.readouterr().err.splitlines() == [FEW]
