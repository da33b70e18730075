"""What the parameters `pooling` and `tokenizer` may be."""

from typing import Any

from sklearn.utils._param_validation import HasMethods, StrOptions

from skembed.vectors._pooling import POOLINGS


class PoolingNames(StrOptions):
    """Constraint: one pooling, or a tuple or list of different ones."""

    def __init__(self) -> None:
        super().__init__(set(POOLINGS))

    def is_satisfied_by(self, val: Any) -> bool:
        """Return whether `val` names poolings."""
        if isinstance(val, str):
            return val in POOLINGS
        if not isinstance(val, tuple | list) or not val:
            return False
        return all(isinstance(name, str) and name in POOLINGS for name in val) and (
            len(set(val)) == len(val)
        )

    def __str__(self) -> str:
        names = ", ".join(map(repr, POOLINGS))
        return f"one of {{{names}}} or a tuple or list of different ones of them"


class TokenizerObject(HasMethods):
    """Constraint: a tokenizer, and no name or function that one could be made with.

    Parameters
    ----------
    kind : type, default=object
        What the tokenizer must be an instance of.
    """

    def __init__(self, kind: type = object) -> None:
        super().__init__(["fit_transform", "transform"])
        self.kind = kind

    def is_satisfied_by(self, val: Any) -> bool:
        """Return whether `val` is such an object and has the methods."""
        made = isinstance(val, self.kind) and not isinstance(val, type)
        return made and bool(super().is_satisfied_by(val))

    def __str__(self) -> str:
        return "an object such as KerasTokenizer(tokenizer='glove')"
