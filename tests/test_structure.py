"""How large the parts of the package may be, and what its words are.

The bounds stand here, and nowhere else. ``python -m benchmarks.structure`` prints the figures and
what stands behind them. A bound is lowered when a figure falls; who raises one says why in the
message of the commit.
"""

import ast
import re
from pathlib import Path

import pytest

from benchmarks.structure import (
    Package,
    any_parameters,
    classes_named,
    entries_of,
    follow,
    layers,
    long_functions,
    package_of,
    private_imports,
    private_names_of_others,
    private_tests,
    read_tree,
    top_level_folders,
    without_entry,
)

ROOT = Path(__file__).parents[1]

AT_MOST = {
    "lines": 36_980,
    "layers of folders": 9,
    "imports of private modules": 1,
    "parameters of type Any": 73,
    "functions of more than 30 lines": 0,
    "test files that import private modules": 54,
    "stays of X in fit": 118,
    "returns to a room left before": 90,
    "nouns of a fit": 67,
    "classes without an entry in the glossary": 0,
}

TOP_LEVEL_FOLDERS = {"benchmarks", "docs", "examples", "packaging", "skembed", "tests"}

LONGER_THAN_30_LINES = {
    "skembed/classifiers/_fit.py:train_model": "each argument of the training has a line",
    "skembed/classifiers/_settings.py:freeze": "each setting has a line",
    "skembed/networks/_train.py:train": "the order of what happens in an epoch",
    "skembed/vectors/_fasttext_vectorizer.py:FastTextVectorizer.__init__": (
        "each parameter has two lines"
    ),
    "skembed/vectors/_loading.py:_load_named": "one way through the kinds of names",
}


OF_SCIKIT_LEARN = "scikit-learn gives it to writers of estimators"
CHECKED = "persistence checks the state of scikit-learn's estimators, which has no public names"
STANDARD = "the standard library documents it"

PRIVATE_NAMES_OF_DEPENDENCIES = {
    "_Hash": "the standard library has no other name for the type of a hash",
    "_asdict": STANDARD,
    "_check_sample_weight": OF_SCIKIT_LEARN,
    "_fields": STANDARD,
    "_fit_context": OF_SCIKIT_LEARN,
    "_get_param_names": OF_SCIKIT_LEARN,
    "_getframe": STANDARD,
    "_n_support": CHECKED,
    "_num_samples": OF_SCIKIT_LEARN,
    "_param_validation": OF_SCIKIT_LEARN,
    "_probA": CHECKED,
    "_probB": CHECKED,
    "_replace": STANDARD,
    "_tree": CHECKED,
    "_validate_params": OF_SCIKIT_LEARN,
}
"""Names with an underscore that the package uses and does not define, and why."""


@pytest.fixture(scope="module")
def files():
    paths = [path for folder in ("skembed", "tests") for path in (ROOT / folder).rglob("*.py")]
    paths += [*(ROOT / "docs").glob("*.md")]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


@pytest.fixture(scope="module")
def found(files):
    """What is counted under each name of AT_MOST, one by one."""
    modules = package_of(files)
    package = Package(modules)
    route = follow(package, "skembed.classifiers._base", "BaseTextEstimator.fit", "X")
    classes = classes_named(package, route)
    return {
        "lines": [line for text in modules.values() for line in text.splitlines()],
        "layers of folders": layers(package),
        "imports of private modules": private_imports(modules),
        "parameters of type Any": any_parameters(modules),
        "functions of more than 30 lines": [*long_functions(modules).keys() - LONGER_THAN_30_LINES],
        "test files that import private modules": private_tests(files)[0],
        "stays of X in fit": route.stays,
        "returns to a room left before": range(route.returns),
        "nouns of a fit": [*route.rooms, *classes],
        "classes without an entry in the glossary": without_entry(
            classes, entries_of(files.get("docs/glossary.md", ""))
        ),
    }


@pytest.mark.parametrize("figure", AT_MOST)
def test_no_figure_grows(found, figure):
    number = len(found[figure])
    last = "" if figure == "lines" else "".join(f"\n  {each}" for each in found[figure])
    assert number <= AT_MOST[figure], f"{figure}: {number}, at most {AT_MOST[figure]}{last}"


def test_functions_that_may_be_long_are_still_long(files):
    assert long_functions(package_of(files)).keys() >= LONGER_THAN_30_LINES.keys()


def test_dependencies_are_used_by_their_public_names(files):
    found, known = private_names_of_others(package_of(files)), PRIVATE_NAMES_OF_DEPENDENCIES
    new = {name: paths for name, paths in found.items() if name not in known}
    assert new == {}, "use public names, or say above why there is none"
    assert known.keys() - found.keys() == set(), "no longer used: delete them above"


def test_top_level_folders():
    if not (ROOT / ".git").exists():
        pytest.skip(f"{ROOT} is no git checkout: what git would ignore is not known")
    assert set(top_level_folders(read_tree(ROOT))) <= TOP_LEVEL_FOLDERS


@pytest.fixture(scope="module")
def entries(files):
    found = entries_of(files["docs/glossary.md"])
    assert len(found) > 20
    return found


def test_each_word_of_the_glossary_stands_there_once(entries):
    words = [entry.word for entry in entries]
    assert sorted(words) == sorted(set(words))


def test_each_word_of_the_glossary_is_used(entries, files):
    texts = [text.lower() for text in package_of(files).values()]
    for entry in entries:
        word = re.compile(rf"\b{re.escape(entry.word.removeprefix('to ').lower())}")
        assert sum(bool(word.search(text)) for text in texts) >= 2, f"{entry.word} is not used"


def test_entries_are_one_or_two_sentences_and_a_folder(entries):
    for entry in entries:
        text, _, folder = entry.text.rpartition("(`")
        assert (ROOT / folder.removesuffix("`)")).is_dir(), entry
        assert 1 <= len(re.findall(r"[.](?=\s)", text)) <= 2, entry


def test_classes_that_the_glossary_names_exist(entries, files):
    trees = [ast.parse(text) for text in package_of(files).values()]
    known = {
        node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
    }
    named = {name for entry in entries for name in entry.names}
    assert {name for name in named if re.fullmatch("[A-Z][A-Za-z]+", name)} <= known


def test_the_glossary_is_linked(files):
    assert "(docs/glossary.md)" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert "<glossary>" in files["docs/index.md"]
