"""The estimators that the demo compares with TF-IDF + logistic regression, and its result."""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skembed import CNNTextClassifier, GloveVectorizer, KerasTokenizer, LSTMTextClassifier

if TYPE_CHECKING:
    from skembed.comparison import Comparison

EMBEDDINGS = "glove.6B.50d"
N_DIMS = 50  # of a learned embedding, which has the size of the pre-trained one
N_WORDS = 20_000
MAX_LENGTH = 100  # tokens from the beginning, where a docstring names its topic

POOLED = "pooled GloVe (sif, max, min) + logistic regression"
USUAL, USUAL_LENGTH = "CNN, GloVe", 300  # as in the README

# Each network's name with pre-trained and with learned embeddings.
PAIRS = {
    "CNN alone": ("CNN alone, frozen GloVe", "CNN alone, learned embedding"),
    "LSTM alone": ("LSTM alone, frozen GloVe", "LSTM alone, learned embedding"),
}


def make_contenders(epochs: int) -> dict[str, Any]:
    """Make the unfitted estimators by name; each reads raw documents.

    Networks of one kind are alone, and differ only in their embeddings. The last one is the CNN
    with its default settings, which include a linear model, and reads more of each document.
    """
    pooled = make_pipeline(
        GloveVectorizer(EMBEDDINGS, pooling=("sif", "max", "min")),
        StandardScaler(),
        LogisticRegression(C=0.1, solver="newton-cg", max_iter=1000),
    )
    training: dict[str, Any] = {
        "embedding_dim": N_DIMS,
        "batch_size": 32,
        "epochs": epochs,
        "random_state": 0,
        "wide": False,
    }
    networks = {
        "CNN alone": partial(CNNTextClassifier, learning_rate=3e-3, **training),
        "LSTM alone": partial(
            LSTMTextClassifier, units=64, bidirectional=False, learning_rate=5e-3, **training
        ),
    }
    contenders = {POOLED: pooled}
    for kind, network in networks.items():
        for name, embeddings in zip(PAIRS[kind], (EMBEDDINGS, None), strict=True):
            tokenizer = KerasTokenizer(N_WORDS, MAX_LENGTH, truncating="post")
            classifier = network(embeddings=embeddings, trainable_embeddings=embeddings is None)
            contenders[name] = make_pipeline(tokenizer, classifier)
    usual = CNNTextClassifier(embeddings=EMBEDDINGS, epochs=epochs, random_state=0)
    tokenizer = KerasTokenizer(N_WORDS, USUAL_LENGTH, truncating="post")
    contenders[USUAL] = make_pipeline(tokenizer, usual)
    return contenders


def answer(comparison: "Comparison") -> str:
    """Answer "pre-trained or learned embeddings?" with numbers."""
    sentences = ["Pre-trained or learned embeddings?"]
    for kind, (pretrained, learned) in PAIRS.items():
        difference = comparison.difference(pretrained, learned)
        if np.isnan(difference.mean):
            sentences.append(f"{kind}: no answer, because a fit has failed.")
            continue
        verdict = "no clear difference"
        if difference.is_clear:
            verdict = "pre-trained is better" if difference.mean > 0 else "learned is better"
        interval = f" [{difference.low:+.3f}, {difference.high:+.3f}]"
        sentences.append(
            f"{kind}: {verdict}. Pre-trained vectors score {abs(difference.mean):.3f} "
            f"{'lower' if difference.mean < 0 else 'higher'} ({comparison.scoring})"
            f"{interval if np.isfinite(difference.low) else ''}."
        )
    return "\n".join([*sentences, *_recommendation(comparison)])


def _recommendation(comparison: "Comparison") -> list[str]:
    """Recommend an estimator, with its gain and its cost."""
    baseline = comparison.names.index(str(comparison.baseline))
    if np.isnan(comparison.means[baseline]):
        return [f"There is no recommendation, because {comparison.baseline} failed on a fold."]
    clear = [
        name != comparison.baseline and comparison.difference(name).low > 0
        for name in comparison.names
    ]
    if not any(clear):
        return [
            f"Recommendation: stay with {comparison.baseline}. Nothing else is clearly better.",
            _cost(comparison, baseline),
        ]
    best = int(np.nanargmax(np.where(clear, comparison.means, np.nan)))
    gain = comparison.difference(comparison.names[best])
    return [
        f"Recommendation: take {comparison.names[best]}. It gains {gain.mean:.3f} "
        f"{comparison.scoring} [{gain.low:.3f}, {gain.high:.3f}] over {comparison.baseline}.",
        _cost(comparison, best),
        _cost(comparison, baseline),
    ]


def _cost(comparison: "Comparison", number: int) -> str:
    """Say the training time, speed and size of one estimator."""
    seconds, speed, megabytes = (
        float(figures[number].mean())
        for figures in (
            comparison.fit_seconds,
            comparison.documents_per_second,
            comparison.megabytes,
        )
    )
    return (
        f"{comparison.names[number]}: {comparison.means[number]:.3f} {comparison.scoring}, "
        f"{seconds:.1f} s to fit, {speed:,.0f} documents a second, {megabytes:.1f} MB."
    )
