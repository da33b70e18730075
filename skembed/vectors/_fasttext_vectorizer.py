"""FastTextVectorizer: features from trained vectors, also for unknown words."""

from collections.abc import Iterable, Sequence
from numbers import Integral
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval

from skembed._arguments import explains_arguments
from skembed._optional import check_installed, need
from skembed._types import Documents
from skembed.text import (
    FIRST_WORD_ID,
    UNKNOWN_ID,
    UNKNOWN_TOKEN,
    KerasTokenizer,
    TokenSequences,
    check_documents,
)
from skembed.vectors._base_vectorizer import BaseVectorizer
from skembed.vectors._pooling import Encoded
from skembed.vectors._subwords import subword_vectors
from skembed.vectors._training import (
    TRAINING_CONSTRAINTS,
    check_min_count,
    gensim_parameters,
    rows_by_id,
    sentences_of,
)


class FastTextVectorizer(BaseVectorizer):
    """Train fastText on the documents and turn them into pooled word vectors.

    Vectors are trained for words and for their character n-grams. A rare, new
    or misspelt word gets the mean of its n-grams' vectors. gensim trains the
    vectors in `fit`; they are kept as arrays, so `transform` and pickles do not
    need gensim.

    Parameters
    ----------
    n_dims : int, default=100
        Components of each word vector.
    window : int, default=5
        Words on either side that count as context, at most.
    min_count : int, default=2
        Words that occur less often in the training documents are not trained
        and get a vector from their n-grams.
    sg : bool, default=True
        Skip-gram, which is better on small corpora. False is the
        continuous bag of words, which is faster.
    negative : int, default=5
        Random words drawn against each true one.
    epochs : int, default=5
        Passes over the training documents.
    learning_rate : float, default=0.025
        Step size at the start; it falls linearly to 0.0001.
    min_n, max_n : int, default=3, 6
        Shortest and longest n-gram, in characters. The beginning and the end of
        a word count as one character each.
    n_buckets : int, default=100_000
        Rows that n-grams share by their hash. Training needs all of them; the
        fitted vectorizer keeps those in use.
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
    ngram_buckets_ : ndarray of shape (n_used,), dtype int64
        Buckets that n-grams of the trained words fall into, sorted.
    ngram_vectors_ : ndarray of shape (n_used, n_dims), dtype float32
        Their vectors.
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
    Word2VecVectorizer : The same without n-grams; faster and smaller.
    GloveVectorizer : Uses vectors trained on much more text.

    Notes
    -----
    Words outside the vocabulary are new in `transform`, or the tokenizer's
    `max_tokens` or `min_df` removed them. They are pooled with the weight of a
    word that was never counted. In fastText, buckets that no n-gram of a trained
    word falls into keep their random initial vectors. Here they are skipped, and
    a word without a known n-gram counts as a word without a vector.

    With ``output="sequences"`` unknown words share the id 1, which has no
    vector, because ids must not change once a network was trained on them. They
    also share it if `X` is `TokenSequences`, which do not hold unknown words.

    Training runs on one thread, because with several the result would be random.

    Pooled vectors have small and unequal scales (with "sif" a standard deviation
    below 0.1 is usual). A regularised linear model wants columns of one scale, so
    put a ``StandardScaler`` between the two.

    References
    ----------
    .. [1] P. Bojanowski, E. Grave, A. Joulin and T. Mikolov, "Enriching word
       vectors with subword information", TACL 2017, arXiv:1607.04606.

    Examples
    --------
    >>> from skembed import FastTextVectorizer
    >>> texts = ["sunshine and moonlight", "moonlight and tides", "tides and sunshine"]
    >>> vectorizer = FastTextVectorizer(n_dims=3, n_buckets=1000, random_state=0).fit(texts)
    >>> bool(vectorizer.transform(["moonlights"]).any())
    True

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
        "min_n": [Interval(Integral, 1, None, closed="left")],
        "max_n": [Interval(Integral, 1, None, closed="left")],
        "n_buckets": [Interval(Integral, 1, None, closed="left")],
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
        min_n: int = 3,
        max_n: int = 6,
        n_buckets: int = 100_000,
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
        self.min_n = min_n
        self.max_n = max_n
        self.n_buckets = n_buckets
        self.pooling = pooling
        self.sif_a = sif_a
        self.output = output
        self.tokenizer = tokenizer
        self.random_state = random_state

    def _make_ready(self) -> None:
        check_installed("gensim", "FastTextVectorizer needs")

    def _learn_vectors(
        self, sequences: TokenSequences, counts: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        FastText = need("gensim.models", "FastTextVectorizer needs").FastText

        if self.min_n > self.max_n:
            raise ValueError(
                f"min_n must not be greater than max_n, got min_n={self.min_n} and "
                f"max_n={self.max_n}."
            )
        check_min_count(counts, self.min_count)
        seed = check_random_state(self.random_state).randint(np.iinfo(np.int32).max)
        trained = FastText(
            sentences=_of_unicode(sentences_of(sequences, self.vocabulary_), self.vocabulary_),
            min_n=int(self.min_n),
            max_n=int(self.max_n),
            bucket=int(self.n_buckets),
            **gensim_parameters(self, seed),
        ).wv
        self.ngram_buckets_ = np.unique(np.concatenate(trained.buckets_word)).astype(np.int64)
        self.ngram_vectors_ = trained.vectors_ngrams[self.ngram_buckets_]
        rare = [word for word in self.vocabulary_ if word not in trained.key_to_index]
        words = trained.index_to_key + rare
        matrix = np.vstack([trained.vectors, self._subword_vectors(rare)])
        return rows_by_id(words, matrix, self.vocabulary_)

    def _subword_vectors(self, words: list[str]) -> NDArray[np.float32]:
        return subword_vectors(
            words,
            self.ngram_buckets_,
            self.ngram_vectors_,
            min_n=int(self.min_n),
            max_n=int(self.max_n),
            n_buckets=int(self.n_buckets),
        )

    def _look_up(self, X: Documents) -> Encoded:
        if isinstance(X, TokenSequences) or self.output == "sequences" or self.tokenizer_ is None:
            return super()._look_up(X)
        documents = check_documents(X)
        if not documents:
            return super()._look_up(documents)  # no word needs an id
        # ids for all words of the documents show which ones are unknown
        sequences = self.tokenizer_._number_own_words(documents)
        words = ["", UNKNOWN_TOKEN, *(sequences.vocabulary or ())]
        ids = np.array([self.vocabulary_.get(word, UNKNOWN_ID) for word in words])
        ids[:FIRST_WORD_ID] = UNKNOWN_ID
        new = np.flatnonzero(ids == UNKNOWN_ID)[FIRST_WORD_ID:]
        vectors = self.vectors_[ids]
        vectors[new] = self._subword_vectors([words[i] for i in new])
        return Encoded(sequences, vectors, self._weights_of(ids, new, vectors))

    def _weights_of(
        self, ids: NDArray[np.int64], new: NDArray[np.int64], vectors: NDArray[np.float32]
    ) -> dict[str, NDArray[np.float32]]:
        """Weigh known words as in fit, and new words as words that were never counted."""
        never = np.zeros(1, dtype=np.int64)
        weights = {name: known[ids] for name, known in self.token_weights_.items()}
        for name, values in weights.items():
            values[new] = self._weigh(name, never, never) * vectors[new].any(axis=1)
        return weights

    def _encode_again(self, X: Documents, sequences: TokenSequences) -> Encoded:
        if (sequences.ids == UNKNOWN_ID).any():
            return self._look_up(X)  # the tokenizer removed words: pool them by n-grams
        return super()._encode_again(X, sequences)


def _of_unicode(sentences: list[list[str]], words: Iterable[str]) -> list[list[str]]:
    """Leave out words with half a surrogate pair, which gensim's fastText cannot read."""
    broken = {word for word in words if any("\ud800" <= letter <= "\udfff" for letter in word)}
    if not broken:
        return sentences
    return [[word for word in sentence if word not in broken] for sentence in sentences]
