"""Token ids of many documents, stored without padding."""

import sys
from collections.abc import Iterator, Mapping
from operator import index
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from skembed.text._ids import PADDING_ID
from skembed.words import find_unpadded, gather_positions, offsets_of

Side = Literal["pre", "post"]


class TokenSequences:
    """Token ids of documents: an array of documents that stores no padding.

    It behaves as a one-dimensional array of shape ``(n_samples,)``: slices,
    masks and index arrays give another `TokenSequences`, an integer gives one
    document's ids. Every document has at least one id.

    Parameters
    ----------
    ids : array-like of shape (n_tokens,), dtype int32
        The ids of all documents, one after the other. None is 0, the padding.
    offsets : array-like of shape (n_samples + 1,), dtype int64
        Document ``i`` is ``ids[offsets[i]:offsets[i + 1]]``.
    vocabulary : mapping of str to int, default=None
        The words of the token ids. None if they are not known.
    vectors : ndarray of shape (n_ids, n_dims), dtype float32, default=None
        Row ``i`` is the word vector of id ``i``, rows 0 and 1 are zero. None if the ids have no
        vectors.

    Attributes
    ----------
    shape : tuple of int
        ``(n_samples,)``.
    lengths : ndarray of shape (n_samples,), dtype int64
        Tokens in each document.

    Raises
    ------
    TypeError
        If ids or offsets are not integers.
    ValueError
        If the offsets do not divide the ids into documents of one token or
        more, or an id is smaller than 1 or has no row in `vectors`.

    See Also
    --------
    KerasTokenizer : Makes them from documents.

    Examples
    --------
    >>> from skembed import TokenSequences
    >>> sequences = TokenSequences([2, 3, 2, 4], [0, 1, 4])
    >>> sequences[1]
    array([3, 2, 4], dtype=int32)
    >>> sequences.to_dense()
    array([[0, 0, 2],
           [3, 2, 4]], dtype=int32)
    >>> sequences[[True, False]]
    TokenSequences(n_samples=1, n_tokens=1, longest=1)
    """

    ndim = 1

    def __init__(
        self,
        ids: ArrayLike,
        offsets: ArrayLike,
        vocabulary: Mapping[str, int] | None = None,
        vectors: NDArray[np.float32] | None = None,
    ) -> None:
        self.ids: NDArray[np.int32] = _as_integers(ids, "ids", np.int32)
        self.offsets: NDArray[np.int64] = _as_integers(offsets, "offsets", np.int64)
        self.vocabulary = vocabulary
        self.vectors = vectors
        self._check()

    def _check(self) -> None:
        offsets, ids = self.offsets, self.ids
        if ids.ndim != 1 or offsets.ndim != 1 or len(offsets) == 0:
            raise ValueError(
                "ids and offsets must be one-dimensional, with one offset more than there are "
                f"documents; got shapes {ids.shape} and {offsets.shape}."
            )
        if offsets[0] != 0 or offsets[-1] != len(ids) or np.any(np.diff(offsets) < 1):
            raise ValueError(
                f"offsets must rise by at least 1 from 0 to the number of ids, {len(ids)}; got "
                f"offsets from {offsets[0]} to {offsets[-1]}. A document without tokens is "
                "written as one unknown id, 1."
            )
        if len(ids) and ids.min() <= PADDING_ID:
            raise ValueError(
                f"ids must be 1 or greater, 0 being the padding, but ids[{ids.argmin()}] is "
                f"{ids.min()}."
            )
        if self.vectors is not None and self.vectors.ndim != 2:
            raise ValueError(
                f"vectors must have one row per id, got an array of shape {self.vectors.shape}."
            )
        if self.vectors is not None and len(ids) and ids.max() >= len(self.vectors):
            raise ValueError(
                f"ids must be smaller than the number of vectors, {len(self.vectors)}, but "
                f"ids[{ids.argmax()}] is {ids.max()}."
            )

    @classmethod
    def from_dense(cls, matrix: ArrayLike) -> "TokenSequences":
        """Read a padded matrix of ids.

        Parameters
        ----------
        matrix : array-like of shape (n_samples, n_steps), dtype int
            Zeros at either end of a row are padding. A row of zeros becomes one unknown id. A zero
            between two ids becomes an unknown id too.

        Returns
        -------
        sequences : TokenSequences
            The same documents, without padding.

        Raises
        ------
        TypeError
            If the matrix does not hold integers.
        ValueError
            If the matrix is not two-dimensional or holds a negative id.

        Examples
        --------
        >>> TokenSequences.from_dense([[0, 5], [7, 6], [0, 0]]).ids
        array([5, 7, 6, 1], dtype=int32)
        """
        matrix = _as_integers(matrix, "matrix", np.int32)
        if matrix.ndim != 2:
            raise ValueError(f"matrix must have two dimensions, got shape {matrix.shape}.")
        if matrix.size and matrix.min() < 0:
            row, column = np.argwhere(matrix < 0)[0]
            raise ValueError(
                f"token ids must not be negative, but row {row}, column {column} holds "
                f"{matrix[row, column]}."
            )
        starts, lengths = find_unpadded(matrix != PADDING_ID)
        rows = np.arange(len(matrix), dtype=np.int64) * matrix.shape[1]
        positions, offsets = gather_positions(rows + starts, lengths)
        ids = matrix.reshape(-1)[positions] if matrix.size else np.ones(len(matrix), np.int32)
        return cls(np.where(ids == PADDING_ID, 1, ids), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __sizeof__(self) -> int:
        """Count the arrays: clusters send large objects once, and not with each task."""
        vectors = 0 if self.vectors is None else self.vectors.nbytes
        return super().__sizeof__() + self.ids.nbytes + self.offsets.nbytes + vectors

    @property
    def shape(self) -> tuple[int]:
        """``(n_samples,)``."""
        return (len(self),)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens in each document, of shape (n_samples,)."""
        return np.diff(self.offsets)

    def __iter__(self) -> Iterator[NDArray[np.int32]]:
        for start, stop in zip(self.offsets[:-1], self.offsets[1:], strict=True):
            yield self.ids[start:stop]

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, tuple) and len(key) == 2 and key[1] is Ellipsis:
            key = key[0]  # scikit-learn indexes arrays as array[rows, ...]
        rows = np.arange(len(self))[key]
        if np.ndim(rows) == 0:
            return self.ids[self.offsets[rows] : self.offsets[rows + 1]]
        if rows.ndim > 1:
            raise IndexError(
                f"TokenSequences have one dimension; indexing must not give shape {rows.shape}."
            )
        positions, offsets = gather_positions(self.offsets[rows], self.lengths[rows])
        return TokenSequences(self.ids[positions], offsets, self.vocabulary, self.vectors)

    def truncate(self, max_length: int, truncating: Side = "pre") -> "TokenSequences":
        """Shorten the documents that are longer than `max_length`.

        Parameters
        ----------
        max_length : int
            Tokens to keep of each document, at least 1.
        truncating : {"pre", "post"}, default="pre"
            The end at which tokens are cut off.

        Returns
        -------
        sequences : TokenSequences
            Documents of at most `max_length` tokens.
        """
        _check_side(truncating, "truncating")
        if index(max_length) < 1:
            raise ValueError(f"max_length must be at least 1 token, got {max_length}.")
        kept = np.minimum(self.lengths, max_length)
        starts = self.offsets[1:] - kept if truncating == "pre" else self.offsets[:-1]
        # One byte per token instead of its position: +1 where kept tokens begin, -1 behind them.
        change = np.zeros(len(self.ids) + 1, dtype=np.int8)
        change[starts] += 1
        change[starts + kept] -= 1
        ids = self.ids[np.cumsum(change[:-1], dtype=np.int8).view(np.bool_)]
        return TokenSequences(ids, offsets_of(kept), self.vocabulary, self.vectors)

    def to_dense(
        self,
        max_length: int | None = None,
        padding: Side = "pre",
        truncating: Side = "pre",
    ) -> NDArray[np.int32]:
        """Return the documents as a padded matrix.

        Parameters
        ----------
        max_length : int, default=None
            Columns of the matrix, in tokens. None: as many as the longest
            document has.
        padding : {"pre", "post"}, default="pre"
            The end at which short documents are filled with 0.
        truncating : {"pre", "post"}, default="pre"
            The end at which long documents are cut.

        Returns
        -------
        matrix : ndarray of shape (n_samples, max_length), dtype int32
            The result of Keras's ``pad_sequences``.
        """
        _check_side(padding, "padding")
        max_length = int(self.lengths.max(initial=1)) if max_length is None else max_length
        kept = self.truncate(max_length, truncating)
        lengths, steps = kept.lengths[:, np.newaxis], np.arange(max_length)
        matrix = np.full((len(self), max_length), PADDING_ID, dtype=np.int32)
        matrix[steps >= max_length - lengths if padding == "pre" else steps < lengths] = kept.ids
        return matrix

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        if str(sys._getframe(1).f_globals.get("__name__")).startswith("sklearn."):
            # An estimator that turns X into a matrix in fit expects the same width in predict.
            raise TypeError(
                "scikit-learn wants a matrix of one width here, but that of TokenSequences is as "
                "wide as the longest document of each batch. Use KerasTokenizer(output="
                '"padded"), or to_dense(max_length=...).'
            )
        if copy is False:
            raise ValueError("TokenSequences store no padding: a matrix of them is always a copy.")
        return self.to_dense().astype(dtype or np.int32, copy=False)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TokenSequences):
            return NotImplemented
        a, b = self.vectors, other.vectors
        return (
            np.array_equal(self.offsets, other.offsets)
            and np.array_equal(self.ids, other.ids)
            and self.vocabulary == other.vocabulary
            and (a is b or (a is not None and b is not None and np.array_equal(a, b)))
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        parts = [
            f"n_samples={len(self)}",
            f"n_tokens={len(self.ids)}",
            f"longest={self.lengths.max(initial=0)}",
        ]
        if self.vectors is not None:
            parts.append(f"n_dims={self.vectors.shape[1]}")
        return f"TokenSequences({', '.join(parts)})"


def _as_integers(values: ArrayLike, name: str, dtype: type[np.signedinteger]) -> NDArray[Any]:
    """Convert to a contiguous integer array, without losing anything silently."""
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold integers, got an array of dtype {array.dtype}.")
    if array.size and array.dtype != dtype:
        limits = np.iinfo(dtype)
        for value in (array.min(), array.max()):
            if not limits.min <= value <= limits.max:
                raise ValueError(f"{name} must fit into {limits.dtype}, but one is {value}.")
    return np.ascontiguousarray(array, dtype=dtype)


def _check_side(side: str, name: str) -> None:
    if side not in get_args(Side):
        raise ValueError(f"{name} must be 'pre' or 'post', got {side!r}.")
