"""Tables that the commands read: their columns, separators and encodings, from files and pipes."""

import csv
import gzip
import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.pipeline import make_pipeline

import skembed
from skembed import CNNTextClassifier
from skembed.cli import main
from tests.cli.commands import run, run_process

TEXTS = ["good film", "bad film"] * 8
LABELS = ["012", "NA"] * 8


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("models") / "model.skembed")
    classifier = CNNTextClassifier(filters=2, embedding_dim=2, epochs=1, random_state=0)
    skembed.save(classifier.fit(TEXTS, LABELS), path)
    return path


def answers_of(path):
    """Return the cells of a CSV file without the last two columns, which are the answers."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = [*csv.reader(file)]
    assert rows[0][-2:] == ["predicted", "probability"]
    return [row[:-2] for row in rows]


def write(table, path):
    of_format = {".parquet": pyarrow.parquet.write_table, ".feather": pyarrow.feather.write_feather}
    of_format[path.suffix](table, path)


def refused(capsys, *arguments):
    run(*arguments, status=1)
    return capsys.readouterr().err


def test_answers_keep_all_columns_as_they_are(model, tmp_path):
    rows = [
        ["n", "text", "n", "", ""],
        ["1", "good film", "002", "", "x"],
        ["NA", "two\r\nlines, and a mark: \"", " 3 ", "", ""],
    ]  # fmt: skip
    path, output = tmp_path / "rows.csv", tmp_path / "answers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    main(["predict", model, str(path), "--output", str(output)])
    assert answers_of(output) == rows


def test_several_columns_of_a_name_are_not_lost_in_json(model, tmp_path, capsys):
    (tmp_path / "rows.csv").write_text("text,n,n\ngood,1,2\n")
    for name in ("answers.jsonl", "answers.parquet"):
        said = refused(capsys, "predict", model, tmp_path / "rows.csv", "--output", tmp_path / name)
        assert said == (
            "Error: The table has several columns 'n', which only CSV and TSV can hold. "
            "Write the answers as CSV.\n"
        )


def test_json_lines_whose_keys_differ(model, tmp_path, capsys):
    lines = ['{"text": "good", "a": 1}', '{"a": null, "text": "bad"}', '{"text": "bad"}']
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(lines))
    main(["predict", model, str(path), "--output", str(tmp_path / "answers.jsonl")])
    found = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text().splitlines()]
    assert [dict([*row.items()][:-2]) for row in found] == [*map(json.loads, lines)]
    main(["predict", model, str(path), "--output", str(tmp_path / "answers.csv")])
    expected = [["text", "a"], ["good", "1"], ["bad", ""], ["bad", ""]]
    assert answers_of(tmp_path / "answers.csv") == expected
    path.write_text('{"text": "good"}\n{"text": "bad", "b": 1}\n')
    for name in ("answers.csv", "answers.parquet"):
        said = refused(capsys, "predict", model, path, "--output", tmp_path / name)
        assert "A row has 'b', which the first row does not have" in said


@pytest.mark.parametrize("name", ["rows.parquet", "rows.feather"])
def test_columnar_tables_keep_their_types(name, model, tmp_path):
    table = pa.table({"n": [[1], None], "text": ["good", "bad"], "day": pa.array([1, 2], "date32")})
    write(table, tmp_path / name)
    main(["predict", model, str(tmp_path / name), "--output", str(tmp_path / "answers.parquet")])
    answers = pyarrow.parquet.read_table(tmp_path / "answers.parquet")
    assert answers.select(["n", "text", "day"]).to_pylist() == table.to_pylist()


def test_arrow_is_not_written(model, tmp_path, capsys):
    path = tmp_path / "rows.feather"
    write(pa.table({"text": ["good"]}), path)
    said = refused(capsys, "predict", model, path)
    assert "Answers cannot be written as arrow. Add --output-format and one of csv, tsv, " in said


@pytest.mark.parametrize("given", ["^", "tab", "\\t"])
def test_separators_and_encodings_are_given(given, tmp_path, capsys):
    separator = "^" if given == "^" else "\t"
    path, model = tmp_path / "rows.csv", tmp_path / "m.skembed"
    rows = [f"{text} é{separator}{label}" for text, label in zip(TEXTS, LABELS, strict=True)]
    path.write_bytes("\r\n".join([f"text{separator}label", *rows]).encode("cp1252"))
    options = ["--separator", given, "--encoding", "cp1252"]
    main(["train", str(path), "--output", str(model), "--epochs", "1", "--no-wide", *options])
    assert skembed.load(model).classes_.tolist() == ["012", "NA"]
    main(["predict", str(model), str(path), "--output", str(tmp_path / "a.csv"), *options])
    assert answers_of(tmp_path / "a.csv")[1:3] == [["good film é", "012"], ["bad film é", "NA"]]
    capsys.readouterr()
    said = refused(capsys, "predict", model, path, "--separator", ";;")
    assert "separator must be one character, such as ',', ';', '|' or a tab" in said


@pytest.mark.parametrize(
    ("content", "place"),
    [("n;text\n1;good\n2;\n", "line 3"), ('n,text\n1,"a\nb"\n2," "\n', "line 4")],
)
def test_predicting_needs_a_text_in_each_row(content, place, model, tmp_path, capsys):
    path = tmp_path / "rows.csv"
    path.write_text(content)
    said = refused(capsys, "predict", model, path, "--output", tmp_path / "answers.csv")
    assert said == (
        f"Error: {path}, {place}: column 'text' is empty. Fill it in, or remove the row.\n"
    )


@pytest.mark.process
@pytest.mark.parametrize(
    ("input", "status", "out", "err"),
    [
        (b"\xff\xfe" + "n|text\r1|gòod\r\r".encode("utf-16-le"), 0, "n,text,predicted,probab", ""),
        (b'n,text\n1,"good\n', 1, "", "Error: standard input, line 2: a cell begins with a quot"),
        (b"n;text\n1;g\xf2od\n", 1, "", "Error: standard input must be UTF-8, but byte 10 is 0xf2"),
        (
            gzip.compress(b"text\na\n"),
            1, "", "Error: standard input is a gzip archive. Unpack it first.\n",
        ),
        (
            b"text,predicted\na,b\n",
            1, "", "Error: standard input already has a column 'predicted', which an answer",
        ),
    ],
)  # fmt: skip
def test_pipes(input, status, out, err, model):
    done = run_process("predict", model, "-", "--format", "csv", input=input, encoding=None)
    assert done.returncode == status
    assert done.stdout.decode().startswith(out)
    assert done.stderr.decode().startswith(err)


def test_a_compressed_table_has_an_encoding_too(model, tmp_path):
    path = tmp_path / "rows.CSV.GZ"
    path.write_bytes(gzip.compress("text;n\ngòod;1\n".encode("latin-1")))
    main(
        ["predict", model, str(path), "--encoding", "latin-1", "--output", str(tmp_path / "a.csv")]
    )
    assert answers_of(tmp_path / "a.csv") == [["text", "n"], ["gòod", "1"]]


def test_standard_input_that_is_closed(model, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", None)
    said = refused(capsys, "predict", model, "-", "--format", "csv")
    assert said == "Error: Standard input is closed; give a file.\n"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("rows.csv", "id;text\n", "id,text,predicted,probability\r\n"),
        ("rows.tsv", "id\ttext\n\n", "id\ttext\tpredicted\tprobability\r\n"),
        ("rows.jsonl", "\n", ""),
    ],
)
def test_a_table_without_rows_has_columns(name, content, expected, model, tmp_path):
    path, output = tmp_path / name, tmp_path / f"answers{Path(name).suffix}"
    path.write_text(content)
    main(["predict", model, str(path), "--output", str(output)])
    assert output.read_bytes().decode() == expected


@pytest.mark.parametrize("name", ["rows.parquet", "rows.feather"])
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_columnar_table_without_rows_has_columns(name, suffix, model, tmp_path):
    table = pa.table({"id": pa.array([], "int64"), "text": pa.array([], "string")})
    write(table, tmp_path / name)
    output = tmp_path / f"answers{suffix}"
    main(["predict", model, str(tmp_path / name), "--output", str(output), "--probabilities"])
    expected = ["id", "text", "predicted", "probability", "p(012)", "p(NA)"]
    if suffix == ".csv":
        assert output.read_text().split() == [",".join(expected)]
    else:
        assert pyarrow.parquet.read_table(output).to_pydict() == {name: [] for name in expected}


def test_a_table_without_rows_has_no_free_column_either(model, tmp_path, capsys):
    (tmp_path / "rows.csv").write_text("text,predicted\n")
    said = refused(capsys, "predict", model, tmp_path / "rows.csv")
    assert "rows.csv already has a column 'predicted'" in said


def test_parquet_gets_the_types_of_all_rows(model, tmp_path):
    first, later = {"n": 1, "s": None, "l": []}, {"n": 1.5, "s": "a", "l": [{"k": None}]}
    last = {"n": None, "s": None, "l": [{"k": 2}]}
    rows = [{"text": "good"} | more for more in [first] * 1024 + [later] * 1024 + [last]]
    path, output = tmp_path / "rows.jsonl", tmp_path / "answers.parquet"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    main(["predict", model, str(path), "--output", str(output)])
    answers = pyarrow.parquet.read_table(output)
    assert answers.select(["text", "n", "s", "l"]).to_pylist() == rows
    assert [*map(str, answers.schema.types[1:3])] == ["double", "string"]


@pytest.mark.parametrize(
    ("first", "later", "reason"),
    [
        (1, "a", "some rows have int64 there, others string"),
        (1, ["a"], "some rows have int64 there, others list<item: string>"),
        ((1 << 60) + 1, 0.5, "Integer value 1152921504606846977 not in range: -9007199254740992 to "
         "9007199254740992"),
        ({}, {}, "Cannot write struct type 'n' with no child field to Parquet. Consider adding a "
         "dummy child field"),
        (None, 1 << 70, "Python int too large to convert to C long"),
    ],
)  # fmt: skip
def test_what_parquet_cannot_hold(first, later, reason, model, tmp_path, capsys):
    rows = [{"text": "good", "n": n} for n in [first] * 1024 + [later]]
    (tmp_path / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    output = tmp_path / "answers.parquet"
    output.write_text("earlier")
    said = refused(capsys, "predict", model, tmp_path / "rows.jsonl", "--output", output)
    assert said == (
        f"Error: Parquet cannot hold the column 'n': {reason}. Write the answers as JSON lines: "
        "--output-format jsonl.\n"
    )
    assert output.read_text() == "earlier"


def test_the_probability_is_that_of_the_predicted_label(tmp_path, capfd):
    model = make_pipeline(TfidfVectorizer(), LogisticRegression())
    tuned = FixedThresholdClassifier(model, threshold=0.01, pos_label="foul")
    tuned.fit(["sun", "rain"] * 4, ["fine", "foul"] * 4)
    fine, foul = tuned.predict_proba(["sun"])[0]
    assert fine > foul  # and foul is predicted all the same
    skembed.save(tuned, tmp_path / "model.skembed")
    (tmp_path / "t.csv").write_text("text\nsun\n")
    main(["predict", str(tmp_path / "model.skembed"), str(tmp_path / "t.csv"), "--probabilities"])
    header, row = csv.reader(capfd.readouterr().out.splitlines())
    assert header == ["text", "predicted", "probability", "p(fine)", "p(foul)"]
    assert row[:2] == ["sun", "foul"]
    assert [float(value) for value in row[2:]] == pytest.approx([foul, fine, foul], abs=1e-5)


def test_answers_in_json_lines_are_json(model, tmp_path, capfd):
    path = tmp_path / "t.jsonl"
    path.write_text('{"text": "sun", "n": NaN}\n')
    main(["predict", model, str(path)])
    assert json.loads(capfd.readouterr().out.replace("NaN", "not JSON"))["n"] is None
    path.write_text('{"text": "sun", "n": Infinity}\n')
    assert refused(capfd, "predict", model, path) == (
        "Error: A row of the answers holds an infinite number, or NaN in a list, which JSON cannot "
        "hold. Write CSV: --output-format csv.\n"
    )
