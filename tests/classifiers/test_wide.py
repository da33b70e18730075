"""A wide network: how its linear model is fitted beside it, and joined with it."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, log_softmax, softmax
from sklearn.exceptions import NotFittedError
from sklearn.metrics import f1_score

from skembed import KerasTokenizer
from skembed.classifiers import fitted_model
from skembed.linear import fit_linear_model
from skembed.networks import predict_logits
from skembed.text import recognise

ONES = np.ones(40, dtype=np.float32)
NO_BAGS = (
    "bag_of_words needs the linear model, but this estimator was fitted without one. Fit it on "
    "documents or ids with wide=True."
)


def linear_of(classifier):
    """Return the linear model beside a network."""
    return fitted_model(classifier, "the test").linear


def logits_of(classifier, texts):
    """Return what the network alone computes."""
    model = fitted_model(classifier, "the test")
    return predict_logits(model.state, model.reader.read(recognise(texts)))


@pytest.mark.parametrize("multilabel", [False, True])
def test_network_and_linear_model_are_joined(cnn, texts, labels, indicators, multilabel):
    y = indicators[:, :2] if multilabel else labels
    classifier = cnn(wide=True).fit(texts, y)
    linear = linear_of(classifier)
    logits = logits_of(classifier, texts)
    margins = linear.margins(classifier.tokenizer_.transform(texts))
    expected = linear.joint.network_factor * logits + linear.joint.margin_factor * margins
    expected += linear.joint.offset
    expected = expit(expected) if multilabel else softmax(expected, axis=1)
    assert_allclose(classifier.predict_proba(texts), expected, atol=1e-6)
    assert classifier.score(texts, y) >= 0.95


@pytest.mark.parametrize("multilabel", [False, True])
def test_the_linear_model_is_fitted_to_the_training_documents(cnn, texts, indicators, multilabel):
    y = indicators[:, :2] if multilabel else indicators[:, 1]
    found = linear_of(cnn(wide=True).fit(texts, y))
    tokenizer = KerasTokenizer(tokenizer="unicode")
    sequences = tokenizer.fit_transform(texts)
    seed = np.random.RandomState(0).randint(2**31 - 1)
    words, weights = (17, tokenizer.vocabulary_), np.ones(y.shape, dtype=np.float32)
    expected = fit_linear_model(sequences, *words, y, weights, 2, seed)
    assert_array_equal(found.coef, expected.coef)
    assert_array_equal(found.intercept, expected.intercept)
    assert found.temperature == expected.temperature
    assert (found.held_out, found.learned) == (expected.held_out, expected.learned)
    assert (found.trained.n, expected.trained.n) == (40, 0)


def test_documents_without_weight_are_no_errors(cnn, texts, labels):
    wrong = ["fine", "foul"][::-1] * 20
    plain = linear_of(cnn(wide=True).fit(texts, labels))
    weights = np.repeat([1, 0], 40)
    both = linear_of(cnn(wide=True).fit(texts + texts, labels + wrong, sample_weight=weights))
    assert both.held_out.wrong == pytest.approx(plain.held_out.wrong, abs=0.15)  # other folds


@pytest.mark.parametrize("kind", ["cnn", "lstm"])
def test_the_network_learns_as_if_it_were_alone(request, texts, labels, kind, weights_of):
    make = request.getfixturevalue(kind)
    rates = {"spatial_dropout": 0.3, "dense_dropout": 0.5}
    alone, both = (make(wide=wide, **rates).fit(texts, labels) for wide in (False, True))
    for name, value in weights_of(alone).items():
        assert_array_equal(weights_of(both)[name], value, err_msg=name)
    assert alone.history_["loss"] == both.history_["loss"]
    n_linear = linear_of(both).coef.size + 2
    assert both.n_parameters_ == alone.n_parameters_ + n_linear


def test_the_users_network_has_both_parts(cnn, texts, labels):
    classifier = cnn(wide=True).fit(texts, labels)
    steps = classifier.tokenizer_.transform(texts).to_dense()
    dense = classifier.bag_of_words(texts).toarray()
    network = classifier.network_
    assert network.count_params() == classifier.n_parameters_
    found = network.predict_on_batch([steps, dense])
    assert_allclose(found, classifier.predict_proba(texts), atol=1e-6)


def test_who_has_no_linear_model_counts_no_words(cnn, texts, labels):
    assert not hasattr(cnn(wide=False).fit(texts, labels), "bag_of_words")
    with pytest.raises(NotFittedError, match="not fitted yet"):
        cnn(wide=True).bag_of_words(texts)


@pytest.mark.parametrize("again", ["fit", "partial_fit"])
def test_the_linear_model_goes_on_with_other_documents(cnn, texts, labels, again):
    classifier = cnn(wide=True, warm_start=True).fit(texts[:20], labels[:20])
    first, targets = linear_of(classifier), (np.array(labels) == "foul").astype(int)
    more = classifier.tokenizer_.transform(texts[20:])
    getattr(classifier, again)(texts[20:], labels[20:])
    later, expected = linear_of(classifier), first.partial_fit(more, targets[20:], ONES[20:])
    assert later.bags is first.bags
    assert_array_equal(later.coef, expected.coef)
    assert later.temperature == expected.temperature != first.temperature
    assert later.held_out == expected.held_out
    assert later.held_out.n == 40
    n_known = sum(ids.max() > 1 for ids in more)  # a network does not learn from the others
    assert n_known < 20
    assert later.trained.n == n_known + {"fit": 0, "partial_fit": 20}[again]


def test_weights_of_partial_fit_are_measured_by_those_of_the_first(cnn, texts, labels):
    one, heavy = (
        linear_of(
            cnn(wide=True)
            .partial_fit(texts, labels, ["fine", "foul"], np.full(40, weight))
            .partial_fit(texts, labels, None, np.full(40, weight))
        )
        for weight in (1.0, 1000.0)
    )
    assert (one.unit, heavy.unit) == (1, 1000)
    assert_allclose(heavy.coef, one.coef, rtol=1e-5)


def test_a_tuned_decision_is_made_on_both(cnn, texts, labels):
    classifier = cnn(wide=True, decision="tuned").fit(texts, labels, X_val=texts, y_val=labels)
    joint = classifier.predict_log_proba(texts)
    decided = (joint - np.log(classifier.thresholds_)).argmax(axis=1)
    assert_array_equal(classifier.predict(texts), classifier.classes_[decided])


def test_validation_measures_the_network_alone(cnn, texts, labels):
    alone, both = (
        cnn(wide=wide, epochs=2).fit(texts, labels, X_val=texts, y_val=labels)
        for wide in (False, True)
    )
    assert alone.history_["val_loss"] == both.history_["val_loss"]
    assert_allclose(
        alone.predict_log_proba(texts),
        log_softmax(logits_of(both, texts), axis=1),
        atol=1e-5,
    )


def test_a_linear_model_cannot_be_added_or_dropped_later(cnn, texts, labels):
    classifier = cnn(wide=True, warm_start=True, epochs=1).fit(texts, labels)
    with pytest.raises(ValueError, match=r"describe another network .*\(in wide\)"):
        classifier.set_params(wide=False).fit(texts, labels)


def test_what_has_words_or_ids_has_a_linear_model_by_default(cnn, texts, labels):
    ids = np.random.default_rng(0).integers(2, 9, (40, 5))
    for X in (texts, ids):
        classifier = cnn(epochs=1).fit(X, labels)
        assert linear_of(classifier) is not None
        assert classifier.bag_of_words(X).shape[0] == 40
    vectors = np.random.default_rng(0).normal(size=(40, 3))
    without = cnn(epochs=1).fit(vectors, labels)
    assert linear_of(without) is None
    with pytest.raises(ValueError, match=f"^{re.escape(NO_BAGS)}$"):
        without.bag_of_words(vectors)


def test_no_linear_model_is_added_to_more_tokens_than_many(cnn, texts, labels, monkeypatch):
    n_tokens = sum(len(text.split()) for text in texts)
    message = (
        f"The training documents have {n_tokens:,} tokens, and a linear model beside the network "
        f"is fitted in memory. With wide='auto' it is left out above {n_tokens - 1:,} tokens. Set "
        "wide=True to fit it, or wide=False to train the network alone."
    )
    monkeypatch.setattr("skembed.classifiers._wide.MANY_TOKENS", n_tokens)
    assert linear_of(cnn(epochs=1).fit(texts, labels)) is not None
    monkeypatch.setattr("skembed.classifiers._wide.MANY_TOKENS", n_tokens - 1)
    with pytest.warns(UserWarning, match=f"^{re.escape(message)}$"):
        alone = cnn(epochs=1).fit(texts, labels)
    assert linear_of(alone) is None
    with pytest.raises(ValueError, match=f"^{re.escape(NO_BAGS)}$"):
        alone.bag_of_words(texts)
    assert linear_of(cnn(epochs=1, wide=True).fit(texts, labels)) is not None
    assert linear_of(cnn(epochs=1, wide=False).fit(texts, labels)) is None


def test_a_wide_network_needs_words(cnn, no_training):
    with pytest.raises(ValueError, match="wide=True needs words or token ids, but X holds vectors"):
        cnn(wide=True).fit(np.ones((4, 2)) * 0.5, [0, 1, 0, 1])


@pytest.mark.parametrize("again", ["fit", "partial_fit"])
def test_an_empty_document_makes_no_class_of_all_that_is_unknown(cnn, texts, labels, again):
    """Its only token is the unknown one, which later stands in documents of any class."""
    classifier = cnn(wide=True, tokenizer=KerasTokenizer())
    if again == "fit":
        classifier.fit([*texts, ""], [*labels, "foul"])
    else:
        classifier.fit(texts, labels).partial_fit([""] * 5, ["foul"] * 5)
    linear = linear_of(classifier)
    assert not linear.coef[:2].any()
    known, some = (
        linear.margins(classifier.tokenizer_.transform([text])) - linear.intercept
        for text in ("sun sea", "sun sea unheard of words")
    )
    assert_array_equal(np.sign(known), np.sign(some))
    assert (np.abs(some) < np.abs(known)).all()


@pytest.mark.filterwarnings("ignore:y has 30 classes for 30 documents")
def test_one_document_of_each_class_is_enough_for_its_words(cnn):
    """As in a list of questions and answers; a network learns nothing from so little."""
    words = [f"{a}{b}" for a in ("ba", "ko", "ri", "zu", "me") for b in ("lam", "sto", "ped")]
    questions = [f"what is the {a} of my {b}" for a in words[:6] for b in words[10:]]
    answers = [f"answer {i}" for i in range(30)]
    classifier = cnn(epochs=20, learning_rate=0.02).fit(questions, answers)
    asked = [f"my {q.split()[-1]} has which {q.split()[3]}" for q in questions]
    assert classifier.predict(asked).tolist() == answers


def test_rare_labels_are_predicted(cnn):
    """A network that has learned little but how rare they are does not prevent it."""
    rng = np.random.default_rng(0)
    y = (rng.random((400, 30)) < 0.06).astype(int)
    words = np.array([f"w{i}" for i in range(300)])
    likely = [rng.choice(words, 30, replace=False) for _ in range(30)]
    texts = [
        " ".join([*rng.choice(words, 4), *(w for j in labels for w in rng.choice(likely[j], 4))])
        for labels in map(np.flatnonzero, y)
    ]
    classifier = cnn(epochs=10).fit(texts[:200], y[:200])
    margins = linear_of(classifier).margins(classifier.tokenizer_.transform(texts[200:]))
    joint, alone = (
        f1_score(y[200:], found, average="micro")
        for found in (classifier.predict(texts[200:]), margins > 0)
    )
    assert joint > 0.9 * alone > 0.05
