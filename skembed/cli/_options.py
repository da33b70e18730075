"""What commands have in common: how they are made, and the options that several of them take."""

import functools
from collections import Counter
from collections.abc import Callable
from typing import Any

import click

from skembed.cli._input import InputTable
from skembed.data import FORMATS

Decorator = Callable[[Callable[..., None]], Callable[..., None]]

WAYS_OUT = {"--text": "Join the columns to one, and give its name."}
"""What to do instead of giving an option twice, where giving it once is not all."""


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


def command(
    name: str, examples: str, *, needs_arguments: bool = True
) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command whose help ends with examples.

    Parameters
    ----------
    name : str
        What is typed.
    examples : str
        A line each.
    needs_arguments : bool, default=True
        Whether it shows its help if nothing else is typed.
    """
    lines = "".join(f"  {line}\n" for line in examples.strip().splitlines())
    return click.command(
        name, OneCommand, epilog=f"\b\nExamples:\n{lines}", no_args_is_help=needs_arguments
    )


def _separator(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Return the separator that somebody typed, where a tab is hard to type."""
    return "\t" if value in ("tab", "\\t") else value


file_argument = click.argument("file")
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
    callback=_separator,
    help="What separates the cells of CSV or TSV, such as ';' or tab. [default: found]",
)
encoding_option = click.option(
    "--encoding", help="Of CSV, TSV or JSON lines, such as latin-1 or cp1252. [default: UTF-8]"
)
embeddings_option = click.option(
    "--embeddings", help="Word vectors: a name such as glove.6B.50d, or a file. [default: learned]"
)
scoring_option = click.option(
    "--scoring", default="accuracy", show_default=True, help="A scorer of scikit-learn."
)
epochs_option = click.option("--epochs", default=10, show_default=True, type=click.IntRange(1))
seed_option = click.option("--seed", default=0, show_default=True, help="Makes runs repeatable.")


def folds_option(default: int) -> Decorator:
    """Add --folds."""
    return click.option("--folds", default=default, show_default=True, type=click.IntRange(2))


def plot_option(report: str) -> Decorator:
    """Add --plot, to draw a report."""
    return click.option(
        "--plot", type=click.Path(dir_okay=False), help=f"Draw the {report} to this file."
    )


def reads_table(*labels: Decorator, file: Decorator = file_argument) -> Decorator:
    """Add FILE and the options that tell how to read it.

    Parameters
    ----------
    *labels : decorator
        The option --label, or none of it.
    file : decorator
        The argument FILE.

    Returns
    -------
    decorator
        Its function gets an `InputTable` under the name ``table`` in place of them.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def run(
            *,
            file: str,
            text: str,
            label: str | None = None,
            format_: str | None,
            separator: str | None,
            encoding: str | None,
            **others: Any,
        ) -> None:
            table = InputTable(file, text, label, format_, separator, encoding)
            function(table=table, **others)

        found: Callable[..., None] = run
        given: list[Decorator] = [encoding_option, separator_option, format_option]
        given += [*reversed(labels), text_option, file]
        for option in given:
            found = option(found)
        return found

    return decorate
