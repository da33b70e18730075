"""What weights a network has: their names and shapes, known without building it."""

from itertools import pairwise

from skembed.networks._spec import ConvolutionSpec, NetworkSpec, RecurrentSpec
from skembed.networks._state import EMBEDDING

Shapes = dict[str, tuple[int, ...]]


def weight_shapes(spec: NetworkSpec) -> Shapes:
    """Name the weights of a network in the order of its layers, with their shapes.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    shapes : dict of str to tuple of int
    """
    shapes: Shapes = {}
    if spec.n_rows is not None:
        shapes[EMBEDDING] = (spec.n_rows, spec.n_dims)
    if isinstance(spec.encoder, RecurrentSpec):
        width = _recurrent(shapes, spec.encoder, spec.n_dims)
    else:
        width = _convolution(shapes, spec.encoder, spec.n_dims)
    sizes = [width, *spec.dense_units]
    for i, (size, units) in enumerate(pairwise(sizes), 1):
        _add(shapes, f"dense_{i}", (size, units))
        if spec.batch_norm:
            for name in ("gamma", "beta", "moving_mean", "moving_variance"):
                shapes[f"batch_norm_{i}/{name}"] = (units,)
    _add(shapes, "logits", (sizes[-1], spec.n_outputs))
    return shapes


def _recurrent(shapes: Shapes, spec: RecurrentSpec, n_dims: int) -> int:
    names = ["lstm", "lstm_backward"] if spec.bidirectional else ["lstm"]
    for name in names:
        shapes[f"{name}/lstm_cell/kernel"] = (n_dims, 4 * spec.units)
        shapes[f"{name}/lstm_cell/recurrent_kernel"] = (spec.units, 4 * spec.units)
        shapes[f"{name}/lstm_cell/bias"] = (4 * spec.units,)
    return len(names) * spec.units


def _convolution(shapes: Shapes, spec: ConvolutionSpec, n_dims: int) -> int:
    for i, size in enumerate(spec.kernel_sizes, 1):
        n_inputs = spec.filters if spec.stacked and i > 1 else n_dims
        _add(shapes, f"conv_{i}", (size, n_inputs, spec.filters))
    return spec.filters if spec.stacked else spec.filters * len(spec.kernel_sizes)


def _add(shapes: Shapes, name: str, kernel: tuple[int, ...]) -> None:
    shapes[f"{name}/kernel"], shapes[f"{name}/bias"] = kernel, kernel[-1:]
