"""Strings as bytes and ends, by hand and back."""

import numpy as np
import pytest

from skembed.persistence._strings import pack, unpack


def test_bytes_and_ends_by_hand():
    blob, ends = pack(["ab", "", "é"])
    assert blob.tobytes() == b"ab\xc3\xa9"
    assert ends.tolist() == [2, 2, 4]
    assert (blob.dtype, ends.dtype) == (np.uint8, np.int64)


@pytest.mark.parametrize("strings", [[], [""], ["a", "日本", "\ud800", "\0", "a" * 1000]])
def test_there_and_back(strings):
    assert unpack(*pack(strings)) == strings


@pytest.mark.parametrize(
    ("blob", "ends", "message"),
    [
        (b"ab", [3], "not in order"),
        (b"ab", [1], "not in order"),
        (b"ab", [2, 1, 2], "not in order"),
        (b"ab", [-1, 2], "not in order"),
        (b"\xff", [1], "a string is not UTF-8"),
    ],
)
def test_what_pack_does_not_write(blob, ends, message):
    with pytest.raises(ValueError, match=message):
        unpack(np.frombuffer(blob, np.uint8), np.array(ends, np.int64))


def test_other_types():
    blob, ends = pack(["ab"])
    for wrong in ((blob.astype(int), ends), (blob, ends.astype(float)), (blob, ends[None])):
        with pytest.raises(ValueError, match="strings must be bytes and the places of their ends"):
            unpack(*wrong)
