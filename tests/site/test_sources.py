"""What the sources of the documentation hold, without building it."""

import importlib.util
import re
from pathlib import Path

import pytest

import skembed

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), *sorted((DOCS / "guide").glob("*.md"))]
WIDER = {"together_with": 100}
"""Pages whose lines the site breaks: the tests run this one's code as it is."""
ESTIMATORS = [
    f"{network}Text{kind}"
    for network in ("CNN", "LSTM", "Keras")
    for kind in ("Classifier", "Regressor")
]


def blocks(text):
    """Return the fenced blocks of a page, with their languages."""
    return re.findall(r"(?ms)^```(\w+)\n(.*?)^```$", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_code_is_as_wide_as_its_box(page):
    code = [text for language, text in blocks(page.read_text("utf-8")) if language != "text"]
    widest = WIDER.get(page.stem, 80)
    wide = [line for text in code for line in text.splitlines() if len(line) > widest]
    assert wide == []


def script(name):
    """Import a script of the documentation."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def api_pages():
    pytest.importorskip("sphinx", reason="the group docs has it")
    return script("api_pages")


def test_each_recorded_example_has_a_thumbnail_of_its_own():
    cards = script("thumbnails").CARDS
    examples = sorted((DOCS.parent / "examples").glob("plot_*.py"))
    assert sorted(cards) == [example.stem for example in examples]
    assert len({colour for _, colour in cards.values()}) == len(cards)
    for example in examples:
        path = f"# sphinx_gallery_thumbnail_path = 'gallery/thumbnails/{example.stem}.png'"
        assert path in example.read_text("utf-8")


def test_each_example_has_its_place_in_the_gallery():
    order = script("gallery_order")
    names = [path.stem for path in (DOCS.parent / "examples").rglob("plot_*.py")]
    assert sorted(order.ORDER) == sorted(names)
    place = order.FirstStepsFirst("examples")
    assert place("plot_first_network.py") < place("plot_own_network.py")


@pytest.mark.parametrize("name", ESTIMATORS)
def test_each_parameter_stands_in_a_group(api_pages, name):
    for parameter in getattr(skembed, name)().get_params(deep=False):
        assert sum(parameter in names for names in api_pages.GROUPS.values()) == 1, parameter
    with pytest.raises(ValueError, match=r"'odd' is in no group of docs/api_pages\.py"):
        api_pages.group_of("odd")


def test_names_of_the_api_are_those_of_its_page(api_pages):
    names = api_pages.api_names()
    assert names["CNNTextClassifier"] == "skembed.CNNTextClassifier"
    assert names["Predictor"] == "skembed.serve.Predictor"
    missing = {*skembed.__all__} - {*names} - {"datasets", "data", "serve", "distributed"}
    assert {name for name in missing if name[0].isupper()} == set()
