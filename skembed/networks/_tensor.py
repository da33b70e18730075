"""What functions on tensors take."""

from typing import Any

Tensor = Any
"""A tensor of Keras or of its backend: Keras has no types, and each backend a class of its own."""
