"""The commands: what they are called, what they take, and what they say when it goes wrong."""

import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import click

from skembed import __version__
from skembed.cli._answers import FORMATS as ANSWER_FORMATS
from skembed.cli._commands import run_compare, run_coverage, run_export, run_predict, run_train
from skembed.cli._warnings import warnings_as_sentences
from skembed.data import FORMATS
from skembed.files import ended_by_signals, nobody_reads, sentence

NETWORKS = ("cnn", "lstm")

PROGRAM = "python -m skembed"

WAYS_OUT = {"--text": "Join the columns to one, and give its name."}
"""What to do instead of giving an option twice, where giving it once is not all."""

text_option = click.option(
    "--text",
    default="text",
    show_default=True,
    help="Column of the texts; join several columns to one before.",
)
label_option = click.option(
    "--label", default="label", show_default=True, help="Column of the labels."
)
format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="Format of FILE; by its name if not given.",
)
separator_option = click.option(
    "--separator",
    callback=lambda context, option, value: "\t" if value in ("tab", "\\t") else value,
    help="What separates the cells of CSV or TSV, such as ';' or tab. [default: found]",
)
encoding_option = click.option(
    "--encoding", help="Of CSV, TSV or JSON lines, such as latin-1 or cp1252. [default: UTF-8]"
)
embeddings_option = click.option(
    "--embeddings", help="Word vectors: a name such as glove.6B.50d, or a file. [default: learned]"
)
seed_option = click.option("--seed", default=0, show_default=True, help="Makes runs repeatable.")
epochs_option = click.option("--epochs", default=10, show_default=True, type=click.IntRange(1))


class Commands(click.Group):
    """Commands whose errors are one sentence on standard error, and status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise click.exceptions.Exit(nobody_reads()) from error
        except (ValueError, TypeError, OSError, ImportError, FloatingPointError) as error:
            raise click.ClickException(sentence(error)) from error


class OneCommand(click.Command):
    """A command that refuses an option that is given twice, where only the last would count."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments of the command line."""
        if args:
            _, _, given = self.make_parser(ctx).parse_args(list(args))
            for option, times in Counter(given).items():
                if times > 1 and isinstance(option, click.Option) and not option.multiple:
                    raise click.UsageError(
                        f"{option.opts[0]} is given {times} times, but takes one value. "
                        f"{WAYS_OUT.get(option.opts[0], 'Give it once.')}",
                        ctx,
                    )
        return super().parse_args(ctx, args)


def command(examples: str) -> Callable[[Any], Any]:
    """Make a command whose help ends with examples."""
    lines = "".join(f"  {line}\n" for line in examples.strip().splitlines())
    return commands.command(cls=OneCommand, epilog=f"\b\nExamples:\n{lines}", no_args_is_help=True)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def commands() -> None:
    """Neural text classification with word embeddings, from tables in files.

    Tables are CSV or TSV with a header, JSON lines, Parquet or Arrow; names that end in .gz
    are decompressed. A row without a text, or in training without a label, stops a command,
    which names its line.
    """


@command(
    """
python -m skembed compare mails.csv --text body --label folder
python -m skembed compare mails.csv --embeddings glove.6B.50d --networks cnn --plot mails.png
"""
)
@click.argument("file")
@text_option
@label_option
@format_option
@separator_option
@encoding_option
@embeddings_option
@click.option("--networks", default="cnn,lstm", show_default=True, help="Of cnn and lstm.")
@click.option("--folds", default=5, show_default=True, type=click.IntRange(2))
@click.option("--scoring", default="accuracy", show_default=True, help="A scorer of scikit-learn.")
@epochs_option
@seed_option
@click.option("--plot", type=click.Path(dir_okay=False), help="Draw the comparison to this file.")
def compare(**options: Any) -> None:
    """Cross-validate networks next to TF-IDF, and say which wins.

    Networks are tried with and without a linear half beside them; with --embeddings also
    pooled word vectors.
    """
    options["networks"] = [name.strip() for name in options["networks"].split(",")]
    unknown = [name for name in options["networks"] if name not in NETWORKS]
    if unknown:
        raise click.BadParameter(
            f"{unknown[0]!r} is not one of cnn, lstm.", param_hint="--networks"
        )
    run_compare(**options)


@command(
    """
python -m skembed train mails.csv --text body --label folder --output mails.skembed
python -m skembed train mails.parquet --embeddings glove.6B.50d --wide --output mails.skembed
"""
)
@click.argument("file")
@text_option
@label_option
@format_option
@separator_option
@encoding_option
@click.option("--output", required=True, type=click.Path(dir_okay=False), help="Where to save.")
@click.option("--network", type=click.Choice(NETWORKS), default="cnn", show_default=True)
@embeddings_option
@click.option("--wide/--no-wide", default=True, show_default=True, help="A linear half beside it.")
@epochs_option
@seed_option
@click.option("--progress/--no-progress", default=None, help="Show a bar. [default: on terminals]")
def train(**options: Any) -> None:
    """Train a classifier and save it."""
    run_train(**options)


@command(
    """
python -m skembed predict mails.skembed new.csv --text body --output answers.csv
zcat log.jsonl.gz | python -m skembed predict mails.onnx - --format jsonl > answers.jsonl
"""
)
@click.argument("model")
@click.argument("file", default="-")
@text_option
@format_option
@separator_option
@encoding_option
@click.option("--output", default="-", help="Where to write; standard output if not given.")
@click.option(
    "--output-format", type=click.Choice(ANSWER_FORMATS), help="By the output's name if not given."
)
@click.option("--probabilities", is_flag=True, help="Write the probability of each class.")
@click.option("--prefix", default="", help="Put before the names of the columns that are added.")
def predict(**options: Any) -> None:
    """Write a table's rows with predicted labels and probabilities.

    MODEL is a file of `train`, or of `export`. Rows keep all their columns, and get the columns
    "predicted" and "probability", with --probabilities also "p(CLASS)" for each class; a table
    that has one of these names already needs --prefix. Rows are read, classified and written
    some at a time, so that a table may be larger than memory, and an earlier output is replaced
    when all rows are answered. A row whose text is missing or blank stops the command: fill it
    in, or remove the row. Where a table has no rows, the answers have its columns and no rows.
    """
    run_predict(**options)


@command(
    """
python -m skembed export mails.skembed mails.onnx
python -m skembed export mails.skembed small.onnx --embedding-dtype int8
"""
)
@click.argument("model", type=click.Path(exists=True, dir_okay=False))
@click.argument("output", type=click.Path(dir_okay=False))
@click.option(
    "--embedding-dtype",
    type=click.Choice(["float32", "float16", "int8"]),
    default="float32",
    show_default=True,
)
def export(**options: Any) -> None:
    """Write a saved classifier as an ONNX model."""
    run_export(**options)


@command(
    """
python -m skembed coverage mails.csv --text body --embeddings glove.6B.50d
python -m skembed coverage mails.csv --label folder --embeddings glove.6B.50d --plot words.png
"""
)
@click.argument("file")
@text_option
@click.option("--label", help="Column of the labels, to report class by class.")
@format_option
@separator_option
@encoding_option
@click.option("--embeddings", required=True, help="Word vectors: a name, or a file.")
@click.option("--plot", type=click.Path(dir_okay=False), help="Draw the report to this file.")
def coverage(**options: Any) -> None:
    """Tell how many of a table's words have a vector."""
    run_coverage(**options)


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit.

    Parameters
    ----------
    arguments : list of str, default=None
        Command and options. None takes those of the command line.

    Raises
    ------
    SystemExit
        With status 0 if all went well, 1 if something about the input was wrong, 2 if the
        command was, 130 after a stop by the keyboard, 141 if the reader of the output has gone,
        and 143 after SIGTERM.
    """
    status = _run(arguments)
    if status:
        sys.exit(status)


def _run(arguments: list[str] | None) -> int:
    """Run a command and return its status.

    What was stopped goes with this frame, so that unfinished files are removed before the exit.
    """
    try:
        with ended_by_signals(), warnings_as_sentences():
            return commands.main(arguments, prog_name=PROGRAM, standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 1
