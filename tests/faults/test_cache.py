"""Caches of other versions, no home, and clocks that are wrong."""

import json
import os
import time
from pathlib import Path

import numpy as np
import pytest

from skembed.vectors import WordVectors

LINE = b"w5000 5000.5 0.25\n"
OTHER_LINE = b"w5000 7000.5 0.25\n"


def change(path):
    """Change one number, and nothing else that can be seen."""
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(LINE, OTHER_LINE))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


# Other versions.


def rewrite(words, **changes):
    """Write the description of an entry anew, as another version might have."""
    data = words.read_bytes()
    length = int.from_bytes(data[8:16], "little")
    meta = {**json.loads(data[16 : 16 + length]), **changes}
    meta = {name: value for name, value in meta.items() if value is not ...}
    start = min(start for start, _ in json.loads(data[16 : 16 + length])["sections"].values())
    text = json.dumps(meta).encode()
    words.write_bytes(
        (data[:8] + len(text).to_bytes(8, "little") + text).ljust(start, b"\0") + data[start:]
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 1},
        {"version": 2},
        {"version": 4},
        {"version": None},
        {"version": "3"},
        {"version": ...},
        {"n_dims": 3},
        {"n_dims": ...},
        {"digest": ...},
        {"report": ...},
        {"report": {"source": "x"}},
        {"size": 5},
        {"sections": {}},
    ],
    ids=str,
)
def test_an_entry_of_another_version_is_made_anew(load, source, cache, source_reads, changes):
    first = load(source)
    (words,) = (cache / "vectors").glob("*.words")
    rewrite(words, **changes)
    assert load(source) == first
    assert load(source) == first
    assert source_reads == ["vectors.txt"] * 2
    assert isinstance(first.matrix, np.memmap)  # of which the file is not there any more
    assert first["w9999"].tolist() == [9999.5, 0.25]


def test_an_entry_written_by_hand_in_the_first_format(load, source, cache, source_reads):
    """The words joined by newlines behind a description, and a matrix of NumPy's own making."""
    first = load(source)
    (words,) = (cache / "vectors").glob("*.words")
    (matrix,) = (cache / "vectors").glob("*.npy")
    text = json.dumps({"version": 1, "n_dims": 2, "n_words": 10_000}).encode()
    words.write_bytes(b"SKEMBED\0" + len(text).to_bytes(8, "little") + text + b"a\nb\n")
    np.save(matrix, np.zeros((10_000, 2)))
    assert load(source) == first
    assert load(source)["w9999"].tolist() == [9999.5, 0.25]
    assert source_reads == ["vectors.txt"] * 2


@pytest.mark.parametrize(
    "note", ["", "{", "null", "[]", '{"looks": null, "digest": "x"}', '{"digest": "x"}', "\ud800"]
)
def test_notes_of_another_version_are_ignored(load, source, cache, note):
    first = load(source)
    (known,) = (cache / "vectors" / "sources").glob("*.json")
    known.write_bytes(note.encode("utf-8", "surrogatepass"))
    assert load(source) == first


def test_what_earlier_versions_left_goes_after_a_day(load, source, cache):
    (cache / "vectors" / "sources").mkdir(parents=True)
    left = [cache / "vectors" / ".a.tmp", cache / "vectors" / "sources" / "b.tmp"]
    for path in left:
        path.touch()
        os.utime(path, (1e9, 1e9))
    load(source)
    assert not any(path.exists() for path in left)


# No home.


@pytest.fixture
def no_home(monkeypatch, tmp_path):
    """Take away what tells of a home folder, as in a container with a user of no name."""
    for name in ("HOME", "XDG_CACHE_HOME", "SKEMBED_CACHE", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    pwd = pytest.importorskip("pwd", reason="needs Unix's list of users")

    def nobody(*arguments):
        raise KeyError("nobody")

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    monkeypatch.setattr(pwd, "getpwnam", nobody)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("chosen", ["~/cache", "~stranger/cache", Path("~/cache")])
def test_no_home(no_home, source, tmp_path, chosen):
    message = r"cache folder would be ~.*, but there is no home folder ~.*Set cache_dir or SKEMBED"
    with pytest.raises(FileNotFoundError, match=message):
        WordVectors.load(source, cache_dir=chosen)
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.txt"]
    assert len(WordVectors.load(source, cache_dir=tmp_path / "cache")) == 10_000


def test_no_home_and_no_choice(no_home, source, tmp_path):
    message = (
        r"^The cache has no home folder, so each process reads the vectors again and "
        r"holds them in memory\. Set cache_dir or SKEMBED_CACHE to a writable folder\.$"
    )
    with pytest.warns(UserWarning, match=message):
        assert len(WordVectors.load(source)) == 10_000
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.txt"]


def test_an_empty_environment(run_python, source, tmp_path):
    code = "import sys; from skembed import WordVectors; print(len(WordVectors.load(sys.argv[1])))"
    for name in ("SKEMBED_CACHE", "HOME"):
        folder = tmp_path / name
        assert run_python(code, source, env={name: str(folder)}).split() == ["10000"]
        assert list(folder.rglob("*.words"))


# Clocks that are wrong.


def test_a_source_from_the_future(load, source, cache, source_reads):
    then = time.time() + 1e8
    os.utime(source, (then, then))
    first = load(source)
    assert load(source) == first
    assert source_reads == ["vectors.txt"]
    assert not list((cache / "vectors" / "sources").glob("*"))  # its looks are not relied on
    change(source)
    assert load(source)["w5000"].tolist() == [7000.5, 0.25]


@pytest.mark.parametrize("step", [-1, -3600, -1e9])
def test_a_clock_that_goes_backwards(load, source, monkeypatch, step):
    clock = [time.time()]

    def backwards():
        clock[0] += step
        return clock[0]

    monkeypatch.setattr(time, "time", backwards)
    first = load(source)
    assert load(source) == first
    assert len(load(source, limit=5)) == 5
    change(source)
    assert load(source)["w5000"].tolist() == [7000.5, 0.25]
    assert first["w5000"].tolist() == [5000.5, 0.25]


@pytest.mark.parametrize("years", [-20, 0, 20])
def test_what_a_killed_process_left_goes_whatever_the_clock_says(load, source, cache, years):
    place = cache / "vectors" / f".{'0' * 40}.unfinished"
    place.mkdir(parents=True)
    then = time.time() + years * 3e7
    for name in ("lock", "matrix"):
        (place / name).write_bytes(b"x")
        os.utime(place / name, (then, then))
    os.utime(place, (then, then))
    load(source)
    assert not place.exists()


def test_entries_from_the_future_are_used(load, source, cache, source_reads):
    first = load(source)
    for path in cache.rglob("*.*"):
        os.utime(path, (time.time() + 1e8,) * 2)
    assert load(source) == first
    assert source_reads == ["vectors.txt"]
