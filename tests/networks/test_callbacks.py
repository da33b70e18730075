"""Keras callbacks, led through a training that Keras does not run."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skembed.networks import load_engine, train

LOG = []

# Keras 3.15's own way of making an array of a learning rate.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def keras():
    load_engine()
    import keras

    return keras


@pytest.fixture(scope="module")
def Diary(keras):
    class Diary(keras.callbacks.Callback):
        """Writes down the calls; in its class, as each training works on a copy."""

        def on_train_begin(self, logs=None):
            LOG.append(("train begins", self.params["epochs"], self.params["steps"]))

        def on_epoch_begin(self, epoch, logs=None):
            LOG.append(("epoch begins", epoch))

        def on_train_batch_end(self, batch, logs=None):
            LOG.append(("batch ends", batch, sorted(logs)))

        def on_epoch_end(self, epoch, logs=None):
            LOG.append(("epoch ends", epoch, sorted(logs)))

        def on_train_end(self, logs=None):
            LOG.append(("train ends", sorted(logs)))

    return Diary


@pytest.fixture(autouse=True)
def empty_log():
    LOG.clear()


@pytest.fixture(scope="module")
def spec(make):
    return make.spec(make.cnn())


def test_calls_come_in_keras_order(make, spec, Diary):
    examples = make.examples(n=12)
    state, _ = train(make.state(spec), examples, make.plan(epochs=2), callbacks=[Diary()])
    figures = ["accuracy", "loss", "seconds"]
    epoch = [("batch ends", 0, ["accuracy", "loss"]), ("batch ends", 1, ["accuracy", "loss"])]
    assert [
        ("train begins", 2, 2),
        ("epoch begins", 0),
        *epoch,
        ("epoch ends", 0, figures),
        ("epoch begins", 1),
        *epoch,
        ("epoch ends", 1, figures),
        ("train ends", figures),
    ] == LOG
    LOG.clear()
    train(state, examples, make.plan(epochs=1), callbacks=[Diary()])
    assert LOG[:2] == [("train begins", 3, 2), ("epoch begins", 2)]  # goes on counting


def test_callbacks_follow_when_the_embedding_is_released(make, Diary):
    spec = make.spec(make.cnn(), trainable_embedding=False)
    plan = make.plan(epochs=2, release_epoch=1)
    train(make.state(spec), make.examples(), plan, callbacks=[Diary()])
    assert [entry[0] for entry in LOG if "epoch" in entry[0]] == ["epoch begins", "epoch ends"] * 2


def test_callbacks_are_copied(make, spec, keras):
    class Counter(keras.callbacks.Callback):
        count = 0

        def on_epoch_end(self, epoch, logs=None):
            self.count += 1
            if self.count == 2:
                self.model.stop_training = True

    counter = Counter()
    for _ in range(2):
        state, _ = train(
            make.state(spec), make.examples(), make.plan(epochs=9), callbacks=[counter]
        )
        assert state.n_epochs == 2
    assert counter.count == 0


def test_a_wish_to_stop_does_not_outlive_the_training(make, spec, keras):
    class StopAndFail(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = True
            raise RuntimeError("the callback failed")

    with pytest.raises(RuntimeError, match="the callback failed"):
        train(make.state(spec), make.examples(), make.plan(), callbacks=[StopAndFail()])
    quiet = keras.callbacks.Callback()
    state, _ = train(make.state(spec), make.examples(), make.plan(epochs=3), callbacks=[quiet])
    assert state.n_epochs == 3


def test_a_learning_rate_scheduler_rules(make, spec, keras):
    rates = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            rates.append(float(self.model.optimizer.learning_rate))

    schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    train(
        make.state(spec),
        make.examples(),
        make.plan(epochs=3, learning_rate=0.8),
        callbacks=[schedule, Watch()],
    )
    assert rates == pytest.approx([0.4, 0.2, 0.1])


def test_a_reduced_learning_rate_lasts_but_not_into_the_next_training(make, spec, keras):
    rates = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            rates.append(float(self.model.optimizer.learning_rate))

    never_better = keras.callbacks.ReduceLROnPlateau(
        monitor="loss", factor=0.1, patience=1, min_delta=1e9, min_lr=0.0
    )
    plan = make.plan(epochs=4, learning_rate=0.5)
    for _ in range(2):
        train(make.state(spec), make.examples(), plan, callbacks=[Watch(), never_better])
    assert rates == pytest.approx([0.5, 0.5, 0.05, 0.005] * 2)


def test_keras_early_stopping_restores_its_best_weights(make, spec, keras, repickle):
    stopper = keras.callbacks.EarlyStopping(
        monitor="loss", mode="max", patience=2, restore_best_weights=True
    )
    weights = []
    state, history = train(
        make.state(spec),
        make.examples(),
        make.plan(epochs=9, learning_rate=0.1),
        callbacks=[stopper],
        on_epoch_end=lambda state, _: weights.append(state.weights),
    )
    best = int(np.argmax(history["loss"]))
    assert len(history["loss"]) == best + 1 + 2
    for name, value in state.weights.items():
        assert_array_equal(value, weights[best][name])
