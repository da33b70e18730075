"""The command that measures a saved model on a table with answers."""

from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from skembed.cli import _options as options
from skembed.cli._commands import read_answers
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
@options.reads_table(options.label)
def evaluate(model: str, table: Table) -> None:
    """Measure a model on a table whose labels are known, and that it was not trained on.

    MODEL is a file of `train`, or of `export`. Of a classifier it prints accuracy, and
    precision, recall and F1 of each class; of a regressor R² and the mean absolute error.
    """
    predictor = load_predictor(model)
    is_classifier = hasattr(predictor, "classes_")
    texts, answers = read_answers(table, numbers=not is_classifier)
    if is_classifier:
        answers = as_labels_of(predictor.classes_, answers)
    parts = [predictor.predict(texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)]
    predicted = np.concatenate(parts)
    report = report_of_labels if is_classifier else report_of_numbers
    click.echo(printable(f"{len(texts):,} texts\n{report(answers, predicted)}"))


def as_labels_of(classes: NDArray[Any], labels: NDArray[Any]) -> NDArray[Any]:
    """Return a table's labels in the type of the model's; CSV has strings for numbers.

    Raises
    ------
    ValueError
        If none of the labels is one of the model's classes.
    """
    known = {str(label): label for label in classes.tolist()}
    found = [known.get(str(label), label) for label in labels.tolist()]
    if not {*map(str, found)} & {*known}:
        shown, told = (", ".join([*map(str, some)][:N_SHOWN]) for some in (labels, known))
        raise ValueError(
            f"None of the labels is one that the model knows. The table has {shown}; the model "
            f"knows {told}. Name the column of the labels by --label."
        )
    return np.array(found)


def report_of_labels(labels: NDArray[Any], predicted: NDArray[Any]) -> str:
    """Write the accuracy, and figures of each class."""
    from sklearn.metrics import accuracy_score, classification_report

    accuracy = accuracy_score(labels, predicted)
    by_class = classification_report(labels, predicted, digits=3, zero_division=0)
    return f"accuracy {accuracy:.3f}\n\n{by_class}".rstrip()


def report_of_numbers(numbers: NDArray[Any], predicted: NDArray[Any]) -> str:
    """Write R² and the mean absolute error."""
    from sklearn.metrics import mean_absolute_error, r2_score

    error = mean_absolute_error(numbers, predicted)
    return f"R² {r2_score(numbers, predicted):.3f}\nmean absolute error {error:.4g}"
