"""The documents that are hardest for a classifier; some have wrong labels."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone, is_regressor
from sklearn.model_selection import cross_val_predict
from sklearn.utils.validation import check_is_fitted

from skembed._labels import check_labels
from skembed._optional import need
from skembed._reports import align, html_table, probability
from skembed._types import Documents, FittedClassifier, Labels
from skembed.files import printable
from skembed.text import check_documents, text_columns_of

SHOWN_CHARACTERS = 60
"""Number of characters of a text that are printed."""


@dataclass(frozen=True, eq=False)
class TopLosses:
    """Documents with the largest losses, the largest first.

    Attributes
    ----------
    indices : ndarray of shape (n_documents,), dtype int64
        Their positions in X.
    losses : ndarray of shape (n_documents,), dtype float64
        Minus the logarithm of the predicted probability of their label.
    labels, predicted : ndarray of shape (n_documents,)
        Their label, and the most probable one.
    probabilities : ndarray of shape (n_documents,), dtype float64
        Probability of the most probable label.
    texts : tuple of str
    index : pandas.Index or None
        Their entries in the index of X; None if X is not a pandas object.
    """

    indices: NDArray[np.int64]
    losses: NDArray[np.float64]
    labels: NDArray[Any]
    predicted: NDArray[Any]
    probabilities: NDArray[np.float64]
    texts: tuple[str, ...]
    index: Any = None

    @classmethod
    def from_predictions(
        cls, X: Documents, y: Labels, probabilities: ArrayLike, classes: ArrayLike, *, n: int = 20
    ) -> "TopLosses":
        """Find the documents by given probabilities.

        Parameters
        ----------
        X : collection of str, shape (n_samples,)
            The documents.
        y : array-like of shape (n_samples,)
            Their labels.
        probabilities : array-like of shape (n_samples, n_classes)
            Predictions of a classifier. It should not have been trained on these documents.
        classes : array-like of shape (n_classes,)
            Labels of the columns.
        n : int, default=20
            How many documents to return.

        Returns
        -------
        top_losses : TopLosses
        """
        if not isinstance(n, int | np.integer) or n < 1:
            raise ValueError(f"n must be a positive integer, got {n!r}.")
        texts, labels = check_documents(X), check_labels(y, warn=True)
        predicted, names = np.asarray(probabilities, dtype=np.float64), np.asarray(classes)
        if labels.ndim != 1 or len(labels) != len(texts):
            raise ValueError(
                f"y must hold one label for each of the {len(texts)} documents of X; got shape "
                f"{labels.shape}."
            )
        losses = _losses(labels, predicted, names)
        order = np.argsort(-losses, kind="stable")[:n]
        best = predicted[order].argmax(axis=1)
        return cls(
            order,
            losses[order],
            labels[order],
            names[best],
            predicted[order, best],
            tuple(texts[i] for i in order.tolist()),
            _index_of(X, order),
        )

    def to_frame(self) -> Any:
        """Return the documents as a pandas DataFrame.

        Returns
        -------
        frame : pandas.DataFrame
            Its index is that of the Series or table that was passed as X, so that
            ``table.loc[frame.index]`` returns the documents. For other X it is the position.
            The column ``position`` always holds the position.
        """
        pd = need("pandas", "to_frame needs")
        columns = {
            "position": self.indices,
            "label": self.labels,
            "predicted": self.predicted,
            "probability": self.probabilities,
            "loss": self.losses,
            "text": list(self.texts),
        }
        return pd.DataFrame(columns, index=self.indices if self.index is None else self.index)

    def __len__(self) -> int:
        return len(self.indices)

    def __str__(self) -> str:
        rows = [[printable(cell) for cell in row] for row in self._table(SHOWN_CHARACTERS)]
        return "\n".join(align(rows, n_left=len(rows[0])))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = self._table(5 * SHOWN_CHARACTERS)
        return html_table(rows, n_left=len(rows[0]))

    def _table(self, longest: int) -> list[list[str]]:
        """Return the cells, the headings first; texts are cut to `longest` characters."""
        rows = [["position", "loss", "label", "predicted", "probability", "text"]]
        for i in range(len(self)):
            text = " ".join(self.texts[i].split())
            short = text if len(text) <= longest else f"{text[: longest - 1]}…"
            figures = f"{self.losses[i]:.2f}", str(self.labels[i]), str(self.predicted[i])
            found = str(self.indices[i]), *figures, probability(float(self.probabilities[i]))
            rows.append([*found, short])
        return rows


def _losses(
    labels: NDArray[Any], predicted: NDArray[np.float64], classes: NDArray[Any]
) -> NDArray[np.float64]:
    """Return minus the logarithm of the probability of each document's label: (n_samples,)."""
    wanted = (len(labels), len(classes))
    if predicted.shape != wanted:
        raise ValueError(
            f"probabilities must have shape {wanted}, a row for each document and a column for "
            f"each class; got {predicted.shape}."
        )
    if not np.isfinite(predicted).all():
        raise ValueError("probabilities must be finite.")
    numbers = {label: i for i, label in enumerate(classes.tolist())}
    unknown = next((label for label in labels.tolist() if label not in numbers), None)
    if unknown is not None:
        raise ValueError(f"y holds {unknown!r}, which is not among the classes.")
    columns = np.array([numbers[label] for label in labels.tolist()], dtype=np.int64)
    of_label = predicted[np.arange(len(labels)), columns]
    losses: NDArray[np.float64] = -np.log(np.maximum(of_label, np.finfo(np.float64).tiny))
    return losses


def top_losses(
    estimator: FittedClassifier, X: Documents, y: Labels, *, n: int = 20, cv: object = None
) -> TopLosses:
    """Find the documents whose labels have the lowest predicted probability.

    Some of them are hard to classify; others have a wrong label. On documents that the
    classifier was trained on, losses are too small: pass `cv` for them.

    Parameters
    ----------
    estimator : classifier with predict_proba
        A classifier; it must be fitted unless `cv` is given.
    X : collection of str, shape (n_samples,)
        The documents; or a table, if the estimator is a pipeline that begins with
        `TextColumns`.
    y : array-like of shape (n_samples,)
        Their labels.
    n : int, default=20
        How many documents to return.
    cv : int, cross-validation generator or iterable, default=None
        Folds. A clone that was trained on the other folds predicts each fold. With None the
        estimator itself predicts all documents.

    Returns
    -------
    top_losses : TopLosses
        It prints as a table.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from skembed.inspection import top_losses
    >>> texts = ["good film", "bad film", "good day", "bad day"] * 5
    >>> labels = ["fine", "foul", "fine", "foul"] * 5
    >>> labels[6] = "foul"  # a mistake
    >>> model = make_pipeline(TfidfVectorizer(), LogisticRegression())
    >>> int(top_losses(model, texts, labels, n=1, cv=5).indices[0])
    6
    """
    if is_regressor(estimator):
        raise TypeError("top_losses takes classifiers, but the estimator is a regressor.")
    if cv is None:
        check_is_fitted(estimator)
        probabilities, classes = estimator.predict_proba(X), estimator.classes_
    else:
        y = check_labels(y, warn=True)
        probabilities = cross_val_predict(estimator, X, y, cv=cv, method="predict_proba")
        classes = np.unique(y)
    columns = text_columns_of(estimator)
    if columns is None:
        return TopLosses.from_predictions(X, y, probabilities, classes, n=n)
    texts = clone(columns).fit_transform(X)
    found = TopLosses.from_predictions(texts, y, probabilities, classes, n=n)
    return replace(found, index=_index_of(X, found.indices))


def _index_of(X: Documents, rows: NDArray[np.int64]) -> Any:
    """Return the entries of the index of X; None if X is not a pandas object."""
    return X.index[rows] if hasattr(X, "iloc") and hasattr(X, "index") else None
