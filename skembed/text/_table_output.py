"""`set_output` of transformers of texts, whose output is a table in some settings alone."""

from typing import Literal

from sklearn.base import TransformerMixin
from sklearn.utils import Tags


class TableOutputMixin(TransformerMixin):
    """Takes `set_output` in every setting, so that a `Pipeline` hands it on to other steps."""

    def set_output(
        self, *, transform: Literal["default", "pandas", "polars"] | None = None
    ) -> "TableOutputMixin":
        """Choose the container of the output, where that is a matrix of features.

        Texts and `TokenSequences` stay what they are: the next step reads them.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"} or None, default=None
            "default" is an array, "pandas" and "polars" a data frame. None leaves the choice
            as it is.

        Returns
        -------
        self : estimator
            The transformer.
        """
        choose = getattr(super(), "set_output", None)  # there is none where features have no names
        return self if choose is None else choose(transform=transform)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags
