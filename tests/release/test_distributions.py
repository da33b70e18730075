"""What is uploaded: built from this checkout, looked into, installed and used elsewhere.

Needs git and a package index, for the tools that build. ``make dist`` runs it.
"""

import email
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import skembed

pytestmark = pytest.mark.soak

ROOT = Path(__file__).resolve().parents[2]
SMOKE = Path(__file__).with_name("smoke.py")
# What serves the hosting of the repository alone, and what setuptools adds.
HOSTING = (
    ".ci/",
    ".gitattributes",
    ".github/",
    ".gitignore",
    ".pre-commit-config.yaml",
    ".readthedocs.yaml",
)
ADDED_TO_SDIST = ("PKG-INFO", "skembed.egg-info/")
DIST_INFO = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE", "top_level.txt"}
A_TIME = "1700000000"


def run(*command, cwd, **environment):
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(folder, *what):
    run(
        *(sys.executable, "-m", "build", "--outdir", folder, *what, ROOT),
        cwd=folder,
        SOURCE_DATE_EPOCH=A_TIME,
    )
    return folder


@pytest.fixture(scope="module")
def tracked():
    """Return the files that git holds, or would hold if all that it does not ignore were added."""
    if not (ROOT / ".git").exists():
        pytest.skip(f"{ROOT} is no git checkout: what belongs into a distribution is not known")
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    return {path for path in listed.splitlines() if (ROOT / path).is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a folder with both files, the wheel made of what the sdist holds."""
    return build(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def sdist(built):
    return built / f"skembed-{skembed.__version__}.tar.gz"


@pytest.fixture(scope="module")
def wheel(built):
    return built / f"skembed-{skembed.__version__}-py3-none-any.whl"


def test_two_files_are_built(built, sdist, wheel):
    assert {*built.iterdir()} == {sdist, wheel}


def test_the_sdist_holds_what_git_holds(sdist, tracked):
    with tarfile.open(sdist) as archive:
        paths = {each.name.partition("/")[2] for each in archive.getmembers() if each.isfile()}
    assert {"LICENSE", "CHANGELOG.md", "CITATION.cff", "docs/index.md"} <= paths
    held = {path for path in paths if not path.startswith(ADDED_TO_SDIST)}
    assert held == {path for path in tracked if not path.startswith(HOSTING)}


def test_the_wheel_holds_the_package_alone(wheel, tracked):
    paths = set(zipfile.ZipFile(wheel).namelist())
    info = f"skembed-{skembed.__version__}.dist-info/"
    assert "skembed/py.typed" in paths
    assert {path for path in paths if not path.startswith(info)} == {
        path for path in tracked if path.startswith("skembed/")
    }
    assert {path.removeprefix(info) for path in paths if path.startswith(info)} == DIST_INFO


def test_the_metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(f"skembed-{skembed.__version__}.dist-info/METADATA").decode()
    metadata = email.message_from_string(text)
    assert metadata["Version"] == skembed.__version__
    assert metadata["Author"] == "The skembed developers"
    assert metadata["License-Expression"] == "BSD-3-Clause"
    assert metadata["License-File"] == "LICENSE"
    assert metadata["License"] is None
    assert not [each for each in metadata.get_all("Classifier") if each.startswith("License")]
    labels = [each.split(", ")[0] for each in metadata.get_all("Project-URL")]
    assert labels == ["Documentation", "Source", "Changelog", "Issues"]
    groups = {"test", "docs", "dist", "bench", "fuzz", "audit", "frontier", "distributed", "demo"}
    assert not groups.intersection(metadata.get_all("Provides-Extra"))


def test_the_wheel_is_the_same_at_each_build(wheel, tmp_path):
    """With SOURCE_DATE_EPOCH; setuptools puts the time of the build into each sdist."""
    again = build(tmp_path, "--wheel") / wheel.name
    assert again.read_bytes() == wheel.read_bytes()


@pytest.mark.parametrize("kind", ["sdist", "wheel"])
def test_a_fit_outside_of_the_checkout(kind, tmp_path, request):
    """It is installed into a folder of its own; what it needs comes from this environment."""
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    pip = (sys.executable, "-m", "pip", "install", "--no-deps", "--quiet", "--target", site)
    run(*pip, request.getfixturevalue(kind), cwd=elsewhere)
    printed = run(sys.executable, SMOKE, cwd=elsewhere, PYTHONPATH=str(site))
    assert printed == f"skembed {skembed.__version__} in {site / 'skembed'} works\n"
    helped = run(sys.executable, "-m", "skembed", "--help", cwd=elsewhere, PYTHONPATH=str(site))
    assert "predict" in helped
