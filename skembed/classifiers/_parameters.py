"""The parameters that all text estimators share: what they are, and what they may be."""

import os
from abc import ABCMeta
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions

from skembed._documented import DocumentedMixin
from skembed.classifiers._declared import declares_parameters, parameter
from skembed.text import check_names
from skembed.vectors import TokenizerObject, VectorSource

FRACTION = Interval(Real, 0, 1, closed="left")
COUNT = Interval(Integral, 1, None, closed="left")
OPTIMIZERS = {"adadelta", "adagrad", "adam", "adamax", "adamw", "lion", "nadam", "rmsprop", "sgd"}
# Keras's activations that keep the number of components and compute each from itself.
ACTIVATIONS = {
    "celu", "elu", "exponential", "gelu", "hard_sigmoid", "hard_silu", "leaky_relu", "linear",
    "log_sigmoid", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "softplus", "softsign",
    "swish", "tanh",
}  # fmt: skip


class FeaturesObject(HasMethods):
    """Constraint: a transformer, not its class or names of columns."""

    def is_satisfied_by(self, val: object) -> bool:
        return not isinstance(val, type) and bool(super().is_satisfied_by(val))

    def __str__(self) -> str:
        return (
            "a transformer, such as make_column_transformer((OneHotEncoder(handle_unknown='ignore')"
            ", ['place']), (StandardScaler(), ['degrees'])) for categories and numbers,"
        )


@declares_parameters
class TrainingParameters(DocumentedMixin, BaseEstimator, metaclass=ABCMeta):
    """Parameters of all text estimators, with any network.

    Parameters
    ----------
    text_columns : list of str, str or None, default=None
        Columns of a table whose texts are joined to one document, by line breaks as `TextColumns`
        does. `X` is then a table: a data frame of pandas or polars, a table of Arrow, a mapping of
        columns, or a list of mappings, one for each row. None: `X` holds the documents themselves.
    features : transformer or None, default=None
        Makes numbers for each document. With `text_columns` it reads the table, such as a
        ``make_column_transformer`` of encoders and scalers. Otherwise it reads the texts, such as a
        `SentenceVectorizer`. A clone is fitted to the training documents. The network gets the
        numbers beside the pooled document, before the dense layers, and the linear model gets them
        beside the words. Each feature is divided by the root mean square of its values other than
        zero. If it is never zero, its mean is subtracted first. None: only the texts are used.
    embeddings : str, path-like, WordVectors, KeyedVectors, ndarray or None, default=None
        Pre-trained word vectors: a name such as "glove.6B.50d", a file, a folder of a
        static model, an object, or an array of shape (n_ids, n_dims) with a row for each id.
        None learns an embedding from the training documents.
    embedding_dim : int, default=100
        Components of a learned embedding; pre-trained vectors have their own.
    trainable_embeddings : bool, int or None, default=None
        Whether training changes the word vectors. An int freezes them for that many epochs. Then
        the optimizer restarts, and they are fine-tuned. None means True, for learned and for
        pre-trained vectors.
    spatial_dropout : float in [0, 1), default=0.2
        Fraction of the vectors' components dropped for a whole document.
    dense_units : int or array-like of int, default=()
        Widths of dense layers between the pooled document and the output.
    dense_activation : str, default="relu"
        Activation of the dense layers, by Keras's name. Layers with "relu" begin He-uniform, others
        Glorot-uniform.
    dense_dropout : float in [0, 1), default=0.5
        Fraction of the pooled document dropped before the dense layers.
    batch_norm : bool, default=False
        Normalise the output of each dense layer over the batch.
    wide : bool or "auto", default="auto"
        Whether a linear model joins the network. It counts TF-IDF weighted words, pairs of
        neighbours and character n-grams [1]_, by support vector machines for classes [2]_ and a
        ridge regression for numbers. It is fitted with its own loss while the network is trained.
        "auto" adds the linear model if `X` has words or ids, up to 16,777,216 tokens. Above that it
        warns and trains only the network. False trains only the network, as in the published
        recipes. True refuses `X` that holds vectors, because they have no words.
    tokenizer : transformer, callable, tokenizers.Tokenizer or None, default=None
        Turns raw documents into ids. A transformer is cloned, and the clone is fitted. A function
        or a `Tokenizer` of Hugging Face cuts documents for a `KerasTokenizer` with
        ``lowercase=False``. None means ``KerasTokenizer(tokenizer="unicode")``, which cuts every
        script into words or characters, and keeps punctuation. If `embeddings` bring a tokenizer,
        None means theirs. If the classifier makes the tokenizer and `embeddings` are pre-trained,
        their first 50,000 words are its `extra_words`. Ignored if `X` holds numbers.
    optimizer : str, default="adam"
        Keras's name: "adadelta", "adagrad", "adam", "adamax", "adamw", "lion",
        "nadam", "rmsprop" or "sgd".
    learning_rate : float, default=3e-3
        Step size of the optimizer. Adam moves only the word vectors that a batch uses, and needs
        larger steps than Keras's 0.001.
    clipnorm : float or None, default=None
        Largest norm of each weight's gradient. None does not clip.
    epochs : int, default=10
        Passes over the training documents, at most.
    batch_size : int, default=64
        Documents in a batch; they have similar lengths. A batch of more than 262,144 tokens is read
        in micro-batches to save memory, except with `data_parallel`. It is still one step of the
        optimizer.
    validation_fraction : float in (0, 1), default=0.1
        Share of the documents, the same for each class and at least one, that is set aside for
        validation before the vocabulary is learned. The loss on them is weighted as in training.
        Not used with `X_val`, which is not weighted.
    patience : int, default=3
        Epochs to wait for a smaller validation loss.
    callbacks : list of keras.callbacks.Callback or None, default=None
        Called during training. Each fit works on copies. Set callbacks of scikit-learn with
        ``set_callbacks``. ``ProgressBar(max_propagation_depth=None)`` also shows epochs inside
        Pipelines and searches; in a notebook it needs ipywidgets.
    warm_start : bool, default=False
        Continue from the last fit, with its vocabulary, weights and optimizer, for `epochs` more
        epochs. An interrupted fit keeps its last whole epoch.
    checkpoint : str, path-like or None, default=None
        File in which `fit` keeps its state, after each epoch and at most once a minute within long
        epochs. If `fit` is killed, the next call resumes from the file, and ends with the same
        weights as an uninterrupted fit. The file is then removed. A file of a fit with other
        parameters or documents is refused. Needs an int as `random_state`. ``~`` is the home
        folder.
    data_parallel : bool, default=False
        Train on all devices of Keras's backend, each on a part of every batch. These are the
        devices of this process, and of other processes that ``TF_CONFIG`` names or
        ``jax.distributed`` has joined. All processes must fit the same documents with the same
        parameters. Needs the backend TensorFlow or JAX, and an int as `random_state`. The weights
        equal those of one device up to rounding.
    precision : {"float32", "mixed_bfloat16", "mixed_float16"}, default="float32"
        Keras's dtype policy. The mixed policies compute in 16 bits.
    random_state : int, RandomState instance or None, default=None
        Determines the first weights, dropouts, order, validation split, and folds of a linear
        model. Pass an int for the same result in every fit.
    verbose : int or "auto", default="auto"
        "auto" shows a bar on a terminal and in a notebook where a fit or a prediction takes
        more than two seconds, and prints nothing elsewhere. 1 prints a line for each epoch,
        and of the linear model one every ten seconds, and one when it is fitted. 0 is silent.

    Attributes
    ----------
    n_iter_ : int
        Epochs trained.
    best_epoch_ : int
        Epoch whose weights were kept, counted from 1.
    n_parameters_ : int
        Number of weights, those of the embedding and of a linear model included.
    network_ : keras.Model
        A new network with the fitted weights.
    tokenizer_ : transformer
        The fitted tokenizer, if `X` was raw documents.
    coverage_ : Coverage or None
        How much of the training text has a vector, with pre-trained vectors.
    n_features_in_ : int
        Width of `X`, if it was vectors.

    References
    ----------
    .. [1] Cheng et al. (2016), Wide & deep learning for recommender systems,
       arXiv:1606.07792.
    .. [2] Wang, Manning (2012), Baselines and bigrams: simple, good sentiment
       and topic classification, ACL, https://aclanthology.org/P12-2018.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]]

    text_columns: Sequence[str] | str | None = parameter(
        default=None, constraint=[list, tuple, np.ndarray, str, None]
    )
    features: Any = parameter(
        default=None, constraint=[FeaturesObject(["fit_transform", "transform"]), None]
    )
    embeddings: Any = parameter(default=None, constraint=[VectorSource(), np.ndarray, None])
    embedding_dim: int = parameter(default=100, constraint=[COUNT])
    trainable_embeddings: bool | int | None = parameter(
        default=None, constraint=["boolean", Interval(Integral, 0, None, closed="left"), None]
    )
    spatial_dropout: float = parameter(default=0.2, constraint=[FRACTION])
    dense_units: int | Sequence[int] = parameter(default=(), constraint=[COUNT, "array-like"])
    dense_activation: str = parameter(default="relu", constraint=[StrOptions(ACTIVATIONS)])
    dense_dropout: float = parameter(default=0.5, constraint=[FRACTION])
    batch_norm: bool = parameter(default=False, constraint=["boolean"])
    wide: bool | str = parameter(default="auto", constraint=["boolean", StrOptions({"auto"})])
    tokenizer: Any = parameter(default=None, constraint=[TokenizerObject(), None])
    optimizer: str = parameter(default="adam", constraint=[StrOptions(OPTIMIZERS)])
    learning_rate: float = parameter(
        default=3e-3, constraint=[Interval(Real, 0, None, closed="neither")]
    )
    clipnorm: float | None = parameter(
        default=None, constraint=[Interval(Real, 0, None, closed="neither"), None]
    )
    epochs: int = parameter(default=10, constraint=[COUNT])
    batch_size: int = parameter(default=64, constraint=[COUNT])
    validation_fraction: float = parameter(
        default=0.1, constraint=[Interval(Real, 0, 1, closed="neither")]
    )
    patience: int = parameter(default=3, constraint=[COUNT])
    callbacks: Sequence[Any] | None = parameter(default=None, constraint=["array-like", None])
    warm_start: bool = parameter(default=False, constraint=["boolean"])
    checkpoint: str | os.PathLike[str] | None = parameter(
        default=None, constraint=[str, HasMethods("__fspath__"), None]
    )
    data_parallel: bool = parameter(default=False, constraint=["boolean"])
    precision: str = parameter(
        default="float32", constraint=[StrOptions({"float32", "mixed_bfloat16", "mixed_float16"})]
    )
    random_state: int | np.random.RandomState | None = parameter(
        default=None, constraint=["random_state"]
    )
    verbose: int | str = parameter(default="auto", constraint=["verbose", StrOptions({"auto"})])


def check_sizes(name: str, sizes: int | Sequence[Any], *, at_least: int = 0) -> tuple[int, ...]:
    """Check a parameter that holds one count or several.

    Parameters
    ----------
    name : str
        The parameter.
    sizes : int or array-like of int
        Its value; an int is one count.
    at_least : int, default=0
        How many counts there must be.
    """
    several: Any = [sizes] if isinstance(sizes, Integral) else sizes
    if isinstance(sizes, np.ndarray) and sizes.ndim == 0:
        several = [sizes.item()]
    for i, size in enumerate(several):
        if not isinstance(size, Integral) or isinstance(size, bool) or size < 1:
            raise ValueError(
                f"{name} must hold positive integers, got {size!r} at position {i} of {sizes!r}."
            )
    if len(several) < at_least:
        raise ValueError(f"{name} must hold at least {at_least} positive integer, got {sizes!r}.")
    return tuple(int(size) for size in several)


def check_text_columns(columns: Sequence[str] | str | None) -> tuple[str, ...] | None:
    """Check the names of a table's columns; one name is one column."""
    if columns is None:
        return None
    return tuple(check_names([columns] if isinstance(columns, str) else [*columns], "text_columns"))


def check_callbacks(callbacks: Sequence[Any] | None) -> Sequence[Any]:
    """Check that all are instances of `keras.callbacks.Callback`, without loading Keras."""
    for i, callback in enumerate(callbacks if callbacks is not None else ()):
        if isinstance(callback, type) or not hasattr(callback, "on_train_batch_end"):
            raise TypeError(
                f"callbacks must hold instances of keras.callbacks.Callback, got {callback!r} at "
                f"position {i}. Callbacks of scikit-learn are set with set_callbacks(...)."
            )
    return () if callbacks is None else callbacks


def check_data_parallel(data_parallel: bool, random_state: object) -> None:
    """Refuse a random_state from which each process would draw other numbers."""
    if data_parallel and not isinstance(random_state, Integral):
        raise ValueError(
            "With data_parallel=True all processes must draw the same random numbers, but "
            f"random_state is {random_state!r}. Set it to an int, such as 0."
        )
