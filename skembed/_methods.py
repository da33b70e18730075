"""Methods and attributes that people know from Keras, and what to use instead."""

from typing import TYPE_CHECKING, Any

_SAVE = {"fit": "Call skembed.save(estimator, path)."}
_LOAD = {"fit": "Call skembed.load(path)."}
_NETWORK = {"network_": "After fit, network_ is the Keras model."}
OF_KERAS: dict[str, dict[str, str]] = {
    "compile": {
        "network_": "Leave it out: fit compiles the network. Pass loss, optimizer and "
        "learning_rate to the constructor."
    },
    "evaluate": {"score": "Call score(X, y)."},
    "fit_on_texts": {"transform": "Call fit(texts)."},
    "history": {"history_": "After fit, history_ holds the figures of each epoch."},
    "index_word": {"get_vocabulary": "After fit, get_vocabulary() lists the words by their ids."},
    "load": _LOAD,
    "load_weights": _LOAD,
    "model": _NETWORK,
    "model_": _NETWORK,
    "predict_classes": {"predict": "Call predict(X)."},
    "save": _SAVE,
    "save_weights": _SAVE,
    "sequences_to_texts": {"inverse_transform": "Call inverse_transform(sequences)."},
    "summary": {"network_": "After fit, call network_.summary()."},
    "texts_to_sequences": {"transform": "Call transform(texts)."},
    "word_index": {"get_vocabulary": "After fit, vocabulary_ maps words to their ids."},
}
"""What to use instead of a name of Keras, if the class has the attribute that is the key."""


class KerasNamesMixin:
    """Says what to use instead of a name of Keras. All other errors stay as they are."""

    if not TYPE_CHECKING:  # which would believe that every name exists

        def __getattr__(self, name: str) -> Any:
            for needed, way_out in OF_KERAS.get(name, {}).items():
                if hasattr(type(self), needed):
                    kind = type(self).__name__
                    raise AttributeError(f"{kind!r} object has no attribute {name!r}. {way_out}")
            return object.__getattribute__(self, name)  # raises the first error again
