"""The commands that compare, train, export and report."""

import sys
from pathlib import Path
from typing import Any, Literal

import click
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skembed import CNNTextClassifier, GloveVectorizer, LSTMTextClassifier
from skembed.cli._input import InputTable
from skembed.cli._options import (
    command,
    embeddings_option,
    epochs_option,
    folds_option,
    label_option,
    plot_option,
    reads_table,
    scoring_option,
    seed_option,
)
from skembed.cli._reports import check_picture, report_comparison, show
from skembed.files import check_target

CLASSIFIERS = {"cnn": CNNTextClassifier, "lstm": LSTMTextClassifier}

NETWORKS = tuple(CLASSIFIERS)


def _networks(context: click.Context, option: click.Parameter, value: str) -> list[str]:
    names = [name.strip() for name in value.split(",")]
    unknown = [name for name in names if name not in NETWORKS]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is not one of cnn, lstm.")
    return names


@command(
    "compare",
    """
python -m skembed compare mails.csv --text body --label folder
python -m skembed compare mails.csv --embeddings glove.6B.50d --networks cnn --plot mails.png
""",
)
@reads_table(label_option)
@embeddings_option
@click.option(
    "--networks", default="cnn,lstm", show_default=True, callback=_networks, help="Of cnn and lstm."
)
@folds_option(5)
@scoring_option
@epochs_option
@seed_option
@plot_option("comparison")
def compare(
    table: InputTable,
    embeddings: str | None,
    networks: list[str],
    folds: int,
    scoring: str,
    epochs: int,
    seed: int,
    plot: str | None,
) -> None:
    """Cross-validate networks next to TF-IDF, and say which wins.

    Networks are tried with and without a linear model beside them; with --embeddings also
    pooled word vectors.
    """
    check_picture(plot, table.inputs(embeddings))
    texts, labels = table.open().columns()
    estimators: dict[str, Any] = {}
    if embeddings is not None:
        estimators["pooled vectors"] = make_pipeline(
            GloveVectorizer(embeddings), StandardScaler(), LogisticRegression(max_iter=1000)
        )
    for name in networks:
        settings = {"embeddings": embeddings, "epochs": epochs, "random_state": seed}
        estimators[name.upper()] = CLASSIFIERS[name](**settings)
        estimators[f"{name.upper()} + bag of words"] = CLASSIFIERS[name](wide=True, **settings)
    report_comparison(estimators, texts, labels, folds=folds, seed=seed, scoring=scoring, plot=plot)


@command(
    "train",
    """
python -m skembed train mails.csv --text body --label folder --output mails.skembed
python -m skembed train mails.parquet --embeddings glove.6B.50d --wide --output mails.skembed
""",
)
@reads_table(label_option)
@click.option("--output", required=True, type=click.Path(dir_okay=False), help="Where to save.")
@click.option("--network", type=click.Choice(NETWORKS), default="cnn", show_default=True)
@embeddings_option
@click.option("--wide/--no-wide", default=True, show_default=True, help="A linear model beside it.")
@epochs_option
@seed_option
@click.option("--progress/--no-progress", default=None, help="Show a bar. [default: on terminals]")
def train(
    table: InputTable,
    output: str,
    network: str,
    embeddings: str | None,
    wide: bool,
    epochs: int,
    seed: int,
    progress: bool | None,
) -> None:
    """Train a classifier and save it."""
    from skembed import save

    check_target(output, "the model", "give another --output", table.inputs(embeddings))
    texts, labels = table.open().columns()
    classifier = CLASSIFIERS[network](
        embeddings=embeddings, wide=wide, epochs=epochs, random_state=seed
    )
    shown = sys.stderr.isatty() if progress is None else progress
    if shown:
        from sklearn.callback import ProgressBar

        classifier.set_callbacks(ProgressBar())
    classifier.fit(texts, np.array(labels))
    if shown:
        classifier.set_callbacks()
    save(classifier, output)
    click.echo(
        f"{len(texts):,} texts of {len(classifier.classes_)} classes, {epochs} epochs: "
        f"{_with_size(output)}",
        err=True,
    )


@command(
    "export",
    """
python -m skembed export mails.skembed mails.onnx
python -m skembed export mails.skembed small.onnx --embedding-dtype int8
""",
)
@click.argument("model", type=click.Path(exists=True, dir_okay=False))
@click.argument("output", type=click.Path(dir_okay=False))
@click.option(
    "--embedding-dtype",
    type=click.Choice(["float32", "float16", "int8"]),
    default="float32",
    show_default=True,
)
def export(model: str, output: str, embedding_dtype: Literal["float32", "float16", "int8"]) -> None:
    """Write a saved classifier as an ONNX model."""
    from skembed import load, to_onnx

    check_target(output, "the model", "give another OUTPUT", [("the model", model)])
    to_onnx(load(model), output, embedding_dtype=embedding_dtype)
    click.echo(_with_size(output), err=True)


@command(
    "coverage",
    """
python -m skembed coverage mails.csv --text body --embeddings glove.6B.50d
python -m skembed coverage mails.csv --label folder --embeddings glove.6B.50d --plot words.png
""",
)
@reads_table(click.option("--label", help="Column of the labels, to report class by class."))
@click.option("--embeddings", required=True, help="Word vectors: a name, or a file.")
@plot_option("report")
def coverage(table: InputTable, embeddings: str, plot: str | None) -> None:
    """Tell how many of a table's words have a vector."""
    from skembed import KerasTokenizer, WordVectors

    check_picture(plot, table.inputs(embeddings))
    texts, *others = table.open().columns()
    tokenizer = KerasTokenizer(None, tokenizer="glove").fit(texts)
    labelled = {"X": texts, "y": others[0]} if others else {}
    report = tokenizer.coverage(WordVectors.load(embeddings), **labelled)
    show(str(report), report, plot)


def _with_size(path: str) -> str:
    return f"{path}, {Path(path).stat().st_size / 1e6:.1f} MB"
