"""Tasks: labels and weights to numbers, and the validation split."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.utils import compute_class_weight, compute_sample_weight

from skembed._labels import check_labels
from skembed.classifiers import MultiLabel, SingleLabel
from skembed.classifiers._find_task import find_task
from skembed.classifiers._label_column import read_labels
from skembed.classifiers._split import split_validation
from tests.versions import SKLEARN

INDICATORS = np.array([[1, 0], [0, 1]] * 20)


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (["b", "a", "b"], ["a", "b"]),
        ([7, -1, 7], [-1, 7]),
        ([True, False, True], [False, True]),
        ([2.0, 1.0, 2.0], [1, 2]),
        (pd.Series(["b", "a", "b"], dtype="category"), ["a", "b"]),
        (pd.Series([5, 3, 5], dtype="Int64"), [3, 5]),
        (np.array(["b", "a", "b"], dtype=object), ["a", "b"]),
        (np.array(["b", "a", "b"], dtype=np.dtypes.StringDType()), ["a", "b"]),
        (np.array(["b", "a", "b"], dtype=np.dtypes.StringDType(na_object=None)), ["a", "b"]),
        (np.ma.array([7, -1, 7]), [-1, 7]),
    ],
)
def test_labels_of_every_kind(y, classes):
    task = find_task(y)
    assert_array_equal(task.classes, classes)
    assert isinstance(task, SingleLabel)
    codes = task.encode(y)
    assert_array_equal(codes, [1, 0, 1])
    assert codes.dtype == np.int32


def test_an_indicator_matrix_is_multilabel():
    task = find_task([[1, 0, 1], [0, 0, 1]])
    assert isinstance(task, MultiLabel)
    assert_array_equal(task.classes, [0, 1, 2])
    codes = task.encode([[0, 1, 1]])
    assert codes.dtype == np.float32
    assert_array_equal(codes, [[0, 1, 1]])


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([0, 1, np.nan], r"Input y contains NaN: y\[2\] is nan, but every document needs a label"),
        (["a", None, "b"], r"Input y contains NaN: y\[1\] is None"),
        (np.ma.array([0, 1, 1], mask=[0, 0, 1]), r"Input y contains NaN: y\[2\] is None"),
        (
            np.array(["a", None], dtype=np.dtypes.StringDType(na_object=None)),
            r"Input y contains NaN: y\[1\] is None",
        ),
        (pd.Series(["a", pd.NA], dtype="string"), r"Input y contains NaN: y\[1\] is <NA>"),
        (np.array(["a", np.nan], dtype=object), r"Input y contains NaN: y\[1\] is nan"),
        ([0, np.inf], r"Input y contains infinity: y\[1\] is inf"),
        ([["a", "b"], ["c", "d"]], r"y of shape \(2, 2\) must be an indicator matrix of 0 and 1"),
        ([0.5, 1.5], "Unknown label type: continuous"),
        (INDICATORS * 2 - 1, r"y of shape \(40, 2\) must hold only 0 and 1, .*y\[0, 1\] is -1\."),
        (INDICATORS + 1, r"must hold only 0 and 1, .*\(multi-label\), but y\[0, 0\] is 2\."),
        (np.full((40, 2), 2), r"must hold only 0 and 1, .* but y\[0, 0\] is 2\."),
        ([["a", "b"], ["a"]], r"y\[0\] is \['a', 'b'\]. sklearn.preprocessing.MultiLabelBinarizer"),
        ([["a", "b"], ["b", "a"]], "must be an indicator matrix .*MultiLabelBinarizer turns"),
        ([{"a"}, {"b"}], r"y\[0\] is \{'a'\}. sklearn.preprocessing.MultiLabelBinarizer turns li"),
        (pd.Series([("a",), ("b", "c")]), r"y\[0\] is \('a',\). .*MultiLabelBinarizer"),
    ],
)
def test_labels_that_are_none(y, message):
    with pytest.raises(ValueError, match=message):
        check_labels(y)


def test_records_are_no_labels():
    records = np.array([(1, "a"), (2, "b")], dtype=[("id", int), ("label", "U1")])
    message = (
        "^y must be a list, an array or a column of a table with a label for each document, got "
        "ndarray.$"
    )
    with pytest.raises(TypeError, match=message):
        check_labels(records)


def test_one_class_only():
    message = "y must hold at least two classes to tell apart, got one class: x."
    with pytest.raises(ValueError, match=message):
        find_task(["x", "x"])


def test_labels_outside_the_classes():
    task = find_task(["a", "b"])
    with pytest.raises(ValueError, match="y_val holds labels that are not among the classes a, b"):
        task.encode(["a", "c"], name="y_val")
    with pytest.raises(ValueError, match="y must hold one label per document, as in the first"):
        task.encode([[0, 1], [1, 0]])
    multilabel = find_task([[1, 0], [0, 1]])
    with pytest.raises(ValueError, match=r"y must have 2 columns, one per label, got shape \(1, 3"):
        multilabel.encode([[0, 1, 1]])


def test_weights_by_hand():
    task = find_task(["a", "b"])
    targets = task.encode(["a", "a", "b", "a"])
    assert_array_equal(task.weigh(targets, None, None), [1, 1, 1, 1])
    # 3, 3, 5, 3 have the mean 3.5
    weights = task.weigh(targets, {"a": 3, "b": 5}, None)
    assert_allclose(weights, np.array([3, 3, 5, 3]) / 3.5)
    # those times 1, 2, 2, 0: 3, 6, 10, 0 have the mean 4.75
    weights = task.weigh(targets, {"a": 3, "b": 5}, [1, 2, 2, 0])
    assert_allclose(weights, np.array([3, 6, 10, 0]) / 4.75)
    assert weights.dtype == np.float32


def test_weights_as_given():
    task = find_task(["a", "b"])
    targets = task.encode(["a", "a"])
    assert_array_equal(task.weigh(targets, None, None, normalise=False), [1, 1])
    weights = task.weigh(targets, {"a": 3}, [1, 2], normalise=False)
    assert_array_equal(weights, [3, 6])
    assert weights.dtype == np.float32
    assert_array_equal(task.weigh(targets, {"a": 0}, None, normalise=False), [0, 0])


def test_balanced_weights_are_scikit_learns():
    y = np.array(list("aaabbcaa"))
    task = find_task(y)
    expected = compute_sample_weight("balanced", y)
    assert_allclose(task.weigh(task.encode(y), "balanced", None), expected, rtol=1e-6)


def test_a_dict_weighs_a_batch_that_lacks_a_class():
    task = find_task(["a"], classes=["a", "b", "c"])
    targets = task.encode(["a", "c"])
    assert_allclose(task.weigh(targets, {"a": 3, "b": 9}, None), [1.5, 0.5])
    assert_allclose(task.weigh(targets, {"a": 3, "b": 9, "c": 1, "d": 7}, None), [1.5, 0.5])
    expected = compute_class_weight({"a": 3, "c": 1}, classes=np.array(["a", "c"]), y=["a", "c"])
    assert_allclose(task.weigh(targets, {"a": 3, "c": 1}, None), expected / 2)


def test_multilabel_weights_by_hand():
    y = np.array([[1, 0], [1, 0], [1, 1], [0, 0]])
    task = find_task(y)
    targets = task.encode(y)
    # 3 of 4 have the first label: 4/6 for each, 4/2 for the other; 1 of 4 has the second
    balanced = np.array([[4 / 6, 4 / 6], [4 / 6, 4 / 6], [4 / 6, 2], [2, 4 / 6]])
    assert_allclose(task.weigh(targets, "balanced", None), balanced / balanced.mean(), rtol=1e-6)
    given = np.array([[1, 1], [1, 1], [1, 5], [1, 1]])
    assert_allclose(task.weigh(targets, {1: 5}, None), given / given.mean(), rtol=1e-6)
    rows = np.array([[1, 1], [2, 2], [3, 3], [0, 0]])
    assert_allclose(task.weigh(targets, None, [1, 2, 3, 0]), rows / 1.5, rtol=1e-6)


NO_WEIGHT = (
    "must contain at least one non-zero number"  # as scikit-learn says it
    if SKLEARN >= (1, 9)
    else "must not be zero for every document. Pass documents that have"
)


@pytest.mark.parametrize(
    ("class_weight", "sample_weight", "message"),
    [
        ({"x": 2}, None, "class_weight has the keys x, but the classes are a, b"),
        ({"a": -1}, None, "class_weight must hold weights of at least 0, but that of 'a' is -1"),
        ({"a": "much"}, None, "weights of at least 0, but that of 'a' is 'much'"),
        ({"a": 0, "b": 0}, None, "must not be zero for every document. Pass documents that have"),
        (None, [0, 0], NO_WEIGHT),
        (None, [1, -1], "Negative values in data passed to `sample_weight`"),
        (None, [1, np.nan], "Input sample_weight contains NaN"),
        (None, [1, 1, 1], r"sample_weight.shape == \(3,\), expected \(2,\)"),
    ],
)
def test_weights_that_are_none(class_weight, sample_weight, message):
    task = find_task(["a", "b"])
    with pytest.raises(ValueError, match=message):
        task.weigh(task.encode(["a", "b"]), class_weight, sample_weight)


@pytest.mark.parametrize("fraction", [0.1, 0.25, 1 / 3, 0.5])
def test_the_split_is_stratified(fraction):
    targets = np.repeat([0, 1, 2, 3], [100, 57, 20, 12]).astype(np.int32)
    train, validation = split_validation(targets, fraction, seed=3)
    assert_array_equal(np.sort(np.concatenate([train, validation])), np.arange(189))
    assert abs(len(validation) - 189 * fraction) <= 1
    held = np.bincount(targets[validation], minlength=4)
    assert np.all(np.abs(held - np.array([100, 57, 20, 12]) * fraction) <= 1)


def test_the_split_follows_the_seed_and_not_the_order_of_the_documents():
    targets = np.repeat([0, 1], 50).astype(np.int32)
    a, b, c = (split_validation(targets, 0.1, seed)[1] for seed in (1, 1, 2))
    assert_array_equal(a, b)
    assert not np.array_equal(a, c)
    assert set(targets[a]) == {0, 1}  # the last rows alone would be of one class


def test_a_class_of_one_document_stays_in_training():
    targets = np.array([0] * 10 + [1] * 10 + [2], dtype=np.int32)
    for seed in range(20):
        assert 20 in split_validation(targets, 0.5, seed)[0]


def test_multilabel_documents_are_split_at_random():
    task = find_task(INDICATORS)
    groups = task.groups(task.encode(INDICATORS))
    assert_array_equal(groups, np.zeros(40))
    train, validation = split_validation(groups, 0.25, 0)
    assert (len(train), len(validation)) == (30, 10)


@pytest.mark.parametrize("fraction", [0.01, 0.1, 0.9, 0.99])
@pytest.mark.parametrize("targets", [[0, 0, 1, 1], [0, 1, 1, 2], [0, 0]], ids=str)
def test_a_split_of_few_leaves_something_on_both_sides(targets, fraction):
    targets = np.array(targets, dtype=np.int32)
    for seed in range(30):
        train, validation = split_validation(targets, fraction, seed)
        assert len(validation) >= 1
        assert len(train) >= 1
        assert_array_equal(np.sort([*train, *validation]), np.arange(len(targets)))
        assert set(targets[train]) == set(targets)
        assert_array_equal(split_validation(targets, fraction, seed)[1], validation)


@pytest.mark.parametrize("targets", [[0, 1], [2, 1, 0], [0]], ids=str)
def test_a_split_of_single_documents_is_refused(targets):
    message = f"validation_fraction=0.5 of {len(targets)} documents cannot be set aside"
    with pytest.raises(ValueError, match=message):
        split_validation(np.array(targets, dtype=np.int32), 0.5, 0)


@pytest.mark.parametrize("scale", [1e308, 1e-300, 1.0])
def test_only_the_ratios_of_weights_count(scale):
    task = find_task(["a", "b"])
    targets = task.encode(["a", "b", "a", "b"])
    weights = task.weigh(targets, None, np.array([1.0, 1.0, 0.5, 0.5]) * scale)
    assert_allclose(weights, [4 / 3, 4 / 3, 2 / 3, 2 / 3], rtol=1e-6)


def test_of_equal_labels_one_is_kept():
    column = read_labels(iter([["b", "a"], ["a", "c", "c"], ["b"]]), "X")
    assert_array_equal(column.values, ["a", "b", "c"])
    assert_array_equal(column.places, [1, 0, 0, 2, 2, 1])
    targets = column.encode(find_task(column.values))
    assert_array_equal(targets, [1, 0, 0, 2, 2, 1])
    assert targets.dtype == np.int32
