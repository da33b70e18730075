"""Network and linear model are measured together on validation documents."""

import re
import threading

import numpy as np
import pytest

from skembed.classifiers import SingleLabel
from skembed.data import stream
from skembed.linear import SVM


def batches_of(texts, labels):
    return stream([(texts[:25], labels[:25]), (texts[25:], labels[25:])])


@pytest.mark.parametrize("name", ["cnn", "lstm"])
def test_the_last_figure_is_the_score(request, texts, labels, name):
    make = request.getfixturevalue(name)
    classifier = make(wide=True).fit(texts[:30], labels[:30], X_val=texts[30:], y_val=labels[30:])
    joint = classifier.history_["val_joint_accuracy"]
    assert len(joint) == classifier.n_iter_ == 3
    assert joint[-1] == classifier.score(texts[30:], labels[30:])


def test_all_labels_of_a_document_must_be_right(cnn, texts, indicators):
    classifier = cnn(wide=True)
    classifier.fit(texts[:30], indicators[:30], X_val=texts[30:], y_val=indicators[30:])
    right = (classifier.predict(texts[30:]) == indicators[30:]).all(axis=1).mean()
    assert classifier.history_["val_joint_accuracy"][-1] == pytest.approx(right)


def test_the_networks_own_figures_do_not_change(cnn, texts, labels):
    validation = {"X_val": texts[30:], "y_val": labels[30:]}
    wide, alone = (cnn(wide=wide).fit(texts, labels, **validation) for wide in (True, False))
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert wide.history_[name] == alone.history_[name]
    assert "val_joint_accuracy" not in alone.history_
    assert "val_joint_accuracy" not in cnn(wide=True).fit(texts, labels).history_


def test_early_stopping_keeps_the_first_epoch_of_the_largest(cnn, texts, labels):
    odd = ["foul" if i % 5 == 0 else label for i, label in enumerate(labels)]
    settings = dict(epochs=12, patience=4, learning_rate=0.1, wide=True)
    classifier = cnn(early_stopping="val_joint_accuracy", **settings)
    classifier.fit(texts, odd, X_val=texts[::3], y_val=odd[::3])
    joint = classifier.history_["val_joint_accuracy"]
    assert classifier.best_epoch_ == 1 + int(np.argmax(joint))
    assert classifier.n_iter_ == min(12, classifier.best_epoch_ + 4)
    assert classifier.score(texts[::3], odd[::3]) == max(joint)


def test_a_stream_has_the_same(cnn, texts, labels):
    in_memory = cnn(wide=True, early_stopping=True).fit(texts, labels)
    streamed = cnn(wide=True, early_stopping=True).fit(batches_of(texts, labels))
    assert streamed.history_["val_joint_accuracy"] == in_memory.history_["val_joint_accuracy"]


def test_lines_say_what_is_the_networks_alone(cnn, texts, labels, capsys):
    figure = r"\d\.\d{4}"
    alone = rf"loss {figure}, accuracy {figure}"
    cnn(wide=True, epochs=1, verbose=1).fit(texts, labels)
    lines = sorted(capsys.readouterr().out.splitlines())  # of two threads
    assert re.fullmatch(rf"Epoch 1/1: network alone: {alone}, \S+ s", lines[0])
    assert re.fullmatch(r"Linear model: fitted in \d+\.\d s", lines[1])
    cnn(wide=False, epochs=1, verbose=1).fit(texts, labels)
    assert re.fullmatch(rf"Epoch 1/1: {alone}, \S+ s\n", capsys.readouterr().out)
    cnn(wide=True, epochs=1, verbose=1, early_stopping=True).fit(texts, labels)
    validation = rf"val_loss {figure}, val_accuracy {figure}; val_joint_accuracy {figure}"
    expected = rf"Epoch 1/1: network alone: {alone}, {validation}, \S+ s"
    assert re.fullmatch(expected, sorted(capsys.readouterr().out.splitlines())[0])


def test_lines_come_while_the_linear_model_is_fitted(cnn, texts, labels, capsys, monkeypatch):
    waits = threading.Event()
    monkeypatch.setattr("skembed.classifiers._wide.SECONDS_BETWEEN_LINES", 0.01)
    slow = SVM._replace(fit=lambda *given: [waits.wait(1), SVM.fit(*given)][1])
    monkeypatch.setattr(SingleLabel, "linear", slow)
    cnn(wide=True, epochs=1, verbose=1).fit(texts, labels)
    lines = [x for x in capsys.readouterr().out.splitlines() if x.startswith("Linear model:")]
    assert len(lines) >= 3
    assert all(re.fullmatch(r"Linear model: fitting for \d s", line) for line in lines[:-1])
    assert re.fullmatch(r"Linear model: fitted in \d+\.\d s", lines[-1])


@pytest.mark.parametrize("X", ["texts", "vectors"])
def test_without_a_linear_model_it_cannot_be_watched(cnn, texts, labels, X):
    message = (
        "early_stopping='val_joint_accuracy' needs a linear model beside the network, but there is "
        "none. Set early_stopping=True, or wide=True with words or ids in X."
    )
    settings = {"wide": False} if X == "texts" else {"wide": "auto"}
    documents = texts if X == "texts" else np.random.default_rng(0).normal(size=(40, 3))
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        cnn(early_stopping="val_joint_accuracy", **settings).fit(documents, labels)


def test_an_error_of_the_linear_model_is_that_of_the_fit(cnn, texts, labels, monkeypatch):
    def fail(*args, **options):
        raise MemoryError("no room for the bags")

    monkeypatch.setattr(SingleLabel, "linear", SVM._replace(fit=fail))
    with pytest.raises(MemoryError, match="no room for the bags"):
        cnn(wide=True).fit(texts, labels)
