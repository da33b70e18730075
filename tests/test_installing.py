"""The lines of docs/installing.md, each in an environment of its own."""

import os
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "installing.md").read_text("utf-8")
FILES = dict(re.findall(r"```toml\n# ([\w./-]+)\n(.*?)```", TEXT, re.DOTALL))
BLOCKS = [block for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)]
TRAINS = """
import sys
from skembed import CNNTextClassifier
texts, labels = ["sun and sea", "rain and wind"] * 20, ["fine", "foul"] * 20
classifier = CNNTextClassifier(embeddings="glove.6B.50d", epochs=3, random_state=0)
assert list(classifier.fit(texts, labels).predict(["sea", "wind"])) == ["fine", "foul"]
print("gensim" in sys.modules, "tensorflow" in sys.modules)
"""


def backend_of(block):
    found = re.search("jax|torch", block)
    return found[0] if found else "tensorflow"


@pytest.mark.soak
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: backend_of(block) + block[12:20])
def test_the_lines_install_what_trains_and_pip_does_not_complain(block, tmp_path):
    """It prints the size of the environment: ``pytest -m soak -s tests/test_installing.py``."""
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(content)
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "env"], check=True)
    here = {**os.environ, "PATH": f"{tmp_path / 'env' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    here.pop("PYTHONPATH", None)
    lines = block.replace('"skembed[', f'"{ROOT}[')
    lines = lines if "pip check" in lines else f"{lines}pip check\n"
    subprocess.run(["sh", "-ec", lines], check=True, cwd=tmp_path, env=here)
    code = ["python", "-c", TRAINS]
    env = here | {"KERAS_BACKEND": backend_of(block)}
    done = subprocess.run(code, check=True, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.stdout.split() == ["False", str(backend_of(block) == "tensorflow")]
    size = sum(path.lstat().st_size for path in (tmp_path / "env").rglob("*")) / 1e6
    print(f"{size:,.0f} MB: {block}")


def test_each_extra_for_users_is_on_the_page():
    setup = (ROOT / "setup.cfg").read_text("utf-8")
    for extra in ("plot", "gensim", "onnx", "sentences", "serve", "glove", "jax", "torch"):
        assert f"\n{extra} =\n" in setup
        assert re.search(rf"skembed\[[\w,]*\b{extra}\b", TEXT)


def test_files_of_the_page_ask_for_a_tensorflow_that_is_allowed():
    lowest = re.search(r"tensorflow>=([\d.]+)", (ROOT / "setup.cfg").read_text("utf-8"))[1]
    assert len(FILES) == 2
    for content in FILES.values():
        assert f'version = "{lowest}"' in content


def test_the_page_says_what_brings_onnx_runtime():
    """Its table lists each extra of both distributions that needs the package, and no others."""
    table = re.findall(
        r"^\| `([\w\[\]-]+)` \| .*onnxruntime|^\| `([\w\[\]-]+)` \| the same", TEXT, re.M
    )
    told = {name for pair in table for name in pair if name}
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    extras = setup["options.extras_require"]
    bringing = {f"skembed[{extra}]" for extra in extras if "onnxruntime" in extras[extra]}
    assert told == bringing | {"skembed-serve", "skembed-serve[sentences]"}
