"""Names of weights and of the optimizer's variables: skembed's, which files hold, and Keras's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from skembed._compat import told_apart
from skembed.networks._types import Arrays, Shapes

if TYPE_CHECKING:
    import keras

EMBEDDING = "embedding"
"""Name of the weight that has a vector for each id."""

GENERATOR = "/seed_generator_state"
"""End of the path of a variable that draws for dropouts."""

_CELLS = {"lstm": "lstm_cell", "lstm_backward": "lstm_cell"}
"""Layers whose weights had the name of a cell in theirs, in files of formats 1 and 2."""


def weight_name(path: str) -> str:
    """Return skembed's name of a weight: that of its layer and its own, without that of a cell.

    Examples
    --------
    >>> [weight_name(path) for path in ("conv_1/kernel", "gru/gru_cell/bias")]
    ['conv_1/kernel', 'gru/bias']
    >>> weight_name("embedding/embeddings")
    'embedding'
    """
    if path == "embedding/embeddings":
        return EMBEDDING
    first, *inner = path.split("/")
    return "/".join([first, *(name for name in inner if not name.endswith("_cell"))])


def slot_name(path: str, weights: Iterable[str]) -> str:
    """Return our name of an optimizer's variable, given the paths of all weights.

    Examples
    --------
    >>> slot_name("optimizer/gru_gru_cell_bias_momentum", ["gru/gru_cell/bias"])
    'optimizer/gru/bias/momentum'
    >>> slot_name("optimizer/iteration", ["gru/gru_cell/bias"])
    'optimizer/iteration'
    """
    scope, _, name = path.partition("/")
    fitting = [each for each in weights if name.startswith(each.replace("/", "_") + "_")]
    if not fitting:
        return path
    weight = max(fitting, key=len)
    return f"{scope}/{weight_name(weight)}/{name[len(weight) + 1 :]}"


def named_weights(network: keras.Model) -> dict[str, Any]:
    """Return a network's variables by our names, in their order, without those of dropouts."""
    of_dropout = ("/rate", GENERATOR)
    return {weight_name(v.path): v for v in network.variables if not v.path.endswith(of_dropout)}


def named_shapes(network: keras.Model) -> Shapes:
    """Return the shapes of a network's weights by our names, in their order."""
    return {name: tuple(map(int, v.shape)) for name, v in named_weights(network).items()}


def named_slots(optimizer: keras.optimizers.Optimizer, network: keras.Model) -> dict[str, Any]:
    """Return the optimizer's variables except the learning rate.

    Keras leaves some without a name.
    """
    weights = [v.path for v in network.trainable_variables]
    paths = told_apart([v.path for v in optimizer.variables], weights)
    named = {}
    for i, (path, variable) in enumerate(zip(paths, optimizer.variables, strict=True)):
        name = path if "/" in path else f"optimizer/variable_{i}"
        if not name.endswith("/learning_rate"):
            named[slot_name(name, weights)] = variable
    return named


def renamed(weights: Arrays, optimizer: Arrays) -> tuple[Arrays, Arrays]:
    """Rename the arrays of an earlier format from Keras's names to skembed's.

    Arrays that already have skembed's names keep them.
    """
    slots = {slot_name(name, weights): array for name, array in optimizer.items()}
    return {weight_name(name): array for name, array in weights.items()}, slots


def earlier_name(name: str) -> str:
    """Return the name of a weight or of an optimizer's variable in files of formats 1 and 2.

    Fingerprints of checkpoints always use them.

    Examples
    --------
    >>> earlier_name("lstm/kernel"), earlier_name("optimizer/embedding/momentum")
    ('lstm/lstm_cell/kernel', 'optimizer/embedding_embeddings_momentum')
    """
    if name == EMBEDDING:
        return "embedding/embeddings"
    first, *inner = name.split("/")
    if first == "optimizer" and len(inner) > 1:
        *weight, slot = inner
        return f"{first}/{earlier_name('/'.join(weight)).replace('/', '_')}_{slot}"
    return "/".join([first, *([_CELLS[first]] if first in _CELLS else []), *inner])
