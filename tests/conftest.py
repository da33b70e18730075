"""Where the tests find real data that skembed does not ship."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_folder():
    """Folder of real data: SKEMBED_TEST_DATA, or shared/data beside the checkout."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("SKEMBED_TEST_DATA") or beside)
    if not folder.is_dir():
        pytest.skip(f"real data are absent: {folder} is no folder (set SKEMBED_TEST_DATA)")
    return folder


@pytest.fixture(scope="session")
def newsgroups(data_folder):
    """All 18,846 documents and labels of 20 Newsgroups."""
    from sklearn.datasets import fetch_20newsgroups

    home = data_folder / "sklearn_home"
    if not home.is_dir():
        pytest.skip(f"20 Newsgroups are absent: {home} is no folder")
    return fetch_20newsgroups(
        subset="all", data_home=home, download_if_missing=False, return_X_y=True
    )
