"""Text estimators with a recurrent network."""

from sklearn.utils._param_validation import StrOptions

from skembed.classifiers._classifier import BaseTextClassifier
from skembed.classifiers._declared import declares_parameters, parameter, text_estimator
from skembed.classifiers._parameters import COUNT, FRACTION
from skembed.classifiers._regressor import BaseTextRegressor
from skembed.networks import LSTMEncoder


@declares_parameters
class LSTMParameters:
    """Parameters of a network with an LSTM.

    Parameters
    ----------
    units : int, default=100
        Width of the LSTM's state, in each direction.
    bidirectional : bool, default=True
        Read each document backwards as well.
    pooling : {"last", "max", "mean"}, default="max"
        Output after the last word, or the maximum or mean over all words. Published recipes mostly
        take "last".
    dropout : float in [0, 1), default=0.0
        Fraction of the LSTM's inputs dropped, the same at each step.
    recurrent_dropout : float in [0, 1), default=0.0
        Fraction of the LSTM's state dropped, the same at each step. With `data_parallel` and more
        than two devices, TensorFlow draws it in another way.

    References
    ----------
    .. [1] Hochreiter, Schmidhuber (1997), Long short-term memory, Neural
       Computation 9(8), doi:10.1162/neco.1997.9.8.1735.
    """

    units: int = parameter(default=100, constraint=[COUNT])
    bidirectional: bool = parameter(default=True, constraint=["boolean"])
    pooling: str = parameter(default="max", constraint=[StrOptions({"last", "max", "mean"})])
    dropout: float = parameter(default=0.0, constraint=[FRACTION])
    recurrent_dropout: float = parameter(default=0.0, constraint=[FRACTION])
    dense_dropout: float = parameter(default=0.0, constraint=[FRACTION])

    def _encoder(self) -> LSTMEncoder:
        return LSTMEncoder(
            units=int(self.units),
            bidirectional=bool(self.bidirectional),
            pooling=self.pooling,
            dropout=float(self.dropout),
            recurrent_dropout=float(self.recurrent_dropout),
        )


@text_estimator
class LSTMTextClassifier(LSTMParameters, BaseTextClassifier):
    """Classify texts with word embeddings and an LSTM.

    An LSTM [1]_ reads the words in their order. A document predicted alone gets the same
    probabilities as in a batch: the network never sees padding.

    See Also
    --------
    CNNTextClassifier : The other network.
    GloveVectorizer : Pooled word vectors for any classifier.

    Examples
    --------
    >>> from skembed import LSTMTextClassifier
    >>> texts = ["sun and sea", "rain and wind", "sun, sand", "wind and hail"] * 8
    >>> weather = ["fine", "foul", "fine", "foul"] * 8
    >>> classifier = LSTMTextClassifier(units=8, epochs=2, random_state=0)
    >>> classifier.fit(texts, weather).predict_proba(["sun and sand"]).shape
    (1, 2)
    """


@text_estimator
class LSTMTextRegressor(LSTMParameters, BaseTextRegressor):
    """Predict numbers from texts with word embeddings and an LSTM.

    An LSTM [1]_ reads the words in their order. A document predicted alone gets the same
    prediction as in a batch: the network never sees padding.

    See Also
    --------
    LSTMTextClassifier : The same network for classes.
    CNNTextRegressor : The other network for numbers.

    Examples
    --------
    >>> from skembed import LSTMTextRegressor
    >>> texts = ["a short walk", "a long walk", "a short swim", "a long, long walk"] * 8
    >>> hours = [1.0, 4.0, 0.5, 8.0] * 8
    >>> regressor = LSTMTextRegressor(units=8, epochs=2, random_state=0)
    >>> regressor.fit(texts, hours).predict(["a long swim"]).shape
    (1,)
    """
