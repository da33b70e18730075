"""Real corpora for examples and tests, and a reader for your own."""

from skembed.datasets._docstrings import load_docstrings
from skembed.datasets._table import load_table

__all__ = ["load_docstrings", "load_table"]
