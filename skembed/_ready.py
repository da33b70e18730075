"""Check the files and packages of a fit before anything is read or trained."""

from skembed._types import Estimator


def make_ready(estimator: Estimator) -> None:
    """Let an estimator, and estimators within it, open their files and look for their packages.

    Estimators of skembed have a method ``_make_ready`` for it. A missing file or package raises the
    same error as in their fit, but minutes earlier.
    """
    within = estimator.get_params(deep=True) if hasattr(estimator, "get_params") else {}
    for each in (estimator, *within.values()):
        if hasattr(each, "_make_ready") and not isinstance(each, type):
            each._make_ready()
