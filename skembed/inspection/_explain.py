"""A fitted estimator and a text → an explanation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed._arguments import explains_arguments
from skembed._types import Estimator, Labels
from skembed.classifiers import FittedModel, ScaledNumbers, SingleLabel, fitted_model
from skembed.inspection._explanation import Explanation
from skembed.inspection._row_of_texts import read_parts
from skembed.linear import margins_by_token
from skembed.networks import Attributions, NetworkData, integrate_gradients
from skembed.text import KerasTokenizer, TokenSequences, recognise

MAX_CLASSES = 3
"""Number of classes that are explained by default: the most probable ones."""


@explains_arguments
def explain(
    estimator: Estimator,
    text: str | Mapping[str, object],
    *,
    classes: Labels | Sequence[object] | None = None,
    n_points: int = 64,
) -> Explanation:
    """Show how much each word of a text adds to the score of each class.

    For a regressor it shows how much each word adds to the predicted number. If the
    estimator has `features`, it shows how much each feature adds, too.

    In the linear model of a wide network, the part of a word is exact: it is one term of
    the sum. In the network, integrated gradients compute it, from a text whose word
    vectors are all zero. The parts add up to the score, except for an error that is
    reported.

    Parameters
    ----------
    estimator : text classifier, text regressor or Pipeline
        An estimator that was fitted on texts. In a pipeline, it comes after a
        `KerasTokenizer` or a vectorizer with ``output="sequences"``.
    text : str or mapping of str to object
        The document. If the estimator has `text_columns`, or its pipeline begins with
        `TextColumns`, it is a row of the table with its columns and cells, such as
        ``table.iloc[0]``.
    classes : array-like of labels, default=None
        Classes to explain. For multi-label classifiers and regressors they are numbers of
        labels or outputs. None explains the three most probable classes, or the first
        three outputs. With two classes it explains the more probable one, because the
        parts of the other have the opposite sign.
    n_points : int, default=64
        Number of points between zero and the words' vectors at which gradients are
        computed. More points make the error smaller. The time grows with their number and
        with the length of the text: 64 points of 50,000 tokens take an LSTM minutes. For a
        first look, 8 are enough.

    Returns
    -------
    explanation : Explanation
        It prints as a table, is shown in notebooks, and draws a picture with ``plot``.

    References
    ----------
    Sundararajan, Taly, Yan (2017), Axiomatic attribution for deep networks,
    arXiv:1703.01365.

    Examples
    --------
    >>> from skembed import CNNTextClassifier, explain
    >>> texts = ["a good film", "a bad film", "a good day", "a bad day"] * 5
    >>> labels = ["fine", "foul", "fine", "foul"] * 5
    >>> classifier = CNNTextClassifier(random_state=0).fit(texts, labels)
    >>> found = explain(classifier, "a good book", classes=["fine"])
    >>> found.tokens[int(found.parts[:, 0].argmax())]
    'good'
    """
    model = fitted_model(estimator, "explain")
    parts = read_parts(estimator, model.reader, text)
    tokens, places, columns = parts.tokens(_checked(model.reader.tokenizer))
    document = model.reader.read(replace(recognise([parts.whole]), table=parts.table))
    chosen, figures = _choose(model, document, classes)
    found, of_words = _attribute(model, document, chosen, _checked_n(n_points))
    features = model.reader.features
    return Explanation(
        tokens=tokens,
        classes=tuple(model.task.labels[chosen].tolist()),
        probabilities=figures,
        scores=found.outputs + model.task.base(chosen),
        base=found.base + model.task.base(chosen),
        network=found.of_steps,
        linear=of_words,
        text=parts.whole,
        places=places,
        is_known=tuple(token in (model.reader.vocabulary or ()) for token in tokens),
        is_number=isinstance(model.task, ScaledNumbers),
        columns=columns,
        features=features.names if features else (),
        of_features=found.of_numbers,
    )


def _checked_n(n_points: object) -> int:
    if not isinstance(n_points, int | np.integer) or n_points < 1:
        raise ValueError(f"n_points must be a positive integer, got {n_points!r}.")
    return int(n_points)


def _attribute(
    model: FittedModel, document: NetworkData, chosen: NDArray[np.int64], n_points: int
) -> tuple[Attributions, NDArray[np.float32] | None]:
    """Return what tokens add to the scores in the network, and in the linear model.

    It also returns what the features add in both together.
    """
    mixing = model.task.contrasts(chosen)
    found = integrate_gradients(model.state, document, mixing, n_points=n_points)
    linear = model.linear
    if linear is None:
        return found, None
    joint, intercept = linear.joint, linear.joint_intercept @ mixing
    words = TokenSequences(document.steps, document.offsets)
    of_words = joint.of_margins(margins_by_token(linear, words, mixing))
    outputs = joint.of_network(found.outputs) + intercept + of_words.sum(axis=0)
    of_numbers = joint.of_network(found.of_numbers)
    if document.numbers is not None:
        margins = joint.of_margins(linear.margins_by_number(document.numbers[0], mixing))
        outputs, of_numbers = outputs + margins.sum(axis=0), of_numbers + margins
    base, of_steps = joint.of_network(found.base) + intercept, joint.of_network(found.of_steps)
    return Attributions(of_steps, of_numbers, base, outputs), of_words


def _choose(
    model: FittedModel, document: NetworkData, classes: Labels | Sequence[object] | None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the positions of the classes to explain, and their probabilities or numbers."""
    task = model.task
    figures = task.figures(model.outputs_of(document).astype(np.float64))[0]
    if classes is not None:
        chosen = _numbers_of(task.labels, classes)
    elif isinstance(task, ScaledNumbers):
        chosen = np.arange(min(len(figures), MAX_CLASSES))
    else:  # one of two classes, because the other is its mirror
        n = 1 if isinstance(task, SingleLabel) and len(figures) == 2 else MAX_CLASSES
        chosen = np.argsort(-figures, kind="stable")[:n]
    return chosen, figures[chosen]


def _numbers_of(labels: NDArray[Any], classes: Labels | Sequence[object]) -> NDArray[np.int64]:
    numbers = {label: i for i, label in enumerate(labels.tolist())}
    wanted = np.atleast_1d(np.asarray(classes)).tolist()
    if not wanted:
        raise ValueError("classes must hold at least one label; None explains the most probable.")
    for label in wanted:
        if label not in numbers:
            raise ValueError(
                f"classes holds {label!r}, which is not among {labels.tolist()!r:.200}."
            )
    return np.array([numbers[label] for label in wanted], dtype=np.int64)


def _checked(tokenizer: object) -> KerasTokenizer:
    """Return the tokenizer, or say that `explain` needs one."""
    if not isinstance(tokenizer, KerasTokenizer):
        raise TypeError(
            "explain needs to know the words that ids stand for: fit the classifier on texts, or "
            "in a Pipeline after a KerasTokenizer."
        )
    return tokenizer
