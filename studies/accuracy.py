"""The comparison with TF-IDF: which runs there are."""

from itertools import product

from studies.corpora import CORPORA, N_FOLDS
from studies.runs import RESULTS, Ledger

Key = tuple[str, str, int, int | None, int]

SEEDS = range(3)

GIVEN = ["TREC, 6 classes", "TREC, 50 classes", "SST-2", "banking77"]
FOLDED = ["MR", "SMS spam", "O*NET, 22 groups"]
LONG = ["20 Newsgroups", "20 Newsgroups, no headers"]
MORE = ["docstrings", "O*NET, 94 groups"]
IMBALANCED = ["job postings, industry", "O*NET, 94 groups"]

BASELINES = ["TF-IDF + logistic regression", "TF-IDF + SVM, tuned"]
REGRESSION = "TF-IDF + logistic regression, tuned"
TOGETHER = "six wide networks, 100 dimensions"
NETWORKS = ["CNN", "LSTM", "wide CNN", "wide LSTM", "linear half alone"]
RARE = [
    "wide CNN",
    "wide CNN, balanced class weights",
    "wide CNN, focal loss",
    "wide CNN, top-k loss",
    "wide CNN, tuned decision",
]
FOR_LONG = ["wide CNN, long documents", "three wide CNNs, long documents"]


def wanted() -> list[Key]:
    """List the runs, those that say most first."""
    keys: list[Key] = []
    for seed in SEEDS:  # a seed of a given test set, beside two or more folds
        splits = range(N_FOLDS)[seed * 2 : seed * 2 + 2]
        for name in NETWORKS:
            keys += [(corpus, name, 0, None, seed) for corpus in GIVEN]
            keys += [(corpus, name, split, None, 0) for split, corpus in product(splits, FOLDED)]
        if seed == 0:
            keys += [(corpus, TOGETHER, 0, None, 0) for corpus in GIVEN]
            for name in BASELINES:
                keys += [(corpus, name, 0, None, 0) for corpus in GIVEN + LONG]
                keys += [(c, name, split, None, 0) for c in FOLDED for split in range(N_FOLDS)]
            keys += [(corpus, name, 0, None, 0) for name in FOR_LONG for corpus in LONG]
    keys += [(corpus, REGRESSION, 0, None, 0) for corpus in GIVEN[:3]]
    keys += [(corpus, TOGETHER, split, None, 0) for corpus in FOLDED for split in range(N_FOLDS)]
    keys += [(corpus, FOR_LONG[0], 0, None, seed) for corpus in LONG for seed in SEEDS[1:]]
    keys += [(corpus, name, 0, None, 0) for corpus in LONG[::-1] for name in ("CNN", "wide CNN")]
    for split, corpus in product(range(N_FOLDS), IMBALANCED):
        keys += [(corpus, name, split, None, 0) for name in [BASELINES[1], *RARE]]
    for corpus in MORE:
        names = [*BASELINES, "CNN", "wide CNN"]
        keys += [(corpus, name, split, None, 0) for name in names for split in range(N_FOLDS)]
    return list(dict.fromkeys(keys))


def ledger() -> Ledger:
    """Open the runs there are."""
    return Ledger(RESULTS / "accuracy.jsonl")


def run() -> None:
    """Do what is not done yet."""
    from studies.configurations import CONFIGURATIONS

    ledger().run(CORPORA, CONFIGURATIONS, wanted())
