"""Estimators of scikit-learn whose compiled code trusts the shapes of fitted attributes."""

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.svm import SVC, SVR, NuSVC, NuSVR, OneClassSVM

from skembed._messages import error_context, require
from skembed.persistence._trees import check_trees

Machine: TypeAlias = SVC | SVR | NuSVC | NuSVR | OneClassSVM


def check_compiled(made: object) -> None:
    """Check that the arrays of all estimators that an object holds fit together."""
    waiting, seen = [made], set()
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, BaseEstimator):
            check_trees(value)
            if type(value) in _CHECKS:
                with error_context("an estimator whose parts do not fit together"):
                    _CHECKS[type(value)](value)
            waiting += vars(value).values()
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
        elif isinstance(value, np.ndarray) and value.dtype.kind == "O":
            waiting += value.ravel().tolist()


def _check_centers(estimator: KMeans) -> None:
    if "cluster_centers_" not in vars(estimator):
        return
    centers = estimator.cluster_centers_
    require(centers.ndim == 2 and centers.shape[1] == estimator.n_features_in_, "centers")
    require(centers.dtype.kind == "f" and len(centers) > 0, "centers")


def _check_machine(machine: Machine) -> None:
    state = vars(machine)
    if "support_" not in state:
        return
    is_classifier = isinstance(machine, SVC | NuSVC)
    n_classes = len(machine.classes_) if is_classifier else 2
    n_pairs, n_vectors = n_classes * (n_classes - 1) // 2, len(machine.support_)
    _check_vectors(machine, n_vectors)
    supports = machine._n_support
    require(supports.shape == (n_classes,) and supports.min() >= 0, "support vectors")
    require(supports[: n_classes if is_classifier else 1].sum() == n_vectors, "support vectors")
    for name in ("_dual_coef_", "dual_coef_"):
        found = state[name]
        require(found.shape == (n_classes - 1, n_vectors), "coefficients")
        require(not sparse.issparse(found) or found.nnz == math.prod(found.shape), "coefficients")
    for name in ("_intercept_", "intercept_"):
        require(state[name].shape == (n_pairs,), "intercepts")
    for probabilities in (machine._probA, machine._probB):
        require(probabilities.shape in ((0,), (n_pairs,)), "probabilities")


def _check_vectors(machine: Machine, n_vectors: int) -> None:
    """Check support vectors; a kernel that is not libsvm's own does not use their rows."""
    places, (n_fitted, *_) = machine.support_, machine.shape_fit_
    require(bool(np.all((places >= 0) & (places < n_fitted))), "support vectors")
    if callable(machine.kernel):
        require(vars(machine)["_BaseLibSVM__Xfit"].shape[0] == n_fitted, "kernel")
    leaves_rows = callable(machine.kernel) or machine.kernel == "precomputed"
    shape = (0, 0) if leaves_rows else (n_vectors, machine.n_features_in_)
    require(machine.support_vectors_.shape == shape, "support vectors")


_CHECKS: dict[type, Callable[[Any], None]] = {
    **dict.fromkeys([KMeans, MiniBatchKMeans], _check_centers),
    **dict.fromkeys([NuSVC, NuSVR, OneClassSVM, SVC, SVR], _check_machine),
}
