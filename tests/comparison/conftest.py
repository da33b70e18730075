import matplotlib
import numpy as np
import pytest

from skembed.comparison import Comparison

matplotlib.use("agg")


@pytest.fixture
def comparison():
    """Three estimators on four folds: the baseline, a clear loser, and one that ties."""
    scores = np.array([[0.80, 0.82, 0.84, 0.82], [0.7, 0.71, 0.74, 0.73], [0.85, 0.8, 0.83, 0.83]])
    return Comparison(
        names=["TF-IDF", "LSTM", "CNN"],
        scores=scores,
        scoring="accuracy",
        baseline="TF-IDF",
        fit_seconds=np.array([[0.01] * 4, [12.4] * 4, [1.25, 1.25, 1.35, 1.35]]),
        documents_per_second=np.array([[12000.0] * 4, [800.0] * 4, [3000.4] * 4]),
        megabytes=np.array([[0.123] * 4, [np.nan] * 4, [10.4] * 4]),
        test_to_train=1 / 3,
    )
