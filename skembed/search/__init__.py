"""Ready-made search spaces for scikit-learn's randomized searches."""

from skembed.search._spaces import search_space

__all__ = ["search_space"]
