"""A document has the same features alone, in a batch and in a corpus, whatever its letters."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from skembed import (
    FastTextVectorizer,
    GloveVectorizer,
    KerasTokenizer,
    Word2VecVectorizer,
    WordVectors,
)

# Small letters of both kinds are known words, so that a capital read in two ways would show.
TEXTS = ["ασ α i sun", "ας α i\u0307 rain", "ss · sun", "ß ’ hail"] * 5
WORDS = sorted({word for text in TEXTS for word in text.split()})
VECTORS = WordVectors(WORDS, np.eye(len(WORDS), dtype=np.float32))
LETTERS = [*"ΑΣασςİIıẞßSs·’'.!-", *" \t\x00\x0b\x1c\x85\xa0\u2028\u3000", *"\u0301\u0307\u200b"]
LETTERS += [*"\u200c\u200d\ufe0f\ufeff\ud83d\ude00", "😀", "👩\u200d👧", "sun ", "rain "]
DOCUMENTS = st.lists(st.sampled_from(LETTERS), max_size=10).map("".join)

SMALL = {"n_dims": 4, "epochs": 2, "min_count": 1, "random_state": 0}
VECTORIZERS = {
    "glove": lambda **given: GloveVectorizer(VECTORS, pooling=("mean", "sif", "tfidf"), **given),
    "word2vec": lambda **given: Word2VecVectorizer(pooling=("max", "sum"), **SMALL, **given),
    "fasttext": lambda **given: FastTextVectorizer(
        pooling=("mean", "sif"), n_buckets=50, **SMALL, **given
    ),
}


@pytest.fixture(scope="module", params=VECTORIZERS)
def make(request):
    return VECTORIZERS[request.param]


@pytest.fixture(scope="module", params=[None, "glove"])
def fitted(request, make):
    return make(tokenizer=KerasTokenizer(None, tokenizer=request.param)).fit(TEXTS)


@settings(max_examples=25)
@given(documents=st.lists(DOCUMENTS, max_size=4))
@example(documents=["ΑΣ·Α", "ΑΣ’Α I", "ΑΣ\u200bΑ", "ΑΣ", "İ ẞ"])
@example(documents=["", "·"])
def test_features_are_the_same_alone_in_a_batch_and_in_a_corpus(fitted, documents):
    alone = [fitted.transform([document])[0] for document in [*documents, "sun"]]
    assert_allclose(fitted.transform([*documents, "sun"]), alone, rtol=0, atol=1e-6)
    corpus = [*documents, "sun"] * 4096  # more characters than are read document by document
    found = fitted.transform(corpus)[-len(documents) - 1 :]
    assert_allclose(found, alone, rtol=0, atol=1e-6)


def test_documents_without_words_have_features(fitted):
    for documents in ([""], ["", " "]):
        np.testing.assert_array_equal(
            fitted.transform(documents), fitted.transform([" "])[[0] * len(documents)]
        )
