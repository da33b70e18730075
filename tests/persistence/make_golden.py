"""Write a file of each kind in today's format, with what the estimators in them answer.

``python tests/persistence/make_golden.py`` writes what is missing into
``tests/persistence/golden/VERSION``. A file that is there stays as it is: the tests open the files
of every version for ever, so a new format needs new files, and an old format keeps its own.
"""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file
from scipy.stats import randint
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    RandomizedSearchCV,
    StratifiedKFold,
    TunedThresholdClassifierCV,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from skembed import (
    CNNTextClassifier,
    CNNTextRegressor,
    FastTextVectorizer,
    GloveVectorizer,
    KerasTokenizer,
    LSTMTextClassifier,
    TextColumns,
    TokenSequences,
    Word2VecVectorizer,
    WordVectors,
    save,
    to_onnx,
)
from skembed.classifiers._checkpoint import Checkpoint
from skembed.data import stream
from skembed.files import tensor_digest
from skembed.persistence._header import read
from skembed.persistence._migrate import FORMAT

GOLDEN = Path(__file__).parent / "golden"

TEXTS = ["sun and sea", "rain and wind", "sun, sand", "wind and hail", "Sea! Sun", "hail"] * 4
LABELS = ["fine", "foul"] * 12
INDICATORS = np.array([[1, 0, 1], [0, 1, 0]] * 12)
IDS = np.array([[2, 3, 4], [5, 3, 6], [2, 7, 0], [6, 3, 8]] * 6)
POINTS = np.array([[0.5, 1.0], [-1.0, 0.25], [1.0, 1.5], [-0.5, -1.0]] * 6)
INPUTS = {
    "texts": ["sun and sea", "rain, wind", "an unseen word", "hail"],
    "ids": IDS[:4].tolist(),
    "points": POINTS[:4].tolist(),
    "rows": [["sun and sea", "rain"], ["wind", "sea, rain"], ["hail", "an unseen word"]],
    "table": [
        {"title": "sun and sea", "place": "coast", "degrees": 21.5},
        {"title": "rain", "place": None, "degrees": 9.0},
        {"title": "an unseen word", "place": "moon", "degrees": None},
    ],
}
TABLE = {
    "title": TEXTS,
    "place": ["coast", "hills", None] * 8,
    "degrees": [24.0, 12.0, 26.0, 8.0, None, 10.0] * 4,
}
VECTORS = WordVectors(
    ["sun", "sea", "rain", "wind", "and"], [[1.0, 0.5], [0.5, 1.0], [-1, 0.5], [-1, -1], [0, 0.5]]
)
SMALL: dict[str, Any] = dict(embedding_dim=2, epochs=2, random_state=0, wide=False)


class Interrupted(BaseException):
    """Ends a fit in the middle, as a kill does."""


def cnn(**parameters: Any) -> CNNTextClassifier:
    return CNNTextClassifier(**{**SMALL, "filters": 2, "kernel_sizes": (1, 2), **parameters})


def lstm(**parameters: Any) -> LSTMTextClassifier:
    plain = {"units": 2, "bidirectional": False, "pooling": "last"}
    return LSTMTextClassifier(**{**SMALL, **plain, **parameters})


def batches() -> Any:
    return stream([(TEXTS[:13], LABELS[:13]), (TEXTS[13:], LABELS[13:])])


SKEMBED: dict[str, tuple[str, Callable[[], Any]]] = {
    "cnn": ("texts", lambda: cnn().fit(TEXTS, LABELS)),
    "cnn_stacked": (
        "texts",
        lambda: cnn(stacked=True, dense_units=(2,), batch_norm=True).fit(TEXTS, LABELS),
    ),
    "cnn_wide": ("texts", lambda: cnn(wide=True).fit(TEXTS, LABELS)),
    "cnn_multilabel": ("texts", lambda: cnn().fit(TEXTS, INDICATORS)),
    "cnn_multilabel_wide_tuned": (
        "texts",
        lambda: cnn(wide=True, decision="tuned").fit(TEXTS, INDICATORS),
    ),
    "cnn_of_points": ("points", lambda: cnn(kernel_sizes=(1,)).fit(POINTS, LABELS)),
    "cnn_of_ids": ("ids", lambda: cnn().fit(IDS, LABELS)),
    "cnn_of_word_vectors": ("texts", lambda: cnn(embeddings=VECTORS).fit(TEXTS, LABELS)),
    "cnn_after_partial_fit": (
        "texts",
        lambda: cnn().fit(TEXTS, LABELS).partial_fit(TEXTS[::-1], LABELS[::-1]),
    ),
    "cnn_of_numbered_labels": (
        "texts",
        lambda: cnn(class_weight={3: 2.0, 7: 1.0}).fit(TEXTS, [3, 7] * 12),
    ),
    "lstm": ("texts", lambda: lstm().fit(TEXTS, LABELS)),
    "lstm_bidirectional": (
        "texts",
        lambda: lstm(bidirectional=True, early_stopping=True, dropout=0.1).fit(TEXTS, LABELS),
    ),
    "lstm_streamed": ("texts", lambda: lstm().fit(batches())),
    "glove": ("texts", lambda: GloveVectorizer(VECTORS, pooling=("sif", "max")).fit(TEXTS)),
    "word2vec": (
        "texts",
        lambda: Word2VecVectorizer(n_dims=2, min_count=1, random_state=0).fit(TEXTS),
    ),
    "fasttext": (
        "texts",
        lambda: FastTextVectorizer(n_dims=2, min_count=1, random_state=0).fit(TEXTS),
    ),
    "tokenizer": ("texts", lambda: KerasTokenizer(max_length=0.9, extra_words=["sky"]).fit(TEXTS)),
    "tokenizer_after_partial_fit": ("texts", lambda: KerasTokenizer(min_df=2).partial_fit(TEXTS)),
    "tokenizer_and_lstm": (
        "texts",
        lambda: make_pipeline(KerasTokenizer(), lstm()).fit(TEXTS, LABELS),
    ),
    "glove_and_cnn": (
        "texts",
        lambda: make_pipeline(GloveVectorizer(VECTORS, output="sequences"), cnn()).fit(
            TEXTS, LABELS
        ),
    ),
    "glove_and_regression": (
        "texts",
        lambda: make_pipeline(GloveVectorizer(VECTORS), StandardScaler(), LogisticRegression()).fit(
            TEXTS, LABELS
        ),
    ),
    "union": (
        "texts",
        lambda: make_pipeline(
            FeatureUnion([("words", TfidfVectorizer()), ("vectors", GloveVectorizer(VECTORS))]),
            LogisticRegression(),
        ).fit(TEXTS, LABELS),
    ),
    "vote": (
        "texts",
        lambda: VotingClassifier([("cnn", cnn()), ("lstm", lstm())], voting="soft").fit(
            TEXTS, LABELS
        ),
    ),
}

LINEAR = (GloveVectorizer(VECTORS), LogisticRegression())
SKEMBED |= {
    "columns": (
        "rows",
        lambda: make_pipeline(
            ColumnTransformer([("a", GloveVectorizer(VECTORS), 0), ("b", TfidfVectorizer(), 1)]),
            LogisticRegression(),
        ).fit(np.array([TEXTS, TEXTS[::-1]], dtype=object).T, LABELS),
    ),
    "calibrated": (
        "texts",
        lambda: CalibratedClassifierCV(make_pipeline(*LINEAR), cv=2).fit(TEXTS, LABELS),
    ),
    "dated": ("texts", lambda: cnn().fit(TEXTS, np.array(["2020", "2021"] * 12, dtype="M8[Y]"))),
    "forest": (
        "texts",
        lambda: make_pipeline(
            GloveVectorizer(VECTORS), RandomForestClassifier(2, max_depth=2, random_state=0)
        ).fit(TEXTS, LABELS),
    ),
    "neighbors": (
        "texts",
        lambda: make_pipeline(GloveVectorizer(VECTORS), KNeighborsClassifier(2)).fit(TEXTS, LABELS),
    ),
    "search": (
        "texts",
        lambda: RandomizedSearchCV(
            make_pipeline(CountVectorizer(), SelectKBest(chi2), LogisticRegression()),
            {"selectkbest__k": randint(2, 4), "logisticregression__C": [0.5, 1.0]},
            n_iter=2,
            cv=StratifiedKFold(2),
            scoring="f1_macro",
            random_state=0,
        ).fit(TEXTS, LABELS),
    ),
    "tuned": (
        "texts",
        lambda: TunedThresholdClassifierCV(make_pipeline(*LINEAR), cv=2).fit(TEXTS, LABELS),
    ),
}
"""The last ones came with format 2."""


def of_a_table() -> Any:
    """Fit a classifier to texts, categories and numbers."""
    features = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["place"]),
        (make_pipeline(SimpleImputer(), StandardScaler()), ["degrees"]),
    )
    return cnn(wide=True, text_columns=["title"], features=features).fit(TABLE, LABELS)


SKEMBED |= {
    "cnn_of_a_table": ("table", of_a_table),
    "regressor": (
        "texts",
        lambda: CNNTextRegressor(**{**SMALL, "filters": 2, "kernel_sizes": (1,), "wide": True}).fit(
            TEXTS, [float(len(text)) for text in TEXTS]
        ),
    ),
    "text_columns": (
        "table",
        lambda: make_pipeline(TextColumns(["title"]), lstm()).fit(TABLE, LABELS),
    ),
}
"""These came with format 3."""


def of_pieces() -> Any:
    """Fit a classifier to pieces of words, with the vectors of a static model."""
    pieces = ["[UNK]", "sun", "sea", "rain", "w", "##ind", "and", "##y"]
    ids = {piece: i for i, piece in enumerate(pieces)}
    cut = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    cut.normalizer = normalizers.Lowercase()
    cut.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    vectors = WordVectors(pieces, np.linspace(-1, 1, 16).reshape(8, 2), tokenizer=cut)
    return cnn(embeddings=vectors, wide=True).fit(TEXTS, LABELS)


SKEMBED |= {"cnn_of_pieces": ("texts", of_pieces)}

ONNX: dict[str, tuple[str, Callable[[], Any]]] = {
    "cnn": ("texts", lambda: cnn().fit(TEXTS, LABELS)),
    "cnn_wide_multilabel": (
        "texts",
        lambda: cnn(wide=True, decision="tuned").fit(TEXTS, INDICATORS),
    ),
    "lstm": (
        "texts",
        lambda: make_pipeline(KerasTokenizer(max_length=3), lstm()).fit(TEXTS, [3, 7] * 12),
    ),
    "cnn_of_a_table": ("table", of_a_table),
    "cnn_of_pieces": ("texts", of_pieces),
}


def checkpointed(path: Path) -> LSTMTextClassifier:
    """Return the classifier whose fit on `batches` is in the middle of its way at a path."""
    return lstm(epochs=4, checkpoint=path)


def _write_and_end(checkpoint: Checkpoint, progress: Any) -> None:
    checkpoint._write(lambda: progress)
    raise Interrupted


def as_input(of: str) -> Any:
    """Return what is given to an estimator."""
    if of in ("texts", "table"):
        return INPUTS[of]
    return np.array(INPUTS[of], dtype=object if of == "rows" else None)


def answers(estimator: Any, given: Any) -> dict[str, Any]:
    """Return all that an estimator says of its input, as JSON knows it."""
    said = {}
    for name in ("predict_proba", "predict", "transform"):
        if hasattr(estimator, name):
            found = getattr(estimator, name)(given)
            dense = found.to_dense() if isinstance(found, TokenSequences) else np.asarray(found)
            said[name] = (dense.astype(str) if dense.dtype.kind == "M" else dense).tolist()
    return said


def write_without(source: Path, target: Path, name: str, part: str) -> None:
    """Write a file as it was before an object had a part."""
    nodes, tensors, *_ = read(source)
    tensors = {key: array.copy() for key, array in tensors.items()}
    next(node for node in nodes if node.get("type") == name)["parts"].pop(part)
    with safe_open(source, "np") as file:
        header = file.metadata() | {"nodes": json.dumps(nodes, separators=(",", ":"))}
    save_file(tensors, target, header | {"digest": tensor_digest(header, tensors)})


def main() -> None:
    """Write the files that are missing."""
    folder = GOLDEN / str(FORMAT)
    folder.mkdir(parents=True, exist_ok=True)
    expected_path = folder / "expected.json"
    expected = json.loads(expected_path.read_text()) if expected_path.exists() else {}
    for name, (of, make) in SKEMBED.items():
        path = folder / f"{name}.skembed"
        if not path.exists():
            estimator = make()
            save(estimator, path)
            given = as_input(of)
            expected[path.name] = {"of": of} | answers(estimator, given)
    for name, (of, make) in ONNX.items():
        path = folder / f"{name}.onnx"
        if not path.exists():
            estimator = make()
            to_onnx(estimator, path)
            expected[path.name] = {"of": of} | answers(estimator, as_input(of))
    path = folder / "cnn_before_clipnorm.skembed"
    if not path.exists():
        write_without(folder / "cnn.skembed", path, "ObjectiveSpec", "clipnorm")
        expected[path.name] = expected["cnn.skembed"]
    path = folder / "lstm.checkpoint"
    if not path.exists():
        ending = mock.patch.object(Checkpoint, "epoch_ended", _write_and_end)
        with ending, contextlib.suppress(Interrupted):
            checkpointed(path).fit(batches())
        whole = checkpointed(path).set_params(checkpoint=None).fit(batches())
        expected[path.name] = {"of": "texts"} | answers(whole, INPUTS["texts"])
    expected_path.write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
