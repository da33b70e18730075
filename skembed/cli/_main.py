"""All commands, and their error messages."""

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from skembed import __version__
from skembed._bar import show_bar
from skembed._messages import did_you_mean
from skembed.files import ended_by_signals, has_no_reader, nobody_reads, sentence

PROGRAM, SCRIPT = "python -m skembed", "skembed"
"""The name of the program in help texts: the way it was started."""

SECONDS_UNTIL_SIGN = 0.5
"""The wait until a terminal shows that a command starts."""

_DOWNLOAD = re.compile(r'WordVectors\.download\("([^"]+)"\)')
_COMMAND = "python -c \"import skembed; skembed.WordVectors.download('\\1')\""


COMMANDS = {
    "compare": ("_commands", "Cross-validate networks next to TF-IDF, and say which wins."),
    "coverage": ("_commands", "Show how many of a table's words have a vector."),
    "demo": ("_demo", "Compare ways to classify text on a real corpus."),
    "evaluate": ("_evaluate", "Measure a model on a table with known labels."),
    "export": ("_commands", "Write a saved classifier as an ONNX model."),
    "predict": (
        "_predict",
        "Write a table's rows with predicted labels and probabilities, or predicted numbers.",
    ),
    "train": ("_commands", "Train a classifier, or a regressor, and save it."),
}
"""The module of each command, which is imported only to run it, and the first line of its help."""


class Commands(click.Group):
    """Commands whose errors are one sentence on standard error, and status 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; a terminal shows meanwhile that it starts."""
        if cmd_name not in COMMANDS:
            return None
        with show_bar("Starting skembed", after=SECONDS_UNTIL_SIGN):
            module = import_module(f"skembed.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the first lines of the commands' help, without importing the commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or suggest a similar one."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            hint = did_you_mean(name, COMMANDS)
            there_are = f"Commands are {', '.join(COMMANDS)}."
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
