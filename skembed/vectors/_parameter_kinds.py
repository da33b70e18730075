"""The values that the parameters `embeddings`, `pooling` and `tokenizer` may have."""

import os
from collections.abc import Collection

from sklearn.utils._param_validation import HasMethods, StrOptions

from skembed.text import is_cutter
from skembed.vectors._pooling import POOLINGS
from skembed.vectors._word_vectors import WordVectors

CUT_WITH_THEIR_OWN = (
    "The vectors have a tokenizer of their own, and the texts were cut with another one. Set "
    "tokenizer=None and pass the texts, or make ids with KerasTokenizer(None, "
    "tokenizer=vectors.tokenizer, lowercase=False)."
)
"""The advice if few words have a vector."""


def load_embeddings(embeddings: object) -> WordVectors:
    """Load the word vectors that an estimator's parameter `embeddings` names or holds.

    `VectorSource` lets collections pass, such as a dict of vectors; they are refused here.
    """
    from skembed.vectors._loading import load

    return load(embeddings, name="embeddings")


class VectorSource(HasMethods):
    """Constraint: a source of word vectors.

    Dicts, lists, tables and gensim's models pass, because scikit-learn's message would print all
    vectors in them. `load_embeddings` refuses them and names the way out.
    """

    def __init__(self) -> None:
        super().__init__("get_vector")

    def is_satisfied_by(self, val: object) -> bool:
        """Return whether `val` is a name, a path, vectors, a model of gensim or a collection."""
        kinds = (str, os.PathLike, WordVectors, Collection)
        return isinstance(val, kinds) or hasattr(val, "wv") or bool(super().is_satisfied_by(val))

    def __str__(self) -> str:
        return "a catalogue name, a path, WordVectors or gensim KeyedVectors"


class PoolingNames(StrOptions):
    """Constraint: one pooling, or a tuple or list of different ones."""

    def __init__(self) -> None:
        super().__init__(set(POOLINGS))

    def is_satisfied_by(self, val: object) -> bool:
        """Return whether `val` names poolings."""
        if isinstance(val, str):
            return val in POOLINGS
        if not isinstance(val, tuple | list) or not val:
            return False
        return all(isinstance(name, str) and name in POOLINGS for name in val) and (
            len(set(val)) == len(val)
        )

    def __str__(self) -> str:
        names = ", ".join(map(repr, POOLINGS))
        return f"one of {{{names}}} or a tuple or list of different ones of them"


class TokenizerObject(HasMethods):
    """Constraint: a tokenizer of some class or another object that cuts documents, not its name."""

    def __init__(self, kind: type = object) -> None:
        super().__init__(["fit_transform", "transform"])
        self.kind = kind

    def is_satisfied_by(self, val: object) -> bool:
        """Return whether `val` is such an object and has the methods, or cuts documents."""
        if isinstance(val, type):
            return False
        if is_cutter(val):
            return True
        return isinstance(val, self.kind) and bool(super().is_satisfied_by(val))

    def __str__(self) -> str:
        objects = [f"KerasTokenizer(tokenizer={name!r})" for name in ("unicode", "glove")]
        return f"an object such as {' or '.join(objects)}, a function that cuts a text"
