"""The documents that commands pass to a model: texts, or a table if it reads further columns."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skembed._labels import read_number_column
from skembed._messages import did_you_mean
from skembed._types import Frame
from skembed.classifiers import frame_of, kind_of
from skembed.data import Table


def read_answers(
    table: Table, *, numbers: bool, features: Sequence[str] = (), is_table: bool = False
) -> tuple[Any, NDArray[Any]]:
    """Return a table's texts, or all its columns if a table is needed, and the answers."""
    if features or is_table:
        cells, labels = table.read_cells()
        documents = frame_of(cells, table.name)
    else:
        documents, labels = table.columns()
    return documents, read_number_column(labels, table.name) if numbers else np.array(labels)


def columns_of(table: Table, documents: Frame, features: Sequence[str]) -> dict[str, Any]:
    """Return the parameters with which an estimator reads a table; {} if it reads texts."""
    if not features:
        return {}
    return {"text_columns": [*table.text], "features": encoders_of(documents, features, table)}


def encoders_of(frame: Frame, features: Sequence[str], table: Table) -> ColumnTransformer:
    """Make a transformer that encodes columns of categories and scales columns of numbers."""
    for name in features:
        if name not in frame.columns:
            shown = ", ".join(map(repr, frame.columns))
            hint = did_you_mean(name, frame.columns)
            told = f"{table.name} has no column {name!r}, which --features names."
            raise ValueError(f"{told} Its columns: {shown}. {hint}".rstrip())
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
