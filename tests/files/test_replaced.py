"""Files that are replaced at the end, or not at all."""

import os
import re
import stat
import sys
import threading
from pathlib import Path

import pytest

from skembed.files import check_target, opened_to_write, printable, replaced, sentence

WHAT = ("the answers", "write elsewhere")


def write(target, content=b"new"):
    with replaced(target, *WHAT) as new:
        new.write_bytes(content)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_bytes(b"earlier")
    return path


@pytest.fixture(scope="module")
def links(tmp_path_factory):
    """Skip where no symbolic links can be made: on Windows, only some users may."""
    link = tmp_path_factory.mktemp("links") / "link"
    try:
        link.symlink_to("file")
    except OSError as error:
        pytest.skip(f"no symbolic links can be made here: {error}")
    if not link.is_symlink():
        pytest.skip("no symbolic links can be made here")


def test_the_file_is_there_when_the_block_ends(target):
    with replaced(target, *WHAT) as new:
        assert new.suffix == ".csv"
        new.write_bytes(b"new")
        assert target.read_bytes() == b"earlier"
    assert target.read_bytes() == b"new"
    assert names_in(target.parent) == ["answers.csv"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, OSError])
def test_the_earlier_file_stays_when_the_block_fails(target, error):
    def fail():
        with opened_to_write(target, *WHAT) as file:
            file.write(b"half")
            file.flush()
            raise error("in the middle")

    with pytest.raises(error, match="in the middle"):
        fail()
    assert target.read_bytes() == b"earlier"
    assert names_in(target.parent) == ["answers.csv"]


def test_a_file_that_another_process_removes_meanwhile(target, monkeypatch):
    """Two processes of one fit write, and at the end remove, the same checkpoint."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: target.unlink())
    write(target)
    assert target.read_bytes() == b"new"


@pytest.fixture
def kept_until_closed(monkeypatch):
    """Keep removed locks under another name until they are closed, as NFS and FUSE do."""
    unlink, close, hidden = Path.unlink, os.close, []

    def rename(path, missing_ok=False):
        if path.name != "lock":
            return unlink(path, missing_ok)
        hidden.append(path.rename(path.with_name(".hidden0001")))

    def close_and_remove(descriptor):
        close(descriptor)
        while hidden:
            unlink(hidden.pop())

    monkeypatch.setattr(Path, "unlink", rename)
    monkeypatch.setattr(os, "close", close_and_remove)


def test_a_drive_that_keeps_open_files_for_a_while(target, kept_until_closed):
    write(target)
    assert target.read_bytes() == b"new"
    assert names_in(target.parent) == ["answers.csv"]


def test_a_block_that_writes_nothing_is_an_error(target):
    with pytest.raises(FileNotFoundError, match="No such file"), replaced(target, *WHAT):
        pass
    assert target.read_bytes() == b"earlier"


@pytest.fixture
def permissions(target):
    """Skip where files have no permissions: on Windows, and on its file systems."""
    target.chmod(0o604)
    if stat.S_IMODE(target.stat().st_mode) != 0o604:
        pytest.skip(f"files in {target.parent} have no permissions of Unix")


def test_permissions(target, tmp_path, permissions):
    target.chmod(0o640)
    write(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    before = os.umask(0o027)
    try:
        write(tmp_path / "first")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "first").stat().st_mode) == 0o640


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_stays(target, permissions):
    os.chown(target, 12345, 54321)
    target.chmod(0o604)
    write(target)
    found = target.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (12345, 54321, 0o604)


def test_a_symbolic_link_stays_and_its_file_is_replaced(target, tmp_path, links):
    folder = tmp_path / "links"
    folder.mkdir()
    link, dangling = folder / "link", folder / "dangling"
    link.symlink_to(target)
    dangling.symlink_to("../later.csv")
    for path in (link, dangling):
        check_target(path, *WHAT)
        write(path)
        assert path.is_symlink()
    assert target.read_bytes() == (tmp_path / "later.csv").read_bytes() == b"new"
    assert names_in(folder) == ["dangling", "link"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("way", [replaced, opened_to_write])
def test_a_pipe_gets_what_is_written_and_stays(way, tmp_path):
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    check_target(pipe, *WHAT)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    with way(pipe, *WHAT) as lent:
        (lent.write_bytes if isinstance(lent, Path) else lent.write)(b"rows")
    reader.join(30)
    assert got == [b"rows"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert names_in(tmp_path) == ["pipe"]


@pytest.mark.skipif(os.name == "nt", reason="Windows numbers no devices")
def test_a_device_stays_a_device():
    before = Path("/dev/null").stat()
    write("/dev/null")
    after = Path("/dev/null").stat()
    assert (before.st_mode, before.st_rdev) == (after.st_mode, after.st_rdev)


def test_an_open_file_gets_a_copy(tmp_path):
    with (tmp_path / "a").open("wb") as file:
        file.write(b"first ")
        file.flush()
        write(file.fileno(), b"second")
    assert (tmp_path / "a").read_bytes() == b"first second"


STANDARD_OUTPUT = """
from skembed.files import replaced
print("printed before")
with replaced("/dev/stdout", "it", "wait") as new:
    new.write_bytes(b"written\\n")
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no /dev/stdout")
def test_standard_output_by_name_goes_on_where_it_is(run_python, tmp_path):
    path = tmp_path / "out"
    path.write_text("earlier\n")
    with path.open("a") as file:
        run_python(STANDARD_OUTPUT, stdout=file)
    assert path.read_text() == "earlier\nprinted before\nwritten\n"
    assert names_in(tmp_path) == ["out"]


@pytest.fixture
def run_python():
    import subprocess

    def run(code, **options):
        root = Path(__file__).parents[2]
        subprocess.run([sys.executable, "-c", code], check=True, cwd=root, **options)

    return run


# Before anything is done.


def refuse(error, message, target, inputs=()):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        check_target(target, *WHAT, inputs)


def test_what_cannot_be_written(tmp_path):
    refuse(
        IsADirectoryError,
        f"{tmp_path} is a folder. Give the name of a file for the answers.",
        tmp_path,
    )
    nowhere = tmp_path / "no" / "such" / "a.csv"
    refuse(FileNotFoundError, f"There is no folder {nowhere.parent} for the answers.", nowhere)
    (tmp_path / "file").touch()
    below = tmp_path / "file" / "a.csv"
    refuse(FileNotFoundError, f"There is no folder {below.parent} for the answers.", below)


def test_what_can_be_written_is_left_as_it_was(target, tmp_path):
    check_target(target, *WHAT, [("the table", tmp_path / "other"), ("the model", target.parent)])
    check_target(tmp_path / "new", *WHAT)
    assert target.read_bytes() == b"earlier"
    assert names_in(tmp_path) == ["answers.csv"]


@pytest.mark.parametrize(
    "by", ["itself", "dots", "nowhere", "relative", "symbolic", "hard", "folder"]
)
def test_an_input_by_any_name(by, target, tmp_path, monkeypatch, request):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    if by in ("symbolic", "folder"):
        request.getfixturevalue("links")
        (tmp_path / "symbolic").symlink_to(target)
        (tmp_path / "folder").symlink_to(tmp_path, target_is_directory=True)
    os.link(target, tmp_path / "hard")
    name = {
        "itself": str(target),
        "dots": str(tmp_path / "sub" / ".." / "answers.csv"),
        "nowhere": str(tmp_path / "none" / ".." / "answers.csv"),
        "relative": "./answers.csv",
        "symbolic": "symbolic",
        "hard": "hard",
        "folder": str(Path("folder", "answers.csv")),
    }[by]
    for one, other in ((str(target), name), (name, str(target))):
        refuse(
            ValueError,
            f"{one} is the same file as the table ({other}), which would be lost. Write the "
            "answers to another file.",
            one,
            [("the model", tmp_path / "none"), ("the table", other)],
        )


def test_an_input_that_is_open(target, tmp_path):
    with target.open("rb") as file:
        refuse(
            ValueError,
            f"{target} is the same file as the table (open file {file.fileno()}), which would be "
            "lost. Write the answers to another file.",
            target,
            [("the table", file.fileno())],
        )


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_is_write_protected(target):
    target.chmod(0o444)
    message = (
        f"{target} is write-protected. Allow writing to it, or choose another name for the answers."
    )
    refuse(PermissionError, message, target)


# What is said.


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "0.8 ± 0.1 – 日本…"),
        ("cp932", "0.8 ± 0.1 - 日本…"),
        ("cp437", r"0.8 ± 0.1 - \u65e5\u672c..."),
        ("ascii", r"0.8 +/- 0.1 - \u65e5\u672c..."),
    ],
)
def test_printable(encoding, expected, monkeypatch):
    with open(os.devnull, "w", encoding=encoding) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        found = printable("0.8 ± 0.1 – 日本…")
        print(found)
    assert found == expected


def test_printable_without_standard_output(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    assert printable("half a pair: \ud800 ±") == r"half a pair: \ud800 ±"


def noted(error):
    error.add_note("In row 5.")
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (FileNotFoundError(2, "No such file or directory", "a.csv"), "There is no file a.csv."),
        (IsADirectoryError(21, "Is a directory", "a"), "a is a folder, but a file is needed."),
        (
            PermissionError(13, "Permission denied", "a.csv"),
            "There is no permission to open a.csv.",
        ),
        (OSError(36, "File name too long", b"a" * 3), "File name too long: aaa."),
        (OSError(28, "No room for it."), "No room for it."),
        (noted(ValueError("It is wrong.")), "It is wrong. In row 5."),
    ],
)
def test_sentences(error, expected):
    assert sentence(error) == expected
