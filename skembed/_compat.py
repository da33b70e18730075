"""Differences between versions of our dependencies; no other module checks a version."""

import re
from collections import UserList
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np
from numpy.lib import NumpyVersion


class Untold:
    """Takes the place of a callback context; it does nothing, because there are no callbacks."""

    def subcontext(self, **task: object) -> "Untold":
        """Begin a task within the fit."""
        return self

    def call_on_fit_task_begin(self, **told: object) -> None:
        """Do nothing at the beginning of a task."""

    def call_on_fit_task_end(self, **told: object) -> bool:
        """Do nothing at the end of a task; return whether the fit must stop."""
        return False


class NoCallbacks:
    """Takes the place of `sklearn.callback.CallbackSupportMixin`, and refuses callbacks."""

    def set_callbacks(self, *callbacks: object) -> "NoCallbacks":
        """Refuse callbacks; a call without any removes none.

        Parameters
        ----------
        *callbacks : callback
            Callbacks of scikit-learn.

        Returns
        -------
        self : estimator
            The estimator.

        Raises
        ------
        ImportError
            If any callbacks are passed.
        """
        if callbacks:
            import sklearn

            raise ImportError(
                "set_callbacks needs scikit-learn 1.9 or newer, but "
                f'{sklearn.__version__} is installed: pip install "scikit-learn>=1.9".'
            )
        return self

    def _init_callback_context(self, **task: object) -> Untold:
        return Untold()


def has_progress_bar(estimator: object) -> bool:
    """Return whether an estimator has scikit-learn's bar, which draws on the terminal itself."""
    callbacks = getattr(estimator, "_skl_callbacks", ())  # they have no public name
    if not callbacks:  # as before scikit-learn 1.9
        return False
    from sklearn.callback import ProgressBar

    return any(isinstance(each, ProgressBar) for each in callbacks)


def __getattr__(name: str) -> Any:
    """Return a class of ``sklearn.callback``, or its substitute before scikit-learn 1.9.

    scikit-learn is imported only for this: a server does not have it.
    """
    if name != "CallbackSupportMixin":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if find_spec("sklearn.callback") is None:
        return NoCallbacks
    return getattr(import_module("sklearn.callback"), name)


def doubt_strings(dtype: np.dtype[Any], name: str) -> str | None:
    """Say what may be wrong with a StringDType array before NumPy 2.3.5; None if nothing is."""
    if dtype.kind != "T" or NumpyVersion(np.__version__) >= "2.3.5":
        return None
    return (
        f"NumPy {np.__version__} picks wrong rows of an array of StringDType, as {name} is. If it "
        f"was split, as train_test_split and cross-validation do, its texts are wrong: split "
        "a list of the texts (array.tolist()) instead, or update NumPy to 2.3.5 or newer."
    )


def system_error(message: str) -> int | None:
    """Return the number of the system error in a message of safetensors; None without a number.

    Examples
    --------
    >>> system_error('IoError(Os { code: 28, kind: StorageFull })')  # before safetensors 0.6
    28
    >>> system_error("I/O error: No space left on device (os error 28)")
    28
    """
    found = re.search(r"(?:os error|Os { code:) (\d+)", message)
    return int(found[1]) if found else None


def seed_keras(keras: ModuleType, seed: int) -> None:
    """Seed the generators of Keras and its backend; before 3.13 Keras does not reset its own."""
    if NumpyVersion(keras.__version__) < "3.13.0":
        keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(seed)


def told_apart(paths: Sequence[str], weights: Sequence[str]) -> list[str]:
    """Return paths of an optimizer's variables; each gets a unique name.

    In Keras before 3.10 all variables of Adagrad have the same name. There is one variable for each
    weight, in the order of the weights.

    Examples
    --------
    >>> told_apart(["adagrad/iteration", "adagrad/sum", "adagrad/sum"], ["a/kernel", "a/bias"])
    ['adagrad/iteration', 'adagrad/a_kernel_sum', 'adagrad/a_bias_sum']
    """
    named = list(paths)
    for path in {path for path in paths if "/" in path and paths.count(path) > 1}:
        scope, _, name = path.rpartition("/")
        places = [i for i, each in enumerate(paths) if each == path]
        for i, weight in zip(places, weights, strict=True):
            named[i] = f"{scope}/{weight.replace('/', '_')}_{name}"
    return named


def plain_columns(value: object) -> object:
    """Return a list in place of scikit-learn 1.6's own type for the columns of a transformer."""
    if type(value).__name__ == "_RemainderColsList" and isinstance(value, UserList):
        return list(value.data)
    return value
