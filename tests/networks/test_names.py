"""Names of weights: ours, Keras's, and those in files of earlier formats."""

import numpy as np
import pytest

from skembed.networks import renamed, weight_shapes
from skembed.networks._names import earlier_name

EARLIER = {
    "embedding": "embedding/embeddings",
    "lstm/kernel": "lstm/lstm_cell/kernel",
    "lstm_backward/bias": "lstm_backward/lstm_cell/bias",
    "conv_1/kernel": "conv_1/kernel",
    "batch_norm_1/moving_mean": "batch_norm_1/moving_mean",
    "optimizer/embedding/velocity": "optimizer/embedding_embeddings_velocity",
    "optimizer/lstm_backward/kernel/momentum": "optimizer/lstm_backward_lstm_cell_kernel_momentum",
    "optimizer/iteration": "optimizer/iteration",
    "scaled/dynamic_scale": "scaled/dynamic_scale",
}


@pytest.mark.parametrize("name", EARLIER)
def test_names_in_files_of_formats_1_and_2(name):
    assert earlier_name(name) == EARLIER[name]


@pytest.mark.parametrize("kind", ["lstm", "cnn"])
def test_weights_of_earlier_formats_get_our_names(make, kind):
    encoder = make.lstm(bidirectional=True) if kind == "lstm" else make.cnn()
    weights = {name: np.zeros(1) for name in weight_shapes(make.spec(encoder, dense_units=(3,)))}
    slots = {f"optimizer/{name}/momentum": np.zeros(1) for name in weights}
    slots["optimizer/iteration"] = np.zeros(())
    before = [{earlier_name(name): a for name, a in each.items()} for each in (weights, slots)]
    assert before[0].keys() != weights.keys()
    for found in (renamed(*before), renamed(weights, slots)):  # those of today stay as they are
        assert [list(each) for each in found] == [list(weights), list(slots)]
