"""Rows of JSON lines."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import IO

from skembed.data._block import Block, Wanted, meant

_ONE_ON_EACH = (
    "Save it as JSON lines, with an object on each line: "
    "pandas.read_json(old).to_json(new, orient='records', lines=True)."
)


def json_blocks(lines: IO[str], name: str, wanted: Wanted) -> Iterator[Block]:
    """Yield the rows of a file with a JSON object on each line."""
    rows = _objects(lines, name)
    while True:
        numbered = [*islice(rows, wanted.size)]
        yield _block(numbered, name, wanted)
        if len(numbered) < wanted.size:
            return


def _block(numbered: list[tuple[int, dict[str, object]]], name: str, wanted: Wanted) -> Block:
    def place(i: int) -> str:
        return f"{name}, line {numbered[i][0]}"

    for i, (_, row) in enumerate(numbered):
        for column in wanted.taken:
            if column not in row:
                keys = ", ".join(map(repr, row)) or "none"
                told = f"{place(i)} has no key {column!r}. Its keys: {keys}."
                raise ValueError(f"{told} {meant(column, [*row], wanted.advice)}".rstrip())
    return Block(
        [*numbered[0][1]] if numbered else [],
        [[row[column] for _, row in numbered] for column in wanted.taken],
        lambda: [[*row.items()] for _, row in numbered],
        place,
    )


def _objects(lines: IO[str], name: str) -> Iterator[tuple[int, dict[str, object]]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line, object_pairs_hook=_unique)
        except (ValueError, RecursionError) as error:
            told = f"{name}, line {number} is not JSON: {error}."
            is_list = number == 1 and line.lstrip().startswith("[")
            raise ValueError(f"{told} {_ONE_ON_EACH if is_list else ''}".rstrip()) from error
        if not isinstance(row, dict):
            told = f"{name}, line {number} must be a JSON object, got {line.strip()!r:.60}."
            raise ValueError(f"{told} {_ONE_ON_EACH if isinstance(row, list) else ''}".rstrip())
        yield number, row


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} occurs twice")
    return found
