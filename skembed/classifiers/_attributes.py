"""The attributes of a fitted estimator."""

from typing import Any

from sklearn.utils.validation import check_is_fitted

from skembed.classifiers._model import FittedModel
from skembed.networks import History
from skembed.text import Coverage


class FittedAttributes:
    """Attributes that end in an underscore: views of the one fitted model."""

    _model: FittedModel

    def _remember(self, model: FittedModel) -> None:
        self._model = model

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_model")

    @property
    def network_(self) -> Any:
        """A `keras.Model` with the fitted weights and probabilities as output.

        It is built at each access, so you may change it. It takes documents padded at either end,
        such as ``tokenizer_.transform(texts).to_dense()``. With a linear model it takes
        ``[documents, bags]``, where ``bags`` is the dense `bag_of_words` of the texts. Load a saved
        network with ``skembed.networks.load_network``.
        """
        return fitted(self).network()

    @property
    def n_parameters_(self) -> int:
        """Number of weights, those of the embedding and of a linear model included."""
        return fitted(self).n_parameters

    @property
    def history_(self) -> History:
        """Figures of each epoch."""
        return fitted(self).history

    @property
    def n_iter_(self) -> int:
        """Epochs trained."""
        return len(fitted(self).history.get("loss", ()))

    @property
    def best_epoch_(self) -> int:
        """Epoch whose weights were kept, counted from 1."""
        return fitted(self).best_epoch

    @property
    def coverage_(self) -> Coverage | None:
        """How much of the training text has a pre-trained vector."""
        return fitted(self).reader.coverage

    @property
    def tokenizer_(self) -> Any:
        """The fitted tokenizer, if X was raw documents."""
        tokenizer = fitted(self).reader.tokenizer
        if tokenizer is None:
            raise AttributeError(
                f"{type(self).__name__} has no tokenizer_: it was not fitted on raw documents."
            )
        return tokenizer


def fitted(estimator: FittedAttributes) -> FittedModel:
    """Return the model of a fitted estimator.

    Raises
    ------
    NotFittedError
        If it is not fitted.
    """
    check_is_fitted(estimator)
    return estimator._model
