"""Little that existing engines lack: Dask, Ray and Spark do the work.

`Client` is loaded at first use, for it needs Dask; `load_once` needs none of them.
"""

from typing import TYPE_CHECKING, Any

from skembed.distributed._load_once import load_once

if TYPE_CHECKING:
    from skembed.distributed._dask import Client

__all__ = ["Client", "load_once"]


def __getattr__(name: str) -> Any:
    if name == "Client":
        try:
            from skembed.distributed._dask import Client
        except ImportError:
            from skembed.distributed._without_dask import Client
        return Client
    raise AttributeError(f"module 'skembed.distributed' has no attribute {name!r}")
