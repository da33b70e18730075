"""Benchmark 14: the answer to one short document, from an ONNX file."""

from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.definition import AtMost, Benchmark, Contender, Faster, demand
from benchmarks.speed.b10_one_document import CALLS, fitted, ours, report, timed


def served(name: str) -> Contender:
    def prepare(settings: Settings) -> Any:
        from skembed import to_onnx
        from skembed.serve import Predictor

        classifier, text = fitted(name, settings)
        path = settings.work / f"{name}.onnx"
        to_onnx(classifier, path)
        return Predictor(path), text, settings

    def run(data: Any) -> Any:
        predictor, text, settings = data
        return timed(lambda: predictor.predict_proba([text]), settings)

    return Contender(prepare, run, report)


def check(results: dict[str, Any]) -> str:
    for name in ("LSTM", "CNN"):
        gap = np.abs(results[f"Predictor, {name}"] - results[f"classifier, {name}"]).max()
        demand(bool(gap < 1e-4), f"{name}: probabilities differ by {gap}")
    return "the same probabilities within 0.0001"


BENCHMARK = Benchmark(
    title="One short document (a TREC question), from text, by skembed.serve.Predictor",
    contenders={
        "Predictor, LSTM": served("LSTMTextClassifier"),
        "classifier, LSTM": ours("LSTMTextClassifier"),
        "Predictor, CNN": served("CNNTextClassifier"),
        "classifier, CNN": ours("CNNTextClassifier"),
    },
    goals=[
        AtMost("median_ms", 0.5, "ms", ours="Predictor, LSTM"),
        AtMost("median_ms", 0.5, "ms", ours="Predictor, CNN"),
        Faster("classifier, LSTM", 1, ours="Predictor, LSTM"),
        Faster("classifier, CNN", 1, ours="Predictor, CNN"),
    ],
    check=check,
    note=f"Seconds are the median of {CALLS} calls in a process.",
)
