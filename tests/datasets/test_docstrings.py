import hashlib
import re
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from skembed.datasets import load_docstrings
from skembed.datasets._docstrings import _select, _without_boilerplate
from skembed.datasets._public_objects import Documented


@pytest.fixture(scope="module")
def corpus():
    """The corpus at its defaults; not to be changed."""
    return load_docstrings()


def text(name, words, subpackage="package.one"):
    return Documented(name, subpackage, words)


def test_size_and_shape(corpus):
    assert 3000 < len(corpus.data) < 8000
    assert 35 <= len(corpus.target_names) <= 55
    assert all(type(document) is str for document in corpus.data)
    assert corpus.target.shape == (len(corpus.data),)
    assert corpus.target.dtype == np.int64
    assert corpus.target_names == sorted(corpus.target_names)
    assert len(corpus.names) == len(corpus.data)
    assert corpus.DESCR.startswith(f"{len(corpus.data)} public docstrings")


def test_all_four_packages_are_there_with_their_versions(corpus):
    assert {name.split(".")[0] for name in corpus.target_names} == set(corpus.versions)
    assert corpus.versions["numpy"] == np.__version__


def test_documents_belong_to_the_subpackage_that_defines_them(corpus):
    pytest.importorskip("gensim")
    labels = dict(zip(corpus.names, np.array(corpus.target_names)[corpus.target], strict=True))
    assert labels["scipy.stats.pearsonr"] == "scipy.stats"
    assert labels["sklearn.linear_model.LogisticRegression"] == "sklearn.linear_model"
    assert labels["gensim.models.Word2Vec.train"] == "gensim.models"
    assert labels["numpy.cumsum"] == "numpy"
    assert all(name.startswith(f"{label}.") for name, label in labels.items())


def test_imbalanced_but_no_class_too_small_for_five_folds(corpus):
    sizes = Counter(corpus.target.tolist()).values()
    assert min(sizes) >= 20
    assert max(sizes) > 10 * min(sizes)


def test_no_duplicates(corpus):
    assert len({" ".join(document.lower().split()) for document in corpus.data}) == len(corpus.data)


def test_no_document_names_a_package_or_a_class(corpus):
    words = {part for name in corpus.target_names for part in name.split(".")} | {"np", "scikit"}
    named = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
    assert [document for document in corpus.data if named.search(document)] == []


def test_no_document_holds_code_or_its_own_name(corpus):
    for name, document in zip(corpus.names, corpus.data, strict=True):
        assert ">>>" not in document
        own = rf"(?<!\w){re.escape(name.rpartition('.')[2])}(?!\w)"
        assert not re.search(own, document, re.IGNORECASE), name


def test_deterministic_order_and_return_X_y(corpus):
    data, target = load_docstrings(return_X_y=True)
    assert data == corpus.data
    assert corpus.names == sorted(corpus.names)
    np.testing.assert_array_equal(target, corpus.target)


def test_same_in_a_fresh_process_with_experimental_names_switched_on(corpus):
    code = (
        "from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer\n"
        "import hashlib; from skembed.datasets import load_docstrings\n"
        "print(hashlib.sha256('\\0'.join(load_docstrings().data).encode()).hexdigest())"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    here = hashlib.sha256("\0".join(corpus.data).encode()).hexdigest()
    assert outcome.stdout == f"{here}\n"
    assert outcome.stderr == ""


def test_min_documents(corpus):
    few = load_docstrings(min_documents=100)
    sizes = Counter(corpus.target.tolist())
    assert few.target_names == [
        name for i, name in enumerate(corpus.target_names) if sizes[i] >= 100
    ]
    assert len(few.data) + few.left_out["rare"] == len(corpus.data) + corpus.left_out["rare"]


def test_min_documents_is_checked(monkeypatch):
    with pytest.raises(ValueError, match="min_documents must be at least 1, got 0"):
        load_docstrings(min_documents=0)
    monkeypatch.setattr("skembed.datasets._docstrings.find_documented", lambda package: [])
    with pytest.raises(ValueError, match="No subpackage has 7 documents; lower min_documents"):
        load_docstrings(min_documents=7)


def test_select_counts_what_it_leaves_out():
    nine, ten = "a b c d e f g h i", "a b c d e f g h i j"
    texts = [
        text("p.one.a", ten),
        text("p.one.b", nine),  # short
        text("p.one.c", ten.upper()),  # duplicate, but for case
        text("p.one.d", ten + " d"),
        text("p.one.e", ten + " e"),  # ambiguous
        text("p.two.e", ten + "\ne", "package.two"),  # ambiguous
        text("p.two.f", ten + " f", "package.two"),  # rare
    ]
    selected, left_out = _select(texts, min_documents=2)
    assert [item.name for item in selected] == ["p.one.a", "p.one.d"]
    assert left_out == {"short": 1, "ambiguous": 2, "duplicate": 1, "rare": 1}


def test_lines_that_ten_documents_share_are_removed():
    nine, ten, short = "nine share this line", "ten share this line", "ten share this"
    texts = [text(f"p.{i}", f"{ten}\n{short}\nown {i}" + f"\n{nine}" * (i < 9)) for i in range(10)]
    cleaned = _without_boilerplate(texts)
    assert cleaned[0].docstring == f"{short}\nown 0\n{nine}"
    assert cleaned[9].docstring == f"{short}\nown 9"
