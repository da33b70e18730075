"""When pre-trained vectors help: accuracy over the number of training documents."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.configurations import network, svm
from benchmarks.accuracy.runs import Key, Ledger, Make, Study
from benchmarks.corpora import CORPORA, Corpus, subsampled
from benchmarks.figures import with_error
from benchmarks.page import draw, table
from benchmarks.vectors import GLOVE
from skembed import WordVectors
from skembed.classifiers._training_documents import words_of
from skembed.text import make_tokenizer

ON = ["SST-2", "banking77", "20 Newsgroups, no headers"]
SIZES = [100, 300, 1000, 3000, 10_000]
N_DRAWS = 3
LONGEST = 200
"""Tokens of a post that the networks read; sentences are all shorter."""

BASELINE = "TF-IDF + SVM"
ARMS: dict[str, dict[str, Any]] = {
    "CNN alone, learned vectors": {"embeddings": None},
    "CNN alone, frozen vectors": {"trainable_embeddings": False},
    "CNN alone, fine-tuned vectors": {},
    "CNN, fine-tuned vectors": {"wide": True},
}


def epochs_for(size: int) -> int:
    """Return how many epochs make as many steps as ten make with 3,000 documents, up to 100."""
    return min(100, max(10, round(10 * 3000 / size)))


def arm(parameters: dict[str, Any], epochs: int) -> Make:
    """Make a network that reads the first tokens of a document."""

    def make(seed: int) -> Any:
        vectors = None if "embeddings" in parameters else WordVectors.load(GLOVE)
        reading = make_tokenizer(None, extra_words=words_of(vectors)).set_params(
            max_length=LONGEST, truncating="post"
        )
        return network("cnn", tokenizer=reading, epochs=epochs, **parameters)(seed)

    return make


def named(arm_name: str, size: int) -> str:
    """Name an arm among the runs; the baseline has no epochs."""
    return arm_name if arm_name == BASELINE else f"{arm_name}, {epochs_for(size)} epochs"


def at(corpus: str, size: int) -> str:
    """Name a part of a corpus among the runs."""
    return f"{corpus}, {size} documents"


def cut(corpus: str, size: int) -> Corpus:
    """Draw some of a corpus's training documents."""
    return subsampled(CORPORA[corpus](), size)


PARTS = {at(corpus, size): partial(cut, corpus, size) for corpus in ON for size in SIZES}
CONFIGURATIONS: dict[str, Make] = {BASELINE: svm} | {
    named(name, size): arm(parameters, epochs_for(size))
    for name, parameters in ARMS.items()
    for size in SIZES
}


def wanted() -> list[Key]:
    """List the runs, first one draw of everything."""
    return [
        (at(corpus, size), named(name, size), draw, None, draw)
        for draw in range(N_DRAWS)
        for corpus in ON
        for size in SIZES
        for name in [BASELINE, *ARMS]
    ]


def scores(runs: Ledger, corpus: str, name: str) -> dict[int, list[float]]:
    """Return the scores of an arm by the number of training documents."""
    return {
        size: [run.score for run in runs.select(at(corpus, size), named(name, size), inner=False)]
        for size in SIZES
    }


def table_of(corpus: str) -> str:
    """Write a corpus's curves as figures."""
    runs = STUDY.ledger()
    rows = [
        [
            name,
            *(with_error(found, digits=3) for found in scores(runs, corpus, name).values()),
        ]
        for name in [BASELINE, *ARMS]
    ]
    return table([f"{corpus}, documents", *(f"{size:,}" for size in SIZES)], rows)


def plot(path: Path) -> None:
    """Draw the curves of all corpora beside each other."""
    runs = STUDY.ledger()
    colours = ["#777777", "#c44e52", "#dd8452", "#4c72b0", "#1b3a5c"]
    markers = ["s", "v", "^", "o", "D"]

    def lines(fig: Any, axes: list[Any]) -> None:
        for ax, corpus in zip(axes, ON, strict=True):
            for name, colour, marker in zip([BASELINE, *ARMS], colours, markers, strict=True):
                found = {n: values for n, values in scores(runs, corpus, name).items() if values}
                means = [float(np.mean(values)) for values in found.values()]
                ax.plot([*found], means, marker=marker, ms=5, color=colour, label=name)
            ax.set(title=corpus, xscale="log", xlabel="training documents")
            ax.set_xticks(SIZES, [f"{size:,}" for size in SIZES])
        axes[0].set_ylabel("accuracy on the test documents")
        told = axes[0].get_legend_handles_labels()
        fig.legend(*told, loc="outside lower center", ncols=3, frameon=False)

    draw(path, len(ON), lines, figsize=(11, 4.2))


STUDY = Study("curves", CONFIGURATIONS, wanted, PARTS)
