"""Which words of a document spoke for which class."""

from skembed.explanation._explain import explain
from skembed.explanation._explanation import Explanation

__all__ = ["Explanation", "explain"]
