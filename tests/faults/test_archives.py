"""Archives are read, never unpacked: names in them lead nowhere, and bombs do not go off."""

import gzip
import io
import stat
import zipfile
import zlib

import pytest

CONTENT = b"sun 1 0\nmoon 0 1\n"
NAMES = [
    "../../evil.txt",
    "../vectors/evil.txt",
    "/evil.txt",
    "//evil/evil.txt",
    "C:\\evil.txt",
    "..\\evil.txt",
    "~/evil.txt",
    "a/../../../evil.txt",
    "evil\0.txt",
    "x" * 300 + "/evil.txt",
]


def everything(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_names_that_lead_elsewhere(load, cache, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile(tmp_path / "vectors.zip", "w") as packed:
        packed.writestr(name, CONTENT)
    assert list(load(tmp_path / "vectors.zip").words) == ["sun", "moon"]
    outside = [found for found in everything(tmp_path) if not found.startswith("cache/")]
    assert outside == ["cache", "vectors.zip"]
    assert not [found for found in everything(cache) if "evil" in found]


def test_a_link_in_an_archive_is_text_like_any_other(load, tmp_path):
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "vectors.zip", "w") as packed:
        packed.writestr(link, "/etc/passwd")
    with pytest.raises(
        ValueError, match=r"expected a file of word vectors, found the line '/etc/passwd'"
    ):
        load(tmp_path / "vectors.zip")


def test_names_that_lead_elsewhere_in_a_download(server, download, tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name in NAMES:
            packed.writestr(name, "evil 1\n")
        packed.writestr("toy.2d.txt", CONTENT)
    server.replace(content.getvalue())
    before = everything(tmp_path.parent)
    assert list(download("toy.2d").words) == ["sun", "moon"]
    new = set(everything(tmp_path.parent)) - set(before)
    assert not [name for name in new if "evil" in name]
    assert {name.split("/")[1] for name in new} == {"cache"}


def test_a_download_without_its_file(server, download):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("other.txt", CONTENT)
    server.replace(content.getvalue())
    with pytest.raises(ValueError, match=r"expected toy\.2d\.txt in the archive, found other\.txt"):
        download("toy.2d")


def zipped(path, content, method):
    with zipfile.ZipFile(path, "w", method) as packed:
        packed.writestr("vectors.txt", content)


BOMBS = {
    "gzip": lambda path, content: path.write_bytes(gzip.compress(content, 9)),
    "deflate": lambda path, content: zipped(path, content, zipfile.ZIP_DEFLATED),
    "bzip2": lambda path, content: zipped(path, content[:2_000_000], zipfile.ZIP_BZIP2),
    "lzma": lambda path, content: zipped(path, content[:2_000_000], zipfile.ZIP_LZMA),
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("line", [b"w 0 0\n", b"0"])
def test_bombs(load, cache, tmp_path, bomb, line):
    path = tmp_path / "bomb"
    head = b"sun 1 0\nmoon 0 1\n"
    BOMBS[bomb](path, head + line * (20_000_000 // len(line)))
    assert path.stat().st_size < 200_000
    with pytest.raises(ValueError, match=r"bomb.*: expected (at most|lines of at most|an archive)"):
        load(path)
    assert everything(cache / "vectors") in ([], ["sources"])


def test_a_bomb_of_which_nobody_tells_the_size(load, cache, tmp_path):
    """The size in the archive is a small one, what is packed is not."""
    content = b"sun 1 0\n" * 4_000_000
    path = tmp_path / "bomb.zip"
    zipped(path, content, zipfile.ZIP_DEFLATED)
    told = len(content).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(told, (800).to_bytes(4, "little")))
    with pytest.raises(ValueError, match=r"expected a whole compressed file, found a damaged"):
        load(path)
    assert not list((cache / "vectors").glob("*.words"))
    assert zlib.crc32(content[:800]) != zlib.crc32(content)
