"""Predict texts with ONNX Runtime, without TensorFlow and scikit-learn."""

from skembed.serve._predictor import Predictor, predict_both, without_columns

__all__ = ["Predictor", "predict_both", "without_columns"]
