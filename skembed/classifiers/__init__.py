"""The scikit-learn contract around texts, vectors and networks."""

from skembed.classifiers._base import BaseTextClassifier
from skembed.classifiers._cnn import CNNTextClassifier
from skembed.classifiers._declared import CLASSIFIERS, parameter, text_classifier
from skembed.classifiers._lstm import LSTMTextClassifier
from skembed.classifiers._model import FittedModel
from skembed.classifiers._multi_label import MultiLabel
from skembed.classifiers._pipeline import classifier_of, fitted_model, predict_both
from skembed.classifiers._reader import Reader
from skembed.classifiers._single_label import SingleLabel
from skembed.classifiers._task import Task

__all__ = [
    "CLASSIFIERS",
    "BaseTextClassifier",
    "CNNTextClassifier",
    "FittedModel",
    "LSTMTextClassifier",
    "MultiLabel",
    "Reader",
    "SingleLabel",
    "Task",
    "classifier_of",
    "fitted_model",
    "parameter",
    "predict_both",
    "text_classifier",
]
