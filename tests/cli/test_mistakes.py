"""Mistakes of people who know other programs, and the sentence that each of them gets."""

import zipfile

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import skembed
from tests.cli.commands import run


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, with two tables."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("title,body,length,label\nsun,sea,7,fine\nrain,hail,8,foul\n")
    return tmp_path


def refused(capsys, *arguments, status=2):
    """Return the sentence with which a command ends with this status."""
    run(*arguments, status=status)
    out, err = capsys.readouterr()
    assert out == ""
    *usage, said = err.splitlines()
    assert len(usage) == (3 if status == 2 else 0)  # the usage, a hint at --help, a blank line
    return said


TRAIN, COMPARE = ["train", "a.csv"], ["compare", "a.csv"]
PROGRAM = "python -m skembed"
NO_TEXT = "There is no file {}. It must be the name of a file, not a text."


@pytest.mark.parametrize(
    ("command", "option", "advice"),
    [
        (TRAIN, "--model", "Use --network."),
        (COMPARE, "--models", "Use --networks."),
        (COMPARE, "--model", "Use --networks."),
        (["predict"], "--model", f"MODEL needs no option: {PROGRAM} predict MODEL FILE"),
        (TRAIN, "--target", "Use --label."),
        (TRAIN, "--y", "Use --label."),
        (["train"], "--input", f"FILE needs no option: {PROGRAM} train FILE"),
        (["demo"], "--input", "Use --csv."),
        (["export", "m"], "--output", f"OUTPUT needs no option: {PROGRAM} export MODEL OUTPUT"),
        (TRAIN, "-o", "Use --output."),
        (COMPARE, "--output", "Use --plot."),
        (COMPARE, "--cv", "Use --folds."),
        (TRAIN, "--random-state", "Use --seed."),
        (TRAIN, "--regression", "Use --numbers."),
        (["export", "m", "o"], "--quantize", "Use --embedding-dtype."),
        (TRAIN, "--lr", "Set it in Python: CNNTextClassifier(learning_rate=...)."),
        (TRAIN, "--learning-rate", "Set it in Python: CNNTextClassifier(learning_rate=...)."),
        (COMPARE, "--batch-size", "Set it in Python: CNNTextClassifier(batch_size=...)."),
        (
            ["predict", "m", "a.csv"],
            "--label",
            "predict needs no labels. Measure a model on labels with evaluate.",
        ),
        (TRAIN, "--epoch", "Did you mean '--epochs'?"),
        (["evaluate", "m", "a.csv"], "--hel", ""),
    ],
)
def test_options_of_other_programs(command, option, advice, folder, capsys):
    said = refused(capsys, *command, option, "x")
    assert said == f"Error: No such option {option!r}. {advice}".rstrip()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            [*TRAIN, "--text", "title", "body", "--output", "m"],
            "Unexpected argument 'body'. Separate names by commas: --text title,body",
        ),
        (
            ["train", "--text=title,", "body", "a.csv", "--output", "m"],
            "Unexpected argument 'a.csv'. Separate names by commas: --text title,body",
        ),
        (
            [*COMPARE, "--networks", "cnn", "lstm"],
            "Unexpected argument 'lstm'. Separate names by commas: --networks cnn,lstm",
        ),
        (
            [*COMPARE, "b.csv"],
            "Unexpected argument 'b.csv'. compare reads one table. Run it for each table, or put "
            "all rows into one file.",
        ),
        (
            [*TRAIN, "m.skembed"],
            "Unexpected argument 'm.skembed'. To write to a file, use --output m.skembed",
        ),
        (["export", "m", "o", "p"], "Got unexpected extra argument (p)"),
    ],
)
def test_arguments_too_many(arguments, message, folder, capsys):
    assert refused(capsys, *arguments) == f"Error: {message}"


def test_help_comes_before_mistakes(folder, capsys):
    run("compare", "a.csv", "b.csv", "--help")
    assert capsys.readouterr().out.startswith(f"Usage: {PROGRAM} compare ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["predict", "a.csv", "--text", "body"],
            f"a.csv is a table, but MODEL comes first: {PROGRAM} predict MODEL a.csv",
        ),
        (
            ["predict", "a.csv", "b.csv"],
            "a.csv is a table, but MODEL must be a file of train or export.",
        ),
        (
            ["evaluate", "a.csv", "b.csv"],
            "a.csv is a table, but MODEL must be a file of train or export.",
        ),
        (
            ["export", "a.csv", "m.onnx"],
            "a.csv is a table, but MODEL must be a file of train or export.",
        ),
        (["predict", "nofile", "--text", "body"], "There is no file nofile."),
        (["predict", "nofile.csv"], "There is no file nofile.csv."),
        (["predict", "a model", "nofile"], NO_TEXT.format("a model")),
        (["predict", "m.skembed", "nofile"], "There is no file nofile."),
        (["predict", "m.skembed", "this is a text"], NO_TEXT.format("this is a text")),
        (["evaluate", "m.skembed", "nofile"], "There is no file nofile."),
        (["train", "nofile", "--output", "m"], "There is no file nofile."),
    ],
)
def test_files_that_are_not_there_or_not_meant(arguments, message, folder, capsys):
    (folder / "m.skembed").write_text("")
    assert refused(capsys, *arguments, status=1) == f"Error: {message}"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model of one column of texts, and one that reads the columns title and body."""
    folder = tmp_path_factory.mktemp("models")
    texts, labels = ["sun", "rain"] * 4, ["fine", "foul"] * 4
    words = make_pipeline(TfidfVectorizer(), LogisticRegression())
    skembed.save(words.fit(texts, labels), folder / "one.skembed")
    rows = {"title": texts, "body": texts}
    columns = make_pipeline(skembed.TextColumns([*rows]), words)
    skembed.save(columns.fit(rows, labels), folder / "two.skembed")
    return folder


HAS = "Its columns: 'title', 'body', 'length', 'label'."


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            [*TRAIN, "--text", "title body", "--output", "m"],
            f"a.csv has no column 'title body'. {HAS} Name several columns so: --text title,body.",
        ),
        (
            [*TRAIN, "--text", "title", "--features", "length body", "--output", "m"],
            "a.csv has no column 'length body'. Its columns: 'title', 'body', 'length'. Name "
            "several columns so: --features length,body.",
        ),
        (
            ["predict", "one.skembed", "a.csv", "--text", "words"],
            f"a.csv has no column 'words'. {HAS} Choose columns with --text.",
        ),
        (
            ["evaluate", "one.skembed", "a.csv", "--text", "words"],
            f"a.csv has no column 'words'. {HAS} Choose columns with --text and --label.",
        ),
        (
            ["predict", "two.skembed", "c.csv"],
            "c.csv has no column 'title'. Its columns: 'subject', 'body'. two.skembed was trained "
            "on the columns title, body; rename those of the table.",
        ),
    ],
)
def test_columns_that_are_not_there(arguments, message, folder, model, capsys):
    for path in model.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "c.csv").write_text("subject,body\nsun,sea\n")
    assert refused(capsys, *arguments, status=1) == f"Error: {message}"


AS_LINES = (
    "Save it as JSON lines, with an object on each line: pandas.read_json(old).to_json(new, "
    "orient='records', lines=True)."
)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('[{"title": "sun"}]', 'must be a JSON object, got \'[{"title": "sun"}]\'.'),
        (
            '[\n  {"title": "sun"}\n]',
            "is not JSON: Expecting value: line 2 column 1 (char 2).",
        ),
    ],
)
def test_a_list_in_place_of_json_lines(content, problem, folder, capsys):
    (folder / "t.json").write_text(content)
    said = refused(capsys, "train", "t.json", "--format", "jsonl", "--output", "m", status=1)
    assert said == f"Error: t.json, line 1 {problem} {AS_LINES}"


def test_an_excel_file(folder, capsys):
    with zipfile.ZipFile("t.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    said = refused(capsys, "train", "t.xlsx", "--output", "m", status=1)
    assert said == (
        "Error: t.xlsx is an Excel file. Save its table as CSV (in a spreadsheet: 'CSV UTF-8')."
    )


@pytest.mark.parametrize(
    "command", [[*TRAIN, "--output", "m"], COMPARE, ["evaluate", "one.skembed", "a.csv"]]
)
def test_numbers_are_not_texts(command, folder, model, capsys):
    (folder / "one.skembed").write_bytes((model / "one.skembed").read_bytes())
    said = refused(capsys, *command, "--text", "length", status=1)
    assert said == (
        "Error: a.csv: column 'length' holds only numbers, such as '7', but a text has words. "
        "Choose columns with --text and --label."
    )


@pytest.mark.parametrize("command", [["coverage", "a.csv"], [*TRAIN, "--output", "m"], COMPARE])
def test_vectors_that_are_not_here(command, folder, capsys, monkeypatch):
    monkeypatch.setenv("SKEMBED_CACHE", str(folder / "cache"))
    with (folder / "a.csv").open("a") as file:
        file.write("sand,hot,9,fine\nfog,cold,9,foul\n" * 4)
    options = ["--text", "title", "--embeddings", "glove.6B.300d"]
    said = refused(capsys, *command, *options, status=1)
    assert said.startswith(
        "Error: The vectors glove.6B.300d are not on this machine: "
        "python -c \"import skembed; skembed.WordVectors.download('glove.6B.300d')\" fetches "
    )
