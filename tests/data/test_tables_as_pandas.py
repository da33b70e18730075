"""CSV files as pandas reads them: the same rows wherever both accept the file."""

import io
import re

import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from skembed.data import open_table

SEPARATORS = st.sampled_from([",", ";", "\t", "|"])

plain = st.text(alphabet='ab 0\0"é,;|\t.\x0b', max_size=5)
spanning = st.text(alphabet='ab ,;"\n\r\t', max_size=6)
quoted = st.one_of(plain, spanning).map(lambda cell: '"' + cell.replace('"', '""') + '"')
cells = st.one_of(
    st.text(alphabet='ab 0\0é."', max_size=5).filter(lambda cell: not cell.startswith('"')),
    quoted,
    st.sampled_from(["", '""', "NA", "null", "012", '"a" b', " ", '" "']),
)
any_cells = st.one_of(cells, plain, spanning.map(lambda cell: '"' + cell))
blank = st.sampled_from(["", " ", "\t", "  \t"])
line_ends = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def tables(draw):
    """Lines of cells, most of them of the same number."""
    separator, width = draw(SEPARATORS), draw(st.integers(1, 4))
    row = st.lists(cells, min_size=width, max_size=width).map(separator.join)
    ragged = st.lists(any_cells, max_size=5).map(separator.join)
    lines = draw(
        st.lists(st.one_of(row, row, row, row, row, row, blank, ragged), min_size=2, max_size=5)
    )
    content = "".join(line + draw(line_ends) for line in lines)
    return content[: draw(st.sampled_from([None, -1]))], separator


def as_pandas_reads(content, separator, encoding):
    try:
        table = pd.read_csv(
            io.BytesIO(content), sep=separator, header=None, index_col=False, dtype=str,
            keep_default_na=False, na_filter=False, encoding=encoding,
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError):
        return None
    return table.to_numpy().tolist()


def lost_by_pandas(content, separator):
    """Whether pandas drops a separator, which it does behind a blank line that ends with \\r.

    Versions up to 3.0 drop the character NUL too.
    """
    if "\0" in content and as_pandas_reads(b'"\0"', ",", "utf-8") == [[""]]:
        return True
    return re.search(rf"(^|[\r\n])[ \t]*\r{re.escape(separator)}", content)


def as_we_read(path, separator, encoding, block_size):
    table = open_table(path, format="csv", separator=separator, encoding=encoding)
    try:
        blocks = [*table.blocks(block_size, whole=True)]
    except ValueError as error:
        return None, str(error)
    rows = [[value for _, value in row] for block in blocks for row in block.rows()]
    header = [block.names for block in blocks[:1]]
    return header + rows, [block.place(0) for block in blocks if block.rows()]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("tables") / "table.csv"


@settings(max_examples=600, deadline=None)
@given(
    tables(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"]),
    st.sampled_from([1, 2, 1024]),
)  # fmt: skip
@example(('a,b\n"x" y,z\n', ","), "utf-8", 1)
@example(('a,b\n"x\r\ny","p\rq"\r \t\r1,2', ","), "utf-16", 1)
@example(('a\n"  "\n  \n""\n\nq\n', ","), "utf-8", 1)
@example(("a\tb\n\t\n1\t2\n", "\t"), "utf-8-sig", 1)
def test_rows(path, table, encoding, block_size):
    content, separator = table
    assume(not lost_by_pandas(content, separator))
    packed = content.encode(encoding)
    path.write_bytes(packed)
    expected = as_pandas_reads(packed, separator, encoding)
    rows, _ = as_we_read(path, separator, encoding, block_size)
    if rows and expected is not None:
        assert rows == expected
