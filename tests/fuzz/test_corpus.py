"""What fuzzing has found stays mended, and its seeds are valid files."""

import importlib
import tracemalloc
import warnings

import pytest

from tests.fuzz.__main__ import CORPUS, NAMES
from tests.fuzz.rule import judge

FINDINGS = sorted(path for path in CORPUS.glob("*/*"))
# Those of the others are estimators, which are fitted first; what was found in them has tests
# beside the readers.
QUICK = [name for name in NAMES if name not in ("onnx_metadata", "saved")]


@pytest.fixture
def _traced():
    tracemalloc.start()
    yield
    tracemalloc.stop()


def written(target, content, folder):
    path = folder / target.name_of(content)
    path.write_bytes(content)
    return path


def target_of(name):
    return importlib.import_module(f"tests.fuzz.targets.{name}").TARGET


@pytest.mark.parametrize("name", QUICK)
def test_seeds_are_read(name, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # one seed holds a word that is not UTF-8
        for content in target_of(name).seeds():
            assert len(content) <= target_of(name).max_len
            target_of(name).read(written(target_of(name), content, tmp_path))


@pytest.mark.usefixtures("_traced")
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_the_rule_is_kept(path, tmp_path):
    target = target_of(path.parent.name)
    assert judge(target, written(target, path.read_bytes(), tmp_path)) is None
