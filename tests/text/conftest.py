"""Keras, against which ids and padding are checked, imported once; and the sizes of corpora."""

import os
import warnings
from unittest.mock import patch

import pytest

from skembed.text import _words


@pytest.fixture(scope="session")
def keras():
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        if "TF_CPP_MIN_LOG_LEVEL" not in os.environ:
            patch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")  # and not for the processes of other tests
        warnings.simplefilter("ignore")  # those of TensorFlow's own imports
        return pytest.importorskip("keras")


@pytest.fixture(scope="session")
def cut_sizes():
    """Return a context with other sizes, in characters, at which texts are cut in another way."""

    def sizes(*, small_corpus=_words.SMALL_CORPUS, chunk=_words.CHUNK_CHARACTERS):
        return patch.multiple(_words, SMALL_CORPUS=small_corpus, CHUNK_CHARACTERS=chunk)

    return sizes


@pytest.fixture(scope="session")
def KerasReference(keras):
    """Keras's own, deprecated Tokenizer, which this package's ids must equal."""
    from tensorflow.keras.preprocessing.text import Tokenizer

    return Tokenizer
