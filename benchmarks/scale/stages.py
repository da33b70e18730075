"""What each stage of a fit takes for so many documents, on one core."""

import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.alone import network_alone
from benchmarks.child import Settings
from benchmarks.corpora import first_of, passages_file
from benchmarks.definition import Benchmark, Contender, Figures, demand
from benchmarks.vectors import GLOVE
from skembed.data import DOCUMENTS_AT_ONCE

SMALL, LARGE = 50_000, 500_000
SMALL_TRAINED, LARGE_TRAINED = 10_000, 30_000


@dataclass(frozen=True)
class Work:
    """The work of a stage.

    Attributes
    ----------
    n_documents : int
        Of how many documents.
    run : callable
        Does it; what it returns goes to `figures`.
    figures : callable
        Returns what else is to be known.
    """

    n_documents: int
    run: Callable[[], Any]
    figures: Callable[[Any], Figures] = lambda result: {}


def on_one_core() -> None:
    """Keep this process, and the libraries that it will load, to one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.environ["OMP_NUM_THREADS"] = "1"


def documents_of(settings: Settings, n_documents: int) -> tuple[list[str], list[int]]:
    """Return so many texts, and their labels."""
    return first_of(passages_file(settings, LARGE), n_documents // (10 if settings.quick else 1))


def batches_of(settings: Settings, n_documents: int) -> tuple[Any, NDArray[np.bool_]]:
    """Return documents as a stream of batches in memory, and that all of them are kept."""
    from skembed.data import stream

    texts, labels = documents_of(settings, n_documents)
    parts = (slice(i, i + DOCUMENTS_AT_ONCE) for i in range(0, len(texts), DOCUMENTS_AT_ONCE))
    return stream([(texts[part], labels[part]) for part in parts]), np.ones(len(texts), dtype=bool)


def read(settings: Settings, n_documents: int) -> Work:
    """Read texts and labels from a Parquet file."""
    from pyarrow.parquet import ParquetFile

    from skembed.data import stream

    path = passages_file(settings, n_documents)
    with ParquetFile(path) as file:
        n_documents = file.metadata.num_rows
    texts = stream(path, text="text", label="label")

    def figures(n_characters: int) -> Figures:
        return {"file_bytes": path.stat().st_size, "characters": n_characters}

    return Work(n_documents, lambda: sum(len("".join(some)) for some, _ in texts), figures)


def find_labels(settings: Settings, n_documents: int) -> Work:
    """Read the column of the labels, and number them."""
    from skembed.classifiers._find_task import find_task
    from skembed.classifiers._label_column import read_labels
    from skembed.data import stream

    source = stream(passages_file(settings, n_documents), text="text", label="label")
    n_documents = sum(len(labels) for labels in source.labels())

    def number() -> Any:
        column = read_labels(source.labels(), "X")
        return column.encode(find_task(column.values))

    return Work(n_documents, number, lambda targets: {"memory_bytes": targets.nbytes})


def count(settings: Settings, n_documents: int) -> Work:
    """Cut documents into words, count these, and write their numbers to a file."""
    from skembed import KerasTokenizer
    from skembed.text._batches import TokenFile

    source, kept = batches_of(settings, n_documents)
    tokenizer, tokens = KerasTokenizer(max_tokens=None), TokenFile()

    def figures(_: Any) -> Figures:
        counts = tokenizer.token_counts_
        with tokens:
            n_bytes = _file_size(tokens)
        return {"tokens": int(counts.sum()), "words": len(counts) - 2, "file_bytes": n_bytes}

    return Work(len(kept), lambda: _count(tokenizer, source, kept, tokens), figures)


def write_ids(settings: Settings, n_documents: int) -> Work:
    """Read the numbers of words and write ids to another file."""
    from skembed import KerasTokenizer
    from skembed.classifiers._reader import as_data
    from skembed.text._batches import TokenFile

    source, kept = batches_of(settings, n_documents)
    files, tokenizer = ExitStack(), KerasTokenizer(max_tokens=None)
    tokens = files.enter_context(TokenFile())
    _count(tokenizer, source, kept, tokens)

    def figures(written: Any) -> Figures:
        with files:
            n_bytes = _file_size(written[0])
        return {"file_bytes": n_bytes, "memory_bytes": written[0].offsets.nbytes}

    read = ((True, as_data(tokenizer._encode_numbered(some))) for some in tokens)
    return Work(len(kept), lambda: _streamed(source).collect(read, files), figures)


def _count(tokenizer: Any, source: Any, kept: NDArray[np.bool_], tokens: Any) -> Any:
    """Count words as a fit does."""
    from skembed.text._batches import count_on_stream

    count_on_stream(tokenizer, _streamed(source).batches(kept), "X", tokens)
    return tokenizer


def _streamed(source: Any) -> Any:
    from skembed.classifiers._label_column import read_labels
    from skembed.classifiers._sources import Streamed

    return Streamed("documents", None, "X", source, read_labels)


def _file_size(spool: Any) -> int:
    spool._file.flush()
    return os.fstat(spool._file.fileno()).st_size


def pool(settings: Settings, n_documents: int) -> Work:
    """Make features of 50 dimensions, the mean vectors of documents."""
    from skembed import GloveVectorizer

    texts, _ = documents_of(settings, n_documents)
    vectorizer = GloveVectorizer(GLOVE).fit(texts)
    return Work(len(texts), lambda: vectorizer.transform(texts))


def train(kind: str) -> Callable[[Settings, int], Work]:
    """Return what prepares the second epoch of a network, whose graph the first has traced."""

    def prepare(settings: Settings, n_documents: int) -> Work:
        import skembed
        from skembed.networks import EMBEDDING

        texts, labels = documents_of(settings, n_documents)
        classifier = network_alone(kind, embeddings=GLOVE, epochs=2, random_state=0)

        def figures(fitted: Any) -> Figures:
            with tempfile.TemporaryDirectory() as folder:
                skembed.save(fitted, Path(folder, "model"))
                size = Path(folder, "model").stat().st_size
            variables = fitted.network_.trainable_variables
            gradients = {v.path: v.value.numpy().nbytes for v in variables}
            (row,) = (v.shape[1] * 4 for v in variables if v.path == EMBEDDING)
            return {
                "seconds": fitted.history_["seconds"][1],
                "first_seconds": fitted.history_["seconds"][0],
                "model_bytes": size,
                "gradient_bytes": sum(gradients.values()),
                "embedding_bytes": gradients[EMBEDDING],
                "row_bytes": row,
                "batch_size": fitted.batch_size,
            }

        return Work(len(texts), lambda: classifier.fit(texts, labels), figures)

    return prepare


def predict(kind: str, *, served: bool = False) -> Callable[[Settings, int], Work]:
    """Return what prepares the answers of a fitted network to texts."""

    def prepare(settings: Settings, n_documents: int) -> Work:
        import skembed
        from skembed.serve import Predictor

        texts, labels = documents_of(settings, n_documents)
        n_fitted = min(2_000, len(texts))
        model: Any = network_alone(kind, embeddings=GLOVE, epochs=1, random_state=0)
        model.fit(texts[:n_fitted], labels[:n_fitted])
        if served:
            path = settings.work / f"{kind}.{settings.seed}.onnx"
            skembed.to_onnx(model, path)
            model = Predictor(path)
        model.predict(texts[:1_000])
        return Work(len(texts), lambda: model.predict(texts))

    return prepare


Stage = Callable[[Settings, int], Work]

TEXTS: dict[str, Stage] = {
    "read texts and labels": read,
    "find the labels": find_labels,
    "count words": count,
    "write ids": write_ids,
    "mean vectors (GloveVectorizer)": pool,
}
NETWORKS: dict[str, Stage] = {
    "one epoch, CNN": train("CNNTextClassifier"),
    "one epoch, LSTM": train("LSTMTextClassifier"),
    "predict, CNN": predict("CNNTextClassifier"),
    "predict, LSTM": predict("LSTMTextClassifier"),
    "predict, CNN as ONNX": predict("CNNTextClassifier", served=True),
    "predict, LSTM as ONNX": predict("LSTMTextClassifier", served=True),
}
SIZES = dict.fromkeys(TEXTS, (SMALL, LARGE)) | dict.fromkeys(
    NETWORKS, (SMALL_TRAINED, LARGE_TRAINED)
)


def contender(stage: Stage, n_documents: int) -> Contender:
    """Make a contender of a stage."""

    def prepare(settings: Settings) -> Work:
        on_one_core()
        return stage(settings, n_documents)

    def report(work: Work, result: Any) -> tuple[int, Figures]:
        return work.n_documents, {"documents": work.n_documents} | work.figures(result)

    return Contender(prepare, lambda work: work.run(), report)


def name_of(stage: str, n_documents: int) -> str:
    """Name a stage that works on so many documents."""
    return f"{stage}: {n_documents:,}"


def check(results: dict[str, int]) -> str:
    """Demand that no stage was idle. Stages cannot be compared with each other."""
    for name, n_documents in results.items():
        demand(n_documents > 0, f"{name}: no documents")
    return "every stage had documents"


BENCHMARK = Benchmark(
    title="Stages of a fit, on one core",
    contenders={
        name_of(name, n): contender(stage, n)
        for name, stage in (TEXTS | NETWORKS).items()
        for n in SIZES[name]
    },
    check=check,
)
