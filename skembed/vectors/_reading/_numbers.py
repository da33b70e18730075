"""Decimal text → float32, for a whole array of tokens at the same time.

A number with up to 15 digits is an integer below 2**53 divided by a power of ten below 10**22.
Both are exact in float64, so one division gives the correctly rounded value. This is the result of
`float`, but it takes a fraction of the time. With one digit before the dot and up to six after it,
the integer is below 2**24, and the same holds in float32. A division in float64 would round a
second time, but this makes no difference: such a number is never close to the middle of two float32
unless it is exactly the middle.
"""

import re
import sys

import numpy as np
from numpy.typing import NDArray

from skembed.words import FIRST_BYTES, WORD_BYTES, load_eight

Places = NDArray[np.int64]
Packed = NDArray[np.uint64]

DECIMAL = re.compile(rb"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""A number as text; unlike `float`, without nan, inf and underscores.

It never backtracks, because a token may be as long as the file.
"""

ROOM = 16
"""Bytes that must follow the last token, because whole words are loaded beyond its end."""

# If there are fewer unusual tokens than this, it is faster to convert them one by one.
_MANY = 100
_MAX_DIGITS = 15
_MAX_CHARACTERS = _MAX_DIGITS + 1
_DOT, _MINUS, _ZERO = b".-0"
_POWERS = 10.0 ** np.arange(_MAX_DIGITS + 1)
_DIGITS = np.uint64(int.from_bytes(b"00000000", "little"))
_DIGIT_DOT_DIGITS = np.uint64(int.from_bytes(b"0.000000", "little"))
# These are added to a difference. They set the highest bit of a byte that is 10 or more; at the
# place of the dot they set it if the byte is 1 or more.
_ABOVE_NINE = np.uint64(0x7676767676767676)
_ABOVE_NINE_OR_DOT = np.uint64(0x7676767676767F76)
_HIGH_BITS = np.uint64(0x8080808080808080)
# The bytes of a short token. For an empty token it is the separator after it, which is not a digit.
_KEEP = FIRST_BYTES.copy()
_KEEP[0] = FIRST_BYTES[1]
# Pairs of digits begin at the bytes 0, 2, 4 and 6: the first and third, the second and fourth.
_PAIRS = np.uint64(0x000000FF000000FF)
_TEN = np.uint64(1 + (10 << 8))
# The weights of the first and third pair, and of the second and fourth, in eight digits.
_WEIGHTS = np.uint64(100 + (1_000_000 << 32)), np.uint64(1 + (10_000 << 32))
# If the dot is the second character, the first pair is ten times the first digit.
_WEIGHTS_DOT = np.uint64(100 + (100_000 << 32)), _WEIGHTS[1]
_UPPER_HALF = 1 if sys.byteorder == "little" else 0
_SHORT_FRACTION, _LONG_FRACTION = np.float32(1e6), 1e14


def parse_decimals(
    text: NDArray[np.uint8], starts: Places, sizes: Places
) -> NDArray[np.float32] | None:
    """Convert tokens of a byte array to the same float32 as NumPy does from `float`.

    Tokens are given by their starts and by their sizes, which include the separator; both have the
    shape (n_tokens,). The text consists of whole 8-byte words; `ROOM` bytes follow the last
    token. The result is None if any token is not a finite decimal number; the slow reader then
    finds out which one.
    """
    negative = text.take(starts, mode="clip") == _MINUS
    firsts = negative.view(np.int8).astype(np.int64)
    lengths = sizes - 1
    lengths -= firsts
    firsts += starts
    numbers, odd = _short_numbers(text, firsts, lengths)
    rows = odd.nonzero()[0]
    for convert, at_least in ((_long_numbers, 1), (_dot_anywhere, _MANY)):
        if len(rows) >= at_least:
            numbers[rows], odd = convert(text, firsts[rows], lengths[rows])
            rows = rows[odd]
    sign_bits = negative.astype(np.uint32)
    sign_bits <<= np.uint32(31)
    unsigned = numbers.view(np.uint32)
    unsigned |= sign_bits
    if len(rows):
        parsed = _parse_one_by_one(text, starts[rows], sizes[rows])
        if parsed is None:
            return None
        numbers[rows] = parsed
    return numbers


def _short_numbers(
    text: NDArray[np.uint8], starts: Places, lengths: Places
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Convert a digit alone, or a digit, a dot and up to six digits.

    The second array marks the other tokens; their numbers are undefined.
    """
    packed = load_eight(text, starts)
    packed ^= _DIGIT_DOT_DIGITS
    packed &= _KEEP.take(lengths, mode="clip")
    odd = _any_above(packed, _ABOVE_NINE_OR_DOT)
    odd |= lengths > WORD_BYTES
    numbers = _join(packed, *_WEIGHTS_DOT).astype(np.float32)
    numbers /= _SHORT_FRACTION
    return numbers, odd


def _long_numbers(
    text: NDArray[np.uint8], starts: Places, lengths: Places
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Convert a digit, a dot and 7 to 14 digits; the second array marks the other tokens."""
    upper = load_eight(text, starts)
    upper ^= _DIGIT_DOT_DIGITS
    lower = load_eight(text, starts + WORD_BYTES)
    lower ^= _DIGITS
    lower &= _KEEP.take(lengths - WORD_BYTES, mode="clip")
    odd = _any_above(upper, _ABOVE_NINE_OR_DOT) | _any_above(lower, _ABOVE_NINE)
    odd |= (lengths <= WORD_BYTES) | (lengths > 2 * WORD_BYTES)
    numbers = _join(upper, *_WEIGHTS_DOT).astype(np.float64)
    numbers *= 1e8
    numbers += _join(lower, *_WEIGHTS)
    numbers /= _LONG_FRACTION
    return numbers, odd


def _any_above(packed: Packed, complement: np.uint64) -> NDArray[np.bool_]:
    """Return where some byte is not a digit or, depending on `complement`, not 0."""
    above = packed + complement
    above |= packed
    above &= _HIGH_BITS
    return above != 0


def _join(packed: Packed, odd_pairs: np.uint64, even_pairs: np.uint64) -> NDArray[np.int32]:
    """Join eight digits, the first in the lowest byte, with these weights of their pairs."""
    packed *= _TEN
    first = packed >> np.uint64(8)
    first &= _PAIRS
    first *= odd_pairs
    packed >>= np.uint64(24)
    packed &= _PAIRS
    packed *= even_pairs
    packed += first
    return packed.view(np.int32)[_UPPER_HALF::2]


def _dot_anywhere(
    text: NDArray[np.uint8], starts: Places, lengths: Places
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Convert up to 15 digits with or without a dot; the second array marks the other tokens."""
    whole = np.zeros(len(starts), dtype=np.int64)
    n_digits, n_fraction = np.zeros_like(whole), np.zeros_like(whole)
    behind_dot = np.zeros(len(starts), dtype=bool)
    odd = lengths > _MAX_CHARACTERS
    for place in range(min(_MAX_CHARACTERS, int(lengths.max()))):
        character = text.take(starts + place)
        inside = place < lengths
        is_dot = inside & (character == _DOT)
        digit = character - np.uint8(_ZERO)
        is_digit = inside & (digit <= 9)
        odd |= inside & ~is_digit & ~(is_dot & ~behind_dot)
        whole = np.where(is_digit, whole * 10 + digit, whole)
        n_digits += is_digit
        n_fraction += is_digit & behind_dot
        behind_dot |= is_dot
    odd |= (n_digits == 0) | (n_digits > _MAX_DIGITS)
    return whole / _POWERS.take(n_fraction, mode="clip"), odd


def _parse_one_by_one(
    text: NDArray[np.uint8], starts: Places, sizes: Places
) -> NDArray[np.float32] | None:
    """Convert the few tokens with an exponent or very many digits."""
    ends = starts + sizes - 1
    tokens = [
        text[start:end].tobytes() for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    if not all(map(DECIMAL.fullmatch, tokens)):
        return None
    with np.errstate(over="ignore"):
        numbers = np.array(list(map(float, tokens))).astype(np.float32)
    return numbers if np.isfinite(numbers).all() else None
