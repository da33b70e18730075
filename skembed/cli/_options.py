"""The common parts of commands: how they are made, and the options that several of them take."""

import csv
import functools
from collections import Counter
from collections.abc import Callable
from typing import Any

import click

from skembed.cli._input import open_input, refuse_model, refuse_table
from skembed.cli._mistakes import extra_argument, unknown_option
from skembed.data import FORMATS

Decorator = Callable[[Callable[..., None]], Callable[..., None]]

OF_TABLE = ("file", "text", "label", "format_", "separator", "encoding")
"""The options for reading a table, under the names that `open_input` takes."""

WAYS_OUT = {"--text": "Name several columns at once: --text title,description."}
"""The advice for repeated options, if giving the option once is not enough."""

TEXT = "text"  # the column of the texts, if neither the user nor a model names one


class OneCommand(click.Command):
    """A command that refuses what it does not have, and says what was meant.

    It also refuses a repeated option; otherwise only the last one would count.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments of the command line."""
        if args:
            try:
                _, extra, given = self.make_parser(ctx).parse_args(list(args))
            except click.NoSuchOption as error:
                raise click.UsageError(unknown_option(error.option_name, ctx), ctx) from error
            _refuse_repeated(given, ctx)
            wants_help = any(each.is_eager for each in given)
            if extra and not wants_help and (told := extra_argument(args, extra[0], ctx)):
                raise click.UsageError(told, ctx)
        return super().parse_args(ctx, args)


def _refuse_repeated(given: list[click.Parameter], context: click.Context) -> None:
    """Refuse an option that is given several times, but takes one value."""
    for option, times in Counter(given).items():
        if times > 1 and isinstance(option, click.Option) and not option.multiple:
            raise click.UsageError(
                f"{option.opts[0]} is given {times} times, but takes one value. "
                f"{WAYS_OUT.get(option.opts[0], 'Give it once.')}",
                context,
            )


def command(
    name: str, examples: str, *, needs_arguments: bool = True
) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command whose help ends with examples, one on each line."""
    lines = "".join(f"  {line}\n" for line in examples.strip().splitlines())
    return click.command(
        name, OneCommand, epilog=f"\b\nExamples:\n{lines}", no_args_is_help=needs_arguments
    )


class AtLeast(click.IntRange):
    """A whole number that is not smaller than another one."""

    name = "integer"


def _separator(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Return the separator that was typed; "tab" is a tab, which is hard to type."""
    return "\t" if value in ("tab", "\\t") else value


def _columns(
    context: click.Context, option: click.Parameter, value: str | None
) -> str | list[str] | None:
    """Return column names that commas separate; quotation marks keep a comma in a name."""
    if value is None:
        return None
    names = next(csv.reader([value]), [value])
    return names if len(names) > 1 else "".join(names)


def _names(context: click.Context, option: click.Parameter, value: str) -> list[str]:
    """Return column names that commas separate; an empty text has none."""
    return next(csv.reader([value]), [])


file_ = click.argument("file")
text = click.option(
    "--text",
    default=TEXT,
    show_default=True,
    callback=_columns,
    help="Column of the texts, or several to join: title,description.",
)
text_of_model = click.option(
    "--text",
    callback=_columns,
    help=f"Column of the texts. [default: the columns that MODEL knows, or {TEXT}]",
)
label = click.option("--label", default="label", show_default=True, help="Column of the labels.")
format_ = click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="Format of FILE. [default: by its name]",
)
separator = click.option(
    "--separator",
    callback=_separator,
    help="Separator of the cells in CSV or TSV, such as ';' or tab. [default: found]",
)
encoding = click.option(
    "--encoding", help="Encoding of a text file, such as latin-1 or cp1252. [default: UTF-8]"
)
embeddings = click.option(
    "--embeddings",
    help="Word vectors: a name such as glove.6B.50d, a file, or a folder of a model. "
    "[default: learned]",
)
features = click.option(
    "--features",
    default="",
    callback=_names,
    help="Further columns, of categories or numbers: place,degrees.",
)
numbers = click.option(
    "--numbers", is_flag=True, help="Predict numbers: --label is a column of numbers."
)
scoring = click.option(
    "--scoring", help="A scikit-learn scorer. [default: accuracy; r2 for numbers]"
)
epochs = click.option("--epochs", default=10, show_default=True, type=AtLeast(1))
folds = click.option("--folds", default=5, show_default=True, type=AtLeast(2))


def seed_of(parameter: str) -> Decorator:
    """Add --seed, which the function gets as this parameter."""
    return click.option(
        "--seed", parameter, default=0, show_default=True, help="Makes runs repeatable."
    )


seed = seed_of("seed")


def plot(report: str) -> Decorator:
    """Add --plot, to draw a report."""
    return click.option(
        "--plot", type=click.Path(dir_okay=False), help=f"Draw the {report} to this file."
    )


def reads_table(*labels: Decorator, file: Decorator = file_, text: Decorator = text) -> Decorator:
    """Add FILE and the options for reading it, also --label if it is passed.

    The function gets the opened table as ``table`` in place of them.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def run(**values: Any) -> None:
            of_table = [values.pop(name, None) for name in OF_TABLE]
            file, model = of_table[0], values.get("model")
            refuse_model(file, model)
            if model is not None:
                refuse_table(model, file)
            function(table=open_input(*of_table), **values)

        found: Callable[..., None] = run
        options: list[Decorator] = [encoding, separator, format_]
        options += [*labels, text, file]
        for option in options:
            found = option(found)
        return found

    return decorate
