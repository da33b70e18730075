"""Two to eight processes that load the same vectors at once."""

import errno
import io
import itertools
import os
import sys
import threading
import time
from contextlib import ExitStack

import filelock
import pytest

from skembed.files import remove_abandoned, staging_folder

TOGETHER = """
import collections, os, shutil, signal, sys, time, traceback
from pathlib import Path
from skembed.vectors import WordVectors, _reading

source, folder, kill = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "kill"
read_file, reads = _reading.read_file, folder / "reads"

def counting(*arguments, **options):
    with reads.open("a") as file:
        file.write(f"{os.getpid()}\\n")
    if kill and reads.read_text().count("\\n") == 1:
        time.sleep(60)  # until it is killed
    yield from read_file(*arguments, **options)

_reading.read_file = counting

def child(number, gate):
    os.read(gate, 1)
    vectors = WordVectors.load(source, cache_dir=folder / "cache")
    row = vectors["w9999"].tolist()
    (folder / f"{number}.said").write_text(f"{len(vectors)} {vectors.digest} {row}")

for n in range(2, 9):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    gate, opener = os.pipe()
    children = {}
    for number in range(n):
        process = os.fork()
        if process == 0:
            os.close(opener)
            try:
                child(number, gate)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
        children[process] = number
    os.close(gate)
    os.close(opener)  # all begin
    if kill:
        while not reads.exists() or not reads.read_text().endswith("\\n"):
            time.sleep(0.005)
        os.kill(int(reads.read_text()), signal.SIGKILL)
    for process in children:
        os.waitpid(process, 0)
    said = collections.Counter(path.read_text() for path in folder.glob("*.said"))
    left = [path for path in folder.rglob("*") if ".unfinished" in path.name]
    entries = list(folder.rglob("*.words"))
    print(n, len(said), sum(said.values()), len(reads.read_text().split()), len(entries), len(left))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.parametrize("how", ["work", "kill"])
def test_two_to_eight_processes(run_python, source, tmp_path, how):
    """All get the same vectors, converted once, or twice if the first one is killed at it."""
    said = run_python(TOGETHER, source, tmp_path / "together", how)
    found = [tuple(map(int, line.split())) for line in said.splitlines()]
    killed = how == "kill"
    assert found == [(n, 1, n - killed, 1 + killed, 1, 0) for n in range(2, 9)]


def test_a_folder_that_goes_at_once_is_made_again(tmp_path, monkeypatch):
    """Who ends removes the folder, perhaps just after another has found it there."""
    place, asked, mkdir = tmp_path / ".new.unfinished", [], os.mkdir

    def find_it_once(path, mode=0o777):
        asked.append(path)
        if len(asked) == 1:
            raise FileExistsError(errno.EEXIST, "File exists", str(path))
        mkdir(path, mode)

    monkeypatch.setattr(os, "mkdir", find_it_once)
    with staging_folder(tmp_path, "new", "something", "give up") as lent:
        assert lent == place
        assert [path.name for path in place.iterdir()] == ["lock"]
    assert asked == [place, place]


def test_files_whose_long_names_begin_alike_do_not_wait_for_each_other(tmp_path):
    names = [f"{'answers-' * 20}{i}.csv" for i in range(2)]
    with ExitStack() as stack:
        lent = [
            stack.enter_context(staging_folder(tmp_path, name, "something", "give up"))
            for name in names
        ]
        assert len({*lent}) == 2
        assert all(len(place.name) < 80 for place in lent)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def occupied(load, source, change_while_reading):
    """Let a thread stop in the middle of a conversion, until it is told to go on."""
    inside, go_on = threading.Event(), threading.Event()

    def stop(path):
        inside.set()
        assert go_on.wait(60)

    change_while_reading(stop, first=False)
    thread = threading.Thread(target=load, args=(source,))
    thread.start()
    assert inside.wait(60)
    yield go_on
    go_on.set()
    thread.join(60)


def test_who_waits_for_long_is_told_why(load, source, occupied, monkeypatch):
    class Stderr(io.StringIO):
        def flush(self):  # a line has been printed
            threading.Timer(0.2, occupied.set).start()

    told, clock = Stderr(), itertools.count(step=20)
    monkeypatch.setattr(sys, "stderr", told)
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    assert len(load(source)) == 10_000
    assert "skembed: waiting for another process, which writes" in told.getvalue()
    assert told.getvalue().count("\n") == 1


def test_others_work_is_not_cleared_away(load, source, occupied, cache):
    assert len(load(source, limit=5)) == 5  # of another entry, for which nobody waits
    (place,) = (cache / "vectors").glob(".*.unfinished")
    assert (place / "lock").exists()


def test_where_there_are_no_locks(load, source, cache, monkeypatch):
    def refuse(handle, **options):
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(filelock, "lock_descriptor", refuse)
    folder = cache / "vectors"
    for name in (".new.a.unfinished-alone", ".old.b.unfinished-alone"):
        (folder / name).mkdir(parents=True)
    then = time.time() - 25 * 3600
    os.utime(folder / ".old.b.unfinished-alone", (then, then))
    assert len(load(source)) == 10_000
    assert [path.name for path in folder.glob(".*")] == [".new.a.unfinished-alone"]


def test_a_lock_of_another_user(load, source, cache, monkeypatch):
    opened = os.open

    def refuse(path, *arguments, **options):
        if str(path).endswith("lock"):
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        assert len(load(source)) == 10_000
    load(source, limit=5)
    assert not [path for path in (cache / "vectors").glob(".*") if list(path.iterdir())]


def test_long_names(tmp_path):
    name = "\N{GRINNING FACE}" * 60 + ".skembed"
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        pytest.skip("names of files have no such characters here")
    with staging_folder(tmp_path, name, "it", "wait") as place:
        assert len(os.fsencode(place.name)) < 256
    assert list(tmp_path.iterdir()) == []


def enter(folder):
    return staging_folder(folder, "new", "something", "give up")


def test_where_open_files_are_not_removed(tmp_path, open_locks_stay):
    inside, counts = [], []

    def work():
        with enter(tmp_path) as place:
            inside.append(place)
            (place / "made").write_text("half")
            counts.append((len(inside), sorted(path.name for path in place.iterdir())))
            time.sleep(0.02)
            inside.remove(place)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert counts == [(1, ["lock", "made"])] * 6
    assert list(tmp_path.iterdir()) == []


def test_what_was_left_is_removed_where_open_files_are_not(tmp_path, open_locks_stay):
    left = tmp_path / ".old.unfinished"
    left.mkdir()
    for name in ("lock", "half"):
        (left / name).touch()
    with enter(tmp_path) as place:
        remove_abandoned(tmp_path)
        assert list(tmp_path.iterdir()) == [place]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_a_child_process_keeps_no_lock(tmp_path):
    gate, opener = os.pipe()
    with enter(tmp_path):
        child = os.fork()
        if child == 0:
            os.close(opener)
            os.read(gate, 1)  # until the test has ended
            os._exit(0)
    try:
        with enter(tmp_path) as place:
            assert place.name == ".new.unfinished"
    finally:
        os.close(opener)
        os.waitpid(child, 0)
