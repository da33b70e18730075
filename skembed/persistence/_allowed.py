"""Names of scikit-learn, NumPy and SciPy that a file may use: types, functions, distributions.

A file never says where something is imported from. It gives a name, which is looked up here, in
tables of objects that only compute on arrays.
"""

import importlib
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any

import numpy as np
import scipy.special
import sklearn.feature_selection
import sklearn.metrics
import sklearn.metrics.pairwise
from scipy import stats
from sklearn import model_selection
from sklearn.gaussian_process import kernels
from sklearn.utils import all_estimators

_PARTS = {
    "_CalibratedClassifier": "sklearn.calibration",
    "_ConstantPredictor": "sklearn.multiclass",
    "_CVIterableWrapper": "sklearn.model_selection._split",
    "_CurveScorer": "sklearn.metrics._scorer",
    "_BinaryGaussianProcessClassifierLaplace": "sklearn.gaussian_process._gpc",
    "_ImputerTriplet": "sklearn.impute._iterative",
    "_MultimetricScorer": "sklearn.metrics._scorer",
    "_PassthroughScorer": "sklearn.metrics._scorer",
    "_Scorer": "sklearn.metrics._scorer",
    "_SigmoidCalibration": "sklearn.calibration",
    "_TemperatureScaling": "sklearn.calibration",
    "AdamOptimizer": "sklearn.neural_network._stochastic_optimizers",
    "HalfTweedieLoss": "sklearn._loss.loss",
    "HalfTweedieLossIdentity": "sklearn._loss.loss",
    "HalvingGridSearchCV": "sklearn.model_selection._search_successive_halving",
    "HalvingRandomSearchCV": "sklearn.model_selection._search_successive_halving",
    "IterativeImputer": "sklearn.impute._iterative",
    "SGDOptimizer": "sklearn.neural_network._stochastic_optimizers",
    "make_column_selector": "sklearn.compose",
}
"""Parts of fitted estimators, and estimators that scikit-learn calls experimental."""

_FORGED = "A forged file could make its compiled code use memory that is not its own"

REFUSED = dict.fromkeys(
    ["GradientBoostingClassifier", "GradientBoostingRegressor", "TreePredictor"], _FORGED
)
"""Objects that could do harm if a file were forged, and how."""

FROZEN = (type(stats.norm()), type(stats.randint(0, 1)))
"""Distributions with their parameters."""


@cache
def _types() -> dict[str, type]:
    """Return estimators, ways to split documents, and kernels, by their names."""
    found: list[type] = [kind for _, kind in all_estimators()]
    found += [kind for kind in vars(model_selection).values() if hasattr(kind, "get_n_splits")]
    found += [
        kind
        for kind in vars(kernels).values()
        if isinstance(kind, type) and issubclass(kind, kernels.Kernel)
    ]
    return {kind.__name__: kind for kind in found if kind.__module__.startswith("sklearn.")}


def type_of_scikit_learn(name: str) -> type | None:
    """Return an estimator or a part of estimators by its name; None if a file may not name it."""
    if name in _PARTS:
        found: type | None = getattr(importlib.import_module(_PARTS[name]), name, None)
        return found  # None: this version of scikit-learn has no such part
    return _types().get(name)


_OWN = ("sklearn.feature_selection.", "sklearn.metrics.")


@cache
def named_values() -> dict[str, Any]:
    """Return functions and types by the names that files give them."""
    types: list[type] = [bool, bytes, complex, float, int, object, str]
    types += [k for k in vars(np).values() if isinstance(k, type) and issubclass(k, np.generic)]
    named: dict[str, Any] = {f"{kind.__module__}.{kind.__name__}": kind for kind in types}
    for name in ("max", "mean", "median", "min", "prod", "std", "sum", "var"):
        named[f"numpy.{name}"] = getattr(np, name)
    for module in (np, scipy.special):
        for name in dir(module):
            if isinstance(found := getattr(module, name), np.ufunc):
                named[f"{module.__name__}.{name}"] = found
    for module in (sklearn.feature_selection, sklearn.metrics, sklearn.metrics.pairwise):
        for name in dir(module):
            found = getattr(module, name)
            is_own = isinstance(found, FunctionType) and found.__module__.startswith(_OWN)
            if is_own and not name.startswith("_"):
                named[f"{module.__name__}.{name}"] = found
    return named


@cache
def _names() -> dict[int, str]:
    return {id(value): name for name, value in reversed(named_values().items())}


def name_of_value(value: object) -> str | None:
    """Return the name of a function or type; None if a file may not name it."""
    return _names().get(id(value))


def distribution(name: str) -> Callable[..., Any] | None:
    """Return a distribution of scipy.stats by its name; None if there is none."""
    found = getattr(stats, name, None)
    kinds = (stats.rv_continuous, stats.rv_discrete)
    return found if isinstance(found, kinds) else None
