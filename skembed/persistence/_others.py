"""scikit-learn's own estimators, and other objects that skops trusts, in the form of skops."""

import io
import math
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skembed._optional import need
from skembed.persistence._compiled import check_compiled

TRUSTED = [
    f"scipy.sparse._{form}.{form}_{kind}" for form in ("csr", "csc") for kind in ("matrix", "array")
]
"""Types that skops does not trust by itself, but which only hold numbers."""

MOST_COMPRESSED, MOST_USED = 100, 10
"""How many times smaller than itself a sparse matrix may be, and how often a member may be used."""


def pack_object(value: object) -> NDArray[np.uint8] | None:
    """Write an object that is not skembed's; None if skops cannot write it or does not trust it."""
    skops = _skops()
    try:
        packed = skops.dumps(value)
        if untrusted(packed):
            return None
    except Exception:  # an object that skops does not know can fail anywhere in skops
        return None
    return np.frombuffer(packed, dtype=np.uint8)


def unpack_object(packed: NDArray[np.uint8]) -> Any:
    """Read an object that `pack_object` wrote.

    It must be whole, take no more memory than it has bytes, and hold no type that skops does not
    trust, and no estimator whose compiled code would leave its arrays.
    """
    skops, data = _skops(), packed.tobytes()
    try:
        check_sizes(data)
        unknown = untrusted(data)
        if unknown:
            raise ValueError(f"an estimator holds {', '.join(unknown)}")
        made = skops.loads(data, trusted=TRUSTED)
        check_compiled(made)
        return made
    except ValueError:
        raise
    except Exception as error:  # a wrong file can fail at any place in skops
        raise ValueError(f"an estimator cannot be read: {error!r}") from error


def untrusted(packed: bytes) -> list[str]:
    """List its types that neither skops nor skembed trusts."""
    return [name for name in _skops().get_untrusted_types(data=packed) if name not in TRUSTED]


def _skops() -> Any:
    return need("skops.io", "A file with estimators of scikit-learn needs")


def check_sizes(data: bytes, *, at_most: int = 1) -> None:
    """Refuse members of a zip archive that are larger in memory than `at_most` times the archive.

    An array's header may not declare more numbers than follow.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if sum(member.file_size for member in members) > at_most * len(data):
            raise ValueError("an estimator is compressed")
        schema = b""
        if "schema.json" in archive.namelist():
            schema = archive.read("schema.json")
        used = sum(m.file_size * schema.count(f'"{m.filename}"'.encode()) for m in members)
        if used > MOST_USED * len(data):
            raise ValueError("an estimator names its members too often")
        for member in members:
            content = archive.read(member)
            if content.startswith(b"\x93NUMPY"):
                _check_array(content, member.filename)
            elif content.startswith(b"PK"):  # of a sparse matrix, which skops compresses
                check_sizes(content, at_most=MOST_COMPRESSED)
                sparse.load_npz(io.BytesIO(content)).check_format(full_check=True)


def _check_array(data: bytes, name: str) -> None:
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if read is None:
        raise ValueError(f"{name} of an estimator is in NumPy's format {version}")
    shape, _, dtype = read(file)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(data) - file.tell():
        raise ValueError(f"{name} of an estimator is not as large as it says")
