"""What files of earlier versions lack has the value that it had before it was added."""

import dataclasses
import re

import pytest
from numpy.testing import assert_array_equal

from skembed import CNNTextClassifier, KerasTokenizer, LSTMTextClassifier, __version__, load, save
from skembed.classifiers import fitted_model
from skembed.networks import CNNEncoder, LSTMEncoder, NetworkSpec, ObjectiveSpec
from tests.persistence.saved_file import read_parts, write_parts

TEXTS, LABELS = ["sun and sea", "rain and wind", "sun, sand", "hail"] * 6, ["fine", "foul"] * 12
ALWAYS = dict(embedding_dim=2, epochs=1, random_state=0, spatial_dropout=0, dense_dropout=0)
OPTIONAL = [
    (spec, field)
    for spec in (CNNEncoder, NetworkSpec, ObjectiveSpec, LSTMEncoder)
    for field in dataclasses.fields(spec)
    if field.default is not dataclasses.MISSING
]


@pytest.fixture(scope="module")
def cnn():
    """A network that does nothing but what networks have always done."""
    return CNNTextClassifier(**ALWAYS, filters=2, kernel_sizes=(1,)).fit(TEXTS, LABELS)


@pytest.fixture(scope="module")
def lstm():
    """A network that does nothing but what networks have always done."""
    plain = dict(units=2, dropout=0, bidirectional=False, pooling="last")
    return LSTMTextClassifier(**ALWAYS, **plain).fit(TEXTS, LABELS)


def rewrite(path, name, change, **header):
    """Change the parts of the first object of a type, and give the file the right digest."""
    before, nodes, tensors = read_parts(path)
    change(next(node["parts"] for node in nodes if node.get("type") == name))
    write_parts(path, before | header, nodes, tensors)


def test_what_may_be_absent():
    names = {f"{spec.__name__}.{field.name}" for spec, field in OPTIONAL}
    assert {"ObjectiveSpec.clipnorm", "NetworkSpec.precision", "LSTMEncoder.pooling"} <= names
    assert not names & {"NetworkSpec.n_outputs", "CNNEncoder.filters", "LSTMEncoder.units"}


@pytest.mark.parametrize(
    ("spec", "field"), OPTIONAL, ids=[f"{spec.__name__}-{field.name}" for spec, field in OPTIONAL]
)
def test_a_field_that_is_not_there_has_its_default(spec, field, cnn, lstm, path):
    fitted = lstm if spec is LSTMEncoder else cnn
    save(fitted, path)
    rewrite(path, spec.__name__, lambda parts: parts.pop(field.name))
    again = load(path)
    state = fitted_model(again, "the test").state
    found = {NetworkSpec: state.spec, ObjectiveSpec: state.objective}.get(spec, state.spec.encoder)
    assert getattr(found, field.name) == field.default
    assert_array_equal(again.predict_proba(TEXTS), fitted.predict_proba(TEXTS))
    again.partial_fit(TEXTS, LABELS)


def test_a_parameter_that_is_not_there_has_its_default(cnn, path):
    save(cnn, path)
    rewrite(path, "CNNTextClassifier", lambda parts: parts.pop("clipnorm"))
    assert load(path).clipnorm is None


@pytest.mark.parametrize("attribute", ["_most_left_out", "count_error_"])
def test_what_tokenizers_did_not_count_is_zero(attribute, path):
    save(KerasTokenizer().fit(TEXTS), path)
    rewrite(path, "KerasTokenizer", lambda parts: parts.pop(attribute))
    assert getattr(load(path), attribute) == 0
    save(KerasTokenizer(), path)
    assert not hasattr(load(path), attribute)


def test_a_field_that_must_be_there(cnn, path):
    save(cnn, path)
    rewrite(path, "NetworkSpec", lambda parts: parts.pop("n_outputs"))
    with pytest.raises(ValueError, match=r"does not write: NetworkSpec lacks n_outputs\.$"):
        load(path)


@pytest.mark.parametrize("name", ["ObjectiveSpec", "CNNTextClassifier"])
def test_a_part_that_a_newer_version_added(name, cnn, path):
    save(cnn, path)
    rewrite(path, name, lambda parts: parts.update(warmth=1), versions='{"skembed": "9.10.1"}')
    message = (
        f"{path} was written by skembed 9.10.1, which is newer than this skembed {__version__}: "
        f'{name} has no warmth. Update it: pip install --upgrade "skembed".'
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        load(path)


@pytest.mark.parametrize("versions", ["{}", '{"skembed": "0.0.9"}', "[[", '["skembed"]'])
def test_a_part_that_no_version_has(versions, cnn, path):
    save(cnn, path)
    rewrite(path, "ObjectiveSpec", lambda parts: parts.update(warmth=1), versions=versions)
    with pytest.raises(ValueError, match=r"does not write: ObjectiveSpec has no warmth\.$"):
        load(path)
