"""What is written by the processes that are killed, and what is found afterwards."""

import contextlib
import hashlib
import io
import os
import re
import shutil
import signal
import time
import zipfile
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType

import numpy as np
import requests  # noqa: F401 - here, for else each child would import it
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import skembed
from skembed import GloveVectorizer, KerasTokenizer, WordVectors
from skembed.classifiers import _checkpoint
from skembed.cli import main
from skembed.cli._reports import save_picture
from skembed.networks import CNNEncoder, NetworkSpec, ObjectiveSpec, Progress, initial_state
from skembed.vectors import _cache, _catalogue, _conversion, _download, _loading  # noqa: F401


def text_of_vectors(n_words):
    rows = np.random.default_rng(0).standard_normal((n_words, 20)).astype(np.float32)
    return "".join(f"w{i} {' '.join(row)}\n" for i, row in enumerate(rows.astype(str)))


class Cache:
    """The cache of converted vectors, empty or with an entry of an older version."""

    n_beginnings = 2

    def __init__(self, folder, n_words=30_000):
        self.source, self.cache, self.last = folder / "vectors.txt", folder / "cache", n_words - 1
        self.source.write_text(text_of_vectors(n_words))
        os.utime(self.source, (1e9, 1e9))
        self.digest = self.write().digest
        (words,) = (self.cache / "vectors").glob("*.words")
        self.key, self.kept = words.stem, folder / "older"
        shutil.copytree(self.cache, self.kept)
        older = self.kept / "vectors" / words.name
        older.write_bytes(older.read_bytes().replace(b'"version": 2', b'"version": 1'))

    def prepare(self, number):
        shutil.rmtree(self.cache)
        if number % 2:
            shutil.copytree(self.kept, self.cache)

    def write(self):
        return WordVectors.load(self.source, cache_dir=self.cache)

    def state(self):
        entry = _cache.open_entry(self.cache / "vectors", self.key)
        if entry is None:
            return "old"
        assert entry.digest == self.digest
        return "new"

    def check_next_start(self):
        vectors = self.write()
        assert vectors.digest == self.digest
        again = WordVectors(list(vectors.words), np.array(vectors.matrix))
        assert again.digest == self.digest  # which is computed from words and numbers
        assert vectors.words.find([f"w{self.last}"]).tolist() == [self.last]

    def write_more(self):
        assert len(WordVectors.load(self.source, limit=5, cache_dir=self.cache)) == 5


class Model:
    """A saved model that takes the place of another one."""

    n_beginnings = 1

    def __init__(self, folder, n_words=20_000):
        self.path, self.older = folder / "models" / "model.skembed", folder / "older"
        self.path.parent.mkdir()
        matrix = np.random.default_rng(0).standard_normal((n_words, 200)).astype(np.float32)
        words = [f"w{i}" for i in range(len(matrix))]
        self.old = GloveVectorizer(WordVectors(words[:9], matrix[:9]))
        self.new = GloveVectorizer(WordVectors(words, matrix))
        skembed.save(self.old, self.older)

    def prepare(self, number):
        shutil.copy(self.older, self.path)

    def write(self):
        skembed.save(self.new, self.path)

    def state(self):
        vectors = skembed.load(self.path).embeddings
        if vectors == self.old.embeddings:
            return "old"
        assert vectors == self.new.embeddings
        return "new"

    def check_next_start(self):
        self.write()
        assert self.state() == "new"

    write_more = write


class Download:
    """An archive from a server that takes its time."""

    n_beginnings = 1

    def __init__(self, folder, n_words=10_000):
        self.n_words = n_words
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as packed:
            packed.writestr("toy.20d.txt", text_of_vectors(n_words))
        self.content = content.getvalue()
        self.cache = folder / "cache"
        self.archive = self.cache / "downloads" / "toy.zip"
        archive = _catalogue.Archive(self.serve(), hashlib.sha256(self.content).hexdigest(), 3)
        entry = _catalogue.CatalogueEntry(archive, "toy.20d.txt")
        for module in (_catalogue, _loading):
            module.CATALOGUE = MappingProxyType({"toy.20d": entry})

    def serve(self):
        content = self.content

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
                start = int(wanted[1]) if wanted else 0
                if start >= len(content):
                    self.send_error(416)
                    return
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(content) - start))
                self.send_header("Content-Range", f"bytes {start}-")
                self.end_headers()
                with contextlib.suppress(OSError):
                    for position in range(start, len(content), 1 << 16):
                        self.wfile.write(content[position : position + (1 << 16)])
                        time.sleep(0.004)

            def log_message(self, *args):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server_process = os.fork()
        if self.server_process == 0:
            signal.alarm(1800)
            server.serve_forever()
        server.socket.close()
        return f"http://127.0.0.1:{server.server_port}/toy.zip"

    def prepare(self, number):
        shutil.rmtree(self.cache, ignore_errors=True)

    def write(self):
        with contextlib.redirect_stderr(io.StringIO()):
            return WordVectors.download("toy.20d", cache_dir=self.cache)

    def state(self):
        if not self.archive.exists():
            return "old"
        assert self.archive.read_bytes() == self.content
        return "new"

    def check_next_start(self):
        part = self.archive.with_name("toy.zip.part")
        arrived = part.read_bytes() if part.exists() else b""
        assert self.content.startswith(arrived)
        assert len(self.write()) == self.n_words
        assert self.state() == "new"
        assert not part.exists()

    def write_more(self):
        assert len(WordVectors.load("toy.20d", limit=5, cache_dir=self.cache)) == 5


class Checkpoint:
    """The checkpoint of a fit, which a later one replaces."""

    n_beginnings = 2

    def __init__(self, folder, n_words=20_000):
        self.path = folder / "fits" / "fit.checkpoint"
        self.path.parent.mkdir()
        self.kept, weights = folder / "older", np.ones((n_words, 200), np.float32)
        spec = NetworkSpec(
            n_rows=n_words, n_dims=200, trainable_embedding=True, spatial_dropout=0.0,
            encoder=CNNEncoder(filters=1, kernel_sizes=(1,), stacked=False, pool_size=0),
            dense_dropout=0.0, dense_units=(), dense_activation="relu", batch_norm=False,
            n_outputs=2, precision="float32",
        )  # fmt: skip
        objective = ObjectiveSpec(
            loss="crossentropy", top_k=0, label_smoothing=0.0, optimizer="adam",
            clipnorm=None,
        )  # fmt: skip
        self.start = initial_state(spec, objective, seed=0, embedding=weights)
        self.progress = [
            Progress(replace(self.start, weights={"w": n * weights}, n_epochs=n), None, {}, 0.1)
            for n in (1, 2)
        ]
        self.keeper().epoch_ended(self.progress[0])
        shutil.move(self.path, self.kept)

    def keeper(self):
        return _checkpoint.Checkpoint(self.path, {"epochs": 2}, {})

    def prepare(self, number):
        self.path.unlink(missing_ok=True)
        if number % 2:
            shutil.copy(self.kept, self.path)

    def write(self):
        self.keeper().epoch_ended(self.progress[1])

    def state(self):
        found = self.keeper().read(self.start)
        if found is None:
            return "old"
        assert np.all(found.state.weights["w"] == found.state.n_epochs)
        return {1: "old", 2: "new"}[found.state.n_epochs]

    def check_next_start(self):
        self.write()
        assert self.state() == "new"

    write_more = write


class Written:
    """A file that a command or function writes over an earlier one."""

    n_beginnings = 2
    name = "file"

    def __init__(self, folder, n_words=2000):
        self.path, self.aside = folder / "written" / self.name, folder / "aside"
        self.path.parent.mkdir()
        self.aside.mkdir()
        texts = [f"w{i} sun sea" for i in range(n_words)]
        self.table = self.aside / "table.csv"
        rows = [f"{text},{'ab'[i % 2]}\n" for i, text in enumerate(texts)]
        self.table.write_text("text,label\n" + "".join(rows))
        self.model = self.aside / "model.skembed"
        pipeline = make_pipeline(TfidfVectorizer(), LogisticRegression())
        skembed.save(pipeline.fit(texts, ["a", "b"] * (n_words // 2)), self.model)
        self.write()
        self.whole = self.path.read_bytes()

    def prepare(self, number):
        self.path.unlink(missing_ok=True)
        if number % 2:
            self.path.write_bytes(b"old")

    def state(self):
        if not self.path.exists() or self.path.read_bytes() == b"old":
            return "old"
        assert self.path.read_bytes() == self.whole
        return "new"

    def check_next_start(self):
        self.write()
        assert self.state() == "new"

    def write_more(self):
        self.write()


class Answers(Written):
    """The table that predict writes."""

    name = "answers.csv"

    def write(self):
        main(["predict", str(self.model), str(self.table), "--output", str(self.path)])


class Parquet(Answers):
    """The same, as Parquet."""

    name = "answers.parquet"


class Picture(Written):
    """The picture of a report."""

    name = "words.png"

    def write(self):
        report = KerasTokenizer().fit(["sun sea"]).coverage(WordVectors(["sun"], [[1.0]]))
        save_picture(report, self.path, 50)


class Onnx(Written):
    """An exported model."""

    name = "model.onnx"

    def __init__(self, folder, n_words=2000):
        import onnx

        from skembed.export import _to_onnx

        self.onnx, self.write_model = onnx, _to_onnx._write
        super().__init__(folder, n_words)

    def write(self):
        onnx = self.onnx
        weights = onnx.numpy_helper.from_array(np.zeros(100_000, np.float32), "weights")
        graph = onnx.helper.make_graph([], "model", [], [], [weights])
        self.write_model(onnx.helper.make_model(graph), self.path)


TARGETS = {
    "answers": Answers,
    "cache": Cache,
    "checkpoint": Checkpoint,
    "download": Download,
    "model": Model,
    "onnx": Onnx,
    "parquet": Parquet,
    "picture": Picture,
}
