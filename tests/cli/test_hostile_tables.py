"""Tables that are damaged, or are none, as the commands and `load_table` read them.

Most were found by fuzzing; see `tests/fuzz/README.md`. The error names the file and is a
ValueError.
"""

import gzip
import tracemalloc

import pytest

from skembed.data import format_of, open_table
from skembed.datasets import load_table

PLAIN = b'text,label\n"good, film",a\nbad film,b\n'
PACKED = gzip.compress(PLAIN, mtime=0)


def read_rows(path):
    blocks = open_table(path, format=format_of(path)).blocks(1024, whole=True)
    return [row for block in blocks for row in block.rows()]


def read_columns(path):
    return load_table(path, text="text", label="label", return_X_y=True)


def refuse(read, path, message):
    with pytest.raises(ValueError, match=message) as caught:
        read(path)
    assert path.name in str(caught.value)


@pytest.mark.parametrize("read", [read_rows, read_columns])
@pytest.mark.parametrize(
    "content",
    [
        b"no gzip",
        b"\x1f\x8b",
        PACKED[:14],
        PACKED[:-4],
        PACKED[:2] + b"\0" + PACKED[3:],
        PACKED[:12] + b"\xff\xff\xff" + PACKED[15:],
        PACKED[:-6] + b"\0" + PACKED[-5:],
        PACKED[:-2] + b"\xff\xff",
        PACKED + b"more",
    ],
)
def test_compressed_tables_that_are_damaged(read, content, tmp_path):
    path = tmp_path / "table.csv.gz"
    path.write_bytes(content)
    refuse(read, path, "expected a whole compressed file, found a damaged or truncated one")


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("read", [read_rows, read_columns])
@pytest.mark.parametrize("content", [PLAIN + b"caf\xe9,c\n", b"te\xffxt,label\na,b\n"])
def test_tables_that_are_not_utf8(read, content, pack, tmp_path):
    path = tmp_path / ("table.csv" if pack is bytes else "table.csv.gz")
    path.write_bytes(pack(content))
    refuse(read, path, r"must be UTF-8, but byte (40|2) is 0x(e9|ff)")


@pytest.mark.parametrize("read", [read_rows, read_columns])
@pytest.mark.parametrize("content", [b"word ", b"," * 1000 + b"\n", b"a"])
def test_small_tables_of_much_stay_small(read, content, tmp_path):
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(PLAIN + b'"' + content * (30_000_000 // len(content))))
    tracemalloc.start()
    refuse(read, path, "expected at most 100 times as much as the .* bytes of the packed file")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 160e6  # ten times what may be unpacked


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            b'{"text": ' + b"[" * 100_000,
            "table.jsonl, line 2 is not JSON: (maximum recursion depth|Stack overflow)",
        ),
        (b'{"text": ' + b"9" * 5000 + b"}", "line 2 is not JSON: Exceeds the limit"),
        (b'{"text": "\xff"}', "must be UTF-8, but byte"),
        (b'{"text": "a"} {}', "line 2 is not JSON: Extra data"),
    ],
)
def test_lines_that_are_no_json(line, message, tmp_path):
    path = tmp_path / "table.jsonl"
    path.write_bytes(b'{"text": "good"}\n' + line + b"\n")
    refuse(read_rows, path, message)


def test_damaged_parquet(tmp_path):
    """Whatever pyarrow raises: its own errors, an OSError, or a UnicodeDecodeError."""
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet

    path = tmp_path / "table.parquet"
    pyarrow.parquet.write_table(pa.table({"text": ["good", "bad"]}), path, compression="none")
    whole = path.read_bytes()
    footer = int.from_bytes(whole[-8:-4], "little")
    refused = []
    spoilt = [whole[:n] for n in range(0, len(whole), 7)]
    spoilt += [whole[:i] + b"\xff" + whole[i + 1 :] for i in range(len(whole) - footer)]
    spoilt += [
        whole[:i] + b"\xff" + whole[i + 1 :] for i in range(len(whole) - footer, len(whole), 3)
    ]
    spoilt.append(whole.replace(b"good", b"\xff\xff\xff\xff"))
    for content in spoilt:
        path.write_bytes(content)
        try:
            read_rows(path)
        except ValueError as error:
            refused.append(str(error))
    assert len(refused) > len(spoilt) / 2
    assert {one.partition(": ")[0] for one in refused} == {f"{path} cannot be read"}


def test_a_table_that_is_not_there(tmp_path):
    for name in ("a.csv", "a.csv.gz", "a.jsonl", "a.parquet"):
        with pytest.raises(FileNotFoundError, match=name):
            read_rows(tmp_path / name)
