"""Keras, against which ids and padding are checked; imported once."""

import os
import warnings

import pytest


@pytest.fixture(scope="session")
def keras():
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        if "TF_CPP_MIN_LOG_LEVEL" not in os.environ:
            patch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")  # and not for the processes of other tests
        warnings.simplefilter("ignore")  # those of TensorFlow's own imports
        return pytest.importorskip("keras")


@pytest.fixture(scope="session")
def KerasReference(keras):
    """Keras's own, deprecated Tokenizer, which this package's ids must equal."""
    from tensorflow.keras.preprocessing.text import Tokenizer

    return Tokenizer
