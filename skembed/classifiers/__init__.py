"""The scikit-learn contract around tokenizer, vectors and networks."""

from skembed.classifiers._both import predict_both
from skembed.classifiers._cnn import CNNTextClassifier
from skembed.classifiers._lstm import LSTMTextClassifier

__all__ = ["CNNTextClassifier", "LSTMTextClassifier", "predict_both"]
