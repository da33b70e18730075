"""bpemb's vectors and the model of SentencePiece that cut their texts."""

import re

import pytest

from skembed import GloveVectorizer, WordVectors
from tests.vectors.static_models import SENTENCE_PIECES, sentencepiece_model, write_bpemb


@pytest.fixture
def folder(tmp_path):
    return write_bpemb(tmp_path / "xx")


def test_texts_are_cut_into_pieces(folder):
    vectors = WordVectors.load(folder)
    assert list(vectors.words) == SENTENCE_PIECES
    found = vectors.tokenizer.encode_batch(
        ["Sun uns", " sun  su7", "", "s\u2603\u2603n", "<s>"], add_special_tokens=False
    )
    assert [each.tokens for each in found] == [
        ["\u2581sun", "\u2581", "un", "s"],
        ["\u2581sun", "\u2581s", "u", "0"],
        [],
        ["\u2581s", "<unk>", "n"],
        ["\u2581", "<unk>", "s", "<unk>"],
    ]


def test_features(folder):
    vectorizer = GloveVectorizer(folder).fit(["sun"])
    rows = {piece: [2 * i + 1.0, 2 * i + 2.0] for i, piece in enumerate(SENTENCE_PIECES)}
    assert vectorizer.transform(["SUN"]).tolist() == [rows["\u2581sun"]]
    assert vectorizer.transform(["u"])[0, 0] == (rows["\u2581"][0] + rows["u"][0]) / 2


def test_without_the_model_they_are_words(folder):
    (folder / "xx.wiki.bpe.vs11.model").unlink()
    vectors = WordVectors.load(folder)
    assert (list(vectors.words), vectors.tokenizer) == (SENTENCE_PIECES, None)


BROKEN_CHARACTERS = bytes([3 << 3 | 2, 4, 2 << 3 | 2, 2, 9, 9])
DAMAGES = [
    lambda model: model[:-1],
    lambda model: b"\xff" * 20,
    lambda model: b"",
    lambda model: bytes([1 << 3, 1]),
    lambda model: model + bytes([3 << 3, 1]),
    lambda model: model + BROKEN_CHARACTERS,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_model(folder, damage):
    model = folder / "xx.wiki.bpe.vs11.model"
    model.write_bytes(damage(model.read_bytes()))
    message = "is not a model of SentencePiece, or it is truncated. Get it again, or remove it to"
    with pytest.raises(ValueError, match=f"{re.escape(str(model))} {message}"):
        WordVectors.load(folder)


def test_a_model_of_another_kind(folder):
    (folder / "xx.wiki.bpe.vs11.model").write_bytes(sentencepiece_model(kind=1))
    with pytest.raises(ValueError, match="expected a byte-pair model, as in bpemb, found another"):
        WordVectors.load(folder)
