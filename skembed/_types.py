"""Types of the users' arguments, with names that all folders share."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeAlias

from numpy.typing import ArrayLike


class Estimator(Protocol):
    """An estimator of any package, which scikit-learn can fit, clone and set parameters of."""

    @property
    def fit(self) -> Callable[..., Any]:
        """Learn from X and y."""

    @property
    def get_params(self) -> Callable[..., dict[str, Any]]:
        """Return the parameters by name."""


class Transformer(Estimator, Protocol):
    """An estimator that turns X into something else."""

    @property
    def transform(self) -> Callable[..., Any]:
        """Transform X, with a row for each element."""


class Classifier(Estimator, Protocol):
    """An estimator that predicts labels, such as one of ours or a pipeline that ends in one."""

    @property
    def predict(self) -> Callable[..., Any]:
        """Return a label, or labels, for each element of X."""


class FittedClassifier(Classifier, Protocol):
    """A classifier that knows its classes, and how probable each is."""

    @property
    def classes_(self) -> ArrayLike:
        """The labels, sorted."""

    @property
    def predict_proba(self) -> Callable[..., Any]:
        """Return the probability of each class for each element of X."""


class Documents(Protocol):
    """A collection with one element for each document: a text, or what stands for it.

    Lists, arrays, columns of tables and `TokenSequences` are such collections.
    """

    def __len__(self) -> int:
        """Return the number of documents."""

    def __iter__(self) -> Iterator[Any]:
        """Yield one element for each document."""


Frame: TypeAlias = Any
"""A data frame of pandas, which is not imported before it is needed."""

Labels: TypeAlias = ArrayLike
"""A label for each document, or a row of 0 and 1 for several labels."""
