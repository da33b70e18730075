"""The linear half of a wide network, and how it is joined with the network."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, log_softmax, softmax

from skembed import KerasTokenizer
from skembed.classifiers._bags import learn_bags
from skembed.classifiers._linear import error_of, network_share, pick, spaced_rows, spread_of
from skembed.classifiers._svm import find_temperature, margins_of_others
from skembed.networks import Examples, NetworkData, predict_logits

ONES = np.ones(40, dtype=np.float32)


def test_the_longer_documents_the_less_a_network_counts():
    assert network_share(1) == network_share(40) == 0.5
    assert network_share(90) == pytest.approx(0.4)  # 40/90 is 2/3 squared
    assert network_share(640) == pytest.approx(0.2)


def test_documents_to_measure_on_come_from_all_parts():
    assert spaced_rows(10, 4).tolist() == [0, 3, 6, 9]
    assert spaced_rows(3, 4).tolist() == [0, 1, 2]
    assert spaced_rows(1, 4).tolist() == [0]
    data = NetworkData(np.arange(1, 7, dtype=np.int32), np.array([0, 1, 3, 4, 6]))
    some = pick(data, np.array([0, 3]))
    assert (some.steps.tolist(), some.offsets.tolist()) == ([1, 5, 6], [0, 1, 3])


def test_errors_by_hand():
    logits = np.array([[2, 1], [0, 1], [3, 1]], dtype=np.float32)
    assert error_of(logits, np.array([0, 0, 0])) == (1 + 1) / (3 + 2)
    labels = np.array([[1, 1], [1, 1], [1, 0]])
    assert error_of(logits, labels) == (2 + 1) / (6 + 2)  # zero is no yes


def test_the_spread_is_what_classes_or_documents_do_not_share():
    logits = np.array([[1, 3], [5, 5]], dtype=np.float32)
    assert spread_of(logits, multilabel=False) == pytest.approx(np.sqrt(0.5))  # ∓1, 0
    assert spread_of(logits, multilabel=True) == pytest.approx(np.sqrt(2.5))  # ∓2, ∓1


@pytest.fixture(scope="module")
def halves(cnn, texts, three):
    """A wide network with labels that nobody can learn, its documents and its logits."""
    classifier = cnn(wide=True, epochs=1).fit(texts, three)
    data = classifier._reader.read(classifier, texts)
    return classifier, Examples(data, three, ONES), predict_logits(classifier._state, data)


@pytest.mark.parametrize(
    ("spread", "error", "expected"),
    [
        (1.0, 1.0, 1.0),  # as sure and as good: as much as may be
        (2.0, 1.0, 1.0),  # a network that is less sure is not made surer
        (0.5, 1.0, 0.5),
        (1.0, 2.0, 1.0),
        (1.0, 0.5, 0.25),  # twice the errors
        (0.5, 0.5, 0.125),
    ],
)
def test_a_network_counts_by_its_spread_and_its_errors(halves, three, spread, error, expected):
    classifier, examples, logits = halves
    linear = replace(
        classifier._linear,
        most=0.9,
        spread=spread * spread_of(logits, multilabel=False),
        error=error * error_of(logits, three),
    )
    suited = linear.suited_to(classifier._state, examples)
    assert suited.share == pytest.approx(0.9 * expected, rel=1e-5)


@pytest.mark.parametrize("multilabel", [False, True])
def test_both_halves_are_joined(cnn, texts, labels, indicators, multilabel):
    y = indicators[:, :2] if multilabel else labels
    classifier = cnn(wide=True).fit(texts, y)
    linear, data = classifier._linear, classifier._reader.read(classifier, texts)
    logits, margins = predict_logits(classifier._state, data), linear.margins(linear.read(data))
    expected = linear.share * logits + linear.factor * margins
    expected = expit(expected) if multilabel else softmax(expected, axis=1)
    assert_allclose(classifier.predict_proba(texts), expected, atol=1e-6)
    assert classifier.score(texts, y) >= 0.95


def test_margins_are_tried_on_documents_that_others_were_learned_from(cnn, texts, labels):
    linear = cnn(wide=True).fit(texts, labels)._linear
    tokenizer = KerasTokenizer(tokenizer="glove")
    sequences = tokenizer.fit_transform(texts)
    _, bag = learn_bags(sequences, 17, tokenizer.vocabulary_)
    targets = (np.array(labels) == "foul").astype(int)
    seed = np.random.RandomState(0).randint(2**31 - 1)
    margins = margins_of_others(bag, targets, ONES, 2, seed)
    temperature = find_temperature(margins, targets, ONES)
    assert linear.factor == pytest.approx(temperature / np.sqrt(2))  # the documents are short
    assert linear.most == pytest.approx(np.sqrt(0.5))
    spread = spread_of(margins, multilabel=False)
    assert linear.spread == pytest.approx(temperature * spread, rel=1e-5)
    assert linear.error == error_of(margins, targets)


def test_where_words_say_nothing_a_network_may_still_be_heard(cnn):
    linear = cnn(wide=True).fit(["a"] * 40, [0, 1] * 20)._linear
    assert linear.spread == pytest.approx(0.7 / np.sqrt(2))


@pytest.mark.parametrize("kind", ["cnn", "lstm"])
def test_the_deep_half_learns_as_if_it_were_alone(request, texts, labels, kind):
    make = request.getfixturevalue(kind)
    rates = {"spatial_dropout": 0.3, "dense_dropout": 0.5}
    alone, both = (make(wide=wide, **rates).fit(texts, labels) for wide in (False, True))
    for name, value in alone._state.weights.items():
        assert_array_equal(both._state.weights[name], value, err_msg=name)
    assert alone.history_["loss"] == both.history_["loss"]
    n_linear = both._linear.kernel.size + 2
    assert both.n_parameters_ == alone.n_parameters_ + n_linear


def test_the_users_network_has_both_halves(cnn, texts, labels):
    classifier = cnn(wide=True).fit(texts, labels)
    steps = classifier.tokenizer_.transform(texts).to_dense()
    data = classifier._reader.read(classifier, texts)
    dense = classifier._linear.read(data).toarray()
    network = classifier.network_
    assert network.count_params() == classifier.n_parameters_
    found = network([steps, dense]).numpy()
    assert_allclose(found, classifier.predict_proba(texts), atol=1e-6)


def test_a_warm_fit_fits_the_linear_half_anew_to_the_features_it_has(cnn, texts, labels):
    classifier = cnn(wide=True, warm_start=True, epochs=1).fit(texts, labels)
    first = classifier._linear
    again = classifier.fit(texts, labels)._linear
    assert again.bags is first.bags
    assert_array_equal(again.kernel, first.kernel)
    turned = classifier.fit(texts, labels[::-1])._linear
    assert_allclose(turned.kernel, -first.kernel, atol=5e-3)  # as far as LIBLINEAR solves it


def test_partial_fit_goes_on_with_both_halves(cnn, texts, labels):
    classifier = cnn(wide=True)
    classifier.partial_fit(texts[:20], labels[:20], classes=["fine", "foul"])
    first = classifier._linear
    for _ in range(5):
        classifier.partial_fit(texts[20:], labels[20:])
    data = classifier._reader.read(classifier, texts)
    targets = (np.array(labels) == "foul").astype(int)

    def n_right(linear):
        return (linear.margins(linear.read(data)).argmax(axis=1) == targets).sum()

    assert n_right(classifier._linear) > n_right(first)
    later = first
    part = classifier._reader.read(classifier, texts[20:])
    part = Examples(part, targets[20:], np.ones(20, np.float32))
    for _ in range(5):
        later = later.updated(part)
    assert_array_equal(classifier._linear.kernel, later.kernel)
    assert classifier._linear.factor == first.factor


def test_a_tuned_decision_is_made_on_both_halves(cnn, texts, labels):
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
        log_softmax(predict_logits(both._state, both._reader.read(both, texts)), axis=1),
        atol=1e-5,
    )


def test_a_linear_half_cannot_be_added_or_dropped_later(cnn, texts, labels):
    classifier = cnn(wide=True, warm_start=True, epochs=1).fit(texts, labels)
    with pytest.raises(ValueError, match=r"describe another network .*\(in wide\)"):
        classifier.set_params(wide=False).fit(texts, labels)


def test_a_wide_network_needs_words(cnn, no_training):
    with pytest.raises(ValueError, match="wide=True needs words or token ids, but X holds vectors"):
        cnn(wide=True).fit(np.ones((4, 2)) * 0.5, [0, 1, 0, 1])
