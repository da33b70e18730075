"""Eight bytes of a text as one integer, at many places at the same time."""

import numpy as np
from numpy.typing import NDArray

WORD_BYTES = 8
"""Bytes in an integer."""

FIRST_BYTES = np.array([2 ** (8 * n) - 1 for n in range(WORD_BYTES + 1)], dtype=np.uint64)
"""Mask for the first 0 to 8 bytes of a loaded integer, which are its lowest ones."""

_BITS = np.uint64(8 * WORD_BYTES)


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
