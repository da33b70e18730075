"""The comparison with TF-IDF: which runs there are."""

from itertools import product

from benchmarks.accuracy.configurations import CONFIGURATIONS
from benchmarks.accuracy.runs import Key, Study
from benchmarks.corpora import N_FOLDS

SEEDS = range(3)

GIVEN = ["TREC, 6 classes", "TREC, 50 classes", "SST-2", "banking77"]
FOLDED = ["MR", "SMS spam", "O*NET, 22 groups"]
LONG = ["20 Newsgroups", "20 Newsgroups, no headers"]
MORE = ["docstrings", "O*NET, 94 groups"]
IMBALANCED = ["job postings, industry", "O*NET, 94 groups"]

UNTUNED, TUNED_SVM = "TF-IDF + logistic regression", "TF-IDF + SVM, tuned"
BASELINES = [UNTUNED, TUNED_SVM]
REGRESSION = "TF-IDF + logistic regression, tuned"
TUNED = [TUNED_SVM, REGRESSION]
CNN, LSTM = "CNN", "LSTM"
ALONE = ["CNN alone", "LSTM alone"]
NETWORKS = [CNN, LSTM, *ALONE]
AVERAGED = "three CNNs and three LSTMs"
LINEAR = "linear model alone"
FOR_LONG = "CNN, long documents"
HALVES = [LINEAR, ALONE[0], CNN, ALONE[1], LSTM]
HALVES_FOR_LONG = [f"{name}, long documents" for name in HALVES[:3]]
RARE = [
    "CNN alone",
    "CNN alone, balanced class weights",
    "CNN alone, focal loss",
    "CNN alone, top-k loss",
    "CNN alone, tuned decision",
    "CNN",
    "CNN, balanced class weights",
    "CNN, tuned decision",
]


def wanted() -> list[Key]:
    """List the runs: of seeds, where the test set is given, and else of folds."""
    halves = [*NETWORKS, LINEAR]
    keys: list[Key] = list(product(GIVEN, [*BASELINES, REGRESSION], [0], [None], [0]))
    keys += product(LONG, [*BASELINES, *HALVES_FOR_LONG], [0], [None], [0])
    keys += product(GIVEN, halves, [0], [None], SEEDS)
    keys += product(GIVEN, [AVERAGED], [0], [None], [0])
    keys += product(LONG, [FOR_LONG], [0], [None], SEEDS)
    keys += in_all_folds(FOLDED, [*BASELINES, REGRESSION, *halves])
    keys += in_all_folds(MORE, [*BASELINES, *halves])
    keys += in_all_folds(IMBALANCED, [*BASELINES, *RARE])
    return list(dict.fromkeys(keys))


def in_all_folds(corpora: list[str], names: list[str]) -> list[Key]:
    """List the runs in all folds."""
    return list(product(corpora, names, range(N_FOLDS), [None], [0]))


STUDY = Study("accuracy", CONFIGURATIONS, wanted)
