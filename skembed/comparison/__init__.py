"""Estimators on identical folds, next to a TF-IDF baseline."""

from skembed.comparison._compare import compare
from skembed.comparison._comparison import Comparison
from skembed.comparison._scoring import check_scoring_name
from skembed.comparison._statistics import Difference, corrected_t_test

__all__ = ["Comparison", "Difference", "check_scoring_name", "compare", "corrected_t_test"]
