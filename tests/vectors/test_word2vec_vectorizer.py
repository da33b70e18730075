"""Word2VecVectorizer: trained by gensim, reproducible, gone with its corpus."""

import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skembed.text import KerasTokenizer
from skembed.vectors import Word2VecVectorizer

Word2Vec = pytest.importorskip("gensim.models").Word2Vec

TEXTS = [
    "the sun rises over the sea",
    "the moon rises over the tide",
    "sun and moon move the sea",
    "the tide follows the moon",
    "rare",
    "",
] * 5
LABELS = [0, 1, 0, 1, 0, 1] * 5
SMALL = {"n_dims": 8, "epochs": 3, "random_state": 0}

HASH_SCRIPT = f"""
from skembed.vectors import Word2VecVectorizer
vectorizer = Word2VecVectorizer(n_dims=8, epochs=3, random_state=0)
print(vectorizer.fit_transform({TEXTS!r}).tobytes().hex())
"""


@pytest.fixture(scope="module")
def fitted():
    """Return a fitted vectorizer that no test changes."""
    return Word2VecVectorizer(**SMALL).fit(TEXTS)


def test_vectors_are_gensims(fitted):
    tokens = [text.split() for text in TEXTS if text]
    seed = np.random.RandomState(0).randint(np.iinfo(np.int32).max)
    model = Word2Vec(tokens, vector_size=8, min_count=2, sg=1, epochs=3, seed=seed, workers=1)
    assert set(model.wv.index_to_key) == set(fitted.vocabulary_)
    for word, i in fitted.vocabulary_.items():
        assert_allclose(fitted.vectors_[i], model.wv[word], rtol=1e-5)


def test_pooled_mean_equals_the_rows_of_the_tokens(fitted):
    rows = [fitted.vectors_[fitted.vocabulary_[word]] for word in TEXTS[3].split()]
    assert_allclose(fitted.transform([TEXTS[3]])[0], np.mean(rows, axis=0), atol=1e-6)


def test_same_seed_same_vectors_another_seed_others(fitted):
    again = clone(fitted).fit(TEXTS)
    assert_array_equal(again.vectors_, fitted.vectors_)
    other = clone(fitted).set_params(random_state=1).fit(TEXTS)
    assert np.abs(other.vectors_ - fitted.vectors_).max() > 1e-3


def test_result_does_not_depend_on_the_hash_seed(fitted):
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", HASH_SCRIPT],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == fitted.transform(TEXTS).tobytes().hex()


def test_unknown_and_empty_documents_are_zeros(fitted):
    assert not fitted.transform(["", "something new", "!"]).any()


def test_min_count_leaves_words_without_a_vector():
    vectorizer = Word2VecVectorizer(min_count=2, **SMALL).fit(["sun sun moon", "sun moon tide"])
    assert vectorizer.coverage_.missing == (("tide", 1),)
    assert not vectorizer.vectors_[vectorizer.vocabulary_["tide"]].any()


def test_no_word_frequent_enough():
    message = "No word of X occurs min_count=9 times, the most frequent one occurs 2 times"
    with pytest.raises(ValueError, match=message):
        Word2VecVectorizer(min_count=9).fit(["sun moon", "sun"])
    with pytest.raises(ValueError, match="the most frequent one occurs 0 times"):
        Word2VecVectorizer().fit(KerasTokenizer().fit(["sun"]).transform(["", "!"]))


def test_sequences_give_the_same_as_documents(fitted):
    sequences = KerasTokenizer(max_tokens=None).fit_transform(TEXTS)
    features = Word2VecVectorizer(**SMALL).fit_transform(sequences)
    assert_array_equal(features, fitted.transform(TEXTS))


def test_output_sequences_carries_the_vectors(fitted):
    vectorizer = clone(fitted).set_params(output="sequences")
    sequences = vectorizer.fit_transform(TEXTS)
    assert_array_equal(sequences.vectors, fitted.vectors_)
    assert_array_equal(vectorizer.transform(["new moon"]).ids, [1, fitted.vocabulary_["moon"]])


def test_long_documents_are_cut_for_the_training_only():
    rng = np.random.default_rng(0)
    known = rng.choice(["sun", "moon", "tide", "sea"], 20_000).tolist()
    rare = [f"rare{i}" for i in range(10_000)]  # left out before a document is cut
    long = [word for three in zip(known[::2], known[1::2], rare, strict=True) for word in three]
    vectorizer = Word2VecVectorizer(tokenizer=KerasTokenizer(max_tokens=6), **SMALL)
    cut = clone(vectorizer).fit([" ".join(known[:10_000]), " ".join(known[10_000:])])
    assert_array_equal(vectorizer.fit([" ".join(long)]).vectors_, cut.vectors_)
    rows = [vectorizer.vectors_[vectorizer.vocabulary_[word]] for word in known]
    assert_allclose(vectorizer.transform([" ".join(long)])[0], np.mean(rows, axis=0), atol=1e-5)


def test_pickle_needs_no_gensim(fitted):
    code = (
        "import pickle, sys; v = pickle.load(sys.stdin.buffer);"
        "print(v.transform(['the moon']).tobytes().hex(), 'gensim' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(fitted), capture_output=True, check=True
    )
    expected = fitted.transform(["the moon"]).tobytes().hex()
    assert done.stdout.decode().split() == [expected, "False"]


def test_grid_search_with_two_jobs_equals_one():
    pipeline = make_pipeline(Word2VecVectorizer(**SMALL), LogisticRegression())
    grid = {"word2vecvectorizer__window": [2, 5]}
    scores = [
        GridSearchCV(pipeline, grid, cv=2, n_jobs=jobs, scoring="neg_log_loss")
        .fit(TEXTS, LABELS)
        .cv_results_["mean_test_score"]
        for jobs in (1, 2)
    ]
    assert_array_equal(*scores)


@pytest.mark.parametrize(
    "parameters",
    [{"n_dims": 0}, {"window": 0}, {"min_count": 0}, {"negative": 0}, {"learning_rate": 0}],
)
def test_parameters_out_of_range(parameters):
    (name,) = parameters
    message = f"The '{name}' parameter of Word2VecVectorizer must be"
    with pytest.raises(ValueError, match=message):
        Word2VecVectorizer(**parameters).fit(TEXTS)
