"""Static models of model2vec, sentence-transformers and wordllama: a matrix and a tokenizer."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed.text import PieceTokenizer, open_rules
from skembed.vectors._layouts import TOKENIZER, tokenizer_of
from skembed.vectors._reading._block import Block, blocks_of
from skembed.vectors._reading._refusals import PASS_PARTS, not_vectors
from skembed.words import WordIndex, pack_words

_NUMBERS = ("F64", "F32", "F16", "I8")
_OF_MODEL2VEC, _OF_TORCH = "embeddings", "embedding.weight"
_WANTED = f"a tensor {_OF_MODEL2VEC} or {_OF_TORCH}"


def read_static_model(path: Path, limit: int | None, kept: WordIndex | None) -> Iterator[Block]:
    """Read the pieces of a static model, and their vectors times their weights.

    model2vec skips unknown pieces, so the vector of the unknown piece is left out.
    """
    tensors = _read_tensors(path)
    rules = read_rules(path)
    rows, is_of_model2vec = _rows(tensors, path.name), _OF_MODEL2VEC in tensors
    pieces = _pieces(rules, path, len(rows))
    if is_of_model2vec:
        unknown = _unknown_piece(json.loads(rules)["model"], pieces)
        pieces = {i: piece for i, piece in pieces.items() if piece != unknown}
    ids = np.array(sorted(pieces), dtype=np.int64)[:limit]
    finite = np.isfinite(rows[ids]).all(axis=1)
    if not finite.all():
        piece = pieces[int(ids[np.argmin(finite)])]
        raise ValueError(
            f"{path.name}, piece {piece!r}: expected finite numbers, found NaN or infinity."
        )
    packed = pack_words([pieces[i] for i in ids.tolist()])
    for block in blocks_of(*packed, rows[ids], np.arange(len(ids)), PieceTokenizer(rules)):
        yield block if kept is None else block.only(kept)


def read_rules(path: Path) -> str:
    """Read the tokenizer of a static model as JSON, without its padding and truncation."""
    place = tokenizer_of(path)
    if place is None:
        raise FileNotFoundError(
            f"{path} is a matrix without words: there is no {TOKENIZER} beside it. Put that of the "
            f"model there. Or: {PASS_PARTS[0].lower()}{PASS_PARTS[1:]}"
        )
    try:
        rules = json.loads(place.read_text(encoding="utf-8"))
        rules |= {"padding": None, "truncation": None}
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"{place} is not a {TOKENIZER}, or it is truncated.") from error
    return json.dumps(rules, ensure_ascii=False, separators=(",", ":"))


def _read_tensors(path: Path) -> dict[str, NDArray[Any]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            kinds = {name: file.get_slice(name).get_dtype() for name in file.keys()}  # noqa: SIM118
            main = next((name for name in (_OF_MODEL2VEC, _OF_TORCH) if name in kinds), None)
            if main is None:
                raise not_vectors(path.name, f"a safetensors file without {_WANTED}")
            if kinds[main] not in _NUMBERS:
                raise ValueError(
                    f"{path.name}: expected numbers of the type {', '.join(_NUMBERS)}, found "
                    f"{kinds[main]}. Save the model with float32 numbers."
                )
            wanted = [main, *(each for each in ("mapping", "weights") if each in kinds)]
            return {name: file.get_tensor(name) for name in wanted}
    except SafetensorError as error:
        raise ValueError(f"{path.name} is a damaged or truncated safetensors file.") from error


def _rows(tensors: dict[str, NDArray[Any]], name: str) -> NDArray[np.float32]:
    """Return the vector of each piece, shape (n_pieces, n_dims), times its weight."""
    matrix = tensors[_OF_MODEL2VEC if _OF_MODEL2VEC in tensors else _OF_TORCH]
    if matrix.ndim != 2 or not matrix.size:
        raise ValueError(f"{name}: expected a matrix, found an array of shape {matrix.shape}.")
    rows = matrix.astype(np.float32)
    if "mapping" in tensors:
        mapping = tensors["mapping"]
        is_one = mapping.ndim == 1 and mapping.dtype.kind in "iu" and mapping.size > 0
        if not is_one or mapping.min() < 0 or mapping.max() >= len(rows):
            raise ValueError(
                f"{name}: expected a mapping of each piece to one of {len(rows)} rows, found "
                "another."
            )
        rows = rows[mapping]
    if "weights" in tensors:
        weights = tensors["weights"]
        if weights.shape != (len(rows),) or weights.dtype.kind != "f":
            raise ValueError(
                f"{name}: expected a weight for each of {len(rows)} pieces, found an array of "
                f"shape {weights.shape}."
            )
        rows = rows * weights.astype(np.float32)[:, None]
    return rows


def _pieces(rules: str, path: Path, n_rows: int) -> dict[int, str]:
    """Return the pieces by their ids; there is one for each row."""
    place = tokenizer_of(path)
    try:
        vocabulary = open_rules(rules).get_vocab(with_added_tokens=True)
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from error
    pieces = {i: piece for piece, i in vocabulary.items()}
    n_ids = max(pieces, default=-1) + 1
    if n_ids != n_rows:
        raise ValueError(
            f"{path.name} has {n_rows:,} rows, but the tokenizer in {place} has {n_ids:,} pieces. "
            "They are not of the same model: put the model's own tokenizer there."
        )
    return pieces


def _unknown_piece(model: dict[str, Any], pieces: dict[int, str]) -> str | None:
    """Return the piece for unknown text, if there is one."""
    unknown: str | None = model.get("unk_token")
    return pieces.get(model["unk_id"]) if model.get("unk_id") is not None else unknown
