"""Cross-validate several estimators on identical folds."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from numbers import Integral
from typing import Any, Protocol

import numpy as np
from joblib.parallel import get_active_backend
from numpy.typing import NDArray
from sklearn.exceptions import FitFailedWarning
from sklearn.metrics import check_scoring
from sklearn.model_selection import check_cv
from sklearn.utils.parallel import Parallel, delayed

from skembed._arguments import explains_arguments
from skembed._bar import print_line, show_bar
from skembed._caller import warn_caller
from skembed._ready import make_ready
from skembed._types import Classifier, Documents, Labels
from skembed.comparison._comparison import Comparison
from skembed.comparison._entries import (
    Entries,
    add_baseline,
    are_regressors,
    check_samples,
    check_targets,
    columns_read,
    name_estimators,
    tfidf_baseline,
)
from skembed.comparison._measure import NOTHING, Fold, Measurement, Rows, Scorer, measure
from skembed.comparison._scoring import check_kind_of_labels, check_scoring_name
from skembed.files import printable

_logger = logging.getLogger("skembed.comparison")

Place = tuple[str, int]
"""The name of an estimator, and the number of a fold."""


class Splitter(Protocol):
    """A splitter of scikit-learn, such as `StratifiedKFold`."""

    @property
    def split(self) -> Callable[..., Iterable[Fold]]:
        """Yield the folds."""


@explains_arguments
def compare(
    estimators: Entries,
    X: Documents,
    y: Labels,
    *,
    cv: int | Splitter | Iterable[Fold] = 5,
    scoring: str | Scorer | None = None,
    baseline: str | Classifier | None = "tfidf",
    n_jobs: int | None = None,
    verbose: int | str = "auto",
) -> Comparison:
    """Compare classifiers, or regressors, of text on identical folds, next to a TF-IDF baseline.

    The folds are drawn once. Each estimator is trained and tested on the same
    documents, so that differences between estimators are paired.

    Parameters
    ----------
    estimators : dict of str to estimator, list of (str, estimator), or list of estimator
        Unfitted classifiers or regressors, also pipelines; they are cloned. The estimators
        of a plain list are named by their classes.
    X : documents of shape (n_samples,)
        Any one-dimensional collection of str; each estimator gets a list of str.
        With a `baseline` other than ``"tfidf"``, X may also be `TokenSequences`, an array or
        a table; the estimators get it unchanged. X may also be a table if an estimator says
        which columns it reads, by `text_columns` or by `TextColumns` at the beginning of a
        pipeline. The baseline then reads these columns too. If estimators have `features`,
        the baseline uses the `features` of the first one in addition to the words.
    y : array-like of shape (n_samples,) or (n_samples, n_labels)
        Class labels, or a matrix of zeros and ones; numbers for regressors.
    cv : int, cross-validation splitter or iterable of (train, test), default=5
        As in :func:`~sklearn.model_selection.cross_val_score`. An int is the number of
        folds; they are in the order of the documents, not shuffled, and stratified for
        classes. For shuffled folds pass
        ``StratifiedKFold(5, shuffle=True, random_state=0)``.
    scoring : str or callable, default=None
        A name that :func:`~sklearn.metrics.get_scorer` knows, or
        ``scoring(estimator, X, y)`` that returns a float; higher is better. None is
        "accuracy" for classifiers and "r2" for regressors.
    baseline : {"tfidf"}, estimator, name in `estimators`, or None, default="tfidf"
        The estimator that the others are compared with. ``"tfidf"`` adds damped TF-IDF of
        words with logistic regression, or with ridge regression if y holds numbers. You can
        also pass another estimator, which is added, or the name of one of the `estimators`.
        With None nothing is compared with a baseline.
    n_jobs : int, default=None
        Number of fits at the same time; None is 1, -1 is all processors. It changes the
        seconds, but not the scores.
    verbose : int or "auto", default="auto"
        "auto" shows a bar on a terminal and in a notebook if the comparison takes more than
        two seconds, and prints nothing elsewhere. 1 prints a line for each fold of each
        estimator. 0 prints nothing. The estimators' own `verbose` is not changed.

    Returns
    -------
    comparison : Comparison
        Prints as a table.

    Warns
    -----
    FitFailedWarning
        If an estimator fails on a fold. Its figures there are NaN, as in
        :func:`~sklearn.model_selection.cross_validate`. All other figures are kept, and the
        report says what happened.

    Raises
    ------
    TypeError, ValueError
        Before any training, if a name is repeated, X and y differ in length, a document is
        not a string, a label is missing, y holds only one class, or `baseline`, `scoring`
        or `cv` is not known.
    Exception
        The first error of training, if all fits fail.

    See Also
    --------
    Comparison : The result, with table, plot and tests.
    corrected_t_test : Computes the intervals of the differences.

    Notes
    -----
    All estimators run on the first fold, then on the next one. This makes the estimate of the
    remaining time possible. The lines of ``verbose=1`` are also logged, at level INFO, to the
    logger ``skembed.comparison``. Some of joblib's backends return all results together at
    the end; then the lines come at the end too.

    Seconds and documents per second are wall-clock times in the process that does
    the work, and begin with raw documents. Megabytes are the size of the fitted
    estimator's pickle in millions of bytes. Word vectors that are loaded from a file
    are not part of it.

    The results of estimators with ``random_state=None`` differ from run to run.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import CountVectorizer
    >>> from sklearn.naive_bayes import MultinomialNB
    >>> from sklearn.pipeline import make_pipeline
    >>> from skembed import compare
    >>> texts = ["sun and sand", "sand and sea", "snow and ice", "ice and fog"] * 5
    >>> labels = ["summer", "summer", "winter", "winter"] * 5
    >>> bayes = make_pipeline(CountVectorizer(), MultinomialNB())
    >>> comparison = compare({"naive Bayes": bayes}, texts, labels)
    >>> comparison.names
    ['TF-IDF + logistic regression', 'naive Bayes']
    >>> comparison.means
    array([1., 1.])
    >>> comparison.difference("naive Bayes").is_clear
    False
    """
    numeric = are_regressors(named := name_estimators(estimators))
    samples = check_samples(X, baseline, columns := columns_read(named))
    y = check_targets(y, samples.shape[0], numeric=numeric)
    tfidf = tfidf_baseline(named, columns, multilabel=y.ndim == 2, numeric=numeric)
    entries, baseline_name = add_baseline(named, baseline, tfidf)
    _make_all_ready(entries)
    scoring_name, scorer = _make_scorer(entries, scoring, y, "r2" if numeric else "accuracy")
    folds = list(check_cv(cv, y, classifier=not numeric).split(np.zeros(len(y)), y))
    with _told(verbose, len(entries) * len(folds)) as tell:
        outcomes = _run_all(entries, samples, y, folds, scorer, n_jobs, tell)
    return Comparison(
        names=list(entries),
        scoring=scoring_name,
        baseline=baseline_name,
        test_to_train=float(np.mean([len(test) / len(train) for train, test in folds])),
        **_figures_of(outcomes, entries, len(folds)),
    )


def _make_all_ready(entries: dict[str, Classifier]) -> None:
    """Check before any training that every estimator can be trained."""
    for name, estimator in entries.items():
        try:
            make_ready(estimator)
        except Exception as error:
            error.add_note(f"This came from {name!r}, before anything was trained.")
            raise


def _make_scorer(
    entries: dict[str, Classifier], scoring: str | Scorer | None, y: NDArray[Any], usual: str
) -> tuple[str, Scorer]:
    """Make the scorer and its name; all estimators are of one kind, so one scorer is enough."""
    scoring = usual if scoring is None else scoring
    if not isinstance(scoring, str) and not callable(scoring):
        raise TypeError(
            "scoring must be one name such as 'f1_macro' or a callable, "
            f"got {type(scoring).__name__}. Call compare once for each scoring."
        )
    if isinstance(scoring, str):
        check_scoring_name(scoring)
        check_kind_of_labels(scoring, y)
    scorer: Scorer = check_scoring(next(iter(entries.values())), scoring=scoring)
    return scoring if isinstance(scoring, str) else getattr(scoring, "__name__", "score"), scorer


def _run_all(
    entries: dict[str, Classifier],
    X: Rows,
    y: NDArray[Any],
    folds: list[Fold],
    scorer: Scorer,
    n_jobs: int | None,
    tell: Callable[[int, str], None],
) -> dict[Place, Measurement | Exception]:
    """Measure each estimator on each fold, or catch the error."""
    tell(0, f"{len(entries)} estimators, {len(folds)} folds, {len(y)} documents")
    tasks = [
        delayed(_run_one)(name, k, entries[name], X, y, fold, scorer)
        for (k, fold), name in product(enumerate(folds), entries)
    ]
    backend, _ = get_active_backend()
    return_as = "generator_unordered" if backend.supports_return_generator else "list"
    results: dict[Place, Measurement | Exception] = {}
    for name, k, result in Parallel(n_jobs=n_jobs, return_as=return_as)(tasks):
        results[name, k] = result
        done = f"{len(results)} of {len(tasks)}: {name}, fold {k + 1}"
        tell(1, f"{done}: {_outcome(result)}")
    return results


def _figures_of(
    results: Mapping[Place, Measurement | Exception], names: Iterable[str], n_folds: int
) -> dict[str, Any]:
    """Return the figures, each of shape (n_estimators, n_folds), and the failures."""
    places = list(product(names, range(n_folds)))
    failed = {each: error for each in places if isinstance(error := results[each], Exception)}
    if len(failed) == len(places):
        raise failed[places[0]]
    failures = [f"{name} failed on fold {k + 1}: {_outcome(failed[name, k])}" for name, k in failed]
    if failures:
        warn_caller("\n".join(failures), FitFailedWarning)
    ordered = (results[each] for each in places)
    figures = [NOTHING if isinstance(result, Exception) else result for result in ordered]
    measured = np.array(figures).reshape(-1, n_folds, len(NOTHING))
    return {
        "scores": measured[:, :, 0],
        "fit_seconds": measured[:, :, 1],
        "documents_per_second": measured[:, :, 2],
        "megabytes": measured[:, :, 3],
        "failures": failures,
    }


@contextmanager
def _told(verbose: int | str, n_fits: int) -> Iterator[Callable[[int, str], None]]:
    """Yield a function that shows progress: how many more fits are done, and a line about them."""
    if verbose != "auto" and not isinstance(verbose, Integral):
        raise TypeError(f"verbose must be 'auto', 0 or 1, got {verbose!r}.")

    def tell(n: int, line: str) -> None:
        bar.advance(n)
        _logger.info("%s", line)
        if verbose != "auto" and verbose:
            print_line(printable(line))

    with show_bar("Comparing", n_fits, "fit", shown=verbose == "auto") as bar:
        yield tell


def _run_one(
    name: str, k: int, estimator: Classifier, X: Rows, y: NDArray[Any], fold: Fold, scorer: Scorer
) -> tuple[str, int, Measurement | Exception]:
    """Measure one estimator on one fold, or return the error with a note about its place."""
    try:
        return name, k, measure(estimator, X, y, fold, scorer)
    except Exception as error:
        error.add_note(f"This came from {name!r} on fold {k + 1}.")
        return name, k, error


def _outcome(result: Measurement | Exception) -> str:
    """Describe the result of a fit: its score and time, or its error."""
    if isinstance(result, Exception):
        return f"{type(result).__name__}: {result}"
    return f"{result.score:.3f}, trained in {result.fit_seconds:.1f} s"
