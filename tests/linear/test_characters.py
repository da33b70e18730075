"""Scripts that are written without blanks: characters, pairs and triples are counted."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.feature_extraction.text import TfidfVectorizer

from skembed import CNNTextClassifier, KerasTokenizer, explain, load, save, to_onnx
from skembed.linear import learn_bags
from skembed.serve import Predictor

CHINESE = ["今天天气很好", "今天天气不好", "明天天气很好", "明天下雨", "明天不下雨"] * 2
MIXED = ["今天气温20度", "今天气温21度", "iPhone很好", "iPhone不好"] * 2


def bags_of(texts):
    tokenizer = KerasTokenizer(tokenizer="unicode")
    sequences = tokenizer.fit_transform(texts)
    words = tokenizer.vocabulary_
    tables, bag = learn_bags(sequences, len(words) + 2, words)
    return tables, bag, words


def test_triples_by_hand():
    tables, bag, words = bags_of(["天气好", "天气好"])
    assert list(words) == ["天", "气", "好"]
    assert tables.pairs.tolist() == [2 * 5 + 3, 3 * 5 + 4]
    assert tables.triples.tolist() == [0 * 5 + 4]  # the first pair, and the third character
    # Three characters, two pairs and one triple, all in both documents: of equal weight.
    assert_allclose(bag.toarray(), np.tile([0, 0, *[1 / np.sqrt(6)] * 6], (2, 1)), rtol=1e-6)


@pytest.mark.parametrize("texts", [CHINESE, ["ไปกินข้าว", "กินข้าว"] * 2])
def test_bags_are_scikit_learns_of_one_to_three_characters(texts):
    """Thai has marks that belong to the character before, so its words are cut first."""
    tokenizer = KerasTokenizer(tokenizer="unicode").fit(texts)
    words = tokenizer.get_vocabulary()
    spaced = [" ".join(words[i] for i in ids) for ids in tokenizer.transform(texts)]
    expected = TfidfVectorizer(
        ngram_range=(1, 3), sublinear_tf=True, token_pattern=r"\S+"
    ).fit_transform(spaced)
    _, bag, _ = bags_of(texts)
    for row, wanted in zip(bag.toarray(), expected.toarray(), strict=True):
        assert_allclose(np.sort(row[row != 0]), np.sort(wanted[wanted != 0]), rtol=1e-5)


def test_words_have_no_triples_and_characters_no_ngrams():
    tables, _, _ = bags_of(["the sunny sunday", "the sunny sunday", "a sunny sea"])
    assert len(tables.triples) == 0
    assert tables.ngrams.n_columns > 0
    tables, _, _ = bags_of(CHINESE)
    assert len(tables.triples) > 0
    assert tables.ngrams.n_columns == 0
    few_characters, _, _ = bags_of(["今天天 the sunny sunday, rainy sunset"] * 2)
    assert len(few_characters.triples) > 0
    assert few_characters.ngrams.n_columns > 0


@pytest.mark.parametrize("texts", [CHINESE, MIXED])
def test_files_servers_and_explanations_know_triples(texts, tmp_path):
    labels = ["fine", "foul"] * (len(texts) // 2)
    classifier = CNNTextClassifier(embedding_dim=4, filters=2, epochs=2, random_state=0)
    classifier.fit(texts, labels)
    assert classifier.bag_of_words(texts).shape[1] > 2 * len(classifier.tokenizer_.vocabulary_)
    expected = classifier.predict_proba(texts)
    save(classifier, tmp_path / "model.skembed")
    np.testing.assert_array_equal(load(tmp_path / "model.skembed").predict_proba(texts), expected)
    to_onnx(classifier, tmp_path / "model.onnx")
    served = Predictor(tmp_path / "model.onnx")
    assert_allclose(served.predict_proba(texts), expected, atol=1e-5)
    for text, odds in zip(texts, served.predict_proba(texts), strict=True):
        assert_allclose(served.predict_proba([text])[0], odds, atol=1e-6)
    explanation = explain(classifier, texts[0])
    assert abs(explanation.additivity_error).max() < 0.05
