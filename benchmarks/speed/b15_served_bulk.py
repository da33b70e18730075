"""Benchmark 15: the answers to many documents, from ONNX files."""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.alone import network_alone
from benchmarks.child import Settings
from benchmarks.corpora import newsgroups
from benchmarks.definition import Benchmark, Contender, Faster, Figures, demand
from benchmarks.vectors import GLOVE

MAX_LENGTH = 1_000


def fitted(name: str, settings: Settings) -> tuple[Any, list[str], Any]:
    """Fit one epoch; return the classifier with test texts and their classes."""
    import skembed

    texts, labels = newsgroups("train", settings)
    others, wanted = newsgroups("test", settings)
    tokenizer = skembed.KerasTokenizer(max_length=MAX_LENGTH)
    classifier = network_alone(
        f"{name}TextClassifier", embeddings=GLOVE, tokenizer=tokenizer, epochs=1, random_state=0
    )
    return classifier.fit(texts[:2000], labels[:2000]), others, wanted


def contender(ask: Callable[[Any, Settings], tuple[Any, Figures]], name: str) -> Contender:
    """Let what is made of a fitted classifier answer to all texts; with further figures."""

    def prepare(settings: Settings) -> Any:
        estimator, texts, wanted = fitted(name, settings)
        return *ask(estimator, settings), texts, wanted

    def report(data: Any, probabilities: Any) -> tuple[Any, Figures]:
        right = float((probabilities.argmax(axis=1) == data[3]).mean())
        return np.asarray(probabilities), {"accuracy": right, **data[1]}

    return Contender(prepare, lambda data: data[0].predict_proba(data[2]), report)


def served(name: str, dtype: str) -> Contender:
    def ask(estimator: Any, settings: Settings) -> tuple[Any, Figures]:
        from skembed import to_onnx
        from skembed.serve import Predictor

        path = settings.work / f"bulk-{name}-{dtype}.onnx"
        to_onnx(estimator, path, embedding_dtype=dtype)
        return Predictor(path), {"file_mb": path.stat().st_size / 1e6}

    return contender(ask, name)


def check(results: dict[str, Any]) -> str:
    gaps = []
    for contender, probabilities in results.items():
        if contender.startswith("Predictor"):
            _, name, dtype = contender.split(", ")
            gap = np.abs(probabilities - results[f"classifier, {name}"]).max()
            demand(bool(dtype != "float32" or gap < 1e-4), f"{contender}: off by {gap}")
            gaps.append(f"{name}, {dtype}: {gap:.1g}")
    return "probabilities differ from the classifier's by at most " + "; ".join(gaps)


NAMES, DTYPES = ("LSTM", "CNN"), ("float32", "float16", "int8")

BENCHMARK = Benchmark(
    title="predict_proba of the 20 Newsgroups test set, from text, by skembed.serve.Predictor",
    contenders={
        **{
            f"classifier, {name}": contender(lambda estimator, _: (estimator, {}), name)
            for name in NAMES
        },
        **{
            f"Predictor, {name}, {dtype}": served(name, dtype) for name in NAMES for dtype in DTYPES
        },
    },
    goals=[Faster(f"classifier, {name}", 2, ours=f"Predictor, {name}, float32") for name in NAMES],
    check=check,
    note="Both read texts. float16 and int8 are the types in which word vectors are stored. "
    "`file mb` is the size of the ONNX file, with its words.",
)
