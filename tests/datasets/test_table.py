import csv
import gzip
import re

import pandas as pd
import pytest

from skembed.datasets import load_table


@pytest.fixture
def write(tmp_path):
    def write_file(content, name="table.csv"):
        path = tmp_path / name
        data = content if isinstance(content, bytes) else content.encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    return write_file


TABLE = 'id,words,kind\n1,"sun, sand",warm\n\n2,"snow\nand ice",cold\n3,sea,warm\n'


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TABLE, "table.csv"),
        (TABLE, "table.csv.gz"),
        ("\ufeff" + TABLE, "marked.csv"),
        (TABLE.replace("\n", "\r\n").replace("snow\r\n", "snow\n"), "windows.csv"),
        ('words\tkind\nsun, sand\twarm\n"snow\nand ice"\tcold\nsea\twarm\n', "table.tsv"),
    ],
)
def test_reads_two_columns(write, content, name):
    table = load_table(write(content, name), text="words", label="kind")
    assert table.data == ["sun, sand", "snow\nand ice", "sea"]
    assert table.target_names == ["cold", "warm"]
    assert table.target.tolist() == [1, 0, 1]
    assert table["DESCR"] == f"3 rows of {name}: column 'words' labelled by 'kind'."


def test_return_X_y(write):
    data, target = load_table(str(write(TABLE)), text="words", label="kind", return_X_y=True)
    assert data[2] == "sea"
    assert target.tolist() == [1, 0, 1]


def test_long_cells_are_read_and_the_limit_of_csv_comes_back(write):
    limit = csv.field_size_limit()
    long = "long " * 50_000
    table = load_table(write(f"words,kind\n{long},a\n"), text="words", label="kind")
    assert table.data == [long]
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b,kind\n", r"table\.csv has no column 'words'\. Its columns: 'a', 'b', 'kind'\."),
        ("words,words,kind\n", "has more than one column 'words'"),
        ("", r"table\.csv is empty"),
        ("words,kind\n", r"table\.csv has no rows\."),
        (
            'words,kind\n"two\nlines",x\n,y\n',
            "line 4: column 'words' is empty",
        ),
        ("words,kind\nsun,  \n", "line 2: column 'kind' is empty"),
        ("words,kind\nsun, sand,warm\n", "line 2: 3 cells, but the header has 2"),
        (b"words,kind\ncaf\xe9,x\n", "must be UTF-8, but byte 14 is 0xe9"),
    ],
)
def test_bad_tables_get_clear_errors(write, content, message):
    with pytest.raises(ValueError, match=message):
        load_table(write(content), text="words", label="kind")


def test_file_that_is_not_compressed_as_its_name_says(write, tmp_path):
    path = tmp_path / "plain.csv.gz"
    path.write_text(TABLE)
    with pytest.raises(ValueError, match=r"plain\.csv\.gz: expected a whole .* \(Not a gzip"):
        load_table(path, text="words", label="kind")


def test_one_row_is_one_row(write):
    table = load_table(write("words,kind\nsun,warm\n"), text="words", label="kind")
    assert table["DESCR"].startswith("1 row of ")


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.csv"):
        load_table(tmp_path / "nowhere.csv", text="words", label="kind")


def test_a_table_in_memory_needs_no_reading():
    message = (
        "path must be a file, got a table in memory (DataFrame). Pass its columns to fit: "
        "fit(table['text'], table['label'])."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        load_table(pd.DataFrame({"body": ["sun"]}), text="body", label="package")
