"""Validation: a part set aside, the user's documents, and early stopping."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn import config_context
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from skembed import KerasTokenizer
from skembed.data import stream


@pytest.fixture
def set_aside(cnn):
    """Return what says which rows a fit keeps and which it sets aside, by the words it knows."""

    def rows(labels, fraction):
        classifier = cnn(early_stopping=True, validation_fraction=fraction, epochs=1)
        classifier.fit([f"only{i}" for i in range(len(labels))], labels)
        kept = sorted(int(word[4:]) for word in classifier.tokenizer_.vocabulary_)
        return np.array(kept), np.setdiff1d(np.arange(len(labels)), kept)

    return rows


def test_validation_documents_stay_out_of_the_vocabulary(cnn, texts, labels):
    documents = [f"{text} only{i}" for i, text in enumerate(texts)]
    classifier = cnn(early_stopping=True, validation_fraction=0.25, epochs=1)
    classifier.fit(documents, labels)
    kept = {int(w[4:]) for w in classifier.tokenizer_.vocabulary_ if w.startswith("only")}
    assert len(kept) == 30
    assert sum(i % 2 for i in kept) == 15  # of each class alike
    again = clone(classifier).fit(documents, labels)
    assert again.tokenizer_.vocabulary_ == classifier.tokenizer_.vocabulary_
    other = clone(classifier).set_params(random_state=1).fit(documents, labels)
    assert other.tokenizer_.vocabulary_ != classifier.tokenizer_.vocabulary_


def test_early_stopping_keeps_the_best_epoch(cnn, texts, labels):
    wrong = ["foul" if label == "fine" else "fine" for label in labels]
    classifier = cnn(epochs=30, learning_rate=0.05, early_stopping=True, patience=2, wide=False)
    classifier.fit(texts, labels, X_val=texts, y_val=wrong)
    val_loss = classifier.history_["val_loss"]
    best = int(np.argmin(val_loss)) + 1
    assert classifier.best_epoch_ == best
    assert classifier.n_iter_ == len(val_loss) == best + 2
    kept = -classifier.predict_log_proba(texts)[np.arange(40), (np.array(wrong) == "foul") * 1]
    assert_allclose(kept.mean(), min(val_loss), rtol=1e-5)


def test_the_best_epoch_comes_back_even_if_the_epochs_run_out(cnn, texts, labels):
    wrong = ["foul" if label == "fine" else "fine" for label in labels]
    classifier = cnn(epochs=4, learning_rate=0.05, early_stopping=True, patience=50)
    classifier.fit(texts, labels, X_val=texts, y_val=wrong)
    assert classifier.n_iter_ == 4
    assert classifier.best_epoch_ == np.argmin(classifier.history_["val_loss"]) + 1 < 4


def test_validation_documents_are_measured_without_early_stopping(
    cnn, texts, labels, fitted, assert_same_fit
):
    classifier = cnn(wide=False).fit(texts, labels, X_val=texts[:10], y_val=labels[:10])
    assert_same_fit(classifier, fitted)
    assert len(classifier.history_["val_loss"]) == 3
    proba = classifier.predict_proba(texts[:10])
    loss = -np.log(proba[np.arange(10), np.arange(10) % 2]).mean()
    assert classifier.history_["val_loss"][-1] == pytest.approx(loss, rel=1e-4)
    right = classifier.score(texts[:10], labels[:10])
    assert classifier.history_["val_accuracy"][-1] == pytest.approx(right)


def test_a_part_set_aside_is_weighted_and_the_users_documents_are_not(
    cnn, texts, labels, set_aside
):
    weight = np.where(np.arange(40) < 20, 1.0, 3.0)
    classifier = cnn(early_stopping=True, validation_fraction=0.5, epochs=1, wide=False)
    classifier.fit(texts, labels, sample_weight=weight)
    targets = (np.array(labels) == "foul") * 1
    _, held = set_aside(labels, 0.5)
    losses = -classifier.predict_log_proba(texts)[np.arange(40), targets]
    mean = (losses[held] * weight[held] / weight.mean()).mean()
    assert classifier.history_["val_loss"][0] == pytest.approx(mean, rel=1e-5)
    classifier.fit(texts, labels, sample_weight=weight, X_val=texts, y_val=labels)
    losses = -classifier.predict_log_proba(texts)[np.arange(40), targets]
    assert classifier.history_["val_loss"][0] == pytest.approx(losses.mean(), rel=1e-5)


@pytest.mark.parametrize("parameters", [{"early_stopping": True}, {"decision": "tuned"}])
@pytest.mark.parametrize(
    ("part", "use"), [("held", "10 documents to validate on"), ("kept", "30 documents to train on")]
)
def test_a_part_that_weighs_nothing_is_refused(
    request, cnn, texts, labels, set_aside, parameters, part, use
):
    classifier = cnn(**parameters, validation_fraction=0.25)
    kept, held = set_aside(labels, 0.25)
    request.getfixturevalue("no_training")
    weight = np.ones(40)
    weight[held if part == "held" else kept] = 0
    message = (
        f"validation_fraction=0.25 leaves {use}, but class_weight and sample_weight are zero for "
        "all of them. Pass X_val and y_val, or another validation_fraction or random_state."
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        classifier.fit(texts, labels, sample_weight=weight)


def test_a_part_of_a_stream_that_weighs_nothing_is_refused(request, cnn, texts, set_aside):
    labels = np.array(["none"] * 38 + ["fine", "foul"])
    _, held = set_aside(labels, 0.25)
    request.getfixturevalue("no_training")
    assert (labels[held] == "none").all()
    classifier = cnn(early_stopping=True, validation_fraction=0.25, class_weight={"none": 0})
    batches = stream([(texts, labels.tolist())])
    message = "leaves 10 documents to validate on, but class_weight and sample_weight are zero"
    with pytest.raises(ValueError, match=message):
        classifier.fit(batches)
    with pytest.raises(ValueError, match=message):
        classifier.fit(texts, labels)


def test_the_way_out_of_a_part_that_weighs_nothing(cnn, texts, labels):
    weight = np.where(np.arange(40) < 4, 1, 0)
    classifier = cnn(early_stopping=True, epochs=2)
    classifier.fit(texts, labels, sample_weight=weight, X_val=texts, y_val=labels)
    assert min(classifier.history_["val_loss"]) > 0


def test_validation_goes_through_a_pipeline(cnn, texts, labels, assert_same_fit):
    direct = cnn(early_stopping=True).fit(texts, labels, X_val=texts[:10], y_val=labels[:10])
    with config_context(enable_metadata_routing=True):
        last = cnn(early_stopping=True).set_fit_request(X_val=True, y_val=True)
        pipeline = Pipeline(
            [("tokenizer", KerasTokenizer()), ("cnn", last)], transform_input=["X_val"]
        )
        pipeline.fit(texts, labels, X_val=texts[:10], y_val=labels[:10])
    assert_same_fit(pipeline[-1], direct)
    assert pipeline[-1].history_["val_loss"] == direct.history_["val_loss"]


def test_early_stopping_with_few_documents(cnn, texts, labels):
    for seed in range(10):
        classifier = cnn(early_stopping=True, epochs=1, random_state=seed)
        classifier.fit(texts[:4], labels[:4])
        assert np.isfinite(classifier.history_["val_loss"]).all()
