"""The command that predicts the rows of a table."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click
import numpy as np
from sklearn.base import is_regressor
from sklearn.pipeline import Pipeline

from skembed import serve
from skembed._bar import show_bar
from skembed.classifiers import predict_both
from skembed.cli import _options as options
from skembed.cli._answers import FORMATS, WAY_OUT, WHAT, output_of, writer
from skembed.cli._input import BATCH, STANDARD, inputs_of, known_format, with_size
from skembed.data import Row, Table
from skembed.files import Inputs, check_target
from skembed.text import SEPARATOR, text_columns_of


@options.command(
    "predict",
    """
python -m skembed predict mails.skembed new.csv --text body --output answers.csv
zcat log.jsonl.gz | python -m skembed predict mails.onnx - --format jsonl > answers.jsonl
""",
)
@click.argument("model")
@options.reads_table(file=click.argument("file", default=STANDARD), text=options.text_of_model)
@click.option("--output", default=STANDARD, help="Write to this file. [default: standard output]")
@click.option(
    "--output-format",
    type=click.Choice(FORMATS),
    help="Format of the output. [default: by its name]",
)
@click.option("--probabilities", is_flag=True, help="Write the probability of each class.")
@click.option("--prefix", default="", help="Begin the names of added columns with this.")
def predict(
    model: str,
    table: Table,
    output: str,
    output_format: str | None,
    probabilities: bool,
    prefix: str,
) -> None:
    """Write a table's rows with predicted labels and probabilities, or predicted numbers.

    MODEL is a file of `train` or `export`. Rows keep all their columns. The command adds the
    columns "predicted" and "probability", and with --probabilities "p(CLASS)" for each class. If
    the table already has one of these names, use --prefix. A regressor adds only "predicted".

    The table may be larger than memory. An earlier output is replaced after the last row. A row
    whose text is missing or blank stops the command: fill it in, or remove the row. For a table
    without rows, the output has its columns and no rows.
    """
    format = _format_of_answers(table, model, output, output_format)
    predictor, is_table, table = load_predictor(model, table)
    names = [f"{prefix}predicted"]
    if hasattr(predictor, "classes_"):
        names.append(f"{prefix}probability")
    elif probabilities:
        raise ValueError(f"{model} holds a regressor, which has no --probabilities.")
    if probabilities:
        names += [f"{prefix}p({label})" for label in predictor.classes_.tolist()]
    alone = output != STANDARD or not sys.stdout.isatty()  # a terminal shows the answers themselves
    with writer(output, format) as write, show_bar("Predicting", unit=" rows", shown=alone) as bar:
        for block in table.blocks(BATCH, whole=True):
            rows = block.rows()
            _refuse_taken(block.names, rows, names, table.name, prefix)
            if rows:
                documents = table.cells_of(block.names, rows) if is_table else block.columns[0]
                _add_answers(rows, predictor, documents, names)
            write([*block.names, *names], rows)
            bar.advance(len(rows))
    if output != STANDARD:
        click.echo(f"{bar.done:,} rows: {with_size(output)}", err=True)


def _format_of_answers(table: Table, model: str, output: str, output_format: str | None) -> str:
    """Return the format of the answers; refuse an output that cannot be written."""
    if output == STANDARD and sys.stdout is None:
        raise ValueError("Standard output is closed; give --output.")
    inputs: Inputs = [*inputs_of(table), ("the model", model)]
    check_target(output_of(output), WHAT, WAY_OUT, inputs)
    if output == STANDARD:
        output_format = output_format or table.format
    return known_format(output, output_format, "--output-format", FORMATS)


def _add_answers(
    rows: list[Row], predictor: Any, texts: list[str] | dict[str, list[Any]], names: list[str]
) -> None:
    """Append to each row its label and probability, and those of all classes if they are named.

    For a regressor, append its number.
    """
    if len(names) == 1:
        for row, number in zip(rows, predictor.predict(texts).tolist(), strict=True):
            row.append((names[0], number))
        return
    both = serve.predict_both if isinstance(predictor, serve.Predictor) else predict_both
    answers, found = both(predictor, texts)
    places = {label: i for i, label in enumerate(predictor.classes_.tolist())}
    for row, answer, some in zip(rows, answers.tolist(), found, strict=True):
        rounded = np.round(some.astype(np.float64), 6).tolist()
        several = isinstance(answer, list)  # a tuned decision may choose a less probable class
        probability = max(rounded) if several else rounded[places[answer]]
        row += zip(names, [answer, probability, *rounded], strict=False)


def with_texts(table: Table, model: str, names: Sequence[str], separator: str) -> Table:
    """Return the table with the columns that the user names, or that the model knows, if any."""
    if names and separator != SEPARATOR:
        raise ValueError(
            f"{model} joins columns with {separator!r}, but commands join them with a line break. "
            "Use skembed.load or skembed.serve.Predictor in a program."
        )
    if names and table.text not in ((), tuple(names)):
        raise ValueError(f"{model} reads the columns {', '.join(names)}. Leave --text out.")
    if not names:
        return replace(table, text=table.text or (options.TEXT,))
    reads = f"{model} was trained on the columns {', '.join(names)}; rename those of the table."
    return replace(table, text=tuple(names), advice=table.advice._replace(choose=reads))


def _refuse_taken(
    columns: list[str], rows: list[Row], names: list[str], table: str, prefix: str
) -> None:
    """Refuse a table that already has columns with the names of the added ones."""
    added = set(names)
    for there_are in (columns, *([name for name, _ in row] for row in rows)):
        for name in there_are:
            if name in added:
                raise ValueError(
                    f"{table} already has a column {name!r}, which an answer would replace. Give "
                    "the added columns other names with --prefix, such as --prefix "
                    f"new_{prefix}."
                )


def load_predictor(model: str, table: Table) -> tuple[Any, bool, Table]:
    """Open a saved classifier or regressor, or an ONNX model, to predict a table's rows.

    It also returns whether the model takes whole rows instead of texts, and the table with the
    columns of texts that the model reads.

    Raises
    ------
    ValueError
        If it joins other columns than the user names.
    """
    if model.endswith(".onnx"):
        predictor = serve.Predictor(model)
        table = with_texts(table, model, *predictor.text_columns)
        if predictor.has_features:
            return predictor, True, table
        return serve.without_columns(predictor), False, table
    from skembed import load

    estimator = load(model)
    if not (hasattr(estimator, "predict_proba") or is_regressor(estimator)):
        raise ValueError(
            f"{model} holds a {type(estimator).__name__}, which predicts no probabilities."
        )
    columns = text_columns_of(estimator)
    if columns is None:
        return estimator, False, with_texts(table, model, (), SEPARATOR)
    table = with_texts(table, model, columns.columns, columns.separator)
    last = estimator[-1] if isinstance(estimator, Pipeline) else None
    is_table = last is None or getattr(last, "features", None) is not None
    return (estimator if is_table else estimator[1:]), is_table, table
