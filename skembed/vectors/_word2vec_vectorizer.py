"""Word2VecVectorizer: turn documents into features with word vectors trained on them."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from skembed._arguments import explains_arguments
from skembed._optional import check_installed, need
from skembed.text import KerasTokenizer, TokenSequences
from skembed.vectors._base_vectorizer import BaseVectorizer
from skembed.vectors._training import (
    TRAINING_CONSTRAINTS,
    check_min_count,
    gensim_parameters,
    rows_by_id,
    sentences_of,
)


class Word2VecVectorizer(BaseVectorizer):
    """Train word2vec on the documents and turn them into pooled word vectors.

    gensim trains the vectors in `fit`. They are kept as an array, so `transform`
    and pickles do not need gensim. Words that are new in `transform` are unknown.

    Parameters
    ----------
    n_dims : int, default=100
        Components of each word vector.
    window : int, default=5
        Words on either side that count as context, at most.
    min_count : int, default=2
        Words that occur less often in the training documents get no vector.
    sg : bool, default=True
        Skip-gram, which is better on small corpora. False is the
        continuous bag of words, which is faster.
    negative : int, default=5
        Random words drawn against each true one.
    epochs : int, default=5
        Passes over the training documents.
    learning_rate : float, default=0.025
        Step size at the start; it falls linearly to 0.0001.
    pooling : {"mean", "max", "min", "sum", "sif", "tfidf"} or tuple or list of \
            them, default="mean"
        How a document's vectors become one, see `GloveVectorizer`.
    sif_a : float, default=1e-3
        Constant of "sif", greater than 0.
    output : {"pooled", "sequences"}, default="pooled"
        Features of shape (n_samples, n_features), or `TokenSequences` that
        carry the word vectors. Take "sequences" for a network, which learns from
        words in their order.
    tokenizer : KerasTokenizer, default=None
        Cuts documents into words. None is
        ``KerasTokenizer(max_tokens=None, tokenizer="unicode")``.
    random_state : int, RandomState instance or None, default=None
        Seed of the training; the same int always gives the same vectors.

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
    FastTextVectorizer : The same, with vectors for unknown words.
    GloveVectorizer : Uses vectors trained on much more text.

    Notes
    -----
    Training runs on one thread, because with several the result would be random.
    For the training only, documents are cut into sentences of at most 10,000
    words. The pooling skips words without a vector, as in `GloveVectorizer`.

    Pooled vectors have small and unequal scales (with "sif" a standard deviation
    below 0.1 is usual). A regularised linear model wants columns of one scale, so
    put a ``StandardScaler`` between the two.

    References
    ----------
    .. [1] T. Mikolov, I. Sutskever, K. Chen, G. Corrado and J. Dean,
       "Distributed representations of words and phrases and their
       compositionality", NeurIPS 2013, arXiv:1310.4546.

    Examples
    --------
    >>> from skembed import Word2VecVectorizer
    >>> texts = ["sun and moon", "moon and tide", "tide and sun"]
    >>> vectorizer = Word2VecVectorizer(n_dims=3, random_state=0)
    >>> vectorizer.fit_transform(texts).shape
    (3, 3)
    >>> vectorizer.transform(["something new"])
    array([[0., 0., 0.]], dtype=float32)

    A linear model wants scaled features:

    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> model = make_pipeline(vectorizer, StandardScaler(), LogisticRegression())
    >>> model.fit(texts, ["day", "night", "day"]).classes_.tolist()
    ['day', 'night']
    """

    _parameter_constraints: ClassVar[dict] = {
        **TRAINING_CONSTRAINTS,
        **BaseVectorizer._parameter_constraints,
    }

    @explains_arguments
    def __init__(
        self,
        *,
        n_dims: int = 100,
        window: int = 5,
        min_count: int = 2,
        sg: bool = True,
        negative: int = 5,
        epochs: int = 5,
        learning_rate: float = 0.025,
        pooling: str | Sequence[str] = "mean",
        sif_a: float = 1e-3,
        output: str = "pooled",
        tokenizer: KerasTokenizer | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.n_dims = n_dims
        self.window = window
        self.min_count = min_count
        self.sg = sg
        self.negative = negative
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.pooling = pooling
        self.sif_a = sif_a
        self.output = output
        self.tokenizer = tokenizer
        self.random_state = random_state

    def _make_ready(self) -> None:
        check_installed("gensim", "Word2VecVectorizer needs")

    def _learn_vectors(
        self, sequences: TokenSequences, counts: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        Word2Vec = need("gensim.models", "Word2VecVectorizer needs").Word2Vec

        check_min_count(counts, self.min_count)
        seed = check_random_state(self.random_state).randint(np.iinfo(np.int32).max)
        sentences = sentences_of(sequences, self.vocabulary_)
        trained = Word2Vec(sentences, **gensim_parameters(self, seed)).wv
        return rows_by_id(trained.index_to_key, trained.vectors, self.vocabulary_)
