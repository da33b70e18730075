"""The parts of a pipeline that ends with a classifier."""

from typing import Any

from sklearn.pipeline import Pipeline

from skembed.vectors._base_vectorizer import BaseVectorizer


def split_steps(estimator: Any) -> tuple[list[Any], Any]:
    """Return the steps before the last one that does something, and that one, or None."""
    if not isinstance(estimator, Pipeline):
        return [], estimator
    steps = [step for _, step in estimator.steps if step not in (None, "passthrough")]
    return (steps[:-1], steps[-1]) if steps else ([], None)


def maker_of_ids(classifier: Any, before: list[Any]) -> Any:
    """Return what makes the ids of texts: a step's tokenizer, or the classifier's own, or None."""
    maker = before[0] if before else getattr(classifier, "tokenizer_", None)
    if isinstance(maker, BaseVectorizer) and maker.output == "sequences":
        return maker.tokenizer_
    return maker
