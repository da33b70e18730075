"""Global state that can be read, compared and put back."""

import locale
import logging
import os
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import sklearn


@dataclass(frozen=True)
class Watched:
    """How one kind of global state is read and restored."""

    observe: Callable[[], Any]
    restore: Callable[[Any], Any]


def _restore_environment(before: dict[str, str]) -> None:
    if before != dict(os.environ):
        os.environ.clear()
        os.environ.update(before)


def _observe_logging() -> tuple[int, list[Any], int]:
    root = logging.getLogger()
    return root.level, list(root.handlers), root.manager.disable


def _restore_logging(before: tuple[int, list[Any], int]) -> None:
    root = logging.getLogger()
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    logging.disable(before[2])


def _restore_streams(before: tuple[Any, Any]) -> None:
    sys.stdout, sys.stderr = before


def _observe_python() -> tuple[int, list[str]]:
    return sys.getrecursionlimit(), list(sys.path)


def _restore_python(before: tuple[int, list[str]]) -> None:
    sys.setrecursionlimit(before[0])
    sys.path[:] = before[1]


def _observe_numpy() -> tuple[Any, Any]:
    return np.geterr(), np.get_printoptions()


def _restore_numpy(before: tuple[Any, Any]) -> None:
    np.seterr(**before[0])
    np.set_printoptions(**before[1])


def _observe_seeds() -> tuple[Any, ...]:
    kind, keys, *rest = np.random.get_state()  # noqa: NPY002 - the global one is meant
    return random.getstate(), (kind, tuple(keys), *rest)


def _restore_seeds(before: tuple[Any, ...]) -> None:
    random.setstate(before[0])
    np.random.set_state(before[1])  # noqa: NPY002


def _observe_keras() -> tuple[Any, ...] | None:
    if "keras" not in sys.modules:
        return None
    config = sys.modules["keras"].config
    policy = config.dtype_policy().name
    return policy, config.floatx(), config.epsilon(), config.image_data_format()


def _restore_keras(before: tuple[Any, ...] | None) -> None:
    if before is not None:
        config = sys.modules["keras"].config
        config.set_dtype_policy(before[0])
        config.set_floatx(before[1])
        config.set_epsilon(before[2])
        config.set_image_data_format(before[3])


WATCHED = {
    "the working folder": Watched(os.getcwd, os.chdir),
    "os.environ": Watched(lambda: dict(os.environ), _restore_environment),
    "the locale": Watched(
        lambda: locale.setlocale(locale.LC_ALL),
        lambda before: locale.setlocale(locale.LC_ALL, before),
    ),
    "the root logger": Watched(_observe_logging, _restore_logging),
    "sys.stdout or sys.stderr": Watched(lambda: (sys.stdout, sys.stderr), _restore_streams),
    "sys.path or the recursion limit": Watched(_observe_python, _restore_python),
    "how NumPy treats errors or prints": Watched(_observe_numpy, _restore_numpy),
    "scikit-learn's configuration": Watched(
        sklearn.get_config, lambda before: sklearn.set_config(**before)
    ),
    "the global seed of NumPy or Python": Watched(_observe_seeds, _restore_seeds),
    "Keras's settings": Watched(_observe_keras, _restore_keras),
}


@contextmanager
def put_back() -> Iterator[None]:
    """Restore all watched state at the end, so that no check sees what another one left."""
    before = {what: watched.observe() for what, watched in WATCHED.items()}
    with warnings.catch_warnings():
        try:
            yield
        finally:
            for what, watched in WATCHED.items():
                watched.restore(before[what])
