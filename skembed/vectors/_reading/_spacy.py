"""spaCy's vectors: a matrix, the row of each word's hash, and the words."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skembed.text import OwnCut
from skembed.vectors._layouts import KEYS, SETTINGS, STRINGS
from skembed.vectors._reading._block import LONGEST_WORD, Block
from skembed.vectors._reading._hashes import hash_words
from skembed.vectors._reading._refusals import PASS_PARTS
from skembed.words import WordIndex

# spaCy's own symbols have a number in place of a hash (spacy/symbols.pyx).
_SYMBOLS = {
    64: "ID ORTH LOWER NORM SHAPE PREFIX SUFFIX LENGTH CLUSTER LEMMA POS TAG DEP ENT_IOB ENT_TYPE "
    "HEAD SENT_START SPACY PROB LANG ADJ ADP ADV AUX CONJ CCONJ DET INTJ NOUN NUM PART PRON PROPN "
    "PUNCT SCONJ SYM VERB X EOL SPACE",
    380: "PERSON NORP FACILITY ORG GPE LOC PRODUCT EVENT WORK_OF_ART LANGUAGE LAW DATE TIME "
    "PERCENT MONEY QUANTITY ORDINAL CARDINAL acomp advcl advmod agent amod appos attr aux auxpass "
    "cc ccomp complm conj cop csubj csubjpass dep det dobj expl hmod hyph infmod intj iobj mark "
    "meta neg nmod nn npadvmod nsubj nsubjpass num number oprd obj obl parataxis partmod pcomp "
    "pobj poss possessive preconj prep prt punct quantmod relcl rcmod root xcomp acl "
    "ENT_KB_ID MORPH ENT_ID IDX _",
}
_LONGEST_INTEGER = {0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8}


def read_spacy(path: Path, limit: int | None, kept: WordIndex | None) -> Iterator[Block]:
    """Read the file ``vectors`` of a spaCy pipeline, whose words lie beside it."""
    settings = _read_settings(path.with_name(SETTINGS))
    if settings.get("mode", "default") != "default":
        raise ValueError(
            f"{path}: expected vectors of words, found those of mode {settings['mode']!r}, which "
            "spaCy computes from parts of words. Compute the vectors of your words with spaCy and "
            "pass WordVectors(words, matrix)."
        )
    matrix = _read_matrix(path)
    row_of = _read_keys(path.with_name(KEYS), len(matrix))
    names = _read_strings(path.with_name(STRINGS))
    keys = list(row_of)[:limit]
    known = [key for key in keys if key in names]
    words = [names[key] for key in known]
    rows = np.array([row_of[key] for key in known], dtype=np.int64)
    chosen = np.asarray(matrix[rows], dtype=np.float32)
    finite = np.isfinite(chosen).all(axis=1)
    if not finite.all():
        word = words[int(np.argmin(finite))]
        raise ValueError(f"{path}, word {word!r}: expected finite numbers, found NaN or infinity.")
    cut: OwnCut = "unicode" if settings.get("attr", "ORTH") == "ORTH" else None
    encoded = [word.encode("utf-8", "surrogatepass") for word in words]
    block = Block.of_words(encoded, chosen, np.arange(1, len(words) + 1), kept)
    yield replace(block, tokenizer=cut, n_nameless=len(keys) - len(known))


def _read_settings(path: Path) -> dict[str, str]:
    """Read how the vectors are looked up; older pipelines have no such settings."""
    if not path.is_file():
        return {}
    try:
        return {**json.loads(path.read_text(encoding="utf-8"))}
    except (ValueError, TypeError, RecursionError) as error:
        raise _damaged(path, "settings in JSON") from error


def _read_matrix(path: Path) -> NDArray[np.floating]:
    try:
        matrix: NDArray[np.floating] = np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as error:  # a wrong header can fail anywhere in NumPy
        raise _damaged(path, "a matrix") from error
    if not matrix.size:
        raise ValueError(
            f"{path} holds no vectors: pipelines whose names end in sm have none. Take one whose "
            "name ends in md or lg."
        )
    if matrix.ndim != 2 or matrix.dtype.kind != "f":
        raise _damaged(path, "a matrix")
    return matrix


def _read_strings(path: Path) -> dict[int, str]:
    """Return words by their hashes."""
    try:
        words = json.loads(path.read_text(encoding="utf-8"))
        if max(map(len, words), default=0) > LONGEST_WORD:
            raise ValueError("no word is so long")
        hashes = hash_words(words).tolist()
    except (ValueError, TypeError, RecursionError, OSError) as error:
        raise _damaged(path, "a list of words in JSON") from error
    names = dict(zip(hashes, words, strict=True))
    return names | {
        number: name
        for start, joined in _SYMBOLS.items()
        for number, name in enumerate(joined.split(), start)
    }


def _read_keys(path: Path, n_rows: int) -> dict[int, int]:
    """Return the row of each hash: a map of integers in the format of MessagePack."""
    data = path.read_bytes()
    try:
        size, place = _map_size(data)
        numbers = []
        for _ in range(2 * size):
            width = _LONGEST_INTEGER.get(data[place], 0)
            start = place + (width > 0)
            place = start + (width or 1)
            numbers.append(int.from_bytes(data[start:place], "big"))
            if place > len(data) or (not width and data[start] > 0x7F):
                raise ValueError("no such integer")
        keys, rows = numbers[::2], numbers[1::2]
        if place != len(data) or len(set(keys)) != size or max(rows, default=0) >= n_rows:
            raise ValueError("another matrix")
    except (ValueError, IndexError) as error:
        raise _damaged(path, f"a row among {n_rows:,} for each word") from error
    return dict(zip(keys, rows, strict=True))


def _map_size(data: bytes) -> tuple[int, int]:
    """Return the number of pairs in a map of MessagePack, and where they begin."""
    if data[0] >> 4 == 8:
        return data[0] & 15, 1
    width = {0xDE: 2, 0xDF: 4}.get(data[0], 0)
    if not width:
        raise ValueError("no map")
    return int.from_bytes(data[1 : 1 + width], "big"), 1 + width


def _damaged(path: Path, wanted: str) -> ValueError:
    return ValueError(f"{path} is damaged: expected {wanted}, as spaCy writes it. {PASS_PARTS}")
