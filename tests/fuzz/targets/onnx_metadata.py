"""The metadata of ONNX files, by which `Predictor` reads texts.

The graph stays as it is: whether that is a good one is onnxruntime's business.
"""

import base64
import io
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fuzz.mutation import json_value, plain
from tests.fuzz.target import Target, written
from tests.fuzz.targets.saved import LABELS, TEXTS

DOCUMENTS = ["good film, nice day", "", "日本 \ud800 unseen"]


def seeds() -> Iterator[bytes]:
    """Yield small models: plain, with a linear model, of several labels, with thresholds."""
    import numpy as np

    from skembed import CNNTextClassifier, KerasTokenizer, to_onnx

    small = {"filters": 2, "kernel_sizes": (2,), "embedding_dim": 2, "epochs": 1, "random_state": 0}
    indicators = np.array([[1, 0, 1], [0, 1, 0]] * 6)
    short = KerasTokenizer(max_length=3, tokenizer="glove")
    for classifier in (
        CNNTextClassifier(tokenizer=short, **small).fit(TEXTS, LABELS),
        CNNTextClassifier(wide=True, **small).fit(TEXTS, LABELS),
        CNNTextClassifier(decision="tuned", **small).fit(TEXTS, indicators),
        CNNTextClassifier(decision="tuned", **small).fit(TEXTS, [1, 2] * 6),
    ):
        yield written(lambda path, c=classifier: to_onnx(c, path))


def read(path: Path) -> None:
    """Open a model; one that is opened must answer."""
    from skembed.serve import Predictor

    predictor = Predictor(path)
    try:
        predictor.predict(DOCUMENTS)
        predictor.predict_proba(DOCUMENTS)
    except ValueError as error:
        raise RuntimeError("refused too late") from error


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Change a value of the description or of the tables of words, or their text."""
    import onnx

    rng = random.Random(seed)
    model = onnx.ModelProto.FromString(data)
    told = {entry.key: entry.value for entry in model.metadata_props}
    name = rng.choice(sorted(told) or ["skembed"])
    try:
        if rng.random() < 0.1:
            changed = plain(told[name].encode(), 2 * len(told[name]) + 8, rng)
            told[name] = changed.decode("utf-8", "replace")
        elif name == "skembed":
            told[name] = json.dumps(json_value(json.loads(told[name]), rng))
        else:
            told[name] = _other_tables(told[name], rng)
    except Exception:  # what can no longer be read is changed by leaving it out
        told.pop(name, None)
    onnx.helper.set_model_props(model, told)
    return bytes(model.SerializeToString())


def _other_tables(text: str, rng: random.Random) -> str:
    """Change an array of the tables, or leave one out."""
    import numpy as np

    from tests.fuzz.targets.saved import _other

    with np.load(io.BytesIO(base64.b64decode(text))) as tables:
        parts: dict[str, Any] = dict(tables)
    name = rng.choice(sorted(parts))
    if rng.random() < 0.1:
        del parts[name]
    else:
        parts[name] = _other(np.atleast_1d(parts[name]), rng)
    packed = io.BytesIO()
    np.savez_compressed(packed, **parts)
    return base64.b64encode(packed.getvalue()).decode()


TARGET = Target("fuzzed.onnx", seeds, read, mutate, max_len=1 << 16)
