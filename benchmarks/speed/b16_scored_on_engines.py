"""Benchmark 16: the answers to many documents, by one worker of an engine."""

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.alone import network_alone
from benchmarks.child import Settings
from benchmarks.corpora import newsgroups
from benchmarks.definition import Benchmark, Contender, NotSlower, all_equal
from benchmarks.vectors import GLOVE

N_PARTS = 16
SCHEMA = "number long, text string, label long"


def exported(settings: Settings) -> Any:
    """Fit and export once; return the path of the model and the texts to classify, as a table."""
    import pandas as pd

    os.environ["OMP_NUM_THREADS"] = "1"
    path = settings.work / f"engines-{settings.quick}.onnx"
    if not path.exists():
        import skembed

        texts, labels = newsgroups("train", settings)
        tokenizer = skembed.KerasTokenizer(max_length=1_000)
        classifier = network_alone(
            "CNNTextClassifier", embeddings=GLOVE, tokenizer=tokenizer, epochs=1, random_state=0
        )
        skembed.to_onnx(classifier.fit(texts[:2000], labels[:2000]), path)
    texts = [text for subset in ("train", "test") for text in newsgroups(subset, settings)[0]]
    return str(path), pd.DataFrame({"number": range(len(texts)), "text": texts})


def score(part: Any, path: str) -> Any:
    """Add the labels to a part of the table: the work of each engine."""
    from skembed.distributed import load_once

    return part.assign(label=load_once(path).predict(part["text"]))


def score_all(parts: Iterator[Any], path: str) -> Iterator[Any]:
    for part in parts:
        yield score(part, path)


class Score:
    """The same as a class, of which Ray makes one object in each actor."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __call__(self, part: Any) -> Any:
        return score(part, self.path)


def alone(settings: Settings) -> Callable[[], Any]:
    import pandas as pd

    path, table = exported(settings)
    step = -(-len(table) // N_PARTS)
    parts = [table[start : start + step] for start in range(0, len(table), step)]
    score(table[:1], path)
    return lambda: pd.concat(score_all(iter(parts), path))


def on_dask(settings: Settings) -> Callable[[], Any]:
    from dask import dataframe
    from dask.distributed import Client

    path, table = exported(settings)
    client = Client(n_workers=1, threads_per_worker=1, dashboard_address=None)
    client.submit(score, table[:1], path).result()
    meta = {"number": int, "text": str, "label": int}
    parts = dataframe.from_pandas(table, npartitions=N_PARTS)
    return lambda: parts.map_partitions(score, path, meta=meta).compute()


def on_ray(settings: Settings) -> Callable[[], Any]:
    import ray

    path, table = exported(settings)
    ray.init(num_cpus=2, include_dashboard=False, object_store_memory=500_000_000)
    ray.data.DataContext.get_current().enable_progress_bars = False
    parts = ray.data.from_pandas(table).repartition(N_PARTS).materialize()
    options = {"fn_constructor_args": (path,), "batch_format": "pandas", "batch_size": None}
    one = ray.data.ActorPoolStrategy(size=1)
    return lambda: parts.map_batches(Score, compute=one, **options).to_pandas()


def on_spark(settings: Settings) -> Callable[[], Any]:
    from pyspark.sql import SparkSession

    path, table = exported(settings)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.driver.memory", "2g").getOrCreate()
    parts = spark.createDataFrame(table).repartition(N_PARTS).cache()
    # The first task starts Python and loads the model.
    parts.limit(1).mapInPandas(lambda some: score_all(some, path), SCHEMA).toPandas()
    parts.count()
    return lambda: parts.mapInPandas(lambda some: score_all(some, path), SCHEMA).toPandas()


def contender(prepare: Callable[[Settings], Any], requires: str | None = None) -> Contender:
    def labels_of(data: Any, table: Any) -> Any:
        ordered = table.sort_values("number")["label"].to_numpy()
        return ordered, {"documents": len(ordered)}

    return Contender(prepare, lambda run: run(), labels_of, requires)


WORKERS = {"worker of Dask": on_dask, "actor of Ray": on_ray, "task of Spark": on_spark}
MODULES = {"worker of Dask": "dask", "actor of Ray": "ray", "task of Spark": "pyspark"}

BENCHMARK = Benchmark(
    title="Labels of 20 Newsgroups (18,846 messages) by one worker of an engine, one thread",
    contenders={
        "skembed": contender(alone),
        **{name: contender(prepare, MODULES[name]) for name, prepare in WORKERS.items()},
    },
    goals=[NotSlower("skembed", 1 / 0.9, ours=name) for name in WORKERS],
    check=all_equal("the same labels"),
    note="`skembed.serve.Predictor` predicts with a CNN as an ONNX file, which "
    "`skembed.distributed.load_once` loads, for 16 parts of the table one after the other. "
    "skembed does this in one process without an engine. Dask and Spark have started their "
    "process and loaded the model before. Ray starts an actor for each job, so the time "
    "includes its start. The time also includes sending texts to the worker and labels "
    "back. Peak memory is that of the calling process, not of workers.",
)
