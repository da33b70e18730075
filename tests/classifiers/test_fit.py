"""Fits: labels, weights, callbacks, and what the attributes say."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

import skembed
from skembed import KerasTokenizer
from skembed.networks import load_engine


@pytest.fixture(scope="module")
def easy():
    """Hyper-parameters under which the small networks learn the small corpus."""
    return dict(epochs=30, learning_rate=0.03, spatial_dropout=0.0)


@pytest.mark.parametrize("kind", ["str", "int", "bool", "object"])
def test_labels_of_every_kind(cnn, texts, labels, easy, kind):
    y = {
        "str": np.array(labels),
        "int": np.where(np.array(labels) == "fine", 7, -3),
        "bool": np.array(labels) == "fine",
        "object": np.array(labels, dtype=object),
    }[kind]
    classifier = cnn(**easy).fit(texts, y)
    assert_array_equal(classifier.classes_, np.unique(y))
    assert classifier.predict(texts).dtype == y.dtype
    assert classifier.score(texts, y) == 1.0
    proba = classifier.predict_proba(texts)
    assert proba.shape == (40, 2)
    assert proba.dtype == np.float64
    assert_allclose(proba.sum(axis=1), 1, rtol=1e-12)
    assert_array_equal(classifier.classes_[proba.argmax(axis=1)], y)


def test_the_network_does_not_know_the_labels_names(cnn, texts, labels, fitted, assert_same_fit):
    assert_same_fit(cnn().fit(texts, np.array(labels) == "foul"), fitted)


def test_several_classes(cnn, texts, three):
    classifier = cnn(epochs=1).fit(texts, three)
    assert_array_equal(classifier.classes_, [0, 1, 2])
    assert classifier.predict_proba(texts).shape == (40, 3)
    assert_allclose(classifier.predict_proba(texts).sum(axis=1), 1, rtol=1e-12)


def test_several_labels_per_document(cnn, texts, indicators, easy):
    y = indicators[:, :2]
    classifier = cnn(**easy | {"epochs": 2 * easy["epochs"]}).fit(texts, y)
    assert_array_equal(classifier.classes_, [0, 1])
    assert_array_equal(classifier.predict(texts), y)
    proba = classifier.predict_proba(texts)
    assert_array_equal(proba > 0.5, y)
    assert np.ptp(proba.sum(axis=1)) > 1e-3  # columns are probabilities of their own
    assert classifier.score(texts, y) == 1.0
    assert_allclose(classifier.predict_log_proba(texts), np.log(proba), atol=1e-6)


def test_logarithms_are_those_of_the_probabilities(fitted, texts):
    log_proba = fitted.predict_log_proba(texts)
    assert_allclose(log_proba, np.log(fitted.predict_proba(texts)), atol=1e-6)


@pytest.mark.parametrize("network", ["cnn", "lstm"])
def test_the_seed_fixes_the_weights(request, texts, labels, assert_same_fit, network):
    make = request.getfixturevalue(network)
    a = make().fit(texts, labels)
    assert_same_fit(make().fit(texts, labels), a)
    assert_same_fit(clone(a).fit(texts, labels), a)
    assert_same_fit(make(random_state=np.random.RandomState(0)).fit(texts, labels), a)
    other = make(random_state=1).fit(texts, labels)
    assert not np.array_equal(other.predict_proba(texts), a.predict_proba(texts))


@pytest.mark.parametrize("number", [int, np.int64])
def test_one_number_is_one_size(cnn, texts, labels, assert_same_fit, number, tmp_path):
    one = cnn(kernel_sizes=number(2), dense_units=number(5)).fit(texts, labels)
    assert_same_fit(one, cnn(kernel_sizes=(2,), dense_units=(5,)).fit(texts, labels))
    assert one.kernel_sizes == one.get_params()["kernel_sizes"] == 2
    skembed.save(one, tmp_path / "one.skembed")
    assert_same_fit(skembed.load(tmp_path / "one.skembed"), one)


def test_without_a_seed_fits_differ(cnn, texts, labels):
    a, b = (cnn(random_state=None).fit(texts, labels).predict_proba(texts) for _ in range(2))
    assert not np.array_equal(a, b)


def test_attributes(cnn, lstm, texts, labels):
    classifier = cnn(epochs=4, wide=False).fit(texts, labels)
    assert list(classifier.history_) == ["loss", "accuracy", "seconds"]
    assert all(isinstance(x, float) for values in classifier.history_.values() for x in values)
    assert [len(values) for values in classifier.history_.values()] == [4, 4, 4]
    assert classifier.n_iter_ == classifier.best_epoch_ == 4
    assert classifier.coverage_ is None
    n_ids = 2 + 15
    assert len(classifier.tokenizer_.vocabulary_) == 15
    # embedding, four kernels of 2 × 4 with biases, logits
    assert classifier.n_parameters_ == n_ids * 4 + 4 * (2 * 4 + 1) + (4 + 1) * 2
    recurrent = lstm(bidirectional=True, wide=False).fit(texts, labels)
    assert recurrent.n_parameters_ == n_ids * 4 + 2 * 4 * 3 * (4 + 3 + 1) + (6 + 1) * 2
    assert not hasattr(classifier, "n_features_in_")


def test_fitting_anew_forgets_the_earlier_fit(cnn, texts, labels):
    classifier = cnn(epochs=2).fit(texts, labels)
    classifier.fit(np.random.default_rng(0).normal(size=(40, 3)), np.arange(40) % 2)
    assert not hasattr(classifier, "tokenizer_")
    assert_array_equal(classifier.classes_, [0, 1])
    assert classifier.n_iter_ == 2


def test_the_network_is_the_callers_own(cnn, texts, labels):
    fitted = cnn(wide=False).fit(texts, labels)
    network = fitted.network_
    before = fitted.predict_proba(texts)
    ids = fitted.tokenizer_.transform(texts).to_dense(padding="post")
    assert_allclose(network.predict_on_batch(ids), before, atol=1e-6)
    assert_allclose(network.predict(ids, verbose=0), before, atol=1e-6)
    assert network.count_params() == fitted.n_parameters_
    network.set_weights([np.zeros_like(weight) for weight in network.get_weights()])
    assert_array_equal(fitted.predict_proba(texts), before)
    assert_allclose(fitted.network_.predict_on_batch(ids), before, atol=1e-6)


# Weights


FULL_BATCH = dict(batch_size=1000, spatial_dropout=0.0, learning_rate=0.01, epochs=5, wide=False)


@pytest.mark.parametrize("network", ["cnn", "lstm"])
def test_a_weight_of_two_is_a_document_twice(request, texts, labels, network):
    make = request.getfixturevalue(network)
    rng = np.random.default_rng(0)
    times = rng.integers(0, 4, 40)
    times[:2] = 1
    # Ties in the words' frequencies must not change the ids: the tokenizer comes first.
    sequences = KerasTokenizer().fit_transform(texts)
    repeated = np.repeat(np.arange(40), times)
    a = make(**FULL_BATCH).fit(sequences, labels, sample_weight=times)
    b = make(**FULL_BATCH).fit(sequences[repeated], np.array(labels)[repeated])
    assert_allclose(a.predict_proba(sequences), b.predict_proba(sequences), atol=1e-4)
    c = make(**FULL_BATCH).fit(sequences, labels)
    assert np.abs(a.predict_proba(sequences) - c.predict_proba(sequences)).max() > 1e-3


def test_class_weights_are_sample_weights(cnn, texts, assert_same_fit):
    y = np.array(["a", "b", "b", "b"] * 10)
    by_class = cnn(class_weight={"a": 3, "b": 0.5}).fit(texts, y)
    assert_same_fit(cnn().fit(texts, y, sample_weight=np.where(y == "a", 3, 0.5)), by_class)
    balanced = cnn(class_weight="balanced").fit(texts, y)
    # 40 / (2 × 10) and 40 / (2 × 30)
    assert_same_fit(cnn().fit(texts, y, sample_weight=np.where(y == "a", 2, 2 / 3)), balanced)
    both = cnn(class_weight={"a": 2}).fit(texts, y, sample_weight=np.arange(40) + 1.0)
    by_hand = (np.arange(40) + 1.0) * np.where(y == "a", 2, 1)
    assert_same_fit(cnn().fit(texts, y, sample_weight=by_hand), both)


@pytest.mark.parametrize("loss", ["crossentropy", "focal", "top_k"])
@pytest.mark.parametrize("target", ["labels", "indicators"])
def test_losses_with_weights_run_and_differ(request, cnn, texts, loss, target):
    y = request.getfixturevalue(target)
    class_weight = {"fine": 4} if target == "labels" else {0: 4}
    make = lambda **parameters: cnn(loss=loss, top_k=3, epochs=2, **parameters)  # noqa: E731
    plain = make().fit(texts, y).predict_proba(texts)
    weighed = make(class_weight=class_weight).fit(texts, y).predict_proba(texts)
    sampled = make().fit(texts, y, sample_weight=1.0 + np.arange(40)).predict_proba(texts)
    for other in (weighed, sampled):
        assert np.isfinite(other).all()
        assert np.abs(other - plain).max() > 1e-5
    assert np.mean(weighed[:, 0]) > np.mean(plain[:, 0])  # the heavier class is likelier
    if loss != "crossentropy":
        usual = cnn(epochs=2).fit(texts, y).predict_proba(texts)
        assert np.abs(usual - plain).max() > 1e-5


def test_top_k_of_a_whole_batch_is_the_crossentropy(cnn, texts, labels):
    all_count = cnn(loss="top_k", top_k=1000).fit(texts, labels)
    usual = cnn().fit(texts, labels)
    assert_allclose(all_count.predict_proba(texts), usual.predict_proba(texts), atol=1e-6)


def test_weights_are_routed(cnn, texts, labels, assert_same_fit):
    weights = np.arange(40) + 1.0
    direct = cnn().fit(texts, labels, sample_weight=weights)
    with config_context(enable_metadata_routing=True):
        pipeline = make_pipeline(KerasTokenizer(), cnn().set_fit_request(sample_weight=True))
        pipeline.fit(texts, labels, sample_weight=weights)
    assert_same_fit(pipeline[-1], direct)


# Keras callbacks


@pytest.fixture(scope="module")
def keras():
    load_engine()
    import keras

    return keras


def test_each_fit_has_callbacks_of_its_own(cnn, texts, labels, keras):
    class StopAtSecond(keras.callbacks.Callback):
        seen = 0

        def on_epoch_end(self, epoch, logs=None):
            self.seen += 1
            self.model.stop_training = self.seen == 2

    callback = StopAtSecond()
    classifier = cnn(epochs=5, callbacks=[callback])
    for _ in range(2):
        assert classifier.fit(texts, labels).n_iter_ == 2
    assert callback.seen == 0
    assert classifier.callbacks[0] is callback


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own
def test_keras_callbacks_work(cnn, texts, labels, keras):
    stop = keras.callbacks.EarlyStopping("val_loss", mode="max", patience=1)
    classifier = cnn(epochs=9, callbacks=[stop], learning_rate=0.05)
    classifier.fit(texts, labels, X_val=texts, y_val=labels)
    assert classifier.n_iter_ == int(np.argmax(classifier.history_["val_loss"])) + 2 < 9

    still = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate if epoch < 2 else 0.0)
    two = cnn(epochs=2).fit(texts, labels).predict_proba(texts)
    scheduled = cnn(epochs=4, callbacks=[still]).fit(texts, labels)
    assert_allclose(scheduled.predict_proba(texts), two, atol=1e-6)


def test_scikit_learns_callbacks_are_told_where_they_belong(cnn, texts, labels, no_training):
    class Progress:
        def setup(self, estimator, context): ...

    with pytest.raises(TypeError, match=r"Callbacks of scikit-learn are set with set_callbacks"):
        cnn(callbacks=[Progress()]).fit(texts, labels)


def test_verbose(cnn, texts, labels, capsys):
    cnn(epochs=2).fit(texts, labels).predict(texts)
    assert capsys.readouterr() == ("", "")
    cnn(epochs=2, verbose=1, wide=False).fit(texts, labels)
    assert [line[:10] for line in capsys.readouterr().out.splitlines()] == [
        "Epoch 1/2:",
        "Epoch 2/2:",
    ]


def test_bad_input_is_found_before_an_engine_is_built(cnn, texts, labels, no_training):
    with pytest.raises(AssertionError, match="the training has begun"):
        cnn().fit(texts, labels)  # the net of test_bad_input catches
