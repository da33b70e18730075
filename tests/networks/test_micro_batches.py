"""Steps of the optimizer on batches that are read in micro-batches."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from skembed.networks import Examples, SigmoidOutput, _data, borrow_engine, round_up, train
from skembed.networks._data import split_batch
from skembed.networks._epoch import train_in_micro_batches


@given(st.lists(st.integers(1, 400), min_size=1, max_size=30), st.integers(1, 2000))
def test_parts_are_all_of_a_batch_and_as_large_as_they_may_be(lengths, most):
    lengths = np.array(lengths)
    micro_batches = split_batch(lengths, most)
    assert_array_equal(np.concatenate([lengths[rows] for rows in micro_batches]), lengths)

    def steps(some):
        return len(some) * round_up(int(some.max()))

    for i, rows in enumerate(micro_batches):
        assert steps(lengths[rows]) <= most or rows.stop - rows.start == 1
        if i:
            assert steps(lengths[micro_batches[i - 1].start : rows.start + 1]) > most


@pytest.fixture
def networks(make):
    cnn, lstm, adam = make.cnn(), make.lstm(bidirectional=True), {}
    stacked = make.cnn(stacked=True, pool_size=2)
    return {
        "a CNN": (make.spec(cnn), adam),
        "an LSTM": (make.spec(lstm), adam),
        "stacked convolutions": (make.spec(stacked), {"optimizer": "adamw"}),
        "frozen vectors": (make.spec(cnn, trainable_embedding=False), {"optimizer": "sgd"}),
        "batch norm": (make.spec(cnn, dense_units=(3,), batch_norm=True), adam),
        "the hardest documents": (make.spec(lstm), {"loss": "top_k", "top_k": 3}),
        "labels": (make.spec(cnn), {"output": SigmoidOutput(), "clipnorm": 0.01}),
        "steps as vectors": (make.spec(cnn, n_rows=None, trainable_embedding=False), adam),
        "16 bits": (make.spec(cnn, precision="mixed_float16"), adam),
    }


NAMES = [
    "a CNN", "an LSTM", "stacked convolutions", "frozen vectors", "batch norm",
    "the hardest documents", "labels", "steps as vectors", "16 bits",
]  # fmt: skip


def examples_of(make, spec, objective, lengths):
    data = make.ids(lengths) if spec.n_rows else make.vectors(lengths)
    targets = (np.arange(len(lengths)) % 2).astype(np.int32)
    weights = np.linspace(0.5, 1.5, len(lengths), dtype=np.float32)
    if "output" in objective:
        targets = np.eye(2, dtype=np.float32)[targets]
        weights = np.tile(weights[:, None], 2)
    return Examples(data, targets, weights)


@pytest.mark.parametrize("name", NAMES)
def test_micro_batches_are_one_step_of_the_same_gradient(make, networks, monkeypatch, name):
    spec, objective = networks[name]
    examples = examples_of(make, spec, objective, [3, 9, 2, 17, 5, 30, 1, 12])
    plan = make.plan(epochs=3, batch_size=8, learning_rate=0.05)
    state = make.state(spec, **objective)
    (whole, history), calls = train(state, examples, plan), []
    monkeypatch.setattr(_data, "MAX_TRAINED_STEPS", 40)
    monkeypatch.setattr(
        "skembed.networks._epoch.train_in_micro_batches",
        lambda engine, micro_batches, *answers: (
            calls.append(len(micro_batches))
            or train_in_micro_batches(engine, micro_batches, *answers)
        ),
    )
    divided, same_history = train(state, examples, plan)
    assert len(calls) == 3
    assert min(calls) > 2
    wide = 2e-2 if name == "16 bits" else 1e-4
    for figure in ("loss", "accuracy"):
        assert_allclose(same_history[figure], history[figure], atol=wide)
    for weight, value in whole.weights.items():
        assert_allclose(divided.weights[weight], value, atol=wide, err_msg=weight)
    assert divided.optimizer.keys() == whole.optimizer.keys()


@pytest.mark.parametrize("backward", [False, True])
def test_the_second_reading_drops_what_the_first_has_dropped(make, backward):
    encoder = make.lstm(bidirectional=backward, dropout=0.4) if backward else make.cnn()
    spec = make.spec(encoder, spatial_dropout=0.4, dense_dropout=0.3)
    examples = examples_of(make, spec, {}, [3, 9, 2, 17, 5, 8])
    state = make.with_random_weights(replace(spec), optimizer="sgd")
    answers, found = (examples.targets, examples.weights), []
    rows = np.arange(6)
    for read in (
        lambda engine: engine.train_on(examples.data.batch(rows), *answers),
        lambda engine: train_in_micro_batches(
            engine, [lambda: examples.data.batch(rows)], *answers
        ),
    ):
        with borrow_engine(spec, state.objective, training=True) as engine:
            engine.load(replace(state))
            engine.optimizer.learning_rate.assign(0.5)
            engine.forget_holder()
            loss, n_right = read(engine)
            found.append((loss, n_right, engine.seeds, engine.save(state).weights))
    (loss, n_right, seeds, weights), divided = found
    assert divided[:2] == (pytest.approx(loss, rel=1e-5), n_right)
    assert_array_equal(divided[2], seeds)
    for name, value in weights.items():
        assert_allclose(divided[3][name], value, atol=1e-5, err_msg=name)


def test_batches_of_ordinary_length_are_read_whole(make, monkeypatch):
    monkeypatch.setattr("skembed.networks._epoch.train_in_micro_batches", None)
    spec = make.spec(make.cnn())
    examples = examples_of(make, spec, {}, [4000] * 64)
    train(make.state(spec), examples, make.plan(epochs=1, batch_size=64))
