"""No command loses or half writes a file, whatever it is given."""

import gzip
import io
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import skembed
from skembed import CNNTextClassifier, serve
from skembed.data import Table
from tests.cli.commands import COMMAND, environment, run_process
from tests.cli.commands import run as run_command

ROWS = ["sun and sea", "rain and wind", "sun, sand", "wind and hail"] * 3
TABLE = "text,label\n" + "".join(
    f'"{text}",{label}\n' for text, label in zip(ROWS, ["fine", "foul"] * 6, strict=True)
)
VECTORS = "sun 1 0\nrain 0 1\n"

run = partial(run_command, status=1)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, with a table, a model, vectors and an earlier answer."""
    monkeypatch.chdir(tmp_path)
    Path("table.csv").write_text(TABLE)
    Path("vectors.txt").write_text(VECTORS)
    for name in ("answers.csv", "old.png", "old.skembed", "old.onnx"):
        Path(name).write_text("earlier")
    model = make_pipeline(TfidfVectorizer(), LogisticRegression())
    skembed.save(model.fit(ROWS, ["fine", "foul"] * 6), "model.skembed")
    return tmp_path


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


PREDICT = ["predict", "model.skembed", "table.csv", "--output"]
TRAIN = ["train", "table.csv", "--embeddings", "vectors.txt", "--output"]
COMPARE = ["compare", "table.csv", "--embeddings", "vectors.txt", "--plot"]
COVERAGE = ["coverage", "table.csv", "--embeddings", "vectors.txt", "--plot"]
DEMO = ["demo", "--csv", "table.csv", "--output"]
STREAMED = ["predict", "model.skembed", "-", "--format", "csv", "--output"]
EXPORT = ["export", "model.skembed"]


@pytest.mark.parametrize("link", [None, os.symlink, os.link])
@pytest.mark.parametrize(
    ("command", "lost", "role", "what"),
    [
        (PREDICT, "table.csv", "the table", "the answers"),
        (PREDICT, "model.skembed", "the model", "the answers"),
        (TRAIN, "table.csv", "the table", "the model"),
        (TRAIN, "vectors.txt", "the word vectors", "the model"),
        (COMPARE, "table.csv", "the table", "the picture"),
        (COMPARE, "vectors.txt", "the word vectors", "the picture"),
        (COVERAGE, "table.csv", "the table", "the picture"),
        (COVERAGE, "vectors.txt", "the word vectors", "the picture"),
        (DEMO, "table.csv", "the table", "the picture"),
        (EXPORT, "model.skembed", "the model", "the model"),
    ],
)
def test_an_output_that_is_an_input(command, lost, role, what, link, folder, capsys):
    output = "./" + lost
    if link is not None:
        output = "link.png" if what == "the picture" else "link.csv"
        link(lost, output)
    elif what == "the picture":
        os.rename(lost, lost + ".png")
        command = [word + ".png" if word == lost else word for word in command]
        lost += ".png"
        output = "../" + folder.name + "/" + lost
    before = contents(folder)
    told = role == "the table" and what == "the picture" and command[0] != "demo"
    format_ = ["--format", "csv"] if told else []
    out = ["--output-format", "csv"] if command is PREDICT else []
    run(*command, output, *format_, *out)
    assert capsys.readouterr().err == (
        f"Error: {output} is the same file as {role} ({lost}), which would be lost. Write {what} "
        "to another file.\n"
    )
    assert contents(folder) == before


def test_files_that_gensim_wrote_beside_the_vectors(folder, capsys):
    for name in ("vectors.txt.vectors.npy", "vectors.txt.vectors.png.npy"):
        Path(name).write_text("earlier")
    run(*TRAIN, "vectors.txt.vectors.npy")
    assert "is the same file as the word vectors (vectors.txt.vectors.npy)" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("mode", "output"),
    [
        ("ab", "-"),
        pytest.param("r+b", "-", marks=pytest.mark.slow),
        pytest.param("ab", "table.csv", marks=pytest.mark.slow),
        ("ab", "/dev/stdout"),
    ],
)
def test_standard_streams_of_the_same_file(mode, output, folder):
    """``predict m - < t.csv >> t.csv`` would read what it writes, without an end."""
    with open("table.csv", "rb") as stdin, open("table.csv", mode) as stdout:
        done = run_process(
            *STREAMED, output, "--output-format", "csv", stdin=stdin, stdout=stdout, timeout=120
        )
    name = "standard output" if output == "-" else output
    assert done.stderr == (
        f"Error: {name} is the same file as the table (standard input), which would be lost. "
        "Write the answers to another file.\n"
    )
    assert done.returncode == 1
    assert Path("table.csv").read_text() == TABLE


def test_a_picture_where_the_report_is_printed(folder):
    with open("old.png", "wb") as stdout:
        done = run_process(*COVERAGE, "old.png", stdout=stdout)
    assert done.returncode == 1
    assert "old.png is the same file as the report (standard output)" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([*PREDICT, "answers.csv", "--text", "txt"], "column 'txt'"),
        (
            ["predict", "model.skembed", "none.csv", "--output", "answers.csv"],
            "Error: There is no file none.csv.\n",
        ),
        (
            ["predict", "none.skembed", "table.csv", "--output", "answers.csv"],
            "Error: There is no file none.skembed.\n",
        ),
        (
            ["predict", "model.skembed", "bad.csv", "--output", "answers.csv"],
            "bad.csv, line 1101: 1 cell, but",
        ),
        (["predict", "model.skembed", "cut.csv.gz", "--output", "answers.csv"], "cut.csv.gz"),
        (["predict", "model.skembed", ".", "--output", "answers.csv"], ". is a folder, but a file"),
        ([*PREDICT, "answers.json"], "--output-format and one of csv, tsv, jsonl, parquet.\n"),
        ([*PREDICT, "./"], "./ is a folder. Give the name of a file for the answers.\n"),
        (
            ["predict", "model.skembed", ".", "--format", "csv", "--output", "answers.csv"],
            "Error: . is a folder, but a file is needed.\n",
        ),
        (["train", "table.csv", "--label", "lab", "--output", "old.skembed"], "column 'lab'"),
        (["train", "table.csv", "--embeddings", "none.txt", "--output", "old.skembed"], "none.txt"),
        (["export", "model.skembed", "old.onnx"], "to_onnx takes"),
        ([*COVERAGE, "old.png", "--text", "txt"], "column 'txt'"),
        (["compare", "table.csv", "--plot", "old.png", "--folds", "50"], "50"),
    ],
)
def test_an_earlier_output_stays_when_something_is_wrong(arguments, message, folder, capsys):
    rows = [*["sun,fine"] * 1099, "sun", "sun,fine"]
    Path("bad.csv").write_text("\n".join(["text,label", *rows]))
    Path("cut.csv.gz").write_bytes(gzip.compress(TABLE.encode() * 100)[:-9])
    before = contents(folder)
    run(*arguments)
    said = capsys.readouterr().err
    assert said.startswith("Error: ")
    assert message in said
    assert "[Errno" not in said
    assert contents(folder) == before
    assert not list(folder.glob(".*"))


def test_standard_output_that_is_closed(folder, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout", None)
    run("predict", "model.skembed", "table.csv")
    assert capsys.readouterr().err == "Error: Standard output is closed; give --output.\n"


@pytest.mark.parametrize("name", ["answers.csv", "a.tsv", "a.jsonl", "a.csv.gz", "a.parquet"])
def test_a_failing_row_leaves_every_format_as_it_was(name, folder):
    Path("bad.csv").write_text("\n".join(["text,label", *["sun,fine"] * 1099, "sun"]))
    Path(name).write_text("earlier")
    run("predict", "model.skembed", "bad.csv", "--output", name)
    assert Path(name).read_text() == "earlier"
    assert not list(folder.glob(".*"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([*PREDICT, "no/a.csv"], "There is no folder {folder}/no for the answers."),
        ([*TRAIN, "no/a.skembed"], "There is no folder {folder}/no for the model."),
        ([*EXPORT, "no/a.onnx"], "There is no folder {folder}/no for the model."),
        ([*COMPARE, "no/a.png"], "There is no folder {folder}/no for the picture."),
        ([*COVERAGE, "table.csv/a.png"], "There is no folder {folder}/table.csv for the picture."),
        ([*PREDICT, "."], None),
        ([*PREDICT, ".", "--output-format", "csv"], ". is a folder. Give the name of a file for"),
        ([*COVERAGE, "a.txt"], "'a.txt' does not have an ending that matplotlib can draw. Use"),
        ([*COMPARE, "a.xls"], "'a.xls' does not have an ending that matplotlib can draw. Use"),
        ([*PREDICT, "a.txt"], "a.txt does not show the format. Add --output-format and one of"),
        ([*PREDICT, "a"], "a does not show the format. Add --output-format and one of"),
        (["train", "a.txt", "--output", "m"], "a.txt does not show the format. Add --format and"),
        (["predict", "model.skembed"], "Standard input has no name to show the format. Add --for"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is_read(
    arguments, message, folder, capsys, monkeypatch
):
    Path("a.txt").write_text(TABLE)
    monkeypatch.setattr(Table, "blocks", None)  # which cannot be called
    monkeypatch.setattr(skembed, "load", None)
    monkeypatch.setattr(serve, "Predictor", None)
    run(*arguments)
    said = capsys.readouterr().err
    assert said.startswith("Error: " + (message or "").format(folder=folder))


# Other ends.


def start(arguments):
    """Start a predict that waits for rows, when it has begun to write.

    A stop may come just when Python opens the file, before the block that closes it has begun.
    """
    python, *module = COMMAND
    quiet = ["-W", "ignore::ResourceWarning"]
    process = subprocess.Popen(
        [python, *module[:2], *quiet, *module[2:], "predict", "model.skembed", "-", "--format",
         "csv", *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    process.stdin.write(TABLE.encode())
    process.stdin.flush()
    deadline = time.monotonic() + 120
    while not list(Path().glob(".*.unfinished/new*")):
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return process


@pytest.fixture
def usual_signals():
    """Give signals their usual handlers: under nohup they are ignored, and commands inherit it."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    usual[signal.SIGHUP] = signal.SIG_DFL
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.process
@pytest.mark.usefixtures("usual_signals")
@pytest.mark.skipif(os.name == "nt", reason="needs signals of Unix")
@pytest.mark.parametrize(
    ("number", "status", "name"),
    [
        (signal.SIGINT, 130, "answers.csv"),
        (signal.SIGTERM, 143, "a.csv.gz"),
        pytest.param(signal.SIGHUP, 129, "answers.csv", marks=pytest.mark.slow),
    ],
)
def test_a_stop_leaves_the_earlier_answer(number, status, name, folder):
    Path(name).write_text("earlier")
    before = contents(folder)
    process = start(["--output", name])
    process.send_signal(number)
    _, err = process.communicate(timeout=120)
    assert process.returncode == status, err
    assert err == (b"\ninterrupted\n" if number == signal.SIGINT else b"")
    assert contents(folder) == before
    assert not list(folder.glob(".*"))


STOPPED = """
import contextlib, sys
from skembed.cli import main

def enter_and_stop(self, context):
    context.__enter__()
    raise {error}

contextlib.ExitStack.enter_context = enter_and_stop
main(sys.argv[1:])
"""


@pytest.mark.process
@pytest.mark.parametrize(
    ("error", "status"), [("SystemExit(143)", 143), ("KeyboardInterrupt", 130)]
)
def test_a_stop_between_opening_and_writing(error, status, folder):
    before = contents(folder)
    program = [sys.executable, "-c", STOPPED.format(error=error)]
    done = run_process(*PREDICT, "answers.csv", start=program)
    assert done.returncode == status
    assert contents(folder) == before
    assert not list(folder.glob(".*"))


@pytest.mark.usefixtures("usual_signals")
@pytest.mark.skipif(os.name == "nt", reason="needs signals of Unix")
def test_signals_have_their_earlier_handlers_afterwards(folder):
    run(*PREDICT, "answers.csv", status=0)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL


def test_a_reader_that_goes_is_told_by_the_status_alone(folder):
    Path("long.csv").write_text("text\n" + "sun and sea\n" * 50_000)
    with subprocess.Popen(
        [*COMMAND, "predict", "model.skembed", "long.csv"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    ) as process:  # fmt: skip
        assert process.stdout.readline() == b"text,predicted,probability\r\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.process
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [
        ["predict", "model.skembed", "table.csv"],
        [*PREDICT, "/dev/full", "--output-format", "csv"],
        [*PREDICT, "/dev/full", "--output-format", "parquet"],
        COVERAGE[:-1],
    ],
)
def test_a_full_output_is_not_success(arguments, folder):
    with open("/dev/full", "wb") as full:
        done = run_process(*arguments, stdout=full)
    assert (done.returncode, done.stderr) == (1, "Error: No space left on device\n")


@pytest.mark.process
@pytest.mark.parametrize("name", ["rows.parquet", "-"])
def test_parquet_to_files_and_pipes(name, folder):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet

    done = run_process(*PREDICT, name, "--output-format", "parquet", encoding=None)
    assert done.returncode == 0, done.stderr
    source = pa.BufferReader(done.stdout) if name == "-" else name
    found = pyarrow.parquet.read_table(source)
    assert found["text"].to_pylist() == ROWS
    assert found["predicted"].to_pylist() == ["fine", "foul"] * 6


# Columns of the answers.


@pytest.mark.parametrize("name", ["predicted", "probability", "p(fine)"])
@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_a_column_with_the_name_of_an_answer(name, suffix, folder, capsys):
    table = Path(f"taken.{suffix}")
    if suffix == "csv":
        table.write_text(f"text,{name}\nsun,mine\n")
    else:
        table.write_text(f'{{"text": "sun"}}\n{{"text": "sea", "{name}": "mine"}}\n')
    output = Path(f"answers.{suffix}")
    output.write_text("earlier")
    command = ["predict", "model.skembed", table, "--output", output, "--probabilities"]
    run(*command)
    assert capsys.readouterr().err == (
        f"Error: {table} already has a column {name!r}, which an answer would replace. Give the "
        "added columns other names with --prefix, such as --prefix new_.\n"
    )
    assert output.read_text() == "earlier"
    run(*command, "--prefix", "new_", status=0)
    said = output.read_text()
    assert "mine" in said
    for added in ("new_predicted", "new_probability", "new_p(fine)", "new_p(foul)"):
        assert added in said


def test_a_prefix_that_is_taken_too(folder, capsys):
    Path("new.csv").write_text("text,new_predicted\nsun,a\n")
    run("predict", "model.skembed", "new.csv", "--prefix", "new_")
    assert capsys.readouterr().err == (
        "Error: new.csv already has a column 'new_predicted', which an answer would replace. Give "
        "the added columns other names with --prefix, such as --prefix new_new_.\n"
    )


def test_a_class_column_is_free_without_probabilities(folder):
    Path("taken.csv").write_text("text,p(fine)\nsun,mine\n")
    run("predict", "model.skembed", "taken.csv", "--output", "answers.csv", status=0)
    header, row = Path("answers.csv").read_text().splitlines()
    assert header == "text,p(fine),predicted,probability"
    assert row.startswith("sun,mine,fine,0.")


def test_a_later_row_with_another_column(folder, capsys):
    for name in ("answers.csv", "answers.parquet"):
        Path(name).write_text("earlier")
        Path("rows.jsonl").write_text('{"text": "sun"}\n' * 1024 + '{"text": "sea", "id": 1}\n')
        run("predict", "model.skembed", "rows.jsonl", "--output", name)
        assert capsys.readouterr().err == (
            "Error: A row has 'id', which the first row does not have, but all rows of the answers "
            "must have the columns of the first. Write the answers as JSON lines (--output-format "
            "jsonl).\n"
        )
        assert Path(name).read_text() == "earlier"


def test_half_a_surrogate_pair(folder, capsys):
    Path("rows.jsonl").write_text('{"text": "sun", "id": "\\ud800"}\n')
    run("predict", "model.skembed", "rows.jsonl", "--output", "answers.csv")
    assert capsys.readouterr().err == (
        "Error: answers.csv cannot hold '\\ud800', which is not a whole character. Write JSON "
        "lines: --output-format jsonl.\n"
    )
    assert Path("answers.csv").read_text() == "earlier"
    run("predict", "model.skembed", "rows.jsonl", "--output", "answers.jsonl", status=0)
    assert '"id": "\\ud800"' in Path("answers.jsonl").read_text()


def test_a_loss_that_is_no_number(folder, capsys, monkeypatch):
    def diverge(self, X, y):
        raise FloatingPointError("The training loss became nan in batch 1 of 1.")

    monkeypatch.setattr(CNNTextClassifier, "fit", diverge)
    run("train", "table.csv", "--output", "new.skembed")
    assert capsys.readouterr().err == "Error: The training loss became nan in batch 1 of 1.\n"
    assert not Path("new.skembed").exists()


def test_half_a_surrogate_pair_in_the_name_of_a_column(folder, capsys):
    Path("rows.jsonl").write_text('{"text": "sun", "\\ud800": 1}\n')
    run("predict", "model.skembed", "rows.jsonl", "--output", "answers.csv")
    assert capsys.readouterr().err == (
        "Error: answers.csv cannot hold '\\ud800', which is not a whole character. Write JSON "
        "lines: --output-format jsonl.\n"
    )
    assert Path("answers.csv").read_text() == "earlier"
    run("predict", "model.skembed", "rows.jsonl", "--output", "answers.parquet")
    said = capsys.readouterr().err
    assert said.startswith("Error: Parquet cannot hold the column '\\ud800': ")
    assert said.endswith(" Write the answers as JSON lines: --output-format jsonl.\n")


# Options.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["train", "t.csv", "--output", "m", "--text", "description", "--text", "title"],
            "--text is given 2 times, but takes one value. Name several columns at once: --text "
            "title,description.",
        ),
        (
            ["predict", "m", "t.csv", "--output=a.csv", "--output", "b.csv"],
            "--output is given 2 times, but takes one value. Give it once.",
        ),
        (["compare", "t.csv", "--epochs", "3", "--epochs", "3"], "--epochs is given 2 times, but"),
        (["coverage", "t.csv", "--embeddings", "a", "--embeddings", "b"], "--embeddings is given"),
        (["export", "m", "o", *["--embedding-dtype", "int8"] * 3], "--embedding-dtype is given 3"),
        (["train", "t.csv", "--output", "m", "--wide", "--no-wide"], "--wide is given 2 times"),
        (["demo", "--csv", "t.csv", "--csv", "u.csv"], "--csv is given 2 times"),
    ],
)
def test_an_option_that_is_given_twice(arguments, message, folder, capsys):
    Path("m").write_text("earlier")
    run(*arguments, status=2)
    assert f"Error: {message}" in capsys.readouterr().err


# What is printed.


@pytest.mark.filterwarnings("ignore:Glyph:UserWarning")
@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp932", "cp949", "utf-8"])
def test_reports_in_any_encoding(encoding, folder, monkeypatch):
    Path("table.csv").write_text(TABLE.replace("fine", "日本é").replace("sea", "모래"), "utf-8")
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding))
    run(*COVERAGE, "new.png", "--label", "label", status=0)
    said = printed.getvalue().decode(encoding)
    for text in ("모래 (3)", "日本é"):
        assert text.encode(encoding, "backslashreplace").decode(encoding) in said
    assert Path("new.png").read_bytes().startswith(b"\x89PNG")


def test_a_report_is_printed_before_a_drawing_fails(folder, capsys, monkeypatch):
    from skembed.text import Coverage

    def fail(self):
        raise ValueError("No picture of this.")

    monkeypatch.setattr(Coverage, "plot", fail)
    run(*COVERAGE, "old.png")
    out, err = capsys.readouterr()
    assert "Most frequent words without a vector: and (9)" in out
    assert err == "Error: No picture of this.\n"
    assert Path("old.png").read_text() == "earlier"


def test_a_picture_is_drawn_where_printing_fails(folder):
    read, write = os.pipe()
    os.close(read)
    done = run_process(*COVERAGE, "old.png", stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "old.png\n")
    assert Path("old.png").read_bytes().startswith(b"\x89PNG")


def test_a_fold_that_fails_is_not_success(folder, capsys, monkeypatch):
    def fit(self, X, y):
        if self.wide:
            raise RuntimeError("out of order")
        self.inner_ = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(X, y)
        self.classes_ = self.inner_.classes_
        return self

    def predict(self, X):
        return self.inner_.predict(X)

    monkeypatch.setattr(CNNTextClassifier, "fit", fit)
    monkeypatch.setattr(CNNTextClassifier, "predict", predict)
    monkeypatch.setattr(CNNTextClassifier, "classes_", None)  # an attribute in place of a property
    run("compare", "table.csv", "--networks", "cnn", "--folds", "2", "--plot", "old.png")
    out, err = capsys.readouterr()
    assert out.splitlines()[-4:] == [
        "The difference between CNN alone and TF-IDF + logistic regression is +0.000 accuracy on "
        "every fold, so its uncertainty is not known.",
        "CNN cannot be compared with TF-IDF + logistic regression, because a fit has failed.",
        *(f"CNN failed on fold {k}: RuntimeError: out of order" for k in (1, 2)),
    ]
    assert err == "old.png\nError: 2 of 6 fits failed; the report says why.\n"
    assert Path("old.png").read_bytes().startswith(b"\x89PNG")
