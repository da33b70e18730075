"""What the commands do."""

import sys
import warnings
from pathlib import Path
from typing import Any

import click
import numpy as np
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skembed import CNNTextClassifier, GloveVectorizer, LSTMTextClassifier
from skembed.cli import _answers
from skembed.cli._answers import output_of, writer
from skembed.cli._picture import check_picture, save_picture
from skembed.cli._rows import BATCH, STANDARD, format_of, open_table
from skembed.data import Row
from skembed.files import Inputs, Target, check_target, printable
from skembed.vectors._files_read import vector_files

CLASSIFIERS = {"cnn": CNNTextClassifier, "lstm": LSTMTextClassifier}


def run_compare(
    *,
    file: str,
    text: str,
    label: str,
    format_: str | None,
    separator: str | None,
    encoding: str | None,
    embeddings: str | None,
    networks: list[str],
    folds: int,
    scoring: str,
    epochs: int,
    seed: int,
    plot: str | None,
) -> None:
    """Cross-validate networks next to TF-IDF."""
    from skembed import compare

    check_picture(plot, _pictured(file, embeddings))
    table = open_table(file, text, label, format=format_, separator=separator, encoding=encoding)
    texts, labels = table.columns()
    estimators: dict[str, Any] = {}
    if embeddings is not None:
        estimators["pooled vectors"] = make_pipeline(
            GloveVectorizer(embeddings), StandardScaler(), LogisticRegression(max_iter=1000)
        )
    for name in networks:
        settings = {"embeddings": embeddings, "epochs": epochs, "random_state": seed}
        estimators[name.upper()] = CLASSIFIERS[name](**settings)
        estimators[f"{name.upper()} + bag of words"] = CLASSIFIERS[name](wide=True, **settings)
    cv = StratifiedKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitFailedWarning)  # the report says it
        found = compare(estimators, texts, np.array(labels), cv=cv, scoring=scoring)
    _show(found, plot)
    if found.failures:
        raise click.ClickException(
            f"{len(found.failures)} of {found.scores.size} fits failed; the report says why."
        )


def run_train(
    *,
    file: str,
    text: str,
    label: str,
    format_: str | None,
    separator: str | None,
    encoding: str | None,
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

    check_target(output, "the model", "give another --output", _read(file, embeddings))
    table = open_table(file, text, label, format=format_, separator=separator, encoding=encoding)
    texts, labels = table.columns()
    shown = sys.stderr.isatty() if progress is None else progress
    classifier = CLASSIFIERS[network](
        embeddings=embeddings, wide=wide, epochs=epochs, random_state=seed
    )
    if shown:
        from sklearn.callback import ProgressBar

        classifier.set_callbacks(ProgressBar())
    classifier.fit(texts, np.array(labels))
    if shown:
        classifier.set_callbacks()
    save(classifier, output)
    size = Path(output).stat().st_size / 1e6
    click.echo(
        f"{len(texts):,} texts of {len(classifier.classes_)} classes, {epochs} epochs: {output}, "
        f"{size:.1f} MB",
        err=True,
    )


def run_predict(
    *,
    model: str,
    file: str,
    text: str,
    format_: str | None,
    separator: str | None,
    encoding: str | None,
    output: str,
    output_format: str | None,
    probabilities: bool,
    prefix: str,
) -> None:
    """Classify a table's rows, some at a time."""
    table = open_table(file, text, None, format=format_, separator=separator, encoding=encoding)
    if output == STANDARD and sys.stdout is None:
        raise ValueError("Standard output is closed; give --output.")
    inputs: Inputs = [*_read(file, None), ("the model", model)]
    check_target(output_of(output), _answers.WHAT, _answers.WAY_OUT, inputs)
    format_in = format_of(file, format_)
    format_out = (
        format_in
        if output == STANDARD and output_format is None
        else format_of(output, output_format, "--output-format", _answers.FORMATS)
    )
    _answers.check_format(format_out)
    predictor = load_predictor(model)
    names = [f"{prefix}predicted", f"{prefix}probability"]
    if probabilities:
        names += [f"{prefix}p({label})" for label in predictor.classes_.tolist()]
    with writer(output, format_out) as write:
        for block in table.blocks(BATCH, whole=True):
            rows = block.rows()
            _refuse_taken(block.names, rows, names, file, prefix)
            if rows:
                _add_answers(rows, predictor, block.columns[0], names)
            write([*block.names, *names], rows)


def _add_answers(rows: list[Row], predictor: Any, texts: list[str], names: list[str]) -> None:
    """Put the label of each row, its probability, and if named those of all classes, behind it."""
    found = predictor.predict_proba(texts)
    answers = predictor.predict(texts).tolist()
    places = {label: i for i, label in enumerate(predictor.classes_.tolist())}
    for row, answer, some in zip(rows, answers, found, strict=True):
        rounded = np.round(some.astype(np.float64), 6).tolist()
        several = isinstance(answer, list)  # a tuned decision may give the less probable class
        probability = max(rounded) if several else rounded[places[answer]]
        row += zip(names, [answer, probability, *rounded], strict=False)


def _refuse_taken(
    columns: list[str], rows: list[Row], names: list[str], file: str, prefix: str
) -> None:
    """Refuse a table whose own columns have the names of those that are added.

    Raises
    ------
    ValueError
        Naming the first such column.
    """
    added = set(names)
    for there_are in (columns, *([name for name, _ in row] for row in rows)):
        for name in there_are:
            if name in added:
                table = "standard input" if file == STANDARD else file
                raise ValueError(
                    f"{table} has a column {name!r} already, and an answer would take its place. "
                    "Put something before the names of the answers by --prefix, such as --prefix "
                    f"new_{prefix}."
                )


def load_predictor(model: str) -> Any:
    """Open a saved classifier, or an ONNX model.

    Raises
    ------
    ValueError
        If it is saved, but classifies nothing.
    """
    if model.endswith(".onnx"):
        from skembed.serve import Predictor

        return Predictor(model)
    from skembed import load

    estimator = load(model)
    if not hasattr(estimator, "predict_proba"):
        raise ValueError(
            f"{model} holds a {type(estimator).__name__}, which predicts no probabilities."
        )
    return estimator


def run_export(*, model: str, output: str, embedding_dtype: Any) -> None:
    """Write a saved classifier as an ONNX model."""
    from skembed import load, to_onnx

    check_target(output, "the model", "give another OUTPUT", [("the model", model)])
    to_onnx(load(model), output, embedding_dtype=embedding_dtype)
    click.echo(f"{output}, {Path(output).stat().st_size / 1e6:.1f} MB", err=True)


def run_coverage(
    *,
    file: str,
    text: str,
    label: str | None,
    format_: str | None,
    separator: str | None,
    encoding: str | None,
    embeddings: str,
    plot: str | None,
) -> None:
    """Report how many words have a vector."""
    from skembed import KerasTokenizer, WordVectors

    check_picture(plot, _pictured(file, embeddings))
    table = open_table(file, text, label, format=format_, separator=separator, encoding=encoding)
    texts, *others = table.columns()
    tokenizer = KerasTokenizer(None, tokenizer="glove").fit(texts)
    labelled = {"X": texts, "y": others[0]} if others else {}
    report = tokenizer.coverage(WordVectors.load(embeddings), **labelled)
    _show(report, plot)


def _show(report: Any, plot: str | None) -> None:
    """Print a report and draw it; each is done even if the other fails."""
    try:
        click.echo(printable(str(report)))
    finally:
        if plot is not None:
            save_picture(report, plot, 120)
            click.echo(plot, err=True)


def _read(file: str, embeddings: str | None) -> list[tuple[str, Target]]:
    """List what a command reads, as messages call it."""
    table: Target = 0 if file == STANDARD else file
    return [
        ("the table", table),
        *(("the word vectors", path) for path in vector_files(embeddings)),
    ]


def _pictured(file: str, embeddings: str | None) -> list[tuple[str, Target]]:
    """List what a picture must not be drawn over: what is read, and the printed report."""
    return [*_read(file, embeddings), ("the report", 1)]
