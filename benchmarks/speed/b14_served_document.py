"""Benchmark 14: the answer to one short document, from an ONNX file."""

from benchmarks.definition import AtMost, Benchmark, Faster
from benchmarks.speed.b10_one_document import CALLS, check_pairs, ours, served

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
    check=check_pairs("Predictor,", "classifier,", 1e-4),
    note=f"Seconds are the median of {CALLS} calls in a process.",
)
