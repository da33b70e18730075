"""The documents and labels that the checks use."""

import numpy as np
from sklearn.base import is_regressor

from skembed._types import Estimator

WORDS = ["sun", "sea", "sand", "rain", "wind", "hail"]

SHARES = [0.33, 0.32, 0.32, 0.01, 0.01, 0.01]

N_DOCUMENTS = 24

OTHERS = ["hail storm", "sun storm", "wind and hail", "sun and sea and rain"]
"""Documents with words that the corpus lacks."""


def documents(n_documents: int = N_DOCUMENTS) -> list[str]:
    """Write weather reports, fine and foul in turn, each of one to five words."""
    rng = np.random.default_rng(0)
    texts = []
    for i in range(n_documents):
        shares = SHARES if i % 2 == 0 else SHARES[::-1]
        text = " ".join(rng.choice(WORDS, 1 + i // 2 % 5, p=shares).tolist())
        texts.append(f"{text.capitalize()}." if i % 3 == 0 else text)
    return texts


def targets(estimator: Estimator, n_documents: int = N_DOCUMENTS) -> list[object]:
    """Return the targets of the estimator: two classes in turn, or numbers for a regressor."""
    if is_regressor(estimator):
        return [float(i % 2) + i / n_documents for i in range(n_documents)]
    return ["foul" if i % 2 else "fine" for i in range(n_documents)]
