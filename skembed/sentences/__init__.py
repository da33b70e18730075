"""Turn texts into the vectors of a frozen sentence encoder, with ONNX Runtime.

The vectorizer is a scikit-learn estimator. It is imported only when it is used, because a server
computes vectors without scikit-learn.
"""

from typing import TYPE_CHECKING, Any

from skembed.sentences._encoder import POOLINGS, EncoderSettings, SentenceEncoder
from skembed.sentences._files import find_files

if TYPE_CHECKING:
    from skembed.sentences._vectorizer import SentenceVectorizer

__all__ = [
    "POOLINGS",
    "EncoderSettings",
    "SentenceEncoder",
    "SentenceVectorizer",
    "find_files",
]


def __getattr__(name: str) -> Any:
    if name == "SentenceVectorizer":
        from skembed.sentences._vectorizer import SentenceVectorizer

        return SentenceVectorizer
    raise AttributeError(f"module 'skembed.sentences' has no attribute {name!r}")
