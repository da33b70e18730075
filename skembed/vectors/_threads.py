"""How many threads a piece of work may use."""

import os

import joblib


def threads_for(wanted: int) -> int:
    """Return `wanted`, or less if this process has fewer cores or may use only fewer.

    ``OMP_NUM_THREADS`` limits them. joblib sets it in its workers, which share the cores.
    """
    told = os.environ.get("OMP_NUM_THREADS", "")
    allowed = int(told) if told.isdigit() and int(told) > 0 else joblib.cpu_count()
    return min(wanted, allowed)
