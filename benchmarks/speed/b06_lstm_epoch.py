"""Benchmark 6: an epoch of an LSTM."""

from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.definition import AsAccurate, Benchmark, Contender, Faster, Figures, all_equal
from benchmarks.speed.training import EPOCHS, Corpus, frozen, load_corpus, ours, plain_keras

UNITS, BATCH_SIZE = 100, 64


def make_ours(corpus: Corpus) -> Any:
    more = {"spatial_dropout": 0.0, "learning_rate": 1e-3, "batch_size": BATCH_SIZE}
    return frozen(corpus, "LSTMTextClassifier", units=UNITS, **more)


def encode(x: Any) -> Any:
    from keras import layers

    return layers.LSTM(UNITS)(x)


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


BENCHMARK = Benchmark(
    title="One epoch of LSTM(100) on 20 Newsgroups, at most 1,000 tokens, frozen GloVe 50d",
    contenders={
        "skembed": ours(make_ours),
        "Keras, padded to 1,000": plain_keras(encode, "adam", BATCH_SIZE),
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
    check=all_equal("networks with as many weights beside the word vectors"),
    note="The time is that of a whole fit from token ids, with building and tracing. One epoch "
    "is too few for a useful accuracy: the accuracies are compared, not recommended.",
)
