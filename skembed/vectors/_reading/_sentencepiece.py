"""A SentencePiece model of bpemb → the rules of a Hugging Face tokenizer."""

import base64
import json
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from skembed.text import PieceTokenizer, open_rules

# Numbers of fields and values in sentencepiece_model.proto.
_PIECE, _TRAINER, _NORMALIZER = 1, 2, 3
_TEXT, _SCORE, _KIND = 1, 2, 3
_MODEL_TYPE, _BPE = 3, 2
_CHARACTERS, _DUMMY_PREFIX, _REMOVE_SPACES, _ESCAPE_SPACES = 2, 3, 4, 5
_NORMAL, _UNKNOWN = 1, 2
_LONGEST_VARINT = 10
_LONGEST_PIECE = 1000
"""Characters; by default the trainer makes pieces of 16 characters at most."""


class _Piece(NamedTuple):
    text: str
    score: float
    kind: int


def read_sentencepiece(path: Path) -> PieceTokenizer:
    """Read a byte-pair model of SentencePiece.

    bpemb lowercased its texts and replaced their digits by zeros before it cut them.
    """
    try:
        pieces, trainer, normalizer = _parse(path.read_bytes())
    except (ValueError, TypeError, LookupError) as error:
        raise _wrong(path) from error
    unknown = [piece.text for piece in pieces if piece.kind == _UNKNOWN]
    usual = all(normalizer.get(k, 1) for k in (_DUMMY_PREFIX, _REMOVE_SPACES, _ESCAPE_SPACES))
    if trainer.get(_MODEL_TYPE, 1) != _BPE or len(unknown) != 1 or not usual:
        raise ValueError(
            f"{path}: expected a byte-pair model, as in bpemb, found another kind. Cut with the "
            "package sentencepiece: tokenizer=lambda text: model.encode(text, out_type=str)."
        )
    try:
        rules = _rules(pieces, unknown[0], normalizer.get(_CHARACTERS, b""))
        open_rules(rules)
    except (ValueError, TypeError) as error:
        raise _wrong(path) from error
    return PieceTokenizer(rules)


def _wrong(path: Path) -> ValueError:
    return ValueError(
        f"{path} is not a model of SentencePiece, or it is truncated. Get it again, or remove it "
        "to read the vectors without their tokenizer."
    )


def _rules(pieces: list[_Piece], unknown: str, characters: bytes) -> str:
    """Return the rules as JSON; `characters` is the table of replaced characters."""
    model = {
        "type": "BPE",
        "unk_token": unknown,
        "fuse_unk": True,
        "vocab": {piece.text: i for i, piece in enumerate(pieces)},
        "merges": _merges(pieces),
    }
    rules = {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": {"type": "Sequence", "normalizers": _normalizers(characters)},
        "pre_tokenizer": {
            "type": "Metaspace",
            "replacement": "\u2581",
            "prepend_scheme": "always",
            "split": True,
        },
        "model": model,
    }
    return json.dumps(rules, ensure_ascii=False, separators=(",", ":"))


def _normalizers(characters: bytes) -> list[dict[str, Any]]:
    """Return the steps that change a text before it is cut."""
    exchanged = {
        "type": "Precompiled",
        "precompiled_charsmap": base64.b64encode(characters).decode(),
    }
    return [
        {"type": "Lowercase"},
        {"type": "Replace", "pattern": {"Regex": r"\d"}, "content": "0"},
        *([exchanged] if characters else []),
        {"type": "Strip", "strip_left": True, "strip_right": True},
        {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
    ]


def _merges(pieces: list[_Piece]) -> list[list[str]]:
    """Return the pairs of pieces that make a piece, those with the highest score first."""
    known = {piece.text for piece in pieces if piece.kind == _NORMAL}
    pairs = [
        (-piece.score, [piece.text[:i], piece.text[i:]])
        for piece in pieces
        if piece.kind == _NORMAL
        for i in range(1, len(piece.text))
        if piece.text[:i] in known and piece.text[i:] in known
    ]
    return [pair for _, pair in sorted(pairs, key=lambda pair: pair[0])]


def _parse(data: bytes) -> tuple[list[_Piece], Mapping[int, Any], Mapping[int, Any]]:
    """Return the pieces, and the settings of the trainer and the normalizer."""
    pieces: list[_Piece] = []
    parts: dict[int, dict[int, Any]] = {_TRAINER: {}, _NORMALIZER: {}}
    for field, value in _entries(data):
        if field == _PIECE:
            told = dict(_entries(value))
            text = bytes(told[_TEXT]).decode()
            if len(text) > _LONGEST_PIECE:
                raise ValueError("no piece is so long")
            pieces.append(_Piece(text, float(told.get(_SCORE, 0.0)), told.get(_KIND, _NORMAL)))
        elif field in parts:
            parts[field] = dict(_entries(value))
    if not pieces:
        raise ValueError("no pieces")
    return pieces, parts[_TRAINER], parts[_NORMALIZER]


def _entries(data: bytes) -> Iterator[tuple[int, Any]]:
    """Yield the fields of a message of Protocol Buffers: integers, floats and bytes."""
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        kind = key & 7
        if kind == 0:
            value, place = _varint(data, place)
            yield key >> 3, value
            continue
        size = {1: 8, 5: 4}.get(kind)
        if kind == 2:
            size, place = _varint(data, place)
        if size is None or place + size > len(data):
            raise ValueError("no such field")
        raw, place = data[place : place + size], place + size
        yield key >> 3, struct.unpack("<f", raw)[0] if kind == 5 else raw


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """Return an integer of several bytes, with seven bits in each, and its end."""
    value = 0
    for i, byte in enumerate(data[place : place + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << 7 * i
        if byte < 0x80:
            return value, place + i + 1
    raise ValueError("an integer does not end")
