"""The same in this process and on a cluster of Dask's, whose two workers have two threads each."""

import json

import numpy as np
from dask.distributed import LocalCluster
from joblib import parallel_config
from sklearn.model_selection import cross_val_score
from work import LABELS, TEXTS, network, outcome

from skembed import KerasTokenizer, WordVectors, compare
from skembed.distributed import Client


def work():
    """Search, cross-validate and compare; return what is the same whoever does it."""
    search = network(WordVectors.load("glove.6B.50d")).fit(TEXTS, LABELS)
    cnn = search.estimator.set_params(embeddings=None, embedding_dim=8)
    ids = KerasTokenizer().fit_transform(TEXTS)
    return {
        "search": outcome(search),
        "cross_val_score": cross_val_score(cnn, ids, np.array(LABELS), cv=2).tolist(),
        "compare": compare({"cnn": cnn}, TEXTS, LABELS, cv=2).scores.tolist(),
    }


def main():
    alone = work()
    with (
        LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=None) as cluster,
        Client(cluster),
        parallel_config("dask"),
    ):
        far = work()
    print(json.dumps({name: far[name] == alone[name] for name in alone} | {"found": alone}))


if __name__ == "__main__":
    main()
