"""The command that measures a saved model on a table with answers."""

from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from skembed._bar import show_bar
from skembed.cli import _options as options
from skembed.cli._documents import read_answers
from skembed.cli._input import BATCH
from skembed.cli._predict import load_predictor
from skembed.data import Table
from skembed.files import printable

N_SHOWN = 5
"""Labels that a message names."""


@options.command(
    "evaluate",
    """
python -m skembed evaluate mails.skembed later.csv --text body --label folder
python -m skembed evaluate jobs.onnx later.csv --text title,description --label salary
""",
)
@click.argument("model")
@options.reads_table(options.label, text=options.text_of_model)
def evaluate(model: str, table: Table) -> None:
    """Measure a model on a table with known labels.

    MODEL is a file of `train` or `export`. Use a table that it was not trained on. For a
    classifier, the command prints accuracy, and precision, recall and F1 of each class. For a
    regressor, it prints R² and the mean absolute error.
    """
    predictor, is_table, table = load_predictor(model, table)
    is_classifier = hasattr(predictor, "classes_")
    texts, answers = read_answers(table, numbers=not is_classifier, is_table=is_table)
    check_answers(predictor.predict(texts[:1]), model)
    labels = written_as(predictor.classes_, answers) if is_classifier else []
    parts = []
    with show_bar("Predicting", len(texts), " rows") as bar:
        for start in range(0, len(texts), BATCH):
            parts.append(predictor.predict(texts[start : start + BATCH]))
            bar.advance(len(parts[-1]))
    predicted = np.concatenate(parts)
    if is_classifier:
        report = unknown_labels(labels, predictor.classes_) + report_of_labels(labels, predicted)
    else:
        report = report_of_numbers(answers, predicted)
    click.echo(printable(f"{len(texts):,} texts\n{report}"))


def check_answers(predicted: NDArray[Any], model: str) -> None:
    """Refuse a model with several answers for each text."""
    if predicted.ndim > 1:
        raise ValueError(f"{model} gives several answers for each text; evaluate measures one.")


def written_as(classes: NDArray[Any], labels: NDArray[Any]) -> list[str]:
    """Return a table's labels in the form of the model's classes; CSV holds strings for numbers.

    Raises
    ------
    ValueError
        If none of the labels is one of the model's classes.
    """
    known = {_plain(label): str(label) for label in classes.tolist()}
    found = [known.get(_plain(label), str(label)) for label in labels.tolist()]
    if not {*found} & {*known.values()}:
        shown, told = (
            ", ".join([*map(str, some)][:N_SHOWN])
            for some in (dict.fromkeys(labels), known.values())
        )
        raise ValueError(
            f"The model knows none of the labels. The table has {shown}; the model knows {told}. "
            "Name the column of the labels with --label."
        )
    return found


def unknown_labels(labels: list[str], classes: NDArray[Any]) -> str:
    """Return a line that counts the labels that a model does not know, if there are any."""
    known = {str(label) for label in classes.tolist()}
    others = [label for label in labels if label not in known]
    if not others:
        return ""
    names = [*dict.fromkeys(others)]
    shown = ", ".join(names[:N_SHOWN]) + (", ..." if len(names) > N_SHOWN else "")
    return f"{len(others):,} of them with a label that the model does not know: {shown}\n"


def _plain(label: object) -> object:
    """Return the number or truth value that a label spells, otherwise the label."""
    text = str(label).strip()
    if text.lower() in ("true", "false"):
        return text.lower()
    try:
        return float(text)
    except ValueError:
        return text


def report_of_labels(labels: list[str], predicted: NDArray[Any]) -> str:
    """Return the accuracy and the figures of each class as text."""
    from sklearn.metrics import accuracy_score, classification_report

    given = [str(label) for label in predicted.tolist()]
    by_class = classification_report(labels, given, digits=3, zero_division=0)
    return f"accuracy {accuracy_score(labels, given):.3f}\n\n{by_class}".rstrip()


def report_of_numbers(numbers: NDArray[Any], predicted: NDArray[Any]) -> str:
    """Return R² and the mean absolute error as text."""
    from sklearn.metrics import mean_absolute_error, r2_score

    error = f"mean absolute error {mean_absolute_error(numbers, predicted):.4g}"
    return error if len(numbers) < 2 else f"R² {r2_score(numbers, predicted):.3f}\n{error}"
