"""Clones, copies and pickles of classifiers with callbacks of Keras."""

import copy
import pickle
import re
import threading

import pytest
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

from skembed import CNNTextClassifier, LSTMTextClassifier
from skembed.networks import load_engine

TEXTS, LABELS = ["sun and sea", "rain and wind"] * 10, ["fine", "foul"] * 10

WAYS = {
    "fit": lambda c: c.fit(TEXTS, LABELS),
    "partial_fit": lambda c: c.partial_fit(TEXTS, LABELS, classes=["fine", "foul"]),
    "clone": clone,
    "cross_val_score": lambda c: cross_val_score(c, TEXTS, LABELS, cv=2),
    "deepcopy": copy.deepcopy,
    "pickle": pickle.dumps,
}


def callback(held):
    load_engine()
    import keras

    class Holder(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.held = held

    return Holder()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("kind", [CNNTextClassifier, LSTMTextClassifier])
def test_a_callback_that_cannot_be_copied_is_named(way, kind, tmp_path):
    with open(tmp_path / "log.txt", "w") as file:
        for thing in (file, threading.Lock()):
            with pytest.raises(TypeError, match="cannot pickle '") as refused:
                copy.copy(thing)
            problem = refused.value
            message = (
                "Each fit works on copies of its callbacks, but callbacks[1], of the class "
                f"Holder, cannot be copied: {problem}. Let the callback open files, locks and "
                "connections in on_train_begin and close them in on_train_end."
            )
            classifier = kind(epochs=1, callbacks=[callback(0), callback(thing)])
            with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
                way(classifier)


def test_a_callback_with_a_lambda_is_copied():
    seen = []
    holder = callback(lambda: None)
    type(holder).on_epoch_end = lambda self, epoch, logs=None: seen.append(self.held)
    classifier = CNNTextClassifier(filters=2, embedding_dim=2, epochs=1, callbacks=[holder])
    for each in (classifier, clone(classifier), copy.deepcopy(classifier)):
        each.fit(TEXTS, LABELS)
    assert seen == [holder.held] * 3


def test_a_pickled_classifier_has_its_callbacks_and_nothing_else():
    import keras

    stopping = keras.callbacks.EarlyStopping("loss", patience=7)
    classifier = CNNTextClassifier(filters=2, callbacks=[stopping])
    for copied in (pickle.loads(pickle.dumps(classifier)), copy.copy(classifier)):
        assert vars(copied).keys() == vars(classifier).keys()
        assert copied.callbacks[0].patience == 7


def test_another_fault_of_clone_stays_what_it_is():
    class Odd(list):
        def __deepcopy__(self, memo):
            raise RuntimeError("not copied")

    with pytest.raises(RuntimeError, match=r"^not copied$"):
        clone(CNNTextClassifier(kernel_sizes=Odd([3])))
