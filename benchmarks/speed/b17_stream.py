"""Benchmark 17: documents from a file, batch by batch, against documents in memory."""

import time
from collections.abc import Callable
from typing import Any

from benchmarks.alone import network_alone
from benchmarks.child import Settings
from benchmarks.corpora import first_of, passages_file
from benchmarks.definition import Benchmark, Contender, Faster, Figures, demand

SAMPLE = 500_000


def make(settings: Settings) -> Any:
    return network_alone(
        "CNNTextClassifier",
        embedding_dim=32, filters=32, kernel_sizes=(3,), batch_size=256, epochs=1,
        random_state=settings.seed,
    )  # fmt: skip


def in_memory(n_documents: int) -> Callable[[Settings], Any]:
    """Prepare the first documents as lists."""

    def prepare(settings: Settings) -> Any:
        texts, labels = first_of(passages_file(settings, n_documents), SAMPLE)
        trace(settings, texts, labels)
        return make(settings), (texts, labels), len(texts)

    return prepare


def streamed(n_documents: int) -> Callable[[Settings], Any]:
    """Prepare to read documents from the file."""

    def prepare(settings: Settings) -> Any:
        from pyarrow.parquet import read_metadata

        from skembed.data import stream

        path = passages_file(settings, n_documents)
        trace(settings, *first_of(path, SAMPLE // 10))
        batches = stream(path, text="text", label="label")
        return make(settings), (batches,), read_metadata(path).num_rows

    return prepare


def trace(settings: Settings, texts: list[str], labels: list[int]) -> None:
    """Fit to a tenth, so that the graph is there, for a vocabulary as large as it can get."""
    make(settings).fit(texts[: SAMPLE // 10], labels[: SAMPLE // 10])


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


IN_MEMORY, STREAMED = "in memory", "skembed, as a stream"

NOTE = (
    "The documents are passages of 15 to 40 words of 20 Newsgroups, repeated in ever new "
    "orders. A CNN with 32 filters of width 3 on 32 dimensions reads batches of 256. In memory, "
    "the documents are strings before the time begins. A stream is read from the file twice, "
    "for labels and for words, whose ids go to a temporary file. The graph was traced before."
)

BENCHMARK = Benchmark(
    title="500,000 documents from a Parquet file or in memory: words, ids, one CNN epoch",
    contenders={
        STREAMED: Contender(streamed(SAMPLE), run, report),
        IN_MEMORY: Contender(in_memory(SAMPLE), run, report),
    },
    goals=[Faster(IN_MEMORY, 0.8, ours=STREAMED, figure="us_per_document")],
    check=check,
    note=NOTE,
)
