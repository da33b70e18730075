"""Arguments that people know from other libraries or misspell, and what to use instead."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from skembed._messages import did_you_mean

Method = TypeVar("Method", bound=Callable[..., Any])

_VALIDATION = "Pass validation documents and their labels as X_val and y_val."
_WORDS = "Use max_tokens of a tokenizer instead, as in KerasTokenizer(max_tokens=20_000)."
_LENGTH = "Use max_length of a tokenizer instead, as in KerasTokenizer(max_length=300)."
ELSEWHERE = {
    "eval_set": _VALIDATION,
    "folds": "Use cv instead.",
    "lr": "Use learning_rate instead.",
    "max_features": _WORDS,
    "max_iter": "Use epochs instead.",
    "max_length": _LENGTH,
    "maxlen": _LENGTH,
    "metric": "Use scoring instead.",
    "num_words": _WORDS,
    "oov_token": "Leave it out: the id 1 always stands for unknown words.",
    "seed": "Use random_state instead.",
    "units": "A CNN has filters, and every network has dense_units.",
    "validation_data": _VALIDATION,
    "validation_split": "Set the parameters early_stopping=True and validation_fraction instead.",
    "vector_size": "Use n_dims instead.",
    "vectors": "Use embeddings instead.",
}
"""What to use instead of an argument that other libraries have."""


def explains_arguments(method: Method) -> Method:
    """Make the errors of a method or function say what to use instead of an unknown argument.

    The signature does not change, so scikit-learn's metadata routing works as before.

    Raises
    ------
    TypeError
        Python's own error, and what to use instead.
    """
    first, *others = inspect.signature(method).parameters
    is_method = first == "self"
    taken = others if is_method else [first, *others]

    @wraps(method)
    def explained(*args: Any, **kwargs: Any) -> Any:
        for name in kwargs:
            if name not in taken:
                kind = type(args[0]) if is_method else None
                told = f"{kind.__name__}.{method.__name__}" if kind else method.__name__
                raise TypeError(
                    f"{told}() got an unexpected keyword argument {name!r}. "
                    + (_way_out(kind, name, taken) or f"It takes {', '.join(taken)}.")
                )
        return method(*args, **kwargs)

    return explained  # type: ignore[return-value]


def _way_out(kind: Any, name: str, taken: list[str]) -> str:
    parameters = kind._get_param_names() if kind else []
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    if name in parameters:
        return f"It is a parameter of the constructor: {kind.__name__}({name}=...)."
    return did_you_mean(name, dict.fromkeys([*taken, *parameters]))
