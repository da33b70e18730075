"""Progress: kept at any moment, it leads to the end that an uninterrupted training has."""

import json
from dataclasses import replace

import numpy as np
import pytest

from skembed.networks import (
    Examples,
    Progress,
    RaggedFile,
    fingerprint,
    pack,
    train,
    unpack,
)


class Interrupted(Exception):
    pass


class Keeper:
    """Keeps the progress of one moment as it would be written, and ends the training there."""

    def __init__(self, moment):
        self.moment, self.now, self.kept = moment, 0, None

    def batch_ended(self, progress):
        self._pass(progress)

    def epoch_ended(self, progress):
        self._pass(lambda: progress)

    def _pass(self, progress):
        self.now += 1
        if self.now == self.moment:
            arrays, values = pack(progress())
            arrays = {name: arrays[name].copy() for name in sorted(arrays)}  # as in a file
            self.kept = arrays, json.dumps(values)
            raise Interrupted("now")


class Counter(Keeper):
    def __init__(self):
        super().__init__(None)


@pytest.fixture
def spooled(spool_sizes):
    """Put documents into a file, in blocks of 8 ids and buffers of 40."""
    spool_sizes(block=8, buffer=40)
    with RaggedFile() as spool:

        def write(examples):
            spool.append(examples.data.steps, examples.data.lengths)
            spool.finish()
            return replace(examples, data=spool)

        yield write


def without_seconds(history):
    return {name: values for name, values in history.items() if name != "seconds"}


CASES = {
    "lstm": {},
    "patience": {"patience": 2},
    "release": {"release_epoch": 1},
    "spooled": {},
}


@pytest.mark.parametrize("case", CASES)
def test_going_on_from_any_moment_equals_not_stopping(make, case, assert_same_state, spooled):
    encoder = make.cnn() if case == "spooled" else make.lstm(dropout=0.1, recurrent_dropout=0.1)
    spec = make.spec(
        encoder, spatial_dropout=0.2, dense_units=(3,), dense_dropout=0.1, batch_norm=True,
        trainable_embedding=case != "release",
    )  # fmt: skip
    examples, validation = make.examples(n=30), None
    if case == "spooled":
        examples = spooled(examples)
    if case == "patience":
        validation = replace(examples, targets=1 - examples.targets)  # it gets worse and worse
    start, plan = make.state(spec), make.plan(epochs=4, learning_rate=0.05, **CASES[case])
    counter = Counter()
    whole, history = train(start, examples, plan, validation=validation, checkpointer=counter)
    assert counter.now > 10
    for moment in range(1, counter.now + 1):
        keeper = Keeper(moment)
        with pytest.raises(Interrupted, match="now"):
            train(start, examples, plan, validation=validation, checkpointer=keeper)
        arrays, values = keeper.kept
        progress = unpack(arrays, json.loads(values), start)
        again, same = train(start, examples, plan, validation=validation, progress=progress)
        assert_same_state(whole, again)
        assert without_seconds(same) == without_seconds(history)
        assert len(same["seconds"]) == len(history["seconds"])


def test_keeping_changes_nothing(make, assert_same_state):
    class Always(Keeper):
        def _pass(self, progress):
            pack(progress())

    state, examples = make.state(make.spec(make.lstm(), spatial_dropout=0.2)), make.examples()
    whole, history = train(state, examples, make.plan())
    again, same = train(state, examples, make.plan(), checkpointer=Always(None))
    assert_same_state(whole, again)
    assert without_seconds(same) == without_seconds(history)


def test_the_best_network_is_kept_only_where_it_is_another_one(make):
    state = make.with_random_weights(make.spec(make.cnn()))
    other = replace(state, n_epochs=1)
    sizes = [len(pack(Progress(state, best, {}, 0.1))[0]) for best in (None, state, other)]
    assert sizes[0] == sizes[1] == sizes[2] // 2
    for best in (None, state, other):
        arrays, values = pack(Progress(state, best, {"loss": [0.1]}, 0.1, stop=True))
        again = unpack(arrays, json.loads(json.dumps(values)), state)
        assert (again.best is None) == (best is None)
        assert (again.best is again.state) == (best is state)
        assert again.stop
        assert again.history == {"loss": [0.1]}


def test_fingerprints_tell_trainings_apart(make):
    state, examples, plan = make.state(make.spec(make.cnn())), make.examples(), make.plan()
    first = fingerprint(state, examples, plan)
    assert first == fingerprint(make.state(make.spec(make.cnn())), make.examples(), plan)
    assert first == fingerprint(state, examples, replace(plan, verbose=1))
    weights = examples.weights * 2
    others = {
        "filters": (make.state(make.spec(make.cnn(filters=5))), examples, plan),
        "spatial_dropout": (make.state(make.spec(make.cnn(), spatial_dropout=0.1)), examples, plan),
        "random_state": (make.state(make.spec(make.cnn()), seed=1), examples, plan),
        "optimizer": (make.state(make.spec(make.cnn()), optimizer="sgd"), examples, plan),
        "batch_size": (state, examples, replace(plan, batch_size=5)),
        "epochs": (state, examples, replace(plan, epochs=5)),
        "documents": (state, make.examples(seed=4), plan),
        "labels or weights": (state, replace(examples, weights=weights), plan),
        "validation documents": (state, examples, plan, examples),
        "embeddings": (replace(state, weights={"embedding": np.ones((18, 4))}),
                       examples, plan),
        "the fit it goes on from": (replace(state, n_epochs=1), examples, plan),
    }  # fmt: skip
    for name, arguments in others.items():
        other = fingerprint(*arguments)
        assert [each for each in first if first[each] != other[each]] == [name]
    one_less = Examples(examples.data, 1 - examples.targets, examples.weights)
    assert fingerprint(state, examples, plan, examples) != fingerprint(
        state, examples, plan, one_less
    )


def test_a_training_of_another_backend_is_another_one(make, monkeypatch):
    state, examples, plan = make.state(make.spec(make.cnn())), make.examples(), make.plan()
    first = fingerprint(state, examples, plan)
    monkeypatch.setattr("keras.backend.backend", lambda: "another")
    other = fingerprint(state, examples, plan)
    assert [each for each in first if first[each] != other[each]] == ["KERAS_BACKEND"]
