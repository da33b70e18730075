"""Text classifier with a recurrent network."""

from collections.abc import Sequence
from typing import Any

from sklearn.utils._param_validation import StrOptions

from skembed.classifiers._base import BaseTextClassifier
from skembed.classifiers._parameters import COUNT, FRACTION, SHARED_CONSTRAINTS
from skembed.networks import LSTMEncoder


class LSTMTextClassifier(BaseTextClassifier):
    """Classify texts with word embeddings and an LSTM [1]_.

    A document predicted alone gets the same probabilities as in a batch: the
    network never sees padding.

    Parameters
    ----------
    embeddings : str, path-like, WordVectors, KeyedVectors, ndarray or None, default=None
        Pre-trained word vectors: a name such as "glove.6B.50d", a file, an
        object, or an array of shape (n_ids, n_dims) with a row for each id.
        None learns an embedding from the training documents alone.
    embedding_dim : int, default=100
        Components of a learned embedding; pre-trained vectors have their own.
    trainable_embeddings : bool, int or None, default=None
        Whether training changes the word vectors. An int freezes them for that
        many epochs and then fine-tunes them, the optimizer starting afresh.
        None is True, for learned and for pre-trained vectors.
    spatial_dropout : float in [0, 1), default=0.2
        Fraction of the vectors' components dropped for a whole document.
    units : int, default=100
        Width of the LSTM's state, in each direction.
    bidirectional : bool, default=False
        Read each document backwards as well.
    pooling : {"last", "max", "mean"}, default="last"
        Output at the document's own end, or the maximum or mean over its steps.
    dropout : float in [0, 1), default=0.0
        Fraction of the LSTM's inputs dropped, the same at each step.
    recurrent_dropout : float in [0, 1), default=0.0
        Fraction of the LSTM's state dropped, the same at each step.
    dense_units : int or array-like of int, default=()
        Widths of dense layers between the pooled document and the output.
    dense_activation : str, default="relu"
        Keras's name of their activation. Layers with "relu" begin He-uniform,
        others Glorot-uniform.
    dense_dropout : float in [0, 1), default=0.0
        Fraction of the pooled document dropped before the dense layers.
    batch_norm : bool, default=False
        Normalise the output of each dense layer over the batch.
    wide : bool, default=False
        Join the network's log-odds with those of a linear support vector machine
        on TF-IDF weighted words, pairs of neighbours and parts of words [2]_, [3]_.
        It is fitted beside the network, with a loss of its own, and has no part in
        ``history_`` and validation. It takes about four times as long as a
        `LinearSVC` on TF-IDF.
    tokenizer : transformer or None, default=None
        Turns raw documents into ids; a clone of it is fitted. None is
        ``KerasTokenizer(tokenizer="glove")``, which keeps punctuation, and whose
        ``extra_words`` are the first 50,000 words of pre-trained `embeddings`.
        Without effect on `X` that holds numbers.
    loss : {"crossentropy", "focal", "top_k"}, default="crossentropy"
        "focal" weighs examples by ``(1 - p)**2``, p being the probability of
        the true class [4]_; with "top_k" only the hardest examples of each
        batch count [5]_.
    top_k : int, default=16
        Examples of a batch that count with ``loss="top_k"``.
    label_smoothing : float in [0, 1), default=0.0
        Share of each target spread evenly over the classes, for the network.
    class_weight : dict, "balanced" or None, default=None
        Weight of each class in the loss, and in that of a linear half; "balanced"
        is inverse to the classes' frequencies. For multi-label targets the keys
        are column numbers and the weights those of documents that have the label.
        `fit` scales the weights of all documents to mean 1; `partial_fit` uses
        them as given and does not take "balanced".
    optimizer : str, default="adam"
        Keras's name: "adadelta", "adagrad", "adam", "adamax", "adamw", "lion",
        "nadam", "rmsprop" or "sgd".
    learning_rate : float, default=3e-3
        Step size of the optimizer. Adam moves only the word vectors that a batch
        uses, which wants larger steps than Keras's 0.001.
    clipnorm : float or None, default=None
        Largest norm of each weight's gradient. None does not clip.
    epochs : int, default=10
        Passes over the training documents, at most.
    batch_size : int, default=64
        Documents in a batch, which are of similar length. A batch of more than 262,144
        tokens is read in parts, to save memory; it is one step of the optimizer all the
        same. With `data_parallel` it is not.
    decision : {"argmax", "tuned"}, default="argmax"
        "tuned" sets documents aside as for early stopping and finds on them the
        thresholds that make the macro-averaged F1 score largest: of classes a power
        of their frequencies, of labels one for each. It helps where classes are
        rare. Probabilities stay as they are.
    early_stopping : bool, default=False
        Stop when the validation loss has not fallen for `patience` epochs, and
        go back to the epoch where it was smallest.
    validation_fraction : float in (0, 1), default=0.1
        Share of the documents set aside for early stopping and for tuning, of
        each class alike, before the vocabulary is learned; at least one. The loss on them
        is weighted as in training. Not used with `X_val`, which is not weighted.
    patience : int, default=3
        Epochs to wait for a smaller validation loss.
    callbacks : list of keras.callbacks.Callback or None, default=None
        Called during training. Each fit works on copies. Callbacks of
        scikit-learn are set with ``set_callbacks``; there
        ``ProgressBar(max_propagation_depth=None)`` shows epochs inside
        Pipelines and searches too. In a notebook it needs ipywidgets.
    warm_start : bool, default=False
        Go on from the last fit, with its vocabulary, weights and optimizer,
        for `epochs` epochs more. An interrupted fit keeps its last whole epoch.
    checkpoint : str, path-like or None, default=None
        File that `fit` keeps its state in, after each epoch and within long ones, at
        most once a minute. A `fit` that was killed goes on from there when it is
        begun again, and ends with the same weights as one that was not; the file is
        then removed. One that another fit has left, with other parameters or
        documents, is refused. It needs an int as `random_state`. ``~`` is the home folder.
    data_parallel : bool, default=False
        Train on all devices of Keras's backend, each on a part of every batch: several
        in one process, and those of other processes that ``TF_CONFIG`` names, or
        ``jax.distributed`` has joined, which then fit the same documents with the same
        parameters. Needs the backend TensorFlow or JAX, and an int as `random_state`.
        The weights are those of one device but for rounding, where TensorFlow does not
        draw a `recurrent_dropout` for more than two.
    precision : {"float32", "mixed_bfloat16", "mixed_float16"}, default="float32"
        Keras's dtype policy; the mixed ones compute in 16 bits.
    random_state : int, RandomState instance or None, default=None
        Fixes the first weights, dropouts, order, validation split, and folds of a
        linear half. Pass an int for the same result in every fit.
    verbose : int, default=0
        1 prints a line for each epoch.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Sorted classes; for multi-label targets the numbers of the labels.
    history_ : dict of str to list of float
        ``loss``, ``accuracy`` and ``seconds`` of each epoch, and ``val_loss``
        and ``val_accuracy`` where there was a validation.
    n_iter_ : int
        Epochs trained.
    best_epoch_ : int
        Epoch whose weights were kept, counted from 1.
    n_parameters_ : int
        Number of weights, those of the embedding and of a linear half included.
    network_ : keras.Model
        A network of the caller's own with the fitted weights.
    tokenizer_ : transformer
        The fitted tokenizer, where `X` was raw documents.
    coverage_ : Coverage or None
        How much of the training text has a vector, with pre-trained vectors.
    thresholds_ : ndarray of shape (n_classes,), dtype float64, or None
        With ``decision="tuned"``: the class with the largest probability divided
        by its threshold is predicted, or all labels with a probability above
        theirs. Log-odds are compared, so a threshold may round to 1.0 and still
        tell documents apart. None with "argmax".
    n_features_in_ : int
        Width of `X`, where it was vectors.

    See Also
    --------
    CNNTextClassifier : The other network.
    GloveVectorizer : Pooled word vectors for any classifier.

    References
    ----------
    .. [1] Hochreiter, Schmidhuber (1997), Long short-term memory, Neural
       Computation 9(8), doi:10.1162/neco.1997.9.8.1735.
    .. [2] Cheng et al. (2016), Wide & deep learning for recommender systems,
       arXiv:1606.07792.
    .. [3] Wang, Manning (2012), Baselines and bigrams: simple, good sentiment
       and topic classification, ACL, https://aclanthology.org/P12-2018.
    .. [4] Lin et al. (2017), Focal loss for dense object detection,
       arXiv:1708.02002.
    .. [5] Fan et al. (2017), Learning with average top-k loss,
       arXiv:1705.08826.

    Examples
    --------
    >>> from skembed import LSTMTextClassifier
    >>> texts = ["sun and sea", "rain and wind", "sun, sand", "wind and hail"] * 8
    >>> weather = ["fine", "foul", "fine", "foul"] * 8
    >>> classifier = LSTMTextClassifier(units=8, epochs=2, random_state=0)
    >>> classifier.fit(texts, weather).predict_proba(["sun and sand"]).shape
    (1, 2)
    """

    _parameter_constraints: dict = {
        **SHARED_CONSTRAINTS,
        "units": [COUNT],
        "bidirectional": ["boolean"],
        "pooling": [StrOptions({"last", "max", "mean"})],
        "dropout": [FRACTION],
        "recurrent_dropout": [FRACTION],
    }

    def __init__(
        self,
        *,
        embeddings: Any = None,
        embedding_dim: int = 100,
        trainable_embeddings: bool | int | None = None,
        spatial_dropout: float = 0.2,
        units: int = 100,
        bidirectional: bool = False,
        pooling: str = "last",
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        dense_units: int | Sequence[int] = (),
        dense_activation: str = "relu",
        dense_dropout: float = 0.0,
        batch_norm: bool = False,
        wide: bool = False,
        tokenizer: Any = None,
        loss: str = "crossentropy",
        top_k: int = 16,
        label_smoothing: float = 0.0,
        class_weight: dict[Any, float] | str | None = None,
        optimizer: str = "adam",
        learning_rate: float = 3e-3,
        clipnorm: float | None = None,
        epochs: int = 10,
        batch_size: int = 64,
        decision: str = "argmax",
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        patience: int = 3,
        callbacks: Sequence[Any] | None = None,
        warm_start: bool = False,
        checkpoint: Any = None,
        data_parallel: bool = False,
        precision: str = "float32",
        random_state: Any = None,
        verbose: int = 0,
    ) -> None:
        self.embeddings = embeddings
        self.embedding_dim = embedding_dim
        self.trainable_embeddings = trainable_embeddings
        self.spatial_dropout = spatial_dropout
        self.units = units
        self.bidirectional = bidirectional
        self.pooling = pooling
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.dense_units = dense_units
        self.dense_activation = dense_activation
        self.dense_dropout = dense_dropout
        self.batch_norm = batch_norm
        self.wide = wide
        self.tokenizer = tokenizer
        self.loss = loss
        self.top_k = top_k
        self.label_smoothing = label_smoothing
        self.class_weight = class_weight
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.clipnorm = clipnorm
        self.epochs = epochs
        self.batch_size = batch_size
        self.decision = decision
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.callbacks = callbacks
        self.warm_start = warm_start
        self.checkpoint = checkpoint
        self.data_parallel = data_parallel
        self.precision = precision
        self.random_state = random_state
        self.verbose = verbose

    def _encoder(self) -> LSTMEncoder:
        return LSTMEncoder(
            units=int(self.units),
            bidirectional=bool(self.bidirectional),
            pooling=self.pooling,
            dropout=float(self.dropout),
            recurrent_dropout=float(self.recurrent_dropout),
        )
