"""A fitted pipeline and a text → an explanation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed._types import Estimator, Labels
from skembed.classifiers import FittedModel, ScaledNumbers, fitted_model
from skembed.inspection._explanation import Explanation
from skembed.inspection._row_of_texts import read_parts
from skembed.linear import margins_by_token
from skembed.networks import Attributions, NetworkData, integrate_gradients
from skembed.text import KerasTokenizer, TokenSequences, recognise

MAX_CLASSES = 3
"""Classes that are explained unless others are asked for: the most probable ones."""


def explain(
    estimator: Estimator,
    text: str | Mapping[str, object],
    *,
    classes: Labels | Sequence[object] | None = None,
    n_points: int = 64,
) -> Explanation:
    """Tell which words of a text pushed a classifier towards which class, and how far.

    Of a regressor it tells what each word adds to the predicted number.

    Numbers beside the text, which `features` makes, have parts too.

    What a word adds to a score is, in the linear model of a wide network, exactly
    its part of the sum; in the network it is found by integrated gradients, from a text
    whose word vectors are all zero. The parts add up to the score, but for an error that
    is reported.

    Parameters
    ----------
    estimator : text classifier, text regressor or Pipeline
        Fitted on texts; a pipeline has a `KerasTokenizer`, or a vectorizer with
        ``output="sequences"``, before it.
    text : str or mapping of str to object
        The document; if the estimator has `text_columns`, or its pipeline begins with
        `TextColumns`, a row of the table: its columns and their cells, such as
        ``table.iloc[0]``.
    classes : array-like of labels, default=None
        Classes to explain; of multi-label classifiers and of regressors numbers of labels
        or outputs. None: the three most probable ones, or the first three outputs.
    n_points : int, default=64
        Points between zero and the words' vectors at which gradients are taken. More
        make the error smaller. Time grows with it, and with the length of the text: 64
        points of 50,000 tokens take an LSTM minutes; 8 are enough for a first look.

    Returns
    -------
    explanation : Explanation
        Prints as a table, shows itself in notebooks, draws itself with ``plot``.

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
    _check_points(n_points)
    tokens, task = _tokens_of(parts.whole, model.reader.tokenizer), model.task
    document = model.reader.read(replace(recognise([parts.whole]), table=parts.table))
    figures = task.figures(model.outputs_of(document).astype(np.float64))[0]
    is_number = isinstance(task, ScaledNumbers)
    chosen = _choose(task.labels, np.zeros_like(figures) if is_number else figures, classes)
    found, of_words = _attribute(model, document, task.contrasts(chosen), int(n_points))
    base, features = task.base(chosen), model.reader.features
    return Explanation(
        tokens=tokens,
        classes=tuple(task.labels[chosen].tolist()),
        probabilities=figures[chosen],
        scores=found.outputs + base,
        base=found.base + base,
        network=found.of_steps,
        linear=of_words,
        is_number=is_number,
        columns=parts.of_tokens(model.reader.tokenizer),
        features=features.names if features else (),
        of_features=found.of_numbers,
    )


def _check_points(n_points: object) -> None:
    if not isinstance(n_points, int | np.integer) or n_points < 1:
        raise ValueError(f"n_points must be a positive integer, got {n_points!r}.")


def _attribute(
    model: FittedModel, document: NetworkData, mixing: NDArray[np.float32], n_points: int
) -> tuple[Attributions, NDArray[np.float32] | None]:
    """Return what tokens add to the scores in the network, and in the linear model.

    Of the numbers beside the document it is what they add in both.
    """
    found = integrate_gradients(model.state, document, mixing, n_points=n_points)
    linear = model.linear
    if linear is None:
        return found, None
    joint, intercept = linear.joint, linear.intercept @ mixing
    words = TokenSequences(document.steps, document.offsets)
    of_words = joint.of_margins(margins_by_token(linear, words, mixing))
    outputs = joint.join(found.outputs, intercept) + of_words.sum(axis=0)
    of_numbers = joint.of_network(found.of_numbers)
    if document.numbers is not None:
        margins = joint.of_margins(linear.margins_by_number(document.numbers[0], mixing))
        outputs, of_numbers = outputs + margins.sum(axis=0), of_numbers + margins
    base, of_steps = joint.join(found.base, intercept), joint.of_network(found.of_steps)
    return Attributions(of_steps, of_numbers, base, outputs), of_words


def _choose(
    labels: NDArray[Any], probabilities: NDArray[Any], classes: Labels | Sequence[object] | None
) -> NDArray[np.int64]:
    """Return the numbers of the classes to explain."""
    if classes is None:
        order = np.argsort(-probabilities, kind="stable")[:MAX_CLASSES]
        return np.asarray(order, dtype=np.int64)
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


def _tokens_of(text: str, tokenizer: object) -> tuple[str, ...]:
    """Return the document's tokens, also those without an id, as far as they were not cut."""
    if not isinstance(tokenizer, KerasTokenizer):
        raise TypeError(
            "explain needs to know the words that ids stand for: fit the classifier on texts, or "
            "in a Pipeline behind a KerasTokenizer."
        )
    own = tokenizer._number_own_words([text])
    words = {i: word for word, i in (own.vocabulary or {}).items()}
    return tuple(words.get(i, "") for i in own.ids.tolist())
