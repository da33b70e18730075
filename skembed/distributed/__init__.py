"""The few functions that existing engines lack: Dask, Ray and Spark do the work.

`Client` is imported at first use, because it needs Dask. `load_once` needs no engine.
"""

import importlib
from typing import TYPE_CHECKING, Any

from skembed._optional import is_installed
from skembed.distributed._load_once import load_once

if TYPE_CHECKING:
    from skembed.distributed._dask import Client

__all__ = ["Client", "load_once"]


def __getattr__(name: str) -> Any:
    if name == "Client":
        has_dask = is_installed("dask") and is_installed("distributed")
        home = "_dask" if has_dask else "_without_dask"
        return importlib.import_module(f"skembed.distributed.{home}").Client
    raise AttributeError(f"module 'skembed.distributed' has no attribute {name!r}")
