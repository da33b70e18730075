"""Kill the worker that holds scattered data, and ask for them: with Dask's client and with ours."""

import json
import os
import signal

import dask.distributed
import numpy as np
from dask.distributed import LocalCluster, wait

import skembed.distributed


def ask(client):
    """Return what becomes of an array whose holder is killed."""
    array = np.arange(1000)
    future = client.scatter(array)
    wait(future)
    (holders,) = client.who_has(future).values()
    (pid,) = client.run(os.getpid, workers=list(holders)).values()
    before = set(client.run(os.getpid).values())
    os.kill(pid, signal.SIGKILL)
    client.wait_for_workers(2)
    while set(client.run(os.getpid, on_error="ignore").values()) == before:
        pass
    try:
        return bool((future.result(timeout=30) == array).all())
    except Exception as error:
        return type(error).__name__


def main():
    told = {}
    for name, kind in (("dask", dask.distributed.Client), ("skembed", skembed.distributed.Client)):
        with (
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
            kind(cluster) as client,
        ):
            told[name] = ask(client)
            elements = client.gather(client.scatter(["a", "b"], broadcast=True))
            told[f"{name}, a list"] = elements
    print(json.dumps(told))


if __name__ == "__main__":
    main()
