"""The commands that compare, train, export and report."""

from typing import Any, Literal

import click
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from skembed import (
    CNNTextClassifier,
    CNNTextRegressor,
    GloveVectorizer,
    LSTMTextClassifier,
    LSTMTextRegressor,
    TextColumns,
)
from skembed._messages import pluralize
from skembed._ready import make_ready
from skembed.cli import _documents as documents
from skembed.cli import _options as options
from skembed.cli._input import inputs_of, refuse_table, with_size
from skembed.cli._reports import check_picture, measure_held_out, report_comparison, show
from skembed.data import Table
from skembed.files import check_target

CLASSIFIERS: dict[str, type[Any]] = {"cnn": CNNTextClassifier, "lstm": LSTMTextClassifier}
REGRESSORS: dict[str, type[Any]] = {"cnn": CNNTextRegressor, "lstm": LSTMTextRegressor}

NETWORKS = click.Choice([*CLASSIFIERS], case_sensitive=False)


def _networks(context: click.Context, option: click.Parameter, value: str) -> list[str]:
    names = [name.strip().lower() for name in value.split(",")]
    unknown = [name for name in names if name not in CLASSIFIERS]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is not one of cnn, lstm.")
    return names


@options.command(
    "compare",
    """
python -m skembed compare mails.csv --text body --label folder
python -m skembed compare mails.csv --embeddings glove.6B.50d --networks cnn --plot mails.png
""",
)
@options.reads_table(options.label)
@options.embeddings
@click.option(
    "--networks",
    default="cnn,lstm",
    show_default=True,
    callback=_networks,
    help="cnn, lstm or both",
)
@options.features
@options.numbers
@options.folds
@options.scoring
@options.epochs
@options.seed
@click.option("--n-jobs", type=int, help="Fits at the same time; -1 is all cores. [default: 1]")
@options.plot("comparison")
def compare(
    table: Table,
    embeddings: str | None,
    networks: list[str],
    features: list[str],
    numbers: bool,
    folds: int,
    scoring: str | None,
    epochs: int,
    seed: int,
    n_jobs: int | None,
    plot: str | None,
) -> None:
    """Cross-validate networks next to TF-IDF, and say which wins.

    Each network runs with a linear model beside it ("CNN") and without ("CNN alone"). With
    --embeddings, pooled word vectors run too. TF-IDF and the networks also use the columns of
    --features; pooled word vectors do not.
    """
    check_picture(plot, inputs_of(table, embeddings))
    texts, labels = documents.read_answers(table, numbers=numbers, features=features)
    if not numbers:
        documents.hint_at_numbers(labels, table.label)
    columns = documents.columns_of(table, texts, features)
    estimators: dict[str, Any] = {}
    if embeddings is not None:
        joined = columns.get("text_columns", [])
        estimators["pooled vectors"] = _pooled(embeddings, joined, numbers=numbers)
    kinds = REGRESSORS if numbers else CLASSIFIERS
    for name in networks:
        settings = {"embeddings": embeddings, "epochs": epochs, "random_state": seed, **columns}
        estimators[f"{name.upper()} alone"] = kinds[name](wide=False, **settings)
        estimators[name.upper()] = kinds[name](wide=True, **settings)
    report_comparison(
        estimators, texts, labels, folds=folds, seed=seed, scoring=scoring, plot=plot, n_jobs=n_jobs
    )


def _pooled(embeddings: str, columns: list[str], *, numbers: bool) -> Pipeline:
    """Make a linear model on pooled word vectors, which may read columns of a table."""
    linear = Ridge() if numbers else LogisticRegression(max_iter=1000)
    joins = [TextColumns(columns)] if columns else []
    return make_pipeline(*joins, GloveVectorizer(embeddings), StandardScaler(), linear)


@options.command(
    "train",
    """
python -m skembed train mails.csv --text body --label folder --output mails.skembed
python -m skembed train mails.parquet --embeddings glove.6B.50d --no-wide --output mails.skembed
""",
)
@options.reads_table(options.label)
@click.option(
    "--output", required=True, type=click.Path(dir_okay=False), help="Save it to this file."
)
@click.option("--network", type=NETWORKS, default="cnn", show_default=True)
@options.embeddings
@options.features
@options.numbers
@click.option("--wide/--no-wide", default=True, show_default=True, help="Add a linear model.")
@click.option(
    "--class-weight", type=click.Choice(["balanced"]), help="Give all classes equal weight."
)
@click.option("--early-stopping", is_flag=True, help="Stop when a held-out tenth gets worse.")
@options.epochs
@options.seed_of("random_state")
@click.option(
    "--check/--no-check",
    default=True,
    show_default=True,
    help="First train a second model on four fifths of the texts and measure it on the rest.",
)
def train(
    table: Table,
    output: str,
    network: str,
    embeddings: str | None,
    features: list[str],
    numbers: bool,
    check: bool,
    **settings: object,
) -> None:
    """Train a classifier, or a regressor, and save it.

    First, a second model is trained on four fifths of the texts and measured on the rest, next to
    TF-IDF. This about doubles the time. The saved model is trained on all texts.
    """
    from skembed import save

    if numbers and settings.pop("class_weight") is not None:
        raise click.UsageError("--class-weight is only for classes; leave it out with --numbers.")
    check_target(output, "the model", "give another --output", inputs_of(table, embeddings))
    texts, answers = documents.read_answers(table, numbers=numbers, features=features)
    if not numbers:
        documents.hint_at_numbers(answers, table.label)
    columns = documents.columns_of(table, texts, features)
    if columns:
        click.echo(documents.describe(columns["features"]), err=True)
    kinds = REGRESSORS if numbers else CLASSIFIERS
    estimator = kinds[network](embeddings=embeddings, **settings, **columns)
    make_ready(estimator)
    if check:
        click.echo(measure_held_out(network.upper(), estimator, texts, answers))
    estimator.fit(texts, answers)
    save(estimator if columns else documents.with_columns(estimator, table.text), output)
    what = "" if numbers else f" of {len(estimator.classes_)} classes"
    epochs = pluralize(estimator.n_iter_, "epoch")
    click.echo(f"{len(texts):,} texts{what}, {epochs}: {with_size(output)}", err=True)


@options.command(
    "export",
    """
python -m skembed export mails.skembed mails.onnx
python -m skembed export mails.skembed small.onnx --embedding-dtype int8
""",
)
@click.argument("model")
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

    refuse_table(model, output)
    check_target(output, "the model", "give another OUTPUT", [("the model", model)])
    to_onnx(load(model), output, embedding_dtype=embedding_dtype)
    click.echo(with_size(output), err=True)


@options.command(
    "coverage",
    """
python -m skembed coverage mails.csv --text body --embeddings glove.6B.50d
python -m skembed coverage mails.csv --label folder --embeddings glove.6B.50d --plot words.png
""",
)
@options.reads_table(
    click.option("--label", help="Column of the labels, to report class by class.")
)
@click.option("--embeddings", required=True, help="Word vectors: a name, a file or a folder.")
@options.plot("report")
def coverage(table: Table, embeddings: str, plot: str | None) -> None:
    """Show how many of a table's words have a vector."""
    from skembed import WordVectors
    from skembed.text import make_tokenizer

    check_picture(plot, inputs_of(table, embeddings))
    vectors = WordVectors.load(embeddings)
    texts, *others = table.columns()
    tokenizer = make_tokenizer(None, own=vectors.tokenizer, max_tokens=None).fit(texts)
    labelled = {"X": texts, "y": others[0]} if others else {}
    report = tokenizer.coverage(vectors, **labelled)
    show(str(report), report, plot)
