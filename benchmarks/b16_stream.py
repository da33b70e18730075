"""Benchmark 16: ten million documents from a file, in less memory than they take."""

import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.data import newsgroups
from benchmarks.definition import AtMost, Benchmark, Contender, Faster, Figures, demand

ALL, SAMPLE = 10_000_000, 500_000
WORDS = 15, 40


def passages(settings: Settings) -> tuple[list[str], list[int]]:
    """Cut the messages of 20 Newsgroups into passages of 15 to 40 words."""
    messages, labels = newsgroups("train", settings)
    rng = np.random.default_rng(0)
    texts, classes = [], []
    for message, label in zip(messages, labels.tolist(), strict=True):
        words, start = message.split(), 0
        while len(words) - start >= WORDS[0]:
            stop = start + int(rng.integers(WORDS[0], WORDS[1] + 1))
            texts.append(" ".join(words[start:stop]))
            classes.append(label)
            start = stop
    return texts, classes


def write_all(settings: Settings) -> Path:
    """Write the passages again and again, each time in another order, to one Parquet file, once."""
    import pyarrow as pa
    import pyarrow.parquet

    n_documents = ALL // 100 if settings.quick else ALL
    path = settings.work / f"passages.{n_documents}.parquet"
    if path.exists():
        return path
    texts, classes = passages(settings)
    table = pa.table({"text": texts, "label": classes})
    rng, part = np.random.default_rng(0), path.with_suffix(".part")
    # Not as a dictionary, which would know that passages come again.
    with pyarrow.parquet.ParquetWriter(
        part, table.schema, compression="zstd", use_dictionary=False
    ) as file:
        for start in range(0, n_documents, len(texts)):
            rows = rng.permutation(len(texts))[: n_documents - start]
            file.write_table(table.take(rows))
    return part.rename(path)


def make(settings: Settings) -> Any:
    from skembed import CNNTextClassifier

    return CNNTextClassifier(
        embedding_dim=32, filters=32, kernel_sizes=(3,), batch_size=256, epochs=1,
        random_state=settings.seed,
    )  # fmt: skip


def prepare(settings: Settings, *, in_memory: bool) -> Any:
    import pyarrow.parquet

    from skembed.data import stream

    path = write_all(settings)
    n = SAMPLE // 100 if settings.quick else SAMPLE
    with pyarrow.parquet.ParquetFile(path) as file:
        first = next(file.iter_batches(n if in_memory else n // 10))
    texts, labels = (column.to_pylist() for column in first.columns)
    make(settings).fit(texts[: n // 10], labels[: n // 10])  # traces the graph
    if in_memory:
        return make(settings), (texts, labels), len(texts)
    with pyarrow.parquet.ParquetFile(path) as file:
        n = file.metadata.num_rows
    return make(settings), (stream(path, text="text", label="label"),), n


def run(data: Any) -> Any:
    classifier, documents, _ = data
    start = time.perf_counter()
    return classifier.fit(*documents), time.perf_counter() - start


def report(data: Any, result: Any) -> tuple[Any, Figures]:
    n_documents = data[2]
    classifier, seconds = result
    return (n_documents, classifier.tokenizer_.n_documents_, len(classifier.classes_)), {
        "documents_per_second": n_documents / seconds,
        "us_per_document": seconds / n_documents * 1e6,
        "loss": classifier.history_["loss"][0],
    }


def check(results: dict[str, Any]) -> str:
    for name, (n_documents, n_read, n_classes) in results.items():
        demand(n_documents == n_read, f"{name}: {n_read} of {n_documents} documents read")
        demand(n_classes == 20, f"{name}: {n_classes} classes")
    return "every document read, all classes found"


STREAMED, IN_MEMORY = "skembed, 10,000,000 as a stream", "skembed, 500,000 in memory"

BENCHMARK = Benchmark(
    number=16,
    title="Ten million documents from a Parquet file: words, ids, one CNN epoch",
    contenders={
        IN_MEMORY: Contender(lambda settings: prepare(settings, in_memory=True), run, report),
        STREAMED: Contender(lambda settings: prepare(settings, in_memory=False), run, report),
    },
    goals=[
        AtMost("peak_mb", 2000, "MB", ours=STREAMED),
        Faster(IN_MEMORY, 0.8, ours=STREAMED, figure="us_per_document"),
    ],
    check=check,
    rounds=3,
    note="Passages of 15 to 40 words of 20 Newsgroups, repeated in ever another order. A CNN with "
    "32 filters of width 3 on 32 dimensions, batches of 256. In memory the documents are "
    "there as strings before the time begins; the stream reads them from the file three times, and "
    "writes ids to a temporary file. The graph was traced before.",
)
