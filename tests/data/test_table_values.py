"""Texts and labels of tables: what is missing, what type they have, who reads them."""

import csv
import gzip
import json
import re
import threading
import tracemalloc

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from skembed.cli import main as run_command
from skembed.data import stream
from skembed.datasets import load_table

EMPTY = "is empty. Fill it in, or remove the row."


@pytest.mark.parametrize(
    ("content", "name", "place", "column"),
    [
        ("text,label\na,x\nb,\n", "t.csv", "line 3", "label"),
        ('text,label\n"a\nb",x\n" \t",y\n', "t.csv", "line 4", "text"),
        ("text\tlabel\na\tx\n\n\ty\n", "t.tsv", "line 4", "text"),
        ('{"text": "a", "label": "x"}\n\n{"text": null, "label": "x"}\n', "t.jsonl", "line 3",
         "text"),
        ('{"text": "a", "label": NaN}\n', "t.jsonl", "line 1", "label"),
        ('{"text": "", "label": 1}\n', "t.ndjson", "line 1", "text"),
    ],
)  # fmt: skip
def test_missing_texts_and_labels(content, name, place, column, write, refuse):
    path = write(content, name)
    refuse(path, f"{path}, {place}: column {column!r} {EMPTY}")


@pytest.mark.parametrize(
    ("texts", "labels", "row", "column"),
    [
        (["a", None], [1, 2], 2, "text"),
        (["a", " ", "b"], [1, 2, 3], 2, "text"),
        (["a", "b", "c"], [1, 2, None], 3, "label"),
        (["a", "b", "c"], [1.0, 2.0, float("nan")], 3, "label"),
        (["a", "b"], ["x", ""], 2, "label"),
    ],
)
@pytest.mark.parametrize("name", ["t.parquet", "t.feather"])
def test_missing_values_of_columnar_files(texts, labels, row, column, name, tmp_path, refuse):
    table, path = pa.table({"text": texts, "label": labels}), tmp_path / name
    if name == "t.parquet":
        pyarrow.parquet.write_table(table, path)
    else:
        pyarrow.feather.write_feather(table, path)
    refuse(path, f"{path}, row {row}: column {column!r} {EMPTY}")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (['{"text": "a", "label": 1}', "", '{"text": "b"}'],
         "line 3 has no key 'label'. Its keys: 'text'."),
        (['{"text": 7, "label": 1}'],
         "line 1: column 'text' holds 7 (int), but a text must be a string."),
        (['{"text": "a", "label": 1, "text": "b"}'],
         "line 1 is not JSON: the key 'text' occurs twice."),
        (['{"text": "a", "label": 1}', '{"text": "b", "label": "1"}'],
         "line 2: the label '1' in column 'label' is a string, but the first label is a number. "
         "Make all labels of one kind."),
        (['{"text": "a", "label": true}'] * 3 + ['{"text": "b", "label": 1}'],
         "line 4: the label 1 in column 'label' is a number, but the first label is a truth value. "
         "Make all labels of one kind."),
    ],
)  # fmt: skip
def test_json_lines_that_do_not_fit(lines, message, write, refuse):
    path = write("\n".join(lines), "t.jsonl")
    refuse(path, f"{path}, {message}")


@pytest.mark.parametrize("size", [1, 3_000_000])
def test_cells_of_csv_are_strings(read, size, write):
    """Whatever the size of the file and of a cell: blocks of a reader must not show."""
    labels = ["012", "0341", "NA", "1", "A", "null", "1.0", "True"] * 5
    texts = ["007", "x" * size, "NA", "2", "B", '"', "3.0", "é,\n"] * 5
    rows = zip(texts, labels, strict=True)
    path = write("")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    limit = csv.field_size_limit()
    assert read(path) == (texts, labels)
    assert csv.field_size_limit() == limit


def test_other_formats_keep_their_types(read, write, tmp_path):
    rows = [{"text": "a", "label": 12}, {"text": "b", "label": 3}]
    path = write("".join(json.dumps(row) + "\n" for row in rows), "t.jsonl")
    assert read(path) == (["a", "b"], [12, 3])
    pyarrow.parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "t.parquet")
    assert read(tmp_path / "t.parquet") == (["a", "b"], [12, 3])


def test_the_limit_of_csv_comes_back_between_batches_and_after_threads(write):
    limit = csv.field_size_limit()
    path = write("text,label\n" + f"{'a' * 200_000},x\n" * 20)
    batches = stream(path, text="text", label="label", batch_size=1)
    for _ in batches:
        assert csv.field_size_limit() == limit
    found = []
    threads = [threading.Thread(target=lambda: found.append(len([*batches]))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [20] * 8
    assert csv.field_size_limit() == limit


def test_several_labels_a_document(write):
    path = write('{"text": "a", "label": [0, 1]}\n{"text": "b", "label": [1, 1]}\n', "t.jsonl")
    assert [*stream(path, text="text", label="label")] == [(["a", "b"], [[0, 1], [1, 1]])]
    message = "column 'label' must hold one label a row, but the first is [0, 1]."
    with pytest.raises(ValueError, match=re.escape(message)):
        load_table(path, text="text", label="label")


def test_folders_of_each_format_and_their_files_in_errors(write, tmp_path):
    write("text,label\na,x\n", "1.csv")
    write("label;text\ny;b\n", "2.csv")
    batches = stream(tmp_path, text="text", label="label")
    assert [*batches] == [(["a"], ["x"]), (["b"], ["y"])]
    last = write("text,label\nc,z\n,z\n", "3.csv")
    with pytest.raises(ValueError, match=re.escape(f"{last}, line 3: column 'text' {EMPTY}")):
        list(stream(tmp_path, text="text", label="label"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('label,text\nham,"hello\nspam,win\nham,ok\n', "line 2: a cell begins with a quotation"),
        ("text,label\na,x\nb,\n", f"line 3: column 'label' {EMPTY}"),
        ("text,label\na,x\n ,y\n", f"line 3: column 'text' {EMPTY}"),
        ("text;label\ncaf\xe9;x\n".encode("latin-1"), "must be UTF-8, but byte 14 is 0xe9."),
    ],
)
def test_the_commands_read_in_the_same_way(content, message, write, capsys):
    path = write(content)
    vectors = write("a 1 2\nb 2 3\n", "vectors.txt")
    for command in (
        ["train", path, "--output", path.with_name("m.skembed")],
        ["compare", path],
        ["coverage", path, "--embeddings", vectors, "--label", "label"],
        ["demo", "--csv", path, "--output", path.with_name("picture.png")],
    ):
        with pytest.raises(SystemExit, match=r"^1$"):
            run_command([*map(str, command)])
        assert message in capsys.readouterr().err


@pytest.mark.parametrize("name", ["t.csv", "t.tsv.gz", "t.jsonl"])
def test_text_files_are_never_in_memory_as_a_whole(name, tmp_path):
    rng = np.random.default_rng(0)
    rows = [(rng.bytes(500).hex(), str(i)) for i in range(10_000)]
    opened = gzip.open if name.endswith(".gz") else open
    with opened(tmp_path / name, "wt", encoding="utf-8", newline="") as file:
        if name == "t.jsonl":
            file.writelines(json.dumps({"text": t, "label": y}) + "\n" for t, y in rows)
        else:
            table = csv.writer(file, delimiter="\t" if "tsv" in name else ",")
            table.writerows([("text", "label"), *rows])
    batches = stream(tmp_path / name, text="text", label="label", batch_size=100)
    for _ in range(2):
        tracemalloc.start()
        n_texts = sum(len(texts) for texts, _ in batches)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert n_texts == 10_000
        assert most < 2.5e6


@pytest.mark.parametrize(
    ("name", "content", "later"),
    [
        ("t.csv", "text,label\na,b\n", "text,label\n,x\n"),
        ("t.jsonl", '{"text": "a", "label": "b"}\n', '{"text": null, "label": "x"}\n'),
    ],
)
def test_labels_are_read_alone(name, content, later, write):
    batches = stream(write(content, name), text="text", label="label")
    write(later, name)
    assert [*batches.labels()] == [["x"]]  # no text is looked at
