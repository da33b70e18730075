"""Benchmark 8: a grid search."""

from typing import Any

import numpy as np

from benchmarks.alone import network_alone
from benchmarks.child import Settings
from benchmarks.corpora import numbered
from benchmarks.definition import Benchmark, Contender, Faster, Figures, all_equal

EMBEDDING_DIM, UNITS, FILTERS, EPOCHS, BATCH_SIZE, MAX_LENGTH = 50, 100, 128, 3, 64, 40
RATES, DROPOUTS = [1e-3, 3e-3], [0.0, 0.5]


def questions(settings: Settings) -> tuple[list[str], Any]:
    texts, labels = numbered("trec.csv.gz", "coarse")
    n = 300 if settings.quick else len(texts)
    order = np.random.default_rng(0).permutation(len(texts))[:n]
    return [texts[i] for i in order], labels[order]


def search(estimator: Any, grid: dict[str, Any], X: Any, y: Any) -> Any:
    from sklearn.model_selection import GridSearchCV, StratifiedKFold

    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    return GridSearchCV(
        estimator, grid, cv=folds, n_jobs=2, scoring="accuracy", refit=False, error_score="raise"
    ).fit(X, y)


def ours(name: str) -> Contender:
    def prepare(settings: Settings) -> Any:
        import skembed

        network = {"units": UNITS} if name.startswith("LSTM") else {"filters": FILTERS}
        classifier = network_alone(
            name,
            embedding_dim=EMBEDDING_DIM,
            spatial_dropout=0.0,
            epochs=EPOCHS,
            batch_size=BATCH_SIZE,
            tokenizer=skembed.KerasTokenizer(max_length=MAX_LENGTH),
            random_state=settings.seed,
            **network,
        )
        return classifier, questions(settings)

    def run(data: Any) -> Any:
        grid = {"learning_rate": RATES, "dense_dropout": DROPOUTS}
        return search(data[0], grid, *data[1])

    return Contender(prepare, run, report)


def build(kind: str, n_rows: int, dropout: float) -> Any:
    """Build a network of plain Keras; scikeras calls it in the workers."""
    import keras
    from keras import layers

    inputs = keras.Input((MAX_LENGTH,), dtype="int32")
    x = layers.Embedding(n_rows, EMBEDDING_DIM)(inputs)
    if kind == "LSTM":
        x = layers.LSTM(UNITS)(x)
    else:
        convolutions = [layers.Conv1D(FILTERS, size, activation="relu")(x) for size in (3, 4, 5)]
        x = layers.Concatenate()([layers.GlobalMaxPooling1D()(c) for c in convolutions])
    x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, layers.Dense(6, activation="softmax")(x))


def scikeras(kind: str) -> Contender:
    def prepare(settings: Settings) -> Any:
        from scikeras.wrappers import KerasClassifier

        from skembed import KerasTokenizer

        texts, labels = questions(settings)
        tokenizer = KerasTokenizer(max_length=MAX_LENGTH, output="padded")
        ids = tokenizer.fit_transform(texts)
        classifier = KerasClassifier(
            build,
            kind=kind,
            n_rows=len(tokenizer.vocabulary_) + 2,
            dropout=0.0,
            loss="sparse_categorical_crossentropy",
            optimizer="adam",
            optimizer__learning_rate=1e-3,
            epochs=EPOCHS,
            batch_size=BATCH_SIZE,
            verbose=0,
            random_state=settings.seed,
        )
        return classifier, (ids, labels)

    def run(data: Any) -> Any:
        grid = {"optimizer__learning_rate": RATES, "dropout": DROPOUTS}
        return search(data[0], grid, *data[1])

    return Contender(prepare, run, report, requires="scikeras")


def report(data: Any, found: Any) -> tuple[Any, Figures]:
    scores = found.cv_results_["mean_test_score"]
    return len(scores) * found.n_splits_, {"accuracy": float(scores.max())}


BENCHMARK = Benchmark(
    title="GridSearchCV over TREC, 4 candidates × 3 folds, n_jobs=2",
    contenders={
        "skembed CNN": ours("CNNTextClassifier"),
        "scikeras CNN": scikeras("CNN"),
        "skembed LSTM": ours("LSTMTextClassifier"),
        "scikeras LSTM": scikeras("LSTM"),
    },
    goals=[
        Faster("scikeras CNN", 5, ours="skembed CNN"),
        Faster("scikeras LSTM", 5, ours="skembed LSTM"),
    ],
    check=all_equal("12 fits each on the same folds; best accuracies are in the table"),
    note="skembed gets texts. scikeras gets ids of all questions, tokenized and padded to 40 "
    "tokens beforehand. The time includes starting the workers. Peak memory is that of the "
    "calling process.",
)
