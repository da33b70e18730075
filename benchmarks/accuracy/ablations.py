"""One thing changed at a time: what each default is worth, in inner folds of training parts."""

from typing import Any

from benchmarks.accuracy.changes import paired, score_cell, times_as_much
from benchmarks.accuracy.configurations import averaged, network
from benchmarks.accuracy.runs import N_INNER, Key, Make, Study, in_inner_folds
from benchmarks.accuracy.variants import (
    RateByStep,
    SlowVectors,
    attention,
    decay,
    drawn_words,
    one_cycle,
    rare_words_unknown,
    warm_up,
)
from benchmarks.page import table
from skembed import KerasTokenizer

ON = ["TREC, 6 classes", "SST-2", "banking77"]

BOTH: dict[str, dict[str, Any]] = {
    "learned vectors": {"embeddings": None},
    "no words but the training texts'": {"tokenizer": KerasTokenizer(tokenizer="glove")},
    "frozen vectors": {"trainable_embeddings": False},
    "frozen for two epochs": {"trainable_embeddings": 2},
    "Keras's default tokens": {"tokenizer": KerasTokenizer()},
    "learning rate 0.001": {"learning_rate": 1e-3},
    "learning rate 0.01": {"learning_rate": 1e-2},
    "learning rate warmed up": {"callbacks": [RateByStep(warm_up)]},
    "learning rate falling to zero": {"callbacks": [RateByStep(decay)]},
    "learning rate warmed up, then falling": {"callbacks": [RateByStep(one_cycle)]},
    "vectors at a third of the rate": {"callbacks": [SlowVectors(1 / 3)]},
    "batches of 32": {"batch_size": 32},
    "AdamW of Keras": {"optimizer": "adamw"},
    "20 epochs": {"epochs": 20},
    "early stopping, 20 epochs": {"early_stopping": True, "epochs": 20},
    "spatial dropout 0.4": {"spatial_dropout": 0.4},
    "label smoothing 0.1": {"label_smoothing": 0.1},
    "linear model beside it": {"wide": True},
}
ONLY: dict[str, dict[str, dict[str, Any]]] = {
    "cnn": {
        "no dense dropout": {"dense_dropout": 0.0},
        "kernels of 1, 2, 3": {"kernel_sizes": (1, 2, 3)},
    },
    "lstm": {
        "dense dropout 0.5": {"dense_dropout": 0.5},
        "maximum of all steps": {"pooling": "max"},
        "mean of all steps": {"pooling": "mean"},
        "both directions": {"bidirectional": True},
        "both directions, maximum": {"bidirectional": True, "pooling": "max"},
    },
}
DEFAULT = "defaults"
AVERAGED = "three seeds averaged"
TIMED = 1
"""Seed of runs on the first corpus, made one after the other so that their times compare."""


def variants(kind: str) -> dict[str, Make]:
    """Make the defaults, and what differs from them in one thing."""
    made = {name: network(kind, **p) for name, p in (BOTH | ONLY[kind]).items()}
    if kind == "lstm":
        made["attention over all steps"] = attention()
        made["both directions, attention"] = attention(bidirectional=True)
    made["words without a vector drawn"] = drawn_words(kind)
    made["rare words without a vector are one"] = rare_words_unknown(kind)
    return {DEFAULT: network(kind), **made, AVERAGED: averaged(network(kind))}


def named(kind: str, variant: str) -> str:
    """Name a variant of a network among the runs."""
    return f"{kind.upper()}: {variant}"


CONFIGURATIONS = {named(kind, name): make for kind in ONLY for name, make in variants(kind).items()}


def wanted() -> list[Key]:
    """List the runs: all folds of one seed, then one fold of another, to be timed together."""
    timed: list[Key] = [(ON[0], name, 0, 0, TIMED) for name in CONFIGURATIONS]
    return in_inner_folds(ON, CONFIGURATIONS) + timed


def table_of(kind: str) -> str:
    """Write what each change does to the accuracy, in points, and to the seconds of a fit."""
    runs = STUDY.ledger()
    parts = [(inner, 0) for inner in range(N_INNER)] + [(0, TIMED)]
    rows = []
    for name in variants(kind):
        cells, times = [], []
        for corpus in ON:
            arms = named(kind, name), named(kind, DEFAULT)
            keys = (((corpus, arms[0], 0, *part), (corpus, arms[1], 0, *part)) for part in parts)
            pairs = paired(runs, keys)
            times += [ours.seconds / usual.seconds for ours, usual in pairs if ours.seed == TIMED]
            cells.append(score_cell(pairs, is_usual=name == DEFAULT))
        if any(cells):
            rows.append([name, *cells, times_as_much(times)])
    return table([f"{kind.upper()} alone", *ON, "seconds"], rows)


STUDY = Study("ablations", CONFIGURATIONS, wanted)
