"""Going on: warm_start, partial_fit, pickles."""

import pickle
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skembed import KerasTokenizer
from skembed.classifiers import fitted_model


@pytest.mark.parametrize("network", ["cnn", "lstm"])
def test_two_warm_fits_equal_a_long_one(request, texts, labels, assert_same_fit, network):
    make = request.getfixturevalue(network)
    long = make(epochs=6).fit(texts, labels)
    warm = make(epochs=2, warm_start=True).fit(texts, labels)
    warm = pickle.loads(pickle.dumps(warm)).set_params(epochs=4).fit(texts, labels)
    assert_same_fit(warm, long)
    assert warm.history_["loss"] == long.history_["loss"]
    assert warm.n_iter_ == warm.best_epoch_ == 6


def test_a_cold_fit_starts_anew(cnn, texts, labels, fitted, assert_same_fit):
    classifier = cnn(epochs=2).fit(texts, labels)
    assert_same_fit(classifier.set_params(epochs=3).fit(texts, labels), fitted)
    assert classifier.n_iter_ == 3


def test_a_warm_fit_keeps_the_vocabulary(cnn, texts, labels):
    classifier = cnn(warm_start=True).fit(texts, labels)
    vocabulary = classifier.tokenizer_.vocabulary_
    classifier.fit(["new words"] * 40, labels)
    assert classifier.tokenizer_.vocabulary_ is vocabulary


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"filters": 5}, "filters"),
        ({"kernel_sizes": (2, 3), "batch_norm": True}, "batch_norm, kernel_sizes"),
        ({"dense_units": (2,)}, "dense_units"),
        ({"embedding_dim": 3, "dense_activation": "tanh"}, "dense_activation"),
        ({"wide": True}, "wide"),
        ({"precision": "mixed_bfloat16"}, "precision"),
    ],
)
def test_a_warm_fit_of_another_network_is_refused(cnn, texts, labels, change, named):
    classifier = cnn(wide=False, warm_start=True, epochs=1).fit(texts, labels)
    classifier.set_params(**change)
    with pytest.raises(ValueError, match=rf"describe another network .*\(in {named}\).*warm_start"):
        classifier.fit(texts, labels)


def test_a_warm_fit_may_change_the_dropouts(cnn, texts, labels):
    rates = {"spatial_dropout": 0.5, "dense_dropout": 0.4}
    classifier = cnn(warm_start=True, epochs=1).fit(texts, labels).set_params(**rates)
    assert classifier.fit(texts, labels).n_iter_ == 2
    shown = {layer.name: layer for layer in classifier.network_.layers}
    assert {name: shown[name].rate for name in rates} == rates


def test_a_warm_fit_of_another_lstm_is_refused(lstm, texts, labels):
    classifier = lstm(warm_start=True, epochs=1).fit(texts, labels).set_params(units=5)
    with pytest.raises(ValueError, match=r"describe another network .*\(in units\)"):
        classifier.fit(texts, labels)


def test_a_warm_fit_of_other_labels_is_refused(cnn, texts, labels, three):
    classifier = cnn(warm_start=True, epochs=1).fit(texts, labels)
    with pytest.raises(ValueError, match="y holds labels that are not among the classes fine, fou"):
        classifier.fit(texts, three)


def test_a_warm_fit_may_release_the_embedding(cnn, texts, labels, vectors, weights_of):
    classifier = cnn(embeddings=vectors, trainable_embeddings=False, warm_start=True)
    classifier.fit(texts, labels)
    frozen = weights_of(classifier)["embedding"]
    classifier.fit(texts, labels)
    assert_array_equal(weights_of(classifier)["embedding"], frozen)
    classifier.set_params(trainable_embeddings=True).fit(texts, labels)
    released = weights_of(classifier)["embedding"]
    assert not np.array_equal(released, frozen)
    classifier.set_params(trainable_embeddings=False).fit(texts, labels)
    assert_array_equal(weights_of(classifier)["embedding"], released)


def test_a_warm_fit_takes_other_training_parameters(cnn, texts, labels):
    classifier = cnn(warm_start=True, wide=False).fit(texts, labels)
    before = classifier.predict_proba(texts)
    classifier.set_params(optimizer="sgd", learning_rate=1e-9, batch_size=4, epochs=1)
    assert_allclose(classifier.fit(texts, labels).predict_proba(texts), before, atol=1e-5)


def test_the_best_epoch_counts_as_the_history_does(cnn, texts, labels):
    wrong = ["foul" if label == "fine" else "fine" for label in labels]
    classifier = cnn(
        epochs=9, learning_rate=0.05, early_stopping=True, patience=2, warm_start=True
    ).fit(texts, labels, X_val=texts, y_val=wrong)
    first = classifier.n_iter_
    assert first > classifier.best_epoch_
    classifier.set_params(learning_rate=1e-6).fit(texts, labels, X_val=texts, y_val=labels)
    val_loss = classifier.history_["val_loss"]
    assert classifier.n_iter_ == len(val_loss) > first
    assert classifier.best_epoch_ == first + 1 + np.argmin(val_loss[first:])


def test_a_figure_missing_from_one_fit_is_nan(cnn, texts, labels):
    classifier = cnn(epochs=1, warm_start=True).fit(texts, labels)
    classifier.fit(texts, labels, X_val=texts, y_val=labels).fit(texts, labels)
    measured = np.isfinite(classifier.history_["val_loss"])
    assert_array_equal(measured, [False, True, False])


def test_partial_fit_goes_on_from_a_pickle(cnn, texts, labels, assert_same_fit):
    whole = cnn(epochs=5, early_stopping=False).fit(texts, labels)
    part = pickle.loads(pickle.dumps(cnn(epochs=2).fit(texts, labels)))
    for _ in range(3):
        part = pickle.loads(pickle.dumps(part)).partial_fit(texts, labels)
    assert_same_fit(part, whole)
    assert part.history_["loss"] == whole.history_["loss"]
    assert part.n_iter_ == 5


def test_partial_fit_from_the_start_is_a_fit(cnn, texts, labels, fitted, assert_same_fit):
    classifier = cnn(early_stopping=True)  # without effect on partial_fit
    classifier.partial_fit(texts, labels, classes=["foul", "fine"])
    for _ in range(2):
        classifier.partial_fit(texts, labels)
    assert_same_fit(classifier, fitted)


def test_partial_fit_of_batches_that_lack_classes(cnn, texts):
    classifier = cnn(class_weight={"a": 2, "b": 3})
    classifier.partial_fit(texts[:10], ["a"] * 10, classes=["a", "b", "c"])
    classifier.partial_fit(texts[10:20], ["a", "c"] * 5)
    assert_array_equal(classifier.classes_, ["a", "b", "c"])
    assert classifier.predict_proba(texts).shape == (40, 3)


@pytest.mark.parametrize("wide", [False, True])
def test_partial_fit_weighs_batches_of_one_class(cnn, texts, labels, assert_same_fit, wide):
    def train(class_weight, sample_weight=None):
        classifier = cnn(wide=wide, class_weight=class_weight, optimizer="sgd")
        for start in (0, 1):
            classifier.partial_fit(
                texts[start::2], labels[start::2], ["fine", "foul"], sample_weight
            )
        return classifier

    light, heavy = train({"foul": 1}), train({"foul": 9})
    assert np.all(heavy.predict_proba(texts)[:, 1] > light.predict_proba(texts)[:, 1])
    assert_same_fit(train({"fine": 3, "foul": 3}), train(None, np.full(20, 3)))
    assert_same_fit(train({"fine": 1, "foul": 1}), train(None))


def test_partial_fit_releases_the_embedding_in_time(cnn, texts, labels, vectors, assert_same_fit):
    parameters = dict(embeddings=vectors, trainable_embeddings=2)
    whole = cnn(epochs=4, **parameters).fit(texts, labels)
    part = cnn(epochs=1, **parameters).fit(texts, labels)
    for _ in range(3):
        part.partial_fit(texts, labels)
    assert_same_fit(part, whole)


def test_partial_fit_of_several_labels(cnn, texts, indicators):
    classifier = cnn().partial_fit(texts, indicators, classes=[0, 1, 2])
    assert classifier.partial_fit(texts, indicators).predict(texts).shape == (40, 3)


def test_what_partial_fit_refuses(cnn, texts, labels, fitted):
    with pytest.raises(ValueError, match="classes must be passed on the first call to partial_fit"):
        cnn().partial_fit(texts, labels)
    with pytest.raises(ValueError, match="class_weight='balanced' cannot be used with partial_fit"):
        cnn(class_weight="balanced").partial_fit(texts, labels, classes=["fine", "foul"])
    classifier = cnn().partial_fit(texts, labels, classes=["fine", "foul"])
    with pytest.raises(ValueError, match="is not the same as on the first call to partial_fit"):
        classifier.partial_fit(texts, labels, classes=["fine", "foul", "fair"])
    with pytest.raises(ValueError, match="y holds labels that are not among the classes"):
        classifier.partial_fit(texts[:2], ["fine", "fair"])
    with pytest.raises(ValueError, match="classes fine, foul: fair"):
        cnn().partial_fit(texts[:2], ["fine", "fair"], classes=["fine", "foul"])


def test_pickles_are_small_and_know_no_keras(fitted, cnn, texts, labels, vectors):
    data = pickle.dumps(fitted)
    made_with = fitted_model(fitted, "the test").state.made_with.encode()  # for information
    assert made_with.startswith(b"keras 3.")
    for name in (b"keras.", b"tensorflow"):
        assert name not in data.replace(made_with, b"")
    # weights, and Adam's two figures of each
    vocabulary = len(pickle.dumps(fitted.tokenizer_))
    assert len(data) < 3 * 4 * fitted.n_parameters_ + vocabulary + 6000
    restored = pickle.loads(data)
    assert_array_equal(restored.predict_proba(texts), fitted.predict_proba(texts))
    assert restored.history_ == fitted.history_


@pytest.mark.process
def test_a_pickle_opens_without_tensorflow_and_goes_on_in_another_process(
    cnn, texts, labels, tmp_path, run_python
):
    path = tmp_path / "classifier.pkl"
    classifier = cnn(epochs=2, wide=False).fit(texts, labels)
    path.write_bytes(pickle.dumps((classifier, texts, labels)))
    code = f"""
import pickle, sys
import numpy as np
with open({str(path)!r}, "rb") as file:
    classifier, texts, labels = pickle.load(file)
classifier.get_params(), classifier.history_, classifier.n_parameters_, repr(classifier)
assert not {{"tensorflow", "keras"}} & set(sys.modules)
classifier.partial_fit(texts, labels)
np.save({str(tmp_path / "proba.npy")!r}, classifier.predict_proba(texts))
"""
    run_python(code)
    expected = cnn(epochs=3, wide=False).fit(texts, labels).predict_proba(texts)
    # threads may sum convolutions in another order
    assert_allclose(np.load(tmp_path / "proba.npy"), expected, rtol=1e-6)


def test_sequences_go_on_with_their_vocabulary_only(cnn, texts, labels):
    sequences = KerasTokenizer().fit_transform(texts)
    classifier = cnn(epochs=1).fit(sequences, labels)
    classifier.partial_fit(sequences[:20], labels[:20])
    with pytest.raises(ValueError, match="X was made with another vocabulary"):
        classifier.partial_fit(KerasTokenizer().fit_transform(texts[:3]), labels[:3])


@pytest.mark.parametrize("classes", [["storm", "fine", "foul"], [0, 1], [1, 2, 3]])
def test_columns_have_no_other_names_than_their_numbers(cnn, texts, indicators, classes):
    message = (
        "classes must be the numbers of y's 3 columns for multi-label targets, such as range(3), "
        f"got {classes!r}."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        cnn().partial_fit(texts, indicators, classes=classes)
    assert_array_equal(cnn().partial_fit(texts, indicators, classes=range(3)).classes_, [0, 1, 2])


@pytest.mark.parametrize("wide", [False, True])
def test_the_first_batch_must_weigh_something_and_later_ones_need_not(cnn, texts, labels, wide):
    fine = [text for text, label in zip(texts, labels, strict=True) if label == "fine"]
    classifier = cnn(wide=wide, class_weight={"fine": 0})
    message = (
        "class_weight and sample_weight must not be zero for every document. Pass documents that "
        "have a weight."
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        classifier.partial_fit(fine, ["fine"] * 20, classes=["fine", "foul"])
    classifier.partial_fit(texts, labels, classes=["fine", "foul"])
    classifier.partial_fit(fine, ["fine"] * 20)
    assert classifier.n_iter_ == 2
    assert np.isfinite(classifier.predict_proba(texts)).all()
