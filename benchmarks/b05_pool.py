"""Benchmark 5: pooled word vectors."""

from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.data import GLOVE_DIMS, glove_cache, glove_text, newsgroups, read_with_a_loop
from benchmarks.definition import Benchmark, Contender, Faster, demand

SIF_A = 1e-3


def prepare_ours(settings: Settings) -> Any:
    from skembed import GloveVectorizer, WordVectors

    vectors = WordVectors.load(glove_text(settings), cache_dir=glove_cache(settings))
    return GloveVectorizer, vectors, newsgroups("train", settings)[0]


def run_ours(pooling: str) -> Any:
    return lambda data: data[0](data[1], pooling=pooling).fit_transform(data[2])


def prepare_loop(settings: Settings) -> Any:
    return read_with_a_loop(glove_text(settings)), newsgroups("train", settings)[0]


def cut(text: str) -> list[str]:
    from skembed.text import KERAS_FILTERS

    return text.lower().translate(str.maketrans(dict.fromkeys(KERAS_FILTERS, " "))).split(" ")


def mean_of_documents(data: Any) -> Any:
    """Average document by document over a list of looked-up vectors, as zeugma does."""
    vectors, texts = data
    features = []
    for text in texts:
        found = [vectors[word] for word in cut(text) if word in vectors]
        features.append(np.mean(found, axis=0) if found else np.zeros(GLOVE_DIMS))
    return np.array(features)


def sum_of_tokens(data: Any) -> Any:
    """Add token to token, as one does over spaCy's documents."""
    vectors, texts = data
    features = np.zeros((len(texts), GLOVE_DIMS), dtype=np.float32)
    for row, text in zip(features, texts, strict=True):
        n = 0
        for word in cut(text):
            vector = vectors.get(word)
            if vector is not None:
                row += vector
                n += 1
        row /= max(n, 1)
    return features


def sif_of_documents(data: Any) -> Any:
    """Weigh words by their share of the corpus and remove the common component."""
    from collections import Counter

    from sklearn.decomposition import TruncatedSVD

    vectors, texts = data
    counts = Counter(word for text in texts for word in cut(text) if word)
    total = sum(counts.values())
    features = []
    for text in texts:
        found = [
            vectors[word] * (SIF_A / (SIF_A + counts[word] / total))
            for word in cut(text)
            if word in vectors
        ]
        features.append(np.mean(found, axis=0) if found else np.zeros(GLOVE_DIMS))
    pooled = np.array(features)
    common = TruncatedSVD(1, n_iter=7, random_state=0).fit(pooled).components_
    return pooled - pooled @ common.T @ common


def check(results: dict[str, Any]) -> str:
    mean, sif = results["skembed mean"], results["skembed sif"]
    for name in ("zeugma's way, mean", "token by token, mean"):
        gap = float(np.abs(results[name] - mean).max())
        demand(gap < 1e-3, f"{name} differs by {gap}")
    gap = float(np.abs(results["zeugma's way, sif"] - sif).max())
    demand(gap < 1e-3, f"sif differs by {gap}")
    return "features equal within 0.001 in every component"


BENCHMARK = Benchmark(
    number=5,
    title="Pooled GloVe 50d over 20 Newsgroups (11,314 messages), texts to features",
    contenders={
        "skembed mean": Contender(prepare_ours, run_ours("mean")),
        "zeugma's way, mean": Contender(prepare_loop, mean_of_documents),
        "token by token, mean": Contender(prepare_loop, sum_of_tokens),
        "skembed sif": Contender(prepare_ours, run_ours("sif")),
        "zeugma's way, sif": Contender(prepare_loop, sif_of_documents),
    },
    goals=[
        Faster("zeugma's way, mean", 10, ours="skembed mean"),
        Faster("token by token, mean", 10, ours="skembed mean"),
        Faster("zeugma's way, sif", 10, ours="skembed sif"),
    ],
    check=check,
    note="Ours learns the vocabulary and pools; the loops have nothing to learn but sif's counts. "
    "Vectors are loaded before.",
)
