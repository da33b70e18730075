"""The commands, as a user types them."""

import gzip
import json
import re
import sys
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import skembed
from skembed.cli import main
from skembed.cli._answers import writer
from skembed.cli._input import BATCH
from skembed.data import format_of, open_table
from tests.cli.commands import run, run_process
from tests.vectors.static_models import write_model

TEXTS = ["good film, really", "bad film", "good day", 'a "bad" day'] * 8
LABELS = ["fine", "foul"] * 16
SMALL = ["--epochs", "2", "--seed", "1"]


def write(path, rows):
    """Write rows as the format that the name tells."""
    with writer(str(path), format_of(path)) as write_rows:
        write_rows([*rows[0]], [[*row.items()] for row in rows])
    return str(path)


def read_blocks(path):
    blocks = open_table(path).blocks(BATCH, whole=True)
    return [[dict(row) for row in block.rows()] for block in blocks]


def read(path):
    return [row for rows in read_blocks(path) for row in rows]


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    rows = [{"text": t, "label": label} for t, label in zip(TEXTS, LABELS, strict=True)]
    return write(tmp_path_factory.mktemp("tables") / "table.csv", rows)


@pytest.fixture(scope="module")
def model(table, tmp_path_factory):
    path = str(tmp_path_factory.mktemp("models") / "model.skembed")
    run("train", table, "--output", path, *SMALL)
    return path


@pytest.mark.parametrize(
    "name", ["rows.csv", "rows.tsv", "rows.jsonl", "rows.csv.gz", "rows.parquet"]
)
def test_rows_there_and_back(name, tmp_path):
    rows = [{"text": 'a, "b"\nc\t日本', "n": "1"}, {"text": "", "n": "2"}]
    path = write(tmp_path / name, rows)
    assert read(path) == rows


def test_rows_come_in_batches(tmp_path):
    rows = [{"text": str(i)} for i in range(2 * BATCH + 5)]
    for name in ("a.csv", "a.jsonl", "a.parquet"):
        path = write(tmp_path / name, rows)
        assert [len(rows) for rows in read_blocks(path)] == [BATCH, BATCH, 5]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "a.csv is empty; its first line must name the columns."),
        (
            "a.csv",
            "text,text\na,b\n",
            "has more than one column 'text'. Its columns: 'text', 'text'.",
        ),
        (
            "a.csv",
            "text,label\na\n",
            "line 2: 1 cell, but the header has 2, with the separator ','.",
        ),
        ("a.csv", "words,label\na,b\n", "has no column 'text'. Its columns: 'words', 'label'."),
        ("a.csv", "text,label\n", "a.csv has no rows."),
        ("a.jsonl", '{"text": "a", "label": 1}\n{"text": \n', "line 2 is not JSON"),
        ("a.jsonl", '["a"]\n', "line 1 must be a JSON object, got '[\"a\"]'"),
        ("a.jsonl", '{"text": 5, "label": 1}\n', "line 1: column 'text' holds 5 (int), but a"),
        ("a.jsonl", '{"text": null, "label": 1}\n', "line 1: column 'text' is empty."),
        ("a.parquet", "no parquet", "a.parquet cannot be read: "),
        (
            "a.txt",
            "text",
            "a.txt does not show the format. Add --format and one of csv, tsv, jsonl, parquet, "
            "arrow. Save a table of another kind, such as Excel, as CSV first.",
        ),
        ("a.csv.gz", "no gzip", "Not a gzipped file"),
    ],
)
def test_wrong_tables_are_one_sentence(name, content, message, tmp_path, capsys):
    path = tmp_path / name
    path.write_text(content)
    run("train", path, "--output", tmp_path / "m.skembed", status=1)
    said = capsys.readouterr().err
    assert said.startswith("Error: ")
    assert message in said
    assert said.count("\n") == 1


def test_training_and_predicting(table, model, tmp_path, capsys):
    classifier = skembed.load(model)
    assert classifier.get_params()["wide"]
    assert classifier.n_iter_ == 2
    output = tmp_path / "answers.csv"
    capsys.readouterr()
    run("predict", model, table, "--output", output, "--probabilities")
    assert capsys.readouterr() == ("", f"32 rows: {output}, 0.0 MB\n")
    answers = read(output)
    expected = classifier.predict_proba(TEXTS)
    assert list(answers[0]) == ["text", "label", "predicted", "probability", "p(fine)", "p(foul)"]
    assert [row["predicted"] for row in answers] == classifier.predict(TEXTS).tolist()
    found = np.array([[float(row["p(fine)"]), float(row["p(foul)"])] for row in answers])
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert [row["text"] for row in answers] == TEXTS


def test_the_exported_model_gives_the_same_answers(table, model, tmp_path, capsys):
    run("export", model, tmp_path / "model.onnx", "--embedding-dtype", "float16")
    assert capsys.readouterr().err.startswith(str(tmp_path / "model.onnx"))
    for name in ("model.onnx", model):
        run("predict", tmp_path / name, table, "--output", tmp_path / f"{Path(name).suffix}.jsonl")
    one, other = (read(tmp_path / f"{suffix}.jsonl") for suffix in (".onnx", ".skembed"))
    assert [row["predicted"] for row in one] == [row["predicted"] for row in other]


def test_labels_keep_their_type(tmp_path):
    rows = [{"text": t, "label": i % 2} for i, t in enumerate(TEXTS)]
    table = write(tmp_path / "numbers.parquet", rows)
    run(
        "train", table, "--output", tmp_path / "m.skembed", "--no-wide", "--network", "lstm", *SMALL
    )
    run("predict", tmp_path / "m.skembed", table, "--output", tmp_path / "answers.parquet")
    schema = pyarrow.parquet.read_schema(tmp_path / "answers.parquet")
    assert schema.names == ["text", "label", "predicted", "probability"]
    assert schema.field("predicted").type == pa.int64()


@pytest.mark.process
def test_pipes(model):
    lines = "".join(json.dumps({"text": t, "id": i}) + "\n" for i, t in enumerate(TEXTS))
    done = run_process("predict", model, "-", "--format", "jsonl", input=lines)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in answers] == list(range(32))
    assert set(answers[0]) == {"text", "id", "predicted", "probability"}


def test_no_traceback_and_no_noise_in_a_process_of_its_own(tmp_path):
    done = run_process("train", tmp_path / "none.csv", "--output", tmp_path / "m.skembed")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: There is no file {tmp_path / 'none.csv'}.\n"
    assert "Traceback" not in done.stderr
    usage = run_process("train", "--color")
    assert usage.returncode == 2
    assert "No such option" in usage.stderr


def test_training_is_measured_next_to_tfidf(table, tmp_path, capsys):
    run("train", table, "--output", tmp_path / "m.skembed", *SMALL)
    out, err = capsys.readouterr()
    figures = r"CNN [01]\.\d{3}, TF-IDF \+ logistic regression [01]\.\d{3}"
    assert re.fullmatch(rf"accuracy on 7 held-out texts: {figures}\n", out)
    assert err.startswith("32 texts of 2 classes, 2 epochs: ")
    other = str(tmp_path / "other.skembed")
    run("train", table, "--output", other, "--no-check", *SMALL)
    assert capsys.readouterr().out == ""
    checked = skembed.load(tmp_path / "m.skembed")  # the measuring changes nothing
    np.testing.assert_array_equal(
        checked.predict_proba(TEXTS), skembed.load(other).predict_proba(TEXTS)
    )


def test_few_texts_and_rare_classes_are_trained_all_the_same(tmp_path, capsys):
    labels = [*"aaaaaaaaaaaaaaaaaaaaabbc"]
    rows = [{"text": f"word {i}", "label": label} for i, label in enumerate(labels)]
    table = write(tmp_path / "rare.csv", rows)
    run("train", table, "--output", tmp_path / "m.skembed", *SMALL)
    assert capsys.readouterr().out.startswith("accuracy on 5 held-out texts: CNN ")
    table = write(tmp_path / "few.csv", rows[-10:])
    run("train", table, "--output", tmp_path / "m.skembed", *SMALL)
    said = "The model was not measured: 10 texts are too few to hold some out.\n"
    assert capsys.readouterr().out == said


def test_options_of_the_training(table, tmp_path, capsys):
    path = tmp_path / "m.skembed"
    more = ["--class-weight", "balanced", "--early-stopping", "--no-check"]
    run("train", table, "--output", path, *more, *SMALL)
    parameters = skembed.load(path).get_params()
    assert parameters["class_weight"] == "balanced"
    assert parameters["early_stopping"] is True
    capsys.readouterr()
    run("train", table, "--output", path, *more, "--numbers", status=2)
    said = "Error: --class-weight is only for classes; leave it out with --numbers.\n"
    assert capsys.readouterr().err.endswith(said)


def test_comparing(table, tmp_path, capsys):
    picture = tmp_path / "picture.png"
    run(
        "compare",
        table,
        "--networks",
        "cnn, cnn",
        "--folds",
        "2",
        "--epochs",
        "1",
        "--plot",
        picture,
    )
    said = capsys.readouterr().out
    for name in ("TF-IDF + logistic regression (baseline)", "CNN alone", "CNN"):
        assert f"\n{name}  " in said
    assert picture.read_bytes()[:4] == b"\x89PNG"
    run("compare", table, "--networks", "rnn", status=2)
    assert "'rnn' is not one of cnn, lstm." in capsys.readouterr().err


def test_coverage(table, tmp_path, capsys):
    vectors = tmp_path / "vectors.txt"
    vectors.write_text("good 1 0\nbad 0 1\nday 1 1\n")
    picture = tmp_path / "picture.png"
    run("coverage", table, "--embeddings", vectors, "--label", "label", "--plot", picture)
    said = capsys.readouterr().out
    assert "Most frequent words without a vector: film (16)" in said
    assert "foul" in said
    assert picture.exists()


def test_coverage_of_vectors_that_bring_a_tokenizer(tmp_path, capsys):
    table = tmp_path / "texts.csv"
    table.write_text("text\nSunshine\nthe moons\n")
    run("coverage", table, "--embeddings", write_model(tmp_path / "model"))
    assert "100.0% of 5 distinct words and 100.0% of 6 words have" in capsys.readouterr().out


def test_a_model_that_classifies_nothing(table, tmp_path, capsys):
    skembed.save(skembed.KerasTokenizer().fit(TEXTS), tmp_path / "m.skembed")
    run("predict", tmp_path / "m.skembed", table, status=1)
    assert "holds a KerasTokenizer, which predicts no probabilities." in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["compare", "coverage", "demo", "evaluate", "export", "predict", "train"]
)
def test_help_has_examples(name, capsys):
    run(name, "--help")
    said = capsys.readouterr().out
    assert f"Examples:\n    python -m skembed {name}" in said
    assert max(map(len, said.splitlines())) <= 100


def test_a_compressed_table(tmp_path):
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("\ufefftext\ngood\n")
    assert read(path) == [{"text": "good"}]


def test_several_columns_are_one_text(tmp_path):
    rows = [{"title": t, "more": f"it is {t}" if i % 2 else "", "label": i % 2} for i, t in
            enumerate(TEXTS)]  # fmt: skip
    table = write(tmp_path / "columns.csv", rows)
    run("train", table, "--text", "title,more", "--output", tmp_path / "m.skembed", *SMALL)
    output = tmp_path / "answers.csv"
    model = skembed.load(tmp_path / "m.skembed")
    joined = [f"{row['title']}\n{row['more']}" for row in rows]
    expected = model.predict(rows).tolist()
    assert model[-1].predict(joined).tolist() == expected
    run("export", tmp_path / "m.skembed", tmp_path / "m.onnx")
    for ending in ("skembed", "onnx"):
        for options in ([], ["--text", "title,more"]):
            run("predict", tmp_path / f"m.{ending}", table, *options, "--output", output)
            assert [row["predicted"] for row in read(output)] == expected
    named = write(tmp_path / "named.csv", [{"a,b": t, "label": i % 2} for i, t in enumerate(TEXTS)])
    run("train", named, "--text", '"a,b"', "--output", tmp_path / "named.skembed", *SMALL)


@pytest.mark.parametrize("ending", ["skembed", "onnx"])
def test_numbers(tmp_path, capsys, ending):
    rows = [{"text": t, "stars": 1.5 + i % 2} for i, t in enumerate(TEXTS)]
    table, model = write(tmp_path / "stars.csv", rows), tmp_path / "m.skembed"
    run("train", table, "--label", "stars", "--numbers", "--output", model, *SMALL)
    assert capsys.readouterr().err.startswith("32 texts, 2 epochs: ")
    run("export", model, tmp_path / "m.onnx")
    output = tmp_path / "answers.csv"
    run("predict", tmp_path / f"m.{ending}", table, "--output", output)
    answers = read(output)
    assert [*answers[0]] == ["text", "stars", "predicted"]
    found = [float(row["predicted"]) for row in answers]
    np.testing.assert_allclose(found, skembed.load(model).predict(TEXTS), atol=1e-4)
    capsys.readouterr()
    run("predict", tmp_path / f"m.{ending}", table, "--probabilities", status=1)
    assert "holds a regressor, which has no --probabilities." in capsys.readouterr().err


def test_numbers_are_compared(tmp_path, capsys):
    rows = [{"text": t, "stars": 1.5 + i % 2} for i, t in enumerate(TEXTS)]
    table = write(tmp_path / "stars.csv", rows)
    options = ["--networks", "cnn", "--folds", "2", "--epochs", "1"]
    run("compare", table, "--label", "stars", "--numbers", *options)
    shown = capsys.readouterr().out
    assert "TF-IDF + ridge regression (baseline)" in shown
    assert " r2 " in shown.splitlines()[0]
    table = write(tmp_path / "wrong.csv", [*rows, {"text": "sun", "stars": "many"}])
    run("compare", table, "--label", "stars", "--numbers", status=1)
    said = (
        "must hold numbers, but that of row 32 is 'many'. Correct it, remove the row, or predict "
    )
    said += "classes."
    assert said in capsys.readouterr().err


def test_classes_may_be_floats(tmp_path, capsys):
    ones = (1, 2, 4, 6)  # without regard to classes, one fold of two would hold all of these
    rows = [{"text": t, "label": 1.0 if i in ones else 0.0} for i, t in enumerate(TEXTS[:20])]
    table = write(tmp_path / "table.parquet", rows)
    run("compare", table, "--networks", "cnn", "--folds", "2", "--epochs", "1")
    shown = capsys.readouterr().out
    assert "TF-IDF + logistic regression (baseline)" in shown
    assert " accuracy " in shown.splitlines()[0]


def test_the_script_is_the_same_program(tmp_path):
    (script,) = entry_points(group="console_scripts", name="skembed")
    assert script.load() is main
    path = tmp_path / "skembed"
    path.write_text("from skembed.cli import main\nmain()\n")
    done = run_process("train", "--color", start=[sys.executable, path])
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: skembed train ")


@pytest.mark.parametrize("ending", ["skembed", "onnx"])
def test_a_model_is_measured(tmp_path, capsys, ending):
    rows = [{"text": t, "label": i % 2, "stars": 1.5 + i % 2} for i, t in enumerate(TEXTS)]
    table, model = write(tmp_path / "table.csv", rows), tmp_path / "m.skembed"
    typed = write(tmp_path / "table.parquet", rows)  # labels are numbers there, strings in CSV
    run("train", typed, "--output", model, *SMALL)
    run("export", model, tmp_path / "m.onnx")
    capsys.readouterr()
    run("evaluate", tmp_path / f"m.{ending}", table)
    shown = capsys.readouterr().out.splitlines()
    expected = skembed.load(model).score(TEXTS, [i % 2 for i in range(32)])
    assert shown[:2] == ["32 texts", f"accuracy {expected:.3f}"]
    assert shown[3].split() == ["precision", "recall", "f1-score", "support"]
    run("train", table, "--label", "stars", "--numbers", "--output", model, *SMALL)
    run("export", model, tmp_path / "m.onnx")
    capsys.readouterr()
    run("evaluate", tmp_path / f"m.{ending}", table, "--label", "stars")
    stars = [row["stars"] for row in rows]
    score = skembed.load(model).score(TEXTS, stars)
    error = np.abs(skembed.load(model).predict(TEXTS) - stars).mean()
    shown = capsys.readouterr().out.splitlines()
    assert shown == ["32 texts", f"R² {score:.3f}", f"mean absolute error {error:.4g}"]


def test_labels_of_another_column(model, tmp_path, capsys):
    rows = [{"text": "sun and sea", "day": day} for day in ("Mon", "Tue", "Mon")]
    run("evaluate", model, write(tmp_path / "days.csv", rows), "--label", "day", status=1)
    assert capsys.readouterr().err == (
        "Error: The model knows none of the labels. The table has Mon, Tue; the model knows fine, "
        "foul. Name the column of the labels with --label.\n"
    )


def test_labels_of_which_some_are_unknown(model, tmp_path, capsys):
    labels = ["fine", "Tue", *"abcde", "Tue"]
    rows = [{"text": "sun and sea", "label": label} for label in labels]
    run("evaluate", model, write(tmp_path / "rows.csv", rows))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "8 texts"
    said = "7 of them with a label that the model does not know: Tue, a, b, c, d, ..."
    assert lines[1] == said
    assert lines[2].startswith("accuracy 0.")
    run("evaluate", model, write(tmp_path / "rows.csv", rows[:1]))
    assert "does not know" not in capsys.readouterr().out


def test_a_model_that_joins_columns_itself(tmp_path, capsys):
    rows = [{"title": t, "more": "sun", "label": LABELS[i]} for i, t in enumerate(TEXTS)]
    table, frame = write(tmp_path / "t.csv", rows), {k: [r[k] for r in rows] for k in rows[0]}
    network = skembed.CNNTextClassifier(filters=4, epochs=2, random_state=0)
    model = make_pipeline(skembed.TextColumns(["title", "more"]), network).fit(frame, LABELS)
    skembed.save(model, tmp_path / "m.skembed")
    skembed.to_onnx(model, tmp_path / "m.onnx")
    for ending in ("skembed", "onnx"):
        name, output = tmp_path / f"m.{ending}", tmp_path / "answers.csv"
        run("predict", name, table, "--text", "title,more", "--output", output)
        assert [row["predicted"] for row in read(output)] == model.predict(frame).tolist()
        capsys.readouterr()
        run("evaluate", name, table, "--text", "title,more")
        assert f"accuracy {model.score(frame, LABELS):.3f}" in capsys.readouterr().out
        run("evaluate", name, table, "--text", "title", status=1)
        said = f"Error: {name} reads the columns title, more. Leave --text out.\n"
        assert capsys.readouterr().err == said


def test_a_model_of_columns_without_a_network(tmp_path, capsys):
    rows = [{"title": t, "more": "sun", "label": LABELS[i]} for i, t in enumerate(TEXTS)]
    words = make_pipeline(skembed.TextColumns(["title", "more"]), TfidfVectorizer())
    model = make_pipeline(*words, LogisticRegression()).fit(rows, LABELS)
    skembed.save(model, tmp_path / "m.skembed")
    run("evaluate", tmp_path / "m.skembed", write(tmp_path / "t.csv", rows))
    assert f"accuracy {model.score(rows, LABELS):.3f}" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["predict", "evaluate"])
@pytest.mark.parametrize("ending", ["skembed", "onnx"])
def test_a_model_in_place_of_the_table(table, model, tmp_path, capsys, command, ending):
    name, kind = model, "a skembed model file"
    if ending == "onnx":
        name, kind = tmp_path / "m.onnx", "an ONNX model"
        run("export", model, name)
        capsys.readouterr()
    run(command, table, name, status=1)
    said = f"Error: {name} is {kind}, but FILE must be a table. "
    assert capsys.readouterr().err == f"{said}The model comes first: {name} {table}.\n"
    run("train", name, "--output", tmp_path / "again.skembed", status=1)
    assert capsys.readouterr().err == f"{said}Name a table.\n"


@pytest.mark.parametrize("command", ["train", "compare"])
def test_labels_that_are_many_numbers(tmp_path, capsys, command):
    rows = [{"text": f"good film {i}", "price": 2.5 * (i % 23)} for i in range(46)]
    table, output = write(tmp_path / "t.csv", rows), ["--output", tmp_path / "m.skembed"]
    options = [*SMALL, *output, "--no-check"] if command == "train" else ["--networks", "cnn"]
    status = 0 if command == "train" else 1  # two texts of a label are too few for five folds
    run(command, table, "--label", "price", *options, status=status)
    assert capsys.readouterr().err.startswith(
        "The 23 different numbers in the column 'price' are read as classes. To predict numbers, "
        "add --numbers.\n"
    )
    if command == "train":
        run(command, table, "--label", "price", "--numbers", *options)
        assert "--numbers" not in capsys.readouterr().err


def test_labels_that_are_few_numbers(tmp_path, capsys):
    rows = [{"text": t, "label": i % 2} for i, t in enumerate(TEXTS)]
    table = write(tmp_path / "t.csv", rows)
    run("train", table, "--output", tmp_path / "m.skembed", *SMALL, "--no-check")
    assert "--numbers" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("classes", "written"),
    [
        ([False, True], ["FALSE", "true"]),
        ([0, 1], ["0", "1.0"]),
        ([0.0, 1.0], ["0", "1"]),
        ([0, 1], ["0", "9"]),
    ],
)
def test_labels_are_compared_by_what_they_mean(tmp_path, capsys, classes, written):
    rows = [{"text": t, "label": written[i % 2]} for i, t in enumerate(TEXTS)]
    table, y = write(tmp_path / "t.csv", rows), [classes[i % 2] for i in range(32)]
    model = skembed.CNNTextClassifier(filters=4, epochs=2, random_state=0).fit(TEXTS, y)
    skembed.save(model, tmp_path / "m.skembed")
    run("evaluate", tmp_path / "m.skembed", table)
    right = model.predict(TEXTS) == np.array(y)
    expected = right[::2].sum() / 32 if "9" in written else right.mean()
    assert f"accuracy {expected:.3f}" in capsys.readouterr().out


def test_several_answers_are_not_measured(table, tmp_path, capsys):
    y = np.array([[i % 2, 1 - i % 2] for i in range(32)])
    model = skembed.CNNTextClassifier(filters=4, epochs=1, random_state=0).fit(TEXTS, y)
    skembed.save(model, tmp_path / "m.skembed")
    run("evaluate", tmp_path / "m.skembed", table, status=1)
    assert "gives several answers for each text; evaluate measures one." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["trian", "{table}"], 2, "No such command 'trian'. Did you mean 'train'?"),
        (["tidy"], 2, "No such command 'tidy'. Commands are {commands}."),
        (["train", "{table}", "--ouput", "m"], 2, "Did you mean --output?"),
        (["train", "{table}", "--epochs", "x"], 2, "'x' is not a valid integer."),
        (["compare", "{table}", "--networks", "cnnn"], 2, "'cnnn' is not one of cnn, lstm."),
        (
            ["compare", "{table}", "--label", "lable"],
            1,
            "{table} has no column 'lable'. Its columns: 'text', 'label'. Did you mean 'label'?",
        ),
        (
            ["compare", "{table}", "--scoring", "f1_makro"],
            1,
            "scoring='f1_makro' is not a scorer of scikit-learn. Did you mean 'f1_macro' or "
            "'f1_micro'?",
        ),
        (
            ["demo", "--scoring", "f1_makro"],
            1,
            "scoring='f1_makro' is not a scorer of scikit-learn. Did you mean 'f1_macro' or "
            "'f1_micro'?",
        ),
        (
            ["compare", "{table}", "--folds", "17"],
            1,
            "--folds is 17, but there are 16 texts of the most frequent label. Use fewer folds.",
        ),
        (
            ["coverage", "{table}", "--embeddings", "glove.6b.50"],
            1,
            "'glove.6b.50' is neither a file nor a name in the catalogue. Did you mean "
            "'glove.6B.50d'?",
        ),
        (["export", "none.skembed", "m.onnx"], 1, "There is no file none.skembed."),
    ],
)
def test_mistakes_get_a_sentence(table, capsys, arguments, status, message):
    run(*(each.format(table=table) for each in arguments), status=status)
    said = capsys.readouterr().err
    names = "compare, coverage, demo, evaluate, export, predict, train"
    expected = message.format(table=table, commands=names)
    last = said.replace("'--output'", "--output").splitlines()[-1]  # as click before 8.4 has it
    assert last.endswith(expected)
    assert last.startswith("Error: ")


def test_a_header_with_a_blank(tmp_path, capsys):
    table = tmp_path / "blank.csv"
    table.write_text("text ,label\nsun,fine\n")
    run("train", table, "--output", tmp_path / "m.skembed", status=1)
    said = "has no column 'text'. Its columns: 'text ', 'label'. Did you mean 'text '?\n"
    assert capsys.readouterr().err.endswith(said)


def test_networks_in_capitals(table, tmp_path):
    run(
        "train",
        table,
        "--output",
        tmp_path / "m.skembed",
        "--network",
        "LSTM",
        *SMALL,
        "--no-check",
    )
    assert isinstance(skembed.load(tmp_path / "m.skembed"), skembed.LSTMTextClassifier)
