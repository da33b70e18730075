"""The scikit-learn contract around texts, vectors and networks."""

from skembed.classifiers._base import BaseTextEstimator
from skembed.classifiers._classifier import BaseTextClassifier
from skembed.classifiers._cnn import CNNTextClassifier, CNNTextRegressor
from skembed.classifiers._declared import TEXT_ESTIMATORS, parameter, text_estimator
from skembed.classifiers._features import Features
from skembed.classifiers._keras import KerasTextClassifier, KerasTextRegressor
from skembed.classifiers._lstm import LSTMTextClassifier, LSTMTextRegressor
from skembed.classifiers._model import FittedModel
from skembed.classifiers._multi_label import MultiLabel
from skembed.classifiers._numbers import Numbers, Rates, ScaledNumbers
from skembed.classifiers._pipeline import (
    fitted_model,
    predict_both,
    text_estimator_of,
)
from skembed.classifiers._reader import Reader
from skembed.classifiers._regressor import BaseTextRegressor
from skembed.classifiers._single_label import SingleLabel
from skembed.classifiers._table_columns import TableColumns, frame_of, kind_of, to_floats
from skembed.classifiers._task import Task

__all__ = [
    "TEXT_ESTIMATORS",
    "BaseTextClassifier",
    "BaseTextEstimator",
    "BaseTextRegressor",
    "CNNTextClassifier",
    "CNNTextRegressor",
    "Features",
    "FittedModel",
    "KerasTextClassifier",
    "KerasTextRegressor",
    "LSTMTextClassifier",
    "LSTMTextRegressor",
    "MultiLabel",
    "Numbers",
    "Rates",
    "Reader",
    "ScaledNumbers",
    "SingleLabel",
    "TableColumns",
    "Task",
    "fitted_model",
    "frame_of",
    "kind_of",
    "parameter",
    "predict_both",
    "text_estimator",
    "text_estimator_of",
    "to_floats",
]
