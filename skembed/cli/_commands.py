"""What the commands do."""

import sys
from pathlib import Path
from typing import Any

import click
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skembed import CNNTextClassifier, GloveVectorizer, LSTMTextClassifier
from skembed.cli._answers import writer
from skembed.cli._rows import BATCH, STANDARD, format_of, open_table

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
    networks: str,
    folds: int,
    scoring: str,
    epochs: int,
    seed: int,
    plot: str | None,
) -> None:
    """Cross-validate networks next to TF-IDF."""
    from skembed import compare

    table = open_table(file, text, label, format=format_, separator=separator, encoding=encoding)
    texts, labels = table.columns()
    estimators: dict[str, Any] = {}
    if embeddings is not None:
        estimators["pooled vectors"] = make_pipeline(
            GloveVectorizer(embeddings), StandardScaler(), LogisticRegression(max_iter=1000)
        )
    for name in networks.split(","):
        settings = {"embeddings": embeddings, "epochs": epochs, "random_state": seed}
        estimators[name.upper()] = CLASSIFIERS[name](**settings)
        estimators[f"{name.upper()} + bag of words"] = CLASSIFIERS[name](wide=True, **settings)
    cv = StratifiedKFold(folds, shuffle=True, random_state=seed)
    found = compare(estimators, texts, np.array(labels), cv=cv, scoring=scoring)
    click.echo(str(found))
    if plot is not None:
        _draw(found, plot)


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

    if not Path(output).absolute().parent.is_dir():
        raise FileNotFoundError(f"There is no folder {Path(output).absolute().parent}.")
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
) -> None:
    """Classify a table's rows, some at a time."""
    table = open_table(file, text, None, format=format_, separator=separator, encoding=encoding)
    format_in = format_of(file, format_)
    format_out = (
        format_in
        if output == STANDARD and output_format is None
        else format_of(output, output_format)
    )
    predictor = load_predictor(model)
    classes = [str(label) for label in predictor.classes_.tolist()]
    with writer(output, format_out) as write:
        for block in table.blocks(BATCH, whole=True):
            texts, rows = block.columns[0], block.rows()
            found = predictor.predict_proba(texts)
            answers = predictor.predict(texts)
            for row, answer, some in zip(rows, answers, found, strict=True):
                row.append(("predicted", answer.tolist()))
                row.append(("probability", round(float(some.max()), 6)))
                if probabilities:
                    values = np.round(some.astype(np.float64), 6).tolist()
                    row += [(f"p({name})", p) for name, p in zip(classes, values, strict=True)]
            write(rows)


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

    table = open_table(file, text, label, format=format_, separator=separator, encoding=encoding)
    texts, *others = table.columns()
    tokenizer = KerasTokenizer(None, tokenizer="glove").fit(texts)
    labelled = {"X": texts, "y": others[0]} if others else {}
    report = tokenizer.coverage(WordVectors.load(embeddings), **labelled)
    click.echo(str(report))
    if plot is not None:
        _draw(report, plot)


def _draw(report: Any, path: str) -> None:
    import matplotlib

    matplotlib.use("agg")
    report.plot().figure.savefig(path, dpi=120)
    click.echo(path, err=True)
