"""What works, and what is said, where TensorFlow is not installed: ``nox -s no_tensorflow``."""

import importlib.util

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skembed import (
    CNNTextClassifier,
    GloveVectorizer,
    KerasTokenizer,
    LSTMTextClassifier,
    WordVectors,
    compare,
)

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is not None, reason="TensorFlow is installed"
)

TEXTS = ["sun and sea", "rain and wind", "sun, sand", "wind and hail"] * 5
LABELS = ["fine", "foul"] * 10
VECTORS = WordVectors(["sun", "sea", "rain", "wind"], np.eye(4))


@pytest.mark.parametrize("classifier", [CNNTextClassifier(), LSTMTextClassifier()])
@pytest.mark.parametrize("before", [(), (KerasTokenizer(),)])
def test_a_network_says_in_one_sentence_what_it_needs(classifier, before):
    message = (
        r"^The neural classifiers need TensorFlow, which is not installed: pip install "
        r'"tensorflow"\. Pooled vectors \(GloveVectorizer\) work without it\.$'
    )
    with pytest.raises(ImportError, match=message):
        make_pipeline(*before, classifier).fit(TEXTS, LABELS)


def test_pooled_vectors_are_compared():
    pooled = make_pipeline(GloveVectorizer(VECTORS), LogisticRegression())
    comparison = compare({"pooled": pooled}, TEXTS, LABELS, cv=2)
    assert comparison.means.tolist() == [1.0, 1.0]


def test_tokens_are_counted_and_covered():
    tokenizer = KerasTokenizer().fit(TEXTS)
    assert tokenizer.coverage(VECTORS).missing == (("and", 15), ("sand", 5), ("hail", 5))
