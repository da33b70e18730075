"""Layers by themselves; test_build.py sees them at work in networks."""

import numpy as np
import pytest
from keras import ops
from numpy.testing import assert_array_equal

from skembed.networks._layers import DocumentLengths, FedDropout, ReverseDocument


def test_a_document_ends_at_its_last_step_that_is_not_zero():
    ids = np.array([[3, 0, 2, 0], [0, 0, 0, 0], [1, 1, 1, 1]], dtype=np.int32)
    assert_array_equal(DocumentLengths()(ids), [3, 1, 4])
    vectors = np.stack([np.zeros(ids.shape), ids], axis=-1).astype(np.float32)
    assert_array_equal(DocumentLengths()(vectors), [3, 1, 4])


def test_documents_turn_round_in_their_place():
    steps = ops.reshape(ops.arange(1, 9, dtype="int32"), (2, 4, 1))
    lengths = ops.convert_to_tensor(np.array([3, 1], dtype=np.int32))
    turned = ReverseDocument(dtype="int32")(steps, lengths)
    assert_array_equal(turned[..., 0], [[3, 2, 1, 4], [5, 6, 7, 8]])


def test_a_fed_rate_drops_whole_components():
    layer = FedDropout()
    steps = ops.ones((40, 3, 25))
    assert_array_equal(layer(steps, training=True), steps)
    layer.rate.assign(0.75)
    dropped = ops.convert_to_numpy(layer(steps, training=True))
    assert set(np.unique(dropped)) == {0, 4}
    assert_array_equal(dropped, np.repeat(dropped[:, :1], 3, axis=1))
    assert abs((dropped == 0).mean() - 0.75) < 0.05  # of 1,000 draws, 3.6 standard errors
    assert not np.array_equal(layer(steps, training=True), dropped)
    assert_array_equal(layer(steps, training=False), steps)


@pytest.mark.tensorflow
def test_a_fed_rate_needs_one_graph():
    import tensorflow as tf

    layer, calls = FedDropout(), []

    @tf.function(autograph=False)
    def drop(x):
        calls.append(1)
        return layer(x, training=True)

    for rate in (0, 0.75):
        layer.rate.assign(rate)
        assert abs((drop(tf.ones((40, 3, 25))).numpy() == 0).mean() - rate) < 0.05
    assert len(calls) == 1


def test_single_vectors_lose_single_components():
    layer = FedDropout()
    layer.rate.assign(0.5)
    dropped = ops.convert_to_numpy(layer(ops.ones((100, 10)), training=True))
    assert set(np.unique(dropped)) == {0, 2}
    assert len(np.unique(dropped, axis=0)) > 90
