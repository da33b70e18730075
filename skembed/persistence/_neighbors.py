"""Trees of neighbors as their points, from which the same trees are built again."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import DistanceMetric
from sklearn.neighbors import BallTree, KDTree

TREES = {"BallTree": BallTree, "KDTree": KDTree}

_BY_PARAMETER = {"minkowski": "p", "seuclidean": "V", "mahalanobis": "VI"}


def parts_of_neighbors(tree: BallTree | KDTree) -> dict[str, Any]:
    """Return the points, the metric and the other settings of a tree."""
    state = tree.__getstate__()
    points, leaf_size, metric, weights = state[0], state[4], state[11], state[12]
    p, vector, matrix = metric.__getstate__()
    parameters = {"p": float(p), "V": np.asarray(vector), "VI": np.asarray(matrix)}
    name = _name_of(metric, parameters)
    needed = _BY_PARAMETER.get(name)
    return {
        "points": np.asarray(points),
        "leaf_size": int(leaf_size),
        "metric": name,
        "parameter": None if needed is None else parameters[needed],
        "weights": None if weights is None else np.asarray(weights),
    }


def _name_of(metric: object, parameters: dict[str, Any]) -> str:
    for name in sorted({*KDTree.valid_metrics, *BallTree.valid_metrics} - {"p", "pyfunc"}):
        needed = _BY_PARAMETER.get(name)
        given = {} if needed is None else {needed: parameters[needed]}
        if type(DistanceMetric.get_metric(name, **given)) is type(metric):
            return name
    raise ValueError(f"{type(metric).__name__} has no name")


def neighbors_of_parts(kind: str, parts: dict[str, Any]) -> Any:
    """Build a tree, if there is such a metric, and it fits the points."""
    points, metric = parts["points"], parts["metric"]
    if not isinstance(points, np.ndarray) or points.ndim != 2 or points.dtype.kind != "f":
        raise ValueError("a tree of neighbors has no points")
    if metric not in TREES[kind].valid_metrics or metric == "pyfunc":
        raise ValueError(f"there is no metric {metric!r:.40}")
    needed = _BY_PARAMETER.get(metric)
    given = {} if needed is None else {needed: _checked(needed, parts["parameter"], points)}
    weights = parts["weights"]
    if weights is not None and np.shape(weights) != points.shape[:1]:
        raise ValueError("weights of other points")
    more = {"leaf_size": parts["leaf_size"], "sample_weight": weights}
    return TREES[kind](points, metric=metric, **more, **given)


def _checked(name: str, value: ArrayLike, points: NDArray[Any]) -> Any:
    """Return a parameter of a metric, which compiled code reads without looking at its shape."""
    n_dims = points.shape[1]
    shape = {"p": (), "V": (n_dims,), "VI": (n_dims, n_dims)}[name]
    if np.shape(value) != shape or np.asarray(value).dtype.kind != "f":
        raise ValueError(f"{name} of a metric does not fit the points")
    return value
