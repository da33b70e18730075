"""The linear half of a wide network, and how it is joined with the network."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, log_softmax, softmax
from sklearn.exceptions import NotFittedError

from skembed import KerasTokenizer
from skembed.classifiers._bags import learn_bags
from skembed.classifiers._linear import LinearHalf, Measured, network_part, spaced_rows
from skembed.classifiers._svm import find_temperature, margins_of_others
from skembed.networks import Examples, predict_logits
from skembed.text import recognise

ONES = np.ones(40, dtype=np.float32)


def test_the_longer_documents_the_less_a_network_counts():
    assert network_part(1) == network_part(40) == 0.5
    assert network_part(90) == pytest.approx(0.4)  # 40/90 is 2/3 squared
    assert network_part(640) == pytest.approx(0.2)


def test_rows_to_measure_on_come_from_all_parts():
    assert spaced_rows(10, 4).tolist() == [0, 3, 6, 9]
    assert spaced_rows(3, 4).tolist() == [0, 1, 2]
    assert spaced_rows(1, 4).tolist() == [0]


def test_spread_and_errors_by_hand():
    logits = np.array([[1, 3], [5, 5], [0, 4]], dtype=np.float32)
    weights = np.array([1, 1, 2], np.float32)
    found = Measured().with_more(logits, np.array([1, 0, 0]), weights)
    # without what the classes share ∓1, 0, ∓2; the last one is wrong, and counts twice
    assert (found.n, found.square, found.wrong) == (3, (1 + 0 + 2 * 4) / 4, 2 / 4)
    assert (found.spread, found.error) == (1.5, 0.501)
    labels = Measured().with_more(logits, np.array([[1, 1], [1, 0], [1, 1]]), np.ones((3, 2)))
    assert (labels.square, labels.wrong) == ((1 + 9 + 25 + 25 + 0 + 16) / 6, 2 / 6)
    assert found.with_more(logits, np.array([1, 0, 0]), 0 * weights) is found


def test_measures_are_averaged_over_all_documents_and_forget_slowly():
    logits = np.array([[1, -1]] * 3, dtype=np.float32)
    once = Measured(1, 4.0, 1.0).with_more(logits, np.array([0, 0, 0]), np.ones(3, np.float32))
    assert (once.n, once.square, once.wrong) == (4, (4 + 3 * 1) / 4, 1 / 4)
    later = Measured(1e6, 4.0, 1.0).with_more(logits, np.zeros(3, int), np.ones(3, np.float32))
    assert later.n == 1003  # as if there had been a thousand
    assert later.wrong == pytest.approx(1000 / 1003)


@pytest.mark.parametrize(
    ("linear", "network", "expected"),
    [
        # mean square of the log-odds, errors: of the SVM, whose temperature is two, and the network
        ((1.0, 0.1), (4.0, 0.1), 1.0),  # as sure and as good: as much as may be
        ((1.0, 0.1), (1.0, 0.1), 1.0),  # a network that is less sure is not made surer
        ((1.0, 0.1), (16.0, 0.1), 0.5),
        ((1.0, 0.1), (4.0, 0.05), 1.0),
        ((1.0, 0.1), (4.0, 0.201), 0.25),  # twice the errors, each with a thousandth more
        ((1.0, 0.1), (16.0, 0.201), 0.125),
        ((0.0, 0.1), (4.0, 0.1), 0.7 / np.sqrt(3) / 2),  # where words say nothing
        ((1.0, 0.0), (4.0, 0.0), 1.0),
    ],
)
def test_a_network_counts_by_its_spread_and_its_errors(linear, network, expected):
    half = LinearHalf(
        bags=None,
        coef=np.zeros((1, 3)),
        intercept=np.zeros(3),
        curvature=np.ones(2),
        unit=1.0,
        temperature=2.0,
        held_out=Measured(10, 99.0, linear[1]),
        learned=Measured(10, linear[0], 0.9),
        network_part=0.4,
        trained=Measured(10, *network),
    )
    assert half.network_factor == pytest.approx(np.sqrt(2) * 0.4 * expected)
    assert half.margin_factor == pytest.approx(np.sqrt(2) * 0.6 * 2)


@pytest.mark.parametrize("multilabel", [False, True])
def test_both_halves_are_joined(cnn, texts, labels, indicators, multilabel):
    y = indicators[:, :2] if multilabel else labels
    classifier = cnn(wide=True).fit(texts, y)
    linear, data = classifier._model.linear, classifier._model.reader.read(recognise(texts))
    logits, margins = (
        predict_logits(classifier._model.state, data),
        linear.margins(linear.read(data)),
    )
    expected = linear.network_factor * logits + linear.margin_factor * margins
    expected = expit(expected) if multilabel else softmax(expected, axis=1)
    assert_allclose(classifier.predict_proba(texts), expected, atol=1e-6)
    assert classifier.score(texts, y) >= 0.95


def test_margins_are_tried_on_documents_that_others_were_learned_from(cnn, texts, labels):
    linear = cnn(wide=True).fit(texts, labels)._model.linear
    tokenizer = KerasTokenizer(tokenizer="glove")
    sequences = tokenizer.fit_transform(texts)
    _, bag = learn_bags(sequences, 17, tokenizer.vocabulary_)
    targets = (np.array(labels) == "foul").astype(int)
    seed = np.random.RandomState(0).randint(2**31 - 1)
    margins, rows = margins_of_others(bag, targets, ONES, 2, seed)
    expected = find_temperature(margins, targets[rows], ONES, before=4.0, n_before=3)
    assert linear.temperature == expected
    assert linear.held_out == Measured().with_more(margins, targets[rows], ONES)
    assert linear.held_out.n == 40
    assert linear.learned == Measured().with_more(linear.margins(bag), targets, ONES)
    assert linear.network_part == 0.5


def test_labels_that_tell_nothing_leave_the_temperature_alone(cnn, texts, indicators):
    few = cnn(wide=True).fit(texts, indicators[:, :2])._model.linear
    none = np.column_stack([indicators[:, :2], np.zeros((40, 5), int), np.ones((40, 5), int)])
    many = cnn(wide=True).fit(texts, none)._model.linear
    assert many.temperature == pytest.approx(few.temperature, rel=1e-4)


def test_documents_without_weight_are_no_errors(cnn, texts, labels):
    wrong = ["fine", "foul"][::-1] * 20
    plain = cnn(wide=True).fit(texts, labels)._model.linear
    weights = np.repeat([1, 0], 40)
    both = cnn(wide=True).fit(texts + texts, labels + wrong, sample_weight=weights)._model.linear
    assert both.held_out.wrong == pytest.approx(plain.held_out.wrong, abs=0.15)  # other folds


@pytest.mark.parametrize("kind", ["cnn", "lstm"])
def test_the_deep_half_learns_as_if_it_were_alone(request, texts, labels, kind):
    make = request.getfixturevalue(kind)
    rates = {"spatial_dropout": 0.3, "dense_dropout": 0.5}
    alone, both = (make(wide=wide, **rates).fit(texts, labels) for wide in (False, True))
    for name, value in alone._model.state.weights.items():
        assert_array_equal(both._model.state.weights[name], value, err_msg=name)
    assert alone.history_["loss"] == both.history_["loss"]
    n_linear = both._model.linear.coef.size + 2
    assert both.n_parameters_ == alone.n_parameters_ + n_linear


def test_the_users_network_has_both_halves(cnn, texts, labels):
    classifier = cnn(wide=True).fit(texts, labels)
    steps = classifier.tokenizer_.transform(texts).to_dense()
    dense = classifier.bag_of_words(texts).toarray()
    network = classifier.network_
    assert network.count_params() == classifier.n_parameters_
    found = network.predict_on_batch([steps, dense])
    assert_allclose(found, classifier.predict_proba(texts), atol=1e-6)


def test_who_has_no_linear_half_counts_no_words(cnn, fitted, texts):
    assert not hasattr(fitted, "bag_of_words")
    with pytest.raises(NotFittedError, match="not fitted yet"):
        cnn(wide=True).bag_of_words(texts)


@pytest.mark.parametrize("again", ["fit", "partial_fit"])
def test_both_halves_go_on_with_other_documents(cnn, texts, labels, again):
    classifier = cnn(wide=True, warm_start=True).fit(texts[:20], labels[:20])
    first, targets = classifier._model.linear, (np.array(labels) == "foul").astype(int)
    part = classifier._model.reader.read(recognise(texts[20:]))
    part = Examples(part, targets[20:], np.ones(20, np.float32))
    getattr(classifier, again)(texts[20:], labels[20:])
    later, expected = classifier._model.linear, first.updated(part)
    assert later.bags is first.bags
    assert_array_equal(later.coef, expected.coef)
    assert later.temperature == expected.temperature != first.temperature
    assert later.held_out == expected.held_out
    assert later.held_out.n == 40
    assert later.trained.n == {"fit": 20, "partial_fit": 40}[again]
    data = classifier._model.reader.read(recognise(texts))

    def n_right(linear):
        return (linear.margins(linear.read(data)).argmax(axis=1) == targets).sum()

    assert n_right(later) >= n_right(first)


def test_what_margins_mean_is_settled_when_many_documents_have_told(cnn, texts, labels):
    linear = cnn(wide=True).fit(texts, labels)._model.linear
    settled = replace(linear, held_out=replace(linear.held_out, n=1000))
    classifier = cnn(wide=True).fit(texts, labels)
    data = classifier._model.reader.read(recognise(texts))
    later = settled.updated(Examples(data, np.arange(40) % 2, ONES))
    assert later.temperature == settled.temperature
    assert later.held_out == settled.held_out


def test_weights_of_partial_fit_are_measured_by_those_of_the_first(cnn, texts, labels):
    one, heavy = (
        cnn(wide=True)
        .partial_fit(texts, labels, ["fine", "foul"], np.full(40, weight))
        .partial_fit(texts, labels, None, np.full(40, weight))
        ._model.linear
        for weight in (1.0, 1000.0)
    )
    assert (one.unit, heavy.unit) == (1, 1000)
    assert_allclose(heavy.coef, one.coef, rtol=1e-5)


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
        log_softmax(
            predict_logits(both._model.state, both._model.reader.read(recognise(texts))), axis=1
        ),
        atol=1e-5,
    )


def test_a_linear_half_cannot_be_added_or_dropped_later(cnn, texts, labels):
    classifier = cnn(wide=True, warm_start=True, epochs=1).fit(texts, labels)
    with pytest.raises(ValueError, match=r"describe another network .*\(in wide\)"):
        classifier.set_params(wide=False).fit(texts, labels)


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
    linear = classifier._model.linear
    assert not linear.coef[:2].any()
    known, some = (
        linear.margins(classifier.bag_of_words([text])) - linear.intercept
        for text in ("sun sea", "sun sea unheard of words")
    )
    assert_array_equal(np.sign(known), np.sign(some))
    assert (np.abs(some) < np.abs(known)).all()
