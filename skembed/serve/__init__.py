"""Predictions of texts with ONNX Runtime, where neither TensorFlow nor scikit-learn is."""

from skembed.serve._predictor import Predictor

__all__ = ["Predictor"]
