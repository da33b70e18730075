"""GloveVectorizer: hand-worked features, what may come in, and a small state."""

import pickle
import re

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from skembed.text import KerasTokenizer, TokenSequences
from skembed.vectors import GloveVectorizer, WordVectors

EIGHT_WORDS = {
    "the": [1, 0],
    "sun": [2, 2],
    "moon": [0, -2],
    "sea": [4, 0],
    "tide": [-1, 3],
    "and": [1, 1],
    "rises": [0, 5],
    "falls": [0, -5],
}
TEXTS = ["The sun rises.", "the moon falls and falls", "Zephyr, the sea!", "zephyr", ""]
ALL_POOLINGS = {"pooling": ("mean", "max", "min", "sum", "sif", "tfidf")}


@pytest.fixture(scope="module")
def vectors():
    """Return the eight words in memory."""
    return WordVectors(list(EIGHT_WORDS), list(EIGHT_WORDS.values()))


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Return the eight words as a GloVe file, its cache apart from the user's."""
    monkeypatch.setenv("SKEMBED_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "eight.txt"
    lines = [f"{word} {x} {y}" for word, (x, y) in EIGHT_WORDS.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


# --- values ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pooling", "expected"),
    [
        ("mean", [[1, 7 / 3], [2 / 5, -11 / 5], [5 / 2, 0]]),
        ("sum", [[3, 7], [2, -11], [5, 0]]),
        ("max", [[2, 5], [1, 1], [4, 0]]),
        ("min", [[0, 0], [0, -5], [1, 0]]),
    ],
)
def test_poolings_by_hand(path, pooling, expected):
    features = GloveVectorizer(path, pooling=pooling).fit_transform(TEXTS)
    assert features.dtype == np.float32
    assert_allclose(features, [*expected, [0, 0], [0, 0]], rtol=1e-6)


def test_tfidf_by_hand(vectors):
    features = GloveVectorizer(vectors, pooling="tfidf").fit_transform(TEXTS)
    once, thrice = np.log(6 / 2) + 1, np.log(6 / 4) + 1  # of five documents
    # "zephyr" has no vector: neither above nor below the line
    assert_allclose(features[2], [(4 * once + thrice) / (once + thrice), 0], rtol=1e-6)
    weights = thrice, once, 2 * once, once  # the, moon, falls twice, and
    rows = [EIGHT_WORDS[word] for word in ("the", "moon", "falls", "and")]
    assert_allclose(features[1], np.average(rows, axis=0, weights=weights), rtol=1e-6)


def sif_slowly(texts, a):
    """Follow the paper's algorithm 1 word for word."""
    tokens = [text.lower().replace(".", "").replace(",", "").replace("!", "") for text in texts]
    tokens = [text.split() for text in tokens]
    corpus = [word for document in tokens for word in document]
    rows = []
    for document in tokens:
        known = [word for word in document if word in EIGHT_WORDS]
        row = np.zeros(2)
        for word in known:
            share = corpus.count(word) / len(corpus)
            row += a / (a + share) * np.array(EIGHT_WORDS[word]) / len(known)
        rows.append(row)
    u = np.linalg.svd(np.array(rows))[2][0]
    return np.array([row - u * (u @ row) for row in rows])


@pytest.mark.parametrize("a", [1e-3, 0.5])
def test_sif_equals_the_papers_algorithm(vectors, a):
    texts = TEXTS[:4]  # an empty document would count as one unknown token
    words = KerasTokenizer()  # marks would count as words
    vectorizer = GloveVectorizer(vectors, pooling="sif", sif_a=a, tokenizer=words)
    features = vectorizer.fit_transform(texts)
    assert_allclose(features, sif_slowly(texts, a), atol=1e-6)
    assert features[:3].any(axis=1).all()


def test_sif_removes_in_transform_what_fit_has_learned(vectors):
    vectorizer = GloveVectorizer(vectors, pooling="sif").fit(TEXTS)
    component = vectorizer.common_component_
    assert_allclose(np.linalg.norm(component), 1, rtol=1e-6)
    assert_allclose(vectorizer.transform(["the sea", "sun"]) @ component, [0, 0], atol=1e-6)
    assert not vectorizer.transform(["", "zephyr"]).any()
    assert GloveVectorizer(vectors).fit(TEXTS).common_component_ is None


def test_several_poolings_stand_side_by_side_in_the_order_given(vectors):
    together = GloveVectorizer(vectors, pooling=["sif", "max"]).fit_transform(TEXTS)
    single = [GloveVectorizer(vectors, pooling=p).fit_transform(TEXTS) for p in ("sif", "max")]
    assert_array_equal(together, np.hstack(single))


def test_a_word_first_met_in_transform_is_unknown(vectors):
    vectorizer = GloveVectorizer(vectors).fit(["the sun"])
    assert_array_equal(vectorizer.transform(["sea", "sun sea"]), [[0, 0], [2, 2]])


def test_coverage(vectors):
    coverage = GloveVectorizer(vectors).fit(TEXTS[:4]).coverage_
    assert coverage.missing == (("zephyr", 2), (".", 1), (",", 1), ("!", 1))
    assert (coverage.n_types, coverage.n_tokens) == (11, 15)
    assert coverage.type_share == 7 / 11
    assert coverage.token_share == 10 / 15


# --- input ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "collection",
    [
        tuple,
        np.array,
        pd.Series,
        pl.Series,
        pa.array,
        lambda texts: np.array(texts, dtype=object)[:, None],
        lambda texts: pd.DataFrame({"text": texts}),
        lambda texts: pl.DataFrame({"text": texts}),
    ],
)
def test_every_collection_gives_the_same(vectors, collection):
    vectorizer = GloveVectorizer(vectors, **ALL_POOLINGS)
    expected = vectorizer.fit_transform(TEXTS)
    assert_array_equal(clone(vectorizer).fit_transform(collection(TEXTS)), expected)
    assert_allclose(vectorizer.transform(collection(TEXTS)), expected, atol=1e-6)


def test_sequences_give_the_same_as_documents(vectors):
    tokenizer = KerasTokenizer(tokenizer="unicode").fit(TEXTS)
    sequences = tokenizer.transform(TEXTS)
    vectorizer = GloveVectorizer(vectors, **ALL_POOLINGS)
    on_documents = clone(vectorizer).fit(TEXTS)
    assert_allclose(vectorizer.fit_transform(sequences), on_documents.transform(TEXTS), atol=1e-6)
    new = ["the sea", "unheard of"]
    features = vectorizer.transform(tokenizer.transform(new))
    assert_array_equal(features, on_documents.transform(new))


def test_sequences_must_carry_the_vocabulary_seen_in_fit(vectors):
    with pytest.raises(ValueError, match="X has no vocabulary, so the words of its ids"):
        GloveVectorizer(vectors).fit(TokenSequences([2], [0, 1]))
    with pytest.raises(ValueError, match="X holds the id 9, but its vocabulary ends at 2"):
        GloveVectorizer(vectors).fit(TokenSequences([9], [0, 1], {"sun": 2}))
    with pytest.raises(ValueError, match="X holds no documents"):
        GloveVectorizer(vectors).fit(TokenSequences([], [0], {"sun": 2}))
    vectorizer = GloveVectorizer(vectors).fit(TokenSequences([2], [0, 1], {"sun": 2}))
    with pytest.raises(ValueError, match="X has another vocabulary than the one seen in fit"):
        vectorizer.transform(TokenSequences([2], [0, 1], {"sea": 2}))
    with pytest.raises(ValueError, match="was fitted on TokenSequences and has no tokenizer"):
        vectorizer.transform(TEXTS)


def test_bad_documents_are_refused(vectors):
    with pytest.raises(TypeError, match="To pass a single document, put it into a list"):
        GloveVectorizer(vectors).fit("the sun")
    with pytest.raises(TypeError, match=re.escape("X[1] is None")):
        GloveVectorizer(vectors).fit(["the sun", None])
    with pytest.raises(TypeError, match=re.escape("X[0] is nan")):
        GloveVectorizer(vectors).fit(TEXTS).transform([float("nan")])
    with pytest.raises(ValueError, match="X holds no documents"):
        GloveVectorizer(vectors).fit([])


def test_no_word_with_a_vector_says_what_to_check(path, monkeypatch):
    monkeypatch.chdir(path.parent)  # longer paths are not repeated in the message
    message = (
        "None of the 3 distinct words of X has a vector; the most frequent ones are: 'die', "
        "'sonne', 'scheint'. Check that 'eight.txt' is in the language of the texts"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        GloveVectorizer("eight.txt").fit(["Die Sonne scheint"])
    with pytest.raises(ValueError, match="the most frequent ones are: none at all"):
        GloveVectorizer(path).fit(KerasTokenizer().fit(["die"]).transform(["", "!"]))


def test_unfitted(vectors):
    with pytest.raises(NotFittedError, match="This GloveVectorizer instance is not fitted yet"):
        GloveVectorizer(vectors).transform(TEXTS)
    with pytest.raises(NotFittedError, match="This GloveVectorizer instance is not fitted yet"):
        GloveVectorizer(vectors).get_feature_names_out()


@pytest.mark.parametrize(
    "pooling", ["median", (), ("mean", "median"), ["mean", "mean"], {"mean"}, None, ("mean", 1)]
)
def test_unknown_pooling(vectors, pooling):
    message = (
        "The 'pooling' parameter of GloveVectorizer must be one of {'mean', 'max', 'min', 'sum', "
        "'sif', 'tfidf'} or a tuple or list of different ones of them. Got "
        f"{pooling!r} instead."
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        GloveVectorizer(vectors, pooling=pooling).fit(TEXTS)


def test_tokenizer_must_give_sequences(vectors):
    vectorizer = GloveVectorizer(vectors, tokenizer=KerasTokenizer(output="padded"))
    message = "The tokenizer of GloveVectorizer must have output='sequences', got output='padded'."
    with pytest.raises(ValueError, match=re.escape(message)):
        vectorizer.fit(TEXTS)


# --- output ---------------------------------------------------------------------------


def test_output_sequences(vectors):
    vectorizer = GloveVectorizer(vectors, output="sequences")
    sequences = vectorizer.fit_transform(TEXTS)
    assert isinstance(sequences, TokenSequences)
    assert sequences == vectorizer.transform(TEXTS)
    for word, i in sequences.vocabulary.items():
        assert_array_equal(sequences.vectors[i], EIGHT_WORDS.get(word, [0, 0]))
    assert not sequences.vectors[:2].any()
    assert not hasattr(vectorizer, "get_feature_names_out")


def test_alone_equals_in_a_batch(vectors):
    vectorizer = GloveVectorizer(vectors, **ALL_POOLINGS).fit(TEXTS)
    together = vectorizer.transform(TEXTS)
    alone = np.vstack([vectorizer.transform([text]) for text in TEXTS])
    assert_allclose(alone, together, rtol=0, atol=1e-6)
    assert vectorizer.transform([]).shape == (0, 12)


# --- parameters and state -------------------------------------------------------------


def test_clone_and_pickle_carry_the_name_not_the_matrix(vectors, path):
    vectorizer = GloveVectorizer(str(path)).fit(TEXTS)
    assert clone(vectorizer).embeddings == vectorizer.embeddings == str(path)
    assert clone(GloveVectorizer(vectors)).embeddings is vectors
    assert len(pickle.dumps(GloveVectorizer())) < 500


def test_transform_after_pickling_needs_no_file(path):
    vectorizer = GloveVectorizer(path, **ALL_POOLINGS)
    features = vectorizer.fit_transform(TEXTS)
    stored = pickle.dumps(vectorizer)
    path.unlink()
    revived = pickle.loads(stored)
    assert_allclose(revived.transform(TEXTS), features, atol=1e-6)
    assert_array_equal(revived.vectors_, vectorizer.vectors_)
    assert joblib.hash(revived) == joblib.hash(vectorizer)


def test_pickle_holds_the_used_rows_only(tmp_path, monkeypatch):
    monkeypatch.setenv("SKEMBED_CACHE", str(tmp_path / "cache"))
    words = [f"word{i}" for i in range(2000)]
    rows = np.random.default_rng(0).normal(size=(2000, 100)).round(3)
    path = tmp_path / "big.txt"
    lines = (f"{word} {' '.join(map(str, row))}" for word, row in zip(words, rows, strict=True))
    path.write_text("\n".join(lines), encoding="utf-8")
    absent = " ".join(f"absent{i}" for i in range(500))
    vectorizer = GloveVectorizer(str(path)).fit([" ".join(words[:50]), absent])
    assert vectorizer.vectors_.shape == (552, 100)
    assert len(pickle.dumps(vectorizer)) < 50 * 100 * 4 + 30_000


def test_refitting_forgets_the_first_corpus(vectors):
    vectorizer = GloveVectorizer(vectors, pooling="sif").fit(["tide sea", "sea"])
    expected = GloveVectorizer(vectors).fit(TEXTS)
    again = vectorizer.set_params(pooling="mean").fit(TEXTS)
    assert joblib.hash(vars(again)) == joblib.hash(vars(expected))


def test_pooling_set_after_fit(vectors):
    vectorizer = GloveVectorizer(vectors).fit(TEXTS).set_params(pooling="sif")
    with pytest.raises(ValueError, match="pooling='sif' was set after fit"):
        vectorizer.transform(TEXTS)


def test_gensim_vectors_are_accepted(vectors):
    features = GloveVectorizer(vectors.to_gensim()).fit_transform(TEXTS)
    assert_array_equal(features, GloveVectorizer(vectors).fit_transform(TEXTS))
