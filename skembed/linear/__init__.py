"""Sequences of ids to margins: linear support vector machines on bags of words.

The parameter ``wide`` of the classifiers adds such a model to a network. This folder does not
depend on networks. `JointLogOdds` adds the outputs of both.
"""

from skembed.linear._bag_model import BagModel, LinearKind, calibration_rows
from skembed.linear._bags import as_rows, learn_bags, read_bags
from skembed.linear._by_token import margins_by_token
from skembed.linear._model import SVM, LinearModel, fit_linear_model
from skembed.linear._ridge import RIDGE, ErrorStatistics, RidgeModel, fit_ridge_model
from skembed.linear._statistics import LogitStatistics
from skembed.linear._targets import Floats

__all__ = [
    "RIDGE",
    "SVM",
    "BagModel",
    "ErrorStatistics",
    "Floats",
    "LinearKind",
    "LinearModel",
    "LogitStatistics",
    "RidgeModel",
    "as_rows",
    "calibration_rows",
    "fit_linear_model",
    "fit_ridge_model",
    "learn_bags",
    "margins_by_token",
    "read_bags",
]
