"""Streams: what they read, in which order, again and again, and what they refuse."""

import gzip
import pickle
import sys
from itertools import chain

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset
import pyarrow.feather
import pyarrow.parquet
import pytest
from sklearn.pipeline import make_pipeline

import skembed
from skembed import CNNTextClassifier, GloveVectorizer, KerasTokenizer, WordVectors
from skembed.data import Stream, stream

TEXTS = [f"sun {i}" for i in range(50)]
LABELS = [("fine", "foul")[i % 3 == 0] for i in range(50)]
TABLE = pa.table({"id": range(50), "body": TEXTS, "weather": LABELS})


def write_ipc(table, path):
    with pa.ipc.new_file(path, table.schema) as file:
        file.write_table(table)


WRITERS = {
    "x.parquet": pyarrow.parquet.write_table,
    "x.PQ": pyarrow.parquet.write_table,
    "x.arrow": write_ipc,
    "x.feather": pyarrow.feather.write_feather,
    "x.csv": pyarrow.csv.write_csv,
}


def whole(batches):
    texts, labels = zip(*batches, strict=True)
    return [*chain(*texts)], [*chain(*labels)]


@pytest.mark.parametrize("name", WRITERS)
def test_files(name, tmp_path):
    WRITERS[name](TABLE, tmp_path / name)
    for path in (tmp_path / name, str(tmp_path / name)):
        batches = stream(path, text="body", label="weather", batch_size=8)
        assert whole(batches) == (TEXTS, LABELS)
        assert whole(batches) == (TEXTS, LABELS)  # again, from the beginning
        assert max(len(texts) for texts, _ in batches) <= 8


def test_texts_of_csv_files_are_texts(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b'text,label\n007,1\n"sun,\nsea",012\nNA,NA\n')
    assert whole(stream(path, text="text", label="label")) == (
        ["007", "sun,\nsea", "NA"],
        ["1", "012", "NA"],
    )
    with gzip.open(tmp_path / "x.csv.gz", "wb") as packed:
        packed.write(path.read_bytes())
    path.unlink()
    assert whole(stream(tmp_path, text="text", label="label"))[0][0] == "007"


@pytest.mark.parametrize("name", WRITERS)
def test_folders_in_the_order_of_names(name, tmp_path):
    (tmp_path / "b").mkdir()
    WRITERS[name](TABLE.slice(30), tmp_path / "b" / name)
    WRITERS[name](TABLE.slice(0, 30), tmp_path / f"a{name}")
    (tmp_path / "_SUCCESS").write_text("")
    (tmp_path / ".hidden").write_text("")
    assert whole(stream(tmp_path, text="body", label="weather")) == (TEXTS, LABELS)


@pytest.mark.parametrize("row_group_size", [100, 10_000])
def test_files_are_never_in_memory_as_a_whole(row_group_size, tmp_path):
    texts = [np.random.default_rng(i).bytes(500).hex() for i in range(10_000)]
    table = pa.table({"text": texts, "label": range(10_000)})
    path = tmp_path / "x.parquet"
    pyarrow.parquet.write_table(table, path, row_group_size=row_group_size, use_dictionary=False)
    del table
    before, most = pa.total_allocated_bytes(), 0
    for texts, _ in stream(path, text="text", label="label", batch_size=100):
        most = max(most, pa.total_allocated_bytes() - before)
        assert len(texts) <= 100
    assert path.stat().st_size > 5e6
    assert most < 3.5e6


def test_tables_and_datasets():
    dataset = pyarrow.dataset.dataset(TABLE)
    for source in (TABLE, dataset, TABLE.to_batches()[0]):
        assert whole(stream(source, text="body", label="weather")) == (TEXTS, LABELS)
    some = dataset.filter(pyarrow.dataset.field("id") >= 40)
    assert whole(stream(some, text="body", label="weather")) == (TEXTS[40:], LABELS[40:])
    encoded = TABLE.set_column(2, "weather", TABLE["weather"].dictionary_encode())
    assert whole(stream(encoded, text="body", label="weather")) == (TEXTS, LABELS)


def test_batches_of_ones_own_are_taken_as_they_are():
    class Batches:
        def __iter__(self):
            yield np.array(["sun", "sea"]), np.array([1, 0])
            yield [], []
            yield ("rain",), [1]

    batches = stream(Batches())
    assert [texts for texts, _ in batches] == [["sun", "sea"], ["rain"]]
    assert [list(labels) for _, labels in batches] == [[1, 0], [1]]
    assert list(stream([])) == []


def test_without_labels():
    batches = stream(TABLE, text="body")
    assert [labels for _, labels in batches] == [None]
    with pytest.raises(ValueError, match=r"X is a Stream without labels.*stream\(\.\.\., label="):
        CNNTextClassifier().fit(batches)


def test_labels_are_read_alone(tmp_path):
    pyarrow.parquet.write_table(TABLE, tmp_path / "x.parquet")
    batches = stream(tmp_path, text="body", label="weather", batch_size=20)
    assert [*chain(*batches.labels())] == LABELS
    bad_text = TABLE.set_column(1, "body", pa.array([None] * 50, pa.string()))
    pyarrow.parquet.write_table(bad_text, tmp_path / "x.parquet")
    assert [*chain(*batches.labels())] == LABELS  # no text is looked at


def test_of_one_column_both():
    assert whole(stream(TABLE, text="body", label="body")) == (TEXTS, TEXTS)


def test_streams_are_pickled(tmp_path):
    pyarrow.parquet.write_table(TABLE, tmp_path / "x.parquet")
    batches = stream(tmp_path, text="body", label="weather")
    assert whole(pickle.loads(pickle.dumps(batches))) == (TEXTS, LABELS)


def test_repr():
    assert repr(stream(TABLE, text="body")) == "Stream(text='body', label=None)"
    assert repr(stream([])) == "Stream(list)"
    assert isinstance(stream([]), Stream)


@pytest.mark.parametrize(
    ("source", "options", "error", "message"),
    [
        ((x for x in ()), {}, TypeError, "source is a generator, which can be read only once"),
        (iter([]), {}, TypeError, "source is a list_iterator, which can be read only once"),
        (TABLE.to_reader(), {"text": "body"}, TypeError, "Reader, which can be read only once"),
        (TABLE["body"], {"text": "body"}, ValueError, "text is for files, datasets and tables"),
        (
            pd.DataFrame({"body": ["sun"]}),
            {"text": "body"},
            TypeError,
            r"^source must be a file, got a table in memory \(DataFrame\). Pass its columns "
            r"to fit: fit\(table\['text'\], table\['label'\]\).$",
        ),
        (7, {}, TypeError, "source must be the path of a file or folder.*got int"),
        (b"x.csv", {}, TypeError, "source must be the path of a file or folder.*got bytes"),
        ([], {"text": "body"}, ValueError, "text is for files, datasets and tables.*a list, whose"),
        ([], {"batch_size": 3}, ValueError, "batch_size is for files, datasets and tables"),
        (TABLE, {"text": "bdy"}, ValueError, "source has no column 'bdy'. Its columns: 'id', 'bo"),
        (TABLE, {"text": "body", "label": "y"}, ValueError, "source has no column 'y'"),
        (TABLE.select(["body"]).append_column("body", TABLE["id"]), {"text": "body"}, ValueError,
         "source has more than one column 'body'"),
        (TABLE, {"text": "body", "batch_size": 0}, ValueError, "batch_size must be a number of"),
        (TABLE, {"text": "body", "batch_size": 2.5}, ValueError, "batch_size must be a number"),
        ("nowhere/x.csv", {"text": "body"}, FileNotFoundError, "no file or folder nowhere"),
    ],
)  # fmt: skip
def test_what_is_no_source(source, options, error, message):
    with pytest.raises(error, match=message):
        stream(source, **options)


@pytest.mark.parametrize("names", [[], ["x.txt"], ["x.csv", "x.parquet"]])
def test_names_tell_one_format(names, tmp_path):
    for name in names:
        (tmp_path / name).write_text("body\nsun\n")
    with pytest.raises(ValueError, match="source must have one format, shown by the ending of"):
        stream(tmp_path, text="body")


@pytest.mark.parametrize("name", [name for name in WRITERS if name != "x.csv"])
def test_damaged_files(name, tmp_path):
    (tmp_path / name).write_bytes(b"no table at all")
    with pytest.raises(ValueError, match=rf"{name} cannot be read: "):
        stream(tmp_path / name, text="body")
    WRITERS[name](TABLE, tmp_path / name)
    batches = stream(tmp_path / name, text="body")
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match="cannot be read: "):
        list(batches)


def test_a_file_of_a_folder_that_lacks_the_column(tmp_path):
    pyarrow.parquet.write_table(TABLE, tmp_path / "a.parquet")
    pyarrow.parquet.write_table(TABLE.select(["id"]), tmp_path / "b.parquet")
    with pytest.raises(ValueError, match=r"b\.parquet has no column 'body'. Its columns: 'id'"):
        list(stream(tmp_path, text="body"))


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        ("sun", TypeError, r"pairs of texts and labels, but its batch 1 is 'sun' \(str\)"),
        ((["sun"],), TypeError, r"batch 1 is \(\['sun'\],\) \(tuple\). Let it yield"),
        (("sun", "fine"), TypeError, r"batch\[1\] must be a collection of documents, got one str"),
        ((["sun", None], [1, 2]), TypeError, r"but batch\[1\]\[1\] is None"),
        ((["sun"], [1, 2]), ValueError, "batch 1 has 1 texts and 2 labels"),
    ],
)
def test_batches_that_are_none(batch, error, message):
    with pytest.raises(error, match=message):
        list(stream([(["sea"], [0]), batch]))


def test_a_missing_text_in_a_table_is_told_by_its_row():
    table = pa.table({"body": ["sun", "sea", None]})
    with pytest.raises(ValueError, match="source, row 3: column 'body' is empty"):
        list(stream(table, text="body", batch_size=2))


def test_everything_else_says_where_a_stream_may_stand():
    batches, vectors = stream(TABLE, text="body", label="weather"), WordVectors(["sun"], [[1.0]])
    fitted = CNNTextClassifier(filters=2, embedding_dim=2, epochs=1, random_state=0)
    fitted.fit(TEXTS, LABELS)
    calls = [
        lambda: KerasTokenizer().fit(batches),
        lambda: KerasTokenizer().partial_fit(batches),
        lambda: GloveVectorizer(vectors).fit(batches),
        lambda: make_pipeline(KerasTokenizer(), CNNTextClassifier()).fit(batches),
        lambda: fitted.predict(batches),
        lambda: fitted.partial_fit(batches, LABELS),
    ]
    for call in calls:
        with pytest.raises(TypeError, match=r"X is a Stream.*tokenizer=KerasTokenizer\(\)\).fit\("):
            call()


def test_pyarrow_is_needed_for_parquet_and_arrow_alone(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.dataset", None)
    assert whole(stream([(["sun"], [1])])) == (["sun"], [1])
    (tmp_path / "x.csv").write_text("body\nsun\n")
    assert [*stream(tmp_path, text="body")] == [(["sun"], None)]
    (tmp_path / "x.csv").rename(tmp_path / "x.parquet")
    message = (
        "Reading a Parquet or Arrow file needs pyarrow, which is not installed: "
        'pip install "pyarrow".'
    )
    with pytest.raises(ImportError, match=f"^{message}$"):
        stream(tmp_path, text="body")


def test_it_is_reached_from_the_top():
    assert skembed.data.stream is stream
