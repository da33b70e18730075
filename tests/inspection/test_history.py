"""The drawn epochs are those of the fit."""

import matplotlib
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skembed import CNNTextClassifier, KerasTokenizer
from skembed.inspection import HistoryDisplay, plot_history

matplotlib.use("agg")

TEXTS, LABELS = ["good film", "bad film", "good day", "bad day"] * 10, ["fine", "foul"] * 20
SMALL = dict(filters=3, kernel_sizes=(1,), embedding_dim=3, wide=False, random_state=0)


def lines_of(ax):
    return {line.get_label(): line.get_ydata() for line in ax.lines}


def test_epochs_of_both_parts():
    classifier = CNNTextClassifier(epochs=4, early_stopping=True, **SMALL)
    pipeline = make_pipeline(KerasTokenizer(), classifier).fit(TEXTS, LABELS)
    display = plot_history(pipeline)
    history = pipeline[-1].history_
    for ax, name in zip(display.axes_, ("loss", "accuracy"), strict=True):
        lines = lines_of(ax)
        assert list(lines["training"]) == history[name]
        assert list(lines["validation"]) == history[f"val_{name}"]
        assert list(ax.lines[2].get_xdata()) == [pipeline[-1].best_epoch_] * 2
        assert (ax.get_title(), ax.get_xlabel()) == (name, "epoch")
    assert display.figure_ is display.axes_[0].figure


def test_training_alone_marks_no_epoch():
    classifier = CNNTextClassifier(epochs=2, **SMALL).fit(TEXTS, LABELS)
    display = HistoryDisplay.from_estimator(classifier)
    assert [[*lines_of(ax)] for ax in display.axes_] == [["training"], ["training"]]
    again = HistoryDisplay(classifier.history_).plot(display.axes_)
    assert again.axes_ == display.axes_


def test_other_estimators():
    with pytest.raises(TypeError, match="takes a text classifier or regressor of skembed"):
        plot_history(LogisticRegression())
    with pytest.raises(ValueError, match="not fitted yet"):
        plot_history(CNNTextClassifier())


def test_what_is_the_networks_alone_is_named():
    """Beside a linear model, the curve of both together is drawn and labelled."""
    classifier = CNNTextClassifier(**{**SMALL, "wide": True}, epochs=2, early_stopping=True)
    loss, accuracy = HistoryDisplay.from_estimator(classifier.fit(TEXTS, LABELS)).axes_
    assert [ax.get_title() for ax in (loss, accuracy)] == ["loss", "accuracy"]
    alone = ["training, network alone", "validation, network alone"]
    assert [*lines_of(loss)] == [*alone, "kept"]
    assert [*lines_of(accuracy)] == [*alone, "validation, whole model", "kept"]
    joint = lines_of(accuracy)["validation, whole model"]
    assert list(joint) == classifier.history_["val_joint_accuracy"]
