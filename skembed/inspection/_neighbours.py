"""The nearest words of some words, before and after fine-tuning."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skembed._reports import html_table
from skembed._types import Classifier
from skembed.classifiers import fitted_model, text_estimator_of
from skembed.files import printable
from skembed.networks import EMBEDDING
from skembed.vectors import WordVectors


@dataclass(frozen=True)
class Neighbours:
    """Nearest words of some words, the nearest first.

    Attributes
    ----------
    before, after : dict of str to list of (str, float)
        Words and cosines in [-1, 1] for each word, by the pre-trained vectors and by the
        fine-tuned ones. Only words that the classifier knows are compared.
    moved : dict of str to float
        Cosine of each word's vectors before and after.
    """

    before: dict[str, list[tuple[str, float]]]
    after: dict[str, list[tuple[str, float]]]
    moved: dict[str, float]

    def __str__(self) -> str:
        lines = []
        for word, cosine, before, after in self._table()[1:]:
            lines.append(f"{word} (cosine of before and after {cosine})")
            lines += [f"  before  {before}", f"  after   {after}"]
        return printable("\n".join(lines))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(self._table(), n_left=4)

    def _table(self) -> list[list[str]]:
        """Return a row for each word, the headings first."""
        rows = [["word", "cosine", "before", "after"]]
        for word, cosine in self.moved.items():
            both = [
                ", ".join(f"{other} {value:z.2f}" for other, value in found[word])
                for found in (self.before, self.after)
            ]
            rows.append([word, f"{cosine:z.2f}", *both])
        return rows


def nearest_words(estimator: Classifier, words: str | Iterable[str], *, n: int = 8) -> Neighbours:
    """Compare the neighbourhoods of words before and after fine-tuning.

    Parameters
    ----------
    estimator : LSTMTextClassifier, CNNTextClassifier or Pipeline
        An estimator that was fitted with pre-trained `embeddings`.
    words : collection of str
        Words that the classifier knows and that have a vector.
    n : int, default=8
        Number of neighbours of each word.

    Returns
    -------
    neighbours : Neighbours
        It prints as lines.

    Raises
    ------
    ValueError
        If the classifier has no pre-trained vectors, or a word has no vector.
    """
    classifier = text_estimator_of(estimator, "nearest_words")
    model, embeddings = fitted_model(classifier, "nearest_words"), classifier.embeddings
    vocabulary = model.reader.vocabulary
    if vocabulary is None or embeddings is None or isinstance(embeddings, np.ndarray):
        raise ValueError(
            "nearest_words compares pre-trained vectors with fine-tuned ones: fit the classifier "
            "on texts with embeddings= a name, a path or WordVectors."
        )
    if not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"n must be a positive integer, got {n!r}.")
    chosen = [words] if isinstance(words, str) else [*words]
    pretrained = WordVectors.load(embeddings)
    known = [word for word in vocabulary if word in pretrained]
    places = {word: i for i, word in enumerate(known)}
    for word in chosen:
        if word not in places:
            raise ValueError(
                f"{word!r} has no pre-trained vector, or the classifier does not know it."
            )
    ids = np.array([vocabulary[word] for word in known])
    before = _unit(pretrained.align({word: i for i, word in enumerate(known, 2)})[2:])
    after = _unit(model.state.weights[EMBEDDING][ids])
    return Neighbours(
        {word: _nearest(before, places[word], known, n) for word in chosen},
        {word: _nearest(after, places[word], known, n) for word in chosen},
        {word: float(before[places[word]] @ after[places[word]]) for word in chosen},
    )


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(norms, np.finfo(np.float32).tiny)


def _nearest(
    unit: NDArray[np.float32], place: int, words: list[str], n: int
) -> list[tuple[str, float]]:
    cosines = unit @ unit[place]
    cosines[place] = -np.inf
    order = np.argsort(-cosines, kind="stable")[: min(n, len(words) - 1)]
    return [(words[i], float(cosines[i])) for i in order.tolist()]
