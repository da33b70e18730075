"""Decimal text → numbers, eight characters at a time for a whole array of tokens.

A number with up to 15 digits is an integer below 2**53 divided by a power of ten below 10**22.
Both are exact in float64, so one division gives the correctly rounded value: the same that
`float` gives, at a fraction of its cost.
"""

import re

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
Packed = NDArray[np.uint64]

DECIMAL = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""A number as text; unlike `float`, without nan, inf and underscores."""

LEAD = 24
"""Bytes that must precede the first token, for windows that reach back."""

_WINDOW = 8
_LONGEST = 18
_MAX_DIGITS = 15
_ZEROS = np.uint64(0x3030303030303030)
_DOT_AMONG_ZEROS = ord(".") ^ ord("0")
_DOTS = np.uint64(_DOT_AMONG_ZEROS * 0x0101010101010101)
_LOW_BITS = np.uint64(0x7F7F7F7F7F7F7F7F)
_HIGH_BITS = np.uint64(0x8080808080808080)
_ABOVE_NINE = np.uint64(0x7676767676767676)
# Text ends at the highest byte of a little-endian window: keep the last k bytes.
_KEEP = np.array([0, *(2**64 - 2 ** (64 - 8 * k) for k in range(1, 9))], dtype=np.uint64)
_POWERS = 10.0 ** np.arange(_LONGEST + 1)
# Divisors by sign and place of the dot in a window, from its lowest byte.
_DIVISORS = np.concatenate([_POWERS[7::-1], -_POWERS[7::-1]])
_EXPONENT_OF_FIRST_BYTE = (1023 + 7) << 52


def parse_decimals(
    text: NDArray[np.uint8], starts: Positions, ends: Positions
) -> NDArray[np.float64] | None:
    """Convert tokens of a byte array to float64, exactly as `float` would.

    Parameters
    ----------
    text : ndarray of shape (n_bytes,), dtype uint8
        A whole number of 8-byte words; `LEAD` bytes precede the first token, 8 follow the last.
    starts, ends : ndarray of shape (n_tokens,), dtype int64
        Where each token begins and ends, exclusive.

    Returns
    -------
    numbers : ndarray of shape (n_tokens,), dtype float64, or None
        None if any token is not a decimal number; which one, the careful reader finds out.
    """
    negative = text[starts] == ord("-")
    lengths = ends - starts - negative
    numbers, plain = _short_numbers(text, ends, lengths, negative)
    others = np.flatnonzero(~plain)
    if len(others):
        starts, ends = starts[others], ends[others]
        values, plain = _long_numbers(text, ends, lengths[others], negative[others])
        unusual = np.flatnonzero(~plain)
        parsed = _parse_one_by_one(text, starts[unusual], ends[unusual])
        if parsed is None:
            return None
        values[unusual] = parsed
        numbers[others] = values
    return numbers


def _load(text: NDArray[np.uint8], ends: Positions) -> Packed:
    """Load the eight bytes before each position, as differences from the character 0."""
    # In place as far as possible: fresh memory costs more here than arithmetic.
    words = text.view("<u8")
    word = ends - _WINDOW
    shift = ((word & 7) << 3).view(np.uint64)
    word >>= 3
    packed = words.take(word)
    packed >>= shift
    word += 1
    following = words.take(word)
    following <<= np.subtract(np.uint64(64), shift, out=shift)
    packed |= following
    packed ^= _ZEROS
    return packed


def _short_numbers(
    text: NDArray[np.uint8], ends: Positions, lengths: Positions, negative: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Convert numbers of at most eight characters, one of them a dot, sign not counted.

    The second array tells for which tokens that held; the rest of the first is undefined.
    """
    packed = _load(text, ends)
    packed &= _KEEP.take(lengths, mode="clip")
    # One high bit marks each byte that is a dot.
    apart = packed ^ _DOTS
    dot = apart & _LOW_BITS
    dot += _LOW_BITS
    dot |= apart
    dot &= _HIGH_BITS
    dot ^= _HIGH_BITS
    packed ^= (dot >> np.uint64(7)) * np.uint64(_DOT_AMONG_ZEROS)
    # All bits above the dot; the whole part below it moves up into its place.
    fraction = dot << np.uint64(1)
    np.subtract(np.uint64(0), fraction, out=fraction)
    fraction &= packed
    packed ^= fraction
    packed <<= np.uint64(8)
    packed |= fraction
    # A power of two as float64 has the place of its bit in the exponent; two dots make no power.
    place = dot.astype(np.float64).view(np.int64)
    place -= _EXPONENT_OF_FIRST_BYTE
    place >>= 55
    place += negative.view(np.int8) << 3
    plain = (lengths <= _WINDOW) & (lengths > 1) & (dot != 0)
    dot &= dot - np.uint64(1)
    plain &= dot == 0
    plain &= _all_digits(packed)
    numbers = _join(packed).astype(np.float64)
    numbers /= _DIVISORS.take(place, mode="clip")
    return numbers, plain


def _all_digits(packed: Packed) -> NDArray[np.bool_]:
    return (((packed + _ABOVE_NINE) | packed) & _HIGH_BITS) == 0


def _join(packed: Packed) -> Packed:
    """Join neighbours three times: digits to pairs, pairs to fours, fours to eights."""
    for factor, shift, mask in (
        (10, 8, 0x00FF00FF00FF00FF),
        (100, 16, 0x0000FFFF0000FFFF),
        (10_000, 32, 0x00000000FFFFFFFF),
    ):
        shifted = packed >> np.uint64(shift)
        packed *= np.uint64(factor)
        packed += shifted
        packed &= np.uint64(mask)
    return packed


def _long_numbers(
    text: NDArray[np.uint8], ends: Positions, lengths: Positions, negative: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Convert numbers of at most 15 digits, with or without a dot.

    The second array tells for which tokens that held; the rest of the first is undefined.
    """
    dots = np.zeros(len(ends), dtype=np.int64)
    for back in range(1, min(_LONGEST, int(lengths.max(initial=0))) + 1):
        here = (text[ends - back] == ord(".")) & (lengths >= back) & (dots == 0)
        dots[here] = back
    n_fraction = np.maximum(dots - 1, 0)
    n_whole = lengths - dots
    plain = (n_whole >= 1) & (n_whole + n_fraction <= _MAX_DIGITS)
    whole, good = _digits(text, ends - dots, n_whole)
    plain &= good
    fraction, good = _digits(text, ends, n_fraction)
    plain &= good
    scale = _POWERS[n_fraction]
    numbers = (whole * scale + fraction) / scale
    return np.where(negative, -numbers, numbers), plain


def _digits(
    text: NDArray[np.uint8], ends: Positions, lengths: Positions
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Convert runs of at most 16 digits, each given by its end and its length."""
    lower = _load(text, ends) & _KEEP.take(lengths, mode="clip")
    upper = _load(text, ends - _WINDOW) & _KEEP.take(lengths - _WINDOW, mode="clip")
    good = _all_digits(lower) & _all_digits(upper)
    return _join(upper).astype(np.float64) * 1e8 + _join(lower).astype(np.float64), good


def _parse_one_by_one(
    text: NDArray[np.uint8], starts: Positions, ends: Positions
) -> NDArray[np.float64] | None:
    """Convert the few tokens with an exponent or very many digits."""
    tokens = [
        text[start:end].tobytes() for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    if not all(map(DECIMAL.fullmatch, tokens)):
        return None
    return np.array(list(map(float, tokens)))
