"""skrub's TableVectorizer beside texts, with tables of pandas and polars."""

import pickle

import polars as pl
import pytest
from numpy.testing import assert_array_equal
from sklearn.model_selection import cross_val_score

import skembed
from skembed import GloveVectorizer, KerasTokenizer, compare

pytestmark = [
    pytest.mark.companions,
    pytest.mark.filterwarnings("ignore", "error:::skembed"),  # theirs are not ours to mend
]


@pytest.fixture
def names(run):
    return run("skrub")


@pytest.mark.parametrize("convert", [lambda table: table, pl.from_pandas], ids=["pandas", "polars"])
def test_the_page(names, convert):
    table, weather = convert(names["table"]), names["weather"]
    for name in ("network", "pooled"):
        assert names[name].fit(table, weather).score(table, weather) == 1
        assert cross_val_score(names[name], table, weather, cv=2).min() == 1
    network = names["network"]
    assert [*skembed.explain(network, {"report": "sun", "place": "coast", "degrees": 3}).features]
    expected = network.predict_proba(table)
    assert_array_equal(pickle.loads(pickle.dumps(network)).predict_proba(table), expected)
    found = compare([network], table, weather, cv=2)
    assert found.names[0] == "TF-IDF, features + logistic regression"
    assert found.means[0] == 1


@pytest.mark.parametrize("encoder", [GloveVectorizer(), KerasTokenizer(output="padded")])
@pytest.mark.parametrize("convert", [lambda table: table, pl.from_pandas], ids=["pandas", "polars"])
def test_columns_of_many_strings(names, encoder, convert):
    table = convert(names["table"])
    vectorizer = names["TableVectorizer"](high_cardinality=encoder, cardinality_threshold=3)
    found = vectorizer.fit_transform(table)
    prefix = type(encoder).__name__.lower()
    n_columns = encoder.fit_transform(names["texts"]).shape[1]
    assert sum(name.startswith(prefix) for name in found.columns) == n_columns


def test_what_is_refused(names, folder):
    with pytest.raises(TypeError, match=r"is a skrub\._select_cols\.DropCols\. It cannot be saved"):
        skembed.save(names["network"], "network.skembed")
