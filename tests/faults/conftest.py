"""Word vectors in a small file, disks without room, and a server that misbehaves."""

import contextlib
import errno
import hashlib
import io
import os
import re
import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType

import pytest

from skembed.files import _system
from skembed.vectors import WordVectors, _catalogue, _download, _loading, _reading
from skembed.vectors._catalogue import Archive, CatalogueEntry

N_WORDS = 10_000
TEXT = "".join(f"w{i} {i}.5 0.25\n" for i in range(N_WORDS))


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def load(cache):
    """`WordVectors.load` with a cache of the test's own."""
    return lambda source, **options: WordVectors.load(source, **{"cache_dir": cache} | options)


@pytest.fixture
def download(cache):
    """`WordVectors.download` with a cache of the test's own."""
    return lambda name, cache_dir=cache: WordVectors.download(name, cache_dir=cache_dir)


@pytest.fixture
def source(tmp_path):
    """10,000 words in a text file that was written long ago."""
    path = tmp_path / "vectors.txt"
    path.write_text(TEXT, encoding="utf-8")
    os.utime(path, (1e9, 1e9))
    return path


@pytest.fixture
def change_while_reading(monkeypatch):
    """Let a function change each source that is read, after its last block or before the first."""

    def install(change, *, first):
        read_file = _reading.read_file

        def read(path, **options):
            monkeypatch.setattr(_reading, "read_file", read_file)
            if first:
                change(path)
            yield from read_file(path, **options)
            if not first:
                change(path)

        monkeypatch.setattr(_reading, "read_file", read)

    return install


@pytest.fixture
def run_python():
    """Run code in another process with its warnings as errors; return what it prints."""

    def run(code, *arguments, env=None, code_of_exit=0):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            cwd=Path(__file__).parents[2],
            env=env,
        )
        assert done.returncode == code_of_exit, done.stderr
        return done.stdout

    return run


@pytest.fixture
def tmpfs(tmp_path):
    """Mount a small file system of its own; it can be filled, or made read-only."""
    folder = tmp_path / "small"
    folder.mkdir()

    def mount(*options):
        done = subprocess.run(
            ["mount", *options, folder], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        return folder

    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root can mount a file system, on Linux")
    try:
        yield mount
    finally:
        subprocess.run(["umount", "--lazy", folder], capture_output=True, check=False)


@pytest.fixture
def open_locks_stay(monkeypatch):
    """Let no lock be removed while any handle is open on it, as on Windows."""
    unlink, handles = Path.unlink, Path("/proc/self/fd")
    if not handles.exists():
        pytest.skip("only Linux lists the files that are open")

    def refuse_open_ones(path, missing_ok=False):
        named = [os.readlink(handle) for handle in handles.iterdir() if os.path.lexists(handle)]
        if path.name == "lock" and str(path) in named:
            raise PermissionError(errno.EACCES, "The file is open", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse_open_ones)
    monkeypatch.setattr(_system, "OPEN_FILES_STAY", True)


# A server that misbehaves.


class Server(ThreadingHTTPServer):
    """Answers each request as the next of its `answers` does, and the last of them ever after."""

    daemon_threads = True
    most_requests = 100

    def __init__(self, content):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = content
        self.answers = [whole]
        self.ranges = []
        self.released = threading.Event()
        self.archive = Archive(self.url, hashlib.sha256(content).hexdigest(), 1)

    def replace(self, content):
        """Serve another archive, of which the catalogue tells."""
        self.content = content
        object.__setattr__(self.archive, "sha256", hashlib.sha256(content).hexdigest())

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/toy.zip"

    def handle_error(self, request, client_address):
        """Say nothing: clients are meant to go away."""


class Handler(BaseHTTPRequestHandler):
    timeout = 60

    def do_GET(self):
        server = self.server
        server.ranges.append(self.headers.get("Range"))
        assert len(server.ranges) <= server.most_requests
        answers = server.answers
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    def start_of_range(self):
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(wanted[1]) if wanted else 0

    def begin(self, status=200, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def log_message(self, *args):
        pass


def whole(handler):
    """Send what was asked for: all, or what is behind some bytes."""
    content, start = handler.server.content, handler.start_of_range()
    if start >= len(content):
        handler.send_error(416)
        return
    told = {"Content_Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if start else {}
    handler.begin(206 if start else 200, Content_Length=len(content) - start, **told)
    with contextlib.suppress(OSError):
        handler.wfile.write(content[start:])


@pytest.fixture(scope="session")
def archive():
    """A zip file of two members, as Stanford's are."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("toy.2d.txt", TEXT)
        packed.writestr("toy.1d.txt", "a 1\nb 2\n")
    return content.getvalue()


@pytest.fixture
def server(archive, monkeypatch):
    """A running server, whose archive is in the catalogue as toy.2d and toy.1d."""
    with Server(archive) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        names = ("toy.1d", "toy.2d")
        entries = {name: CatalogueEntry(running.archive, f"{name}.txt") for name in names}
        for module in (_catalogue, _loading):
            monkeypatch.setattr(module, "CATALOGUE", MappingProxyType(entries))
        yield running
        running.released.set()
        running.shutdown()
        thread.join(10)


@pytest.fixture
def wait_for_server(monkeypatch):
    """Return what sets how many seconds a server may be silent."""
    return lambda seconds: monkeypatch.setattr(_download, "_TIMEOUT_SECONDS", seconds)


@pytest.fixture
def downloads(cache):
    """Folder of archives, and of parts of them."""
    return cache / "downloads"


@pytest.fixture(scope="session")
def good_answer():
    return whole


@pytest.fixture
def check_whole(download, downloads, archive):
    """Check that the next try brings the archive, and leaves nothing beside it."""

    def check():
        assert len(download("toy.2d")) == N_WORDS
        assert [path.name for path in downloads.iterdir()] == ["toy.zip"]
        assert (downloads / "toy.zip").read_bytes() == archive

    return check
