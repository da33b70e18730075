"""Networks that belong to the user: built from a state, saved and loaded with Keras."""

from pathlib import Path
from typing import Any

from skembed.networks._startup import load_engine
from skembed.networks._state import NetworkState


def get_network(state: NetworkState) -> Any:
    """Build a Keras network of the user's own with a state's weights.

    Parameters
    ----------
    state : NetworkState
        A trained network.

    Returns
    -------
    network : keras.Model
        With probabilities as output; documents may be padded at either end.
        Changing it changes nothing else.
    """
    load_engine()
    from skembed.networks._build import build_network, with_probabilities
    from skembed.networks._engine import python_random_kept
    from skembed.networks._optimizers import make_optimizer

    with python_random_kept():
        logits = build_network(state.spec, padding_anywhere=True)
        network = with_probabilities(logits, state.objective.multilabel)
    network.compile(optimizer=make_optimizer(state.objective, state.spec.precision))
    for variable in network.variables:
        if variable.path in state.weights:
            variable.assign(state.weights[variable.path])
    return network


def load_network(path: str | Path) -> Any:
    """Load a network that was saved with its own ``save``.

    Keras alone can do so too, once it knows skembed's layers, which this
    function tells it.

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

    from skembed.networks import _convolutions, _fused_lstm, _layers  # noqa: F401 (their layers get known)

    return keras.models.load_model(path)
