"""Arguments that people know from other libraries or misspell, and what to use instead."""

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from skembed._messages import did_you_mean, pluralize

Method = TypeVar("Method", bound=Callable[..., Any])

_VALIDATION = "Pass validation documents and their labels as X_val and y_val."
_WORDS = "Use max_tokens of a tokenizer instead, as in KerasTokenizer(max_tokens=20_000)."
_LENGTH = "Use max_length of a tokenizer instead, as in KerasTokenizer(max_length=300)."
_CLASSES = "Leave it out: fit finds the classes in y."
_VOCABULARY = {"max_tokens": "", "tokenizer": _WORDS}
_LENGTHS = {"max_length": "", "tokenizer": _LENGTH}
_DEPTH = {
    "stacked": "dense_units adds dense layers. stacked=True puts one convolution after another.",
    "dense_units": "",
}
_VALIDATED = {"X_val": _VALIDATION, "early_stopping": _VALIDATION}
ELSEWHERE: dict[str, dict[str, str]] = {
    "activation": {"dense_activation": ""},
    "categorical_features": {"features": ""},
    "device": {"data_parallel": "Leave it out: the backend of Keras chooses the device."},
    "dropout_rate": {"dropout": "", "dense_dropout": ""},
    "embedding_size": {"embedding_dim": "", "n_dims": ""},
    "eval_set": _VALIDATED,
    "filters": {"units": ""},
    "folds": {"cv": ""},
    "hidden_layer_sizes": {"dense_units": ""},
    "hidden_size": {"units": "", "dense_units": ""},
    "kernel_size": {"kernel_sizes": ""},
    "layers": _DEPTH,
    "lr": {"learning_rate": ""},
    "max_features": _VOCABULARY,
    "max_iter": {"epochs": ""},
    "max_len": _LENGTHS,
    "max_length": _LENGTHS,
    "maxlen": _LENGTHS,
    "metric": {"scoring": ""},
    "n_classes": {"class_weight": _CLASSES},
    "n_iter_no_change": {"patience": ""},
    "n_jobs": {
        "data_parallel": "Leave it out: the backend of Keras uses all cores. Searches and compare "
        "have n_jobs, for several fits at the same time."
    },
    "n_layers": _DEPTH,
    "n_splits": {"cv": ""},
    "ngram_range": {
        "wide": "Leave it out: the linear model counts pairs of words and character n-grams. "
        "wide=False switches it off."
    },
    "num_classes": {"class_weight": _CLASSES},
    "num_layers": _DEPTH,
    "num_words": _VOCABULARY,
    "numeric_columns": {"features": ""},
    "oov_token": {
        name: "Leave it out: the id 1 always stands for unknown words."
        for name in ("max_tokens", "tokenizer")
    },
    "seed": {"random_state": ""},
    "sequence_length": _LENGTHS,
    "units": {"filters": "A CNN has filters, and every network has dense_units."},
    "validation_data": _VALIDATED,
    "validation_split": {
        "early_stopping": "Set the parameters early_stopping=True and validation_fraction instead."
    },
    "vector_size": {"n_dims": "", "embedding_dim": ""},
    "vectors": {"embeddings": ""},
    "vocab_size": _VOCABULARY,
}
"""What to use instead of an argument that other libraries have.

Each entry maps parameters to sentences. The first parameter that exists decides: its sentence is
shown, or, where this is empty, its name.
"""


def explains_arguments(method: Method) -> Method:
    """Make the errors of a method or function say what to use instead of an unknown argument.

    The signature does not change, so scikit-learn's metadata routing works as before.

    Raises
    ------
    TypeError
        Python's own error, and what to use instead.
    """
    parameters = inspect.signature(method).parameters
    first, *others = parameters
    is_method = first == "self"
    taken = others if is_method else [first, *others]
    by_name = [each.name for each in parameters.values() if each.kind is each.KEYWORD_ONLY]
    by_place = [each for name, each in parameters.items() if name not in by_name]

    @wraps(method)
    def explained(*args: Any, **kwargs: Any) -> Any:
        kind = type(args[0]) if is_method and args else None
        told = f"{kind.__name__}.{method.__name__}" if kind else method.__name__
        if len(args) > len(by_place):
            n_taken, n_given = (len(each) - is_method for each in (by_place, args))
            raise TypeError(
                f"{told}() takes {pluralize(n_taken, 'argument') if n_taken else 'no arguments'} "
                f"without a name, got {n_given}. {_names_for(args, by_place, by_name)}"
            )
        for name in kwargs:
            if name not in taken:
                raise TypeError(
                    f"{told}() got an unexpected keyword argument {name!r}. "
                    + (_way_out(kind, name, taken) or f"It takes {', '.join(taken)}.")
                )
        return method(*args, **kwargs)

    return explained  # type: ignore[return-value]


def _names_for(args: tuple[Any, ...], by_place: list[inspect.Parameter], names: list[str]) -> str:
    """Return how to pass arguments that are too many without a name."""
    if by_place[-1].annotation == Sequence[str]:
        return f"Pass a list: {[*args[len(by_place) - 1 :]]!r:.80}."
    more = args[len(by_place) :]
    if not names:
        return f"It takes {', '.join(each.name for each in by_place if each.name != 'self')}."
    if "text_columns" in names:  # an estimator has too many parameters to guess
        names = ["embeddings"] if isinstance(more[0], str) else []
    shown = [f"={each!r:.40}" if isinstance(each, str | int | float) else "" for each in more]
    named = [f"{name}{value}" for name, value in zip(names, shown, strict=False)]
    return f"Pass parameters by name{', such as ' if named else ''}{', '.join(named)}."


def _way_out(kind: Any, name: str, taken: list[str]) -> str:
    parameters = kind._get_param_names() if hasattr(kind, "_get_param_names") else []
    for other, sentence in ELSEWHERE.get(name, {}).items():
        if sentence and other in (*taken, *parameters):
            return sentence
        if other in taken:
            return f"Use {other} instead."
        if other in parameters:
            return f"Use the constructor's {other} instead: {kind.__name__}({other}=...)."
    if name in parameters:
        return f"It is a parameter of the constructor: {kind.__name__}({name}=...)."
    return did_you_mean(name, dict.fromkeys([*taken, *parameters]))
