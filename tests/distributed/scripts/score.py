"""``python score.py ENGINE PATH ...``: ask models about a table, on two workers, twice."""

import json
import os
import sys
from pathlib import Path

import pandas as pd
from work import TEXTS

from skembed.distributed import load_once

FRAME = pd.DataFrame({"number": range(len(TEXTS)), "text": TEXTS})


def on_dask(paths):
    import dask.dataframe
    from dask.distributed import Client

    def score(part, path):
        import counted  # noqa: F401

        return part.assign(label=load_once(path).predict(part["text"]))

    table = dask.dataframe.from_pandas(FRAME, npartitions=8)
    with Client(n_workers=2, threads_per_worker=2, dashboard_address=None):
        for path in paths:
            meta = {"number": int, "text": str, "label": str}
            yield [table.map_partitions(score, path, meta=meta).compute() for _ in range(2)]


def on_ray(paths):
    import ray

    class Score:
        def __init__(self, path):
            import counted  # noqa: F401

            self.model = load_once(path)

        def __call__(self, part):
            return part.assign(label=self.model.predict(part["text"]))

    ray.init(num_cpus=3, include_dashboard=False, object_store_memory=100_000_000)
    ray.data.DataContext.get_current().enable_progress_bars = False
    table = ray.data.from_pandas(FRAME).repartition(8)
    for path in paths:
        options = {"fn_constructor_args": (path,), "batch_format": "pandas", "batch_size": 30}
        workers = ray.data.ActorPoolStrategy(size=2)
        yield [table.map_batches(Score, compute=workers, **options).to_pandas()]
    ray.shutdown()


def on_spark(paths):
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    with builder.getOrCreate() as spark:
        table = spark.createDataFrame(FRAME).repartition(8)
        for path in paths:

            def score(parts, path=path):
                import counted  # noqa: F401

                model = load_once(path)
                for part in parts:
                    yield part.assign(label=model.predict(part["text"]))

            schema = "number long, text string, label string"
            yield [table.mapInPandas(score, schema).toPandas() for _ in range(2)]


ENGINES = {"dask": on_dask, "ray": on_ray, "spark": on_spark}


def main():
    engine, paths = sys.argv[1], sys.argv[2:]
    loads = Path("loads")
    os.environ["LOADS"] = str(loads.absolute())
    told, before = {}, 0
    for path, tables in zip(paths, ENGINES[engine](paths), strict=True):
        pids = loads.read_text().split()[before:]
        before += len(pids)
        labels = [table.sort_values("number")["label"].tolist() for table in tables]
        told[Path(path).name] = {"labels": labels, "loads": len(pids), "processes": len(set(pids))}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
