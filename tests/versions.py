"""Marks of tests that need more than the lowest versions have."""

from importlib.metadata import PackageNotFoundError, version

import pytest


def installed(package):
    """Return the first two numbers of a package's version, or none where it is not installed."""
    try:
        return tuple(int(part) for part in version(package).split(".")[:2])
    except PackageNotFoundError:
        return ()


KERAS, NUMPY, SKLEARN = map(installed, ("keras", "numpy", "scikit-learn"))

needs_attributes_in_diagrams = pytest.mark.skipif(
    SKLEARN < (1, 9), reason="scikit-learn before 1.9 shows no fitted attributes in its diagrams"
)
needs_temperature_scaling = pytest.mark.skipif(
    SKLEARN < (1, 8), reason="scikit-learn before 1.8 has no scaling by a temperature"
)
needs_strict_lambdas = pytest.mark.skipif(
    KERAS < (3, 15), reason="Keras before 3.15 makes a Lambda from its description"
)
needs_quantization = pytest.mark.skipif(
    KERAS < (3, 13), reason="Keras before 3.13 does not know the quantization of a saved layer"
)
