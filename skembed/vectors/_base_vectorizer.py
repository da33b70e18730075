"""The common base of the vectorizers: they turn documents and word vectors into features."""

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import compress
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skembed._checked import checks_parameters
from skembed._documented import DocumentedMixin
from skembed._ready import make_ready
from skembed._types import Documents
from skembed.text import (
    KerasTokenizer,
    TableOutputMixin,
    TokenSequences,
    check_documents,
    count_ids,
    document_frequencies,
    make_tokenizer,
    measure_coverage,
)
from skembed.vectors._parameter_kinds import PoolingNames, TokenizerObject
from skembed.vectors._pooling import (
    Encoded,
    common_component,
    remove_component,
    token_weights,
)
from skembed.vectors._unchanged import unchanged_on_error


def _gives_features(estimator: "BaseVectorizer") -> bool:
    if estimator.output == "pooled":
        return True
    raise AttributeError("Features have names only with output='pooled', not 'sequences'.")


class BaseVectorizer(DocumentedMixin, TableOutputMixin, BaseEstimator):
    """Fit, pool and return features; the subclasses provide the word vectors."""

    _parameter_constraints: ClassVar[dict] = {
        "pooling": [PoolingNames()],
        "sif_a": [Interval(Real, 0, None, closed="neither")],
        "output": [StrOptions({"pooled", "sequences"})],
        "tokenizer": [TokenizerObject(KerasTokenizer), None],
    }

    pooling: str | Sequence[str]
    sif_a: float
    output: str
    tokenizer: KerasTokenizer | None
    vocabulary_: Mapping[str, int]
    common_component_: Any

    def _learn_vectors(
        self, sequences: TokenSequences, counts: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the vectors of the ids, (n_ids, n_dims); zeros for ids without one."""
        raise NotImplementedError

    def _have_vectors(self) -> NDArray[np.bool_]:
        """Return which ids have a vector, shape (n_ids,)."""
        return np.any(self.vectors_, axis=1)

    def _words_with_vectors(self, found: list[bool]) -> Container[str]:
        """Return all words with a vector; `found` says which words of the vocabulary have one."""
        return set(compress(self.vocabulary_, found))

    def _advice(self) -> str:
        """Say what to check when no word has a vector."""
        raise NotImplementedError

    @checks_parameters
    def fit(self, X: Documents, y: object = None) -> Self:
        """Learn the vocabulary of the documents and the vectors of its words.

        Parameters
        ----------
        X : collection of str or TokenSequences, shape (n_samples,)
            Training documents. `TokenSequences` must carry their vocabulary,
            which is then used in place of the tokenizer's.
        y : None
            Ignored.

        Returns
        -------
        self : estimator
            The fitted vectorizer.

        Raises
        ------
        ValueError
            If no word of the documents has a vector, or `X` has no
            vocabulary or no documents.
        """
        with unchanged_on_error(self):
            self._learn(X)
        return self

    @checks_parameters
    def fit_transform(self, X: Documents, y: object = None) -> Any:
        """Do the same as ``fit(X).transform(X)``, reading the documents once.

        Parameters
        ----------
        X : collection of str or TokenSequences, shape (n_samples,)
            Training documents.
        y : None
            Ignored.

        Returns
        -------
        features : ndarray of shape (n_samples, n_features), dtype float32, or \
                TokenSequences of shape (n_samples,)
            See `transform`.
        """
        with unchanged_on_error(self):
            return self._give(self._learn(X))

    def transform(self, X: Documents) -> Any:
        """Turn documents into features.

        Parameters
        ----------
        X : collection of str or TokenSequences, shape (n_samples,)
            Documents; `TokenSequences` only with the vocabulary seen in fit.

        Returns
        -------
        features : ndarray of shape (n_samples, n_features), dtype float32, or \
                TokenSequences of shape (n_samples,)
            With ``output="pooled"``, n_dims columns for each pooling, in the
            order of `pooling`. A document in which no word has a vector is all
            zeros. With ``output="sequences"``, the ids together with
            ``vectors_``.
        """
        check_is_fitted(self)
        return self._give(self._look_up(X))

    @available_if(_gives_features)
    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Name the features: class, pooling and dimension.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        names : ndarray of shape (n_features,), dtype object
            For example "glovevectorizer_mean0".
        """
        check_is_fitted(self)
        prefix = type(self).__name__.lower()
        dims = range(self.vectors_.shape[1])
        names = [f"{prefix}_{name}{i}" for name in self._poolings() for i in dims]
        return np.array(names, dtype=object)

    def _poolings(self) -> tuple[str, ...]:
        return (self.pooling,) if isinstance(self.pooling, str) else tuple(self.pooling)

    def _learn(self, X: Documents) -> Encoded:
        """Set the fitted attributes and return the training documents."""
        make_ready(self)
        X = X if isinstance(X, TokenSequences) else check_documents(X)
        sequences = self._fit_tokenizer(X)
        n_ids = max(self.vocabulary_.values(), default=1) + 1
        if sequences.ids.max() >= n_ids:
            raise ValueError(
                f"X holds the id {sequences.ids.max()}, but its vocabulary ends at {n_ids - 1}."
            )
        counts = count_ids(sequences.ids, n_ids)
        self.n_documents_ = len(sequences)
        self.vectors_ = self._learn_vectors(sequences, counts)
        has_vector = self._have_vectors()
        if not has_vector[counts > 0].any():
            raise ValueError(self._nothing_found(counts))
        found = has_vector[np.fromiter(self.vocabulary_.values(), np.int64)].tolist()
        vectors = self._words_with_vectors(found)
        self.coverage_ = measure_coverage(self.vocabulary_, counts, found, vectors)
        self._learn_weights(sequences, counts, has_vector)
        encoded = self._encode_again(X, sequences)
        weighted = encoded.pool("sif") if "sif" in self.token_weights_ else None
        self.common_component_ = None if weighted is None else common_component(weighted)
        return encoded._replace(weighted=weighted)

    def _make_tokenizer(self) -> Any:
        return make_tokenizer(self.tokenizer, max_tokens=None)

    def _fit_tokenizer(self, X: Documents) -> TokenSequences:
        if isinstance(X, TokenSequences):
            if X.vocabulary is None:
                raise ValueError(
                    "X has no vocabulary, so the words of its ids are not known. "
                    "Pass the documents, or the sequences that KerasTokenizer.transform returns."
                )
            if not len(X):
                raise ValueError("X holds no documents: at least one is needed to fit.")
            self.tokenizer_, self.vocabulary_ = None, X.vocabulary
            return X
        tokenizer = self._make_tokenizer()
        if tokenizer.output != "sequences":
            raise ValueError(
                f"The tokenizer of {type(self).__name__} must have output='sequences', got "
                f"output={tokenizer.output!r}. Set tokenizer__output='sequences'."
            )
        sequences = tokenizer.fit_transform(X)
        self.tokenizer_, self.vocabulary_ = tokenizer, tokenizer.vocabulary_
        return sequences

    def _learn_weights(
        self, sequences: TokenSequences, counts: NDArray[np.int64], has_vector: NDArray[np.bool_]
    ) -> None:
        """Set the weight of each id in each pooling, 0 for ids without a vector."""
        names = self._poolings() if self.output == "pooled" else ()
        frequencies = counts
        if "tfidf" in names:
            frequencies = document_frequencies(sequences.ids, sequences.lengths, len(counts))
        self.n_tokens_ = int(counts.sum())
        self.token_weights_ = {
            name: self._weigh(name, counts, frequencies) * has_vector for name in names
        }

    def _weigh(
        self, pooling: str, counts: NDArray[np.int64], frequencies: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        sizes: dict[str, Any] = {"n_tokens": self.n_tokens_, "n_documents": self.n_documents_}
        return token_weights(pooling, counts, frequencies, sif_a=self.sif_a, **sizes)

    def _nothing_found(self, counts: NDArray[np.int64]) -> str:
        words = [word for word, i in self.vocabulary_.items() if counts[i]]
        return (
            f"None of the {len(words)} distinct words of X has a vector; the most frequent ones "
            f"are: {', '.join(map(repr, words[:5])) or 'none at all'}. {self._advice()}"
        )

    def _look_up(self, X: Documents) -> Encoded:
        """Encode documents with the fitted vocabulary."""
        return Encoded(self._encode(X), self.vectors_, self.token_weights_)

    def _encode_again(self, X: Documents, sequences: TokenSequences) -> Encoded:
        """Encode the training documents, as `_look_up` would, at the end of fit."""
        return Encoded(sequences, self.vectors_, self.token_weights_)

    def _encode(self, X: Documents) -> TokenSequences:
        if isinstance(X, TokenSequences):
            if X.vocabulary is not self.vocabulary_ and X.vocabulary != self.vocabulary_:
                raise ValueError(
                    "X has another vocabulary than the one seen in fit, so its ids stand for "
                    "other words. Make both with the same fitted KerasTokenizer."
                )
            return X
        if self.tokenizer_ is None:
            raise ValueError(
                f"This {type(self).__name__} was fitted on TokenSequences and has no tokenizer of "
                "its own: pass TokenSequences, made with the same KerasTokenizer."
            )
        return self.tokenizer_.transform(X)

    def _give(self, encoded: Encoded) -> Any:
        sequences, vectors = encoded.sequences, encoded.vectors
        if self.output == "sequences":
            return TokenSequences(sequences.ids, sequences.offsets, self.vocabulary_, vectors)
        return np.hstack(list(self._blocks(encoded)))

    def _blocks(self, encoded: Encoded) -> Iterator[NDArray[np.float32]]:
        for name in self._poolings():
            block = encoded.pool(name)
            yield remove_component(block, self.common_component_) if name == "sif" else block

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        if "vectors_" in state:  # rows of words without a vector are not stored
            rows = np.flatnonzero(state["vectors_"].any(axis=1)).astype(np.int32)
            state["vectors_"] = (len(state["vectors_"]), rows, state["vectors_"][rows])
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "vectors_" in state:
            n_ids, rows, kept = state["vectors_"]
            vectors = np.zeros((n_ids, kept.shape[1]), dtype=np.float32)
            vectors[rows] = kept
            state = {**state, "vectors_": vectors}
        super().__setstate__(state)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags
