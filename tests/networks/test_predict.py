"""Prediction in batches of bounded size."""

import numpy as np
from numpy.testing import assert_allclose

from skembed.networks import NetworkData, predict_logits


def test_logits_come_in_the_order_of_the_documents(make):
    state = make.with_random_weights(make.spec(make.cnn()))
    data = make.ids(np.random.default_rng(0).integers(1, 40, 1000))
    assert len(data.batches()) > 2
    few = []
    for start in range(0, 1000, 100):
        offsets = data.offsets[start : start + 101]
        few.append(NetworkData(data.steps[offsets[0] : offsets[-1]], offsets - offsets[0]))
    assert {len(each.batches()) for each in few} == {1}
    expected = np.concatenate([predict_logits(state, each) for each in few])
    assert_allclose(predict_logits(state, data), expected, atol=1e-5)


def test_no_documents_give_no_logits(make):
    state = make.with_random_weights(make.spec(make.cnn()))
    nothing = NetworkData(np.empty(0, np.int32), np.zeros(1, np.int64))
    logits = predict_logits(state, nothing)
    assert logits.shape == (0, 2)
    assert logits.dtype == np.float32
