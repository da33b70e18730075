"""Networks without a linear model beside them, as they are compared with hand-written Keras."""

from typing import Any

ALONE: dict[str, dict[str, Any]] = {
    "CNNTextClassifier": {"wide": False},
    "LSTMTextClassifier": {"wide": False, "pooling": "last", "bidirectional": False},
}
"""Parameters that make a network do what the recorded measurements say, by its class."""


def network_alone(name: str, **parameters: Any) -> Any:
    """Make a classifier by its class and parameters; those of `ALONE` are not its defaults."""
    import skembed

    return getattr(skembed, name)(**{**ALONE[name], **parameters})
