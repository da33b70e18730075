import logging
import sys
import warnings

import pytest

from skembed.datasets._public_objects import Documented, find_documented

FILES = {
    "__init__.py": '"""Package."""\nfrom tinypackage.stars._private import shine\n',
    "stars/__init__.py": """
from tinypackage.stars._private import Sun, shine
__all__ = ['Sun', 'shine']
""",
    "stars/_private.py": '''
import logging, sys, warnings
warnings.warn("noise")
print("noise")
print("noise", file=sys.stderr)
logging.getLogger(__name__).warning("noise")


def shine():
    """Shine."""


def hidden():
    """Not offered."""


class Sun:
    """A star."""

    level = 3

    def rise(self):
        """Rise."""

    @classmethod
    def born(cls):
        """Begin."""

    @property
    def heat(self):
        """Degrees."""

    def _burn(self):
        """Not public."""

    def mute(self):
        pass

shine.__module__ = Sun.__module__ = "tinypackage.stars"
''',
    "moons/__init__.py": '''
from collections import OrderedDict
from tinypackage.stars import Sun


class Moon(Sun):
    """A satellite."""

    def rise(self):
        """Rise at night."""

    born = Sun.born

full = Moon()
''',
    "planets/__init__.py": """
import warnings

def __getattr__(name):
    warnings.warn(f"planets.{name} has moved", DeprecationWarning)
    raise AttributeError(name)
""",
    "broken/__init__.py": "import a_module_that_nobody_has\n",
    "tests/__init__.py": "raise RuntimeError('tests must not be imported')\n",
}


@pytest.fixture
def tiny_package(tmp_path, monkeypatch):
    for name, text in FILES.items():
        path = tmp_path / "tinypackage" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield "tinypackage"
    for name in [name for name in sys.modules if name.partition(".")[0] == "tinypackage"]:
        del sys.modules[name]


def test_finds_public_objects_where_they_are_defined(tiny_package):
    assert find_documented(tiny_package) == [
        Documented("tinypackage.moons.Moon", "tinypackage.moons", "A satellite."),
        Documented("tinypackage.moons.Moon.rise", "tinypackage.moons", "Rise at night."),
        Documented("tinypackage.stars.Sun", "tinypackage.stars", "A star."),
        Documented("tinypackage.stars.Sun.born", "tinypackage.stars", "Begin."),
        Documented("tinypackage.stars.Sun.heat", "tinypackage.stars", "Degrees."),
        Documented("tinypackage.stars.Sun.rise", "tinypackage.stars", "Rise."),
        Documented("tinypackage.stars.shine", "tinypackage.stars", "Shine."),
    ]


def test_imports_in_silence_and_leaves_settings_alone(tiny_package, capfd, caplog):
    filters = list(warnings.filters)
    find_documented(tiny_package)
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []
    assert warnings.filters == filters
    assert logging.getLogger(tiny_package).level == logging.NOTSET


def test_deprecated_names_of_a_module_stay_asleep(tiny_package):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        find_documented(tiny_package)
    with pytest.warns(DeprecationWarning, match=r"planets\.anything has moved"):
        hasattr(sys.modules["tinypackage.planets"], "anything")


def test_missing_package_is_an_error():
    with pytest.raises(ImportError, match="no_such_package"):
        find_documented("no_such_package")
