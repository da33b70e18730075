"""A document has the same probabilities alone, in a batch and in a corpus, whatever its letters."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.base import clone

from skembed import CNNTextClassifier, KerasTokenizer, LSTMTextClassifier, to_onnx
from skembed.serve import Predictor

# Small letters of both kinds are known words, so that a capital read in two ways would show.
TEXTS = ["ασ α i sun", "ας α i\u0307 rain", "ss · sun", "ß ’ hail"] * 10
LABELS = ["fine", "foul"] * 20
LETTERS = [*"ΑΣασςİIıẞßSs·’'.!-", *" \t\x00\x0b\x1c\x85\xa0\u2028\u3000", *"\u0301\u0307\u200b"]
LETTERS += [*"\u200c\u200d\ufe0f\ufeff\ud83d\ude00", "😀", "👩\u200d👧", "sun ", "rain "]
DOCUMENTS = st.lists(st.sampled_from(LETTERS), max_size=10).map("".join)

LARGE_CORPUS = 1 << 13
"""Characters of a corpus that is cut with operations on arrays."""

TRAINING = {"epochs": 6, "learning_rate": 0.05, "batch_size": 16, "random_state": 3}
CNN = CNNTextClassifier(embedding_dim=4, filters=6, kernel_sizes=(1, 2), **TRAINING)
MODELS = {
    "cnn": CNN,
    "keras": clone(CNN).set_params(tokenizer=KerasTokenizer()),
    "characters": clone(CNN).set_params(tokenizer=KerasTokenizer(char_level=True)),
    "lstm": LSTMTextClassifier(embedding_dim=4, units=6, **TRAINING),
    "wide": clone(CNN).set_params(wide=True),
}


@pytest.fixture(scope="module", params=MODELS)
def model(request, tmp_path_factory):
    """Return what gives the probabilities of a fitted classifier, and of its Predictor."""
    classifier = clone(MODELS[request.param]).fit(TEXTS, LABELS)
    path = tmp_path_factory.mktemp("onnx") / "model.onnx"
    to_onnx(classifier, path)
    return classifier.predict_proba, Predictor(path).predict_proba


@settings(max_examples=15)
@given(documents=st.lists(DOCUMENTS, max_size=4))
@example(documents=["ΑΣ·Α", "ΑΣ’Α I", "ΑΣ\u200bΑ", "ΑΣ", "İ ẞ"])
def test_probabilities_are_the_same_alone_in_a_batch_and_in_a_corpus(model, documents):
    documents = [*documents, "sun"]
    copies = LARGE_CORPUS // sum(map(len, documents)) + 1
    for predict_proba in model:
        alone = np.vstack([predict_proba([document]) for document in documents])
        batch = predict_proba(documents)
        corpus = predict_proba(documents * copies)[-len(documents) :]
        assert_allclose(batch, alone, rtol=0, atol=1e-5)
        assert_allclose(corpus, alone, rtol=0, atol=1e-5)
    classifier, predictor = (predict_proba(documents) for predict_proba in model)
    assert_allclose(predictor, classifier, rtol=0, atol=1e-5)


def test_a_letter_read_in_two_ways_would_show(model):
    predict_proba, _ = model
    assert abs(np.diff(predict_proba(["ασ", "ας"])[:, 0])[0]) > 1e-3
