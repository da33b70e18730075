"""What a user would take instead on a CPU: accuracy, and the processor time that it costs."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from multiprocessing import get_context
from typing import Any

from sklearn.ensemble import VotingClassifier

from benchmarks.accuracy import peers
from benchmarks.accuracy.runs import Key, Make, Run, Study, measure
from benchmarks.corpora import Corpus
from benchmarks.vectors import GLOVE
from skembed import CNNTextClassifier, LSTMTextClassifier

ON = ["TREC, 6 classes", "SST-2", "banking77", "MR", "O*NET, 22 groups", "20 Newsgroups"]


def ours(kind: type[Any], seed: int) -> Any:
    """Make a classifier with its defaults and GloVe's vectors."""
    import keras  # noqa: F401 - imports are not counted, for nobody

    return kind(embeddings=GLOVE, random_state=seed)


def both(seed: int) -> VotingClassifier:
    """Make one of each kind, whose probabilities are averaged."""
    kinds = [("cnn", CNNTextClassifier), ("lstm", LSTMTextClassifier)]
    return VotingClassifier([(name, ours(kind, seed)) for name, kind in kinds], voting="soft")


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
}
DRAWN = ["fastText", "model2vec, fine-tuned", *[*CONFIGURATIONS][-3:]]
"""What comes out otherwise with another seed."""
N_SEEDS = 3


def wanted() -> list[Key]:
    """List the runs, on the first split of each corpus; first one seed of everything."""
    keys = [(corpus, name, 0, None, 0) for corpus, name in product(ON, CONFIGURATIONS)]
    seeds = range(1, N_SEEDS)
    return keys + [(c, name, 0, None, seed) for c, name, seed in product(ON, DRAWN, seeds)]


def in_a_process(corpus: Corpus, make: Make, key: Key) -> Run:
    """Measure in a process that has done nothing before, as a user's program does."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(measure, corpus, make, key).result()


STUDY = Study("frontier", CONFIGURATIONS, wanted, measured=in_a_process)
