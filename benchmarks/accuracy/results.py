"""The runs of a configuration on a corpus, and how sure a difference between two of them is."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy import against_tfidf as plan
from benchmarks.accuracy.runs import Ledger, Run
from benchmarks.figures import with_error

N_TESTED = {  # documents of the given test sets
    "TREC, 6 classes": 500,
    "TREC, 50 classes": 500,
    "SST-2": 1821,
    "banking77": 3080,
    "20 Newsgroups": 7532,
    "20 Newsgroups, no headers": 7532,
}


class Verdict(NamedTuple):
    """A difference of scores and the two-sided p-value of "no difference"."""

    difference: float
    p_value: float


@dataclass(frozen=True)
class Result:
    """The runs of a configuration on a corpus."""

    corpus: str
    configuration: str
    runs: list[Run]

    @property
    def scores(self) -> NDArray[np.float64]:
        """The scores of folds or seeds."""
        return np.array([run.score for run in self.runs])

    @property
    def mean(self) -> float:
        """Their mean."""
        return float(self.scores.mean())

    @property
    def error(self) -> float:
        """The standard error of the mean, 0 for a single run."""
        scores = self.scores
        return float(np.std(scores, ddof=1) / np.sqrt(len(scores))) if len(scores) > 1 else 0.0

    def shown(self) -> str:
        """Write mean, standard error, and how many runs there are."""
        return with_error(self.scores.tolist(), digits=3)

    def against(self, other: "Result") -> Verdict:
        """Compare: the same folds, or the first seeds on a given test set."""
        if self.corpus in N_TESTED:
            n = N_TESTED[self.corpus]
            found = mcnemar(self.runs[0].hits(n), other.runs[0].hits(n))
            return found._replace(difference=self.mean - other.mean)
        ours, theirs = ({run.split: run.score for run in result.runs} for result in (self, other))
        folds = sorted(set(ours) & set(theirs))
        if len(folds) < 2:
            return Verdict(ours[folds[0]] - theirs[folds[0]], float("nan"))
        return over_folds(*(np.array([x[fold] for fold in folds]) for x in (ours, theirs)))


Results = dict[str, Result]
"""The results on a corpus, by configuration."""


def mcnemar(ours: NDArray[np.bool_], theirs: NDArray[np.bool_]) -> Verdict:
    """Compare two models on the same test documents with McNemar's exact test.

    Parameters
    ----------
    ours, theirs : ndarray of shape (n_samples,), dtype bool
        Which documents each classified right.

    References
    ----------
    McNemar (1947), Psychometrika 12, https://doi.org/10.1007/BF02295996.
    """
    from scipy.stats import binomtest

    wins, losses = int(np.sum(ours & ~theirs)), int(np.sum(theirs & ~ours))
    p_value = binomtest(wins, wins + losses).pvalue if wins + losses else 1.0
    return Verdict((wins - losses) / len(ours), float(p_value))


def over_folds(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> Verdict:
    """Compare the scores of k folds with the corrected resampled t-test."""
    from skembed.comparison import corrected_t_test

    found = corrected_t_test(ours - theirs, 1 / (len(ours) - 1))
    return Verdict(found.mean, found.p_value)


def collect(ledger: Ledger) -> dict[str, Results]:
    """Gather the results by corpus and configuration, where TF-IDF was run as well."""
    found: dict[str, Results] = {}
    for corpus in [*plan.GIVEN, *plan.FOLDED, *plan.LONG, *plan.MORE, plan.IMBALANCED[0]]:
        for name in plan.STUDY.configurations:
            if runs := ledger.select(corpus, name, inner=False):
                found.setdefault(corpus, {})[name] = Result(corpus, name, runs)
    return {corpus: results for corpus, results in found.items() if plan.TUNED_SVM in results}


def best_baseline(results: Results) -> Result:
    """Return the better of the tuned TF-IDF models."""
    tuned = [results[name] for name in plan.TUNED if name in results]
    return max(tuned, key=lambda result: result.mean)
