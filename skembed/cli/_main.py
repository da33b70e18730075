"""All commands, and their error messages."""

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from skembed import __version__
from skembed._messages import did_you_mean
from skembed.cli._commands import compare, coverage, export, train
from skembed.cli._demo import demo
from skembed.cli._evaluate import evaluate
from skembed.cli._predict import predict
from skembed.files import ended_by_signals, has_no_reader, nobody_reads, sentence

PROGRAM, SCRIPT = "python -m skembed", "skembed"
"""The name of the program in help texts: the way it was started."""

_DOWNLOAD = re.compile(r'WordVectors\.download\("([^"]+)"\)')
_COMMAND = "python -c \"import skembed; skembed.WordVectors.download('\\1')\""


class Commands(click.Group):
    """Commands whose errors are one sentence on standard error, and status 1."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or suggest a similar one."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            hint = did_you_mean(name, self.commands)
            there_are = f"Commands are {', '.join(self.commands)}."
            ctx.fail(f"No such command {name!r}. {hint or there_are}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (ValueError, TypeError, OSError, ImportError, FloatingPointError) as error:
            if has_no_reader(error):
                raise click.exceptions.Exit(nobody_reads()) from error
            raise click.ClickException(_as_command(sentence(error))) from error


def _as_command(message: str) -> str:
    """Replace a call of Python in a message by a command that can be typed."""
    return _DOWNLOAD.sub(_COMMAND, message)


@click.group(
    cls=Commands,
    commands=[compare, coverage, demo, evaluate, export, predict, train],
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__)
def commands() -> None:
    """Neural text classification with word embeddings, from tables in files.

    Tables are CSV or TSV with a header, JSON lines, Parquet or Arrow. Files whose names end in
    .gz are decompressed. A row without a text stops a command. In training, a row without a
    label stops it too. The message names the line.
    """


def run(arguments: list[str] | None) -> int:
    """Run a command and return its status.

    The stopped work ends with this frame, so that unfinished files are removed before the exit.
    """
    try:
        with ended_by_signals(), _warnings_as_sentences():
            name = SCRIPT if Path(sys.argv[0]).stem == SCRIPT else PROGRAM
            return commands.main(arguments, prog_name=name, standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 1


@contextmanager
def _warnings_as_sentences() -> Iterator[None]:
    """Print warnings on standard error without the line of code, each text only once."""
    said = set()

    def say(message: Warning | str, *_: object, **__: object) -> None:
        if str(message) not in said:
            said.add(str(message))
            click.echo(f"Warning: {message}", err=True)

    with warnings.catch_warnings():
        warnings.showwarning = say
        yield
