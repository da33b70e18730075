"""``python killed_on_dask.py FOLDER``: kill workers in the middle of a search and a comparison."""

import json
import sys
from pathlib import Path

import guide
from dask.distributed import LocalCluster
from joblib import parallel_config
from work import LABELS, TEXTS, outcome, pooled

from skembed import compare


def comparison(search):
    return compare({"pooled": search.estimator}, TEXTS, LABELS, cv=6).scores.tolist()


def main():
    folder = Path(sys.argv[1])
    alone = pooled("glove.6B.50d").fit(TEXTS, LABELS)
    compared = comparison(alone)
    told = {}
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        search = pooled("glove.6B.50d", str(folder))
        names = {"search": search, "texts": TEXTS, "labels": LABELS}
        address = {"tcp://scheduler:8786": cluster.scheduler_address}
        client = guide.run("## Searching on Dask", names, address)["client"]
        told["same"] = outcome(search) == outcome(alone)
        told["fits"] = len((folder / "fits").read_text())
        (folder / "fits").unlink()
        client.wait_for_workers(2)  # joblib does the work itself where there is one
        with parallel_config("dask"):
            told["same_comparison"] = comparison(search) == compared
        told["fits_compared"] = len((folder / "fits").read_text())
        client.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
