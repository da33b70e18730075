"""imbalanced-learn's samplers and pipelines, with texts, ids and pooled vectors."""

from collections import Counter

import pytest
from sklearn.model_selection import cross_val_score

from skembed import KerasTokenizer

pytestmark = [
    pytest.mark.companions,
    pytest.mark.filterwarnings("ignore", "error:::skembed"),  # theirs are not ours to mend
]


@pytest.fixture
def names(run):
    return run("imbalanced-learn")


def test_the_page(names):
    texts, table, rare = names["texts"], names["table"][["report"]], names["rare"]
    assert [*names["repeated"].predict(table)] == rare
    assert [*names["repeated"].predict(texts)] == rare
    for name in ("of_ids", "between"):
        assert [*names[name].predict(texts)] == rare


@pytest.mark.parametrize(
    ("name", "X"), [("repeated", "table"), ("of_ids", "texts"), ("between", "texts")]
)
def test_cross_validation(names, name, X):
    X = names["table"][["report"]] if X == "table" else names["texts"]
    scores = cross_val_score(names[name], X, names["rare"], cv=2, error_score="raise")
    assert scores.min() > 0.7


def test_rows_of_texts_are_repeated(names):
    sampler = names["RandomOverSampler"](random_state=0)
    X, y = sampler.fit_resample(names["table"][["report"]], names["rare"])
    assert Counter(y) == {"fine": 24, "foul": 24}
    assert {text for text, label in zip(X["report"], y, strict=True) if label == "foul"} == {
        "wind and hail"
    }


def test_sequences_are_refused(names):
    sequences = KerasTokenizer().fit_transform(names["texts"])
    with pytest.raises(TypeError, match=r'Use KerasTokenizer\(output="padded"\)'):
        names["RandomOverSampler"]().fit_resample(sequences, names["rare"])
