"""Small models in the layouts of the peers, made of a tokenizer, a matrix and nothing else."""

import json
import struct

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

PIECES = ["[PAD]", "[UNK]", "sun", "moon", "##s", "##hine", "the", ",", "tide", "sea"]
MATRIX = np.random.default_rng(0).normal(size=(len(PIECES), 4)).astype(np.float32)
TEXTS = ["The sun shine, sunshine", "moons", "", "the SEA \u2603 zebra", "[PAD] tide"]
LATER = ["sea tide", "\u2603", "a sunshine, moon", "half \ud83d a pair"]


def word_piece():
    """Return a tokenizer of words and their ends, which pads and truncates as published ones do."""
    vocabulary = {piece: i for i, piece in enumerate(PIECES)}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.add_special_tokens(["[PAD]", "[UNK]"])
    made.enable_padding(length=16)
    made.enable_truncation(2)
    return made


def write_model(folder, tensors=None, tokenizer=None, *, within=""):
    """Write a static model; without tensors, one of model2vec."""
    place = folder / within
    place.mkdir(parents=True, exist_ok=True)
    save_file({"embeddings": MATRIX} if tensors is None else tensors, place / "model.safetensors")
    (tokenizer or word_piece()).save(str(place / "tokenizer.json"))
    (folder / "modules.json").write_text(json.dumps([{"idx": 0, "path": within}]))
    return folder


def means(texts, rows, *, left_out):
    """Return what the peers compute: the mean of the rows of a text's pieces."""
    tokenizer = word_piece()
    tokenizer.no_padding()
    tokenizer.no_truncation()
    found = np.zeros((len(texts), rows.shape[1]), np.float32)
    for row, text in zip(found, texts, strict=True):
        whole = text.replace("\ud83d", "\ufffd")
        ids = tokenizer.encode(whole, add_special_tokens=False).ids
        ids = [i for i in ids if PIECES[i] not in left_out]
        if ids:
            row[:] = rows[ids].mean(axis=0)
    return found


SENTENCE_PIECES = [
    "<unk>",
    "<s>",
    "</s>",
    "\u2581s",
    "un",
    "\u2581sun",
    "\u2581",
    "s",
    "u",
    "n",
    "0",
]


def sentencepiece_model(kind=2, pieces=SENTENCE_PIECES):
    """Return a model of SentencePiece: pieces of falling score, and the kind of the model."""

    def field(number, content):
        return bytes([number << 3 | 2, len(content)]) + content

    def piece(i, text):
        kind = {0: 2, 1: 3, 2: 3}.get(i, 1)
        score = bytes([2 << 3 | 5]) + struct.pack("<f", -i)
        return field(1, field(1, text.encode()) + score + bytes([3 << 3, kind]))

    said = b"".join(piece(i, text) for i, text in enumerate(pieces))
    return said + field(2, bytes([3 << 3, kind]))


def write_bpemb(folder, pieces=SENTENCE_PIECES):
    """Write vectors of bpemb and its tokenizer, named as it names them."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = np.arange(1, 2 * len(pieces) + 1, dtype=np.float32).reshape(-1, 2)
    content = b"".join(
        p.encode() + b" " + r.tobytes() + b"\n" for p, r in zip(pieces, rows, strict=True)
    )
    name = "xx.wiki.bpe.vs11"
    (folder / f"{name}.d2.w2v.bin").write_bytes(f"{len(pieces)} 2\n".encode() + content)
    (folder / f"{name}.model").write_bytes(sentencepiece_model(pieces=pieces))
    return folder
