"""Networks handed out to the user."""

import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skembed.networks import LinearLayer, SigmoidOutput, get_network, predict_logits


def test_the_network_handed_out_is_exact_and_nobody_elses(make, numbers):
    n_rows = 33  # of an engine's 40
    spec = make.spec(make.lstm(), n_rows=n_rows, n_outputs=3)
    state = make.with_random_weights(spec)
    data = make.ids([3, 1, 5], n_rows=n_rows)
    logits = predict_logits(state, data)
    network = get_network(state)
    assert network.count_params() == sum(value.size for value in state.weights.values())
    assert_array_equal(network.get_layer("embedding").get_weights()[0].shape, (33, 4))
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    ids = data.batch(np.arange(3))
    assert_allclose(numbers(network(ids)), expected, atol=1e-6)
    network.set_weights([np.zeros_like(value) for value in network.get_weights()])
    assert_array_equal(predict_logits(state, data), logits)
    assert get_network(state) is not network


def test_multilabel_networks_end_in_a_sigmoid(make, numbers):
    state = make.with_random_weights(make.spec(make.cnn()), output=SigmoidOutput())
    data = make.ids([3, 1, 5])
    expected = 1 / (1 + np.exp(-predict_logits(state, data)))
    assert_allclose(numbers(get_network(state)(data.batch(np.arange(3)))), expected, atol=1e-6)


@pytest.mark.parametrize("vectors", [False, True])
def test_padding_at_either_end_makes_no_difference(make, numbers, vectors):
    spec = make.spec(make.lstm(bidirectional=True), n_rows=None if vectors else 33)
    state = make.with_random_weights(spec)
    data = make.vectors([3, 1, 5]) if vectors else make.ids([3, 1, 5], n_rows=33)
    behind = data.batch(np.arange(3))
    in_front = np.zeros_like(behind)
    for row, length in enumerate([3, 1, 5]):
        in_front[row, -length:] = behind[row, :length]
    network = get_network(state)
    assert_allclose(numbers(network(in_front)), numbers(network(behind)), atol=1e-6)


@pytest.mark.process
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own
def test_a_saved_network_is_loaded_in_a_fresh_process(make, numbers, tmp_path):
    encoder = make.cnn(kernel_sizes=(2, 3), stacked=True, pool_size=2)
    rng = np.random.default_rng(0)
    linear = LinearLayer(rng.random((7, 2)), rng.random(2), share=0.4)
    for spec, half in (
        (make.spec(encoder), linear),
        (make.spec(make.lstm(bidirectional=True)), None),
    ):
        network = get_network(make.with_random_weights(spec), half)
        batch = [make.ids([3, 1, 5]).batch(np.arange(3))]
        if half is not None:
            batch.append(rng.random((3, 7)).astype(np.float32))
        network.save(tmp_path / "network.keras")
        np.savez(tmp_path / "batch.npz", *batch)
        code = (
            "import sys, numpy as np\n"
            "from skembed.networks import load_network\n"
            "batch = list(np.load(sys.argv[2]).values())\n"
            "output = load_network(sys.argv[1])(batch[0] if len(batch) == 1 else batch)\n"
            "import keras\n"
            "np.save(sys.argv[3], keras.ops.convert_to_numpy(output))"
        )
        files = [str(tmp_path / name) for name in ("network.keras", "batch.npz", "output.npy")]
        subprocess.run([sys.executable, "-c", code, *files], check=True)
        expected = numbers(network(batch[0] if half is None else batch))
        assert_array_equal(np.load(tmp_path / "output.npy"), expected)
