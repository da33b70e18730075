"""What a fit needs from outside is looked for before anything is read or trained."""

from skembed._types import Estimator


def make_ready(estimator: Estimator) -> None:
    """Let an estimator, and those within it, open what they name and look for their packages.

    Those of ours have a method ``_make_ready`` for it. What is missing is the error of their fit,
    minutes earlier.
    """
    within = estimator.get_params(deep=True) if hasattr(estimator, "get_params") else {}
    for each in (estimator, *within.values()):
        if hasattr(each, "_make_ready") and not isinstance(each, type):
            each._make_ready()
