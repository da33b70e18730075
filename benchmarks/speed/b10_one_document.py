"""Benchmark 10: the answer to one short document."""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.alone import network_alone
from benchmarks.child import Settings
from benchmarks.corpora import numbered
from benchmarks.definition import AtMost, Benchmark, Contender, Faster, Figures, demand, timed

CALLS = 1_000


def fitted(name: str, settings: Settings) -> tuple[Any, str]:

    texts, labels = numbered("trec.csv.gz", "coarse")
    classifier = network_alone(name, epochs=1, random_state=0)
    return classifier.fit(texts[:500], labels[:500]), texts[0]


def contender(ask: Callable[[Settings], Callable[[], Any]]) -> Contender:
    """Call something again and again that answers to one document."""

    def prepare(settings: Settings) -> Any:
        return ask(settings), 20 if settings.quick else CALLS

    def run(data: Any) -> Any:
        call, n_calls = data
        call()
        return timed(call, n_calls)

    return Contender(prepare, run, report)


def ours(name: str) -> Contender:
    def ask(settings: Settings) -> Callable[[], Any]:
        classifier, text = fitted(name, settings)
        return lambda: classifier.predict_proba([text])

    return contender(ask)


def keras_predict(name: str) -> Contender:
    def ask(settings: Settings) -> Callable[[], Any]:
        import tensorflow  # noqa: F401  before skembed: TensorFlow has its own number of threads

        classifier, text = fitted(name, settings)
        network, tokenizer = classifier.network_, classifier.tokenizer_
        return lambda: network.predict(tokenizer.transform([text]).to_dense(), verbose=0)

    return contender(ask)


def served(name: str) -> Contender:
    def ask(settings: Settings) -> Callable[[], Any]:
        from skembed import to_onnx
        from skembed.serve import Predictor

        classifier, text = fitted(name, settings)
        path = settings.work / f"{name}.onnx"
        to_onnx(classifier, path)
        predictor = Predictor(path)
        return lambda: predictor.predict_proba([text])

    return contender(ask)


def report(data: Any, result: Any) -> tuple[Any, Figures]:
    answer, seconds = result
    milliseconds = np.array(seconds) * 1e3
    return np.asarray(answer), {
        "seconds": float(np.median(seconds)),
        "median_ms": float(np.median(milliseconds)),
        "99th_percentile_ms": float(np.quantile(milliseconds, 0.99)),
    }


def check_pairs(ours: str, theirs: str, tolerance: float) -> Callable[[dict[str, Any]], str]:
    """Compare the probabilities of two ways to call each network."""

    def check(results: dict[str, Any]) -> str:
        for name in ("LSTM", "CNN"):
            gap = np.abs(results[f"{ours} {name}"] - results[f"{theirs} {name}"]).max()
            demand(bool(gap < tolerance), f"{name}: probabilities differ by {gap}")
        return f"the same probabilities within {tolerance:f}".rstrip("0")

    return check


BENCHMARK = Benchmark(
    title="predict_proba of one short document (a TREC question), from text",
    contenders={
        "skembed LSTM": ours("LSTMTextClassifier"),
        "Keras LSTM": keras_predict("LSTMTextClassifier"),
        "skembed CNN": ours("CNNTextClassifier"),
        "Keras CNN": keras_predict("CNNTextClassifier"),
    },
    goals=[
        Faster("Keras LSTM", 40, ours="skembed LSTM"),
        AtMost("median_ms", 2, "ms", ours="skembed LSTM"),
        Faster("Keras CNN", 40, ours="skembed CNN"),
        AtMost("median_ms", 2, "ms", ours="skembed CNN"),
    ],
    check=check_pairs("skembed", "Keras", 1e-5),
    note=f"Seconds are the median of {CALLS} calls in a process. Keras calls `model.predict` with "
    "the same weights and the same tokenizer.",
)
