"""Benchmark 9: fit after fit in one process."""

import gc
import statistics
import time
from typing import Any

import numpy as np

from benchmarks.alone import network_alone
from benchmarks.child import Settings, resident_memory_mb
from benchmarks.corpora import numbered
from benchmarks.definition import AtMost, Benchmark, Contender, Faster, Figures, all_equal
from benchmarks.speed.training import start_engine

UNITS, BATCH_SIZE, N_FITS, N_DOCUMENTS, MAX_LENGTH = 100, 64, 50, 1_500, 20

stepping = [0.0]
"""Seconds spent in training steps since the list was reset."""


def step_timer() -> Any:
    import keras

    class StepTimer(keras.callbacks.Callback):
        """Adds up the time between begin and end of every batch."""

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            self.begun = time.perf_counter()

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            stepping[0] += time.perf_counter() - self.begun

    return StepTimer()


def folds(settings: Settings) -> tuple[list[Any], int]:
    """Return other questions for each fit, as cross-validation does."""
    texts, labels = numbered("trec.csv.gz", "coarse")
    rng = np.random.default_rng(settings.seed)
    chosen = [rng.permutation(len(texts))[:N_DOCUMENTS] for _ in range(N_FITS)]
    fits = [([texts[i] for i in rows], labels[rows]) for rows in chosen]
    return fits[: 4 if settings.quick else N_FITS], len(set(labels.tolist()))


def prepare_ours(settings: Settings) -> Any:
    start_engine()
    return folds(settings)


def fit_ours(texts: list[str], labels: Any, n_classes: int) -> int:
    classifier = network_alone(
        "LSTMTextClassifier",
        embedding_dim=50, units=UNITS, spatial_dropout=0.0, epochs=1, batch_size=BATCH_SIZE,
        callbacks=[step_timer()], random_state=0,
    )  # fmt: skip
    return len(classifier.fit(texts, labels).predict(texts[:10]))


def prepare_keras(settings: Settings) -> Any:
    import keras
    import tensorflow  # noqa: F401

    keras.utils.set_random_seed(0)
    return folds(settings)


def fit_keras(texts: list[str], labels: Any, n_classes: int) -> int:
    import keras
    from keras.layers import LSTM, Dense, Embedding
    from tensorflow.keras.preprocessing.text import Tokenizer

    keras.backend.clear_session()
    tokenizer = Tokenizer(20_000, oov_token="[UNK]")
    tokenizer.fit_on_texts(texts)
    ids = keras.utils.pad_sequences(tokenizer.texts_to_sequences(texts), MAX_LENGTH)
    rows, softmax = len(tokenizer.word_index) + 1, Dense(n_classes, activation="softmax")
    network = keras.Sequential([Embedding(rows, 50), LSTM(UNITS), softmax])
    network.compile("adam", "sparse_categorical_crossentropy")
    network.fit(ids, labels, batch_size=BATCH_SIZE, verbose=0, callbacks=[step_timer()])
    return len(network.predict(ids[:10], verbose=0))


def repeat(fit: Any) -> Any:
    def run(data: Any) -> Any:
        fits, n_classes = data
        seconds, outside, memory, answers = [], [], [], []
        for texts, labels in fits:
            stepping[0] = 0.0
            start = time.perf_counter()
            answers.append(fit(texts, labels, n_classes))
            seconds.append(time.perf_counter() - start)
            outside.append(seconds[-1] - stepping[0])
            gc.collect()
            memory.append(resident_memory_mb())
        return seconds, outside, memory, answers

    return run


def report(data: Any, result: Any) -> tuple[Any, Figures]:
    seconds, outside, memory, answers = result
    tenth = min(9, len(seconds) - 1)
    early = memory[min(4, len(memory) - 1)]
    return answers, {
        "seconds": statistics.median(seconds[tenth:]),
        "first_fit_s": seconds[0],
        "second_fit_s": seconds[1],
        "tenth_fit_s": seconds[tenth],
        "second_fit_outside_of_steps_s": outside[1],
        "median_outside_of_steps_s": statistics.median(outside[1:]),
        "growth_from_fit_5_to_50_percent": (memory[-1] / early - 1) * 100,
        "memory_after_50_fits_MB": memory[-1],
    }


BENCHMARK = Benchmark(
    title="Fifty fits of an LSTM in one process, 1,500 other TREC questions each time",
    contenders={
        "skembed": Contender(prepare_ours, repeat(fit_ours), report),
        "Keras, clear_session": Contender(prepare_keras, repeat(fit_keras), report),
    },
    goals=[
        AtMost("second_fit_outside_of_steps_s", 0.2, "s"),
        AtMost("growth_from_fit_5_to_50_percent", 2, "%"),
        Faster("Keras, clear_session", 1, figure="tenth_fit_s"),
    ],
    check=all_equal("the same documents in every fit, a prediction for each document"),
    note="Each fit reads texts, trains one epoch and predicts ten questions. Seconds are the "
    "median of fits 10 to 50. A Keras callback measures the time outside of training "
    "steps.",
)
