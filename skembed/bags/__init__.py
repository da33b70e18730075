"""Documents to weighted bags of words, with NumPy alone.

What is counted of documents, and how counts are weighed, stands here once: for the linear
model, which learns it, and for `skembed.serve`, which has neither SciPy nor scikit-learn.
"""

from skembed.bags._learning import learn_tables
from skembed.bags._sparse_rows import Multiply, SparseRows, multiply
from skembed.bags._tables import BagTables

__all__ = ["BagTables", "Multiply", "SparseRows", "learn_tables", "multiply"]
