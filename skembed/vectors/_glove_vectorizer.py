"""GloveVectorizer: turn documents into features with pre-trained word vectors."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from skembed._arguments import explains_arguments
from skembed.text import KerasTokenizer, PieceTokenizer, TokenSequences, make_tokenizer
from skembed.vectors._base_vectorizer import BaseVectorizer
from skembed.vectors._parameter_kinds import (
    CUT_WITH_THEIR_OWN,
    VectorSource,
    load_embeddings,
)
from skembed.vectors._word_vectors import WordVectors

if TYPE_CHECKING:
    from gensim.models import KeyedVectors


class GloveVectorizer(BaseVectorizer):
    """Turn documents into pooled pre-trained word vectors.

    `fit` learns the words of the training documents and keeps the vectors of
    these words only: `transform` and pickles need neither the file nor its
    other rows. A word first met in `transform` therefore counts as unknown,
    even if the file has a vector for it.

    Parameters
    ----------
    embeddings : str, path-like, WordVectors or gensim KeyedVectors, \
            default="glove.6B.50d"
        Any source that `WordVectors.load` takes: a catalogue name, a file, the
        folder of a static model, or vectors. Clones and pickles of the vectorizer
        keep a name or path as it is. They copy `KeyedVectors`, so wrap these with
        ``WordVectors.load``.
    pooling : {"mean", "max", "min", "sum", "sif", "tfidf"} or tuple or list of \
            them, default="mean"
        How the vectors of a document's words become one vector. The columns of
        several poolings are put side by side. "tfidf" is the mean weighted by
        term frequency times
        ``ln((1 + n) / (1 + df)) + 1``. "sif" weights each token by
        ``sif_a / (sif_a + p(word))``, where p is the word's share of the
        training tokens, takes the mean and removes the component that the
        training documents have in common [1]_.
    sif_a : float, default=1e-3
        Constant of "sif", greater than 0; smaller values play down frequent
        words more.
    output : {"pooled", "sequences"}, default="pooled"
        Features of shape (n_samples, n_features), or `TokenSequences` that
        carry the word vectors; `pooling` then has no effect. Take "sequences" for a
        network, which learns from words in their order, or leave the vectorizer
        out and set the network's `embeddings`.
    tokenizer : KerasTokenizer, default=None
        Cuts documents into words. None is
        ``KerasTokenizer(max_tokens=None, tokenizer="unicode")``,
        which keeps every word. If the vectors have a tokenizer of their own,
        it is used instead. If it cuts words into pieces, all pieces are known.

    Attributes
    ----------
    tokenizer_ : KerasTokenizer or None
        The fitted tokenizer; None if fitted on `TokenSequences`.
    vocabulary_ : dict of str to int
        Token ids, gapless from 2.
    vectors_ : ndarray of shape (n_ids, n_dims), dtype float32
        Row ``i`` is the vector of id ``i``; zeros for ids without one.
    coverage_ : Coverage
        How many of the training words have a vector, and which do not.
    token_weights_ : dict of str to ndarray of shape (n_ids,), dtype float32
        For each pooling the weight of each id, 0 for ids without a vector.
    common_component_ : ndarray of shape (n_dims,), dtype float32, or None
        Direction removed by "sif", of length 1, its largest entry positive.
    n_documents_, n_tokens_ : int
        Size of the training corpus.

    See Also
    --------
    Word2VecVectorizer : Trains the vectors on the documents.
    FastTextVectorizer : The same, with vectors for unknown words.
    KerasTokenizer : Gives ids without vectors.

    Notes
    -----
    Tokens without a vector are skipped: a mean is taken over the tokens that
    have one. A document without any becomes zeros. A row of zeros in the file
    counts as a missing vector, except for pieces of words. GloVe was trained on
    lowercase text in which "don't" is "do n't". The default tokenizer cuts words
    in the same way. Most punctuation marks have a vector, too.

    Pooled vectors have small and unequal scales: with "glove.6B.50d" the columns
    of "sif" have a standard deviation around 0.07, those of "max" around 0.4. A
    regularised linear model wants columns of one scale, so put a
    ``StandardScaler`` between the two.

    References
    ----------
    .. [1] S. Arora, Y. Liang and T. Ma, "A simple but tough-to-beat baseline
       for sentence embeddings", ICLR 2017,
       https://openreview.net/forum?id=SyK00v5xx

    Examples
    --------
    >>> from skembed import GloveVectorizer, WordVectors
    >>> vectors = WordVectors(["sun", "moon"], [[1, 0], [0, 2]])
    >>> vectorizer = GloveVectorizer(vectors, pooling=("mean", "max"))
    >>> vectorizer.fit_transform(["Sun and moon", "The moon!", ""])
    array([[0.5, 1. , 1. , 2. ],
           [0. , 2. , 0. , 2. ],
           [0. , 0. , 0. , 0. ]], dtype=float32)
    >>> vectorizer.get_feature_names_out()[:3].tolist()
    ['glovevectorizer_mean0', 'glovevectorizer_mean1', 'glovevectorizer_max0']
    >>> vectorizer.coverage_.missing
    (('and', 1), ('the', 1), ('!', 1))

    A linear model wants scaled features:

    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> model = make_pipeline(vectorizer, StandardScaler(), LogisticRegression())
    >>> model.fit(["sun", "the moon"], ["day", "night"]).predict(["a moon"]).tolist()
    ['night']
    """

    _parameter_constraints: ClassVar[dict] = {
        "embeddings": [VectorSource()],
        **BaseVectorizer._parameter_constraints,
    }

    @explains_arguments
    def __init__(
        self,
        embeddings: "str | os.PathLike[str] | WordVectors | KeyedVectors" = "glove.6B.50d",
        *,
        pooling: str | Sequence[str] = "mean",
        sif_a: float = 1e-3,
        output: str = "pooled",
        tokenizer: KerasTokenizer | None = None,
    ) -> None:
        self.embeddings = embeddings
        self.pooling = pooling
        self.sif_a = sif_a
        self.output = output
        self.tokenizer = tokenizer

    def _make_tokenizer(self) -> Any:
        if self.tokenizer is not None or self._is_of_gensim():
            return super()._make_tokenizer()
        vectors = load_embeddings(self.embeddings)
        # Later documents hold other pieces; there are few pieces in all.
        pieces = vectors.words[:] if isinstance(vectors.tokenizer, PieceTokenizer) else None
        return make_tokenizer(None, own=vectors.tokenizer, max_tokens=None, extra_words=pieces)

    def _have_vectors(self) -> NDArray[np.bool_]:
        if self._is_of_gensim():
            return super()._have_vectors()
        vectors = load_embeddings(self.embeddings)
        if not isinstance(vectors.tokenizer, PieceTokenizer):
            return super()._have_vectors()
        found = np.zeros(len(self.vectors_), dtype=bool)  # zeros count in the mean of the peers
        found[[*self.vocabulary_.values()]] = vectors.words.find(self.vocabulary_) >= 0
        return found

    def _is_of_gensim(self) -> bool:
        """Return whether loading the vectors would copy them."""
        return hasattr(self.embeddings, "index_to_key")

    def _make_ready(self) -> None:
        load_embeddings(self.embeddings)

    def _learn_vectors(
        self, sequences: TokenSequences, counts: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        return load_embeddings(self.embeddings).align(self.vocabulary_)

    def _words_with_vectors(self, found: list[bool]) -> WordVectors:
        return load_embeddings(self.embeddings)

    def _advice(self) -> str:
        name = repr(self.embeddings)
        if load_embeddings(self.embeddings).tokenizer is not None and self.tokenizer is not None:
            return CUT_WITH_THEIR_OWN
        return (
            f"Check that {name if len(name) < 80 else 'embeddings'} is in the language of the "
            "texts, and that both are lowercase or neither is: the tokenizer lowercases texts "
            "unless you set tokenizer__lowercase=False."
        )
