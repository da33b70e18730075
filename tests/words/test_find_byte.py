import numpy as np
import pytest

from skembed.words import find_byte


@pytest.mark.parametrize("group", ["<u4", "<u8"])
@pytest.mark.parametrize(
    ("text", "places"),
    [
        (b"        ", []),
        (b"x       ", [0]),
        (b"       x", [7]),
        (b"   xx   ", [3, 4]),
        (b"x  xx  x", [0, 3, 4, 7]),
        (b"xxx     ", [0, 1, 2]),
        (b"xxxxxxxx", [0, 1, 2, 3, 4, 5, 6, 7]),
        (b"", []),
    ],
)
def test_places_by_hand(text, places, group):
    assert find_byte(np.frombuffer(text, dtype=np.uint8), ord("x"), group).tolist() == places


@pytest.mark.parametrize("group", ["<u4", "<u8"])
@pytest.mark.parametrize("share", [0.0, 0.001, 0.03, 0.2, 0.9])
def test_places_at_random(share, group):
    text = (np.random.default_rng(0).random(8000) < share).astype(np.uint8)
    for byte in (0, 1):
        np.testing.assert_array_equal(
            find_byte(text, byte, group), np.flatnonzero(text == byte), strict=True
        )
