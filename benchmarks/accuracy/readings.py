"""How an LSTM reads: its last, largest or mean output, in one direction or both."""

from itertools import product

from benchmarks.accuracy.configurations import network
from benchmarks.accuracy.runs import Key, Make, Study
from benchmarks.corpora import CORPORA, LANGUAGES
from benchmarks.page import table

ON = ["TREC, 6 classes", "SST-2", "banking77", "docstrings"]
NOT_ENGLISH = ["German tweets", "Turkish news"]
DIRECTIONS = {"one direction": False, "both directions": True}
POOLINGS = {"last": "output at the end", "max": "maximum", "mean": "mean"}


def configurations() -> dict[str, Make]:
    """Make networks without a linear model, with GloVe and with vectors of their own."""
    made = {}
    for (direction, both), (pooling, said) in product(DIRECTIONS.items(), POOLINGS.items()):
        name = f"{said}, {direction}"
        parameters = {"bidirectional": both, "pooling": pooling}
        made[name] = network("lstm", **parameters)
        made[f"{name}, no GloVe"] = network("lstm", embeddings=None, **parameters)
    return made


CONFIGURATIONS = configurations()


def wanted() -> list[Key]:
    """List the runs: one inner fold of each training part."""
    return [
        (corpus, name, 0, 0, 0)
        for corpus in ON + NOT_ENGLISH
        for name in CONFIGURATIONS
        if name.endswith("no GloVe") == (corpus in NOT_ENGLISH)
    ]


def table_of() -> str:
    """Write the accuracy of each reading."""
    runs = STUDY.ledger()
    rows = []
    for name in CONFIGURATIONS:
        if name.endswith("no GloVe"):
            continue
        found = [
            runs.get((corpus, f"{name}, no GloVe" if corpus in NOT_ENGLISH else name, 0, 0, 0))
            for corpus in ON + NOT_ENGLISH
        ]
        if None not in found:
            rows.append([name, *(f"{run.score:.3f}" for run in found if run is not None)])
    return table(["LSTM alone", *ON, *NOT_ENGLISH], rows)


STUDY = Study("readings", CONFIGURATIONS, wanted, {**CORPORA, **LANGUAGES})
