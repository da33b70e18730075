"""Documents to weighted bags of words, with NumPy alone.

How counts of documents are weighed stands here once: for the linear model, which learns what is
counted, and for `skembed.serve`, which has neither SciPy nor scikit-learn.
"""

from skembed.bags._sparse_rows import SparseRows, count, multiply
from skembed.bags._tables import BagTables, columns_of, find_pairs, find_triples

__all__ = [
    "BagTables",
    "SparseRows",
    "columns_of",
    "count",
    "find_pairs",
    "find_triples",
    "multiply",
]
