"""The linear model: what it measures, how it is joined with a network, and how it goes on."""

import weakref
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skembed.bags import BagTables, SparseRows
from skembed.linear import (
    LinearModel,
    LogitStatistics,
    calibration_rows,
    fit_linear_model,
    learn_bags,
)
from skembed.linear._model import network_share
from skembed.linear._svm import find_temperature, margins_of_others
from skembed.text import TokenSequences

ONES = np.ones(40, dtype=np.float32)
NO_WORDS = BagTables(
    pairs=np.zeros(0, dtype=np.int64),
    ngrams=SparseRows(ONES[:0], np.zeros(0, np.int32), np.zeros(1, np.int64), 0),
    idf=ONES[:1],
    n_words=1,
)


@pytest.fixture(params=["classes", "labels"])
def targets(request, three, indicators):
    """Class numbers, and indicators of labels."""
    return {"classes": three, "labels": indicators}[request.param]


def fit(documents, words, targets, **changed):
    weights = np.random.default_rng(0).uniform(0.5, 2, targets.shape).astype(np.float32)
    given = dict(targets=targets, weights=weights, n_outputs=3, seed=5) | changed
    return fit_linear_model(documents, *words, **given)


def assert_same(found, wanted):
    """Check that two models are the same to the last bit."""
    for name in ("coef", "intercept", "curvature"):
        assert_array_equal(getattr(found, name), getattr(wanted, name), err_msg=name)
    for name in ("unit", "temperature", "held_out", "learned", "network_share", "trained"):
        assert getattr(found, name) == getattr(wanted, name), name
    assert found.joint.network_factor == wanted.joint.network_factor
    assert found.joint.margin_factor == wanted.joint.margin_factor
    assert_array_equal(found.joint_intercept, wanted.joint_intercept)
    assert_array_equal(found.bags.pairs, wanted.bags.pairs)
    assert_array_equal(found.bags.idf, wanted.bags.idf)


def test_the_longer_documents_the_less_a_network_counts():
    assert network_share(1) == network_share(40) == 0.5
    assert network_share(90) == pytest.approx(0.4)  # 40/90 is 2/3 squared
    assert network_share(640) == pytest.approx(0.2)


def test_rows_to_measure_on_come_from_all_over():
    assert calibration_rows(3).tolist() == [0, 1, 2]
    assert calibration_rows(1).tolist() == [0]
    rows = calibration_rows(5000)
    assert (len(rows), rows[0], rows[-1]) == (1000, 0, 4999)
    assert set(np.diff(rows)) == {5, 6}


def test_spread_and_errors_by_hand():
    logits = np.array([[1, 3], [5, 5], [0, 4]], dtype=np.float32)
    weights = np.array([1, 1, 2], np.float32)
    found = LogitStatistics().with_more(logits, np.array([1, 0, 0]), weights)
    # without what the classes share ∓1, 0, ∓2; the last one is wrong, and counts twice
    assert (found.n, found.square, found.wrong) == (3, (1 + 0 + 2 * 4) / 4, 2 / 4)
    assert (found.spread, found.error) == (1.5, 1 / 2 + 1 / 3)  # of three, one error more
    many = LogitStatistics(5000, 1.0, 0.5).with_more(logits, np.array([1, 0, 0]), weights)
    assert many.error == many.wrong + 1 / 1000
    labels = np.array([[1, 1], [1, 0], [1, 1]])
    of_labels = LogitStatistics().with_more(logits, labels, np.ones((3, 2)))
    assert (of_labels.square, of_labels.wrong) == ((1 + 9 + 25 + 25 + 0 + 16) / 6, 2 / 6)
    assert found.with_more(logits, np.array([1, 0, 0]), 0 * weights) is found


def test_statistics_are_of_all_documents_and_forget_slowly():
    logits = np.array([[1, -1]] * 3, dtype=np.float32)
    zeros, ones = np.zeros(3, int), ONES[:3]
    once = LogitStatistics(1, 4.0, 1.0).with_more(logits, zeros, ones)
    assert (once.n, once.square, once.wrong) == (4, (4 + 3 * 1) / 4, 1 / 4)
    later = LogitStatistics(1e6, 4.0, 1.0).with_more(logits, zeros, ones)
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
    model = LinearModel(
        bags=NO_WORDS,
        coef=np.zeros((1, 3)),
        intercept=np.zeros(3),
        curvature=np.ones(2),
        unit=1.0,
        temperature=2.0,
        held_out=LogitStatistics(10, 99.0, linear[1]),
        learned=LogitStatistics(10, linear[0], 0.9),
        network_share=0.4,
        trained=LogitStatistics(10, *network),
    )
    joint = model.joint
    assert joint.network_factor == pytest.approx(np.sqrt(2) * 0.4 * expected)
    assert joint.margin_factor == pytest.approx(np.sqrt(2) * 0.6 * 2)
    logits, margins = np.array([[1, 2, 0]], np.float32), np.array([[3, -4, 1]], np.float32)
    joined = joint.network_factor * logits + joint.margin_factor * margins
    assert_allclose(joint.join(logits, margins), joined, rtol=1e-6)
    assert_array_equal(
        joint.join(logits, margins), joint.of_network(logits) + joint.of_margins(margins)
    )


def test_how_frequent_a_label_is_counts_once(sequences, words):
    """In the margins, and not in the network as well, as far as that has learned it."""
    have = np.column_stack([np.arange(40) < 10, np.arange(40) % 2, np.zeros(40)]).astype(np.float32)
    weights = np.ones((40, 3), dtype=np.float32)
    model = fit(sequences, words, have, weights=weights)
    none = np.zeros((1, 3), dtype=np.float32)
    assert_array_equal(model.joint.offset, none[0])  # there is no network yet
    log_odds = np.log([10 / 30, 1, 0.5 / 40])
    for means, counted in (
        ([-0.5, 0.7, -9], [-0.5, 0, log_odds[2]]),
        ([-2, -0.7, 3], [log_odds[0], 0, 0]),
    ):
        logits = np.tile(np.array(means, dtype=np.float32), (40, 1))
        joint = model.calibrated_on(logits, have, weights).joint
        assert_allclose(joint.offset, -joint.network_factor * np.array(counted), rtol=1e-5)
        assert_array_equal(joint.join(none, none)[0], joint.offset)


def test_how_frequent_a_label_is_is_measured_by_weight_and_in_later_documents(sequences, words):
    have = np.column_stack([np.arange(40) < 10, np.arange(40) % 2]).astype(np.float32)
    weights = np.ones((40, 2), dtype=np.float32)
    network = np.full((40, 2), -2, dtype=np.float32), have, weights
    first = fit(sequences, words, have, weights=weights, n_outputs=2).calibrated_on(*network)
    assert (first.joint.offset != 0).tolist() == [True, False]
    later = first.partial_fit(sequences, 1 - have, weights)
    assert_allclose(later.joint.offset, 0, atol=1e-6)
    weights[:10, 0] = 3
    balanced = fit(sequences, words, have, weights=weights, n_outputs=2).calibrated_on(*network)
    assert_allclose(balanced.joint.offset, 0, atol=1e-6)


def test_how_frequent_a_class_is_counts_in_both(sequences, words, three):
    logits = np.tile(np.array([3, 0, -3], dtype=np.float32), (40, 1))
    model = fit(sequences, words, three).calibrated_on(logits, three, ONES)
    assert_array_equal(model.joint.offset, np.zeros(3))


def test_margins_are_tried_on_documents_that_others_were_learned_from(sequences, words, two):
    model = fit(sequences, words, two, weights=ONES, n_outputs=2)
    _, bag = learn_bags(sequences, *words)
    margins, rows, _ = margins_of_others(bag, two, ONES, 2, seed=5)
    expected = find_temperature(margins, two[rows], ONES, before=4.0, n_before=3)
    assert model.temperature == expected
    assert model.held_out == LogitStatistics().with_more(margins, two[rows], ONES)
    assert model.held_out.n == 40
    of_learned = bag @ model.coef + model.intercept
    assert model.learned == LogitStatistics().with_more(of_learned, two, ONES)
    assert model.network_share == 0.5
    assert model.trained == LogitStatistics()


def test_labels_that_tell_nothing_leave_the_temperature_alone(sequences, words, indicators):
    few = indicators[:, :2]
    none = np.column_stack([few, np.zeros((40, 5), int), np.ones((40, 5), int)])
    expected, found = (
        fit(sequences, words, y, weights=np.ones(y.shape, np.float32), n_outputs=y.shape[1])
        for y in (few, none)
    )
    assert found.temperature == pytest.approx(expected.temperature, rel=1e-4)


class Blocks:
    """Documents block by block.

    Attributes
    ----------
    kept : list of int
        How many blocks were still in memory each time that another one was read.
    """

    def __init__(self, sequences, size):
        self.sequences = sequences
        self.size = size
        self.kept = []
        self._alive = set()

    def __iter__(self):
        for start in range(0, len(self.sequences), self.size):
            self.kept.append(len(self._alive))
            block = self.sequences[start : start + self.size]
            self._alive.add(start)
            weakref.finalize(block, self._alive.discard, start)
            yield block
            del block


@pytest.mark.parametrize("size", [1, 7, 20, 100])
def test_blocks_give_the_same_model_as_all_documents(sequences, words, targets, size):
    blocks = Blocks(sequences, size)
    model, whole = fit(blocks, words, targets), fit(sequences, words, targets)
    assert_same(model, whole)
    assert_array_equal(model.margins(blocks), whole.margins(sequences))
    bag, expected = model.bag_of_words(blocks), whole.bag_of_words(sequences)
    assert_array_equal(bag.data, expected.data)
    assert_array_equal(bag.indices, expected.indices)
    more = targets[::-1], np.ones(targets.shape, np.float32)
    assert_same(model.partial_fit(blocks, *more), whole.partial_fit(sequences, *more))


def test_blocks_are_dropped_when_they_have_been_read(sequences, words, three):
    blocks = Blocks(sequences, 5)
    fit(blocks, words, three).margins(blocks)
    assert len(blocks.kept) >= 8 * 3
    assert max(blocks.kept) <= 1  # the one that was read last


def test_blocks_must_be_readable_again(sequences, words, three):
    with pytest.raises(TypeError, match=r"this generator can be read once\. Pass a list of blocks"):
        fit((block for block in [sequences]), words, three)


def test_as_many_targets_as_documents(sequences, words, three):
    with pytest.raises(ValueError, match=r"documents are 40, but targets 39\."):
        fit(sequences, words, three[:39])


def test_more_documents_make_it_better(sequences, words, two):
    first = fit(sequences[:20], words, two[:20], weights=ONES[:20], n_outputs=2)
    later = first.partial_fit(sequences[20:], two[20:], ONES[20:])

    def n_right(model):
        return (model.margins(sequences).argmax(axis=1) == two).sum()

    assert n_right(later) >= n_right(first)
    assert later.held_out.n == 40
    assert later.temperature != first.temperature


def test_one_document_of_each_class_says_nothing_of_margins(sequences, words):
    """Not even that they are wrong: the SVMs of the other folds have never seen its class."""
    model = fit(sequences, words, np.arange(40), weights=ONES, n_outputs=40)
    assert model.temperature == pytest.approx(4, rel=1e-4)
    assert model.held_out == LogitStatistics()


def test_documents_of_a_new_class_do_not_say_what_margins_mean(sequences, words, two):
    first = fit(sequences, words, two, weights=ONES, n_outputs=3)
    new = first.partial_fit(sequences, np.full(40, 2), ONES)
    assert (new.temperature, new.held_out) == (first.temperature, first.held_out)
    assert (new.margins(sequences)[:, 2] > first.margins(sequences)[:, 2]).all()
    later = new.partial_fit(sequences, np.full(40, 2), ONES)
    assert later.held_out.n == 80


def test_what_margins_mean_is_settled_when_many_documents_have_told(sequences, words, two):
    model = fit(sequences, words, two, weights=ONES, n_outputs=2)
    settled = replace(model, held_out=replace(model.held_out, n=1000))
    later = settled.partial_fit(sequences, two, ONES)
    assert later.temperature == settled.temperature
    assert later.held_out == settled.held_out


def test_a_network_is_measured_anew_or_besides(sequences, words, two):
    model = fit(sequences, words, two, weights=ONES, n_outputs=2)
    logits = np.array([[1, -1]] * 40, dtype=np.float32)
    once = model.calibrated_on(logits, two, ONES)
    assert once.trained == LogitStatistics(40, 1.0, 0.5, doubt=1 / 40)
    more = once.calibrated_on(logits[:10], two[:10], ONES[:10], anew=False)
    assert more.trained == LogitStatistics(50, 1.0, 0.5, doubt=1 / 50)
    assert more.calibrated_on(logits[:10], two[:10], ONES[:10]).trained.n == 10


def test_unknown_words_are_nothing_to_learn_from():
    sequences = TokenSequences([1, 2, 3, 2], [0, 1, 3, 4])
    _, bag = learn_bags(sequences, 4, None)
    assert bag[0].toarray().tolist() == [[0, 0, 0, 0]]
    assert bag[1].toarray().any()
