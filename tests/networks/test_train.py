"""Training: reproducible, resumable, and telling what went wrong."""

import hashlib
import io
import sys
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skembed.networks import Examples, NetworkData, borrow_engine, train

N_ROWS_CUT = 33  # an engine for these has room for 40

# Big enough a step for each rule to lower the loss within six epochs.
LEARNING_RATES = {
    "adadelta": 3.0,
    "adagrad": 0.3,
    "adam": 0.05,
    "adamax": 0.05,
    "adamw": 0.05,
    "lion": 0.02,
    "nadam": 0.05,
    "rmsprop": 0.02,
    "sgd": 1.0,
}


def digest(state):
    md5 = hashlib.md5()
    for name, value in state.weights.items():
        md5.update(name.encode() + value.tobytes())
    return md5.hexdigest()


@pytest.fixture(scope="module")
def noisy(make):
    """An LSTM whose training draws random numbers of every kind."""
    encoder = make.lstm(dropout=0.1, recurrent_dropout=0.1)
    return make.spec(
        encoder, spatial_dropout=0.2, dense_units=(3,), dense_dropout=0.1, batch_norm=True
    )


def test_the_seed_fixes_the_weights(make, noisy, assert_same_state):
    examples, plan = make.examples(), make.plan()
    a, history = train(make.state(noisy, seed=1), examples, plan)
    b, again = train(make.state(noisy, seed=1), examples, plan)
    assert_same_state(a, b)
    assert history["loss"] == again["loss"]
    c, _ = train(make.state(noisy, seed=2), examples, plan)
    assert not np.array_equal(a.weights["logits/kernel"], c.weights["logits/kernel"])


def test_training_leaves_the_state_it_began_with(make, noisy):
    state = make.state(noisy)
    once, _ = train(state, make.examples(), make.plan(epochs=1))
    before = {name: value.copy() for name, value in once.weights.items()}
    train(once, make.examples(), make.plan(epochs=1))
    assert state.weights == {}
    for name, value in before.items():
        assert_array_equal(once.weights[name], value)


@pytest.mark.parametrize("release", [None, 2])
def test_going_on_from_a_pickle_equals_not_stopping(
    make, noisy, repickle, assert_same_state, release
):
    examples = make.examples()
    start = make.state(replace(noisy, trainable_embedding=release is None))
    whole, _ = train(start, examples, make.plan(epochs=4, release_epoch=release))
    for epochs in (1, 2, 3):
        part, _ = train(start, examples, make.plan(epochs=epochs, release_epoch=release))
        train(make.state(part.spec, seed=99), examples, make.plan(epochs=1))  # uses the engine
        part = repickle(part)
        part, _ = train(part, examples, make.plan(epochs=4 - epochs, release_epoch=release))
        assert_same_state(part, whole)


def test_the_embedding_is_frozen_until_its_release(make, noisy):
    matrices = []
    train(
        make.state(replace(noisy, trainable_embedding=False)),
        make.examples(),
        make.plan(epochs=4, release_epoch=2),
        on_epoch_end=lambda state, _: matrices.append(state.weights["embedding"]),
    )
    assert_array_equal(matrices[1], matrices[0])
    assert not np.array_equal(matrices[2], matrices[1])
    assert not np.array_equal(matrices[3], matrices[2])


@pytest.mark.process
def test_a_fresh_process_trains_the_same(make, run_python):
    spec = make.spec(make.lstm(dropout=0.1))
    code = f"""
import sys, hashlib
sys.path.insert(0, {str(__file__).rsplit("/", 1)[0]!r})
from conftest import Factory
from test_train import digest
from skembed.networks import train
make = Factory()
spec = make.spec(make.lstm(dropout=0.1))
print(digest(train(make.state(spec), make.examples(), make.plan())[0]))
"""
    train(make.state(spec, seed=9), make.examples(), make.plan())  # leaves its mark in the engine
    here, _ = train(make.state(spec), make.examples(), make.plan())
    assert run_python(code)[0].strip() == digest(here)


def test_two_trainings_may_take_turns_on_one_engine(make, noisy, assert_same_state):
    examples, one = make.examples(), make.plan(epochs=1)
    alone = [train(make.state(noisy, seed=i), examples, make.plan())[0] for i in (1, 2)]
    states = [make.state(noisy, seed=i) for i in (1, 2)]
    for _ in range(2):
        states = [train(state, examples, one)[0] for state in states]
    for state, expected in zip(states, alone, strict=True):
        assert_same_state(state, expected)


@pytest.mark.parametrize("optimizer", LEARNING_RATES)
def test_every_optimizer_lowers_the_loss_and_goes_on_where_it_stopped(
    make, repickle, assert_same_state, optimizer
):
    spec = make.spec(make.cnn(kernel_sizes=(2,)), n_rows=N_ROWS_CUT)
    start = make.state(spec, optimizer=optimizer)
    examples = make.examples(n_rows=N_ROWS_CUT)
    plan = make.plan(epochs=6, learning_rate=LEARNING_RATES[optimizer])
    whole, history = train(start, examples, plan)
    assert history["loss"][-1] < 0.9 * history["loss"][0]
    half, _ = train(start, examples, replace(plan, epochs=3))
    other = make.state(spec, seed=7, optimizer=optimizer)
    train(other, make.examples(n_rows=N_ROWS_CUT, seed=8), replace(plan, epochs=1))
    half, _ = train(repickle(half), examples, replace(plan, epochs=3))
    assert_same_state(half, whole)


@pytest.mark.parametrize("optimizer", ["adagrad", "adam", "adamw", "rmsprop"])
def test_an_optimizer_keeps_nothing_of_words_that_never_came(
    make, repickle, assert_same_state, optimizer
):
    start = make.state(make.spec(make.cnn(), n_rows=N_ROWS_CUT), optimizer=optimizer)
    examples, plan = make.examples(n_rows=20), make.plan(epochs=2)
    whole, _ = train(start, examples, plan)
    half, _ = train(start, examples, replace(plan, epochs=1))
    kept = {name: len(v) for name, v in half.optimizer.items() if "embedding" in name}
    n_used = int(examples.data.steps.max()) + 1
    assert n_used < N_ROWS_CUT
    assert set(kept.values()) == {n_used}
    train(make.state(half.spec, seed=7, optimizer=optimizer), make.examples(n_rows=33), plan)
    again, _ = train(repickle(half), examples, replace(plan, epochs=1))
    assert_same_state(again, whole)


@pytest.mark.parametrize("optimizer", LEARNING_RATES)
def test_a_batch_of_every_document_twice_takes_the_same_step(make, optimizer):
    # Rows of the embedding get their gradients from many places, which must be summed before
    # an optimizer squares them or takes their sign.
    spec = make.spec(make.cnn(kernel_sizes=(2,)), n_rows=N_ROWS_CUT)
    state = make.state(spec, optimizer=optimizer)
    once = make.examples(n=12, n_rows=N_ROWS_CUT)
    steps = once.data.steps
    twice = Examples(
        NetworkData(
            np.concatenate([steps, steps]),
            np.concatenate([once.data.offsets, once.data.offsets[1:] + len(steps)]),
        ),
        np.tile(once.targets, 2),
        np.tile(once.weights, 2),
    )
    plan = make.plan(epochs=2, batch_size=100, learning_rate=LEARNING_RATES[optimizer])
    a, b = (train(state, examples, plan)[0].weights for examples in (once, twice))
    # where the gradient is but rounding, an optimizer may still make a step of it
    for name, value in a.items():
        close = np.isclose(b[name], value, atol=1e-4)
        assert close.mean() > 0.97, name


def test_rows_that_only_the_engine_has_are_not_kept(make):
    spec = make.spec(make.cnn(kernel_sizes=(2,)), n_rows=N_ROWS_CUT)
    with borrow_engine(spec, make.objective(), training=True) as engine:
        assert engine.n_rows == 40
    data = make.ids([3, 2, 4, 1], n_rows=N_ROWS_CUT)
    examples = Examples(data, np.array([0, 1, 0, 1], np.int32), np.ones(4, np.float32))
    state, _ = train(make.state(spec), examples, make.plan())
    assert state.weights["embedding"].shape == (33, 4)
    slots = [value.shape for name, value in state.optimizer.items() if "/embedding/" in name]
    assert slots == [(data.steps.max() + 1, 4)] * 2  # Adam's mean and variance, as far as moved


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_half_precision_learns_and_goes_on_where_it_stopped(
    make, repickle, assert_same_state, precision
):
    spec = make.spec(make.lstm(), precision=precision)
    plan = make.plan(epochs=6, learning_rate=0.05)
    whole, history = train(make.state(spec), make.examples(), plan)
    assert history["loss"][-1] < 0.9 * history["loss"][0]
    assert all(value.dtype == np.float32 for value in whole.weights.values())
    half, _ = train(make.state(spec), make.examples(), replace(plan, epochs=3))
    train(make.state(spec, seed=3), make.examples(), replace(plan, epochs=1))
    half, _ = train(repickle(half), make.examples(), replace(plan, epochs=3))
    assert_same_state(half, whole)


ENCODERS = {
    "lstm": lambda make: make.lstm(),
    "cnn": lambda make: make.cnn(),
    "stacked": lambda make: make.cnn(stacked=True, pool_size=2),
}


@pytest.mark.parametrize("batch_size", [1, 13])
@pytest.mark.parametrize("encoder", ENCODERS)
def test_batches_of_one_document_train(make, encoder, batch_size):
    # A batch is read in two halves; one of them would be empty here.
    spec = make.spec(ENCODERS[encoder](make))
    plan = make.plan(epochs=1, batch_size=batch_size)
    state, history = train(make.state(spec), make.examples(n=14), plan)
    assert np.isfinite(history["loss"]).all()
    assert all(np.isfinite(value).all() for value in state.weights.values())


@pytest.mark.parametrize("encoder", ENCODERS)
def test_halves_take_the_step_of_the_whole(make, encoder):
    # The same document once, and three times in a batch of odd size.
    spec = make.spec(ENCODERS[encoder](make))
    ids = np.array([2, 5, 7, 3], np.int32)
    plan = make.plan(epochs=1, learning_rate=0.5)
    weights = []
    for times in (1, 2, 3):
        data = NetworkData(np.tile(ids, times), np.arange(times + 1) * 4)
        examples = Examples(data, np.zeros(times, np.int32), np.ones(times, np.float32))
        weights.append(train(make.state(spec, optimizer="sgd"), examples, plan)[0].weights)
    for name, value in weights[0].items():
        np.testing.assert_allclose(weights[1][name], value, atol=1e-6, err_msg=name)
        np.testing.assert_allclose(weights[2][name], value, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("encoder", ["lstm", "stacked"])
def test_padding_moves_no_weight(make, encoder):
    spec = make.spec(
        make.lstm(bidirectional=True, pooling="mean")
        if encoder == "lstm"
        else make.cnn(kernel_sizes=(2, 3), stacked=True, pool_size=2)
    )
    examples = make.examples(n=6)
    n_steps = len(examples.data.steps)
    longer = NetworkData(  # one document of 80 steps more, whose loss weighs nothing
        np.concatenate([examples.data.steps, np.full(80, 2, np.int32)]),
        np.append(examples.data.offsets, n_steps + 80),
    )
    padded = Examples(
        longer,
        np.append(examples.targets, np.int32(0)),
        np.append(np.full(6, 7 / 6, np.float32), np.float32(0)),
    )
    plan = make.plan(epochs=1, batch_size=8, learning_rate=0.5)
    a, _ = train(make.state(spec, optimizer="sgd"), examples, plan)
    b, _ = train(make.state(spec, optimizer="sgd"), padded, plan)
    for name, value in a.weights.items():
        np.testing.assert_allclose(b.weights[name], value, atol=1e-6, err_msg=name)


def test_figures_of_the_validation_are_those_of_the_trained_network(make):
    from skembed.networks import predict_logits

    spec, examples = make.spec(make.lstm()), make.examples()
    held_out = make.examples(n=30, seed=11)
    state, history = train(make.state(spec), examples, make.plan(), validation=held_out)
    logits = predict_logits(state, held_out.data).astype(np.float64)
    log_proba = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_proba[np.arange(30), held_out.targets].mean()
    assert history["val_loss"][-1] == pytest.approx(loss, rel=1e-5)
    right = (logits.argmax(axis=1) == held_out.targets).mean()
    assert history["val_accuracy"][-1] == pytest.approx(right)
    assert list(history) == ["loss", "accuracy", "val_loss", "val_accuracy", "seconds"]
    assert all(len(values) == 2 for values in history.values())


def test_patience_ends_training_and_brings_the_best_epoch_back(make):
    spec, examples = make.spec(make.lstm()), make.examples()
    wrong = Examples(examples.data, 1 - examples.targets, examples.weights)
    plan = make.plan(epochs=20, patience=3, learning_rate=0.05)
    states = []
    state, history = train(
        make.state(spec),
        examples,
        plan,
        validation=wrong,
        on_epoch_end=lambda state, _: states.append(state),
    )
    best = int(np.argmin(history["val_loss"]))
    assert len(history["val_loss"]) == best + 1 + 3 < 20
    assert state is states[best]
    assert state.n_epochs == best + 1


def test_an_equal_loss_is_no_smaller_one(make):
    spec, examples = make.spec(make.lstm()), make.examples()
    plan = make.plan(epochs=20, patience=3, learning_rate=1e-30)  # too small to change anything
    state, history = train(make.state(spec), examples, plan, validation=examples)
    assert len(set(history["val_loss"])) == 1
    assert len(history["val_loss"]) == 1 + 3
    assert state.n_epochs == 1


def test_on_epoch_end_may_stop(make):
    spec, counts = make.spec(make.lstm()), []

    def stop(state, history):
        counts.append(len(history["loss"]))
        return state.n_epochs == 3

    state, _ = train(make.state(spec), make.examples(), make.plan(epochs=9), on_epoch_end=stop)
    assert state.n_epochs == 3
    assert counts == [1, 2, 3]


def test_a_loss_that_is_no_number_ends_training(make):
    spec = make.spec(make.cnn(kernel_sizes=(2,)))
    state = make.with_random_weights(spec, optimizer="sgd")
    plan = make.plan(epochs=50, learning_rate=1e30)
    with pytest.raises(
        FloatingPointError,
        match=r"The training loss became (nan|inf) in batch \d of 5\. Lower learning_rate \(it is "
        r"1e\+30\) or set clipnorm",
    ):
        train(state, make.examples(), plan)


def test_a_last_step_into_infinity_is_noticed(make):
    spec = make.spec(make.lstm())
    examples = make.examples(n=8)
    heavy = replace(examples, weights=np.full(8, 1e3, np.float32))
    with pytest.raises(FloatingPointError, match=r"The weights \S+ became \S+ in the epoch"):
        train(make.state(spec, optimizer="sgd"), heavy, make.plan(epochs=1, learning_rate=3e38))


def test_verbose_prints_a_line_for_each_epoch(make, capsys):
    spec = make.spec(make.lstm())
    train(make.state(spec), make.examples(), make.plan())
    assert capsys.readouterr().out == ""
    train(make.state(spec), make.examples(), make.plan(verbose=1))
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("Epoch 1/2: loss 0.69")
    assert "accuracy" in second
    assert second.endswith(" s")


def test_each_line_is_written_at_once(make, monkeypatch):
    written, lines = io.BytesIO(), []
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written))  # as a file, not a terminal

    def count(state, history):
        lines.append(written.getvalue().count(b"\n"))
        return False

    train(
        make.state(make.spec(make.lstm())),
        make.examples(),
        make.plan(verbose=1),
        on_epoch_end=count,
    )
    assert lines == [1, 2]
