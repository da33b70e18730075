"""Values of the annotated types, and others."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from skembed.persistence._annotations import holds

FLOATS = np.zeros(2, np.float32)


@pytest.mark.parametrize(
    ("annotation", "right", "wrong"),
    [
        (Any, [None, object()], []),
        (None, [None], [0, False]),
        (int, [0, -5, 2**70, np.int64(3)], [True, 1.0, "1", None]),
        (float, [0.5, 3, np.float32(1)], [False, "0.5", None, 1j]),
        (bool, [True], [1, None]),
        (str, ["", "a"], [b"a", None]),
        (int | None, [None, 1], ["1", 1.5]),
        (Literal["a", "b"], ["a"], ["c", 0, None]),
        (list[int], [[], [1, 2]], [(1,), [1, "2"], None]),
        (tuple[int, str], [(1, "a")], [(1,), (1, "a", "b"), ("a", 1), [1, "a"]]),
        (tuple[int, ...], [(), (1, 2, 3)], [(1, "a"), [1]]),
        (dict[str, int], [{}, {"a": 1}], [{"a": "b"}, {1: 1}, [("a", 1)]]),
        (Mapping[str, int], [{"a": 1}], [{"a": None}, "a"]),
        (NDArray[np.float32], [FLOATS, FLOATS[0]], [FLOATS.astype(float), [0.0], None]),
        (NDArray[np.generic], [FLOATS, np.array(["a"]), FLOATS.astype("M8[s]")], [[1], "a"]),
        (NDArray[Any], [FLOATS, np.array(["a"])], [[1], "a"]),
        (dict[str, NDArray[np.float32]], [{"a": FLOATS}], [{"a": FLOATS.astype(int)}]),
    ],
    ids=lambda value: "values" if isinstance(value, list) else str(value),
)
def test_values(annotation, right, wrong):
    assert [value for value in right if not holds(value, annotation)] == []
    assert [value for value in wrong if holds(value, annotation)] == []
