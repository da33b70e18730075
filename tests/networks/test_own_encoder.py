"""Encoders that users define: each one class, which does what those of skembed do."""

import copy
import pickle
from dataclasses import dataclass

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

import skembed
from skembed._records import record
from skembed.classifiers import TEXT_ESTIMATORS, BaseTextClassifier, parameter, text_estimator
from skembed.networks import Encoder, load_engine, load_network, pool_steps
from skembed.serve import Predictor

load_engine()

WORDS = ["sun", "sea", "sand", "rain", "wind", "hail"]
DOCUMENTS = [" ".join(np.roll(WORDS, i)[: 1 + i % 5]) for i in range(48)]
LABELS = ["fine" if i % 6 < 3 else "foul" for i in range(48)]
SMALL = dict(embedding_dim=4, epochs=2, batch_size=16, random_state=0, wide=False)


@record
@dataclass(frozen=True, kw_only=True)
class GRUEncoder(Encoder):
    """A GRU, of which the state at a document's end is its vector."""

    units: int
    dropout: float = 0.0

    def build(self, steps, lengths, *, precision, drop):
        steps = drop(steps, "gru_dropout", self.dropout, precision)
        gru = keras.layers.GRU(
            self.units, return_sequences=True, seed=0, dtype=precision, name="gru"
        )
        return pool_steps(gru(steps), lengths, "last", precision=precision, name="last")

    def weight_shapes(self, n_dims):
        kernels = {"gru/kernel": (n_dims, 3 * self.units)}
        kernels |= {"gru/recurrent_kernel": (self.units, 3 * self.units)}
        return kernels | {"gru/bias": (2, 3 * self.units)}, self.units

    def fed_rates(self):
        return {"gru_dropout": self.dropout}

    def graph_key(self):
        return GRUEncoder(units=self.units)


@text_estimator
class GRUTextClassifier(BaseTextClassifier):
    """Classify texts with a GRU [1]_.

    Parameters
    ----------
    units : int, default=5
        Width of its state.

    References
    ----------
    .. [1] Cho et al. (2014), arXiv:1406.1078.
    """

    units: int = parameter(default=5, constraint=[int])
    dropout: float = parameter(default=0.0, constraint=[float])

    def _encoder(self):
        return GRUEncoder(units=self.units, dropout=self.dropout)


@record
@dataclass(frozen=True, kw_only=True)
class MeanEncoder(Encoder):
    """The mean of a document's vectors."""

    def build(self, steps, lengths, *, precision, drop):
        return pool_steps(steps, lengths, "mean", precision=precision, name="mean")

    def weight_shapes(self, n_dims):
        return {}, n_dims

    def to_onnx(self, graph, steps, lengths, weights):
        inside = graph.inside(steps, lengths, axis=1)
        kept = graph.op("Where", inside, steps, graph.number(0, np.float32))
        total = graph.op("ReduceSum", kept, graph.number([1]), keepdims=0)
        n_steps = graph.op("Unsqueeze", graph.cast(lengths, np.float32), graph.number([1]))
        return graph.op("Div", total, n_steps)


@text_estimator
class MeanTextClassifier(BaseTextClassifier):
    """Classify texts by the mean of their vectors."""

    def _encoder(self):
        return MeanEncoder()


KINDS = [GRUTextClassifier, MeanTextClassifier]


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.__name__)
def fitted(request):
    """A classifier after two epochs; not to be changed."""
    return request.param(**SMALL).fit(DOCUMENTS, LABELS)


def assert_alike(classifier, other):
    assert_array_equal(classifier.predict_proba(DOCUMENTS), other.predict_proba(DOCUMENTS))


def test_it_learns(fitted):
    longer = clone(fitted).set_params(
        epochs=40, learning_rate=0.05, spatial_dropout=0.0, dense_dropout=0.0
    )
    assert longer.fit(DOCUMENTS, LABELS).score(DOCUMENTS, LABELS) > 0.9
    assert longer.history_["loss"][-1] < 0.7 * fitted.history_["loss"][0]


def test_alone_is_as_in_a_batch(fitted):
    together = fitted.predict_proba(DOCUMENTS)
    alone = np.concatenate([fitted.predict_proba([document]) for document in DOCUMENTS])
    assert_allclose(alone, together, atol=1e-6)
    assert len({*map(tuple, together.round(6))}) > 5


def test_the_same_seed_gives_the_same_network(fitted):
    assert_alike(clone(fitted).fit(DOCUMENTS, LABELS), fitted)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_copies_and_pickles(fitted, copied):
    assert_alike(copied(fitted), fitted)


def test_saved_and_loaded(fitted, tmp_path):
    skembed.save(fitted, tmp_path / "model.skembed")
    again = skembed.load(tmp_path / "model.skembed")
    assert type(again) is type(fitted)
    assert_alike(again, fitted)
    assert_alike(
        again.partial_fit(DOCUMENTS, LABELS), copy.deepcopy(fitted).partial_fit(DOCUMENTS, LABELS)
    )


def test_two_times_one_epoch_of_partial_fit(fitted):
    two = clone(fitted)
    for _ in range(2):
        two.partial_fit(DOCUMENTS, LABELS, classes=["fine", "foul"])
    assert two.n_iter_ == 2
    assert two.score(DOCUMENTS, LABELS) >= 0.5
    assert two.history_["loss"][0] != two.history_["loss"][1]


def test_a_warm_start_goes_on(fitted):
    on = clone(fitted).set_params(warm_start=True).fit(DOCUMENTS, LABELS)
    assert_alike(on, fitted)
    assert on.fit(DOCUMENTS, LABELS).n_iter_ == 4
    assert_allclose(on.history_["loss"][:2], fitted.history_["loss"])


def test_a_warm_start_of_another_network_is_refused():
    on = GRUTextClassifier(warm_start=True, **SMALL).fit(DOCUMENTS, LABELS)
    with pytest.raises(ValueError, match=r"another network than the fitted one \(in units\)"):
        on.set_params(units=6).fit(DOCUMENTS, LABELS)


def test_on_all_devices(fitted):
    divided = clone(fitted).set_params(data_parallel=True).fit(DOCUMENTS, LABELS)
    assert_allclose(divided.predict_proba(DOCUMENTS), fitted.predict_proba(DOCUMENTS), atol=1e-5)


def test_words_are_explained(fitted):
    found = skembed.explain(fitted, "sun and rain", classes=["fine"])
    assert found.tokens == ("sun", "and", "rain")
    assert found.network.shape[0] == 3
    assert np.abs(found.network).max() > 0


def test_a_checkpoint_tells_encoders_apart(tmp_path, fitted):
    kept = clone(fitted).set_params(checkpoint=tmp_path / "fit.checkpoint")
    assert_alike(kept.fit(DOCUMENTS, LABELS), fitted)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own
def test_the_network_is_handed_out_and_loaded(fitted, numbers, tmp_path):
    network = fitted.network_
    ids = fitted.tokenizer_.transform(DOCUMENTS).to_dense(padding="pre")
    expected = fitted.predict_proba(DOCUMENTS)
    network.save(tmp_path / "network.keras")
    for each in (network, load_network(tmp_path / "network.keras")):
        assert_allclose(numbers(each(ids)), expected, atol=1e-5)


def test_a_mean_has_nodes_of_its_own(tmp_path):
    classifier = MeanTextClassifier(dense_units=3, **SMALL).fit(DOCUMENTS, LABELS)
    skembed.to_onnx(classifier, tmp_path / "mean.onnx")
    found = Predictor(tmp_path / "mean.onnx").predict_proba(DOCUMENTS)
    assert_allclose(found, classifier.predict_proba(DOCUMENTS), atol=1e-5)


def test_a_gru_has_none(tmp_path):
    classifier = GRUTextClassifier(**SMALL).fit(DOCUMENTS, LABELS)
    message = (
        "^to_onnx cannot write a network that reads its steps with GRUEncoder, which has no nodes "
        "of ONNX. Give that class a method to_onnx, or keep the classifier with skembed.save.$"
    )
    with pytest.raises(TypeError, match=message):
        skembed.to_onnx(classifier, tmp_path / "gru.onnx")
    assert list(tmp_path.iterdir()) == []


def test_a_dropout_is_fed_to_the_same_graph(no_engines):
    dropping = GRUTextClassifier(dropout=0.5, **SMALL).fit(DOCUMENTS, LABELS)
    plain = GRUTextClassifier(**SMALL).fit(DOCUMENTS, LABELS)
    assert len(no_engines) == 1
    assert dropping.history_["loss"] != plain.history_["loss"]


def test_parameters_are_documented_and_checked_as_those_of_skembed():
    text = GRUTextClassifier.__doc__
    shared = skembed.CNNTextClassifier.__doc__
    for name in clone(GRUTextClassifier()).get_params(deep=False):
        assert (f"\n{name} : " in text) == (name != "dropout")
    assert text.index("units : int") < text.index("dense_units : int")
    assert ".. [1] Cho et al." in text
    wide = "character n-grams [{}]_, by support vector machines for classes [{}]_"
    assert wide.format(4, 5) in text
    assert wide.format(5, 6) in shared
    assert "dense_dropout : float in [0, 1), default=0.5" in text
    assert "dense_dropout : float in [0, 1), default=0.0" in skembed.LSTMTextClassifier.__doc__
    with pytest.raises(ValueError, match="The 'units' parameter of GRUTextClassifier must be"):
        GRUTextClassifier(units="many").fit(DOCUMENTS, LABELS)


def test_other_weights_than_the_layers_have_are_refused(monkeypatch):
    shapes = {"gru/kernel": (4, 15), "gru/bias": (15,)}
    monkeypatch.setattr(GRUEncoder, "weight_shapes", lambda self, n_dims: (shapes, 5))
    message = (
        r"^GRUEncoder.weight_shapes must name the weights of the layers that GRUEncoder.build "
        r"makes, with their shapes. It must name {'gru/bias': \(2, 15\), "
        r"'gru/recurrent_kernel': \(5, 15\)}, but names {'gru/bias': \(15,\), "
        r"'gru/recurrent_kernel': None}.$"
    )
    with pytest.raises(ValueError, match=message):
        GRUTextClassifier(batch_norm=True, **SMALL).fit(DOCUMENTS, LABELS)


def test_dropouts_without_a_rate_are_refused(monkeypatch):
    monkeypatch.setattr(GRUEncoder, "fed_rates", lambda self: {})
    message = (
        r"^GRUEncoder.build puts dropouts by the names \['gru_dropout'\], of which "
        r"GRUEncoder.fed_rates must return the rates.$"
    )
    with pytest.raises(ValueError, match=message):
        GRUTextClassifier(dense_units=3, **SMALL).fit(DOCUMENTS, LABELS)


def test_names_of_skembed_are_taken():
    class LSTMEncoder(MeanEncoder):
        pass

    class CNNTextClassifier(BaseTextClassifier):
        pass

    for register, kind in ((record, LSTMEncoder), (text_estimator, CNNTextClassifier)):
        with pytest.raises(ValueError, match=f"^skembed has a class {kind.__name__} of its own"):
            register(kind)


def test_a_class_that_is_not_known(tmp_path, monkeypatch):
    path = tmp_path / "model.skembed"
    skembed.save(MeanTextClassifier(), path)
    monkeypatch.delitem(TEXT_ESTIMATORS, "MeanTextClassifier")
    message = "'MeanTextClassifier' is not known; import the module that defines it first.$"
    with pytest.raises(ValueError, match=message):
        skembed.load(path)
