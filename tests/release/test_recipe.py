"""The recipe for conda is read by the tool that builds it.

``make dist`` runs it.
"""

from pathlib import Path

import pytest

import skembed

pytestmark = pytest.mark.soak

RECIPE = Path(__file__).resolve().parents[2] / "packaging" / "conda" / "recipe.yaml"


@pytest.fixture
def rattler_build():
    return pytest.importorskip("rattler_build", reason="the group `dist` installs it")


def test_it_makes_one_package_for_all_platforms(rattler_build):
    [variant] = rattler_build.Stage0Recipe.from_file(RECIPE).render()
    recipe = variant.recipe
    assert (recipe.package.name, recipe.package.version) == ("skembed", skembed.__version__)
    assert variant.hash_info.prefix == "py"
    assert recipe.requirements.host == ["python 3.11.*", "pip", "setuptools >=77"]
    assert recipe.requirements.run[0] == "python >=3.11"


def test_a_field_that_the_format_does_not_have_is_found(rattler_build):
    wrong = RECIPE.read_text().replace("noarch:", "noarchy:")
    with pytest.raises(rattler_build.RecipeParseError, match="unknown field 'noarchy'"):
        rattler_build.Stage0Recipe.from_yaml(wrong)
