import copy
import pickle

import joblib
import numpy as np
import pytest
from sklearn.base import clone

from skembed import CNNTextClassifier, GloveVectorizer
from skembed.vectors import WordVectors


def test_words_matrix_and_dimensions(tiny):
    assert list(tiny.words) == ["sun", "moon", "tide", "Sea"]
    assert len(tiny) == 4
    assert tiny.n_dims == 2
    assert tiny.matrix.dtype == np.float32
    assert tiny.matrix.tolist() == np.float32([[1, 0], [0, 1], [0.6, 0.8], [0, 2]]).tolist()
    assert repr(tiny) == "WordVectors(4 words, 2 dimensions)"
    assert repr(WordVectors(["sun"], [[1]])) == "WordVectors(1 word, 1 dimension)"
    assert tiny.report is None


def test_lookup(tiny):
    assert tiny["moon"].tolist() == [0, 1]
    assert "moon" in tiny
    assert "Moon" not in tiny
    assert 3 not in tiny


def test_an_unknown_word_gets_near_matches(tiny):
    with pytest.raises(KeyError, match=r"'mooon' is not among the 4 words.*Near matches: 'moon'"):
        tiny["mooon"]
    with pytest.raises(KeyError, match=r"'sea' is not among.*Near matches: 'Sea'\."):
        tiny["sea"]
    with pytest.raises(KeyError, match=r"'zebra' is not among the 4 words with a vector\.$"):
        tiny["zebra"]
    with pytest.raises(KeyError, match=r"'' is not among"):
        tiny[""]
    with pytest.raises(KeyError, match=r"looked up by word, a str; got 3 of type int"):
        tiny[3]


def test_the_error_for_an_unknown_word_crosses_processes(tiny):
    with pytest.raises(KeyError, match="mooon") as raised:
        tiny["mooon"]
    again = pickle.loads(pickle.dumps(raised.value))
    assert "Near matches: 'moon'" in str(again)


def test_most_similar_by_hand(tiny):
    # Cosines with moon = (0, 1): Sea 1, tide 0.8, sun 0.
    neighbours = tiny.most_similar("moon")
    assert [word for word, _ in neighbours] == ["Sea", "tide", "sun"]
    assert [cosine for _, cosine in neighbours] == pytest.approx([1, 0.8, 0], abs=1e-6)
    assert [word for word, _ in tiny.most_similar("moon", n=1)] == ["Sea"]
    assert WordVectors(["only"], [[1.0]]).most_similar("only") == []
    with pytest.raises(KeyError, match="not among"):
        tiny.most_similar("stars")
    with pytest.raises(ValueError, match=r"n must be a positive integer; got 0"):
        tiny.most_similar("moon", n=0)


def test_a_zero_vector_is_similar_to_nothing():
    vectors = WordVectors(["a", "b", "zero"], [[1, 0], [1, 1], [0, 0]])
    assert vectors.most_similar("a")[1] == ("zero", 0.0)
    assert vectors.most_similar("zero") == [("a", 0.0), ("b", 0.0)]


def test_most_similar_equals_gensim(gensim_data, load):
    vectors = load(gensim_data / "test_glove.txt")
    keyed = vectors.to_gensim()
    ours, theirs = vectors.most_similar("the", n=5), keyed.most_similar("the", topn=5)
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    assert [c for _, c in ours] == pytest.approx([c for _, c in theirs], abs=1e-6)


def test_to_gensim_and_back(tiny):
    keyed = tiny.to_gensim()
    assert keyed.index_to_key == ["sun", "moon", "tide", "Sea"]
    assert not np.shares_memory(keyed.vectors, tiny.matrix)
    assert WordVectors.load(keyed) == tiny


def test_align_by_hand(tiny):
    aligned = tiny.align({"tide": 3, "[UNK]": 1, "sun": 0, "stars": 2, "moon": 6})
    expected = np.zeros((7, 2), dtype=np.float32)
    expected[3], expected[6] = [0.6, 0.8], [0, 1]
    np.testing.assert_array_equal(aligned, expected, strict=True)
    assert aligned.flags.writeable
    assert tiny.align({}).tolist() == [[0, 0], [0, 0]]
    assert tiny.align({"moon": np.int16(2)}).tolist() == [[0, 0], [0, 0], [0, 1]]
    assert WordVectors([], np.empty((0, 3))).align({"a": 2}).tolist() == [[0, 0, 0]] * 3


@pytest.mark.parametrize("wrong", [-1, 2.0, "2", None, True, 2**63, np.float32(2)])
def test_align_refuses_ids_that_are_none(tiny, wrong):
    with pytest.raises(ValueError, match=r"ids of a vocabulary must be integers.*for 'moon'"):
        tiny.align({"sun": 2, "moon": wrong})


@pytest.mark.parametrize(
    ("words", "matrix", "error", "message"),
    [
        ("ab", [[1], [2]], TypeError, "a sequence of str, not one str"),
        (["a", 1], [[1], [2]], TypeError, "got 1 of type int at position 1"),
        (["a", "b"], [[1]], ValueError, "got 1 row for 2 words"),
        (["a", "b"], [1, 2], ValueError, r"got shape \(2,\)"),
        (
            ["a", "b"],
            [[1, 2], [3]],
            ValueError,
            r"equal length.*: row 1 has 1 number, row 0 has 2 num",
        ),
        (["a", "b", "c"], [[1], [2], [3, 4]], ValueError, "row 2 has 2 numbers, row 0 has 1 num"),
        (["a", "b"], [["x"], ["yy"]], ValueError, "must hold numbers.*could not convert"),
        (["a", "b"], object(), ValueError, "must hold numbers.*not 'object'"),
        (["a", "b"], 5, ValueError, r"got shape \(\)"),
        (["a", "b"], "ab", ValueError, "must hold numbers.*could not convert"),
        (["a"], [["x"]], ValueError, "must hold numbers"),
        (["a", "b"], [[1], [float("nan")]], ValueError, "row 1 holds NaN or infinity"),
        (["a", "b", "a"], [[1], [2], [3]], ValueError, "unique; 'a' at position 2 came before"),
        (["\ud800"], [[1]], ValueError, "valid Unicode"),
        (["a"], [[]], ValueError, r"got shape \(1, 0\)"),
    ],
)
def test_words_and_matrix_must_fit(words, matrix, error, message):
    with pytest.raises(error, match=message):
        WordVectors(words, matrix)


def test_immutable(tiny):
    with pytest.raises(ValueError, match="read-only"):
        tiny.matrix[0, 0] = 5
    with pytest.raises(AttributeError, match=r"immutable: matrix cannot be set"):
        tiny.matrix = np.zeros((4, 2))
    with pytest.raises(AttributeError, match=r"immutable: words cannot be deleted"):
        del tiny.words


def test_the_constructor_copies_what_it_is_given():
    matrix = np.ones((1, 2), dtype=np.float32)
    vectors = WordVectors(["a"], matrix)
    matrix[0, 0] = 7
    assert vectors["a"].tolist() == [1, 1]


def test_clone_and_copies_are_the_object_itself(tiny):
    assert clone(tiny) is tiny
    assert copy.copy(tiny) is tiny
    assert copy.deepcopy({"v": tiny})["v"] is tiny


def test_equality_and_hash_go_by_content(tiny):
    same = WordVectors(list(tiny.words), np.array(tiny.matrix, dtype=np.float64))
    assert same == tiny
    assert hash(same) == hash(tiny)
    assert len(same.digest) == 64
    assert joblib.hash(same) == joblib.hash(tiny)
    others = [
        WordVectors(["sun", "moon", "tide", "sea"], tiny.matrix),
        WordVectors(list(tiny.words), tiny.matrix + 1),
        WordVectors(["sun", "moon"], tiny.matrix[:2]),
    ]
    assert all(other != tiny for other in others)
    assert len({joblib.hash(other) for other in [tiny, *others]}) == 4
    assert tiny != "sun"


def test_digest_tells_shapes_apart():
    assert WordVectors(["ab", "c"], [[1], [2]]) != WordVectors(["a", "bc"], [[1], [2]])
    assert WordVectors(["a"], [[1, 2]]) != WordVectors(["a", "b"], [[1], [2]])


def test_vectors_in_memory_pickle_with_their_arrays(tiny):
    again = pickle.loads(pickle.dumps(tiny))
    assert again == tiny
    assert again["tide"].tolist() == tiny["tide"].tolist()
    with pytest.raises(ValueError, match="read-only"):
        again.matrix[0, 0] = 5


def test_load_returns_vectors_as_they_are(tiny):
    assert WordVectors.load(tiny) is tiny
    assert list(WordVectors.load(tiny, limit=2).words) == ["sun", "moon"]
    chosen = WordVectors.load(tiny, vocabulary={"Sea", "sun", "stars"})
    assert list(chosen.words) == ["sun", "Sea"]
    assert chosen["Sea"].tolist() == [0, 2]


@pytest.mark.parametrize(
    ("source", "filters", "error", "message"),
    [
        (3, {}, TypeError, "source must be a catalogue name, a path.*got 3 of type int"),
        ("x.txt", {"limit": 0}, ValueError, "limit must be a positive integer or None; got 0"),
        ("x.txt", {"limit": True}, ValueError, "limit must be a positive integer"),
        ("x.txt", {"vocabulary": "word"}, TypeError, "collection of str; got one 'word'"),
        ("x.txt", {"vocabulary": [1]}, TypeError, "collection of str; it holds other things"),
        ("x.txt", {}, FileNotFoundError, r"file of word vectors at .*/x\.txt, found nothing\."),
        ("glove.6b.50d", {}, ValueError, r"neither a file nor.*Did you mean 'glove\.6B\.50d'\?"),
        ("", {}, ValueError, r"the path of a file; got the empty name ''\.$"),
        (" ", {}, ValueError, r"got the empty name ' '"),
        ("qqq", {}, ValueError, r"'qqq' is neither.*It has glove\.6B\.50d, glove\.6B\.100d"),
    ],
)
def test_load_refuses(source, filters, error, message):
    with pytest.raises(error, match=message):
        WordVectors.load(source, **filters)


def test_load_of_a_folder_and_of_a_whole_model(tmp_path):
    with pytest.raises(FileNotFoundError, match="found a folder"):
        WordVectors.load(tmp_path)

    class Model:
        wv = None

    with pytest.raises(TypeError, match=r"Pass its \.wv instead"):
        WordVectors.load(Model())
    message = (
        r"^embeddings must be a catalogue name, a path, WordVectors or gensim KeyedVectors; got an "
        r"object of type Model\. Pass its \.wv instead\.$"
    )
    for estimator in (GloveVectorizer(Model()), CNNTextClassifier(embeddings=Model())):
        with pytest.raises(TypeError, match=message):
            estimator.fit(["sun and sea", "rain and wind"], [0, 1])
