"""The estimators of a comparison, their names and their data."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import is_regressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline

from skembed._labels import as_numbers, check_labels
from skembed._types import Classifier, Documents, Estimator, Labels
from skembed.comparison._beside_words import beside_words
from skembed.text import TextColumns, holds_columns, recognise, text_columns_of

TFIDF_NAME, TFIDF_OF_NUMBERS = "TF-IDF + logistic regression", "TF-IDF + ridge regression"

Entries = Mapping[str, Classifier] | Sequence[tuple[str, Classifier]] | Sequence[Classifier]


def are_regressors(entries: Mapping[str, Estimator]) -> bool:
    """Return whether all estimators predict numbers; refuse a mix with classifiers."""
    numeric = {name: is_regressor(estimator) for name, estimator in entries.items()}
    if len({*numeric.values()}) > 1:
        first = next(name for name in numeric if numeric[name])
        other = next(name for name in numeric if not numeric[name])
        raise TypeError(
            f"compare takes classifiers or regressors, but {first!r} is a regressor and {other!r} "
            "is not. Compare them in two calls."
        )
    return any(numeric.values())


def columns_read(entries: Mapping[str, Estimator]) -> list[str]:
    """Return the columns of a table whose texts the estimators read, if they say so."""
    steps = [text_columns_of(estimator) for estimator in entries.values()]
    return [*dict.fromkeys(name for step in steps if step is not None for name in step.columns)]


def features_read(entries: Mapping[str, Estimator]) -> Estimator | None:
    """Return the first estimator's `features`, which turn other columns of a table into numbers.

    Transformers of texts do not count: the baseline must not depend on another model.
    """
    for estimator in entries.values():
        last = estimator[-1] if isinstance(estimator, Pipeline) else estimator
        features: Estimator | None = getattr(last, "features", None)
        if features is not None and getattr(last, "text_columns", None) is not None:
            return features
    return None


def tfidf_baseline(
    entries: Mapping[str, Estimator], columns: Sequence[str], *, multilabel: bool, numeric: bool
) -> tuple[str, Pipeline]:
    """Make and name the baseline: TF-IDF of words, then logistic regression (ridge for numbers).

    Its settings do well on most texts without a search. Counts are damped. It shrinks less than
    scikit-learn's default, which shrinks too much for rows of length one. The solver is the
    fastest one for many classes. Columns of a table are joined first. Features of the estimators
    are added to the words.
    """
    features, name = features_read(entries), TFIDF_OF_NUMBERS if numeric else TFIDF_NAME
    steps: list[Any] = [TextColumns([*columns])] if columns else []
    steps.append(TfidfVectorizer(sublinear_tf=True))
    if features is not None:
        steps = [beside_words(make_pipeline(*steps), features)]
        name = name.replace(" +", ", features +", 1)
    if numeric:
        return name, make_pipeline(*steps, Ridge())
    classifier = LogisticRegression(C=10.0, solver="newton-cg", max_iter=1000)
    return name, make_pipeline(
        *steps, OneVsRestClassifier(classifier) if multilabel else classifier
    )


def name_estimators(estimators: Entries) -> dict[str, Classifier]:
    """Give each estimator a name: the user's, or one made from its steps' classes."""
    if isinstance(estimators, type):
        raise TypeError(
            f"estimators must hold instances, got the class {estimators.__name__}. Pass a list: "
            f"[{estimators.__name__}()]."
        )
    if isinstance(estimators, str):
        raise TypeError(
            f"estimators must hold estimators, got the str {estimators!r:.60}. Pass a list such as "
            "[CNNTextClassifier()]. The estimators come first: compare(estimators, X, y)."
        )
    if hasattr(estimators, "fit"):
        raise TypeError(
            "estimators must be a dict of names to estimators or a list, "
            f"got {type(estimators).__name__}. To compare a single estimator, put it into a list."
        )
    items: list[Any] = list(estimators.items() if isinstance(estimators, Mapping) else estimators)
    if not items:
        raise ValueError("estimators is empty; there is nothing to compare.")
    if all(isinstance(item, tuple) and len(item) == 2 for item in items):
        pairs: list[tuple[str, Classifier]] = items
    else:
        pairs = list(zip(_made_up_names(items), items, strict=True))
    for name, estimator in pairs:
        _check_entry(name, estimator)
    repeated = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
    if repeated:
        raise ValueError(f"Each estimator needs its own name, but {repeated} are repeated.")
    return dict(pairs)


def add_baseline(
    named: dict[str, Classifier],
    baseline: str | Classifier | None,
    tfidf: tuple[str, Classifier],
) -> tuple[dict[str, Classifier], str | None]:
    """Put the baseline first (`tfidf` if the user passed "tfidf") and return its name."""
    if baseline is None:
        return named, None
    if isinstance(baseline, str) and baseline == "tfidf":
        if baseline in named:
            raise ValueError(
                "baseline='tfidf' could mean the estimator of that name or the baseline that "
                "compare adds. Give the estimator another name."
            )
        name, estimator = tfidf
    elif isinstance(baseline, str) and baseline in named:
        return named, baseline
    elif isinstance(baseline, str):
        raise ValueError(
            f"baseline must be 'tfidf', None, an estimator, or one of the names {list(named)}; "
            f"got {baseline!r}."
        )
    else:
        (name,), estimator = _made_up_names([baseline]), baseline
        _check_entry(name, estimator)
    if name in named:
        raise ValueError(
            f"The baseline and one of the estimators are both called {name!r}. Give the estimator "
            "another name, or pass its name as baseline."
        )
    return {name: estimator, **named}, name


def check_samples(
    X: Documents, baseline: str | Classifier | None, columns: Sequence[str] = ()
) -> Any:
    """Turn documents into an array; leave ids and vectors as they are.

    When Dask runs joblib's tasks, it sends an array once, but a list with each task.
    """
    wants_texts = isinstance(baseline, str) and baseline == "tfidf" and not columns
    keeps_rows = any(hasattr(X, each) for each in ("flags", "columns", "tocsr"))  # no tensors
    shape: tuple[int, ...] = getattr(X, "shape", ())
    if keeps_rows and len(shape) > 1 and shape[1] > 1 and not wants_texts:
        return X
    if wants_texts and holds_columns(X):
        raise TypeError(
            "The TF-IDF baseline reads documents, but X is a table, and no estimator says which "
            "columns hold its texts. Give one text_columns=[...], or begin its pipeline with "
            "TextColumns([...]). Or pass another baseline, or None."
        )
    samples = recognise(X)
    if samples.kind == "documents":
        return np.array(samples.values, dtype=object)
    if wants_texts:
        is_array = isinstance(samples.values, np.ndarray)
        what = f"an array of shape {samples.values.shape}" if is_array else "TokenSequences"
        raise TypeError(
            f"The TF-IDF baseline reads documents, but X is {what}. Pass the documents and put the "
            "tokenizer into each estimator's pipeline, or pass another baseline, or None."
        )
    return samples.values


def check_targets(y: Labels, n_samples: int, *, numeric: bool = False) -> NDArray[Any]:
    """Check labels or numbers, (n_samples,), or an indicator matrix, (n_samples, n_labels)."""
    labels = as_numbers(y, "y") if numeric else check_labels(y, warn=True)
    if len(labels) != n_samples:
        raise ValueError(f"X has {n_samples} documents but y has {len(labels)} labels.")
    if not numeric and labels.ndim == 1 and len(np.unique(labels)) < 2:
        only = labels[:1].tolist()[0]
        raise ValueError(f"y must hold two classes or more, but all labels are {only!r}.")
    return labels


def _check_entry(name: object, estimator: object) -> None:
    if not isinstance(name, str) or not name.strip():
        raise TypeError(f"Names of estimators must be non-empty strings, got {name!r}.")
    if isinstance(estimator, type):
        raise TypeError(f"{name!r} is a class; pass an instance: {estimator.__name__}().")
    if not hasattr(estimator, "fit") or not hasattr(estimator, "predict"):
        raise TypeError(
            f"{name!r} must be an estimator with fit and predict, got {type(estimator).__name__}. "
            + (
                "The estimators come first: compare(estimators, X, y)."
                if isinstance(estimator, str)
                else "A pipeline needs a classifier as its last step."
            )
        )


def _made_up_names(estimators: Sequence[object]) -> list[str]:
    """Name estimators by their classes, with a number if a name is repeated."""
    names = [_describe(estimator) for estimator in estimators]
    counts, seen = Counter(names), Counter[str]()
    for i, name in enumerate(names):
        if counts[name] > 1:
            seen[name] += 1
            names[i] = f"{name}-{seen[name]}"
    return names


def _describe(estimator: object) -> str:
    if isinstance(estimator, Pipeline):
        return " + ".join(name for name, _ in estimator.steps)
    return type(estimator).__name__.lower()
