"""Benchmark 10: the answer to one short document."""

import time
from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.corpora import numbered
from benchmarks.definition import AtMost, Benchmark, Contender, Faster, Figures, demand

CALLS = 1_000


def fitted(name: str, settings: Settings) -> tuple[Any, str]:
    import skembed

    texts, labels = numbered("trec.csv.gz", "coarse")
    classifier = getattr(skembed, name)(epochs=1, random_state=0)
    return classifier.fit(texts[:500], labels[:500]), texts[0]


def timed(call: Any, settings: Settings) -> tuple[Any, list[float]]:
    answer = call()
    seconds = []
    for _ in range(20 if settings.quick else CALLS):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return answer, seconds


def ours(name: str) -> Contender:
    def run(data: Any) -> Any:
        (classifier, text), settings = data
        return timed(lambda: classifier.predict_proba([text]), settings)

    return Contender(lambda settings: (fitted(name, settings), settings), run, report)


def keras_predict(name: str) -> Contender:
    def prepare(settings: Settings) -> Any:
        import tensorflow  # noqa: F401  before skembed: TensorFlow has its own number of threads

        classifier, text = fitted(name, settings)
        return classifier.network_, classifier.tokenizer_, text, settings

    def run(data: Any) -> Any:
        network, tokenizer, text, settings = data

        def call() -> Any:
            return network.predict(tokenizer.transform([text]).to_dense(), verbose=0)

        return timed(call, settings)

    return Contender(prepare, run, report)


def report(data: Any, result: Any) -> tuple[Any, Figures]:
    answer, seconds = result
    milliseconds = np.array(seconds) * 1e3
    return np.asarray(answer), {
        "seconds": float(np.median(seconds)),
        "median_ms": float(np.median(milliseconds)),
        "99th_percentile_ms": float(np.quantile(milliseconds, 0.99)),
    }


def check(results: dict[str, Any]) -> str:
    for name in ("LSTM", "CNN"):
        gap = np.abs(results[f"skembed {name}"] - results[f"Keras {name}"]).max()
        demand(bool(gap < 1e-5), f"{name}: probabilities differ by {gap}")
    return "the same probabilities within 0.00001"


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
    check=check,
    note=f"Seconds are the median of {CALLS} calls in a process. Keras calls `model.predict` with "
    "the same weights and the same tokenizer.",
)
