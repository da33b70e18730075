"""Text estimators with a convolutional network."""

from collections.abc import Sequence
from numbers import Integral

from sklearn.utils._param_validation import Interval

from skembed.classifiers._classifier import BaseTextClassifier
from skembed.classifiers._declared import declares_parameters, parameter, text_estimator
from skembed.classifiers._parameters import COUNT, check_sizes
from skembed.classifiers._regressor import BaseTextRegressor
from skembed.networks import CNNEncoder


@declares_parameters
class CNNParameters:
    """Parameters of a network with convolutions.

    Parameters
    ----------
    filters : int, default=128
        Filters of each convolution.
    kernel_sizes : int or array-like of int, default=(3, 4, 5)
        Widths of the convolutions, in tokens.
    stacked : bool, default=False
        Whether convolutions follow one another instead of running side by side.
    pool_size : int, default=5
        Steps pooled into one between stacked convolutions. The last convolution is pooled over the
        whole document. Ignored with ``stacked=False``.

    References
    ----------
    .. [1] Kim (2014), Convolutional neural networks for sentence classification,
       arXiv:1408.5882.
    .. [2] Chollet (2016), Using pre-trained word embeddings in a Keras model,
       https://blog.keras.io/using-pre-trained-word-embeddings-in-a-keras-model.html.
    """

    filters: int = parameter(default=128, constraint=[COUNT])
    kernel_sizes: int | Sequence[int] = parameter(
        default=(3, 4, 5), constraint=[COUNT, "array-like"]
    )
    stacked: bool = parameter(default=False, constraint=["boolean"])
    pool_size: int = parameter(default=5, constraint=[Interval(Integral, 2, None, closed="left")])

    def _encoder(self) -> CNNEncoder:
        return CNNEncoder(
            filters=int(self.filters),
            kernel_sizes=check_sizes("kernel_sizes", self.kernel_sizes, at_least=1),
            stacked=bool(self.stacked),
            pool_size=int(self.pool_size) if self.stacked else 0,
        )


@text_estimator
class CNNTextClassifier(CNNParameters, BaseTextClassifier):
    """Classify texts with word embeddings and convolutions.

    By default, convolutions of several widths read the words side by side, and
    each filter keeps its largest value over the document [1]_. With
    ``stacked=True``, convolution and pooling alternate [2]_. A document predicted
    alone gets the same probabilities as in a batch: the network never sees
    padding, and a document shorter than a kernel is one window.

    See Also
    --------
    LSTMTextClassifier : The other network.
    GloveVectorizer : Pooled word vectors for any classifier.

    Examples
    --------
    >>> from skembed import CNNTextClassifier
    >>> texts = ["sun and sea", "rain and wind", "sun, sand", "wind and hail"] * 8
    >>> weather = ["fine", "foul", "fine", "foul"] * 8
    >>> classifier = CNNTextClassifier(filters=8, epochs=2, random_state=0)
    >>> classifier.fit(texts, weather).predict_proba(["sun and sand"]).shape
    (1, 2)
    """


@text_estimator
class CNNTextRegressor(CNNParameters, BaseTextRegressor):
    """Predict numbers from texts with word embeddings and convolutions.

    By default, convolutions of several widths read the words side by side, and
    each filter keeps its largest value over the document [1]_. With
    ``stacked=True``, convolution and pooling alternate [2]_. A document predicted
    alone gets the same prediction as in a batch: the network never sees
    padding, and a document shorter than a kernel is one window.

    See Also
    --------
    CNNTextClassifier : The same network for classes.
    LSTMTextRegressor : The other network for numbers.

    Examples
    --------
    >>> from skembed import CNNTextRegressor
    >>> texts = ["a short walk", "a long walk", "a short swim", "a long, long walk"] * 8
    >>> hours = [1.0, 4.0, 0.5, 8.0] * 8
    >>> regressor = CNNTextRegressor(filters=8, epochs=2, random_state=0)
    >>> regressor.fit(texts, hours).predict(["a long swim"]).shape
    (1,)
    """
