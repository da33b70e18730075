"""A client of Dask that joblib's searches can rely on when a worker dies."""

from typing import Any, TypeVar

import dask
from dask import distributed

T = TypeVar("T")

_LARGE_GRAPH = "distributed.admin.large-graph-warning-threshold"


def _unchanged(data: T) -> T:
    return data


class Client(distributed.Client):
    """Dask's client, whose scattered arrays outlive the worker that holds them.

    ``joblib.parallel_config("dask")`` scatters documents, labels and folds. Scattered data are on
    one worker and cannot be computed again, so a whole search fails if this worker dies. With this
    client they are results of tasks, which Dask repeats like any others.

    Parameters are those of ``dask.distributed.Client``.

    See Also
    --------
    load_once : Loads a fitted model in tasks that predict.

    Notes
    -----
    Only `scatter` differs, and only for a single object and without ``workers``,
    ``broadcast`` or ``direct``. The object is kept by the scheduler.

    Examples
    --------
    >>> from skembed.distributed import Client
    >>> with Client(n_workers=1, threads_per_worker=1, dashboard_address=None) as client:
    ...     client.submit(len, client.scatter("some text")).result()
    9
    """

    def scatter(self, data: object, **options: object) -> Any:
        """Send data to the cluster; see ``dask.distributed.Client.scatter``."""
        asynchronous = options.get("asynchronous")
        if not options.keys() <= {"asynchronous", "hash"} or isinstance(
            data, dict | list | tuple | set | frozenset | range
        ):
            return super().scatter(data, **options)

        async def submitted() -> Any:
            # Dask warns of large tasks, and advises to scatter.
            with dask.config.set({_LARGE_GRAPH: "1 PiB"}):
                return self.submit(_unchanged, data, pure=False)

        return self.sync(submitted, asynchronous=asynchronous)
