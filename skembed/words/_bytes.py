"""Bytes of a text at many places at the same time: found, or eight of them as one integer."""

import numpy as np
from numpy.typing import NDArray

WORD_BYTES = 8
"""Bytes in an integer."""

FIRST_BYTES = np.array([2 ** (8 * n) - 1 for n in range(WORD_BYTES + 1)], dtype=np.uint64)
"""Mask for the first 0 to 8 bytes of a loaded integer, which are its lowest ones."""

_BITS = np.uint64(8 * WORD_BYTES)
# Multiplied by an integer whose only byte that is not 0 is a 1, these have its place on top.
_PLACE_OF_ONE = {"<u4": np.uint32(0x00010203), "<u8": np.uint64(0x0001020304050607)}


def load_eight(text: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Load the eight bytes from each place on, the first one lowest.

    The text is whole 8-byte words, with at least eight bytes to spare behind the last byte that
    counts.
    """
    # In place as far as possible: fresh memory costs more here than arithmetic.
    words = text.view("<u8")
    place = starts >> 3
    loaded = words.take(place, mode="clip")
    following = words[1:].take(place, mode="clip")
    np.left_shift(starts, 3, out=place)
    place &= 63
    shift = place.view(np.uint64)
    loaded >>= shift
    np.subtract(_BITS, shift, out=shift)
    following <<= shift  # by 64 bits gives 0
    loaded |= following
    return loaded


def find_byte(text: NDArray[np.uint8], byte: int, group: str) -> NDArray[np.int64]:
    """Return the places of a byte, faster than NumPy alone if it comes now and then.

    The places are ascending. The text is whole groups of 4 ("<u4") or 8 ("<u8") bytes: so many are
    looked at together, and two of those that are sought should seldom be in one group.
    """
    is_here = text == byte
    groups = is_here.view(group)
    places = np.flatnonzero(groups != 0)
    within = groups.take(places, mode="clip")
    how_many = np.bitwise_count(within)
    most = how_many.max(initial=0)
    if most > 2:
        return np.flatnonzero(is_here)
    if most == 2:
        twice = np.flatnonzero(how_many == 2)
        both = within[twice]
        within[twice] = both & -both
        within = np.insert(within, twice + 1, both - within[twice])
        places = np.insert(places, twice + 1, places[twice])
    within *= _PLACE_OF_ONE[group]
    within >>= within.dtype.type(8 * groups.itemsize - 8)
    places *= groups.itemsize
    places += within.astype(np.int64)
    return places
