"""Documents to weighted bags of words, with NumPy alone.

Both the linear model and `skembed.serve`, which does not have SciPy and scikit-learn, weigh counts
of documents by this code.
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
