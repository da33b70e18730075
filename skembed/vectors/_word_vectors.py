"""Word vectors as an immutable value: words and a matrix, which are never copied."""

import hashlib
import os
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skembed._messages import pluralize
from skembed._optional import need
from skembed.text import OwnCut, PieceTokenizer
from skembed.vectors._align import align
from skembed.vectors._content import (
    check_cut,
    check_matrix,
    check_words,
    content_digest,
    refuses_names,
)
from skembed.vectors._lazy_pickle import LazyPickle, Recipe
from skembed.vectors._neighbours import nearest_rows, row_norms
from skembed.vectors._report import LoadReport
from skembed.vectors._unknown_word import UnknownWordError
from skembed.words import NOT_FOUND, WordIndex

if TYPE_CHECKING:
    from gensim.models import KeyedVectors
    from tokenizers import Tokenizer


class WordVectors(LazyPickle):
    """Words and their vectors, immutable, shared and never copied.

    Vectors that come from a file are memory-mapped: all processes of a machine share one copy.
    Their pickle carries the source and a digest instead of the matrix. The unpickled object opens
    the source when it is first used. `clone` and `deepcopy` return the object itself. Two objects
    with the same words and numbers are equal.

    Parameters
    ----------
    words : sequence of str
        The words, each once.
    matrix : array-like of shape (n_words, n_dims)
        Row ``i`` is the vector of ``words[i]``; converted to float32.
    tokenizer : {"unicode", "glove"}, tokenizers.Tokenizer or None, default=None
        Cuts texts into these words; it gets the texts unchanged. Vectorizers and classifiers
        without a tokenizer of their own use it. With None they lowercase the texts and cut them
        into words and marks.

    Attributes
    ----------
    words : sequence of str
        The words in the order of the rows, decoded on demand.
    matrix : ndarray of shape (n_words, n_dims), dtype float32
        The vectors, read-only; memory-mapped when loaded from a file.
    n_dims : int
        Number of components of each vector.
    digest : str
        SHA-256 of words and matrix, as 64 hexadecimal digits.
    report : LoadReport or None
        What the file held that is not in the vectors; None when there was no file.
    tokenizer : {"unicode", "glove"}, PieceTokenizer or None
        Cuts texts into the words. It is a value that can be saved. Static models bring one.

    Raises
    ------
    TypeError
        If `words` is a single string, or an item of it is not a string.
    ValueError
        If `matrix` is not two-dimensional, does not have one row for each word, or holds NaN or
        infinity, or if a word is repeated.

    See Also
    --------
    GloveVectorizer : Turns documents into pooled vectors.

    Examples
    --------
    >>> from skembed.vectors import WordVectors
    >>> vectors = WordVectors(["sun", "moon", "tide"], [[1, 0], [0, 1], [0.6, 0.8]])
    >>> vectors
    WordVectors(3 words, 2 dimensions)
    >>> vectors.most_similar("moon", n=1)
    [('tide', 0.800000011920929)]
    """

    words: WordIndex
    matrix: NDArray[np.float32]
    report: LoadReport | None
    tokenizer: OwnCut
    _norms: NDArray[np.float32] | None

    @refuses_names
    def __init__(
        self,
        words: Sequence[str],
        matrix: ArrayLike,
        *,
        tokenizer: "str | PieceTokenizer | Tokenizer | None" = None,
    ) -> None:
        cut = check_cut(tokenizer)
        checked = check_words(words)
        array = check_matrix(matrix, len(checked))
        index = WordIndex.from_words(checked)
        repeated = index.repeated()
        if len(repeated):
            position = int(repeated[0])
            raise ValueError(
                f"words must be unique; {checked[position]!r} at position {position} came before. "
                "Drop the repeated words together with their rows."
            )
        self._set(index, array, None, None, cut)

    def _set(
        self,
        words: WordIndex,
        matrix: NDArray[np.float32],
        digest: str | None = None,
        report: LoadReport | None = None,
        tokenizer: OwnCut = None,
        reopen: Recipe | None = None,
    ) -> Self:
        """Set the attributes, once for each object; a pickle holds `reopen`."""
        matrix.flags.writeable = False
        self._fill(words=words, matrix=matrix, report=report, tokenizer=tokenizer)
        return self._fill(_digest=digest, _reopen=reopen, _norms=None)

    @classmethod
    def _from_parts(cls, *parts: Any) -> "WordVectors":
        """Wrap arrays that are known to be right, without checking or copying them."""
        return cls.__new__(cls)._set(*parts)

    @classmethod
    def _from_packed(cls, blob: Any, offsets: Any, *parts: Any) -> "WordVectors":
        """Undo the pickling of vectors that are in memory only."""
        matrix, report, tokenizer = parts
        return cls._from_parts(WordIndex(blob, offsets), matrix, None, report, tokenizer)

    @classmethod
    def load(
        cls,
        source: "str | os.PathLike[str] | WordVectors | KeyedVectors",
        *,
        limit: int | None = None,
        vocabulary: Collection[str] | None = None,
        cache_dir: str | os.PathLike[str] | None = None,
    ) -> "WordVectors":
        r"""Load word vectors from a catalogue name, a file or a gensim object.

        The first load of a file converts it to a memory-mapped cache; later loads take
        milliseconds. The key of the cache is the file's content, so a changed file is read again.

        Parameters
        ----------
        source : str, path-like, WordVectors or gensim KeyedVectors
            A catalogue name such as "glove.6B.50d", a file, a folder or an object that holds
            vectors. A file may have the format of GloVe, word2vec (text or binary), fastText
            (`.vec` or `.bin`) or gensim (`.kv`); all formats except gensim's may be compressed by
            gzip, bzip2, xz or zip. A folder may hold a static model of model2vec,
            sentence-transformers or wordllama, a spaCy pipeline or vectors of bpemb; folders in
            the cache of Hugging Face work too. Instead of a folder you can pass the file of vectors
            in it. The format is recognized by the content. A gensim file is a pickle: load only
            files you trust.
        limit : int, default=None
            Read only this many entries from the start of the file. Entries that are left out
            count too. None reads all.
        vocabulary : collection of str, default=None
            Keep only these words; None keeps all. Both filters work while reading.
        cache_dir : str or path-like, default=None
            Folder of the cache. None uses the environment variable SKEMBED_CACHE. If that is not
            set, it uses the user's cache folder of the platform.

        Returns
        -------
        vectors : WordVectors
            Their `report` says what was left out; their `tokenizer` cuts texts into their words.

        Warns
        -----
        UserWarning
            If the first line says another number of words than the file has, or if entries were
            left out. Repeated words, words that are not UTF-8 and malformed lines of a text file
            are left out; at most one line in a hundred may be malformed.

        Raises
        ------
        FileNotFoundError, OSError
            If there is no such file, or vectors of the catalogue are not on this machine; the
            message says how to get them and how large they are. Also if a static model has no
            tokenizer beside it, a file changes while it is read, or the disk of the cache is full.
        ValueError
            If the catalogue has no such name. Also if the file is truncated, has too many
            malformed lines, has shifted columns because its words hold blanks, or does not hold
            word vectors. The message names the file and the line, says what was expected and what
            was found, and names the way out.
        ImportError
            If a static model is read and the package tokenizers is not installed.

        See Also
        --------
        download : Fetches vectors of the catalogue, which `load` never does.

        References
        ----------
        .. [1] J. Pennington, R. Socher and C. D. Manning, "GloVe: Global Vectors for Word
           Representation", EMNLP 2014, doi:10.3115/v1/D14-1162.

        Examples
        --------
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from skembed.vectors import WordVectors
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "tiny.txt")
        ...     _ = path.write_text("sun 1 0\nmoon 0 1\n", encoding="utf-8")
        ...     WordVectors.load(path, limit=1, cache_dir=folder).matrix.tolist()
        [[1.0, 0.0]]
        """
        from skembed.vectors._loading import load

        return load(source, limit=limit, vocabulary=vocabulary, cache_dir=cache_dir)

    @classmethod
    def download(
        cls, name: str, *, cache_dir: str | os.PathLike[str] | None = None
    ) -> "WordVectors":
        """Download published word vectors, so that they can be loaded by their name.

        Nothing else in skembed downloads anything. The archive is kept in the cache. An interrupted
        download is continued. The SHA-256 of the archive is checked.

        Parameters
        ----------
        name : str
            A catalogue name such as "glove.6B.100d".
        cache_dir : str or path-like, default=None
            Folder of the cache, as for `load`.

        Returns
        -------
        vectors : WordVectors
            The vectors that `load` returns. From now on `load` finds them without a network.

        Raises
        ------
        ValueError
            If the catalogue has no such name, or the server sends another file.
        ConnectionError
            If they cannot be downloaded; the message says why, and which file to put where instead.
        OSError
            If the disk is full or cannot be written.

        Examples
        --------
        >>> from skembed import WordVectors
        >>> WordVectors.download("word2vec")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        ValueError: 'word2vec' is not a name in the catalogue. It has glove.6B.50d, ...
        """
        from skembed.vectors._loading import download

        return download(name, cache_dir)

    @property
    def n_dims(self) -> int:
        """Number of components of each vector."""
        return int(self.matrix.shape[1])

    @property
    def digest(self) -> str:
        """SHA-256 of words and matrix, as 64 hexadecimal digits."""
        if self._digest is None:
            matrix_hash = hashlib.sha256(self.matrix.data)
            digest = content_digest(self.words, matrix_hash, self.n_dims, self.tokenizer)
            self._fill(_digest=digest)
        assert self._digest is not None
        return self._digest

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.words

    def __getitem__(self, word: str) -> NDArray[np.float32]:
        return np.asarray(self.matrix[self._position(word)])

    def _position(self, word: str) -> int:
        """Return the row of a word, or raise UnknownWordError."""
        position = self.words.position(word) if isinstance(word, str) else NOT_FOUND
        if position == NOT_FOUND:
            raise UnknownWordError(word, self.words)
        return position

    def align(self, vocabulary: Mapping[str, int]) -> NDArray[np.float32]:
        """Lay out the vectors in the row order of a vocabulary.

        Row ``i`` belongs to token id ``i``. Padding (0), the unknown token (1) and words
        without a vector get zero rows.

        Parameters
        ----------
        vocabulary : dict of str to int
            Token ids, not negative.

        Returns
        -------
        matrix : ndarray of shape (max(vocabulary ids) + 1, n_dims), dtype float32
            At least two rows.

        Raises
        ------
        ValueError
            If an id is negative or not an integer.

        Examples
        --------
        >>> from skembed.vectors import WordVectors
        >>> vectors = WordVectors(["sun", "moon"], [[1, 0], [0, 1]])
        >>> vectors.align({"moon": 2, "tide": 3})
        array([[0., 0.],
               [0., 0.],
               [0., 1.],
               [0., 0.]], dtype=float32)
        """
        return align(self.words, self.matrix, vocabulary)

    def most_similar(self, word: str, n: int = 10) -> list[tuple[str, float]]:
        """Return the `n` words whose vectors have the highest cosine with that of `word`.

        Parameters
        ----------
        word : str
            A word that has a vector.
        n : int, default=10
            How many neighbours.

        Returns
        -------
        neighbours : list of (str, float)
            Words and cosines in [-1, 1], nearest first, without `word` itself.

        Raises
        ------
        KeyError
            If `word` has no vector; the message offers similar words.
        """
        if not isinstance(n, int | np.integer) or n < 1:
            raise ValueError(f"n must be a positive integer; got {n!r}.")
        position = self._position(word)
        if self._norms is None:
            self._fill(_norms=row_norms(self.matrix))
        assert self._norms is not None
        nearest = nearest_rows(self.matrix, self._norms, position, int(n))
        return [(self.words[i], cosine) for i, cosine in nearest]

    def to_gensim(self) -> "KeyedVectors":
        """Return the vectors as a gensim KeyedVectors, which holds a copy of the matrix."""
        keyed = need("gensim.models", "to_gensim needs").KeyedVectors(self.n_dims)
        keyed.add_vectors(list(self.words), np.array(self.matrix))
        return keyed

    def __reduce__(self) -> Recipe:
        if self._reopen is not None:
            return self._reopen
        packed = (self.words.blob, self.words.offsets, np.asarray(self.matrix))
        return WordVectors._from_packed, (*packed, self.report, self.tokenizer)

    def __repr__(self) -> str:
        source = f" from {self.report.source}" if self.report is not None else ""
        n_words, n_dims = pluralize(len(self), "word"), pluralize(self.n_dims, "dimension")
        return f"WordVectors({n_words}, {n_dims}{source})"
