"""The shapes that are known without a network are those of the network."""

import pytest

from skembed.networks import (
    ConvolutionSpec,
    NetworkSpec,
    RecurrentSpec,
    weight_shapes,
)

RECURRENT = dict(units=3, dropout=0.0, recurrent_dropout=0.0)
NETWORK = dict(
    n_dims=5,
    trainable_embedding=True,
    spatial_dropout=0.1,
    dense_dropout=0.0,
    dense_activation="relu",
    n_outputs=2,
    precision="float32",
)


@pytest.mark.parametrize("n_rows", [None, 7])
@pytest.mark.parametrize(
    ("dense_units", "batch_norm"), [((), False), ((4, 6), True), ((4,), False)]
)
@pytest.mark.parametrize(
    "encoder",
    [
        RecurrentSpec(bidirectional=False, pooling="last", **RECURRENT),
        RecurrentSpec(bidirectional=True, pooling="max", **RECURRENT),
        ConvolutionSpec(filters=3, kernel_sizes=(1, 4), stacked=False, pool_size=0),
        ConvolutionSpec(filters=3, kernel_sizes=(2, 3, 2), stacked=True, pool_size=2),
    ],
    ids=["lstm", "both directions", "side by side", "stacked"],
)
def test_names_and_shapes_are_those_of_keras(encoder, n_rows, dense_units, batch_norm):
    import keras

    from skembed.networks._build import build_network

    spec = NetworkSpec(
        n_rows=n_rows, encoder=encoder, dense_units=dense_units, batch_norm=batch_norm, **NETWORK
    )
    network = build_network(spec)
    variables = [v for v in network.variables if "seed_generator" not in v.path]
    assert weight_shapes(spec) == {v.path: tuple(v.shape) for v in variables}
    del network
    keras.backend.clear_session(free_memory=False)
