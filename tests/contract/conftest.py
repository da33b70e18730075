"""Each of the small estimators, and what is fitted of it once."""

import pytest
from sklearn.base import clone

from tests.small import CASES, LABELS, TEXTS, Case


@pytest.fixture(scope="session", params=list(CASES))
def case(request):
    """Return each estimator of the table in turn."""
    return Case(CASES[request.param])


@pytest.fixture(scope="session")
def fitted(case):
    """Return the case's estimator fitted on the corpus; nobody may fit it again."""
    return case.new().fit(TEXTS, LABELS)


@pytest.fixture
def texts():
    """Return forty short documents."""
    return list(TEXTS)


@pytest.fixture
def labels():
    """Return their labels."""
    return list(LABELS)


@pytest.fixture
def cnn():
    """Return a tiny CNN on texts."""
    return clone(CASES["cnn"])
