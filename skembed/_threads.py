"""How many threads a piece of work may use."""

import os

import joblib


def allowed_threads() -> int:
    """Return ``OMP_NUM_THREADS`` if it is set, as in joblib's workers, else the number of cores."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    return int(told) if told.isdigit() and int(told) > 0 else joblib.cpu_count()
