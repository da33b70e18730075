"""What differs between the versions of our dependencies; no other module asks for a version."""

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
    """Takes the place of a callback context: there is nobody to tell of a fit."""

    def subcontext(self, **task: object) -> "Untold":
        """Begin a task within the fit."""
        return self

    def call_on_fit_task_begin(self, **told: object) -> None:
        """Tell nobody that the task begins."""

    def call_on_fit_task_end(self, **told: object) -> bool:
        """Tell nobody that the task ends; return whether the fit shall stop."""
        return False


class NoCallbacks:
    """Takes the place of `sklearn.callback.CallbackSupportMixin`, and refuses callbacks."""

    def set_callbacks(self, *callbacks: object) -> "NoCallbacks":
        """Refuse callbacks; take off those that there are not.

        Parameters
        ----------
        *callbacks : callback
            Of scikit-learn.

        Returns
        -------
        self : estimator
            The estimator.

        Raises
        ------
        ImportError
            If there are any.
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
    """Tell whether an estimator has scikit-learn's bar, which draws on the terminal itself."""
    callbacks = getattr(estimator, "_skl_callbacks", ())  # there is no public name for them
    if not callbacks:  # as before scikit-learn 1.9
        return False
    from sklearn.callback import ProgressBar

    return any(isinstance(each, ProgressBar) for each in callbacks)


def __getattr__(name: str) -> Any:
    """Return a class of ``sklearn.callback``, or what takes its place before scikit-learn 1.9.

    scikit-learn is imported for who asks for it: a server has none.
    """
    if name != "CallbackSupportMixin":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if find_spec("sklearn.callback") is None:
        return NoCallbacks
    return getattr(import_module("sklearn.callback"), name)


def doubt_strings(dtype: np.dtype[Any], name: str) -> str | None:
    """Say what may be wrong with an array of StringDType before NumPy 2.3.5; None if nothing is."""
    if dtype.kind != "T" or NumpyVersion(np.__version__) >= "2.3.5":
        return None
    return (
        f"NumPy {np.__version__} picks wrong rows of an array of StringDType, as {name} is. If it "
        f"was split, as train_test_split and cross-validation do, its texts are wrong: split "
        "a list of the texts (array.tolist()) instead, or update NumPy to 2.3.5 or newer."
    )


def system_error(message: str) -> int | None:
    """Return the number of a system's error that safetensors tells of; None if it tells of none.

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
    """Seed the generators of Keras and its backend; before 3.13 Keras would go on with its own."""
    if NumpyVersion(keras.__version__) < "3.13.0":
        keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(seed)


def told_apart(paths: Sequence[str], weights: Sequence[str]) -> list[str]:
    """Return paths of an optimizer's variables, each with a name of its own.

    Those of Keras's Adagrad before 3.10 have one name between them, one variable for each weight
    and in their order.

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
    """Return a list in place of the type that scikit-learn 1.6 has for a transformer's columns."""
    if type(value).__name__ == "_RemainderColsList" and isinstance(value, UserList):
        return list(value.data)
    return value
