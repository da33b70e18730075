"""FastTextVectorizer: subword vectors equal gensim's, and unknown words get one."""

import pickle
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from skembed.text import UNKNOWN_ID, KerasTokenizer
from skembed.vectors import FastTextVectorizer

FastText = pytest.importorskip("gensim.models").FastText
ft_ngram_hashes = pytest.importorskip("gensim.models.fasttext").ft_ngram_hashes

TEXTS = [
    "sunshine over the northern sea",
    "moonlight over the southern sea",
    "sunlight and moonshine move the tides",
    "the tides follow the moonlight",
    "northern sunshine and southern moonlight",
    "singular",
    "",
] * 3
SMALL = {"n_dims": 8, "epochs": 2, "min_count": 4, "n_buckets": 500, "random_state": 0}
NEW_WORDS = ["moonlights", "sunshines", "overthe", "seas"]


@pytest.fixture(scope="module")
def fitted():
    """Return a fitted vectorizer that no test changes."""
    return FastTextVectorizer(**SMALL).fit(TEXTS)


@pytest.fixture(scope="module")
def gensim_vectors():
    """Return the vectors of the same training by gensim itself."""
    return train_gensim(n_buckets=500)


def train_gensim(n_buckets):
    seed = np.random.RandomState(0).randint(np.iinfo(np.int32).max)
    return FastText(
        sentences=[text.split() for text in TEXTS if text],
        vector_size=8,
        min_count=4,
        sg=1,
        epochs=2,
        bucket=n_buckets,
        seed=seed,
        workers=1,
    ).wv


def test_trained_words_have_gensims_vectors(fitted, gensim_vectors):
    assert len(gensim_vectors) < len(fitted.vocabulary_)
    for word in gensim_vectors.index_to_key:
        row = fitted.vectors_[fitted.vocabulary_[word]]
        assert_allclose(row, gensim_vectors[word], rtol=1e-5)


def test_only_used_buckets_are_kept(fitted, gensim_vectors):
    assert len(fitted.ngram_buckets_) < 500
    used = gensim_vectors.vectors_ngrams[fitted.ngram_buckets_]
    assert_allclose(fitted.ngram_vectors_, used, rtol=1e-5)


def test_rare_and_new_words_get_the_mean_of_their_trained_ngrams(fitted, gensim_vectors):
    for word in ["singular", *NEW_WORDS]:
        buckets = ft_ngram_hashes(word, 3, 6, 500)
        trained = [bucket for bucket in buckets if bucket in fitted.ngram_buckets_]
        assert trained
        expected = gensim_vectors.vectors_ngrams[trained].mean(axis=0)
        assert_allclose(fitted.transform([word])[0], expected, atol=1e-6)


def test_subword_vectors_equal_gensims_where_every_bucket_is_used():
    fitted = FastTextVectorizer(**{**SMALL, "n_buckets": 20}).fit(TEXTS)
    assert_array_equal(fitted.ngram_buckets_, np.arange(20))
    gensim_vectors = train_gensim(n_buckets=20)
    expected = [gensim_vectors.get_vector(word) for word in NEW_WORDS]
    assert_allclose(fitted.transform(NEW_WORDS), expected, atol=1e-6)


def test_a_new_word_is_pooled_with_the_known_ones(fitted):
    alone = fitted.transform(["moonlights", "sunshine", "the"])
    together = fitted.transform(["sunshine the moonlights"])
    assert_allclose(together[0], alone.mean(axis=0), atol=1e-6)


@pytest.mark.parametrize(
    "tokenizer", [None, KerasTokenizer(max_tokens=6), KerasTokenizer(min_df=4)]
)
def test_fit_transform_equals_transform(tokenizer):
    vectorizer = FastTextVectorizer(
        tokenizer=tokenizer, pooling=("mean", "max", "min", "sum", "sif", "tfidf"), **SMALL
    )
    features = vectorizer.fit_transform(TEXTS)
    assert features[:6].any(axis=1).all()
    assert_allclose(vectorizer.transform(TEXTS), features, atol=1e-6)


def test_words_cut_off_by_the_tokenizer_are_kept_by_their_ngrams():
    vectorizer = FastTextVectorizer(tokenizer=KerasTokenizer(max_tokens=4, max_length=3), **SMALL)
    vectorizer.fit(TEXTS)
    assert len(vectorizer.vocabulary_) == 2
    ends = vectorizer.transform(["x y z over the southern sea"])  # the last three words count
    assert_array_equal(ends, vectorizer.transform(["the southern sea"]))


def test_a_new_word_weighs_as_one_never_counted():
    vectorizer = FastTextVectorizer(pooling="tfidf", **SMALL).fit(TEXTS)
    idf = vectorizer.token_weights_["tfidf"][vectorizer.vocabulary_["the"]]
    unseen = np.log(1 + len(TEXTS)) + 1
    the, new = vectorizer.transform(["the", "moonlights"]).astype(np.float64)
    both = vectorizer.transform(["the moonlights"])[0]
    assert_allclose(both, (idf * the + unseen * new) / (idf + unseen), atol=1e-6)


def test_sequences_leave_unknown_words_unknown(fitted):
    vectorizer = clone(fitted).set_params(output="sequences").fit(TEXTS)
    sequences = vectorizer.transform(["moonlights over"])
    assert_array_equal(sequences.ids, [UNKNOWN_ID, vectorizer.vocabulary_["over"]])
    assert_array_equal(sequences.vectors, fitted.vectors_)


def test_alone_in_a_batch_and_after_pickling(fitted):
    texts = [*TEXTS, "moonlights and seas", "夜"]
    features = fitted.transform(texts)
    assert np.isfinite(features).all()
    revived = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(revived.transform(texts), features)
    for i in (0, 5, 6, 21, 22):
        assert_allclose(fitted.transform([texts[i]])[0], features[i], rtol=0, atol=1e-6)


def test_pickle_holds_the_used_rows_only(fitted):
    rows = len(fitted.ngram_vectors_) + len(fitted.vectors_)
    assert len(pickle.dumps(fitted)) < rows * (8 * 4 + 8) + 10_000


def test_min_n_beyond_max_n():
    message = "min_n must not be greater than max_n, got min_n=5 and max_n=4."
    with pytest.raises(ValueError, match=re.escape(message)):
        FastTextVectorizer(min_n=5, max_n=4).fit(TEXTS)


@pytest.mark.parametrize("name", ["min_n", "max_n", "n_buckets"])
def test_parameters_out_of_range(name):
    message = f"The '{name}' parameter of FastTextVectorizer must be an int in the range"
    with pytest.raises(ValueError, match=re.escape(message)):
        FastTextVectorizer(**{name: 0}).fit(TEXTS)


def test_half_a_surrogate_pair_is_a_letter_that_training_does_not_see():
    whole = ["sunny day here", "rainy day there"] * 5
    broken = [f"{text} sunn\ud800" for text in whole]
    parameters = dict(n_dims=4, min_count=1, min_n=3, max_n=3, random_state=0)
    fitted = FastTextVectorizer(**parameters).fit(broken)
    trained = FastTextVectorizer(**parameters).fit(whole)
    assert_array_equal(fitted.transform(["sunny day"]), trained.transform(["sunny day"]))
    # what it shares with "sunny" are the parts "<su", "sun" and "unn"
    alike = trained.transform(["sunn"])[0]
    assert np.abs(fitted.transform(["sunn\ud800"])[0] - alike).max() < np.abs(alike).max()
    assert not np.isnan(fitted.transform(["\udfff\ud800"])).any()
