import joblib
import numpy as np
import pytest

from skembed._threads import allowed_threads
from skembed.vectors import WordVectors
from skembed.vectors._reading import _text


@pytest.mark.parametrize(
    ("told", "expected"), [("1", 1), ("2", 2), ("3", 3), ("0", 7), ("", 7), ("many", 7), ("99", 99)]
)
def test_openmps_variable_and_the_cores_set_the_limit(monkeypatch, told, expected):
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    monkeypatch.setattr(joblib, "cpu_count", lambda: 7)
    assert allowed_threads() == expected


def test_the_number_of_threads_does_not_show(write, tmp_path, monkeypatch):
    monkeypatch.setattr(_text, "_BLOCK_BYTES", 1 << 12)
    path = write("".join(f"w{i} {i / 7:.6f} {-i}.5\n" for i in range(3000)))
    digests = set()
    for told in ("1", "2"):
        monkeypatch.setenv("OMP_NUM_THREADS", told)
        vectors = WordVectors.load(path, cache_dir=tmp_path / told)
        digests.add(vectors.digest)
        assert vectors["w2999"].tolist() == np.float32([428.428571, -2999.5]).tolist()
    assert len(digests) == 1
