"""SentenceVectorizer: turn texts into the vectors of a frozen sentence encoder."""

import hashlib
import os
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
)
from sklearn.utils import Tags
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skembed._arguments import explains_arguments
from skembed._checked import checks_parameters
from skembed._documented import DocumentedMixin
from skembed._threads import allowed_threads
from skembed._types import Documents
from skembed.sentences._encoder import (
    POOLINGS,
    EncoderSettings,
    SentenceEncoder,
    open_encoder,
)
from skembed.sentences._files import find_files
from skembed.sentences._store import VectorStore, key_of
from skembed.text import check_documents


class SentenceVectorizer(
    DocumentedMixin, ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator
):
    """Turn texts into the vectors of a pre-trained sentence encoder, without training it.

    The network runs in ONNX Runtime; it does not need PyTorch or TensorFlow. The vector of a
    text does not depend on other texts: a batch holds texts of the same length, so nothing
    is padded.

    Parameters
    ----------
    model : str or path-like
        A folder with ``model.onnx`` (or ``onnx/model.onnx``), in which sentence-transformers
        models are published, an ONNX file, or the name of an installed package that holds
        one. Clones and saved vectorizers keep the name or path.
    tokenizer : str, path-like or None, default=None
        A folder, a file or an installed package with ``tokenizer.json``. None looks in the
        folder of the network and in the folder above it.
    pooling : {"mean", "first", "max"}, default="mean"
        How the vectors of a text's pieces become one vector. It has no effect if the network
        computes one vector for each text.
    normalise : bool, default=True
        Divide each vector by its Euclidean length.
    max_length : int, default=128
        Number of pieces that are read from the beginning of a text, including special ones.
    batch_tokens : int, default=4096
        Largest number of pieces in a batch. It limits the memory. Some eight-bit networks
        scale the numbers of a whole batch; they get one text at a time, so that a text's
        vector does not depend on other texts.
    cache : bool, default=True
        Keep vectors on disk, so that the vector of each text is computed only once, also
        across folds, searches and processes. The folder is ``sentences`` in the cache folder
        of the word vectors; the environment variable ``SKEMBED_CACHE`` names another one.

    Attributes
    ----------
    digest_ : str
        Digest of the files of the network and the tokenizer.
    n_dims_ : int
        Number of components of a vector.

    See Also
    --------
    GloveVectorizer : Pooled word vectors; some hundred times as fast.

    References
    ----------
    Reimers, Gurevych (2019), Sentence-BERT, arXiv:1908.10084.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from skembed import SentenceVectorizer
    >>> vectorizer = SentenceVectorizer("all-MiniLM-L6-v2")  # a folder
    >>> model = make_pipeline(vectorizer, LogisticRegression(C=10))
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "model": [str, HasMethods("__fspath__")],
        "tokenizer": [str, HasMethods("__fspath__"), None],
        "pooling": [StrOptions({*POOLINGS})],
        "normalise": ["boolean"],
        "max_length": [Interval(Integral, 3, None, closed="left")],
        "batch_tokens": [Interval(Integral, 1, None, closed="left")],
        "cache": ["boolean"],
    }

    @explains_arguments
    def __init__(
        self,
        model: str | os.PathLike[str],
        *,
        tokenizer: str | os.PathLike[str] | None = None,
        pooling: str = "mean",
        normalise: bool = True,
        max_length: int = 128,
        batch_tokens: int = 4096,
        cache: bool = True,
    ) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.pooling = pooling
        self.normalise = normalise
        self.max_length = max_length
        self.batch_tokens = batch_tokens
        self.cache = cache

    @checks_parameters
    def fit(self, X: Documents, y: object = None) -> "SentenceVectorizer":
        """Open the encoder and check the texts; nothing is learned.

        Parameters
        ----------
        X : collection of str, shape (n_samples,)
            Texts.
        y : object, default=None
            Ignored.

        Returns
        -------
        self : SentenceVectorizer
            The vectorizer.

        Raises
        ------
        FileNotFoundError
            If a file of the encoder is missing.
        ImportError
            If onnxruntime or tokenizers is not installed.
        ValueError
            If `X` is empty, a file has another format, or the network has other inputs.
        """
        if not check_documents(X):
            raise ValueError("X holds no documents: at least one is needed to fit.")
        encoder, self.digest_ = self._open()
        probe = encoder.encode(["a"], self._settings(), n_threads=1)
        self.n_dims_ = probe.shape[1]
        return self

    def transform(self, X: Documents) -> NDArray[np.float32]:
        """Compute the vectors of texts, or read those that were computed before.

        Parameters
        ----------
        X : collection of str, shape (n_samples,)
            Texts.

        Returns
        -------
        vectors : ndarray of shape (n_samples, n_dims), dtype float32

        Raises
        ------
        ValueError
            If the files of the encoder have been changed since `fit`.
        """
        check_is_fitted(self)
        texts = check_documents(X)
        store = VectorStore(self._name_of_vectors()) if self.cache else None
        keys = [key_of(text) for text in texts]
        found = {} if store is None else store.find([*dict.fromkeys(keys)])
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if missing:
            computed = dict(zip(missing, self._compute([*missing.values()]), strict=True))
            found |= computed
            if store is not None:
                store.keep(computed)
        vectors = np.empty((len(texts), self.n_dims_), dtype=np.float32)
        for row, key in enumerate(keys):
            vectors[row] = found[key]
        return vectors

    def _make_ready(self) -> None:
        self._open()

    def _compute(self, texts: list[str]) -> NDArray[np.float32]:
        encoder, digest = self._open()
        if digest != self.digest_:
            raise ValueError(
                f"The files of model={os.fspath(self.model)!r} are not those that "
                "SentenceVectorizer was fitted with. Restore the earlier files, or fit again."
            )
        return encoder.encode(texts, self._settings(), n_threads=min(len(texts), allowed_threads()))

    def _settings(self) -> EncoderSettings:
        sizes = int(self.max_length), int(self.batch_tokens)
        return EncoderSettings(self.pooling, bool(self.normalise), *sizes)

    def _open(self) -> tuple[SentenceEncoder, str]:
        files = find_files(self.model, self.tokenizer)
        digest = files.digest
        return open_encoder(files, digest), digest

    def _name_of_vectors(self) -> str:
        """Return a digest of all settings that change a vector."""
        settings = (self.digest_, self.pooling, bool(self.normalise), int(self.max_length))
        return hashlib.blake2b(repr(settings).encode(), digest_size=16).hexdigest()

    @property
    def _n_features_out(self) -> int:
        return self.n_dims_

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.transformer_tags.preserves_dtype = []
        return tags
