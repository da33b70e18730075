"""Networks that belong to the user: built from a state, saved and loaded with Keras."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skembed.networks._names import named_weights
from skembed.networks._startup import load_engine
from skembed.networks._state import NetworkState
from skembed.networks._types import Floats


@dataclass(frozen=True, eq=False)
class LinearLayer:
    """A linear layer, which reads bags of words, for a network."""

    kernel: Floats  # (n_features, n_outputs)
    bias: Floats  # (n_outputs,)
    share: float  # what the network's logits are multiplied by before they are added


def get_network(state: NetworkState, linear: LinearLayer | None = None) -> Any:
    """Build a new Keras network with a state's weights, for the user.

    Its output is probabilities, and documents may be padded at either end. With a linear model,
    dense bags of words are a second input. Changing the network changes nothing else.
    """
    load_engine()
    from skembed.networks._build import LINEAR, build_network, with_activation, with_linear_model
    from skembed.networks._engine import python_random_kept
    from skembed.networks._optimizers import make_optimizer

    with python_random_kept():
        logits = build_network(state.spec, padding_anywhere=True)
        weights = dict(state.weights)
        if linear is not None:
            logits = with_linear_model(logits, len(linear.kernel), linear.share)
            weights |= {f"{LINEAR}/kernel": linear.kernel, f"{LINEAR}/bias": linear.bias}
        network = with_activation(logits, state.objective.output.activation)
    network.compile(optimizer=make_optimizer(state.objective, state.spec.precision))
    network.optimizer.build(network.trainable_variables)  # as files of weights hold its own too
    for name, variable in named_weights(network).items():
        if name in weights:
            variable.assign(weights[name])
    return network


def load_network(path: str | Path) -> Any:
    """Load a network that was saved with its own ``save``.

    This function registers skembed's layers. After that, Keras can also load the file.

    Parameters
    ----------
    path : str or path-like
        A file ending in ``.keras``.

    Returns
    -------
    network : keras.Model
        The network as it was saved.
    """
    load_engine()
    import keras

    from skembed.networks import (  # noqa: F401 (they get known to Keras)
        _convolutions,
        _function_layers,
        _layers,
    )

    return keras.models.load_model(path)
