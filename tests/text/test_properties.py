"""The tokenizer and its sequences against slow, obvious references, on generated documents."""

import math
import pickle
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.base import clone

from skembed import KerasTokenizer, TokenSequences
from skembed.text import KERAS_FILTERS

# Spaces that are none to Keras, half surrogate pairs, a zero, letters that change their number
# when they are lowercased, combining marks, signs of several bytes, and what looks like the rest.
ODD = [
    *" \t\n\r\x00\x0b\x1c\x85\xa0\u2003\u3000\u200b\ufeff",
    *"\ud800\udbff\udc00\udfff\U0001f600\U00010000",
    *"İıIiΣςσẞßÅÅ\u0301\u0307Kkﬁǅ日本éÿ",
    *"aAbBzZ019.,!'-_[]\\",
]
LETTERS = st.sampled_from(ODD) | st.characters(exclude_categories=())
WORDS = st.sampled_from(["the", "The", "THE", "sun", "sea", "naïve", "NAÏVE", "日本", "İ", "a.b"])
DOCUMENTS = st.text(LETTERS, max_size=30) | st.lists(WORDS, max_size=12).map(" ".join)
# With a word that no rule takes away, so that there is something to learn.
CORPORA = st.lists(DOCUMENTS, max_size=12).map(lambda documents: [*documents, "sun"])
RULES = st.fixed_dictionaries(
    {
        "lowercase": st.booleans(),
        "char_level": st.booleans(),
        "filters": st.sampled_from([KERAS_FILTERS, "", "!", "aA ", "é.", " \x00\ud800"]),
        "split": st.sampled_from([" ", "\t", "a", "A", "\x00", "é", "  ", "ab", "\ud800"]),
    }
)
KERAS = {"lowercase": True, "char_level": False, "filters": KERAS_FILTERS, "split": " "}
SIDES = st.sampled_from(["pre", "post"])


@pytest.fixture(params=["as they are", "by bytes", "by bytes, cut into chunks"])
def _way(request, cut_sizes):
    """Short documents go the plain way; here they go the fast ones, too."""
    if request.param == "as they are":
        yield
    else:
        size = 1 << 19 if request.param == "by bytes" else 7
        with cut_sizes(small_corpus=0, chunk=size):
            yield


def split_by_hand(document, *, lowercase, filters, split, char_level):
    """Cut a document as Keras's Tokenizer does."""
    if lowercase:
        document = document.lower()
    if char_level:
        return [*document]
    filtered = "".join(split if letter in filters else letter for letter in document)
    return [word for word in filtered.split(split) if word]


def learn_by_hand(split_documents, max_tokens, min_df):
    """Return words by falling frequency, of equally frequent ones the earlier first, and counts."""
    counts = Counter(word for words in split_documents for word in words)
    found_in = Counter(word for words in split_documents for word in set(words))
    needed = min_df
    if isinstance(min_df, float):
        needed = math.ceil(Fraction(str(min_df)) * len(split_documents))
    ranked = sorted(counts, key=lambda word: -counts[word])
    kept = [word for word in ranked if found_in[word] >= needed]
    return kept if max_tokens is None else kept[: max_tokens - 2], counts


def encode_by_hand(split_documents, words):
    ids = {word: i for i, word in enumerate(words, 2)}
    return [[ids.get(word, 1) for word in document] or [1] for document in split_documents]


def listed(sequences):
    return [ids.tolist() for ids in sequences]


@pytest.mark.usefixtures("_way")
@given(
    CORPORA,
    CORPORA,
    RULES,
    st.none() | st.integers(3, 12),
    st.integers(1, 3) | st.sampled_from([0.1, 0.34, 0.5]),
)
@example(["İstanbul ΣΑΣ", "i̇stanbul σας"], ["ΣΑΣ."], KERAS, None, 1)
def test_vocabulary_and_ids_are_those_of_a_counter(learned, others, rules, max_tokens, min_df):
    tokenizer = KerasTokenizer(max_tokens, min_df=min_df, **rules)
    by_hand = [split_by_hand(document, **rules) for document in learned]
    words, counts = learn_by_hand(by_hand, max_tokens, min_df)
    if not words:
        with pytest.raises(ValueError, match=r"^empty vocabulary; .* Lower min_df\.$"):
            tokenizer.fit(learned)
        return
    ids = listed(tokenizer.fit_transform(learned))
    assert tokenizer.get_vocabulary() == ["", "[UNK]", *words]
    assert tokenizer.vocabulary_ == {word: i for i, word in enumerate(words, 2)}
    unknown = counts.total() - sum(counts[word] for word in words)
    assert tokenizer.token_counts_.tolist() == [0, unknown, *(counts[word] for word in words)]
    assert ids == listed(tokenizer.transform(learned)) == encode_by_hand(by_hand, words)
    by_hand = [split_by_hand(document, **rules) for document in others]
    assert listed(tokenizer.transform(others)) == encode_by_hand(by_hand, words)


@pytest.mark.usefixtures("_way")
@given(CORPORA, st.booleans())
def test_words_and_marks_are_the_same_alone_and_together(cut_sizes, documents, lowercase):
    tokenizer = KerasTokenizer(None, tokenizer="glove", lowercase=lowercase).fit(documents)
    words, together = tokenizer.get_vocabulary(), tokenizer.transform(documents)
    with cut_sizes():  # each document goes the plain way
        for ids, document in zip(together, documents, strict=True):
            one = clone(tokenizer).fit([document, "sun"])
            own = one.get_vocabulary()
            assert [words[i] for i in ids] == [own[i] for i in one.transform([document])[0]]


@pytest.mark.usefixtures("_way")
@given(
    CORPORA,
    st.integers(1, 8) | st.sampled_from([0.05, 0.25, 0.5, 0.75, 0.9, 0.99]),
    SIDES,
    st.sampled_from(["sequences", "padded"]),
)
def test_lengths_are_cut_at_the_quantile(documents, max_length, truncating, output):
    tokenizer = KerasTokenizer(None, max_length, truncating=truncating, output=output)
    found = tokenizer.fit_transform(documents)
    whole = listed(KerasTokenizer(None).fit_transform(documents))
    lengths = sorted(map(len, whole))
    longest = max_length
    if isinstance(max_length, float):
        place = Fraction(str(max_length)) * (len(lengths) - 1)
        below, above = lengths[math.floor(place)], lengths[math.ceil(place)]
        longest = math.ceil(below + (above - below) * (place - math.floor(place)))
    assert tokenizer.max_length_ == longest
    assert tokenizer.n_truncated_ == sum(length > longest for length in lengths)
    cut = [ids[-longest:] if truncating == "pre" else ids[:longest] for ids in whole]
    if output == "padded":
        assert found.tolist() == [[0] * (longest - len(ids)) + ids for ids in cut]
    else:
        assert listed(found) == cut


@pytest.mark.usefixtures("_way")
@given(
    st.lists(CORPORA, min_size=1, max_size=4),
    RULES,
    st.none() | st.integers(3, 9),
    st.integers(1, 2),
)
def test_batch_after_batch_is_all_at_once(batches, rules, max_tokens, min_df):
    whole = KerasTokenizer(max_tokens, min_df=min_df, **rules)
    documents = [document for batch in batches for document in batch]
    parts = KerasTokenizer(max_tokens, min_df=min_df, **rules)
    for batch in batches:
        parts = pickle.loads(pickle.dumps(parts.partial_fit(batch)))
    if not parts.vocabulary_:
        with pytest.raises(ValueError, match="empty vocabulary"):
            whole.fit(documents)
        return
    whole.fit(documents)
    assert parts.vocabulary_ == whole.vocabulary_
    assert [*parts.vocabulary_] == [*whole.vocabulary_]
    assert parts.token_counts_.tolist() == whole.token_counts_.tolist()
    assert parts.n_documents_ == whole.n_documents_


@pytest.mark.usefixtures("_way")
@given(CORPORA, CORPORA, RULES)
def test_ids_are_written_as_words(learned, documents, rules):
    tokenizer = KerasTokenizer(8, **rules).fit(learned)
    glue = "" if rules["char_level"] else rules["split"]
    expected = [
        glue.join(word if word in tokenizer.vocabulary_ else "[UNK]" for word in words)
        for words in (split_by_hand(document, **rules) or ["\n\n"] for document in documents)
    ]
    sequences = tokenizer.transform(documents)
    assert tokenizer.inverse_transform(sequences) == expected
    assert tokenizer.inverse_transform(sequences.to_dense(padding="post")) == expected


IDS = st.integers(1, 9) | st.integers(1, 2**31 - 1)
ROWS = st.lists(st.lists(IDS, min_size=1, max_size=9), max_size=9)


def sequences_of(rows):
    offsets = np.cumsum([0, *map(len, rows)])
    return TokenSequences(np.array([i for row in rows for i in row], dtype=np.int64), offsets)


@st.composite
def rows_and_keys(draw):
    """Return rows, a key of any kind that NumPy takes, and the places it stands for."""
    rows = draw(ROWS)
    n = len(rows)
    places = st.integers(-n, n - 1)
    kinds = [st.slices(n), st.lists(st.booleans(), min_size=n, max_size=n)]
    if n:
        kinds += [places, st.lists(places, min_size=1, max_size=12)]
    key = draw(st.one_of(kinds))
    if isinstance(key, list):
        is_mask = all(isinstance(one, bool) for one in key)
        chosen = [i for i, kept in enumerate(key) if kept] if is_mask else key
        as_array = np.array(key, bool if is_mask else draw(st.sampled_from([np.int64, np.int8])))
        return rows, draw(st.sampled_from([as_array, key])) if n else as_array, chosen
    return rows, key, key if isinstance(key, int) else [*range(n)[key]]


@given(rows_and_keys())
def test_indexing_is_that_of_a_list_of_lists(case):
    rows, key, chosen = case
    found = sequences_of(rows)[key]
    if isinstance(chosen, int):
        assert found.tolist() == rows[chosen]
        assert found.dtype == np.int32
    else:
        assert isinstance(found, TokenSequences)
        assert listed(found) == [rows[i] for i in chosen]
        assert found == sequences_of([rows[i] for i in chosen])


@given(ROWS, ROWS)
def test_equality_and_pickles_are_those_of_lists(rows, others):
    sequences = sequences_of(rows)
    assert (sequences == sequences_of(others)) == (rows == others)
    assert pickle.loads(pickle.dumps(sequences)) == sequences
    assert len(sequences) == len(rows)
    assert sequences.lengths.tolist() == [*map(len, rows)]
    assert listed(sequences) == rows


@given(ROWS, st.none() | st.integers(1, 12), SIDES, SIDES)
def test_dense_matrices_are_filled_row_by_row(rows, max_length, padding, truncating):
    width = max(map(len, rows), default=1) if max_length is None else max_length
    expected = []
    for row in rows:
        cut = row[-width:] if truncating == "pre" else row[:width]
        zeros = [0] * (width - len(cut))
        expected.append(zeros + cut if padding == "pre" else cut + zeros)
    dense = sequences_of(rows).to_dense(max_length, padding, truncating)
    assert dense.tolist() == expected
    assert dense.dtype == np.int32
    assert dense.shape == (len(rows), width)
    if max_length is None and rows:
        assert TokenSequences.from_dense(dense) == sequences_of(rows)


@given(st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=1, max_size=6))
def test_matrices_are_read_row_by_row(matrix):
    expected = []
    for row in matrix:
        filled = [i for i, token in enumerate(row) if token]
        inner = row[filled[0] : filled[-1] + 1] if filled else [0]
        expected.append([token or 1 for token in inner])
    assert listed(TokenSequences.from_dense(matrix)) == expected
