"""Vectors that came from a file, in pickles and in several processes."""

import pickle
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.base import clone

from skembed.vectors import LoadReport, WordVectors

TEXT = "the 0.5 -0.25\n, 1e-05 2\nÜber -3.75 .5\n"


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def entries(cache):
    return sorted(path.name for path in (cache / "vectors").glob("*.words"))


def test_a_pickle_is_small_and_maps_the_cache(load, write, source_reads):
    path = write("".join(f"w{i} {i} 1.5 2.5\n" for i in range(5000)))
    vectors = load(path)
    pickled = pickle.dumps(vectors)
    assert len(pickled) < 1000
    again = pickle.loads(pickled)
    assert again == vectors
    assert isinstance(again.matrix, np.memmap)
    assert again.report == vectors.report
    assert pickle.dumps(again) == pickled
    assert joblib.hash(again) == joblib.hash(vectors)
    assert source_reads == ["tiny.txt"]


def test_a_pickle_of_limited_vectors(load, write, cache):
    vectors = load(write(TEXT), limit=2)
    pickled = pickle.dumps(vectors)
    assert list(pickle.loads(pickled).words) == ["the", ","]
    shutil.rmtree(cache)
    assert pickle.loads(pickled) == vectors


def test_a_pickle_of_chosen_words_needs_the_cache_and_says_so(load, write, cache):
    vectors = load(write(TEXT), vocabulary=["the", "Über"])
    pickled = pickle.dumps(vectors)
    again = pickle.loads(pickled)
    assert again == vectors
    assert pickle.dumps(again) == pickled
    shutil.rmtree(cache)
    message = r"those of a vocabulary from .*tiny\.txt\. They are not in the cache.*with the same"
    with pytest.raises(FileNotFoundError, match=message):
        len(pickle.loads(pickled))


def test_a_pickle_reads_the_source_again_if_the_cache_is_gone(load, write, cache):
    vectors = load(write(TEXT))
    pickled, rows = pickle.dumps(vectors), vectors.matrix.tolist()
    shutil.rmtree(cache)
    assert pickle.loads(pickled).matrix.tolist() == rows


def test_a_pickle_without_cache_and_source_says_so(load, write, cache):
    path = write(TEXT)
    pickled = pickle.dumps(load(path))
    shutil.rmtree(cache)
    path.unlink()
    message = rf"came from .*tiny\.txt, which is not on {platform.node()}, .*SKEMBED_CACHE to a"
    with pytest.raises(FileNotFoundError, match=message):
        len(pickle.loads(pickled))


def test_a_pickle_without_cache_and_with_a_changed_source_says_so(load, write, cache):
    pickled = pickle.dumps(load(write(TEXT)))
    shutil.rmtree(cache)
    write(TEXT.replace("0.5", "0.7"))
    with pytest.raises(ValueError, match=r"tiny\.txt, which has changed since: expected digest"):
        len(pickle.loads(pickled))


def test_who_passes_a_pickle_on_needs_neither_cache_nor_source(load, write, cache):
    """As the scheduler of a cluster does, which undoes and repeats the pickling of tasks."""
    path = write(TEXT)
    vectors = load(path)
    pickled = pickle.dumps(vectors)
    shutil.rmtree(cache)
    path.unlink()
    passed = pickle.loads(pickled)
    assert pickle.dumps(passed) == pickled
    assert passed == vectors
    assert hash(passed) == hash(vectors)
    assert clone(passed) is passed
    assert not hasattr(passed, "index_to_key")
    assert not cache.exists()


def test_a_pickle_is_opened_by_content_in_the_cache_of_another_machine(
    load, write, cache, session_cache, source_reads
):
    path = write(TEXT + "sky 1 2\n")
    vectors = load(path)
    pickled = pickle.dumps(vectors)
    WordVectors.load(path.rename(path.with_name("moved.txt")), cache_dir=session_cache)
    shutil.rmtree(cache)
    again = pickle.loads(pickled)
    assert again["sky"].tolist() == [1, 2]
    assert again.report.source == str(path)
    assert pickle.dumps(again) == pickled
    assert not cache.exists()
    assert source_reads == ["tiny.txt", "moved.txt"]


def test_where_the_cache_of_a_pickle_cannot_be_made_the_machines_own_is_used(
    load, write, cache, session_cache
):
    pickled = pickle.dumps(load(write(TEXT + "sea 3 4\n")))
    shutil.rmtree(cache)
    cache.touch()  # no folder can be made there
    before = entries(session_cache)
    assert pickle.loads(pickled)["sea"].tolist() == [3, 4]
    assert len(entries(session_cache)) == len(before) + 1


# Several processes.

LOAD = """
import sys
from skembed.vectors import WordVectors
vectors = WordVectors.load(sys.argv[1], cache_dir=sys.argv[2])
print(len(vectors), vectors.digest, vectors.words[-1])
"""


def start(path, cache):
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", LOAD, str(path), str(cache)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def test_processes_that_start_together(write, cache, load):
    rows = np.random.default_rng(0).standard_normal((20_000, 20)).astype(np.float32).astype(str)
    path = write("".join(f"w{i} {' '.join(row)}\n" for i, row in enumerate(rows)))
    answers = [process.communicate(timeout=60) for process in [start(path, cache) for _ in "abc"]]
    assert {error for _, error in answers} == {""}
    (answer,) = {output for output, _ in answers}
    assert answer.split() == ["20000", load(path).digest, "w19999"]
    assert len(entries(cache)) == 1
    assert not list((cache / "vectors").glob(".*"))


def test_a_killed_process_harms_no_later_one(write, cache, load):
    path = write("".join(f"w{i} {i}.5 1.5 2.5\n" for i in range(300_000)))
    process = start(path, cache)
    deadline = time.monotonic() + 30
    while not list((cache / "vectors").glob(".*.unfinished")) and time.monotonic() < deadline:
        time.sleep(0.002)
    process.kill()
    process.communicate()
    assert load(path)["w299999"].tolist() == [299999.5, 1.5, 2.5]


def test_a_report_pickled_before_malformed_lines_were_reported():
    report = LoadReport.__new__(LoadReport)
    earlier = {"source": "a.txt", "n_undecodable": 0, "undecodable": (), "n_duplicates": 1}
    vars(report).update(earlier, duplicates=((2, "a"),))
    again = pickle.loads(pickle.dumps(report))
    assert (again.n_malformed, again.malformed, again.header_count) == (0, (), None)
    assert len(again.sentences()) == 1
