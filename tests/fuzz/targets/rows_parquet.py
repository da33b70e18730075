"""Parquet: what is around pyarrow, which decodes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fuzz.target import Target, written

COLUMNS: list[dict[str, list[Any]]] = [
    {"text": ["good film", "bad film", None], "label": ["a", "b", "a"]},
    {"text": ["naïve"] * 5, "label": [1, 2, 3, 4, 5], "more": [[1.5], [], None, [2.0], [3.0]]},
]


def seeds() -> Iterator[bytes]:
    """Yield tables of few rows, in several compressions."""
    import datetime

    import pyarrow as pa
    import pyarrow.parquet

    moments = {"text": ["a"], "when": [datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)]}
    for columns, compression in [
        (COLUMNS[0], "none"), (COLUMNS[1], "snappy"), (COLUMNS[0], "gzip"), (moments, "none")
    ]:  # fmt: skip
        table = pa.table(columns)
        yield written(
            lambda p, t=table, c=compression: pyarrow.parquet.write_table(t, p, compression=c)
        )


def read(path: Path) -> None:
    """Read all rows."""
    from skembed.data import open_table

    for block in open_table(path, format="parquet").blocks(1024, whole=True):
        assert all(isinstance(row, list) for row in block.rows())


TARGET = Target("fuzzed.parquet", seeds, read)
