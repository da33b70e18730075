"""The documents that commands pass to a model: texts, or a table if it reads further columns."""

import warnings
from collections.abc import Sequence
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skembed import TextColumns
from skembed._labels import read_number_column
from skembed._types import Estimator, Frame
from skembed.classifiers import frame_of, kind_of
from skembed.data import Advice, Table, check_columns

FEATURES = Advice("Choose columns with --features.", "--features {words}")

MANY, FEW = 20, 10  # more numbers than MANY, with fewer rows for each than FEW, are hardly classes


def read_answers(
    table: Table, *, numbers: bool, features: Sequence[str] = (), is_table: bool = False
) -> tuple[Any, NDArray[Any]]:
    """Return a table's texts, or all its columns if a table is needed, and the answers.

    Raises
    ------
    ValueError
        If a model would read the answers.
    """
    if table.label in (*table.text, *features):
        raise ValueError(
            f"The column {table.label!r} is the label, and a model must not read it. Leave it out "
            "of --text and --features."
        )
    if features or is_table:
        cells, labels = table.read_cells()
        documents = frame_of(cells, table.name)
    else:
        documents, labels = table.columns()
    if not numbers:
        return documents, np.array(labels)
    return documents, read_number_column(labels, f"{table.name}: the column {table.label!r}")


def hint_at_numbers(labels: NDArray[Any], column: str | None) -> None:
    """Say how to predict numbers if the labels are so many numbers that they are hardly classes."""
    n_classes = len(np.unique(labels))
    if n_classes <= MANY or len(labels) >= FEW * n_classes:
        return
    try:
        labels.astype(np.float64)
    except ValueError:
        return
    click.echo(
        f"The {n_classes} different numbers in the column {column!r} are read as classes. "
        "To predict numbers, add --numbers.",
        err=True,
    )
    for same in ("y has .* classes", "The number of unique classes"):  # which fits would add
        warnings.filterwarnings("ignore", same, UserWarning)


def columns_of(table: Table, documents: Frame, features: Sequence[str]) -> dict[str, Any]:
    """Return the parameters with which an estimator reads a table; {} if it reads texts."""
    if not features:
        return {}
    return {"text_columns": [*table.text], "features": encoders_of(documents, features, table)}


def with_columns(estimator: Estimator, names: Sequence[str]) -> Estimator:
    """Put `TextColumns` before an estimator of joined texts, so that its file names them."""
    if len(names) < 2:
        return estimator
    return make_pipeline(TextColumns([*names]).fit({name: ["text"] for name in names}), estimator)


def encoders_of(frame: Frame, features: Sequence[str], table: Table) -> ColumnTransformer:
    """Make a transformer that encodes columns of categories and scales columns of numbers."""
    check_columns([*frame.columns], features, table.name, FEATURES)
    numbers = [name for name in features if kind_of(frame[name]) == "numbers"]
    others = [name for name in features if name not in numbers]
    scaled = make_pipeline(SimpleImputer(), StandardScaler())
    return make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), others), (scaled, numbers)
    )


def describe(encoders: ColumnTransformer) -> str:
    """Say which columns are categories, and which are numbers."""
    (_, _, others), (_, _, numbers) = encoders.transformers
    told = [("categories", others), ("numbers", numbers)]
    return "; ".join(f"{kind}: {', '.join(names)}" for kind, names in told if names)
