"""Numbers converted all at once must be those that float gives one by one, to the last bit."""

import random

import numpy as np
import pytest

from skembed.vectors._reading import _numbers
from skembed.vectors._reading._numbers import DECIMAL, ROOM, parse_decimals


def parse(tokens, separator=b" "):
    """Convert tokens that stand in one text."""
    text = separator.join(tokens) + b"\n" + b"0" * ROOM  # what comes after does not count
    text += b"0" * (-len(text) % 8)
    sizes = np.array([len(token) + 1 for token in tokens])
    return parse_decimals(np.frombuffer(text, dtype=np.uint8), np.cumsum(sizes) - sizes, sizes)


def check(tokens):
    numbers = parse([token.encode() for token in tokens])
    expected = np.array([float(token) for token in tokens]).astype(np.float32)
    np.testing.assert_array_equal(numbers, expected, strict=True)
    np.testing.assert_array_equal(np.signbit(numbers), np.signbit(expected))


def test_numbers_by_hand():
    tokens = [b"0.5", b"-0.25", b"-0.0", b"0", b"7", b"-3.", b".5", b"1.000001", b"12.5", b"1e2"]
    expected = [0.5, -0.25, -0.0, 0, 7, -3, 0.5, 1.000001, 12.5, 100]
    numbers = parse(tokens)
    assert numbers.tolist() == np.float32(expected).tolist()
    assert np.signbit(numbers).tolist() == [x in (1, 2, 5) for x in range(10)]
    assert parse(tokens, separator=b"\n").tolist() == numbers.tolist()


def test_every_short_number():
    # One digit and six behind the dot: dividing in float32 rounds as rounding a float64 does.
    digits = np.arange(10**7)
    divided = digits.astype(np.float32) / np.float32(1e6)
    np.testing.assert_array_equal(divided, (digits / 1e6).astype(np.float32), strict=True)


def test_numbers_equal_pythons_to_the_last_bit():
    rng = np.random.default_rng(0)
    values = rng.standard_normal(4000) * 10.0 ** rng.integers(-12, 9, 4000)
    tokens = [f"{value:.{digits}f}" for value in values for digits in (0, 1, 4, 5, 6, 7, 9, 16)]
    tokens += [f"{value:.{digits}g}" for value in values for digits in (1, 5, 8, 17)]
    tokens += ["0", "-0", "-0.0", "00.5", "1.", ".5", "-.5", "+1.5", "1e5", "-1E-5", "9" * 30]
    check(tokens)


@pytest.mark.parametrize("n", [1, _numbers._MANY - 1, 5 * _numbers._MANY])
def test_strings_of_digits_signs_and_dots(n):
    rng = random.Random(n)
    tokens = [
        rng.choice(["", "", "-", "+"])
        + "".join(rng.choices("0123456789", k=rng.randint(0, 18)))
        + rng.choice(["", ".", "."])
        + "".join(rng.choices("0123456789", k=rng.randint(0, 18)))
        + rng.choice(["", "", "", "e-7", "E+2"])
        for _ in range(20 * n)
    ]
    check([token for token in tokens if DECIMAL.fullmatch(token.encode())])


def test_halfway_between_two_float32():
    between = [1 + 2.0**-24, 1 + 3 * 2.0**-24, 5.00000024, 0.1 + 2.0**-30, 16777217.0]
    tokens = [f"{x:.{digits}f}" for x in between for digits in range(30)]
    check(tokens + [f"-{token}" for token in tokens])


ODD = ["", "-", ".", "-.", "1.2.3", "..5", "1-2", "--1", "-+1", "1e", "e5", "0x10", "1_0", "nan",
       "inf", "-inf", "NaN", "0.12a45", "0,5", "0/5", "1.5e", "½", "٠.٥", "0.123456789012345.6",
       "0.1234567/", "0.12345678:0", "0:12345", "00 5", "0.1\t", "1e39", "-1e39",
       "9" * 60]  # fmt: skip


@pytest.mark.parametrize("token", ODD)
@pytest.mark.parametrize("n", [1, 2 * _numbers._MANY])
def test_whatever_is_no_finite_decimal_is_left_to_the_careful_reader(token, n):
    assert parse([b"0.5", *[token.encode()] * n, b"0.25"]) is None
    assert DECIMAL.fullmatch(token.encode()) is None or abs(float(token)) > 3.5e38


def test_no_number_at_all():
    assert parse_decimals(np.zeros(24, np.uint8), *np.zeros((2, 0), np.int64)).shape == (0,)
