"""Distributions of the parameters that matter most, for searches."""

from typing import Any

from scipy.stats import loguniform, uniform

# Rates and step sizes are fed to the network, and the linear model is outside of it, so all
# candidates of the small space share one graph.
_SMALL: dict[str, Any] = {
    "learning_rate": loguniform(1e-3, 1e-2),
    "dense_dropout": uniform(0, 0.7),
    "spatial_dropout": uniform(0, 0.5),
    "wide": [False, True],
}

_LARGE: dict[str, Any] = {
    "batch_size": [16, 32, 64],
    "trainable_embeddings": [True, 1, 2],
}

_OF_NETWORK: dict[str, dict[str, Any]] = {
    "cnn": {
        "filters": [64, 128, 256],
        "kernel_sizes": [(1, 2, 3), (2, 3, 4), (3, 4, 5)],
    },
    "lstm": {
        "units": [50, 100, 150],
        "bidirectional": [False, True],
        "pooling": ["last", "max", "mean"],
        "dropout": uniform(0, 0.5),
    },
}


def search_space(network: str, *, size: str = "small", prefix: str = "") -> dict[str, Any]:
    """Return distributions to search for a classifier's parameters in.

    Parameters
    ----------
    network : {"cnn", "lstm"}
        For `CNNTextClassifier` or `LSTMTextClassifier`.
    size : {"small", "large"}, default="small"
        "small" holds the learning rate, two dropout rates and the linear model. Ten candidates are
        enough, and all of them share one compiled graph. "large" adds the batch size, the epoch in
        which the word vectors are released, and the network's widths and shape. It needs fifty
        candidates or more.
    prefix : str, default=""
        Put before each name, such as ``"cnntextclassifier__"`` for a classifier in
        a pipeline.

    Returns
    -------
    space : dict of str to (scipy.stats distribution or list)
        For the parameter `param_distributions` of `RandomizedSearchCV` and `HalvingRandomSearchCV`.
        Each call returns a new dict, which you may change. It does not hold the number of epochs,
        which can be the resource of a halving search.

    Raises
    ------
    ValueError
        If there is no such network or size.

    Examples
    --------
    >>> from sklearn.model_selection import RandomizedSearchCV
    >>> from skembed import CNNTextClassifier, search_space
    >>> space = search_space("cnn")
    >>> sorted(space)
    ['dense_dropout', 'learning_rate', 'spatial_dropout', 'wide']
    >>> search = RandomizedSearchCV(CNNTextClassifier(), space, n_iter=10, random_state=0)
    """
    if network not in _OF_NETWORK:
        raise ValueError(f"network must be 'cnn' or 'lstm', got {network!r}.")
    if size not in ("small", "large"):
        raise ValueError(f"size must be 'small' or 'large', got {size!r}.")
    space = _SMALL if size == "small" else _SMALL | _LARGE | _OF_NETWORK[network]
    return {prefix + name: values for name, values in space.items()}
