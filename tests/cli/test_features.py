"""Categories and numbers beside texts, by `--features`."""

import csv

import numpy as np
import pytest

import skembed
from tests.cli.commands import run

OPTIONS = ["--text", "title,report", "--label", "weather"]
FEATURES = ["--features", "place,degrees", "--epochs", "3"]


@pytest.fixture(scope="module")
def rows():
    """Rows whose texts say nothing about the weather."""
    rng = np.random.default_rng(0)
    made = []
    for i in range(60):
        place = ["coast", "hills"][i % 2]
        made.append(
            {
                "title": str(rng.choice(["Monday", "Tuesday"])),
                "report": str(rng.choice(["early", "late", ""])),
                "place": place,
                "degrees": "" if i == 5 else f"{rng.normal(20):.1f}",
                "weather": {"coast": "fine", "hills": "foul"}[place],
            }
        )
    return made


@pytest.fixture(scope="module")
def table(rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("tables") / "rows.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0]])
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


@pytest.fixture(scope="module")
def model(table, tmp_path_factory):
    path = str(tmp_path_factory.mktemp("models") / "model.skembed")
    run("train", table, *OPTIONS, *FEATURES, "--output", path)
    return path


def test_codes_with_a_zero_in_front_are_categories(tmp_path, capsys):
    path = tmp_path / "rows.csv"
    path.write_text("text,code,degrees,label\n" + "sun,01,2,a\nrain,10,3.5,b\n" * 8)
    options = ["--features", "code,degrees", "--epochs", "1", "--output", tmp_path / "m.skembed"]
    run("train", path, *options)
    assert "categories: code; numbers: degrees\n" in capsys.readouterr().err


def test_models_of_columns(model, table, rows, tmp_path, capsys):
    exported = str(tmp_path / "model.onnx")
    run("export", model, exported)
    for each in (model, exported):
        capsys.readouterr()
        run("evaluate", each, table, *OPTIONS)
        assert "60 texts\naccuracy 1.000" in capsys.readouterr().out
        output = tmp_path / "answers.csv"
        run("predict", each, table, *OPTIONS[:2], "--output", output)
        answers = list(csv.DictReader(output.read_text().splitlines()))
        assert [row["predicted"] for row in answers] == [row["weather"] for row in rows]
        assert [row["degrees"] for row in answers] == [row["degrees"] for row in rows]
    loaded = skembed.load(model)
    assert loaded.text_columns == ["title", "report"]
    assert [name for name, _, _ in loaded.features.transformers] == ["onehotencoder", "pipeline"]


def test_a_comparison_has_the_features_in_its_baseline(table, capsys):
    run("compare", table, *OPTIONS, *FEATURES, "--networks", "cnn", "--folds", "2")
    assert "TF-IDF, features + logistic regression (baseline)  1.000" in capsys.readouterr().out


def test_columns_that_are_not_there(table, model, tmp_path, capsys):
    output = ["--output", str(tmp_path / "m.skembed")]
    run("train", table, *OPTIONS, "--features", "plaice", *output, status=1)
    there_are = "Its columns: 'title', 'report', 'place', 'degrees'."
    said = f"Error: {table} has no column 'plaice'. {there_are} Did you mean 'place'?\n"
    assert capsys.readouterr().err == said
    run("train", table, *OPTIONS, "--features", "humidity", *output, status=1)
    said = f"Error: {table} has no column 'humidity'. {there_are} Choose columns with --features.\n"
    assert capsys.readouterr().err == said
    run("predict", model, table, "--text", "title", status=1)
    said = f"Error: {model} reads the columns title, report. Leave --text out.\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    "options",
    [
        ["--text", "title,weather", "--label", "weather"],
        [*OPTIONS, "--features", "place,weather"],
    ],
)
@pytest.mark.parametrize("command", [["train", "--output", "m.skembed"], ["compare"]])
def test_a_model_must_not_read_the_answers(table, command, options, capsys):
    run(*command, table, *options, status=1)
    said = (
        "Error: The column 'weather' is the label, and a model must not read it. Leave it out of "
        "--text and --features.\n"
    )
    assert capsys.readouterr().err == said


def test_a_model_knows_its_columns(table, model, rows, tmp_path, capsys):
    run("evaluate", model, table, *OPTIONS[2:])
    assert "60 texts\naccuracy 1.000" in capsys.readouterr().out
    run("predict", model, table, "--output", tmp_path / "answers.csv")
    answers = list(csv.DictReader((tmp_path / "answers.csv").read_text().splitlines()))
    assert [row["predicted"] for row in answers] == [row["weather"] for row in rows]
