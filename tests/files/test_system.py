"""What differs between operating systems, as far as one system can show it."""

import errno
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from skembed.files import (
    check_target,
    ended_by_signals,
    has_no_reader,
    replace_file,
    replaced,
    usable_cores,
    why_not_writable,
)

ROOT = Path(__file__).parents[2]
WHAT = ("the answers", "write elsewhere")


@pytest.fixture
def files(tmp_path):
    new, target = tmp_path / "new", tmp_path / "answers.csv"
    new.write_bytes(b"new")
    target.write_bytes(b"earlier")
    return new, target


@pytest.fixture
def refuse_for(monkeypatch):
    """Let files be open in another program for a number of calls, as on Windows."""
    replace = os.replace

    def refuse(n_calls):
        calls = iter(range(n_calls))

        def replace_later(source, target):
            if next(calls, None) is not None:
                raise PermissionError(errno.EACCES, "Permission denied", source, None, target)
            replace(source, target)

        monkeypatch.setattr(os, "replace", replace_later)
        monkeypatch.setattr("skembed.files._system._PATIENCE_SECONDS", 0.5)

    return refuse


def test_replacing_waits_for_a_reader(files, refuse_for, monkeypatch):
    monkeypatch.setattr("skembed.files._system.OPEN_FILES_STAY", True)
    refuse_for(3)
    replace_file(*files)
    assert files[1].read_bytes() == b"new"
    assert not files[0].exists()


def test_a_file_that_stays_open_elsewhere(files, refuse_for, monkeypatch):
    monkeypatch.setattr("skembed.files._system.OPEN_FILES_STAY", True)
    refuse_for(1000)
    message = (
        f"{files[1]} is open in another program, or it is write-protected. Close it there, allow "
        "writing to it, or choose another name."
    )
    with pytest.raises(PermissionError, match=f"^{re.escape(message)}$"):
        replace_file(*files)
    with (
        pytest.raises(PermissionError, match=f"^{re.escape(message)}$"),
        replaced(files[1], *WHAT) as new,
    ):
        new.write_bytes(b"new")
    assert files[1].read_bytes() == b"earlier"
    assert sorted(path.name for path in files[1].parent.iterdir()) == ["answers.csv", "new"]


def test_elsewhere_nothing_is_waited_for(files, refuse_for, monkeypatch):
    monkeypatch.setattr("skembed.files._system.OPEN_FILES_STAY", False)
    refuse_for(1)
    with pytest.raises(PermissionError, match="Permission denied"):
        replace_file(*files)


@pytest.mark.skipif(os.name != "nt", reason="only Windows keeps open files")
def test_a_file_that_a_thread_reads_for_a_while(files):
    opened = files[1].open("rb")
    threading.Timer(0.5, opened.close).start()
    replace_file(*files)
    assert files[1].read_bytes() == b"new"


def test_files_without_numbers_are_no_input(files, monkeypatch):
    """Some network drives give no numbers, and all files would be one."""
    for name in ("stat", "fstat"):
        monkeypatch.setattr(os, name, without_number(getattr(os, name)))
    check_target(files[1], *WHAT, [("the table", files[0])])


def without_number(function):
    def call(*arguments, **options):
        found = function(*arguments, **options)
        return os.stat_result((found.st_mode, 0, *found[2:]))

    return call


TO_NOWHERE = """
import os
from skembed.files import replaced
with replaced(os.devnull, "it", "wait") as new:
    new.write_bytes(b"written\\n")
"""


def test_what_goes_to_nowhere_is_not_in_a_pipe():
    """The null device and pipes have the same number on Windows."""
    command = [sys.executable, "-c", TO_NOWHERE]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    assert done.stdout == b""


def test_a_folder_that_can_be_written(tmp_path):
    assert why_not_writable(tmp_path) == ""
    assert [*tmp_path.iterdir()] == []


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    places = {"none": errno.ENOENT, "file": errno.ENOENT if os.name == "nt" else errno.ENOTDIR}
    for name, number in places.items():
        assert why_not_writable(tmp_path / name) == os.strerror(number)


@pytest.mark.parametrize(
    ("error", "on_windows", "elsewhere"),
    [
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), True, True),
        (OSError(errno.EINVAL, "Invalid argument"), True, False),
        (OSError(errno.EINVAL, "Invalid argument", "a?b.csv"), False, False),
        (OSError(errno.ENOSPC, "No space left on device"), False, False),
        (ValueError("wrong"), False, False),
    ],
)
def test_a_pipe_without_a_reader(error, on_windows, elsewhere, monkeypatch):
    monkeypatch.setattr("skembed.files._system._IS_WINDOWS", True)
    assert has_no_reader(error) == on_windows
    monkeypatch.setattr("skembed.files._system._IS_WINDOWS", False)
    assert has_no_reader(error) == elsewhere


def test_signals_that_end_a_program():
    wanted = {"SIGTERM", "SIGBREAK"} if os.name == "nt" else {"SIGTERM", "SIGHUP"}
    before = {each: signal.getsignal(each) for each in signal.Signals}
    # One that is ignored, as SIGHUP is under nohup, stays so.
    wanted = {name for name in wanted if before[signal.Signals[name]] is not signal.SIG_IGN}
    with ended_by_signals():
        changed = {each.name for each, was in before.items() if signal.getsignal(each) != was}
    assert changed == wanted
    assert {each: signal.getsignal(each) for each in signal.Signals} == before


def test_cores(monkeypatch):
    assert 1 <= usable_cores() <= os.cpu_count()
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert usable_cores() == os.cpu_count()
