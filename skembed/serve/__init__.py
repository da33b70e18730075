"""Predictions of texts with ONNX Runtime, where neither TensorFlow nor scikit-learn is."""

from skembed.serve._predictor import Predictor, predict_both, without_columns

__all__ = ["Predictor", "predict_both", "without_columns"]
