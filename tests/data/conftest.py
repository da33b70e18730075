"""Tables in files, and the two functions that read one as a whole."""

import re
from itertools import chain

import pytest

from skembed.data import stream
from skembed.datasets import load_table


def by_load_table(path, **options):
    table = load_table(path, text="text", label="label", **options)
    return table.data, [table.target_names[i] for i in table.target]


def by_stream(path, **options):
    batches = stream(path, text="text", label="label", batch_size=2, **options)
    texts, labels = zip(*batches, strict=True)
    assert [*chain(*labels)] == [*chain(*batches.labels())]
    return [*chain(*texts)], [*chain(*labels)]


@pytest.fixture
def write(tmp_path):
    def write_file(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


@pytest.fixture(params=[by_load_table, by_stream])
def read(request):
    return request.param


@pytest.fixture
def refuse(read):
    """Check the whole message with which a table is refused."""

    def check(path, message, **options):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            read(path, **options)

    return check
