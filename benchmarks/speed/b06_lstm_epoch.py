"""Benchmark 6: an epoch of an LSTM."""

from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.definition import AsAccurate, Benchmark, Contender, Faster, Figures, demand
from benchmarks.speed.training import EPOCHS, Corpus, embedded, load_corpus, ours, plain_keras

UNITS, BATCH_SIZE = 100, 64


def make_ours(corpus: Corpus) -> Any:
    from skembed import LSTMTextClassifier

    return LSTMTextClassifier(
        embeddings=corpus.vectors,
        trainable_embeddings=False,
        units=UNITS,
        spatial_dropout=0.0,
        learning_rate=1e-3,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        random_state=corpus.seed,
    )


def build_keras(corpus: Corpus) -> Any:
    import keras
    from keras import layers

    inputs, x = embedded(corpus)
    x = layers.LSTM(UNITS)(x)
    return keras.Model(inputs, layers.Dense(corpus.n_classes, activation="softmax")(x))


def prepare_torch(settings: Settings) -> Any:
    import torch

    torch.manual_seed(settings.seed)

    class Network(torch.nn.Module):
        def __init__(self, corpus: Corpus) -> None:
            super().__init__()
            vectors = torch.from_numpy(corpus.vectors)
            self.embedding = torch.nn.Embedding.from_pretrained(vectors)
            self.lstm = torch.nn.LSTM(corpus.vectors.shape[1], UNITS, batch_first=True)
            self.logits = torch.nn.Linear(UNITS, corpus.n_classes)

        def forward(self, ids: Any, lengths: Any) -> Any:
            states, _ = self.lstm(self.embedding(ids))
            return self.logits(states[torch.arange(len(ids)), lengths - 1])

    return load_corpus(settings), Network


def torch_batch(sequences: Any, rows: Any) -> tuple[Any, Any]:
    import torch

    lengths = sequences.lengths[rows]
    padded = np.zeros((len(rows), lengths.max()), dtype=np.int64)
    for target, row in zip(padded, rows, strict=True):
        ids = sequences[int(row)]
        target[: len(ids)] = ids
    return torch.from_numpy(padded), torch.from_numpy(lengths)


def run_torch(data: Any) -> Any:
    import torch

    corpus, make = data
    network = make(corpus)
    optimizer = torch.optim.Adam(network.parameters())
    order = np.random.default_rng(corpus.seed).permutation(len(corpus.y_train))
    for _ in range(EPOCHS):
        for start in range(0, len(order), BATCH_SIZE):
            rows = order[start : start + BATCH_SIZE]
            optimizer.zero_grad()
            logits = network(*torch_batch(corpus.train, rows))
            targets = torch.from_numpy(corpus.y_train[rows])
            torch.nn.functional.cross_entropy(logits, targets).backward()
            optimizer.step()
    return network


def report_torch(data: Any, network: Any) -> tuple[Any, Figures]:
    import torch

    corpus, right = data[0], 0
    with torch.no_grad():
        for start in range(0, len(corpus.y_test), BATCH_SIZE):
            rows = np.arange(start, min(start + BATCH_SIZE, len(corpus.y_test)))
            answers = network(*torch_batch(corpus.test, rows)).argmax(dim=1).numpy()
            right += int(np.sum(answers == corpus.y_test[rows]))
    weights = sum(p.numel() for p in network.parameters()) - corpus.vectors.size
    # Torch has two biases for each gate, which are only ever added.
    return weights - 4 * UNITS, {"accuracy": right / len(corpus.y_test)}


def check(results: dict[str, Any]) -> str:
    demand(len(set(results.values())) == 1, f"networks of different size: {results}")
    return f"networks with the same {results['skembed']:,} weights beside the word vectors"


BENCHMARK = Benchmark(
    title="One epoch of LSTM(100) on 20 Newsgroups, at most 1,000 tokens, frozen GloVe 50d",
    contenders={
        "skembed": ours(make_ours),
        "Keras, padded to 1,000": plain_keras(build_keras, "adam", BATCH_SIZE),
        "PyTorch, padded by batch": Contender(
            prepare_torch, run_torch, report_torch, requires="torch"
        ),
    },
    goals=[
        Faster("Keras, padded to 1,000", 4),
        Faster("PyTorch, padded by batch", 1.3),
        AsAccurate("Keras, padded to 1,000"),
        AsAccurate("PyTorch, padded by batch"),
    ],
    check=check,
    note="Whole fit with building and tracing, from token ids. One epoch is too few for a useful "
    "accuracy; it is compared, not recommended.",
)
