"""The ready encoders of `KerasTextClassifier` on short documents: accuracy, and seconds to fit."""

from functools import partial
from itertools import product
from typing import Any

from sklearn.ensemble import VotingClassifier

from benchmarks.accuracy.frontier import in_a_process
from benchmarks.accuracy.runs import Key, Make, Run, Study
from benchmarks.figures import short
from benchmarks.page import table
from benchmarks.vectors import GLOVE
from skembed import (
    CNNTextClassifier,
    GloveVectorizer,
    KerasTextClassifier,
    KerasTokenizer,
    LSTMTextClassifier,
)
from skembed.networks import (
    AttentiveLSTMEncoder,
    CharacterCNNEncoder,
    GRUEncoder,
    MeanEncoder,
    TransformerEncoder,
)

ON = ["TREC, 6 classes", "SST-2", "banking77", "MR"]
READY = (MeanEncoder(), GRUEncoder(), AttentiveLSTMEncoder(), TransformerEncoder())


def of_words(kind: type[Any], seed: int, **parameters: Any) -> Any:
    """Make a classifier with GloVe's vectors."""
    import keras  # noqa: F401 - its import is not counted

    return kind(**{"embeddings": GLOVE, "random_state": seed, **parameters})


def words_and_characters(seed: int) -> VotingClassifier:
    """Average a CNN of words and one that reads the characters, those of unknown words too."""
    words = of_words(CNNTextClassifier, seed, wide=False)
    characters = CNNTextClassifier(
        tokenizer=KerasTokenizer(char_level=True), wide=False, random_state=seed
    )
    return VotingClassifier([("words", words), ("characters", characters)], voting="soft")


def characters_beside_words(seed: int) -> Any:
    """Read characters, with the pooled vectors of the words beside them."""
    return of_words(
        KerasTextClassifier,
        seed,
        embeddings=None,
        tokenizer=KerasTokenizer(char_level=True),
        encoder=CharacterCNNEncoder(),
        features=GloveVectorizer(GLOVE),
        wide=False,
    )


def alone(encoder: Any) -> Make:
    """Make a classifier of an encoder, without the linear model."""
    return partial(of_words, KerasTextClassifier, encoder=encoder, wide=False)


CONFIGURATIONS: dict[str, Make] = {
    **{type(encoder).__name__: alone(encoder) for encoder in READY},
    "CNNTextClassifier": partial(of_words, CNNTextClassifier, wide=False),
    "LSTMTextClassifier": partial(of_words, LSTMTextClassifier, wide=False),
    "CNNs of words and of characters": words_and_characters,
    "CharacterCNNEncoder, pooled words beside": characters_beside_words,
    "GRUEncoder, with the linear model": partial(of_words, KerasTextClassifier),
}

NAMES = {"CNNTextClassifier": "CNN alone", "LSTMTextClassifier": "LSTM alone"}
"""The names of these runs on the page."""


def wanted() -> list[Key]:
    """List the runs: one seed on each test part, the first fold of MR."""
    return [(corpus, name, 0, None, 0) for corpus, name in product(ON, CONFIGURATIONS)]


def table_of() -> str:
    """Write the accuracy of each, and the processor time of its fit."""
    runs, rows = STUDY.ledger(), []
    for name in CONFIGURATIONS:
        found = [runs.get((corpus, name, 0, None, 0)) for corpus in ON]
        rows.append([NAMES.get(name, name), *("" if r is None else reached(r) for r in found)])
    return table(["", *ON], rows)


def reached(run: Run) -> str:
    """Write what a fit reached and cost."""
    return f"{run.score:.3f} · {short(run.cpu_seconds or 0)} s"


STUDY = Study("encoders", CONFIGURATIONS, wanted, measured=in_a_process)
