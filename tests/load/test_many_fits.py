"""Two hundred fits, and eight threads: nothing grows, nothing is left, every answer is right."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from skembed import CNNTextClassifier, LSTMTextClassifier

TEXTS = ["sun and sea", "rain and wind", "sun, sand", "wind and hail"] * 8
LABELS = ["fine", "foul"] * 16

FITS = """
import gc, psutil
process = psutil.Process()
def footprint():
    gc.collect()
    return process.memory_info().rss / 2**20, process.num_fds(), process.num_threads()
for i in range(200):
    texts = [f"{text} word{i}_{k}" for k, text in enumerate(TEXTS)]  # other words in every fit
    CNN.set_params(random_state=i).fit(texts, LABELS).predict_proba(texts[:3])
    if i in (19, 199):
        print(*footprint())
"""


@pytest.mark.soak
def test_two_hundred_fits_leave_nothing(run_script):
    pytest.importorskip("psutil")
    early, late = (np.array(line.split(), dtype=float) for line in run_script(FITS))
    megabytes, handles, threads = late - early
    assert megabytes < 20, "of some 600"
    assert handles <= 0
    assert threads <= 0


def test_eight_threads_ask_at_once():
    small = dict(embedding_dim=4, epochs=2, random_state=0)
    classifiers = [
        CNNTextClassifier(filters=4, kernel_sizes=(2,), **small).fit(TEXTS, LABELS),
        CNNTextClassifier(filters=4, kernel_sizes=(2,), **small).fit(TEXTS, LABELS[::-1]),
        CNNTextClassifier(filters=4, kernel_sizes=(2,), wide=True, **small).fit(TEXTS, LABELS),
        LSTMTextClassifier(units=4, **small).fit(TEXTS, LABELS),
    ]
    asked = [(c, [f"{text} {word}"]) for c in classifiers for text in TEXTS[:4] for word in "ab"]
    expected = [c.predict_proba(texts) for c, texts in asked]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda each: each[0].predict_proba(each[1]), asked * 20))
    for i, answer in enumerate(found):
        np.testing.assert_allclose(answer, expected[i % len(asked)], atol=1e-6)
