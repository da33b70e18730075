import pickle
import re
import sys

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import StratifiedKFold, cross_val_score, train_test_split
from sklearn.utils import _safe_indexing, check_array, indexable, resample, shuffle

from skembed.text import TokenSequences

IDS = [5, 7, 6, 2, 3, 4, 9, 1]
OFFSETS = [0, 1, 3, 7, 8]
DOCUMENTS = [[5], [7, 6], [2, 3, 4, 9], [1]]


@pytest.fixture
def sequences():
    return TokenSequences(IDS, OFFSETS, {"sun": 2})


def listed(sequences):
    assert isinstance(sequences, TokenSequences)
    return [document.tolist() for document in sequences]


def test_array_of_documents(sequences):
    assert len(sequences) == 4
    assert sequences.shape == (4,)
    assert sequences.ndim == 1
    assert sequences.ids.dtype == np.int32
    assert sequences.offsets.dtype == np.int64
    np.testing.assert_array_equal(sequences.lengths, [1, 2, 4, 1])
    assert listed(sequences) == DOCUMENTS


@pytest.mark.parametrize("position", [0, 2, 3, -1, -4, np.int64(1)])
def test_integer_gives_one_document(sequences, position):
    document = sequences[position]
    assert document.dtype == np.int32
    assert document.tolist() == DOCUMENTS[position]


@pytest.mark.parametrize(
    ("key", "rows"),
    [
        (slice(None), [0, 1, 2, 3]),
        (slice(1, 3), [1, 2]),
        (slice(None, None, -2), [3, 1]),
        (slice(9, 20), []),
        ([2, 0, 2], [2, 0, 2]),
        ([-1, -2], [3, 2]),
        ([], []),
        (np.array([3, 1]), [3, 1]),
        (np.array([], dtype=int), []),
        ([True, False, False, True], [0, 3]),
        (np.array([False] * 4), []),
        ((np.array([1, 2]), ...), [1, 2]),
    ],
)
def test_selection_gives_sequences(sequences, key, rows):
    selection = sequences[key]
    assert listed(selection) == [DOCUMENTS[row] for row in rows]
    assert selection.shape == (len(rows),)
    assert selection.vocabulary is sequences.vocabulary


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (4, "index 4 is out of bounds for axis 0 with size 4"),
        ([0, 9], "index 9 is out of bounds"),
        ([True, False], "boolean index did not match"),
        ((0, 1), "too many indices"),
        ("sun", "only integers, slices"),
        (None, "one dimension; indexing must not give shape (1, 4)."),
        ([[0, 1], [2, 3]], "one dimension; indexing must not give shape (2, 2)."),
    ],
)
def test_bad_index(sequences, key, message):
    with pytest.raises(IndexError, match=re.escape(message)):
        sequences[key]


def test_selection_keeps_vectors():
    vectors = np.ones((10, 3), dtype=np.float32)
    selection = TokenSequences(IDS, OFFSETS, vectors=vectors)[[1]]
    assert selection.vectors is vectors
    assert repr(selection) == "TokenSequences(n_samples=1, n_tokens=2, longest=2, n_dims=3)"


def test_scikit_learn_splits_them(sequences):
    y = np.array([0, 1, 0, 1])
    train, test, y_train, y_test = train_test_split(
        sequences, y, test_size=0.5, stratify=y, random_state=0
    )
    assert sorted(listed(train) + listed(test)) == sorted(DOCUMENTS)
    labels = {tuple(document): label for document, label in zip(DOCUMENTS, y, strict=True)}
    assert [labels[tuple(document)] for document in listed(train)] == y_train.tolist()
    assert [labels[tuple(document)] for document in listed(test)] == y_test.tolist()


def test_scikit_learn_indexes_them(sequences):
    assert listed(_safe_indexing(sequences, [2, 1])) == [DOCUMENTS[2], DOCUMENTS[1]]
    assert listed(_safe_indexing(sequences, slice(0, 2))) == DOCUMENTS[:2]
    mask = np.array([False, True, True, False])
    assert listed(_safe_indexing(sequences, mask)) == DOCUMENTS[1:3]
    assert _safe_indexing(sequences, 1).tolist() == DOCUMENTS[1]
    assert indexable(sequences, [1, 2, 3, 4])[0] is sequences
    assert sorted(listed(shuffle(sequences, random_state=0))) == sorted(DOCUMENTS)
    assert len(resample(sequences, n_samples=9, random_state=0)) == 9


class LengthClassifier(ClassifierMixin, BaseEstimator):
    """Says whether a document is longer than one token; checks what it is given."""

    def fit(self, X, y):
        assert isinstance(X, TokenSequences)
        assert len(X) == len(y)
        return self

    def score(self, X, y):
        assert isinstance(X, TokenSequences)
        return float(np.mean((X.lengths > 1) == y))


def test_cross_validation_splits_them(sequences):
    y = sequences.lengths > 1
    scores = cross_val_score(LengthClassifier(), sequences, y, cv=StratifiedKFold(2))
    np.testing.assert_array_equal(scores, [1, 1])


def test_equality(sequences):
    same = TokenSequences(np.array(IDS), np.array(OFFSETS), {"sun": 2})
    assert sequences == same
    assert (sequences != same) is False
    assert sequences != TokenSequences([*IDS[:-1], 2], OFFSETS, {"sun": 2})
    assert sequences != TokenSequences(IDS, [0, 2, 3, 7, 8], {"sun": 2})
    assert sequences != TokenSequences(IDS, OFFSETS, {"moon": 2})
    assert sequences != TokenSequences(IDS, OFFSETS)
    assert sequences != DOCUMENTS
    zeros, ones = np.zeros((10, 2), np.float32), np.ones((10, 2), np.float32)
    assert TokenSequences(IDS, OFFSETS, vectors=zeros) == TokenSequences(
        IDS, OFFSETS, vectors=zeros.copy()
    )
    assert TokenSequences(IDS, OFFSETS, vectors=zeros) != TokenSequences(IDS, OFFSETS, vectors=ones)
    assert TokenSequences(IDS, OFFSETS, vectors=zeros) != TokenSequences(IDS, OFFSETS)
    with pytest.raises(TypeError, match="unhashable"):
        hash(sequences)


def test_pickle_and_joblib_hash(sequences):
    assert pickle.loads(pickle.dumps(sequences)) == sequences
    assert joblib.hash(sequences) == joblib.hash(TokenSequences(IDS, OFFSETS, {"sun": 2}))
    assert joblib.hash(sequences) != joblib.hash(sequences[:3])


def test_slice_pickles_only_the_slice():
    many = TokenSequences(np.full(100_000, 2), np.arange(100_001))
    assert len(pickle.dumps(many)) > 1_000_000
    for slice_ in (many[:10], many[10:20], many[[5, 9]]):
        assert len(pickle.dumps(slice_)) < 1000


@pytest.mark.parametrize("truncating", ["pre", "post"])
@pytest.mark.parametrize("padding", ["pre", "post"])
@pytest.mark.parametrize("max_length", [None, 1, 2, 3, 4, 7])
def test_dense_matrix_is_that_of_keras(sequences, keras, max_length, padding, truncating):
    expected = keras.utils.pad_sequences(
        DOCUMENTS, maxlen=max_length, padding=padding, truncating=truncating
    )
    dense = sequences.to_dense(max_length, padding, truncating)
    assert dense.dtype == np.int32
    np.testing.assert_array_equal(dense, expected)


def test_dense_matrix_of_random_documents(keras):
    rng = np.random.default_rng(0)
    documents = [rng.integers(1, 50, size=rng.integers(1, 30)).tolist() for _ in range(200)]
    offsets = np.cumsum([0, *map(len, documents)])
    sequences = TokenSequences(np.concatenate(documents), offsets)
    for truncating in ("pre", "post"):
        expected = keras.utils.pad_sequences(documents, maxlen=12, truncating=truncating)
        np.testing.assert_array_equal(sequences.to_dense(12, truncating=truncating), expected)
        cut = [d[-12:] if truncating == "pre" else d[:12] for d in documents]
        assert listed(sequences.truncate(12, truncating)) == cut


def test_numpy_gets_the_dense_matrix(sequences):
    dense = [[0, 0, 0, 5], [0, 0, 7, 6], [2, 3, 4, 9], [0, 0, 0, 1]]
    np.testing.assert_array_equal(np.asarray(sequences), dense)
    assert np.asarray(sequences).dtype == np.int32
    assert np.asarray(sequences, dtype=np.float64).dtype == np.float64
    np.testing.assert_array_equal(np.array(sequences, copy=True), dense)
    with pytest.raises(ValueError, match="a matrix of them is always a copy"):
        np.array(sequences, copy=False)


def test_scikit_learn_gets_no_matrix_whose_width_differs_from_batch_to_batch(sequences):
    message = (
        "scikit-learn wants a matrix of one width here, but that of TokenSequences is as wide as "
        'the longest document of each batch. Use KerasTokenizer(output="padded"), or '
        "to_dense(max_length=...)."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        check_array(sequences)


def test_selection_of_nothing(sequences):
    nothing = sequences[:0]
    assert nothing.to_dense().shape == (0, 1)
    assert nothing.to_dense(5).shape == (0, 5)
    assert listed(nothing.truncate(1)) == []
    assert repr(nothing) == "TokenSequences(n_samples=0, n_tokens=0, longest=0)"


def test_one_line_of_text(sequences):
    assert repr(sequences) == "TokenSequences(n_samples=4, n_tokens=8, longest=4)"


def test_truncate_leaves_the_original_alone(sequences):
    assert listed(sequences.truncate(2)) == [[5], [7, 6], [4, 9], [1]]
    assert listed(sequences.truncate(2, "post")) == [[5], [7, 6], [2, 3], [1]]
    assert sequences.truncate(2).vocabulary is sequences.vocabulary
    assert listed(sequences) == DOCUMENTS


@pytest.mark.parametrize(
    ("matrix", "documents"),
    [
        ([[0, 5], [7, 6], [0, 0]], [[5], [7, 6], [1]]),
        ([[0, 5, 0, 6, 0], [4, 0, 0, 3, 2]], [[5, 1, 6], [4, 1, 1, 3, 2]]),
        ([[5, 0, 0]], [[5]]),
        ([[0, 0, 5]], [[5]]),
        (np.zeros((2, 0), dtype=int), [[1], [1]]),
        (np.zeros((0, 3), dtype=int), []),
        (np.asfortranarray([[0, 1], [2, 3]]), [[1], [2, 3]]),
        (np.array([[0, 200]], dtype=np.uint8), [[200]]),
    ],
)
def test_from_dense(matrix, documents):
    assert listed(TokenSequences.from_dense(matrix)) == documents


@pytest.mark.parametrize("padding", ["pre", "post"])
def test_from_dense_undoes_to_dense(sequences, padding):
    dense = sequences.to_dense(padding=padding)
    assert TokenSequences.from_dense(dense) == TokenSequences(IDS, OFFSETS)


@pytest.mark.parametrize(
    ("matrix", "error", "message"),
    [
        ([1, 2], ValueError, "matrix must have two dimensions, got shape (2,)."),
        ([[1, 2], [3, -4]], ValueError, "negative, but row 1, column 1 holds -4."),
        ([[1.5, 2.0]], TypeError, "matrix must hold integers, got an array of dtype float64."),
        ([[True]], TypeError, "matrix must hold integers, got an array of dtype bool."),
        ([["sun"]], TypeError, "matrix must hold integers, got an array of dtype <U3."),
        ([[2**40]], ValueError, "matrix must fit into int32, but one is 1099511627776."),
    ],
)
def test_from_dense_errors(matrix, error, message):
    with pytest.raises(error, match=re.escape(message)):
        TokenSequences.from_dense(matrix)


@pytest.mark.parametrize(
    ("ids", "offsets", "message"),
    [
        ([[2]], [0, 1], "must be one-dimensional, with one offset more than there are documents; "),
        ([2], [[0, 1]], "got shapes (1,) and (1, 2)."),
        ([], [], "got shapes (0,) and (0,)."),
        (
            [2, 3],
            [0, 1],
            "must rise by at least 1 from 0 to the number of ids, 2; got offsets from ",
        ),
        ([2, 3], [1, 2], "got offsets from 1 to 2."),
        ([2, 3], [0, 0, 2], "A document without tokens is written as one unknown id, 1."),
        ([2, 3], [0, 2, 1, 2], "offsets must rise by at least 1"),
        ([2, 0], [0, 2], "ids must be 1 or greater, 0 being the padding, but ids[1] is 0."),
        ([-3, 2], [0, 2], "but ids[0] is -3."),
        ([2**31], [0, 1], "ids must fit into int32, but one is 2147483648."),
        ([-(2**31) - 1], [0, 1], "ids must fit into int32, but one is -2147483649."),
    ],
)
def test_ids_and_offsets_that_do_not_fit(ids, offsets, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        TokenSequences(ids, offsets)


@pytest.mark.parametrize(
    ("ids", "offsets", "message"),
    [
        ([2.5], [0, 1], "ids must hold integers, got an array of dtype float64."),
        (["sun"], [0, 1], "ids must hold integers, got an array of dtype <U3."),
        ([2], [0.0, 1.0], "offsets must hold integers, got an array of dtype float64."),
    ],
)
def test_ids_and_offsets_that_are_no_integers(ids, offsets, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        TokenSequences(ids, offsets)


def test_vectors_that_do_not_fit():
    with pytest.raises(ValueError, match=re.escape("vectors, 9, but ids[6] is 9.")):
        TokenSequences(IDS, OFFSETS, vectors=np.zeros((9, 2), np.float32))
    with pytest.raises(ValueError, match=re.escape("row per id, got an array of shape (10,).")):
        TokenSequences(IDS, OFFSETS, vectors=np.zeros(10, np.float32))


@pytest.mark.parametrize("method", ["truncate", "to_dense"])
def test_bad_lengths_and_sides(sequences, method):
    call = getattr(sequences, method)
    with pytest.raises(ValueError, match="max_length must be at least 1 token, got 0"):
        call(0)
    with pytest.raises(TypeError, match="'float' object cannot be interpreted as an integer"):
        call(2.5)
    with pytest.raises(ValueError, match="truncating must be 'pre' or 'post', got 'left'"):
        call(2, truncating="left")


def test_bad_padding(sequences):
    with pytest.raises(ValueError, match="padding must be 'pre' or 'post', got 'both'"):
        sequences.to_dense(padding="both")


def test_the_size_in_memory_counts_the_arrays():
    few = TokenSequences([1, 2], [0, 1, 2])
    many = TokenSequences(np.ones(1000, np.int32), np.arange(1001))
    assert sys.getsizeof(many) - sys.getsizeof(few) == 4 * 998 + 8 * 998
    with_vectors = TokenSequences([1, 2], [0, 1, 2], None, np.ones((3, 5), np.float32))
    assert sys.getsizeof(with_vectors) - sys.getsizeof(few) == 4 * 15
