"""The few functions that existing engines lack: Dask, Ray and Spark do the work.

`Client` is imported at first use, because it needs Dask. `load_once` needs no engine.
"""

import importlib
from typing import TYPE_CHECKING, Any

from skembed.distributed._load_once import load_once

if TYPE_CHECKING:
    from skembed.distributed._dask import Client

__all__ = ["Client", "load_once"]


def __getattr__(name: str) -> Any:
    if name == "Client":
        try:
            home = importlib.import_module("skembed.distributed._dask")
        except ImportError:
            home = importlib.import_module("skembed.distributed._without_dask")
        return home.Client
    raise AttributeError(f"module 'skembed.distributed' has no attribute {name!r}")
