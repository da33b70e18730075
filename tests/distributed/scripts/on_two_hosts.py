"""``python on_two_hosts.py INTERFACE OWN THEIRS``: workers of another host get word vectors.

OWN is a folder that the workers do not see, THEIRS one that they do.
"""

import json
import shutil
import sys
import time
from pathlib import Path

import toy
from dask.distributed import LocalCluster, wait
from joblib import parallel_config
from work import LABELS, TEXTS, outcome, pooled

from skembed import WordVectors
from skembed.distributed import Client

INTERFACE, OWN, THEIRS = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])


def sent_bytes():
    return int(Path(f"/sys/class/net/{INTERFACE}/statistics/tx_bytes").read_text())


def is_the_same(vectors):
    """Search here and there; return whether the outcome is the same, or what went wrong."""
    alone = outcome(pooled(vectors).fit(TEXTS, LABELS))
    try:
        with parallel_config("dask"):
            return outcome(pooled(vectors).fit(TEXTS, LABELS)) == alone
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def bytes_per_task(told):
    """Search with the vectors of 400,000 words, and count what leaves this host."""
    before = sent_bytes()
    told["glove"] = is_the_same(WordVectors.load("glove.6B.50d"))
    time.sleep(1)  # what is still under way
    told["bytes_per_task"] = (sent_bytes() - before) / 12


def a_file_of_this_host(told):
    path = OWN / "toy.txt"
    path.write_text(toy.TEXT)
    vectors = WordVectors.load(path)
    told["file"] = is_the_same(vectors)
    told["path"] = is_the_same(str(path))
    words = WordVectors.load(path, vocabulary=toy.WORDS[::2])
    told["vocabulary"] = is_the_same(words)
    shutil.copy(path, THEIRS / "copy.txt")
    return vectors


def ask_at_once(client, vectors):
    """Let all processes of the other host ask for a word in the same moment."""
    workers = list(client.scheduler_info()["workers"])
    futures = [
        client.submit(lambda found: found["sun"].tolist(), vectors, workers=[worker], pure=False)
        for worker in workers
    ]
    wait(futures)
    return [future.result() for future in futures]


def main():
    told = {}
    host, _ = toy.ADDRESS
    with (
        LocalCluster(n_workers=0, host=host, scheduler_port=8786, dashboard_address=None) as alone,
        Client(alone) as client,
        toy.server() as asked,
    ):
        client.wait_for_workers(3, timeout=60)
        bytes_per_task(told)
        vectors = a_file_of_this_host(told)
        client.submit(lambda path: len(WordVectors.load(path)), THEIRS / "copy.txt").result()
        told["file_loaded_there"] = is_the_same(vectors)
        told["made"] = is_the_same(WordVectors(toy.WORDS, vectors.matrix))
        told["downloaded"] = ask_at_once(client, WordVectors.load("toy.2d"))
        told["asked"] = asked
        client.shutdown()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
