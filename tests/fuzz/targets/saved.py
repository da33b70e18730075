"""What `skembed.save` writes and `skembed.load` reads."""

import io
import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tests.fuzz.mutation import json_value, plain
from tests.fuzz.target import Target, written

TEXTS = ["good film here", "bad film there", "nice day today", "awful day naïve 日本"] * 3
LABELS = ["fine", "foul"] * 6


def seeds() -> Iterator[bytes]:
    """Yield small estimators of every kind."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    import skembed

    vectors = skembed.WordVectors(["good", "bad", "film"], np.eye(3, dtype=np.float32))
    small = {"embedding_dim": 2, "epochs": 1, "random_state": 0}
    glove = skembed.GloveVectorizer(vectors, pooling=("sif", "max"))
    for estimator in (
        skembed.KerasTokenizer(max_length=0.9).fit(TEXTS),
        skembed.KerasTokenizer(min_df=2).partial_fit(TEXTS),
        glove.fit(TEXTS),
        skembed.FastTextVectorizer(n_dims=2, min_count=1, random_state=0).fit(TEXTS),
        make_pipeline(glove, LogisticRegression()).fit(TEXTS, LABELS),
        skembed.CNNTextClassifier(wide=True, filters=2, kernel_sizes=(2,), **small).fit(
            TEXTS, LABELS
        ),
        skembed.LSTMTextClassifier(units=2, **small).fit(TEXTS, LABELS),
    ):
        yield written(lambda path, e=estimator: skembed.save(e, path))


def read(path: Path) -> None:
    """Load an estimator, and ask what it is."""
    from skembed import load

    load(path).get_params()


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Change nodes or tensors and put the digest right, or change the file as bytes."""
    from safetensors.numpy import load, save

    from skembed.files import tensor_digest

    rng = random.Random(seed)
    try:
        length = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + length])
        told, tensors = header["__metadata__"], dict(load(data))
        if rng.random() < 0.15:
            return _other_header(data, header, length, rng)
        if rng.random() < 0.6:
            nodes = json.loads(told["nodes"])
            for _ in range(rng.randint(1, 3)):
                nodes = json_value(nodes, rng)
            told["nodes"] = json.dumps(nodes)
        else:
            name = rng.choice(sorted(tensors))
            tensors[name] = np.ascontiguousarray(_other(tensors[name], rng))
        told["digest"] = tensor_digest(told, tensors)
        return bytes(save(tensors, told))
    except Exception:  # what is no such file is changed as bytes
        return plain(data, max_size, rng)


def _other_header(data: bytes, header: dict[str, Any], length: int, rng: random.Random) -> bytes:
    """Change what safetensors itself reads; the digest is checked later."""
    changed = json.dumps(json_value(header, rng)).encode()
    return len(changed).to_bytes(8, "little") + changed + data[8 + length :]


def _other(array: Any, rng: random.Random) -> Any:
    """Change a tensor: some numbers, its type or its shape."""
    if array.dtype == np.uint8 and array[:2].tobytes() == b"PK":
        return np.frombuffer(_other_archive(array.tobytes(), rng), np.uint8)
    action = rng.random()
    if action < 0.2:
        return array.astype(rng.choice(["u1", "i4", "i8", "f4", "f8", "?", "u8"]))
    if action < 0.4:
        shapes = [(-1, 1), (1, -1), (-1,), (0, *array.shape), array.shape[::-1]]
        shape = rng.choice(shapes)
        return np.zeros(shape, array.dtype) if 0 in shape else array.reshape(shape)
    if action < 0.5:
        return array[: rng.randrange(len(array) + 1)] if array.ndim else array[None]
    changed = array.copy()
    for _ in range(rng.randint(1, 3) if changed.size else 0):
        with np.errstate(all="ignore"):
            value = rng.choice(
                [0, 1, -1, len(array.ravel()), 2**31 - 1, 2**63 - 1, -(2**63), np.nan]
            )
            changed.flat[rng.randrange(changed.size)] = np.array(value).astype(array.dtype)
    return changed


def _other_archive(packed: bytes, rng: random.Random) -> bytes:
    """Change a member of an estimator in the format of skops."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(sorted(members))
    if name.endswith(".json"):
        schema = json_value(json.loads(members[name]), rng)
        members[name] = json.dumps(schema).encode()
    else:
        members[name] = plain(members[name], len(members[name]) + 64, rng)
    again = io.BytesIO()
    kind = rng.choice([zipfile.ZIP_STORED] * 9 + [zipfile.ZIP_DEFLATED])
    with zipfile.ZipFile(again, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return again.getvalue()


TARGET = Target("fuzzed.skembed", seeds, read, mutate, max_len=1 << 16)
