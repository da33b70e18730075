"""Text estimators with a network of the user's own."""

import dataclasses
from typing import Any

from sklearn.utils._param_validation import HasMethods

from skembed.classifiers._classifier import BaseTextClassifier
from skembed.classifiers._declared import declares_parameters, parameter, text_estimator
from skembed.classifiers._regressor import BaseTextRegressor
from skembed.networks import Encoder, GRUEncoder, encoder_of, remember


class EncoderObject(HasMethods):
    """Constraint: what builds the layers of an encoder."""

    def __init__(self) -> None:
        super().__init__("__call__")

    def is_satisfied_by(self, val: object) -> bool:
        """Return whether `val` is called, or is an encoder of a saved file."""
        return isinstance(val, Encoder) or (callable(val) and not isinstance(val, type))

    def __str__(self) -> str:
        return "a function of steps and mask, or an instance of a frozen dataclass called like one"


@declares_parameters
class KerasParameters:
    """Parameters of a network of the user's own.

    Parameters
    ----------
    encoder : callable, default=GRUEncoder()
        Builds the Keras layers that read the words. ``encoder(steps, mask)`` takes tensors of shape
        (n_samples, n_steps, n_dims) and (n_samples, n_steps), bool, and returns a tensor of shape
        (n_samples, n_units). It is a function at the top level of a module, or an instance of a
        frozen dataclass with such a ``__call__``. The fields of a dataclass can be set and searched
        as ``encoder__<name>``. `skembed.networks` has `GRUEncoder`, `AttentiveLSTMEncoder`,
        `TransformerEncoder`, `MeanEncoder` and `CharacterCNNEncoder`.
    """

    encoder: Any = parameter(default=GRUEncoder(), constraint=[EncoderObject()])

    def _encoder(self) -> Encoder:
        return encoder_of(self.encoder)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over a pickle, in a worker too, which may know the encoder from it alone."""
        super().__setstate__(state)  # type: ignore[misc]
        if hasattr(self.encoder, "__qualname__") or dataclasses.is_dataclass(self.encoder):
            remember(self.encoder)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters, and the fields of an encoder as ``encoder__<name>``.

        Parameters
        ----------
        deep : bool, default=True
            Whether to include those of the encoder and of a tokenizer.

        Returns
        -------
        params : dict of str to object
            Values by name.
        """
        params: dict[str, Any] = super().get_params(deep)  # type: ignore[misc]
        for each in fields_of(self.encoder) if deep else ():
            params[f"encoder__{each.name}"] = getattr(self.encoder, each.name)
        return params

    def set_params(self, **params: Any) -> Any:
        """Set parameters, also those of an encoder as ``encoder__<name>``.

        Parameters
        ----------
        **params : dict
            Names and values.

        Returns
        -------
        self : estimator
            The estimator.

        Raises
        ------
        ValueError
            If there is no such parameter.
        """
        of_encoder = {
            name.removeprefix("encoder__"): params.pop(name)
            for name in [*params]
            if name.startswith("encoder__")
        }
        super().set_params(**params)  # type: ignore[misc]
        if of_encoder:
            self.encoder = _changed(self.encoder, of_encoder)
        return self


def _changed(encoder: object, changes: dict[str, object]) -> object:
    """Return a dataclass with other values."""
    names = [each.name for each in fields_of(encoder)]
    unknown = [name for name in changes if name not in names]
    if unknown:
        raise ValueError(
            f"The encoder {encoder!r:.60} has no parameter {unknown[0]!r}. It has "
            f"{', '.join(names) or 'none'}."
        )
    return dataclasses.replace(encoder, **changes)  # type: ignore[type-var]


def fields_of(encoder: object) -> tuple[dataclasses.Field[object], ...]:
    """Return the fields of a dataclass. A function has none."""
    is_description = dataclasses.is_dataclass(encoder) and not isinstance(encoder, type)
    return dataclasses.fields(encoder) if is_description else ()  # type: ignore[arg-type]


@text_estimator
class KerasTextClassifier(KerasParameters, BaseTextClassifier):
    """Classify texts with word embeddings and your own network.

    Everything around the network is the same as in `CNNTextClassifier`: words, vectors, the linear
    model, losses, early stopping, streams, saving. `fit` reads two documents with padding and
    without it, and refuses an encoder that does not obey the mask. With such an encoder, a document
    would get other predictions alone than in a batch.

    See Also
    --------
    CNNTextClassifier, LSTMTextClassifier : Ready and faster networks.

    Examples
    --------
    >>> from skembed import KerasTextClassifier
    >>> from skembed.networks import GRUEncoder
    >>> texts = ["sun and sea", "rain and wind", "sun, sand", "wind and hail"] * 8
    >>> weather = ["fine", "foul", "fine", "foul"] * 8
    >>> classifier = KerasTextClassifier(encoder=GRUEncoder(units=8), epochs=2, random_state=0)
    >>> classifier.fit(texts, weather).predict_proba(["sun and sand"]).shape
    (1, 2)
    >>> classifier.set_params(encoder__units=16).encoder.units
    16
    """


@text_estimator
class KerasTextRegressor(KerasParameters, BaseTextRegressor):
    """Predict numbers from texts with word embeddings and your own network.

    See Also
    --------
    KerasTextClassifier : The same for classes; explains encoders.
    CNNTextRegressor, LSTMTextRegressor : Ready and faster networks.

    Examples
    --------
    >>> from skembed import KerasTextRegressor
    >>> texts = ["a short walk", "a long walk", "a short swim", "a long, long walk"] * 8
    >>> hours = [1.0, 4.0, 0.5, 8.0] * 8
    >>> regressor = KerasTextRegressor(epochs=2, random_state=0)
    >>> regressor.fit(texts, hours).predict(["a long swim"]).shape
    (1,)
    """
