"""KerasTokenizer: documents in, sequences of token ids out."""

from collections.abc import Container, Sequence
from dataclasses import replace
from itertools import compress
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import HasMethods, Interval, RealNotInt, StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skembed._arguments import explains_arguments
from skembed._bar import show_bar
from skembed._caller import warn_caller
from skembed._checked import checks_parameters
from skembed._compat import CallbackSupportMixin, has_progress_bar
from skembed._documented import DocumentedMixin
from skembed._labels import are_grouped, check_labels
from skembed._methods import KerasNamesMixin
from skembed._types import Documents, Labels
from skembed.text._collections import to_plain
from skembed.text._coverage import (
    ClassCoverage,
    Coverage,
    coverage_by_class,
    measure_coverage,
    share_of_short,
)
from skembed.text._id_rows import to_sequences
from skembed.text._ids import FIRST_WORD_ID, UNKNOWN_ID, UNKNOWN_TOKEN
from skembed.text._own_function import Cutter
from skembed.text._samples import check_documents, recognise
from skembed.text._sequences import TokenSequences
from skembed.text._table_output import TableOutputMixin
from skembed.text._vocabulary import (
    NumberedTokens,
    TokenCounts,
    add_counts,
    add_words,
    count_tokens,
    encode,
    encode_numbered,
    fill_empty,
    forget_rarest,
    ids_by_number,
    number_tokens,
    rank,
)
from skembed.text._words import SEPARATE, Splitter

KERAS_FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
"""Characters that Keras's ``Tokenizer`` replaces by the separator."""


class _Fraction(Interval):
    """Constraint: a number of Python or NumPy, of any width, that is not an integer."""

    def is_satisfied_by(self, val: object) -> bool:
        """Return whether `val` lies within the interval."""
        return bool(super().is_satisfied_by(float(val) if isinstance(val, np.floating) else val))


def _pads(estimator: "KerasTokenizer") -> bool:
    if estimator.output == "padded":
        return True
    raise AttributeError("Features have names only with output='padded', not 'sequences'.")


class KerasTokenizer(
    KerasNamesMixin, DocumentedMixin, CallbackSupportMixin, TableOutputMixin, BaseEstimator
):
    """Turn documents into sequences of token ids, exactly as Keras does.

    Words get ids from 2 on, the most frequent first. 0 is padding, and 1 is every word outside the
    vocabulary. They equal those of Keras's ``Tokenizer(num_words=max_tokens, oov_token="[UNK]")``,
    except that a document without any token becomes one unknown id instead of nothing.

    Parameters
    ----------
    max_tokens : int or None, default=20_000
        Number of ids, including padding and unknown: the vocabulary holds at most ``max_tokens -
        2`` words. None keeps every word. If only some of the words that occur equally often can be
        kept, these are the first, as in Keras. With a `tokenizer`, the order of documents does not
        matter.
    max_length : int, float in (0, 1] or None, default=None
        Longest document, in tokens. A fraction is the quantile of the training
        documents' lengths, rounded up. None keeps documents whole. With ``output="padded"``, it is
        then the length of the longest training document.
    lowercase : bool, default=True
        Lowercase the documents first.
    filters : str, default=Keras's
        Characters replaced by `split`. Ignored with ``char_level=True`` or a `tokenizer`.
    split : str, default=" "
        Separator of the words.
    char_level : bool, default=False
        Whether every character is a token.
    tokenizer : {"unicode", "glove"}, callable, tokenizers.Tokenizer or None, default=None
        Cuts a document (after lowercasing) into tokens, instead of `filters`, `split` and
        `char_level`. A callable returns the tokens of one document as an iterable of str. A
        `Tokenizer` of Hugging Face gives tokens of its own vocabulary, without special tokens. So
        does ``WordVectors.tokenizer`` of a static model; set ``lowercase=False`` with it.
        "glove" cuts as the texts of the GloVe vectors were cut: each punctuation mark and symbol is
        a token, "don't" becomes "do" and "n't", "it's" becomes "it" and "'s", and numbers such as
        1,000.50 stay whole. "unicode" cuts ASCII text in the same way and other text by its script
        [1]_. There, a character of Chinese, Japanese, Thai, Lao, Khmer, Burmese or Tibetan, with
        its marks, is a token. An emoji is one token, and letters are composed (NFC).
    min_df : int or float in (0, 1], default=1
        Leave out words that are in fewer training documents than this. An int is a number of
        documents, and a float is a fraction of them: 1 is one document, and 1.0 is all of them.
    extra_words : sequence of str or None, default=None
        Words that get an id even if they are not in the training documents, for any `max_tokens`
        and `min_df`. Their ids follow all others. Pass words that have a vector, so that a network
        knows them in later documents.
    truncating : {"pre", "post"}, default="pre"
        End at which documents longer than `max_length` are cut.
    output : {"sequences", "padded"}, default="sequences"
        `TokenSequences` without padding, or a matrix of ids of shape
        (n_samples, ``max_length_``) filled with 0 at the front.

    Attributes
    ----------
    vocabulary_ : dict of str to int
        Token ids, in the order of the ids, gapless from 2.
    max_length_ : int or None
        Longest document after `transform`, in tokens; None if not limited.
    token_counts_ : ndarray of shape (n_ids,), dtype int64
        Occurrences of each id in the training documents.
    n_documents_ : int
        Training documents seen.
    n_truncated_ : int
        Training documents longer than ``max_length_``.
    count_error_ : int
        Largest number of occurrences that may be missing in the count of a word, in the vocabulary
        or not. 0 after `fit`, and until `partial_fit` forgets words.

    See Also
    --------
    GloveVectorizer : Makes features from word vectors.
    TokenSequences : What `transform` returns.

    Notes
    -----
    `partial_fit` continues counting and ranks all words again, so ids may change. Refit estimators
    that were trained on the earlier ids.

    References
    ----------
    .. [1] Unicode Standard Annex 29, Unicode text segmentation,
       https://www.unicode.org/reports/tr29.

    Examples
    --------
    >>> from skembed import KerasTokenizer
    >>> tokenizer = KerasTokenizer(max_tokens=4)
    >>> sequences = tokenizer.fit_transform(["The sun, the moon.", "The sun!"])
    >>> tokenizer.vocabulary_
    {'the': 2, 'sun': 3}
    >>> sequences.to_dense()
    array([[2, 3, 2, 1],
           [0, 0, 2, 3]], dtype=int32)
    """

    _counts: TokenCounts | None

    _parameter_constraints: dict = {
        "max_tokens": [Interval(Integral, 3, None, closed="left"), None],
        "max_length": [
            Interval(Integral, 1, None, closed="left"),
            _Fraction(RealNotInt, 0, 1, closed="right"),
            None,
        ],
        "lowercase": ["boolean"],
        "filters": [str],
        "split": [str],
        "char_level": ["boolean"],
        "tokenizer": [callable, HasMethods("encode_batch"), StrOptions(set(SEPARATE)), None],
        "min_df": [
            Interval(Integral, 1, None, closed="left"),
            _Fraction(RealNotInt, 0, 1, closed="right"),
        ],
        "extra_words": ["array-like", None],
        "truncating": [StrOptions({"pre", "post"})],
        "output": [StrOptions({"sequences", "padded"})],
    }

    @explains_arguments
    def __init__(
        self,
        max_tokens: int | None = 20_000,
        max_length: int | float | None = None,
        *,
        lowercase: bool = True,
        filters: str = KERAS_FILTERS,
        split: str = " ",
        char_level: bool = False,
        tokenizer: str | Cutter | None = None,
        min_df: int | float = 1,
        extra_words: Sequence[str] | None = None,
        truncating: str = "pre",
        output: str = "sequences",
    ) -> None:
        self.max_tokens = max_tokens
        self.max_length = max_length
        self.lowercase = lowercase
        self.filters = filters
        self.split = split
        self.char_level = char_level
        self.tokenizer = tokenizer
        self.min_df = min_df
        self.extra_words = extra_words
        self.truncating = truncating
        self.output = output

    @checks_parameters
    def fit(self, X: Documents, y: object = None) -> "KerasTokenizer":
        """Learn the vocabulary.

        Parameters
        ----------
        X : collection of str, shape (n_samples,)
            Training documents.
        y : array-like of shape (n_samples,), default=None
            Labels. They change nothing, but may cause a warning.

        Returns
        -------
        self : KerasTokenizer

        Raises
        ------
        TypeError
            If X is not a collection of str, or `tokenizer` returns other values than strings.
        ValueError
            If no word gets an id, because there are no words, or `min_df` leaves all of them out.

        Warns
        -----
        UserWarning
            If documents are sorted by their labels, and `max_tokens` leaves out the words of the
            last ones, as Keras does.
        """
        self._fit(X, y)
        return self

    @checks_parameters
    def fit_transform(self, X: Documents, y: object = None) -> Any:
        """Learn the vocabulary and encode the same documents, in one pass.

        Parameters
        ----------
        X : collection of str, shape (n_samples,)
            Training documents.
        y : array-like of shape (n_samples,), default=None
            Labels. They change nothing, but may cause a warning, as in `fit`.

        Returns
        -------
        sequences : TokenSequences of shape (n_samples,), or ndarray of shape \
                (n_samples, ``max_length_``), dtype int32
            The same as ``fit(X).transform(X)``.
        """
        return self._encode_numbered(self._fit(X, y))

    @checks_parameters
    def partial_fit(self, X: Documents, y: object = None) -> "KerasTokenizer":
        """Count more documents, and rank the words again.

        If all batches are counted by `partial_fit`, the result equals that of `fit` on all of them,
        except for ``max_length_``, which stays that of the first batch. After a `fit`, words that
        it left out of the vocabulary start from zero. The vocabulary may be empty until a batch
        contains words.

        Memory is bounded: above 1,000,000 distinct words, only the 500,000 most frequent ones are
        kept. The others are forgotten, and start from zero when they come again. ``count_error_``
        is the largest number that may be missing in the count of any word, and in its number of
        documents, which `min_df` uses. It is at most the number of all tokens divided by 500,001
        [1]_. In texts it is far less, because most forgotten words occurred once or twice [2]_.

        Parameters
        ----------
        X : collection of str, shape (n_samples,)
            More training documents.
        y : None
            Ignored.

        Returns
        -------
        self : KerasTokenizer

        References
        ----------
        .. [1] Misra, Gries (1982), Finding repeated elements,
           doi:10.1016/0167-6423(82)90012-0.
        .. [2] Manku, Motwani (2002), Approximate frequency counts over data
           streams, VLDB, doi:10.1016/B978-155860869-6/50038-X.
        """
        self._count_more(self._number(X), with_frequencies=True)
        assert self._counts is not None
        self._learn_vocabulary(self._counts)
        return self

    def transform(self, X: Documents) -> Any:
        """Encode documents.

        Parameters
        ----------
        X : collection of str, shape (n_samples,)
            Documents.

        Returns
        -------
        sequences : TokenSequences of shape (n_samples,), or ndarray of shape \
                (n_samples, ``max_length_``), dtype int32
            Token ids.
        """
        check_is_fitted(self)
        return self._shape(self._encode(X))

    @available_if(_pads)
    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Name the columns of the padded matrix by their place, from the left.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        names : ndarray of shape (``max_length_``,), dtype object
            Such as "kerastokenizer0".
        """
        check_is_fitted(self)
        places = range(self.max_length_ or 0)
        return np.array([f"kerastokenizer{i}" for i in places], dtype=np.object_)

    def inverse_transform(self, X: Documents) -> list[str]:
        """Write ids as text, as Keras's ``sequences_to_texts`` does.

        Parameters
        ----------
        X : TokenSequences, or collection of rows of ids, shape (n_samples,)
            Token ids: a list of lists, which may differ in length, or a matrix
            of shape (n_samples, n_steps), dtype int or whole floats. Zeros at either end of a row
            are padding, and are left out.

        Returns
        -------
        documents : list of str, length n_samples
            Tokens joined by `split` (or by nothing with ``char_level=True``). Unknown words, and
            ids above those of the vocabulary, are ``[UNK]``.

        Raises
        ------
        TypeError
            If X is not a collection in a fixed order, or holds texts.
        ValueError
            If X holds other values than rows of whole numbers, or an id is negative.

        Examples
        --------
        >>> from skembed import KerasTokenizer
        >>> tokenizer = KerasTokenizer().fit(["The sun, the moon.", "The sun!"])
        >>> tokenizer.inverse_transform([[2, 3], [4], [2, 99]])
        ['the sun', 'moon', 'the [UNK]']
        """
        check_is_fitted(self)
        words = self.get_vocabulary()
        glue = "" if self.char_level and self.tokenizer is None else self.split
        rows = X if isinstance(X, TokenSequences) else to_plain(X, "X")
        samples = recognise(rows, wanted="ids")
        if samples.kind == "documents":
            raise TypeError(
                "X must hold a row of token ids for each document, as [[2, 3], [4]] does, but "
                "holds texts."
            )
        sequences = to_sequences(samples.values, len(words))
        return [
            glue.join([words[i] for i in ids.tolist()]) if len(row) else ""
            for row, ids in zip(rows, sequences, strict=True)
        ]

    def get_vocabulary(self) -> list[str]:
        """List the tokens in the order of their ids.

        Returns
        -------
        tokens : list of str, length n_ids
            ``tokens[0]`` is "" (padding), ``tokens[1]`` is "[UNK]".
        """
        check_is_fitted(self)
        return ["", UNKNOWN_TOKEN, *self.vocabulary_]

    def coverage(
        self, vectors: Container[str], X: Documents | None = None, y: Labels | None = None
    ) -> Coverage:
        """Report how many of the training words have a vector.

        Parameters
        ----------
        vectors : WordVectors, or any container of str
            The words that have one.
        X : collection of str, shape (n_samples,), or TokenSequences, default=None
            Documents for a report by class, together with `y`.
        y : array-like of shape (n_samples,) or (n_samples, n_labels), default=None
            Their labels, or an indicator matrix.

        Returns
        -------
        coverage : Coverage
            Shares of words and of occurrences, the most frequent missing words, the gain of other
            spellings, and the documents that were cut. It prints as a report, and ``plot`` draws
            it.
        """
        check_is_fitted(self)
        if isinstance(vectors, str):
            raise TypeError(
                f"vectors must be a container of words, got the string {vectors!r}. Load vectors "
                "by name or path with WordVectors.load first."
            )
        if (X is None) != (y is None):
            raise ValueError("X and y must be given together, or neither of them.")
        found = [word in vectors for word in self.vocabulary_]
        coverage = measure_coverage(self.vocabulary_, self.token_counts_, found, vectors)
        by_class: tuple[ClassCoverage, ...] = ()
        if X is not None and y is not None:
            sequences = X if isinstance(X, TokenSequences) else self._encode(X)
            labels = check_labels(y, warn=True)
            if len(labels) != len(sequences):
                raise ValueError(
                    f"X holds {len(sequences)} documents, but y holds {len(labels)} labels."
                )
            block = slice(0, len(sequences)), sequences
            by_class = coverage_by_class(coverage, self.vocabulary_, [block], labels)
            coverage = replace(coverage, short_share=share_of_short(sequences.lengths))
        truncated_share = self.n_truncated_ / self.n_documents_
        return replace(coverage, truncated_share=truncated_share, by_class=by_class)

    def _encode(self, X: Documents) -> TokenSequences:
        """Encode documents without cutting them at `max_length`."""
        flat, lengths = encode(check_documents(X), self._make_splitter(), self.vocabulary_)
        return self._to_sequences(flat, lengths)

    def _encode_numbered(self, numbered: NumberedTokens) -> Any:
        """Encode documents that are tokens already, as `transform` would."""
        ids = encode_numbered(numbered, self.vocabulary_)
        return self._shape(self._to_sequences(ids, numbered.lengths))

    def _number_own_words(self, X: Documents) -> TokenSequences:
        """Give ids to all words of documents, by a vocabulary of their own."""
        words, numbers, lengths = self._number(X)
        vocabulary = {word: i for i, word in enumerate(words, FIRST_WORD_ID)}
        ids, offsets = fill_empty(numbers + np.int32(FIRST_WORD_ID), lengths)
        return self._cut(TokenSequences(ids, offsets, vocabulary))

    def _to_sequences(self, flat: NDArray[np.int32], lengths: NDArray[np.int64]) -> TokenSequences:
        return TokenSequences(*fill_empty(flat, lengths), vocabulary=self.vocabulary_)

    def _number(self, X: Documents) -> NumberedTokens:
        """Check and cut training documents."""
        documents = check_documents(X)
        if not documents:
            raise ValueError("X holds no documents: at least one is needed to learn a vocabulary.")
        return number_tokens(documents, self._make_splitter())

    def _make_splitter(self) -> Splitter:
        if self.split == "" and not self.char_level and self.tokenizer is None:
            raise ValueError(
                "split must not be empty. For one token per character set char_level=True."
            )
        return Splitter(self.lowercase, self.filters, self.split, self.char_level, self.tokenizer)

    def _fit(self, X: Documents, y: object) -> NumberedTokens:
        """Learn from the start; return the tokens of the documents."""
        context = self._init_callback_context()
        context.call_on_fit_task_begin(estimator=self, X=X)
        with show_bar("Reading texts", shown=not has_progress_bar(self)):
            numbered = self._number(X)
        counted = count_tokens(*numbered, with_frequencies=self._leaves_out_rare_words())
        self._check_known(counted)
        self._counts = None  # only partial_fit needs more than the vocabulary
        self.count_error_ = 0
        self._learn_vocabulary(counted)
        if self._leaves_out_last_words() and are_grouped(y):
            warn_caller(
                f"X is sorted by its labels, and max_tokens={self.max_tokens} leaves out words of "
                "the last documents alone, as Keras does. A network would take any unknown word "
                "for a sign of their class. Shuffle the documents, set max_tokens=None, or set "
                "tokenizer='unicode', where the order does not matter."
            )
        self._learn_max_length(numbered.lengths)
        context.call_on_fit_task_end(estimator=self, X=X)
        return numbered

    def _earlier_counts(self) -> TokenCounts | None:
        """Return the earlier counts, as far as they were kept."""
        if not hasattr(self, "vocabulary_") or self._counts is not None:
            return getattr(self, "_counts", None)
        counts = self.token_counts_[FIRST_WORD_ID:]
        words = compress(self.vocabulary_, counts)
        counts = counts[counts > 0]
        return TokenCounts(
            {word: i for i, word in enumerate(words)},
            counts,
            # fit keeps no document frequencies, but these words have passed min_df
            np.full(len(counts), self.n_documents_),
            np.full(len(counts), self.count_error_),
            self.n_documents_,
            n_nameless=int(self.token_counts_[UNKNOWN_ID]),
            most_missed=self._most_left_out,
        )

    def _count_more(self, numbered: NumberedTokens, *, with_frequencies: bool) -> None:
        """Count more documents, without ranking the words."""
        counted = count_tokens(*numbered, with_frequencies=with_frequencies)
        earlier = self._earlier_counts()
        self._counts = forget_rarest(add_counts(earlier, counted) if earlier else counted)
        self.count_error_ = self._counts.most_missed
        if not hasattr(self, "max_length_"):
            self._learn_max_length(numbered.lengths)
        else:
            self.n_truncated_ += self._count_truncated(numbered.lengths)

    def _end_counting(self) -> None:
        """Rank the words, and keep only what `fit` keeps, because no `partial_fit` follows soon."""
        assert self._counts is not None
        self._check_known(self._counts)
        self._learn_vocabulary(self._counts)
        self._counts = None

    def _check_known(self, counted: TokenCounts) -> None:
        """Refuse documents without a word that gets an id."""
        if len(rank(counted, self._min_documents(counted.n_documents), 1)):
            return
        if self.extra_words is not None and not counted.words.keys().isdisjoint(self.extra_words):
            return
        found = f"{counted.n_documents:,} document" + "s" * (counted.n_documents != 1)
        if not counted.words:
            marks = (
                " If they hold marks alone, set tokenizer='unicode', which makes tokens of marks."
            )
            raise ValueError(
                f"empty vocabulary; X holds {found}, but no words. Check that X is the column of "
                f"the texts.{marks if self.tokenizer is None and not self.char_level else ''}"
            )
        raise ValueError(
            f"empty vocabulary; X holds {found} and {len(counted.words):,} distinct words, but "
            f"min_df={self.min_df!r} leaves out all of them. Lower min_df."
        )

    def _leaves_out_last_words(self) -> bool:
        """Return whether some of the words that occur once are known, the first ones."""
        is_cut = self.tokenizer is None and self._most_left_out == 1
        return is_cut and bool((self.token_counts_[FIRST_WORD_ID:] == 1).any())

    def _leaves_out_rare_words(self) -> bool:
        return self.min_df != 1 or not isinstance(self.min_df, Integral)

    def _learn_vocabulary(self, counted: TokenCounts) -> None:
        """Rank the words and set the fitted attributes."""
        self.n_documents_ = counted.n_documents
        n_numbers = len(counted.words)
        n_words = n_numbers if self.max_tokens is None else int(self.max_tokens) - FIRST_WORD_ID
        min_documents = self._min_documents(counted.n_documents)
        kept = rank(counted, min_documents, n_words, as_keras=self.tokenizer is None)
        words = list(counted.words)
        self.vocabulary_ = {words[k]: i for i, k in enumerate(kept.tolist(), FIRST_WORD_ID)}
        ids = ids_by_number(kept, n_numbers)
        if self.extra_words is not None:
            add_words(self.vocabulary_, self.extra_words)
            left_out = np.flatnonzero(ids == UNKNOWN_ID).tolist()
            ids[left_out] = [self.vocabulary_.get(words[k], UNKNOWN_ID) for k in left_out]
        left_out = (counted.counts + counted.missed)[ids == UNKNOWN_ID]
        self._most_left_out = int(left_out.max(initial=counted.most_missed))
        n_ids = FIRST_WORD_ID + len(self.vocabulary_)
        self.token_counts_ = np.zeros(n_ids, dtype=np.int64)
        np.add.at(self.token_counts_, ids, counted.counts)
        self.token_counts_[UNKNOWN_ID] += counted.n_nameless

    def _min_documents(self, n_documents: int) -> int:
        if isinstance(self.min_df, Integral):
            return int(self.min_df)
        return _round_up(float(self.min_df) * n_documents)

    def _learn_max_length(self, lengths: NDArray[np.int64]) -> None:
        lengths = np.maximum(lengths, 1)
        self.max_length_: int | None = None
        if isinstance(self.max_length, Integral):
            self.max_length_ = int(self.max_length)
        elif self.max_length is not None:
            self.max_length_ = _round_up(np.quantile(lengths, float(self.max_length)))
        elif self.output == "padded":
            self.max_length_ = int(lengths.max())
        self.n_truncated_ = self._count_truncated(lengths)

    def _count_truncated(self, lengths: NDArray[np.int64]) -> int:
        return 0 if self.max_length_ is None else int(np.sum(lengths > self.max_length_))

    def _shape(self, sequences: TokenSequences) -> Any:
        sequences = self._cut(sequences)
        return sequences.to_dense(self.max_length_) if self.output == "padded" else sequences

    def _cut(self, sequences: TokenSequences) -> TokenSequences:
        if self.max_length_ is None:
            return sequences
        return sequences.truncate(self.max_length_, self.truncating)  # type: ignore[arg-type]


def _round_up(number: float) -> int:
    """Round up, without the noise of binary fractions: 7 % of 100 are 7, not 8."""
    return int(np.ceil(round(float(number), 6)))
