"""What the networks can learn."""

import numpy as np
import pytest

NETWORKS = {
    "cnn": ("cnn", {}),
    "cnn of three kernels": ("cnn", {"kernel_sizes": (1, 2, 3)}),
    "stacked": ("cnn", {"kernel_sizes": (2, 2), "stacked": True, "pool_size": 2, "filters": 8}),
    "lstm": ("lstm", {"units": 6, "learning_rate": 0.03, "epochs": 60}),
    "lstm, mean": ("lstm", {"pooling": "mean", "epochs": 80}),
    "bidirectional, max": ("lstm", {"bidirectional": True, "pooling": "max"}),
    "focal": ("cnn", {"loss": "focal"}),
    "top k": ("cnn", {"loss": "top_k", "top_k": 8}),
    "batch norm": ("cnn", {"dense_units": (6,), "batch_norm": True, "filters": 8}),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_learns_a_corpus_that_can_be_learned(request, texts, labels, name):
    network, parameters = NETWORKS[name]
    make = request.getfixturevalue(network)
    defaults = dict(epochs=40, learning_rate=0.03, spatial_dropout=0.0)
    classifier = make(**{**defaults, **parameters}).fit(texts, labels)
    assert classifier.score(texts, labels) == 1.0
    # in any order of the words' company
    assert classifier.predict(["sun", "the hail"]).tolist() == ["fine", "foul"]


def test_an_lstm_learns_short_documents_among_long_ones(lstm):
    # With unmasked padding behind them an LSTM forgets what the short ones said.
    rng = np.random.default_rng(0)
    words = np.array(["and", "the", "of", "on", "in"])
    documents, labels = [], []
    for i in range(60):
        company = rng.choice(words, 150 if i % 6 == 0 else rng.integers(0, 3))
        documents.append(" ".join([*company, ("sun", "rain")[i % 2]]))
        labels.append(i % 2)
    classifier = lstm(epochs=30, learning_rate=0.03, spatial_dropout=0.0, batch_size=64)
    classifier.fit(documents, labels)
    short = [len(document.split()) < 4 for document in documents]
    right = classifier.predict(documents) == labels
    assert right[short].all()
    assert right.mean() > 0.95


def test_the_harder_class_gains_by_its_weight(cnn):
    rng = np.random.default_rng(0)
    words = np.array(["a", "b", "c", "d", "e", "f", "g", "h"])
    X = [" ".join(rng.choice(words, 4)) for _ in range(200)]
    y = (rng.random(200) < 0.1).astype(int)  # nothing to learn but how rare it is
    plain = cnn(epochs=10, learning_rate=0.01).fit(X, y).predict_proba(X)[:, 1].mean()
    balanced = cnn(epochs=10, learning_rate=0.01, class_weight="balanced")
    assert plain < 0.25
    assert 0.35 < balanced.fit(X, y).predict_proba(X)[:, 1].mean() < 0.65
