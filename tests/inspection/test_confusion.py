"""Large classes by hand, small ones together."""

import matplotlib
import numpy as np
import pytest
from sklearn.dummy import DummyClassifier

from skembed.inspection import LargestClassesDisplay

matplotlib.use("agg")

TRUE = ["a"] * 4 + ["b"] * 3 + ["c", "c", "d"]
PREDICTED = ["a", "a", "a", "d", "b", "a", "c", "c", "a", "d"]


def test_shares_by_hand():
    display = LargestClassesDisplay.from_predictions(TRUE, PREDICTED, n_classes=2)
    assert display.display_labels == ["a", "b", "all others"]
    expected = [[3 / 4, 0, 1 / 4], [1 / 3, 1 / 3, 1 / 3], [1 / 3, 0, 2 / 3]]
    np.testing.assert_allclose(display.confusion_matrix, expected)
    shown = [text.get_text() for text in display.text_.ravel()]
    assert shown[:3] == ["0.75", "", "0.25"]
    labels = [tick.get_text() for tick in display.ax_.get_yticklabels()]
    assert labels == ["a", "b", "all others"]


def test_all_classes_have_room():
    display = LargestClassesDisplay.from_predictions([1, 1, 2], [1, 2, 2])
    assert display.display_labels == ["1", "2"]
    other = LargestClassesDisplay.from_predictions([1, 1, 2], [1, 3, 2])
    assert other.display_labels == ["1", "2", "all others"]


def test_labels_are_compared_by_value_and_may_be_called_as_the_others_are():
    floats = LargestClassesDisplay.from_predictions([1, 2, 1], [1.0, 2.0, 1.0])
    assert floats.confusion_matrix.tolist() == [[1, 0], [0, 1]]
    labels = ["all others", "a", "a", "b"]
    named = LargestClassesDisplay.from_predictions(labels, labels, n_classes=2)
    assert named.confusion_matrix.tolist() == np.eye(3).tolist()
    with pytest.raises(ValueError, match="n_classes must be at least 1, got 0"):
        LargestClassesDisplay.from_predictions(labels, labels, n_classes=0)
    with pytest.raises(ValueError, match="must hold one label for each document; got shapes"):
        LargestClassesDisplay.from_predictions([[1, 0]], [[1, 0]])


def test_of_an_estimator_on_given_axes():
    import matplotlib.pyplot as plt

    _, ax = plt.subplots()
    estimator = DummyClassifier().fit([[0]] * 10, TRUE)
    display = LargestClassesDisplay.from_estimator(estimator, [[0]] * 10, TRUE, n_classes=1, ax=ax)
    assert display.ax_ is ax
    assert display.confusion_matrix.tolist() == [[1, 0], [1, 0]]


def test_a_matrix_of_many_classes_stays_readable():
    """94 classes once made a picture of 4,950 pixels."""
    labels = [f"class {i}" for i in range(94)] * 2
    display = LargestClassesDisplay.from_predictions(labels, labels, n_classes=94)
    assert display.figure_.get_size_inches().tolist() == [12, 12]
    assert display.text_ is None
    assert len(display.figure_.axes) == 2  # the matrix, and the bar of its colours
    ticks = display.ax_.get_yticklabels()
    assert len(ticks) == 94
    display.figure_.canvas.draw()
    boxes = [tick.get_window_extent() for tick in ticks]
    assert max(box.height for box in boxes) <= abs(boxes[1].y0 - boxes[0].y0) * 1.2
    few = LargestClassesDisplay.from_predictions(labels, labels, n_classes=12)
    assert few.text_ is not None
    assert few.figure_.get_size_inches().tolist() == [9, 9]
