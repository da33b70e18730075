"""Files of every format version open for ever, and answer what they answered."""

import importlib.util
import json
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from safetensors import safe_open
from safetensors.numpy import save_file
from sklearn.exceptions import InconsistentVersionWarning

import skembed
from skembed import TokenSequences
from skembed.classifiers import fitted_model
from skembed.files import tensor_digest
from skembed.persistence._migrate import FORMAT, MIGRATIONS
from skembed.serve import Predictor
from tests.versions import SKLEARN

HERE = Path(__file__).parent
SCRIPT = importlib.util.spec_from_file_location("make_golden", HERE / "make_golden.py")
make_golden = importlib.util.module_from_spec(SCRIPT)
SCRIPT.loader.exec_module(make_golden)

VERSIONS = sorted(path for path in make_golden.GOLDEN.iterdir() if path.is_dir())
FILES = [path for folder in VERSIONS for path in sorted(folder.iterdir()) if path.suffix != ".json"]
MODELS = [path for path in FILES if path.suffix == ".skembed"]


def name_of(path):
    return f"{path.parent.name}-{path.name}"


def expected_of(path):
    """Return what is given to an estimator, and what it answered by method."""
    expected = json.loads((path.parent / "expected.json").read_text())[path.name]
    return make_golden.as_input(expected.pop("of")), expected


def assert_answers(estimator, path, tolerance):
    given, expected = expected_of(path)
    assert expected
    for method, answer in expected.items():
        found = getattr(estimator, method)(given)
        found = found.to_dense() if isinstance(found, TokenSequences) else found
        if method == "predict":
            found = np.asarray(found)
            assert (found.astype(str) if found.dtype.kind == "M" else found).tolist() == answer
        else:
            assert_allclose(found, answer, rtol=tolerance, atol=tolerance)


def load_or_skip(path):
    """Load a file, if no newer scikit-learn has written estimators of its own into it."""
    try:
        return skembed.load(path)
    except (ValueError, InconsistentVersionWarning) as error:
        if SKLEARN < (1, 9) and "InconsistentVersionWarning" in repr(error):
            pytest.skip("it holds estimators of scikit-learn 1.9, which older versions do not open")
        raise


def test_the_files_of_each_version():
    assert [folder.name for folder in VERSIONS] == [str(n) for n in range(1, FORMAT + 1)]
    assert sorted(MIGRATIONS) == [*range(1, FORMAT)]  # each leads to the next version
    for folder in VERSIONS:
        expected = json.loads((folder / "expected.json").read_text())
        assert sorted(expected) == sorted(path.name for path in FILES if path.parent == folder)
        assert len(expected) >= 25
        assert sum(path.stat().st_size for path in folder.iterdir()) < 500_000


@pytest.mark.parametrize("path", MODELS, ids=name_of)
def test_a_model_opens(path):
    assert_answers(load_or_skip(path), path, 1e-6)


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda folder: folder.name)
def test_a_network_says_what_trained_it_from_format_3_on(folder):
    made_with = fitted_model(skembed.load(folder / "cnn.skembed"), "the test").state.made_with
    assert re.fullmatch(r"keras \d+\.\S+, \w+ \d+\.\S+" if int(folder.name) > 2 else "", made_with)


@pytest.mark.parametrize(
    "path", [path for path in MODELS if path.name.startswith(("cnn", "lstm"))], ids=name_of
)
def test_a_classifier_trains_on(path):
    classifier = load_or_skip(path)
    given, expected = expected_of(path)
    before = classifier.history_["loss"]
    classifier.partial_fit(given, np.array(expected["predict"]))
    assert classifier.history_["loss"][:-1] == before
    assert not np.allclose(classifier.predict_proba(given), expected["predict_proba"], atol=1e-6)


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".onnx"], ids=name_of)
def test_an_onnx_file_opens(path):
    assert_answers(Predictor(path), path, 1e-5)


@pytest.mark.parametrize("absent", [[], ["clipnorm", "batch_norm", "data_parallel"]])
@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".checkpoint"], ids=name_of)
def test_a_fit_goes_on_from_a_checkpoint(path, absent, tmp_path):
    with safe_open(path, "np") as file:
        header = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    told = json.loads(header["fingerprint"])
    header["fingerprint"] = json.dumps({k: v for k, v in told.items() if k not in absent})
    header["digest"] = tensor_digest(header, tensors)
    save_file(tensors, tmp_path / path.name, header)
    classifier = make_golden.checkpointed(tmp_path / path.name).fit(make_golden.batches())
    assert list(tmp_path.iterdir()) == []
    assert classifier.n_iter_ == 4
    assert_answers(classifier, path, 1e-4)
