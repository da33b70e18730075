"""Benchmark 5: pooled word vectors."""

from collections import Counter
from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.corpora import newsgroups
from benchmarks.definition import Benchmark, Contender, Faster, demand
from benchmarks.vectors import GLOVE_DIMS, glove, glove_text, read_with_a_loop

SIF_A = 1e-3


def prepare_ours(settings: Settings) -> Any:
    from skembed import GloveVectorizer, KerasTokenizer

    tokenizer = KerasTokenizer(max_tokens=None)
    return GloveVectorizer(glove(settings), tokenizer=tokenizer), newsgroups("train", settings)[0]


def run_ours(pooling: str) -> Any:
    return lambda data: data[0].set_params(pooling=pooling).fit_transform(data[1])


def prepare_gensim(settings: Settings) -> Any:
    return glove(settings).to_gensim(), newsgroups("train", settings)[0]


def cut(text: str) -> list[str]:
    from skembed.text import KERAS_FILTERS

    table = str.maketrans(dict.fromkeys(KERAS_FILTERS, " "))
    return [word for word in text.lower().translate(table).split(" ") if word]


def zeugma_mean(data: Any) -> Any:
    """Document by document: drop unknown words, take gensim's vectors by a list, average."""
    model, texts = data
    features = []
    for text in texts:
        tokens = list(filter(lambda word: word in model, cut(text)))
        features.append(np.mean(model[tokens], axis=0) if tokens else np.zeros(GLOVE_DIMS))
    return np.array(features)


def zeugma_sif(data: Any) -> Any:
    """Do the same with words weighed by their share, and remove the common component."""
    from sklearn.decomposition import TruncatedSVD

    model, texts = data
    counts = Counter(word for text in texts for word in cut(text))
    total = sum(counts.values())
    features = []
    for text in texts:
        tokens = list(filter(lambda word: word in model, cut(text)))
        weights = np.array([SIF_A / (SIF_A + counts[word] / total) for word in tokens])
        weighted = model[tokens] * weights[:, None] if tokens else np.zeros((1, GLOVE_DIMS))
        features.append(np.mean(weighted, axis=0))
    pooled = np.array(features)
    common = TruncatedSVD(1, n_iter=7, random_state=0).fit(pooled).components_
    return pooled - pooled @ common.T @ common


def prepare_spacy(settings: Settings) -> Any:
    from spacy.tokens import Doc
    from spacy.vectors import Vectors
    from spacy.vocab import Vocab

    vectors, vocab = glove(settings), Vocab()
    keys = [vocab.strings.add(word) for word in vectors.words]
    vocab.vectors = Vectors(data=np.array(vectors.matrix), keys=keys)
    return lambda tokens: Doc(vocab, words=tokens), newsgroups("train", settings)[0]


def spacy_mean(data: Any) -> Any:
    """Average the vectors of a document's tokens that have one."""
    document_of, texts = data
    features = []
    for text in texts:
        document = document_of(cut(text))
        found = [token.vector for token in document if token.has_vector]
        features.append(np.mean(found, axis=0) if found else np.zeros(GLOVE_DIMS))
    return np.array(features)


def prepare_dict(settings: Settings) -> Any:
    return read_with_a_loop(glove_text(settings)), newsgroups("train", settings)[0]


def add_from_a_dict(data: Any) -> Any:
    """Add token to token out of a dict: about the least that a loop can do."""
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


def check(results: dict[str, Any]) -> str:
    for name, features in results.items():
        ours = results["skembed sif" if name.endswith("sif") else "skembed mean"]
        gap = float(np.abs(features - ours).max())
        demand(gap < 1e-3, f"{name} differs by {gap}")
    return "features equal within 0.001 in every component"


BENCHMARK = Benchmark(
    title="Pooled GloVe 50d over 20 Newsgroups (11,314 messages), texts to features",
    contenders={
        "skembed mean": Contender(prepare_ours, run_ours("mean")),
        "zeugma's way, mean": Contender(prepare_gensim, zeugma_mean),
        "spaCy's tokens, mean": Contender(prepare_spacy, spacy_mean, requires="spacy"),
        "loop over a dict, mean": Contender(prepare_dict, add_from_a_dict),
        "skembed sif": Contender(prepare_ours, run_ours("sif")),
        "zeugma's way, sif": Contender(prepare_gensim, zeugma_sif),
    },
    goals=[
        Faster("zeugma's way, mean", 10, ours="skembed mean"),
        Faster("spaCy's tokens, mean", 10, ours="skembed mean"),
        Faster("zeugma's way, sif", 10, ours="skembed sif"),
    ],
    check=check,
    note="skembed learns the vocabulary and pools. The others only have to learn the counts for "
    "sif. All of them cut words by Keras's rules, and vectors are loaded before. zeugma's "
    "way is that of its `EmbeddingTransformer` (github.com/nkthiebaut/zeugma): for each "
    "document it makes a list of the tokens that gensim's `KeyedVectors` knows, looks "
    "these vectors up, and takes their mean. zeugma does not have sif; here it is the same "
    "with weights. spaCy's way is the loop of many recipes over `token.vector` and "
    "`token.has_vector`, on spaCy documents made of these words. Its own tokenizer would "
    "take several times as long again. The loop over a dict adds to a float32 row without "
    "any library. No goal measures it.",
)
