"""Documents of 50,000 tokens: what training on them and predicting them takes of memory."""

import json
import subprocess
import sys

import pytest

CODE = """
import json, resource, sys
import numpy as np
import skembed
kind, embeddings, n, settings = json.loads(sys.argv[1])
streamed = settings.pop("streamed", False)
rng = np.random.default_rng(0)
words = np.array(["sun", "sea", "rain", "wind", "the", "of"] + [f"w{i}" for i in range(20_000)])
ids = np.minimum(rng.zipf(1.2, (n, 50_000)) - 1, len(words) - 1)
texts, labels = [" ".join(words[row]) for row in ids], [0, 1] * (n // 2)
classifier = getattr(skembed, kind)(
    embeddings=embeddings, epochs=1, random_state=0, **settings
)
if streamed:
    classifier.fit(skembed.data.stream([(texts[:2], labels[:2]), (texts[2:], labels[2:])]))
else:
    classifier.fit(texts, labels)
classifier.predict(texts)
if settings.get("wide"):
    skembed.explain(classifier, texts[0], n_points=2)
    skembed.inspection.top_losses(classifier, texts[:2], labels[:2])
    skembed.to_onnx(classifier, sys.argv[2])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9)
"""
SERVE = """
import resource, sys
from skembed.serve import Predictor
texts = [" ".join(["sun", "sea", "rain", "w7", "w8"] * 10_000)] * 32
Predictor(sys.argv[1]).predict(texts)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9)
"""
FITS = [
    ("CNNTextClassifier", None, 32, {"early_stopping": True}),
    ("CNNTextClassifier", None, 32, {"streamed": True}),
    ("CNNTextClassifier", "glove.6B.50d", 32, {"wide": True}),
    ("LSTMTextClassifier", None, 32, {}),
    ("LSTMTextClassifier", "glove.6B.50d", 32, {}),
    # Six are more than fit into one part, so that more of them take no more memory.
    ("LSTMTextClassifier", None, 6, {"bidirectional": True, "wide": True}),
]


@pytest.mark.soak
@pytest.mark.parametrize("fit", FITS, ids=lambda fit: f"{fit[2]} {fit[0]} {fit[1]} {fit[3]}")
def test_long_documents_train_and_predict_under_3_gb(fit, tmp_path):
    assert peak(CODE, json.dumps(fit), tmp_path / "model.onnx") < 3.0
    if fit[3].get("wide"):  # a server has a process of its own
        assert peak(SERVE, tmp_path / "model.onnx") < 3.0


def peak(code, *arguments):
    """Return the gigabytes that a process of its own takes at most."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return float(done.stdout)
