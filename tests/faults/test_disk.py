"""Disks that are full or cannot be written: one sentence, nothing half, and a way out."""

import errno
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import skembed
from skembed import CNNTextClassifier, KerasTokenizer, WordVectors
from skembed.cli import main
from skembed.data import open_table

SMALL = KerasTokenizer().fit(["a small model"])
LARGE = KerasTokenizer(None).fit([f"word{i}" for i in range(30_000)])
NO_ROOM = r"No room for the vectors of .*vectors\.txt in .*vectors \(.*MB are free\)\. Make room .*"


def files_in(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("kilobytes", [4, 8, 12, 16, 40, 88, 96, 200, 260, 400])
def test_a_full_disk_of_the_cache(tmpfs, load, source, kilobytes):
    folder = tmpfs("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs")
    with pytest.raises(OSError, match=NO_ROOM + "set cache_dir or SKEMBED_CACHE") as raised:
        load(source, cache_dir=folder)
    assert raised.value.errno == errno.ENOSPC
    assert all(name.startswith("vectors/sources/") for name in files_in(folder))
    tmpfs("-o", "remount,size=10m")
    assert load(source, cache_dir=folder)["w9999"].tolist() == [9999.5, 0.25]
    assert not [name for name in files_in(folder) if "unfinished" in name or "tmp" in name]


@pytest.mark.parametrize("kilobytes", [4, 8, 100, 300, 500])
def test_a_full_disk_of_a_model(tmpfs, kilobytes):
    folder = tmpfs("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs")
    path = folder / "a.skembed"
    had_room = kilobytes > 8
    if had_room:
        skembed.save(SMALL, path)
    message = r"No room for the model a\.skembed in .*small \(No space left on device; .*are free\)"
    with pytest.raises(OSError, match=message + r"\. Make room there, or save to another folder\."):
        skembed.save(LARGE, path)
    assert files_in(folder) == ["a.skembed"] * had_room
    if had_room:
        assert skembed.load(path).get_vocabulary() == SMALL.get_vocabulary()
    tmpfs("-o", "remount,size=10m")
    skembed.save(LARGE, path)
    assert files_in(folder) == ["a.skembed"]
    assert skembed.load(path).get_vocabulary() == LARGE.get_vocabulary()


def test_a_full_disk_of_an_onnx_model(tmpfs, tmp_path):
    onnx = pytest.importorskip("onnx", reason="onnx is not installed (extra: onnx)")
    model = skembed.load(Path(__file__).parents[1] / "persistence/golden/2/cnn_wide.skembed")
    skembed.to_onnx(model, tmp_path / "a.onnx")
    assert (tmp_path / "a.onnx").stat().st_size > 4096
    folder = tmpfs("-t", "tmpfs", "-o", "size=8k", "tmpfs")
    (folder / "a.onnx").write_bytes(b"earlier")
    with pytest.raises(OSError, match=r"No room for the model a\.onnx in .*or write to another"):
        skembed.to_onnx(model, folder / "a.onnx")
    assert (folder / "a.onnx").read_bytes() == b"earlier"
    tmpfs("-o", "remount,size=10m")
    skembed.to_onnx(model, folder / "a.onnx")
    assert files_in(folder) == ["a.onnx"]
    assert onnx.load(folder / "a.onnx") == onnx.load(tmp_path / "a.onnx")


RANDOM = np.random.default_rng(0).integers(10**15, size=20_000).tolist()
ROWS = "text\n" + "".join(f"sun and sea {number}\n" for number in RANDOM)


@pytest.fixture
def small_model(tmp_path):
    """A model of scikit-learn's parts, which needs no TensorFlow."""
    path = tmp_path / "model.skembed"
    model = make_pipeline(TfidfVectorizer(), LogisticRegression())
    skembed.save(model.fit(["sun", "sea", "rain", "wind"] * 3, ["a", "b"] * 6), path)
    return path


def run(*arguments):
    with pytest.raises(SystemExit, match=r"^1$"):
        main([str(argument) for argument in arguments])


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.csv.gz", "a.parquet"])
def test_a_full_disk_of_answers(tmpfs, tmp_path, small_model, name, capsys):
    folder = tmpfs("-t", "tmpfs", "-o", "size=16k", "tmpfs")
    (tmp_path / "rows.csv").write_text(ROWS)
    command = ["predict", small_model, tmp_path / "rows.csv", "--output", folder / name]
    (folder / name).write_text("earlier")
    run(*command)
    message = (
        rf"Error: No room for the answers in {folder} \(No space left on device; .*are free\)\. "
        r"Make room there, or give another --output\.\n"
    )
    assert re.fullmatch(message, capsys.readouterr().err)
    assert files_in(folder) == [name]
    assert (folder / name).read_text() == "earlier"
    tmpfs("-o", "remount,size=10m")
    main([str(argument) for argument in command])
    assert files_in(folder) == [name]
    table = open_table(folder / name, "predicted")
    assert len(table.columns()[0]) == 20_000


def test_a_full_disk_of_a_picture(tmpfs, tmp_path, source, cache, monkeypatch, capsys):
    monkeypatch.setenv("SKEMBED_CACHE", str(cache))
    folder = tmpfs("-t", "tmpfs", "-o", "size=8k", "tmpfs")
    (folder / "a.png").write_text("earlier")
    (tmp_path / "rows.csv").write_text("text\nw1 sea\n")
    plot = ["coverage", tmp_path / "rows.csv", "--embeddings", source, "--plot", folder / "a.png"]
    run(*plot)
    message = r"Error: No room for the picture in .*or draw to another folder\."
    assert re.search(message, capsys.readouterr().err)
    assert files_in(folder) == ["a.png"]
    assert (folder / "a.png").read_text() == "earlier"
    tmpfs("-o", "remount,size=10m")
    main([str(argument) for argument in plot])
    assert (folder / "a.png").read_bytes().startswith(b"\x89PNG")


def test_commands_in_a_read_only_folder(tmpfs, tmp_path, small_model, capsys):
    """It is said before anything is read: the table is empty."""
    folder = tmpfs("-t", "tmpfs", "-o", "size=5m", "tmpfs")
    for name in ("a.csv", "a.png", "a.skembed", "a.onnx"):
        (folder / name).write_text("earlier")
    tmpfs("-o", "remount,ro")
    table = tmp_path / "table.csv"
    table.touch()
    for what, way_out, command in (
        ("answers", "give another --output", ["predict", small_model, table, "--output"]),
        ("model", "give another --output", ["train", table, "--output"]),
        ("model", "give another OUTPUT", ["export", small_model]),
        ("picture", "draw to another folder", ["compare", table, "--plot"]),
        ("picture", "draw to another folder", ["coverage", table, "--embeddings=x", "--plot"]),
    ):
        for name in ("a.png" if what == "picture" else "a.csv", "new.png"):
            more = ["--output-format", "csv"] if what == "answers" else []
            run(*command, folder / name, *more)
            assert capsys.readouterr().err == (
                f"Error: There is no permission to write the {what} to {folder} (Read-only file "
                f"system). Give it, or {way_out}.\n"
            )


def test_a_checkpoint_in_a_read_only_folder(tmpfs):
    """It is said before anything is read."""
    folder = tmpfs("-t", "tmpfs", "-o", "size=5m", "tmpfs")
    tmpfs("-o", "remount,ro")
    classifier = CNNTextClassifier(checkpoint=folder / "a.checkpoint", random_state=0)
    message = r"There is no permission to write the checkpoint a\.checkpoint to .*set checkpoint to"
    with pytest.raises(OSError, match=message):
        classifier.fit(None, None)


def test_a_full_disk_of_downloads(tmpfs, server, download, archive):
    folder = tmpfs("-t", "tmpfs", "-o", "size=120k", "tmpfs")
    message = (
        r"No room for toy\.zip in .*downloads .*Make room there, or .*needs 1 MB for the archive"
    )
    with pytest.raises(OSError, match=message):
        download("toy.2d", cache_dir=folder)
    part = folder / "downloads" / "toy.zip.part"
    assert files_in(folder) == ["downloads/toy.zip.part"]
    size = part.stat().st_size
    assert part.read_bytes() == archive[:size]
    tmpfs("-o", "remount,size=10m")
    assert len(download("toy.2d", cache_dir=folder)) == 10_000
    assert server.ranges == [None, f"bytes={size}-"]


LIMITED = """
import errno, os, resource, sys, warnings
from pathlib import Path
import skembed
from skembed import KerasTokenizer, WordVectors

source, folder = map(Path, sys.argv[1:])
model = KerasTokenizer(None).fit([f"word{i}" for i in range(30_000)])
in_the_way = folder / "file"
in_the_way.touch()
warnings.simplefilter("ignore", UserWarning)

def try_with(n_bytes, function, says):
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        function()
        raise AssertionError("no error")
    except OSError as error:
        assert error.errno == errno.EFBIG and says in str(error), error
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))

n_cases = 0
for n_bytes in (1, 100, 10_000, 80_000, 80_200, 150_000, 220_000):
    cache = folder / str(n_bytes)
    for place, says in ((cache, "No room for the vectors of"), (in_the_way, "set TMPDIR to")):
        if place == in_the_way and n_bytes > 80_000:
            continue
        try_with(n_bytes, lambda: WordVectors.load(source, cache_dir=place), says)
        n_cases += 1
    left = [path for path in cache.rglob("*") if path.is_file()]
    assert not [path for path in left if path.suffix != ".json"], left
    assert not list(cache.rglob(".*"))
    assert len(WordVectors.load(source, cache_dir=cache)) == 10_000
    path = folder / "a.skembed"
    path.write_bytes(b"earlier")
    try_with(n_bytes, lambda: skembed.save(model, path), "No room for the model a.skembed")
    n_cases += 1
    assert path.read_bytes() == b"earlier"
    skembed.save(model, path)
    assert skembed.load(path).get_vocabulary() == model.get_vocabulary()
    assert not list(folder.glob(".*"))
print(n_cases)
"""


def test_files_that_may_not_grow(run_python, source, tmp_path):
    pytest.importorskip("resource", reason="needs limits of processes, as Unix has them")
    folder = tmp_path / "limited"
    folder.mkdir()
    assert run_python(LIMITED, source, folder).split() == ["18"]


# Read-only file systems, which stop root too.


def test_a_read_only_cache_without_entries(tmpfs, load, source):
    folder = tmpfs("-t", "tmpfs", "-o", "size=1m", "tmpfs")
    tmpfs("-o", "remount,ro")
    with pytest.warns(UserWarning, match=r"cache folder .* cannot be written.*Set cache_dir or"):
        vectors = load(source, cache_dir=folder)
    assert vectors["w9999"].tolist() == [9999.5, 0.25]
    assert pickle.loads(pickle.dumps(vectors)) == vectors
    assert list(folder.iterdir()) == []


def test_a_read_only_cache_with_entries_is_used(tmpfs, load, source):
    folder = tmpfs("-t", "tmpfs", "-o", "size=5m", "tmpfs")
    first = load(source, cache_dir=folder)
    tmpfs("-o", "remount,ro")
    again = load(source, cache_dir=folder)  # and no warning
    assert again == first
    assert isinstance(again.matrix, np.memmap)
    with pytest.warns(UserWarning, match="each process reads the vectors again and holds"):
        assert len(load(source, cache_dir=folder, limit=5)) == 5
    assert pickle.loads(pickle.dumps(again)) == first


def test_a_read_only_bind_mount(tmpfs, load, source, tmp_path):
    place = tmp_path / "bound"
    place.mkdir()
    folder = tmpfs("--bind", place)
    tmpfs("-o", "remount,ro,bind")
    with pytest.warns(UserWarning, match=r"cannot be written \(.*Read-only file system"):
        assert len(load(source, cache_dir=folder)) == 10_000


@pytest.mark.filterwarnings("ignore:The cache folder:UserWarning")
def test_downloads_to_a_read_only_folder(tmpfs, server, load, download, archive):
    folder = tmpfs("-t", "tmpfs", "-o", "size=5m", "tmpfs")
    (folder / "downloads").mkdir()
    tmpfs("-o", "remount,ro")
    message = r"There is no permission to write toy\.zip to .*Read-only.*Give it, or set cache_dir"
    with pytest.raises(OSError, match=message):
        download("toy.2d", cache_dir=folder)
    assert server.ranges == []
    tmpfs("-o", "remount,rw")
    (folder / "downloads" / "toy.zip").write_bytes(archive)
    tmpfs("-o", "remount,ro")
    assert len(load("toy.2d", cache_dir=folder)) == 10_000


def test_models_in_a_read_only_folder(tmpfs):
    folder = tmpfs("-t", "tmpfs", "-o", "size=5m", "tmpfs")
    skembed.save(SMALL, folder / "a.skembed")
    tmpfs("-o", "remount,ro")
    message = r"There is no permission to write the model a\.skembed to .*or save to another folder"
    with pytest.raises(OSError, match=message):
        skembed.save(LARGE, folder / "a.skembed")
    assert skembed.load(folder / "a.skembed").get_vocabulary() == SMALL.get_vocabulary()


def test_a_cache_below_a_file(load, source, tmp_path):
    (tmp_path / "file").touch()
    with pytest.warns(UserWarning, match=r"cannot be written \(.*(Not a directory|exists)"):
        assert load(source, cache_dir=tmp_path / "file" / "cache") == WordVectors.load(
            source, cache_dir=tmp_path / "cache"
        )
