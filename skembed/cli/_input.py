"""The files that a command reads and writes, and their formats."""

import errno
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from skembed.data import FORMATS, SAVE_AS_CSV, Advice, Table, format_of, open_table, other_kind
from skembed.files import Target, describe_file
from skembed.vectors import vector_files

BATCH = 1024
"""Rows in memory at the same time."""

STANDARD = "-"
"""Name of standard input or output instead of a file."""


def open_input(
    file: str,
    text: str | Sequence[str] | None,
    label: str | None,
    format: str | None,
    separator: str | None,
    encoding: str | None,
) -> Table:
    """Open a file, or standard input, for its texts and labels; see `open_table`."""
    _check_exists(file)
    format = known_format(file, format)
    if file == STANDARD and sys.stdin is None:
        raise ValueError("Standard input is closed; give a file.")
    source = 0 if file == STANDARD else file
    table = open_table(source, text, label, format=format, separator=separator, encoding=encoding)
    choose = "--text" if label is None else "--text and --label"
    return replace(table, advice=Advice(f"Choose columns with {choose}.", "--text {words}"))


def refuse_table(model: str, file: str = STANDARD) -> None:
    """Refuse a table in place of the model, as when MODEL is forgotten."""
    _check_exists(model)
    if format_of(model) is None or not os.path.isfile(model):
        return
    if file == STANDARD:
        command = click.get_current_context().command_path
        raise ValueError(f"{model} is a table, but MODEL comes first: {command} MODEL {model}")
    raise ValueError(f"{model} is a table, but MODEL must be a file of train or export.")


def _check_exists(path: str) -> None:
    """Refuse a file that does not exist."""
    if path == STANDARD or os.path.exists(path):
        return
    error = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    if " " in path and not os.path.splitext(path)[1]:
        error.add_note("It must be the name of a file, not a text.")
    raise error


def refuse_model(file: str, model: str | None) -> None:
    """Refuse a model in place of the table, as when MODEL and FILE are swapped."""
    found = describe_file(file) if os.path.isfile(file) else ""
    if found in ("a skembed model file", "an ONNX model"):
        way_out = "Name a table." if model is None else f"The model comes first: {file} {model}."
        raise ValueError(f"{file} is {found}, but FILE must be a table. {way_out}")


def inputs_of(table: Table, embeddings: str | None = None) -> list[tuple[str, Target]]:
    """List the files that a command reads, with their names in messages."""
    vectors = [("the word vectors", path) for path in vector_files(embeddings)]
    return [("the table", table.source), *vectors]


def with_size(path: str) -> str:
    """Return the name and size of a file that a command has written."""
    return f"{path}, {Path(path).stat().st_size / 1e6:.1f} MB"


def known_format(
    path: str, given: str | None, option: str = "--format", formats: Sequence[str] = FORMATS
) -> str:
    """Return the format of a file by its name, unless it is given by an option."""
    if path != STANDARD and os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    format = given or format_of(path)
    if format is None:
        if formats is FORMATS and path != STANDARD and (told := other_kind(path)):
            raise ValueError(told)
        name = "Standard input has no name to show" if path == STANDARD else f"{path} does not show"
        way_out = [f"Add {option} and one of {', '.join(formats)}."]
        way_out += [SAVE_AS_CSV] if formats is FORMATS else []
        raise ValueError(" ".join([f"{name} the format.", *way_out]))
    if format not in formats:
        raise ValueError(
            f"Answers cannot be written as {format}. Add {option} and one of {', '.join(formats)}."
        )
    return format
