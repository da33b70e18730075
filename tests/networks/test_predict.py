"""Prediction in batches of bounded size."""

import numpy as np
from numpy.testing import assert_allclose

from skembed.networks import NetworkData, _data, predict_logits


def test_logits_come_in_the_order_of_the_documents(make, monkeypatch):
    state = make.with_random_weights(make.spec(make.cnn()))
    data = make.ids(np.random.default_rng(0).integers(1, 40, 100))
    at_once = predict_logits(state, data)
    monkeypatch.setattr(_data, "MAX_STEPS", 64)
    assert_allclose(predict_logits(state, data), at_once, atol=1e-5)


def test_no_documents_give_no_logits(make):
    state = make.with_random_weights(make.spec(make.cnn()))
    nothing = NetworkData(np.empty(0, np.int32), np.zeros(1, np.int64))
    logits = predict_logits(state, nothing)
    assert logits.shape == (0, 2)
    assert logits.dtype == np.float32
