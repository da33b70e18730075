"""What a state keeps."""

import pickle

import numpy as np
from numpy.testing import assert_array_equal

from skembed.networks import initial_state, with_trainable_embedding
from skembed.networks._state import generator


def test_given_weights_are_kept(make):
    matrix = np.ones((18, 4), dtype=np.float32)
    state = initial_state(make.spec(make.cnn()), make.objective(), seed=0, embedding=matrix)
    assert state.weights["embedding"] is matrix
    assert state.n_epochs == 0


def test_freezing_and_releasing_forgets_the_optimizer_only_when_something_changes(make):
    state = make.with_random_weights(make.spec(make.cnn()))
    assert with_trainable_embedding(state, True) is state
    frozen = with_trainable_embedding(state, False)
    assert frozen.optimizer == {}
    assert frozen.weights is state.weights
    assert not frozen.spec.trainable_embedding


def test_the_generator_goes_on_where_the_state_left_it(make):
    state = make.state(make.spec(make.cnn()), seed=4)
    expected = np.random.default_rng(4).random(3)
    assert_array_equal(generator(state).random(3), expected)
    assert_array_equal(generator(pickle.loads(pickle.dumps(state))).random(3), expected)
