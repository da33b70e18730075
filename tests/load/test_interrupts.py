"""A fit that is interrupted: nothing hangs, nothing is half done."""

import signal
import subprocess
import sys

import keras
import numpy as np
import pytest

from skembed import CNNTextClassifier

TEXTS = ["sun and sea", "rain and wind", "sun, sand", "wind and hail"] * 8
LABELS = ["fine", "foul"] * 16


class InterruptEpoch(keras.callbacks.Callback):
    """Press Ctrl-C in the middle of an epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch, self.now = epoch, -1

    def on_epoch_begin(self, epoch, logs=None):
        self.now = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.now == self.epoch and batch == 1:
            raise KeyboardInterrupt("by hand")


def make(**parameters):
    small = dict(filters=4, kernel_sizes=(2,), embedding_dim=4, batch_size=8, random_state=0)
    return CNNTextClassifier(**{**small, **parameters})


@pytest.mark.parametrize("wide", [False, True])
def test_a_warm_fit_keeps_the_last_whole_epoch(wide):
    classifier = make(epochs=6, wide=wide, warm_start=True, callbacks=[InterruptEpoch(2)])
    with pytest.raises(KeyboardInterrupt, match="by hand"):
        classifier.fit(TEXTS, LABELS)
    whole = make(epochs=2, wide=wide).fit(TEXTS, LABELS)
    assert classifier.n_iter_ == classifier.best_epoch_ == 2
    assert classifier.history_["loss"] == whole.history_["loss"]
    np.testing.assert_array_equal(classifier.predict_proba(TEXTS), whole.predict_proba(TEXTS))


def test_the_network_of_an_interrupted_warm_fit_goes_on_as_if_nothing_was():
    classifier = make(epochs=6, wide=False, warm_start=True, callbacks=[InterruptEpoch(2)])
    with pytest.raises(KeyboardInterrupt, match="by hand"):
        classifier.fit(TEXTS, LABELS)
    classifier.set_params(epochs=4, callbacks=None).fit(TEXTS, LABELS)
    long = make(epochs=6, wide=False).fit(TEXTS, LABELS)
    np.testing.assert_array_equal(classifier.predict_proba(TEXTS), long.predict_proba(TEXTS))


def test_a_warm_fit_interrupted_in_its_first_epoch_keeps_the_earlier_one():
    classifier = make(epochs=2, warm_start=True).fit(TEXTS, LABELS)
    before = classifier.predict_proba(TEXTS)
    classifier.set_params(callbacks=[InterruptEpoch(2)])
    with pytest.raises(KeyboardInterrupt, match="by hand"):
        classifier.fit(TEXTS, LABELS)
    assert classifier.n_iter_ == 2
    np.testing.assert_array_equal(classifier.predict_proba(TEXTS), before)


def test_another_fit_leaves_what_was_learned_before():
    classifier = make(epochs=2).fit(TEXTS, LABELS)
    before = classifier.predict_proba(TEXTS)
    classifier.set_params(epochs=4, callbacks=[InterruptEpoch(1)])
    with pytest.raises(KeyboardInterrupt, match="by hand"):
        classifier.fit(TEXTS, LABELS[::-1])
    np.testing.assert_array_equal(classifier.predict_proba(TEXTS), before)
    unfitted = make(callbacks=[InterruptEpoch(1)])
    with pytest.raises(KeyboardInterrupt, match="by hand"):
        unfitted.fit(TEXTS, LABELS)
    assert not hasattr(unfitted, "classes_")


SEARCH = """
from joblib.externals.loky import get_reusable_executor
from sklearn.model_selection import GridSearchCV
slow = CNN.set_params(epochs=100_000, batch_size=4)
print("ready", flush=True)
try:
    {work}
except KeyboardInterrupt:
    print("interrupted", flush=True)
get_reusable_executor().shutdown(wait=True, kill_workers=True)
print(CNN.set_params(epochs=1).fit(TEXTS, LABELS).predict(TEXTS[:2]))
import psutil
print([child.name() for child in psutil.Process().children() if "resource" not in str(
    child.cmdline())])
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "work",
    ["slow.fit(TEXTS, LABELS)", "GridSearchCV(slow, {}, cv=2, n_jobs=2).fit(TEXTS, LABELS)"],
)
def test_ctrl_c_leaves_a_usable_session_and_no_workers(script, work):
    pytest.importorskip("psutil")
    path, environment = script(SEARCH.format(work=work))
    with subprocess.Popen(
        [sys.executable, path],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        assert process.stdout.readline() == "ready\n"
        try:
            process.wait(20)  # it trains by now; it cannot end by itself
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=120)
    assert rest.splitlines() == ["interrupted", "['fine' 'foul']", "[]"], errors
