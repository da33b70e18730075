"""Sources that change while they are read, and while their conversion is mapped."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from skembed.vectors import WordVectors

LINE = b"w5000 5000.5 0.25\n"
OTHER_LINE = b"w5000 7000.5 0.25\n"


def change_in_place(path):
    with path.open("r+b") as file:
        content = file.read().replace(LINE, OTHER_LINE)
        file.seek(0)
        file.write(content)


def replace(path):
    new = path.with_name("new.txt")
    new.write_bytes(path.read_bytes().replace(LINE, OTHER_LINE))
    os.replace(new, path)


def change_and_restore_time(path):
    before = path.stat()
    change_in_place(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def cut(path):
    with path.open("r+b") as file:
        file.truncate(file.read().index(LINE))


def append(path):
    with path.open("ab") as file:
        file.write(b"more 1 2\n")


CHANGES = [change_in_place, replace, change_and_restore_time, cut, append]


@pytest.mark.parametrize("change", [*CHANGES, Path.unlink])
def test_a_source_that_changes_while_its_conversion_is_mapped(load, source, change):
    first = load(source)
    assert isinstance(first.matrix, np.memmap)
    content = first.matrix.copy()
    change(source)
    np.testing.assert_array_equal(first.matrix, content)
    assert first.words[5000] == "w5000"
    if not source.exists():
        with pytest.raises(
            FileNotFoundError, match=r"Expected a file of word vectors at .*nothing"
        ):
            load(source)
        return
    second = load(source)
    assert second != first
    again = WordVectors(list(second.words), np.array(second.matrix))
    assert again == load(source, cache_dir=source.parent / "another")


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("change", [*CHANGES, Path.unlink])
@pytest.mark.parametrize("fresh", [True, False])
def test_a_source_that_changes_while_it_is_read(
    load, source, cache, change_while_reading, change, first, fresh
):
    """What was read must not stand in the cache for what was there before."""
    content = source.read_bytes()
    if fresh:
        source.touch()
    change_while_reading(change, first=first)
    message = r"vectors\.txt was changed or removed while it was read, so nothing of it was kept"
    if change == Path.unlink and first:
        message = "No such file"
    with pytest.raises(OSError, match=message):
        load(source)
    assert not list((cache / "vectors").glob("*.*"))
    source.write_bytes(content)
    assert load(source)["w5000"].tolist() == [5000.5, 0.25]
    assert len(load(source)) == 10_000


@pytest.mark.parametrize("change", [change_in_place, append, Path.unlink])
def test_a_placed_file_that_is_still_being_copied(
    server, load, downloads, source, change_while_reading, change
):
    downloads.mkdir(parents=True)
    placed = downloads / "toy.2d.txt"
    shutil.copy(source, placed)
    change_while_reading(change, first=False)
    with pytest.raises(OSError, match=r"toy\.2d\.txt was changed or removed while it was read"):
        load("toy.2d")
    shutil.copy(source, placed)
    assert load("toy.2d")["w5000"].tolist() == [5000.5, 0.25]
    assert server.ranges == []
