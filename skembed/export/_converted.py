"""Transformers of scikit-learn → ONNX networks, by skl2onnx, and whether they compute the same."""

import base64
import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from skembed._onnx_session import open_onnx_session
from skembed._optional import need
from skembed._types import Transformer
from skembed.classifiers import TableColumns, to_floats
from skembed.export._graph import IR_VERSION, OPSET

WHAT = "to_onnx needs, for features,"

TEXT = TableColumns({"text": "other"}, {"text": ("sun and sea", "a", "")})
"""The one column of a transformer of texts."""

TOLERANCE = 1e-4
"""Largest relative difference between a transformer and its network."""


def packed(network: onnx.ModelProto) -> str:
    """Write a network as text."""
    return base64.b64encode(network.SerializeToString()).decode()


def converted(transformer: Transformer, columns: TableColumns | None) -> dict[str, Any]:
    """Let skl2onnx convert a transformer of a table, or of texts.

    Numbers are float64 if the network then runs, else float32.

    Raises
    ------
    TypeError
        If it cannot, or if the network computes other numbers.
    """
    read, reasons = columns or TEXT, []
    for wide in (True, False):
        try:
            network = _network(transformer, read, wide)
            inputs = [each.name for each in network.graph.input]  # signs in names are replaced
            _compare(transformer, network, read, dict(zip(read.kinds, inputs, strict=True)), wide)
        except ImportError:
            raise
        except Exception as error:  # skl2onnx and onnxruntime have classes of their own
            reasons.append(str(error).strip().partition("\n")[0])
        else:
            kind, told = "texts" if columns is None else "table", _columns(transformer, read, wide)
            taken = [each | {"input": name} for each, name in zip(told, inputs, strict=True)]
            return {"kind": kind, "network": packed(network), "columns": taken}
    raise TypeError(
        f"to_onnx cannot write features={type(transformer).__name__}: {reasons[-1]} Use encoders "
        "and scalers that skl2onnx knows, or skembed.save."
    )


def _columns(transformer: Transformer, read: TableColumns, wide: bool) -> list[dict[str, Any]]:
    """Describe columns, and their only values if an encoder refuses all others."""
    known = dict(_known_values(transformer, [*read.kinds]))
    number = "float64" if wide else "float32"
    return [
        {"name": n, "holds": number if kind == "numbers" else "texts", "known": known.get(n)}
        for n, kind in read.kinds.items()
    ]


def _network(transformer: Transformer, columns: TableColumns, wide: bool) -> onnx.ModelProto:
    types_of = need("skl2onnx.common.data_types", WHAT)
    number = types_of.DoubleTensorType if wide else types_of.FloatTensorType
    types = [
        (name, (number if kind == "numbers" else types_of.StringTensorType)([None, 1]))
        for name, kind in columns.kinds.items()
    ]
    network = need("skl2onnx", WHAT).convert_sklearn(
        _plain(transformer), initial_types=types, target_opset=OPSET
    )
    network.ir_version = IR_VERSION
    return network


def _plain(transformer: Transformer) -> Any:
    """Return a copy whose encoders without rare categories ignore unknown ones explicitly."""
    own = copy.deepcopy(transformer)
    for part in _parts(own):
        if isinstance(part, OneHotEncoder) and part.handle_unknown == "infrequent_if_exist":
            rare = getattr(part, "infrequent_categories_", [None])
            if all(each is None for each in rare):
                part.handle_unknown = "ignore"
    return own


def _parts(transformer: object) -> Iterator[object]:
    """Yield a fitted transformer and those that it consists of."""
    yield transformer
    steps: list[Any] = []
    if isinstance(transformer, ColumnTransformer):
        steps = [step for _, step, _ in transformer.transformers_]
    elif isinstance(transformer, Pipeline):
        steps = [step for _, step in transformer.steps]
    elif isinstance(transformer, FeatureUnion):
        steps = [step for _, step in transformer.transformer_list]
    for step in steps:
        if isinstance(step, BaseEstimator):
            yield from _parts(step)


def _known_values(transformer: object, columns: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the values of columns whose encoder refuses all others."""
    if isinstance(transformer, OneHotEncoder | OrdinalEncoder):
        if transformer.handle_unknown == "error":
            for name, values in zip(columns, transformer.categories_, strict=True):
                yield name, [str(value) for value in values.tolist()]
    elif isinstance(transformer, ColumnTransformer):
        for _, step, chosen in transformer.transformers_:
            if isinstance(chosen, list) and {*chosen} <= {*columns}:
                yield from _known_values(step, chosen)
    elif isinstance(transformer, Pipeline) and len(transformer) == 1:
        yield from _known_values(transformer[0], columns)
    elif isinstance(transformer, FeatureUnion):
        for _, step in transformer.transformer_list:
            yield from _known_values(step, columns)


def _compare(
    transformer: Transformer,
    network: onnx.ModelProto,
    columns: TableColumns,
    inputs: dict[str, str],
    wide: bool,
) -> None:
    """Compare a network with its transformer, on values that fit has seen."""
    n_rows = max(map(len, columns.examples.values()), default=1) or 1
    cells = {name: [*(columns.examples.get(name) or [None] * n_rows)] for name in columns.kinds}
    feed = {}
    for name, kind in columns.kinds.items():
        values: NDArray[Any] = np.array(cells[name], dtype=object).reshape(-1, 1)
        if kind == "numbers":
            feed[inputs[name]] = values.astype(np.float64 if wide else np.float32)
        else:
            feed[inputs[name]] = np.where(values == None, "nan", values)  # noqa: E711
    found = _run(network, feed)
    given = cells["text"] if columns is TEXT else columns.select(cells, n_rows, "X")
    expected = to_floats(transformer.transform(given))
    close = found.shape == expected.shape and np.allclose(
        found, expected, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True
    )
    if not close:
        raise TypeError("the network that skl2onnx makes of it computes something else.")


def _run(network: onnx.ModelProto, feed: dict[str, NDArray[Any]]) -> NDArray[Any]:
    session = open_onnx_session(network.SerializeToString(), WHAT, install="skembed[onnx]")
    found: NDArray[Any] = session.run(None, feed)[0]
    return found
