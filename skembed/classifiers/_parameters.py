"""What each shared parameter may be."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions

from skembed.vectors import VectorSource
from skembed.vectors._parameter_kinds import TokenizerObject

FRACTION = Interval(Real, 0, 1, closed="left")
COUNT = Interval(Integral, 1, None, closed="left")
OPTIMIZERS = {"adadelta", "adagrad", "adam", "adamax", "adamw", "lion", "nadam", "rmsprop", "sgd"}
# Keras's activations that keep the number of components and compute each from itself.
ACTIVATIONS = {
    "celu", "elu", "exponential", "gelu", "hard_sigmoid", "hard_silu", "leaky_relu", "linear",
    "log_sigmoid", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "softplus", "softsign",
    "swish", "tanh",
}  # fmt: skip

SHARED_CONSTRAINTS: dict = {
    "embeddings": [VectorSource(), np.ndarray, None],
    "embedding_dim": [COUNT],
    "trainable_embeddings": ["boolean", Interval(Integral, 0, None, closed="left"), None],
    "spatial_dropout": [FRACTION],
    "dense_units": [COUNT, "array-like"],
    "dense_activation": [StrOptions(ACTIVATIONS)],
    "dense_dropout": [FRACTION],
    "batch_norm": ["boolean"],
    "wide": ["boolean"],
    "tokenizer": [TokenizerObject(), None],
    "loss": [StrOptions({"crossentropy", "focal", "top_k"})],
    "top_k": [COUNT],
    "label_smoothing": [FRACTION],
    "class_weight": [StrOptions({"balanced"}), dict, None],
    "optimizer": [StrOptions(OPTIMIZERS)],
    "learning_rate": [Interval(Real, 0, None, closed="neither")],
    "clipnorm": [Interval(Real, 0, None, closed="neither"), None],
    "epochs": [COUNT],
    "batch_size": [COUNT],
    "decision": [StrOptions({"argmax", "tuned"})],
    "early_stopping": ["boolean"],
    "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
    "patience": [COUNT],
    "callbacks": ["array-like", None],
    "warm_start": ["boolean"],
    "checkpoint": [str, HasMethods("__fspath__"), None],
    "data_parallel": ["boolean"],
    "precision": [StrOptions({"float32", "mixed_bfloat16", "mixed_float16"})],
    "random_state": ["random_state"],
    "verbose": ["verbose"],
}


def check_sizes(name: str, sizes: int | Sequence[Any], *, at_least: int = 0) -> tuple[int, ...]:
    """Check a parameter that holds one count or several.

    Parameters
    ----------
    name : str
        The parameter.
    sizes : int or array-like of int
        Its value; an int is one count.
    at_least : int, default=0
        How many counts there must be.

    Raises
    ------
    ValueError
        If one is not a positive integer, or there are too few.
    """
    several: Any = [sizes] if isinstance(sizes, Integral) else sizes
    for i, size in enumerate(several):
        if not isinstance(size, Integral) or isinstance(size, bool) or size < 1:
            raise ValueError(
                f"{name} must hold positive integers, got {size!r} at position {i} of {sizes!r}."
            )
    if len(several) < at_least:
        raise ValueError(f"{name} must hold at least {at_least} positive integer, got {sizes!r}.")
    return tuple(int(size) for size in several)


def check_callbacks(callbacks: Sequence[Any] | None) -> Sequence[Any]:
    """Check that all are instances of `keras.callbacks.Callback`, without loading Keras.

    Raises
    ------
    TypeError
        Naming the first that is not.
    """
    for i, callback in enumerate(callbacks if callbacks is not None else ()):
        if isinstance(callback, type) or not hasattr(callback, "on_train_batch_end"):
            raise TypeError(
                f"callbacks must hold instances of keras.callbacks.Callback, got {callback!r} at "
                f"position {i}. Callbacks of scikit-learn are set with set_callbacks(...)."
            )
    return () if callbacks is None else callbacks


def check_data_parallel(estimator: Any) -> None:
    """Refuse a random_state of which each process would draw other numbers.

    Raises
    ------
    ValueError
        Saying what to set.
    """
    if estimator.data_parallel and not isinstance(estimator.random_state, Integral):
        raise ValueError(
            "With data_parallel=True all processes must draw the same random numbers, but "
            f"random_state is {estimator.random_state!r}. Set it to an int, such as 0."
        )
