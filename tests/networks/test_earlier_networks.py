"""Files of Keras that earlier versions have written: their layers had other names."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skembed import CNNTextClassifier
from skembed.networks import load_network
from skembed.networks._kernels import kernels
from tests.versions import needs_quantization

FILES = Path(__file__).parent / "files"
IDS = np.array([[2, 3, 4, 0, 0], [4, 5, 0, 0, 0], [3, 2, 5, 6, 4], [5, 0, 0, 0, 0]])
ANSWERS = [2.0843601e-06, 2.4780247e-05, 0.99999727, 0.99976141]


def answers(network):
    return kernels().to_numpy(network(IDS))[:, 1]


@needs_quantization
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own
def test_a_network_opens():
    network = load_network(FILES / "stacked_cnn.keras")
    assert {"silence", "lengthen", "lengthen_pooled"} <= {layer.name for layer in network.layers}
    assert_allclose(answers(network), ANSWERS, rtol=1e-3)


def test_weights_are_taken_over(tmp_path):
    path = tmp_path / "stacked_cnn.weights.h5"
    path.write_bytes(gzip.decompress((FILES / "stacked_cnn.weights.h5.gz").read_bytes()))
    sizes = dict(filters=4, embedding_dim=4, stacked=True, kernel_sizes=(3, 2), pool_size=2)
    classifier = CNNTextClassifier(epochs=1, random_state=1, wide=False, **sizes)
    classifier.fit(IDS, [0, 0, 1, 1])
    network = classifier.network_
    assert abs(answers(network) - ANSWERS).max() > 0.1
    network.load_weights(path)
    assert_allclose(answers(network), ANSWERS, rtol=1e-3)
