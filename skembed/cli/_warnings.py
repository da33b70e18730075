"""Warnings as sentences of a command, not as lines of a program."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click


@contextmanager
def warnings_as_sentences() -> Iterator[None]:
    """Print warnings on standard error without the line of code, and each text once."""
    said = set()

    def say(message: Any, category: Any, *_: Any, **__: Any) -> None:
        if str(message) not in said:
            said.add(str(message))
            click.echo(f"Warning: {message}", err=True)

    with warnings.catch_warnings():
        warnings.showwarning = say
        yield
