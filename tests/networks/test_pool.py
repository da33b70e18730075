"""Engines: kept, lent, shared between threads, and never in each other's way."""

import threading
from collections import OrderedDict

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skembed.networks import _pool, borrow_engine, get_network, predict_logits, train


@pytest.fixture
def empty_pool(monkeypatch):
    engines = OrderedDict()
    monkeypatch.setattr(_pool, "_engines", engines)
    return engines


def test_one_engine_serves_an_architecture(make, empty_pool):
    state = make.state(make.spec(make.cnn()))
    with borrow_engine(state.spec, state.objective, training=True) as first:
        pass
    with borrow_engine(make.spec(make.cnn()), make.objective(), training=False) as second:
        assert second is first
        with borrow_engine(state.spec, state.objective, training=True) as third:
            assert third is not first  # who trains waits for nobody
    assert list(map(len, empty_pool.values())) == [2]


def test_an_error_gives_the_engine_back(make, empty_pool):
    spec, objective = make.spec(make.cnn()), make.objective()
    with pytest.raises(ZeroDivisionError, match="by zero"):  # noqa: SIM117
        with borrow_engine(spec, objective, training=True):
            1 / 0  # noqa: B018
    with borrow_engine(spec, objective, training=True):
        assert list(map(len, empty_pool.values())) == [1]


def test_the_architecture_unused_for_longest_is_forgotten(make, empty_pool, monkeypatch):
    monkeypatch.setattr(_pool, "MAX_ARCHITECTURES", 2)
    specs = [make.spec(make.cnn(filters=n)) for n in (1, 2, 3)]
    for i in (0, 1, 0, 2):
        with borrow_engine(specs[i], make.objective(), training=False):
            pass
    assert [spec for spec, _ in empty_pool] == [specs[0], specs[2]]


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


def test_the_network_handed_out_is_exact_and_nobody_elses(make):
    n_rows = 33  # of an engine's 36
    spec = make.spec(make.lstm(), n_rows=n_rows, n_outputs=3)
    state = make.with_random_weights(spec, n_rows=n_rows)
    data = make.ids([3, 1, 5], n_rows=n_rows)
    logits = predict_logits(state, data)
    network = get_network(state)
    assert network.count_params() == sum(value.size for value in state.weights.values())
    assert_array_equal(network.get_layer("embedding").get_weights()[0].shape, (33, 4))
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    (ids,) = data.batch(np.arange(3))
    assert_allclose(network(ids).numpy(), expected, atol=1e-6)
    network.set_weights([np.zeros_like(value) for value in network.get_weights()])
    assert_array_equal(predict_logits(state, data), logits)
    assert get_network(state) is not network


def test_multilabel_networks_end_in_a_sigmoid(make):
    state = make.with_random_weights(make.spec(make.cnn()), multilabel=True)
    data = make.ids([3, 1, 5])
    expected = 1 / (1 + np.exp(-predict_logits(state, data)))
    assert_allclose(get_network(state)(data.batch(np.arange(3))[0]).numpy(), expected, atol=1e-6)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own
def test_a_network_can_be_saved_and_loaded_by_keras(make, tmp_path):
    encoder = make.cnn(kernel_sizes=(2, 3), stacked=True, pool_size=2)
    for spec in (make.spec(encoder, wide=True), make.spec(make.lstm(bidirectional=True))):
        state = make.with_random_weights(spec)
        network = get_network(state)
        import keras

        network.save(tmp_path / "network.keras")
        loaded = keras.models.load_model(tmp_path / "network.keras")
        batch = make.ids([3, 1, 5], wide=spec.wide).batch(np.arange(3))
        batch = batch[0] if len(batch) == 1 else list(batch)
        assert_array_equal(loaded(batch).numpy(), network(batch).numpy())
