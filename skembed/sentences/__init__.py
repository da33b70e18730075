"""Texts to the vectors of a frozen sentence encoder, by ONNX Runtime."""

from skembed.sentences._vectorizer import SentenceVectorizer

__all__ = ["SentenceVectorizer"]
