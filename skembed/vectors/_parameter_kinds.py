"""What the parameter `pooling` may be."""

from typing import Any

from sklearn.utils._param_validation import StrOptions

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
