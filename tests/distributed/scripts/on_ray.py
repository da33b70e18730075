"""``python on_ray.py FOLDER``: the same in this process and on two nodes of Ray's, one killed."""

import json
import os
import sys
from pathlib import Path

import guide
import ray
from joblib import Parallel, delayed, parallel_config
from ray.cluster_utils import Cluster
from ray.util.joblib import register_ray
from work import LABELS, TEXTS, network, outcome, pooled

from skembed import WordVectors, compare

NODE = {"num_cpus": 1, "object_store_memory": 100_000_000}
WORKERS = {"num_cpus": 1, "max_restarts": -1, "max_task_retries": 3}


def work(vectors):
    """Search and compare; return what is the same whoever does it."""
    quick = pooled(vectors).estimator
    return {
        "search": outcome(network(vectors).fit(TEXTS, LABELS)),
        "compare": compare({"pooled": quick}, TEXTS, LABELS, cv=3).scores.tolist(),
    }


def surroundings():
    return os.environ["SKEMBED_CACHE"], os.environ["OMP_NUM_THREADS"]


def main():
    folder = Path(sys.argv[1])
    vectors = WordVectors.load("glove.6B.50d")
    alone = work(vectors) | {"killed": outcome(pooled(vectors).fit(TEXTS, LABELS))}
    del os.environ["OMP_NUM_THREADS"]  # Ray sets it
    cluster = Cluster(initialize_head=True, head_node_args=NODE | {"include_dashboard": False})
    other = str(folder / "other cache")
    cluster.add_node(**NODE, env_vars={"SKEMBED_CACHE": other})
    try:
        ray.init(address=cluster.address)
        register_ray()
        with parallel_config("ray", n_jobs=2, ray_remote_args=WORKERS):
            far = work(vectors)
            asked = Parallel()(delayed(surroundings)() for _ in range(20))
        names = {"search": pooled(vectors, str(folder)), "texts": TEXTS, "labels": LABELS}
        guide.run("## Searching on Ray", names, {"ray.init()": ""})
        far["killed"] = outcome(names["search"])
    finally:
        ray.shutdown()
        cluster.shutdown()
    told = {name: far[name] == alone[name] for name in alone}
    told["fits"] = len((folder / "fits").read_text())
    told["threads"] = sorted({threads for _, threads in asked})
    told["caches"] = sorted({cache == other for cache, _ in asked})
    told["converted"] = len(list(Path(other, "vectors").glob("*.words")))
    print(json.dumps(told))


if __name__ == "__main__":
    main()
