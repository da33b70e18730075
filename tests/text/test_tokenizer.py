import pickle
import re
import subprocess
import sys
import tracemalloc
from itertools import chain
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import skembed
from skembed import KerasTokenizer, TokenSequences
from skembed.text import KERAS_FILTERS

TEXTS = ["The sun, the moon.", "The sun!", "", "A tide: the moon's tide", "???"]


def listed(sequences):
    return [document.tolist() for document in sequences]


# --- values worked out by hand


def test_ids_by_hand():
    # the 4, sun 2, tide 2, moon 1, a 1, moon's 1: ties by first appearance
    tokenizer = KerasTokenizer()
    sequences = tokenizer.fit_transform(TEXTS)
    assert tokenizer.vocabulary_ == {"the": 2, "sun": 3, "tide": 4, "moon": 5, "a": 6, "moon's": 7}
    assert list(tokenizer.vocabulary_.values()) == [2, 3, 4, 5, 6, 7]
    assert listed(sequences) == [[2, 3, 2, 5], [2, 3], [1], [6, 4, 2, 7, 4], [1]]
    assert sequences.vocabulary == tokenizer.vocabulary_
    assert sequences.vectors is None
    np.testing.assert_array_equal(tokenizer.token_counts_, [0, 0, 4, 2, 2, 1, 1, 1])
    assert tokenizer.n_documents_ == 5
    assert tokenizer.max_length_ is None
    assert tokenizer.n_truncated_ == 0


def test_max_tokens_counts_padding_and_unknown():
    tokenizer = KerasTokenizer(max_tokens=4).fit(TEXTS)
    assert tokenizer.vocabulary_ == {"the": 2, "sun": 3}
    assert len(tokenizer.get_vocabulary()) == 4
    np.testing.assert_array_equal(tokenizer.token_counts_, [0, 5, 4, 2])


@pytest.mark.parametrize("tokenizer", ["unicode", "glove", str.split])
def test_the_order_of_documents_does_not_choose_the_words(tokenizer):
    documents = [f"sea word{i} term{i}" for i in range(50)]
    orders = [documents, documents[::-1], documents[25:] + documents[:25]]
    found = [KerasTokenizer(40, tokenizer=tokenizer).fit(order).vocabulary_ for order in orders]
    assert set(found[0]) == set(found[1]) == set(found[2])
    assert len(found[0]) == 38
    in_parts = KerasTokenizer(40, tokenizer=tokenizer)
    for start in range(0, 50, 10):
        in_parts.partial_fit(documents[start : start + 10])
    assert in_parts.vocabulary_ == found[0]


def test_document_of_unknown_words_only():
    sequences = KerasTokenizer().fit(TEXTS).transform(["stars above", "", "!", "the stars"])
    assert listed(sequences) == [[1, 1], [1], [1], [2, 1]]


def test_get_vocabulary():
    assert KerasTokenizer(max_tokens=4).fit(TEXTS).get_vocabulary() == ["", "[UNK]", "the", "sun"]


def test_own_tokenizer():
    tokenizer = KerasTokenizer(tokenizer=re.compile(r"[a-z]+").findall)
    assert tokenizer.fit(TEXTS).vocabulary_["s"] == 7
    assert listed(tokenizer.transform(["MOON'S"])) == [[4, 7]]  # moon 2 times, as the tide
    keep_case = KerasTokenizer(tokenizer=str.split, lowercase=False).fit(TEXTS)
    assert list(keep_case.vocabulary_)[:3] == ["The", "the", "sun,"]


def test_own_tokenizer_may_return_any_iterable():
    tokenizer = KerasTokenizer(tokenizer=lambda document: iter(document.split(",")))
    assert listed(tokenizer.fit_transform(["a,b", "b"])) == [[3, 2], [2]]


# --- equality with Keras


def keras_ids(reference, documents):
    """Keras's ids, with one unknown id where it gives a document none at all."""
    return [ids or [1] for ids in reference.texts_to_sequences(documents)]


NASTY = [
    *TEXTS,
    "",
    " ",
    "\t\n",
    "!!! ... ---",
    "The cat\rsat\x0bon\x0cthe\x1cmat\x85or\xa0so\u2003they\u3000say \u2028 cat",
    "ΟΔΟΣ ΣΟΦΟΣ Σ ΑΣ. ΑΣ'Α ΑΣ:Α ΑΣ-Α",
    "İstanbul ISTANBUL ıstanbul \u212a K k",
    "Straße STRASSE ẞ ß ﬁne fine",
    "e\u0301 é \u0301 \u200d \ufeffword word",
    "\x00 a\x00 \x00a a \x00\x00",
    "\ud800 a\udfff \ud83d\ude00 😀 a😀",
    "日本語 日本語 テキスト、です。",
    "don't “quote” — dash… l'été",
    "x" * 15 + " " + "x" * 16 + " " + "x" * 17 + " " + "x" * 300 + " " + "X" * 16,
    "#tag @user http://a.b/c?d=e&f a_b [UNK] <pad> {x}",
    "0 00 000 1,000 3.14",
]


@pytest.mark.parametrize("repeat", [1, 40], ids=["plain way", "fast way"])
@pytest.mark.parametrize("max_tokens", [None, 3, 12, 1000])
@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"lowercase": False},
        {"char_level": True},
        {"char_level": True, "lowercase": False},
        {"filters": ""},
        {"filters": "aeiou "},
        {"filters": "é—"},
        {"split": "a"},
        {"split": ","},
        {"split": "th"},
        {"split": "é"},
    ],
    ids=str,
)
def test_ids_are_those_of_keras(KerasReference, parameters, max_tokens, repeat):
    documents = NASTY * repeat
    reference = KerasReference(
        num_words=max_tokens,
        oov_token="[OOV]",  # no word of the documents
        lower=parameters.get("lowercase", True),
        filters=parameters.get("filters", KERAS_FILTERS),
        split=parameters.get("split", " "),
        char_level=parameters.get("char_level", False),
    )
    reference.fit_on_texts(documents)
    tokenizer = KerasTokenizer(max_tokens, **parameters)
    sequences = tokenizer.fit_transform(documents)
    assert listed(sequences) == keras_ids(reference, documents)
    known = {word: i for word, i in reference.word_index.items() if i < (max_tokens or 10**9)}
    del known["[OOV]"]
    assert tokenizer.vocabulary_ == known
    others = ["Unseen words, and the CAT", "ΣΑΣ", "ж", "", *NASTY[3:9]]
    assert listed(tokenizer.transform(others)) == keras_ids(reference, others)


@pytest.fixture(scope="module")
def reference_of(KerasReference, newsgroups):
    """Keras's Tokenizer, fitted on all of 20 Newsgroups once for each level."""
    fitted = {}

    def fit(char_level):
        if char_level not in fitted:
            fitted[char_level] = KerasReference(oov_token="[UNK]", char_level=char_level)
            fitted[char_level].fit_on_texts(newsgroups[0])
        return fitted[char_level]

    yield fit
    fitted.clear()


@pytest.mark.data
@pytest.mark.parametrize(
    ("char_level", "max_tokens", "max_length"),
    [
        (False, 20_000, 1000),
        pytest.param(False, None, None, marks=pytest.mark.slow),
        pytest.param(False, 100, None, marks=pytest.mark.slow),
        pytest.param(True, 40, 400, marks=pytest.mark.slow),
    ],
)
def test_all_of_20_newsgroups(keras, reference_of, newsgroups, char_level, max_tokens, max_length):
    documents = newsgroups[0]
    assert len(documents) == 18_846
    reference = reference_of(char_level)
    reference.num_words = max_tokens
    expected = keras_ids(reference, documents)
    tokenizer = KerasTokenizer(max_tokens, char_level=char_level)
    sequences = tokenizer.fit_transform(documents)
    np.testing.assert_array_equal(sequences.lengths, list(map(len, expected)))
    flat = np.fromiter(chain.from_iterable(expected), np.int32, len(sequences.ids))
    np.testing.assert_array_equal(sequences.ids, flat)
    for truncating in ("pre", "post") if max_length else ():
        tokenizer.set_params(max_length=max_length, truncating=truncating, output="padded")
        np.testing.assert_array_equal(
            tokenizer.fit_transform(documents),
            keras.utils.pad_sequences(expected, max_length, truncating=truncating),
        )


# --- max_length, min_df, partial_fit


def test_max_length_as_a_count():
    tokenizer = KerasTokenizer(max_length=2)
    assert listed(tokenizer.fit_transform(TEXTS)) == [[2, 5], [2, 3], [1], [7, 4], [1]]
    assert tokenizer.max_length_ == 2
    assert tokenizer.n_truncated_ == 2
    tokenizer = KerasTokenizer(max_length=2, truncating="post")
    assert listed(tokenizer.fit_transform(TEXTS)) == [[2, 3], [2, 3], [1], [6, 4], [1]]


@pytest.mark.parametrize(
    ("fraction", "max_length", "n_truncated"), [(0.5, 2, 2), (0.75, 4, 1), (0.9, 5, 0), (1.0, 5, 0)]
)
def test_max_length_as_a_quantile(fraction, max_length, n_truncated):
    # lengths 4, 2, 1, 5, 1, sorted 1 1 2 4 5: the 0.9 quantile is 4.6, rounded up
    tokenizer = KerasTokenizer(max_length=fraction).fit(TEXTS)
    assert tokenizer.max_length_ == max_length
    assert tokenizer.n_truncated_ == n_truncated


def test_quantile_is_not_rounded_up_from_noise():
    # lengths 0 to 100: the 0.07 quantile is 7, although 0.07 * 100 is more in binary
    assert 0.07 * 100 > 7
    texts = ["a " * n for n in range(101)]
    assert KerasTokenizer(max_length=0.07).fit(texts).max_length_ == 7


def test_padded_output():
    tokenizer = KerasTokenizer(output="padded")
    matrix = tokenizer.fit_transform(TEXTS)
    assert matrix.dtype == np.int32
    np.testing.assert_array_equal(
        matrix,
        [[0, 2, 3, 2, 5], [0, 0, 0, 2, 3], [0, 0, 0, 0, 1], [6, 4, 2, 7, 4], [0, 0, 0, 0, 1]],
    )
    assert tokenizer.max_length_ == 5
    np.testing.assert_array_equal(
        tokenizer.transform(["the sun the sun the moon", "sun"]),
        [[3, 2, 3, 2, 5], [0, 0, 0, 0, 3]],
    )


def test_min_df_as_a_count():
    # in documents: the 3, sun 2, moon 1, a 1, tide 1 (twice in one), moon's 1
    assert KerasTokenizer(min_df=2).fit(TEXTS).vocabulary_ == {"the": 2, "sun": 3}
    assert KerasTokenizer(min_df=3).fit(TEXTS).vocabulary_ == {"the": 2}
    assert KerasTokenizer(min_df=4).partial_fit(TEXTS).vocabulary_ == {}


def test_min_df_as_a_fraction():
    assert KerasTokenizer(min_df=0.4).fit(TEXTS).vocabulary_ == {"the": 2, "sun": 3}
    assert KerasTokenizer(min_df=0.41).fit(TEXTS).vocabulary_ == {"the": 2}
    assert len(KerasTokenizer(min_df=0.2).fit(TEXTS).vocabulary_) == 6


def test_min_df_of_1_is_one_document_and_of_1_0_all_of_them():
    assert KerasTokenizer(min_df=1).fit(["a b", "a"]).vocabulary_ == {"a": 2, "b": 3}
    for in_all in (1.0, np.float64(1)):
        tokenizer = KerasTokenizer(min_df=in_all).fit(["a b", "a"])
        assert tokenizer.vocabulary_ == {"a": 2}
        assert tokenizer.partial_fit(["b", "b"]).vocabulary_ == {}


def test_min_df_is_not_rounded_up_from_noise():
    tokenizer = KerasTokenizer(min_df=0.07).fit(["a"] * 7 + ["b"] * 6 + [""] * 87)
    assert tokenizer.vocabulary_ == {"a": 2}


def test_min_df_and_counts_of_what_is_left_out():
    tokenizer = KerasTokenizer(min_df=2).fit(TEXTS)
    np.testing.assert_array_equal(tokenizer.token_counts_, [0, 5, 4, 2])
    assert listed(tokenizer.transform(["the tide"])) == [[2, 1]]


def test_extra_words_stand_behind_the_others():
    # of six words two are kept, "tide" comes back, "dune" and "sea" were never seen
    tokenizer = KerasTokenizer(max_tokens=4, extra_words=["dune", "the", "tide", "dune", "sea"])
    sequences = tokenizer.fit_transform(TEXTS)
    assert tokenizer.vocabulary_ == {"the": 2, "sun": 3, "dune": 4, "tide": 5, "sea": 6}
    np.testing.assert_array_equal(tokenizer.token_counts_, [0, 3, 4, 2, 0, 2, 0])
    assert listed(sequences) == [[2, 3, 2, 1], [2, 3], [1], [1, 5, 2, 1, 5], [1]]
    assert tokenizer.transform(TEXTS) == sequences
    assert listed(tokenizer.transform(["sea of dunes dune"])) == [[6, 1, 1, 4]]
    assert clone(tokenizer).extra_words == tokenizer.extra_words


@pytest.mark.parametrize("words", ["dune", ["dune", 3]])
def test_extra_words_are_strings(words):
    with pytest.raises((TypeError, ValueError), match="extra_words"):
        KerasTokenizer(extra_words=words).fit(TEXTS)


def test_extra_words_are_not_counted_by_partial_fit():
    tokenizer = KerasTokenizer(max_tokens=4, extra_words=["dune", "moon"]).fit(["a a b b c moon"])
    assert tokenizer.vocabulary_ == {"a": 2, "b": 3, "dune": 4, "moon": 5}
    tokenizer.partial_fit(["moon moon moon dune"])
    assert tokenizer.vocabulary_ == {"moon": 2, "a": 3, "dune": 4}
    np.testing.assert_array_equal(tokenizer.token_counts_, [0, 3, 4, 2, 1])


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"max_tokens": 6},
        {"max_tokens": 4, "extra_words": ["dune", "the", "\u0130"]},
        {"min_df": 2},
        {"min_df": 0.1},
        {"char_level": True},
        {"max_length": 2},
    ],
    ids=str,
)
def test_batches_learn_what_fit_learns(parameters):
    whole = KerasTokenizer(**parameters).fit(NASTY)
    batches = KerasTokenizer(**parameters)
    for start in range(0, len(NASTY), 4):
        assert batches.partial_fit(NASTY[start : start + 4]) is batches
    assert batches.vocabulary_ == whole.vocabulary_
    assert list(batches.vocabulary_) == list(whole.vocabulary_)
    np.testing.assert_array_equal(batches.token_counts_, whole.token_counts_)
    assert batches.n_documents_ == whole.n_documents_ == len(NASTY)
    assert batches.n_truncated_ == whole.n_truncated_
    assert batches.count_error_ == 0
    assert batches.transform(NASTY) == whole.transform(NASTY)


def test_partial_fit_keeps_the_quantile_of_the_first_batch():
    tokenizer = KerasTokenizer(max_length=0.5).partial_fit(["a a", "a a a a", "a a a"])
    assert tokenizer.partial_fit(["a " * 9]).max_length_ == 3
    assert tokenizer.n_truncated_ == 2


def test_partial_fit_after_fit():
    tokenizer = KerasTokenizer(max_tokens=4).fit(["a a a b b c"])
    tokenizer.partial_fit(["c c c c b"])
    assert tokenizer.vocabulary_ == {"c": 2, "a": 3}  # c 4, its first one is forgotten
    np.testing.assert_array_equal(tokenizer.token_counts_, [0, 4, 4, 3])
    assert tokenizer.token_counts_.sum() == 11  # no occurrence is lost
    assert tokenizer.n_documents_ == 2


def test_partial_fit_goes_on_after_pickling():
    tokenizer = pickle.loads(pickle.dumps(KerasTokenizer().partial_fit(TEXTS[:3])))
    tokenizer.partial_fit(TEXTS[3:])
    assert tokenizer.vocabulary_ == KerasTokenizer().fit(TEXTS).vocabulary_


def test_fit_forgets():
    tokenizer = KerasTokenizer().partial_fit(["other words"]).partial_fit(["other"]).fit(TEXTS)
    fresh = KerasTokenizer().fit(TEXTS)
    assert tokenizer.vocabulary_ == fresh.vocabulary_
    assert tokenizer.n_documents_ == 5
    tokenizer.partial_fit(["sun"])
    assert tokenizer.n_documents_ == 6


@pytest.mark.parametrize("parameters", [{}, {"max_length": 0.6}, {"output": "padded"}], ids=str)
def test_fit_transform_is_fit_and_transform(parameters):
    together = KerasTokenizer(**parameters)
    apart = KerasTokenizer(**parameters)
    first, second = together.fit_transform(NASTY), apart.fit(NASTY).transform(NASTY)
    assert type(first) is type(second)
    if isinstance(first, TokenSequences):
        first, second = first.to_dense(), second.to_dense()
    np.testing.assert_array_equal(first, second)
    assert vars(together).keys() == vars(apart).keys()
    assert (together.max_length_, together.n_truncated_) == (apart.max_length_, apart.n_truncated_)


# --- back to text


def test_inverse_transform():
    tokenizer = KerasTokenizer(max_tokens=4)
    expected = ["the sun the [UNK]", "the sun", "[UNK]", "[UNK] [UNK] the [UNK] [UNK]", "[UNK]"]
    assert tokenizer.inverse_transform(tokenizer.fit_transform(TEXTS)) == expected
    assert tokenizer.inverse_transform([[0, 2, 3], [3, 1, 0]]) == ["the sun", "sun [UNK]"]


@pytest.mark.parametrize("parameters", [{}, {"char_level": True}, {"output": "padded"}], ids=str)
def test_round_trip(parameters):
    tokenizer = KerasTokenizer(None, **parameters)
    ids = tokenizer.fit_transform(NASTY)
    texts = tokenizer.inverse_transform(ids)
    assert texts[1] == ("the sun!" if parameters.get("char_level") else "the sun")
    again = tokenizer.transform(texts)
    with_tokens = [i for i, text in enumerate(texts) if text != "[UNK]"]
    assert len(with_tokens) >= 15
    assert np.all(again[with_tokens] == ids[with_tokens])


# --- input


@pytest.mark.parametrize(
    "form",
    [
        list,
        tuple,
        np.array,
        lambda texts: np.array(texts, dtype=object),
        lambda texts: np.array(texts)[:, np.newaxis],
        pd.Series,
        lambda texts: pd.DataFrame({"text": texts}),
        pl.Series,
        lambda texts: pl.DataFrame({"text": texts}),
        pa.array,
        lambda texts: pa.chunked_array([texts]),
        lambda texts: pa.table({"text": texts}),
    ],
)
def test_form_of_the_documents_does_not_matter(form):
    tokenizer = KerasTokenizer().fit(form(TEXTS))
    expected = KerasTokenizer().fit(TEXTS)
    assert tokenizer.vocabulary_ == expected.vocabulary_
    assert tokenizer.transform(form(TEXTS)) == expected.transform(TEXTS)
    assert tokenizer.fit_transform(form(TEXTS)) == expected.transform(TEXTS)
    assert tokenizer.partial_fit(form(TEXTS)).n_documents_ == 10


@pytest.mark.parametrize("method", ["fit", "fit_transform", "partial_fit", "transform"])
def test_refused_documents(method):
    call = getattr(KerasTokenizer().fit(TEXTS), method)
    with pytest.raises(TypeError, match="got one str: 'The sun'"):
        call("The sun")
    with pytest.raises(TypeError, match=re.escape("X[1] is None (NoneType)")):
        call(["The sun", None])
    with pytest.raises(TypeError, match=r"but is TokenSequences\. Pass the texts"):
        call(KerasTokenizer().fit_transform(TEXTS))
    with pytest.raises(ValueError, match=re.escape("got shape (1, 2)")):
        call(np.array([["a", "b"]]))


@pytest.mark.parametrize("method", ["fit", "fit_transform", "partial_fit"])
def test_nothing_to_learn_from(method):
    with pytest.raises(ValueError, match="X holds no documents: at least one is needed to learn"):
        getattr(KerasTokenizer(), method)([])


def test_transform_of_no_documents():
    tokenizer = KerasTokenizer().fit(TEXTS)
    assert len(tokenizer.transform([])) == 0
    assert tokenizer.set_params(output="padded").fit(TEXTS).transform([]).shape == (0, 5)


def test_documents_are_left_alone():
    texts = list(TEXTS)
    KerasTokenizer().fit_transform(texts)
    assert texts == TEXTS


# --- parameters


@pytest.mark.parametrize("method", ["fit", "fit_transform", "partial_fit"])
@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"max_tokens": 2}, "must be an int in the range [3, inf) or None. Got 2 instead."),
        ({"max_tokens": 9.5}, "must be an int in the range [3, inf) or None. Got 9.5 instead."),
        (
            {"max_length": 0},
            "must be an int in the range [1, inf), a float in the range (0.0, 1.0]",
        ),
        ({"max_length": 1.5}, "Got 1.5 instead."),
        ({"lowercase": "yes"}, "The 'lowercase' parameter of KerasTokenizer must be an instance"),
        ({"filters": None}, "The 'filters' parameter of KerasTokenizer must be an instance of"),
        ({"split": None}, "The 'split' parameter of KerasTokenizer must be an instance of 'str'"),
        ({"char_level": None}, "The 'char_level' parameter of KerasTokenizer must be an instance"),
        ({"tokenizer": "word"}, "The 'tokenizer' parameter of KerasTokenizer must be a callable"),
        ({"min_df": 0}, "The 'min_df' parameter of KerasTokenizer must be an int in the range"),
        ({"min_df": 1.1}, "Got 1.1 instead."),
        (
            {"truncating": "left"},
            "The 'truncating' parameter of KerasTokenizer must be a str among {",
        ),
        ({"output": "dense"}, "The 'output' parameter of KerasTokenizer must be a str among"),
        ({"split": ""}, "split must not be empty. For one token per character set char_level=True"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_bad_parameters(method, parameters, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        getattr(KerasTokenizer(**parameters), method)(TEXTS)


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("num_words", "Use max_tokens instead."),
        ("max_lenght", "Did you mean 'max_length'?"),
        ("maxlen", "Use max_length instead."),
        ("oov_token", "Leave it out: the id 1 always stands for unknown words."),
    ],
)
def test_unknown_parameter(name, way_out):
    said = f"KerasTokenizer.__init__() got an unexpected keyword argument {name!r}. {way_out}"
    with pytest.raises(TypeError, match=f"^{re.escape(said)}$"):
        KerasTokenizer(**{name: 5})


@pytest.mark.parametrize(
    "call",
    [
        lambda t: t.transform(TEXTS),
        lambda t: t.inverse_transform([[2]]),
        lambda t: t.get_vocabulary(),
        lambda t: t.coverage({"sun"}),
    ],
)
def test_not_fitted(call):
    with pytest.raises(NotFittedError, match="This KerasTokenizer instance is not fitted yet"):
        call(KerasTokenizer())


# --- scikit-learn's contract


def test_tags():
    tags = KerasTokenizer().__sklearn_tags__()
    assert tags.input_tags.string
    assert not tags.input_tags.two_d_array
    assert tags.transformer_tags is not None


def test_clone_keeps_parameters_and_forgets_the_fit():
    tokenizer = KerasTokenizer(7, 0.5, min_df=2, tokenizer=str.split).fit(TEXTS)
    copy = clone(tokenizer)
    assert copy.get_params() == tokenizer.get_params()
    assert not hasattr(copy, "vocabulary_")


def test_parameters_survive_fit():
    tokenizer = KerasTokenizer(max_length=0.5, min_df=0.3)
    before = tokenizer.get_params()
    assert tokenizer.fit(TEXTS).get_params() == before


@pytest.mark.parametrize("learn", ["fit", "partial_fit"])
def test_pickle_and_joblib(tmp_path, learn):
    tokenizer = getattr(KerasTokenizer(max_length=3), learn)(TEXTS)
    joblib.dump(tokenizer, tmp_path / "tokenizer.joblib")
    for copy in (
        pickle.loads(pickle.dumps(tokenizer)),
        joblib.load(tmp_path / "tokenizer.joblib"),
    ):
        assert copy.vocabulary_ == tokenizer.vocabulary_
        assert copy.transform(NASTY) == tokenizer.transform(NASTY)


def test_pickle_needs_no_keras(tmp_path):
    tokenizer = KerasTokenizer().fit(TEXTS)
    (tmp_path / "tokenizer.pkl").write_bytes(pickle.dumps(tokenizer))
    code = """
import pickle, sys
for name in ("keras", "tensorflow", "gensim"):
    sys.modules[name] = None
tokenizer = pickle.load(open(sys.argv[1], "rb"))
print(*tokenizer.transform(["the moon and the tide"]).ids)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "tokenizer.pkl"],
        capture_output=True,
        text=True,
        cwd=Path(skembed.__file__).parents[1],
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout == "2 5 1 2 4\n"


# --- memory


@pytest.mark.parametrize("parameters", [{}, {"max_length": 100}, {"min_df": 2}], ids=str)
def test_memory_beyond_the_texts_is_bounded(parameters):
    documents = [" ".join(f"w{(i * j) % 997}" for j in range(200)) for i in range(100)] * 200
    n_tokens, constant = 4_000_000, 32 * 2**20
    tracemalloc.start()
    try:
        sequences = KerasTokenizer(**parameters).fit_transform(documents)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(sequences, TokenSequences)
    assert peak < 12 * n_tokens + constant
