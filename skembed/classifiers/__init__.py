"""The scikit-learn contract around texts, vectors and networks."""

from skembed.classifiers._base import BaseTextClassifier
from skembed.classifiers._both import predict_both
from skembed.classifiers._cnn import CNNTextClassifier
from skembed.classifiers._declared import parameter, text_classifier
from skembed.classifiers._lstm import LSTMTextClassifier

__all__ = [
    "BaseTextClassifier",
    "CNNTextClassifier",
    "LSTMTextClassifier",
    "parameter",
    "predict_both",
    "text_classifier",
]
