"""A table's columns of texts → one text a row."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from skembed._arguments import explains_arguments
from skembed._checked import checks_parameters
from skembed._documented import DocumentedMixin
from skembed.text._joined import SEPARATOR, check_names, columns_in, join_cells
from skembed.text._table_output import TableOutputMixin


class TextColumns(  # type: ignore[call-arg]
    DocumentedMixin, TableOutputMixin, BaseEstimator, auto_wrap_output_keys=None
):
    r"""Join columns of a table to one text a row.

    Put it before a tokenizer, a vectorizer or a text classifier in a `Pipeline`, which then takes
    tables. `skembed.save`, `skembed.to_onnx` and `skembed.explain` support it.

    Parameters
    ----------
    columns : list of str
        Names of the columns, in the order in which their texts are joined.
    separator : str, default="\\n"
        Separator between two texts of a row.

    Attributes
    ----------
    n_features_in_ : int
        Number of the columns that are joined.
    feature_names_in_ : ndarray of shape (n_columns,), dtype object
        Their names. Other columns of a table are ignored.

    See Also
    --------
    skembed.data.stream : Reads columns of files larger than memory, and joins them.

    Notes
    -----
    A table is a data frame of pandas or polars, a table of Arrow, a mapping of columns, or a list
    of mappings, one for each row. A missing cell (None, NaN, NA) is an empty text.

    The output is an array of texts, also where scikit-learn is set to give data frames, because
    vectorizers do not read these.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skembed import CNNTextClassifier, TextColumns
    >>> table = {
    ...     "title": ["Sun", "Rain", None, "Hail"] * 8,
    ...     "report": ["sun and sea", None, "sand and sea", "wind and hail"] * 8,
    ... }
    >>> TextColumns(["title", "report"]).fit_transform(table)[:3].tolist()
    ['Sun\nsun and sea', 'Rain\n', '\nsand and sea']
    >>> weather = ["fine", "foul", "fine", "foul"] * 8
    >>> network = CNNTextClassifier(filters=8, epochs=2, random_state=0)
    >>> classifier = make_pipeline(TextColumns(["title", "report"]), network)
    >>> classifier.fit(table, weather).predict_proba(table).shape
    (32, 2)
    """

    _parameter_constraints = {"columns": [list, tuple], "separator": [str]}

    @explains_arguments
    def __init__(self, columns: Sequence[str], *, separator: str = SEPARATOR) -> None:
        self.columns = columns
        self.separator = separator

    @checks_parameters
    def fit(self, X: object, y: object = None) -> "TextColumns":
        """Check that the table has the columns.

        Parameters
        ----------
        X : table of shape (n_samples, n_columns)
            A table with the columns. Other columns are ignored.
        y : object, default=None
            Ignored.

        Returns
        -------
        self : TextColumns
            The transformer.

        Raises
        ------
        TypeError, ValueError
            If `X` is not a table, a column is missing, a cell holds another value than a text, or a
            row holds no text.
        """
        self._join(X)
        self.n_features_in_ = len(self.columns)
        self.feature_names_in_ = np.array(self.columns, dtype=object)
        return self

    def transform(self, X: object) -> NDArray[np.object_]:
        """Join the texts of each row.

        Parameters
        ----------
        X : table of shape (n_samples, n_columns)
            As for `fit`.

        Returns
        -------
        texts : ndarray of shape (n_samples,), dtype object
            A str for each row.
        """
        check_is_fitted(self)
        found = np.empty(len(joined := self._join(X)), dtype=object)
        found[:] = joined
        return found

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the name of the one text: "text".

        Parameters
        ----------
        input_features : object, default=None
            Ignored.

        Returns
        -------
        names : ndarray of shape (1,), dtype object
        """
        return np.array(["text"], dtype=object)

    def _join(self, X: object, name: str = "X") -> list[str]:
        names = check_names(self.columns, "columns")
        cells = columns_in(X, names, name)
        return join_cells(cells, names, self.separator, lambda i: f"{name}, row {i}")

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.categorical = True
        tags.requires_fit = True
        return tags


def text_columns_of(estimator: object) -> TextColumns | None:
    """Return the `TextColumns` of an estimator or a pipeline, if it takes tables.

    It is a pipeline's first step, or the estimator makes it from `text_columns`.
    """
    steps = [step for _, step in estimator.steps] if isinstance(estimator, Pipeline) else []
    working = [step for step in steps if step not in (None, "passthrough")]
    first = working[0] if working else estimator
    if isinstance(first, TextColumns):
        return first
    columns = getattr(first, "text_columns", None)
    if columns is None:
        return None
    return TextColumns([columns] if isinstance(columns, str) else [*columns])
