"""``python score.py ENGINE PATH ...``: the guide's code, on two workers."""

import json
import os
import sys
from pathlib import Path

import guide
import pandas as pd
from work import TEXTS

FRAME = pd.DataFrame({"number": range(len(TEXTS)), "text": TEXTS})
COUNTED = {"from skembed.distributed import": "from counted import"}


def scored(engine, table, path):
    return guide.run(f"### {engine}", {"table": table, "path": path}, COUNTED)["scored"]


def on_dask(paths):
    import dask.dataframe
    from dask.distributed import Client

    table = dask.dataframe.from_pandas(FRAME, npartitions=8)
    with Client(n_workers=2, threads_per_worker=2, dashboard_address=None):
        for path in paths:
            yield [scored("Dask", table, path).compute() for _ in range(2)]


def on_ray(paths):
    import ray

    ray.init(num_cpus=3, include_dashboard=False, object_store_memory=100_000_000)
    ray.data.DataContext.get_current().enable_progress_bars = False
    table = ray.data.from_pandas(FRAME).repartition(8)
    for path in paths:
        yield [scored("Ray", table, path).to_pandas()]  # has actors of its own each time
    ray.shutdown()


def on_spark(paths):
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    with builder.getOrCreate() as spark:
        table = spark.createDataFrame(FRAME).repartition(8)
        for path in paths:
            yield [scored("Spark", table, path).toPandas() for _ in range(2)]


ENGINES = {"dask": on_dask, "ray": on_ray, "spark": on_spark}


def main():
    engine, paths = sys.argv[1], sys.argv[2:]
    loads = Path("loads")
    os.environ["LOADS"] = str(loads.absolute())
    del os.environ["OMP_NUM_THREADS"]  # engines set it
    told, before = {}, 0
    for path, tables in zip(paths, ENGINES[engine](paths), strict=True):
        who = [line.split() for line in loads.read_text().splitlines()[before:]]
        before += len(who)
        told[Path(path).name] = {
            "labels": [table.sort_values("number")["label"].tolist() for table in tables],
            "loads": len(who),
            "processes": len({pid for pid, _ in who}),
            "threads": sorted({threads for _, threads in who}),
        }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
