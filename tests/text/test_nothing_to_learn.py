"""Training documents without a word that gets an id are refused, as by TfidfVectorizer."""

import re

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skembed import (
    CNNTextClassifier,
    FastTextVectorizer,
    GloveVectorizer,
    KerasTokenizer,
    LSTMTextClassifier,
    TokenSequences,
    Word2VecVectorizer,
    WordVectors,
)
from skembed.data import stream

TEXTS = ["sun and sea", "rain and wind", "sun, sand", "wind and hail"] * 5
LABELS = ["fine", "foul"] * 10
MARKS = ["...", "?!", "", " - "] * 5
VECTORS = WordVectors(["sun", "snow"], [[1, 0], [0, 1]])

LEFT_OUT = (
    "empty vocabulary; X holds 20 documents and 7 distinct words, but min_df=1000 leaves out all "
    "of them. Lower min_df."
)
NO_WORDS = (
    "empty vocabulary; X holds 20 documents, but no words. Check that X is the column of the texts."
)
AND_MARKS = " If they hold marks alone, set tokenizer='unicode', which makes tokens of marks."
UNKNOWN = (
    "X holds no known words: every token id is 1, which stands for unknown words, so there is "
    "nothing to learn from. Fit the tokenizer on the training documents, and check its max_length "
    "and min_df."
)

LEARNERS = {
    "fit": lambda tokenizer, texts: tokenizer.fit(texts),
    "fit_transform": lambda tokenizer, texts: tokenizer.fit_transform(texts),
    "glove": lambda tokenizer, texts: GloveVectorizer(VECTORS, tokenizer=tokenizer).fit(texts),
    "word2vec": lambda tokenizer, texts: Word2VecVectorizer(tokenizer=tokenizer).fit(texts),
    "fasttext": lambda tokenizer, texts: FastTextVectorizer(tokenizer=tokenizer).fit(texts),
    "cnn": lambda tokenizer, texts: CNNTextClassifier(tokenizer=tokenizer).fit(texts, LABELS),
    "wide": lambda tokenizer, texts: LSTMTextClassifier(tokenizer=tokenizer, wide=True).fit(
        texts, LABELS
    ),
    "partial_fit": lambda tokenizer, texts: CNNTextClassifier(tokenizer=tokenizer).partial_fit(
        texts, LABELS, classes=["fine", "foul"]
    ),
    "stream": lambda tokenizer, texts: CNNTextClassifier(tokenizer=tokenizer).fit(
        stream([(texts[:8], LABELS[:8]), (texts[8:], LABELS[8:])])
    ),
    "pipeline": lambda tokenizer, texts: make_pipeline(tokenizer, CNNTextClassifier()).fit(
        texts, LABELS
    ),
}


@pytest.mark.parametrize("learn", LEARNERS.values(), ids=LEARNERS)
@pytest.mark.parametrize(
    ("parameters", "texts", "message"),
    [
        ({"min_df": 1000}, TEXTS, LEFT_OUT),
        ({}, MARKS, NO_WORDS + AND_MARKS),
        ({"tokenizer": "glove"}, ["", "\n"] * 10, NO_WORDS),
        ({"char_level": True}, [""] * 20, NO_WORDS),
        ({"tokenizer": lambda document: []}, TEXTS, NO_WORDS),
        ({"extra_words": ["snow", "ice"], "min_df": 1000}, TEXTS, LEFT_OUT),
        ({"extra_words": ["snow"]}, MARKS, NO_WORDS + AND_MARKS),
    ],
)
def test_an_empty_vocabulary_is_refused(learn, parameters, texts, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        learn(KerasTokenizer(**parameters), texts)


def test_the_reference_says_the_same():
    with pytest.raises(ValueError, match=r"^empty vocabulary; perhaps"):
        TfidfVectorizer().fit(MARKS)
    with pytest.raises(ValueError, match="min_df"):
        TfidfVectorizer(min_df=1000).fit(TEXTS)


def test_one_document_is_counted_as_one():
    with pytest.raises(ValueError, match=r"^empty vocabulary; X holds 1 document, but no words"):
        KerasTokenizer().fit([""])


def test_a_failed_fit_leaves_what_an_earlier_one_has_learned():
    tokenizer = KerasTokenizer().fit(TEXTS)
    before = dict(tokenizer.vocabulary_)
    with pytest.raises(ValueError, match="empty vocabulary"):
        tokenizer.fit(MARKS)
    assert tokenizer.vocabulary_ == before
    assert tokenizer.n_documents_ == 20


def test_an_extra_word_in_the_documents_is_enough():
    tokenizer = KerasTokenizer(extra_words=["snow", "sun"], min_df=1000).fit(TEXTS)
    assert tokenizer.vocabulary_ == {"snow": 2, "sun": 3}
    assert tokenizer.token_counts_.tolist() == [0, 45, 0, 10]


def test_batches_may_bring_words_later():
    tokenizer = KerasTokenizer(min_df=2).partial_fit([""]).partial_fit(["sun"])
    assert tokenizer.vocabulary_ == {}
    assert tokenizer.partial_fit(["sun"]).vocabulary_ == {"sun": 2}


def test_words_of_the_vectors_do_not_hide_that_no_document_has_one():
    classifier = CNNTextClassifier(embeddings=VECTORS)
    with pytest.raises(ValueError, match=f"^{re.escape(NO_WORDS)}$"):
        classifier.fit(["", " "] * 10, LABELS)
    sequences = KerasTokenizer(extra_words=["snow"]).fit(TEXTS).transform(TEXTS)
    with pytest.raises(ValueError, match="None of the 7 distinct words of X has a vector"):
        GloveVectorizer(WordVectors(["snow"], [[1]])).fit(sequences)


@pytest.mark.parametrize(
    "X",
    [
        TokenSequences(np.ones(20, dtype=int), np.arange(21)),
        np.ones((20, 3), dtype=int),
        np.zeros((20, 3), dtype=int),
        KerasTokenizer(max_tokens=3).fit(["sun"]).transform(["rain"] * 20),
    ],
    ids=["sequences", "ids", "padding", "another vocabulary"],
)
@pytest.mark.parametrize("wide", [False, True])
def test_unknown_ids_alone_are_refused(X, wide):
    with pytest.raises(ValueError, match=f"^{re.escape(UNKNOWN)}$"):
        CNNTextClassifier(wide=wide).fit(X, LABELS)


class Strange(KerasTokenizer):
    """A tokenizer that knows no word after it has counted all of them."""

    def transform(self, X):
        """Give each document one unknown id."""
        return TokenSequences(np.ones(len(X), dtype=int), np.arange(len(X) + 1))

    def fit_transform(self, X, y=None):
        """Learn, and give each document one unknown id."""
        return self.fit(X).transform(X)


def test_unknown_ids_of_another_tokenizer_are_refused():
    for X, y in [(TEXTS, LABELS), (stream([(TEXTS, LABELS)]), None)]:
        with pytest.raises(ValueError, match=f"^{re.escape(UNKNOWN)}$"):
            CNNTextClassifier(tokenizer=Strange()).fit(X, y)


def test_a_search_leaves_out_what_cannot_be_fitted():
    model = make_pipeline(KerasTokenizer(), CNNTextClassifier(epochs=1, random_state=0))
    search = GridSearchCV(model, {"kerastokenizer__min_df": [1000]}, cv=2)
    with pytest.raises(ValueError, match=r"empty vocabulary; X holds 10 documents and"):
        search.fit(TEXTS, LABELS)
