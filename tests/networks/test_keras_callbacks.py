"""All of Keras's own callbacks, which behave as in `keras.Model.fit`."""

import inspect
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skembed.networks import (
    Examples,
    SigmoidOutput,
    SoftmaxOutput,
    get_network,
    load_engine,
    load_network,
    train,
)
from tests.versions import KERAS

load_engine()
import keras  # noqa: E402 (quietly, behind load_engine)

# Keras 3.15's own way of making an array of a learning rate.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

MONITORED = ("loss", "accuracy", "val_loss", "val_accuracy")


@pytest.fixture(scope="module")
def run(make):
    """Train for some epochs with callbacks; return the state and the history."""
    spec = make.spec(make.cnn(), n_rows=33)
    examples, validation = make.examples(40, n_rows=33), make.examples(12, n_rows=33, seed=4)

    def run(*callbacks, start=None, objective=None, **plan):
        state = make.state(spec, **(objective or {})) if start is None else start
        return train(state, examples, make.plan(**plan), validation=validation, callbacks=callbacks)

    return run


@pytest.fixture(scope="module")
def plain(run):
    """What comes of three epochs without callbacks."""
    return run(epochs=3)


def assert_same_weights(state, other):
    for name, value in state.weights.items():
        assert_array_equal(other.weights[name], value, err_msg=name)


TRIED = {
    "Callback": lambda folder: [keras.callbacks.Callback()],
    "CallbackList": lambda folder: [],
    "BackupAndRestore": lambda folder: [keras.callbacks.BackupAndRestore(folder / "backup")],
    "CSVLogger": lambda folder: [keras.callbacks.CSVLogger(str(folder / "log.csv"))],
    "EarlyStopping": lambda folder: [keras.callbacks.EarlyStopping(m) for m in MONITORED],
    "History": lambda folder: [keras.callbacks.History()],
    "LambdaCallback": lambda folder: [keras.callbacks.LambdaCallback()],
    "LearningRateScheduler": lambda folder: [
        keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate)
    ],
    "ModelCheckpoint": lambda folder: [
        *(
            keras.callbacks.ModelCheckpoint(str(folder / f"{m}.keras"), m, save_best_only=True)
            for m in MONITORED
        ),
        keras.callbacks.ModelCheckpoint(
            str(folder / "{epoch:02d}-{val_accuracy:.2f}.weights.h5"), save_weights_only=True
        ),
        keras.callbacks.ModelCheckpoint(str(folder / "at-{batch}.keras"), save_freq=4),
    ],
    "OrbaxCheckpoint": lambda folder: [],  # needs a package that Keras does not install
    "ProgbarLogger": lambda folder: [keras.callbacks.ProgbarLogger()],
    "ReduceLROnPlateau": lambda folder: [keras.callbacks.ReduceLROnPlateau(m) for m in MONITORED],
    "RemoteMonitor": lambda folder: [],  # has a test of its own
    "SwapEMAWeights": lambda folder: [],  # has a test of its own
    "TensorBoard": lambda folder: [],  # has a test of its own
    "TerminateOnNaN": lambda folder: [keras.callbacks.TerminateOnNaN()],
}


def test_every_callback_of_keras_is_tried():
    ours = {name for name, each in vars(keras.callbacks).items() if inspect.isclass(each)}
    newest = {"OrbaxCheckpoint"} if KERAS < (3, 13) else set()
    assert ours == set(TRIED) - newest


@pytest.mark.parametrize("name", TRIED)
def test_a_callback_changes_nothing_that_it_should_not(run, plain, name, tmp_path):
    state, history = run(*TRIED[name](tmp_path), epochs=3)
    for figure in MONITORED:
        assert history[figure] == plain[1][figure]
    assert_same_weights(state, plain[0])


@pytest.mark.parametrize("monitor", MONITORED)
@pytest.mark.parametrize("objective", [{}, {"loss": "focal"}])
def test_the_direction_of_each_figure_is_known(run, monitor, objective):
    found = {}

    class Watch(keras.callbacks.EarlyStopping):
        def on_train_end(self, logs=None):
            found[self.monitor] = self.best

    _, history = run(Watch(monitor, patience=99), epochs=5, learning_rate=0.3, objective=objective)
    best = max if monitor.endswith("accuracy") else min
    assert found == {monitor: best(history[monitor])}


def test_early_stopping_takes_back_the_weights_of_its_epoch(run):
    stopping = keras.callbacks.EarlyStopping(
        "val_accuracy", mode="min", patience=1, restore_best_weights=True
    )
    state, history = run(stopping, epochs=9, learning_rate=0.1)
    best = int(np.argmin(history["val_accuracy"]))
    assert_same_weights(run(epochs=best + 1, learning_rate=0.1)[0], state)


@pytest.mark.parametrize("precision", ["float32", "mixed_float16"])
def test_what_a_checkpoint_holds_is_the_network_that_is_handed_out(
    make, numbers, run, tmp_path, precision
):
    spec = make.spec(make.lstm(), n_rows=33, precision=precision, spatial_dropout=0.3)
    start = make.state(spec)
    whole = keras.callbacks.ModelCheckpoint(str(tmp_path / "whole.keras"))
    weights = keras.callbacks.ModelCheckpoint(
        str(tmp_path / "{epoch}.weights.h5"), save_weights_only=True
    )
    state, _ = run(whole, weights, start=start, epochs=2)
    batch = make.ids([3, 1, 5], n_rows=33).batch(np.arange(3))
    expected = numbers(get_network(state)(batch))
    for load in (keras.models.load_model, load_network):
        loaded = load(tmp_path / "whole.keras")
        assert_array_equal(numbers(loaded(batch)), expected)
        assert float(loaded.optimizer.learning_rate.value) == pytest.approx(0.01)
    network = get_network(run(start=start, epochs=1)[0])
    network.load_weights(tmp_path / "2.weights.h5")
    assert_array_equal(numbers(network(batch)), expected)


def test_a_fit_goes_on_from_its_backup(run, tmp_path, plain):
    class Break(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise RuntimeError("broken")

    class Watch(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            epochs.append(epoch)
            weights.append(self.model.get_weights())
            optimizers.append(int(self.model.optimizer.iterations.value))

    epochs, weights, optimizers = [], [], []
    backup = keras.callbacks.BackupAndRestore(str(tmp_path / "backup"))
    with pytest.raises(RuntimeError, match="broken"):
        run(backup, Break(), epochs=3)
    state, history = run(backup, Watch(), epochs=3)
    assert (epochs, optimizers, len(history["loss"])) == ([2], [10], 1)
    before = get_network(run(epochs=2)[0]).get_weights()
    for value, expected in zip(weights[0], before, strict=True):
        assert_array_equal(value, expected)
    assert state.n_epochs == 3
    assert not (tmp_path / "backup").exists()


def test_logged_figures_are_those_of_the_history(run, tmp_path):
    path, told = tmp_path / "log.csv", []
    recorded = keras.callbacks.LambdaCallback(on_epoch_end=lambda e, logs: told.append(logs))
    _, history = run(keras.callbacks.CSVLogger(str(path)), recorded, epochs=2)
    table = np.genfromtxt(path, delimiter=",", names=True)
    for figure in MONITORED:
        assert_allclose(table[figure], history[figure])
        assert [logs[figure] for logs in told] == history[figure]


def test_figures_of_batches_run_up_to_those_of_the_epoch(run):
    told = {"train": [], "test": []}

    class Watch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            told["train"].append((batch, logs["loss"]))

        def on_test_begin(self, logs=None):
            told["test"].append("begin")

        def on_test_batch_end(self, batch, logs=None):
            told["test"].append((batch, logs["loss"]))

        def on_test_end(self, logs=None):
            told["test"].append(sorted(logs))

    _, history = run(Watch(), epochs=1)
    assert [batch for batch, _ in told["train"]] == [0, 1, 2, 3, 4]
    assert told["train"][-1][1] == history["loss"][0]
    assert told["test"] == ["begin", (0, history["val_loss"][0]), ["accuracy", "loss"]]


@pytest.mark.parametrize("multilabel", [False, True])
def test_a_callback_can_evaluate_and_predict(make, multilabel):
    spec, data = make.spec(make.cnn()), make.ids([3, 5, 4, 2])
    targets = np.array([0, 1, 1, 0], dtype=np.int32)
    if multilabel:
        targets = np.eye(2, dtype=np.float32)[targets]
    examples = Examples(data, targets, np.ones(targets.shape, dtype=np.float32))

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            batch = data.batch(np.arange(4))
            loss, _ = self.model.evaluate(batch, targets, verbose=0)
            assert loss == pytest.approx(logs["val_loss"], rel=1e-4)
            assert self.model.predict(batch, verbose=0).shape == (4, 2)

    output = SigmoidOutput() if multilabel else SoftmaxOutput()
    state = make.state(spec, output=output)
    plan, watch = make.plan(epochs=2), [Watch()]
    watched = train(state, examples, plan, validation=examples, callbacks=watch)[0]
    assert_same_weights(watched, train(state, examples, plan, validation=examples)[0])


def test_training_stops_after_the_batch_at_which_a_callback_wants_it(run):
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            batches.append(batch)
            self.model.stop_training = batch == 1

    batches = []
    state, history = run(Stop(), epochs=9)
    assert (batches, state.n_epochs, len(history["val_loss"])) == ([0, 1], 1, 1)


@pytest.mark.parametrize("verbose", [0, 1])
def test_a_progress_bar_shows_as_much_as_verbose_says(run, capsys, verbose):
    _, history = run(keras.callbacks.ProgbarLogger(), epochs=2, verbose=verbose)
    out = capsys.readouterr().out
    assert ("5/5" in out) == bool(verbose)
    assert (f"val_loss: {history['val_loss'][1]:.4f}" in out) == bool(verbose)


def test_moving_averages_are_refused_as_by_keras(run):
    with pytest.raises(ValueError, match="SwapEMAWeights must be used when `use_ema=True`"):
        run(keras.callbacks.SwapEMAWeights())


@pytest.mark.tensorflow
@pytest.mark.parametrize("frequency", ["epoch", "batch"])
def test_a_tensorboard_gets_the_figures(run, plain, tmp_path, frequency):
    tf = pytest.importorskip("tensorflow")
    pytest.importorskip("tensorboard")
    board = keras.callbacks.TensorBoard(
        tmp_path, update_freq=frequency, histogram_freq=1, embeddings_freq=1
    )
    state, history = run(board, epochs=3)
    assert_same_weights(state, plain[0])
    (path,) = (tmp_path / "validation").iterdir()
    found = [
        float(tf.make_ndarray(value.tensor))
        for event in tf.compat.v1.train.summary_iterator(str(path))
        for value in event.summary.value
        if value.tag == "epoch_loss"
    ]
    assert_allclose(found, history["val_loss"], rtol=1e-6)


def test_a_remote_monitor_is_told(run):
    pytest.importorskip("requests")
    bodies = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}"
        monitor = keras.callbacks.RemoteMonitor(root, send_as_json=True)
        _, history = run(monitor, epochs=1)
        server.shutdown()
    told = json.loads(bodies[0])
    assert told["epoch"] == 0
    assert told["val_accuracy"] == history["val_accuracy"][0]


def test_a_network_that_is_released_meanwhile_is_followed(make, run, tmp_path):
    spec = make.spec(make.cnn(), n_rows=33, trainable_embedding=False)
    path = str(tmp_path / "{epoch}.keras")
    saved = keras.callbacks.ModelCheckpoint(path)
    stopping = keras.callbacks.EarlyStopping("val_accuracy", restore_best_weights=True, patience=9)
    state, _ = run(saved, stopping, start=make.state(spec), epochs=2, release_epoch=1)
    assert state.spec == replace(spec, trainable_embedding=True)
    for epoch, n_trained in ((1, 6), (2, 7)):
        assert len(load_network(path.format(epoch=epoch)).trainable_variables) == n_trained
