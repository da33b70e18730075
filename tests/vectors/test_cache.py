import json
import os
import pickle
import time
from pathlib import Path

import numpy as np
import pytest

from skembed.vectors import (
    WordVectors,
    _conversion,
    _loading,
    _source_digest,
)
from skembed.words import _packed_words

TEXT = "the 0.5 -0.25\n, 1e-05 2\nÜber -3.75 .5\n"


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def entries(cache):
    return sorted(path.name for path in (cache / "vectors").glob("*.words"))


def age(path, seconds=100):
    """Make a file look as if it had been written some time ago."""
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_the_second_load_reads_only_the_cache(load, write, source_reads):
    path = write(TEXT)
    first, second = load(path), load(path)
    assert source_reads == ["tiny.txt"]
    assert first == second
    assert isinstance(second.matrix, np.memmap)
    assert second.matrix.tolist() == first.matrix.tolist()
    assert list(second.words) == ["the", ",", "Über"]
    assert second.words.find(["Über", "none", "the"]).tolist() == [2, -1, 0]
    assert repr(second) == f"WordVectors(3 words, 2 dimensions from {path})"
    with pytest.raises(ValueError, match="read-only"):
        second.matrix[0, 0] = 1


def test_the_environment_variable_and_the_argument_name_the_folder(write, tmp_path, monkeypatch):
    monkeypatch.setenv("SKEMBED_CACHE", str(tmp_path / "env"))
    WordVectors.load(write(TEXT))
    assert len(entries(tmp_path / "env")) == 1
    WordVectors.load(write(TEXT), cache_dir=tmp_path / "argument")
    assert len(entries(tmp_path / "argument")) == 1
    monkeypatch.delenv("SKEMBED_CACHE")
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    WordVectors.load(write(TEXT), cache_dir="~/x")
    assert len(entries(tmp_path / "home" / "x")) == 1
    WordVectors.load(write(TEXT))
    assert len(list((tmp_path / "home").rglob("skembed/vectors/*.words"))) == 1


def test_a_changed_source_is_noticed(load, write, source_reads, cache):
    path = write(TEXT)
    first = load(path)
    # Same length, and written so soon that the clock may show the same time.
    second = load(write(TEXT.replace("0.5", "0.7")))
    assert second != first
    assert second["the"][0] == np.float32(0.7)
    assert first["the"][0] == 0.5
    assert len(entries(cache)) == 2
    assert load(write(TEXT)) == first
    assert source_reads == ["tiny.txt"] * 2


def test_the_digest_of_a_source_is_remembered_while_it_looks_the_same(load, write, monkeypatch):
    path = write(TEXT)
    age(path)
    calls = []
    hash_file = _source_digest._hash_file
    monkeypatch.setattr(
        _source_digest, "_hash_file", lambda path: calls.append(path) or hash_file(path)
    )
    first = load(path)
    assert load(path) == first
    assert len(calls) == 1
    path.write_text(TEXT.replace("0.5", "0.7"), encoding="utf-8")
    age(path)
    assert load(path) != first
    assert len(calls) == 2


def test_a_source_written_just_now_is_not_remembered(load, write, cache):
    load(write(TEXT))
    assert not list((cache / "vectors" / "sources").glob("*"))


def test_a_damaged_note_is_ignored(load, write, cache):
    path = write(TEXT)
    age(path)
    first = load(path)
    (note,) = (cache / "vectors" / "sources").glob("*.json")
    note.write_text("{", encoding="utf-8")
    assert load(path) == first


def truncate(path):
    path.write_bytes(path.read_bytes()[:-5])


def empty(path):
    path.write_bytes(b"")


def other_version(path):
    path.write_bytes(path.read_bytes().replace(b'"version": 3', b'"version": 2'))


def other_hashing(path):
    """Put the slots of the hash table in another order, as other hashes would."""
    data = path.read_bytes()
    meta = json.loads(data[16 : 16 + int.from_bytes(data[8:16], "little")])
    start, n_slots = meta["sections"]["table"]
    slots = np.frombuffer(data, dtype="<u8", count=n_slots, offset=start)
    path.write_bytes(data[:start] + slots[::-1].tobytes() + data[start + 8 * n_slots :])


@pytest.mark.parametrize(
    ("suffix", "damage"),
    [
        (".npy", truncate),
        (".npy", empty),
        (".npy", Path.unlink),
        (".npy", lambda path: path.write_bytes(b"x" * path.stat().st_size)),
        (".words", truncate),
        (".words", empty),
        (".words", Path.unlink),
        (".words", lambda path: path.write_bytes(b"x" * path.stat().st_size)),
        (".words", other_version),
        (".words", other_hashing),
    ],
)
def test_a_damaged_or_older_entry_is_built_anew(load, write, cache, source_reads, suffix, damage):
    path = write(TEXT)
    digest = load(path).digest
    (entry,) = (cache / "vectors").glob(f"*{suffix}")
    damage(entry)
    assert load(path).digest == digest
    assert source_reads == ["tiny.txt"] * 2
    assert load(path).digest == digest
    assert source_reads == ["tiny.txt"] * 2


def test_an_entry_with_other_hashes_is_built_anew(load, write, source_reads, monkeypatch):
    path = write(TEXT)
    mix = _packed_words._mix
    with monkeypatch.context() as earlier:
        earlier.setattr(_packed_words, "_mix", lambda values: ~mix(values))
        written = load(path)
    vectors = load(path)
    assert source_reads == ["tiny.txt"] * 2
    assert vectors == written
    assert vectors.words.find(["the", ",", "Über"]).tolist() == [0, 1, 2]
    assert load(path, limit=2).words.find(["the", ",", "Über"]).tolist() == [0, 1, -1]
    assert source_reads == ["tiny.txt"] * 2


def test_an_interrupted_write_leaves_nothing_behind(load, write, cache, monkeypatch):
    path = write(TEXT)

    def interrupted(made, target):
        if target.suffix == ".words":
            raise KeyboardInterrupt("stopped")
        return move(made, target)

    move = _conversion._move_into_place
    monkeypatch.setattr(_conversion, "_move_into_place", interrupted)
    with pytest.raises(KeyboardInterrupt, match="stopped"):
        load(path)
    assert not list((cache / "vectors").glob(".*"))
    assert entries(cache) == []
    monkeypatch.undo()
    assert len(load(path)) == 3


def test_what_an_earlier_version_left_is_removed_after_a_day(load, write, cache):
    folder = cache / "vectors"
    folder.mkdir(parents=True)
    (folder / ".old.tmp").write_bytes(b"x")
    (folder / ".new.tmp").write_bytes(b"x")
    age(folder / ".old.tmp", 25 * 3600)
    load(write(TEXT))
    assert [path.name for path in folder.glob(".*.tmp")] == [".new.tmp"]


def test_filters_are_taken_from_a_cached_whole(load, write, source_reads):
    path = write(TEXT)
    whole = load(path)
    limited = load(path, limit=2)
    assert list(limited.words) == ["the", ","]
    chosen = load(path, vocabulary={"Über": 5, "none": 6})
    assert chosen.matrix.tolist() == whole.matrix[2:].tolist()
    assert list(load(path, vocabulary=["Über", "the"], limit=2).words) == ["the"]
    assert len(load(path, vocabulary=[])) == 0
    assert source_reads == ["tiny.txt"]
    assert isinstance(limited.matrix, np.memmap)


def test_filters_have_entries_of_their_own(load, write, source_reads):
    path = write(TEXT)
    assert load(path, limit=2) == load(path, limit=2)
    assert load(path, vocabulary={"the", ","}) == load(path, vocabulary=[",", "the"])
    assert source_reads == ["tiny.txt"] * 2
    assert len(load(path)) == 3


def test_a_folder_that_cannot_be_written(write, tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.write_bytes(b"")
    with pytest.warns(UserWarning, match=r"cache folder .* cannot be written.*SKEMBED_CACHE"):
        vectors = WordVectors.load(write(TEXT), cache_dir=in_the_way)
    assert vectors["the"].tolist() == [0.5, -0.25]
    with pytest.raises(ValueError, match="read-only"):
        vectors.matrix[0, 0] = 1
    assert pickle.loads(pickle.dumps(vectors)) == vectors


def test_a_readonly_cache_is_still_read(load, write, cache, monkeypatch):
    path = write(TEXT)
    first = load(path)
    monkeypatch.setattr(_loading, "writable", lambda folder: pytest.fail("was asked to write"))
    assert load(path) == first


def test_opening_the_cache_is_quick(load, write):
    path = write("".join(f"w{i} {i}.5\n" for i in range(200_000)))
    age(path)
    load(path)
    seconds = []
    for _ in range(3):  # the quickest, for the machine may be busy
        started = time.perf_counter()
        vectors = load(path)
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.03
    assert vectors["w199999"].tolist() == [199999.5]


def test_a_disk_that_fails_is_reported(tmp_path, monkeypatch):
    source = tmp_path / "vectors.txt"
    source.write_text("sun 1 2\nmoon 3 4\n")

    def fail(descriptor):
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        WordVectors.load(source, cache_dir=tmp_path / "cache")
    monkeypatch.undo()
    assert WordVectors.load(source, cache_dir=tmp_path / "cache").words[1] == "moon"
