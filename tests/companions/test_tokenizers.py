"""A tokenizer of Hugging Face cuts texts into pieces."""

import pickle

import joblib
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import skembed
from skembed.serve import Predictor


def test_the_page(run, folder):
    names = run("tokenizers")
    network, texts, pieces = names["network"], names["texts"], names["pieces"]
    known = network.tokenizer_.vocabulary_
    assert pieces.get_vocab().keys() == known.keys()
    encoded = network.tokenizer_.transform(["sand hail"])[0]
    assert encoded.tolist() == [known[piece] for piece in pieces.encode("sand hail").tokens]
    assert network.score(texts, names["weather"]) == 1
    expected = network.predict_proba(texts)
    assert_array_equal(pickle.loads(pickle.dumps(network)).predict_proba(texts), expected)
    joblib.dump(network, "pieces.joblib")
    assert_array_equal(joblib.load("pieces.joblib").predict_proba(texts), expected)


def test_a_function_gives_the_same(run):
    names = run("tokenizers")
    network, pieces = names["network"], names["pieces"]
    cut = names["subwords"].set_params(tokenizer=lambda text: pieces.encode(text).tokens)
    expected = network.predict_proba(names["texts"])
    network.set_params(tokenizer=cut).fit(names["texts"], names["weather"])
    assert_array_equal(network.predict_proba(names["texts"]), expected)


def test_saved_and_served(run, folder):
    names = run("tokenizers")
    network, texts = names["network"], names["texts"]
    expected = network.predict_proba(texts)
    skembed.save(network, "pieces.skembed")
    assert_array_equal(skembed.load("pieces.skembed").predict_proba(texts), expected)
    skembed.to_onnx(network, "pieces.onnx")
    assert_allclose(Predictor("pieces.onnx").predict_proba(texts), expected, atol=1e-5)


def test_a_function_is_not_saved(run, folder):
    names = run("tokenizers")
    cut = names["subwords"].set_params(tokenizer=lambda text: text.split())
    network = names["network"].set_params(tokenizer=cut).fit(names["texts"], names["weather"])
    with pytest.raises(TypeError, match=r"tokenizer"):
        skembed.save(network, "pieces.skembed")
    with pytest.raises(TypeError, match="to_onnx cannot write a tokenizing function"):
        skembed.to_onnx(network, "pieces.onnx")
