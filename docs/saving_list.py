"""Save and load every estimator of scikit-learn, and write the outcome into docs/saving.md.

Each is fitted on a few numbers, texts or labels, saved, loaded, and used again: it counts as saved
if all its answers are equal.
"""

import inspect
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.utils import all_estimators

import skembed

PAGE = Path(__file__).with_name("saving.md")
START, STOP = "<!-- measured by docs/saving_list.py -->\n", "<!-- end -->\n"

RNG = np.random.default_rng(0)
NUMBERS = np.abs(RNG.normal(size=(60, 4))) + 0.1
CLASSES = np.array([0, 1, 2] * 20)
NUMBERS[:, 0] += CLASSES
REALS = NUMBERS @ [1.0, -1.0, 0.5, 0.25] + 3
TEXTS = np.array(["sun and sea", "rain and wind", "sun, sand", "hail"] * 15)
DATA: tuple[tuple[Any, Any], ...] = (
    (NUMBERS, CLASSES),
    (NUMBERS, CLASSES == 1),
    (NUMBERS, REALS),
    (NUMBERS, np.column_stack([REALS, REALS**2])),
    (NUMBERS, np.column_stack([CLASSES, CLASSES]) % 2),
    (TEXTS, CLASSES),
    (TEXTS, None),
    (CLASSES, None),
    ([[0, 1], [2], [0]], None),
    ([{"a": 1, "b": 2}, {"b": 3}], None),
    ([["a", "b"], ["c"]], None),
    (NUMBERS[:, 0], REALS),
    (NUMBERS @ NUMBERS.T, None),
    (np.ones((2, 20, 20)), None),
)

GIVEN: dict[str, dict[str, Any]] = {
    "ColumnTransformer": {"transformers": [("numbers", StandardScaler(), [0, 1, 2, 3])]},
    "FeatureHasher": {"input_type": "string"},
    "FrozenEstimator": {"estimator": LogisticRegression().fit(NUMBERS, CLASSES)},
    "GaussianRandomProjection": {"n_components": 2},
    "SelfTrainingClassifier": {"estimator": LogisticRegression()},
    "SparseRandomProjection": {"n_components": 2},
    "FeatureUnion": {"transformer_list": [("numbers", StandardScaler())]},
    "Pipeline": {"steps": [("numbers", StandardScaler()), ("classes", LogisticRegression())]},
    "SparseCoder": {"dictionary": np.eye(4)},
}
METHODS = (
    *("predict_proba", "decision_function", "predict", "transform", "kneighbors"),
    *("score_samples", "mahalanobis", "apply", "sample"),
)


def make(name: str, kind: type) -> Any:
    """Return an estimator, with others inside where it needs them."""
    if name in GIVEN:
        return kind(**GIVEN[name])
    inner = Ridge() if "Regress" in name else LogisticRegression()
    needed = {
        "estimator": inner,
        "base_estimator": inner,
        "estimators": [("first", inner), ("second", inner)],
        "param_grid": {"C": [0.5, 1.0]},
        "param_distributions": {"C": [0.5, 1.0]},
    }
    signature = inspect.signature(kind).parameters.values()
    names = [p.name for p in signature if p.default is p.empty and p.name in needed]
    more = {"n_iter": 2} if "RandomizedSearch" in name else {}
    return kind(**{name: needed[name] for name in names}, **more)


def fitted(name: str, kind: type) -> tuple[Any, Any]:
    """Return a fitted estimator and the X that it was fitted on."""
    errors = []
    for X, y in DATA:
        try:
            estimator = make(name, kind)
            estimator.fit(X) if y is None else estimator.fit(X, y)
        except Exception as error:  # the next data may suit it
            errors.append(str(error))
            continue
        if [*answers(estimator, X)]:
            return estimator, X
    raise RuntimeError(f"{name} can be fitted on none of the data: {errors[:1]}")


def answers(estimator: Any, X: Any) -> Iterator[tuple[str, Any]]:
    """Yield what an estimator says, or else what it has learned."""
    n_answers = 0
    for method in METHODS:
        try:
            np.random.seed(0)  # noqa: NPY002
            answer = getattr(estimator, method)(X) if method != "sample" else estimator.sample()
        except Exception:  # not every method suits every X
            continue
        n_answers += 1
        yield method, answer
    if n_answers == 0:
        yield from ((k, v) for k, v in sorted(vars(estimator).items()) if k.endswith("_"))


def equal(one: Any, other: Any) -> bool:
    """Return whether two answers are the same to twelve digits."""
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[k], other[k]) for k in one)
    if isinstance(one, BaseEstimator):
        return type(one) is type(other)
    if sparse.issparse(one):
        return equal(one.toarray(), other.toarray())
    if np.asarray(one).dtype.kind == "f":
        return bool(np.allclose(one, other, rtol=1e-12, atol=1e-12, equal_nan=True))
    return bool(np.array_equal(np.asarray(one), np.asarray(other)))


def outcome(name: str, kind: type, path: Path) -> str:
    """Return why an estimator cannot be saved; empty if it can."""
    estimator, X = fitted(name, kind)
    before = [*answers(estimator, X)]
    try:
        skembed.save(estimator, path)
    except (TypeError, ValueError) as error:
        what, reason = str(error).split(". ")[:2]
        return what if reason.startswith("It cannot be saved") else f"{what}: {reason}"
    after = [*answers(skembed.load(path), X)]
    if not before or not equal(before, after):
        raise RuntimeError(f"{name} answers otherwise when it is loaded")
    return ""


def measured() -> dict[str, str]:
    """Return the outcome for each estimator by its name."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder, "model.skembed")
        return {name: outcome(name, kind, path) for name, kind in all_estimators()}


def report(found: dict[str, str]) -> str:
    """Return the outcomes as Markdown."""
    refused = {name: reason for name, reason in found.items() if reason}
    lines = [
        f"{len(found) - len(refused)} of the {len(found)} estimators of scikit-learn "
        f"{sklearn.__version__} can be saved",
        f"and give equal answers when they are loaded. {len(refused)} are refused:",
        "",
        "| refused | what cannot be saved |",
        "|---|---|",
    ]
    for name, reason in refused.items():
        lines.append(f"| `{name}` | {reason} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Replace the recorded outcome."""
    text = PAGE.read_text()
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(STOP)
    PAGE.write_text(before + START + report(measured()) + STOP + after)


if __name__ == "__main__":
    main()
