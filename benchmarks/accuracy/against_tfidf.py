"""The comparison with TF-IDF: which runs there are."""

from itertools import product

from benchmarks.accuracy.configurations import CONFIGURATIONS
from benchmarks.accuracy.runs import Key, Study, in_inner_folds
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
TOGETHER = "six wide networks, 100 dimensions"
LONGER = "six wide networks, 20 epochs"
HALF_WIDE = "three wide CNNs and three LSTMs"
AVERAGED = [TOGETHER, HALF_WIDE]
PAIR = "wide CNN and wide LSTM"
NETWORKS = ["CNN", "LSTM", "wide CNN", "wide LSTM", "linear model alone"]
RARE = [
    "CNN",
    "CNN, balanced class weights",
    "CNN, focal loss",
    "CNN, top-k loss",
    "CNN, tuned decision",
    "wide CNN",
    "wide CNN, balanced class weights",
    "wide CNN, tuned decision",
]
FOR_LONG = "wide CNN, long documents"
HALVES = ["linear model alone", "CNN", "wide CNN", "LSTM", "wide LSTM"]
HALVES_FOR_LONG = [f"{name}, long documents" for name in HALVES[:3]]


def wanted() -> list[Key]:
    """List the runs, those that say most first."""
    keys: list[Key] = []
    keys += seeds_and_folds(BASELINES, range(1), range(N_FOLDS))
    keys += [(corpus, name, 0, None, 0) for name in BASELINES for corpus in LONG]
    keys += seeds_and_folds(NETWORKS, range(1), range(2))
    keys += seeds_and_folds(AVERAGED, range(1), range(0))
    keys += [("banking77", LONGER, 0, None, 0)]
    keys += [(corpus, FOR_LONG, 0, None, 0) for corpus in LONG]
    keys += inner()
    keys += rare(range(3))
    keys += more(range(3))
    keys += seeds_and_folds(NETWORKS, range(len(SEEDS)), range(N_FOLDS))
    keys += seeds_and_folds([HALF_WIDE], range(len(SEEDS)), range(0))
    keys += [("SST-2", TOGETHER, 0, None, seed) for seed in SEEDS]
    keys += rare(range(N_FOLDS)) + more(range(N_FOLDS))
    keys += seeds_and_folds([REGRESSION], range(1), range(N_FOLDS))
    keys += [(corpus, FOR_LONG, 0, None, seed) for corpus in LONG for seed in SEEDS[1:]]
    keys += product(LONG[::-1], [*HALVES_FOR_LONG, *NETWORKS[:3]], [0], [None], [0])
    # Where a fit of six takes minutes, and documents are long, two have to do.
    for corpus, name in [*product(FOLDED[:2], [HALF_WIDE]), ("docstrings", PAIR)]:
        keys += in_inner_folds([corpus], [name])
        keys += [(corpus, name, split, None, 0) for split in range(N_FOLDS)]
    return list(dict.fromkeys(keys))


def inner() -> list[Key]:
    """List the runs in inner folds, by which a configuration is chosen."""
    both = NETWORKS[2:4]
    keys = in_inner_folds(GIVEN, [*both, *AVERAGED]) + in_inner_folds(FOLDED + MORE, both)
    return keys + [(c, FOR_LONG, 0, 0, 0) for c in LONG]  # where there is nothing to choose from


def seeds_and_folds(names: list[str], seeds: range, splits: range) -> list[Key]:
    """List runs of seeds, where the test set is given, and of folds, where there are five."""
    given = [(c, name, 0, None, seed) for seed, name, c in product(seeds, names, GIVEN)]
    return given + [(c, name, split, None, 0) for split, name, c in product(splits, names, FOLDED)]


def rare(splits: range) -> list[Key]:
    """List the runs on corpora of rare classes."""
    names = [TUNED_SVM, *RARE]
    return [(c, name, split, None, 0) for split, c, name in product(splits, IMBALANCED, names)]


def more(splits: range) -> list[Key]:
    """List the runs on corpora that no default was chosen on."""
    names = [*BASELINES, *NETWORKS]
    return [(c, name, split, None, 0) for split, c, name in product(splits, MORE, names)]


STUDY = Study("accuracy", CONFIGURATIONS, wanted)
