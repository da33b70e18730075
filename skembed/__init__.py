"""Neural text classification with word embeddings, as scikit-learn estimators.

All public names are here and are imported at first use, so that importing skembed takes as long as
importing scikit-learn.
"""

import importlib
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skembed import data, datasets, testing
    from skembed.classifiers import (
        CNNTextClassifier,
        CNNTextRegressor,
        KerasTextClassifier,
        KerasTextRegressor,
        LSTMTextClassifier,
        LSTMTextRegressor,
    )
    from skembed.comparison import compare
    from skembed.export import to_onnx
    from skembed.inspection import explain
    from skembed.persistence import load, save
    from skembed.search import search_space
    from skembed.sentences import SentenceVectorizer
    from skembed.text import KerasTokenizer, TextColumns, TokenSequences
    from skembed.vectors import (
        FastTextVectorizer,
        GloveVectorizer,
        Word2VecVectorizer,
        WordVectors,
    )

__version__ = "0.1.0"

_FOLDERS = {
    "CNNTextClassifier": "classifiers",
    "CNNTextRegressor": "classifiers",
    "FastTextVectorizer": "vectors",
    "GloveVectorizer": "vectors",
    "KerasTextClassifier": "classifiers",
    "KerasTextRegressor": "classifiers",
    "KerasTokenizer": "text",
    "LSTMTextClassifier": "classifiers",
    "LSTMTextRegressor": "classifiers",
    "SentenceVectorizer": "sentences",
    "TextColumns": "text",
    "TokenSequences": "text",
    "Word2VecVectorizer": "vectors",
    "WordVectors": "vectors",
    "compare": "comparison",
    "explain": "inspection",
    "load": "persistence",
    "save": "persistence",
    "search_space": "search",
    "to_onnx": "export",
}

_SUBMODULES = {
    "comparison",
    "data",
    "datasets",
    "distributed",
    "inspection",
    "networks",
    "serve",
    "testing",
}

__all__ = [
    "CNNTextClassifier",
    "CNNTextRegressor",
    "FastTextVectorizer",
    "GloveVectorizer",
    "KerasTextClassifier",
    "KerasTextRegressor",
    "KerasTokenizer",
    "LSTMTextClassifier",
    "LSTMTextRegressor",
    "SentenceVectorizer",
    "TextColumns",
    "TokenSequences",
    "Word2VecVectorizer",
    "WordVectors",
    "compare",
    "data",
    "datasets",
    "explain",
    "load",
    "save",
    "search_space",
    "testing",
    "to_onnx",
]


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return importlib.import_module(f"skembed.{name}")
    if name in _FOLDERS:
        value = getattr(importlib.import_module(f"skembed.{_FOLDERS[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'skembed' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


if find_spec("skembed.classifiers") is None:  # this is skembed-serve
    from skembed._left_out import LeftOut

    sys.meta_path.append(LeftOut)
