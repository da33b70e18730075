"""Engines: kept, lent, shared between threads, and never in each other's way."""

import threading

import numpy as np
import pytest

from skembed.networks import borrow_engine, predict_logits, train


def test_one_engine_serves_an_architecture(make, no_engines):
    state = make.state(make.spec(make.cnn()))
    with borrow_engine(state.spec, state.objective, training=True) as first:
        pass
    with borrow_engine(make.spec(make.cnn()), make.objective(), training=False) as second:
        assert second is first
        with borrow_engine(state.spec, state.objective, training=True) as third:
            assert third is not first  # who trains waits for nobody
    assert len(no_engines) == 2


def test_an_error_gives_the_engine_back(make, no_engines):
    spec, objective = make.spec(make.cnn()), make.objective()
    with pytest.raises(ZeroDivisionError, match="by zero"):  # noqa: SIM117
        with borrow_engine(spec, objective, training=True):
            1 / 0  # noqa: B018
    with borrow_engine(spec, objective, training=True):
        assert len(no_engines) == 1


def test_the_engine_unused_for_longest_is_forgotten(make, no_engines):
    specs = [make.spec(make.cnn(filters=n)) for n in range(1, 18)]
    first, second, *others, last = specs
    for spec in (first, second, *others, first, last):
        with borrow_engine(spec, make.objective(), training=False):
            pass
    assert [engine.spec for engine in no_engines] == [
        spec.graph_key() for spec in (*others, first, last)
    ]


def test_dropout_rates_need_no_other_engine(make, no_engines):
    engines = []
    for rates in ({}, dict(dense_dropout=0.5), dict(spatial_dropout=0.1)):
        spec = make.spec(make.lstm(dropout=len(engines) / 10), **rates)
        with borrow_engine(spec, make.objective(), training=True) as engine:
            engines.append(engine)
    assert engines == [engines[0]] * 3
    assert len(no_engines) == 1


@pytest.mark.tensorflow
def test_a_few_words_more_or_less_need_no_other_engine(make, no_engines):
    engines = []
    for n_rows in (100, 112, 56):  # 100 // 8 to spare, and half of 112, of 1/8 to spare
        spec = make.spec(make.lstm(), n_rows=n_rows)
        with borrow_engine(spec, make.objective(), training=True) as engine:
            engines.append(engine)
    assert engines == [engines[0]] * 3
    assert len(no_engines) == 1


@pytest.mark.parametrize(
    "change",
    [{"n_rows": 113}, {"n_rows": 47}, {"n_rows": None}, {"n_dims": 5}, {"batch_norm": True}],
)
def test_far_more_or_fewer_words_or_another_graph_need_another_engine(make, no_engines, change):
    for more in ({}, change):
        spec = make.spec(make.lstm(), **{"n_rows": 100, **more})
        with borrow_engine(spec, make.objective(), training=True):
            pass
    assert len(no_engines) == 2


@pytest.mark.tensorflow
@pytest.mark.parametrize("clipnorm", [None, 0.01])
def test_an_engine_with_more_room_gives_the_same_network(
    make, no_engines, assert_same_state, clipnorm
):
    spec, examples = make.spec(make.cnn(), n_rows=60), make.examples(n_rows=60)
    state = make.state(spec, clipnorm=clipnorm)
    exact, _ = train(state, examples, make.plan())
    no_engines.clear()
    with borrow_engine(make.spec(make.cnn(), n_rows=110), state.objective, training=True) as large:
        pass
    assert_same_state(train(state, examples, make.plan())[0], exact)
    assert no_engines == [large]


def test_threads_predict_with_their_own_weights(make):
    states = [make.with_random_weights(make.spec(make.cnn())) for _ in range(2)]
    states[1] = type(states[0])(
        **{**vars(states[1]), "weights": {k: -v for k, v in states[0].weights.items()}}
    )
    data = make.ids([3, 1, 5, 2] * 10)
    expected = [predict_logits(state, data) for state in states]
    found = [[], []]

    def work(i):
        found[i] = [predict_logits(states[i], data) for _ in range(30)]

    threads = [threading.Thread(target=work, args=(i,)) for i in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i in (0, 1):
        assert len(found[i]) == 30
        assert all(np.array_equal(logits, expected[i]) for logits in found[i])


def test_threads_train_as_one_after_the_other(make, assert_same_state):
    spec, examples, plan = make.spec(make.cnn(), spatial_dropout=0.2), make.examples(), make.plan()
    expected = [train(make.state(spec, seed=i), examples, plan)[0] for i in (0, 1)]
    found = [None, None]

    def work(i):
        found[i] = train(make.state(spec, seed=i), examples, plan)[0]

    threads = [threading.Thread(target=work, args=(i,)) for i in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i in (0, 1):
        assert_same_state(found[i], expected[i])
