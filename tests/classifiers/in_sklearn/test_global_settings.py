"""What `sklearn.set_config` sets changes the containers of output, and nothing else."""

import io

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import skembed
from skembed import (
    CNNTextRegressor,
    GloveVectorizer,
    KerasTokenizer,
    TextColumns,
    TokenSequences,
    compare,
    explain,
)
from skembed.inspection import top_losses
from skembed.serve import Predictor
from tests.small import CNN, LABELS, TEXTS, TOKENIZER, VECTORS

SETTINGS = {
    "pandas": {"transform_output": "pandas"},
    "polars": {"transform_output": "polars"},
    "metadata routing": {"enable_metadata_routing": True},
    "no validation": {"skip_parameter_validation": True},
    "finite": {"assume_finite": True},
    "text": {"display": "text"},
}
FRAMES = {"pandas": pd.DataFrame, "polars": pl.DataFrame}
TABLE = pd.DataFrame(
    {
        "title": TEXTS,
        "report": TEXTS[::-1],
        "place": ["coast", "hills"] * 20,
        "is_coast": [True, False] * 20,
        "degrees": np.arange(40.0),
    }
)
TABLES = {"pandas": TABLE, "polars": pl.from_pandas(TABLE)}
ENCODERS = make_column_transformer(
    (OneHotEncoder(sparse_output=False), ["place"]),
    ("passthrough", ["is_coast"]),
    (StandardScaler(), ["degrees"]),
)
PIPELINES = {
    "ids": make_pipeline(TOKENIZER, CNN),
    "padded": make_pipeline(KerasTokenizer(output="padded"), CNN),
    "own": clone(CNN).set_params(tokenizer=KerasTokenizer(output="padded")),
    "pooled": make_pipeline(GloveVectorizer(VECTORS), StandardScaler(), LogisticRegression()),
    "sequences": make_pipeline(GloveVectorizer(VECTORS, output="sequences"), CNN),
    "features": clone(CNN).set_params(
        features=make_union(GloveVectorizer(VECTORS), GloveVectorizer(VECTORS, pooling="max"))
    ),
}


@pytest.fixture(params=SETTINGS)
def setting(request):
    """A setting under which the test runs."""
    with config_context(**SETTINGS[request.param]):
        yield request.param


def under_default(compute):
    with config_context(transform_output="default", enable_metadata_routing=False):
        return compute()


@pytest.mark.parametrize("name", PIPELINES)
def test_texts(setting, name):
    def probabilities():
        # scikit-learn 1.6.0 routes no metadata unless there are params.
        how = {"cv": 2, "method": "predict_proba", "params": {}}
        return cross_val_predict(PIPELINES[name], TEXTS, LABELS, **how)

    assert_allclose(probabilities(), under_default(probabilities), atol=1e-6)
    fitted, file = clone(PIPELINES[name]).fit(TEXTS, LABELS), io.BytesIO()
    skembed.save(fitted, file)
    file.seek(0)
    loaded = skembed.load(file)
    assert_array_equal(loaded.predict_proba(TEXTS), fitted.predict_proba(TEXTS))


@pytest.mark.parametrize("kind", TABLES)
def test_tables(setting, kind, tmp_path):
    table = TABLES[kind]
    columns = {"text_columns": ["title", "report"], "features": ENCODERS}
    classifier = clone(CNN).set_params(tokenizer=TOKENIZER, **columns)
    fitted = clone(classifier).fit(table, LABELS)
    found = fitted.predict_proba(table)
    expected = under_default(lambda: clone(classifier).fit(table, LABELS).predict_proba(table))
    assert_array_equal(found, expected)
    assert len(explain(fitted, TABLE.iloc[0]).features) == 4
    assert len(top_losses(fitted, table, LABELS)) > 0
    encoders = clone(ENCODERS).set_params(passthrough="drop")  # ONNX knows no bool there
    fitted.set_params(features=encoders).fit(table, LABELS)
    skembed.to_onnx(fitted, tmp_path / "model.onnx")
    answers = Predictor(tmp_path / "model.onnx").predict_proba(table)
    assert_allclose(answers, fitted.predict_proba(table), atol=1e-5)


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("features", [None, ENCODERS], ids=["texts", "features"])
def test_the_baseline_of_a_comparison(setting, kind, features):
    def scores():
        columns = {"text_columns": ["title", "report"], "features": features}
        classifier = clone(CNN).set_params(tokenizer=TOKENIZER, **columns)
        return compare([classifier], TABLES[kind], LABELS, cv=2).scores

    found = scores()
    assert np.isfinite(found).all()
    assert_array_equal(found, under_default(scores))


def test_the_baseline_of_regressors(setting):
    network = CNNTextRegressor(text_columns="title", features=ENCODERS, epochs=1, random_state=0)
    found = compare([network], TABLE, TABLE["degrees"], cv=2)
    assert found.names[0] == "TF-IDF, features + ridge regression"
    assert np.isfinite(found.scores).all()


def test_joined_columns_are_texts_for_every_vectorizer(setting):
    joined = TextColumns(["title", "report"])
    assert type(joined.fit_transform(TABLE)) is np.ndarray
    assert type(joined.transform(TABLE)) is np.ndarray
    model = make_pipeline(joined, TfidfVectorizer(), LogisticRegression()).fit(TABLE, LABELS)
    assert len(model.predict(TABLE)) == len(TABLE)


@pytest.mark.parametrize("output", FRAMES)
def test_pipelines_hand_the_setting_on(output):
    joined = make_pipeline(TextColumns(["title", "report"]), GloveVectorizer(VECTORS))
    columns = make_column_transformer(
        (joined, ["title", "report"]),
        (KerasTokenizer(output="padded", max_length=3), "report"),
    ).set_output(transform=output)
    frame = columns.fit_transform(TABLES[output])
    assert isinstance(frame, FRAMES[output])
    assert [*frame.columns] == [*columns.get_feature_names_out()]
    assert [*frame.columns][-1] == "kerastokenizer__kerastokenizer2"
    pooled = make_pipeline(KerasTokenizer(), GloveVectorizer(VECTORS)).set_output(transform=output)
    assert isinstance(pooled.fit_transform(TEXTS), FRAMES[output])


@pytest.mark.parametrize("output", FRAMES)
def test_what_is_no_table_stays_what_it_is(output):
    for transformer in (KerasTokenizer(), GloveVectorizer(VECTORS, output="sequences")):
        assert transformer.set_output(transform=output) is transformer
        assert isinstance(transformer.fit_transform(TEXTS), TokenSequences)
    joined = TextColumns(["title"]).set_output(transform=output)
    assert joined.fit_transform(TABLE).tolist() == TEXTS


@pytest.mark.parametrize("output", FRAMES)
def test_padded_ids_have_columns(output):
    tokenizer = KerasTokenizer(output="padded", max_length=3).set_output(transform=output)
    frame = tokenizer.fit_transform(TEXTS)
    assert isinstance(frame, FRAMES[output])
    assert [*frame.columns] == ["kerastokenizer0", "kerastokenizer1", "kerastokenizer2"]
    assert_array_equal(frame.to_numpy(), tokenizer.set_output(transform="default").transform(TEXTS))


def test_sequences_have_no_columns():
    tokenizer = KerasTokenizer().fit(TEXTS)
    message = r"^This 'KerasTokenizer' has no attribute 'get_feature_names_out'$"
    with pytest.raises(AttributeError, match=message) as caught:
        tokenizer.get_feature_names_out()
    told = "Features have names only with output='padded', not 'sequences'."
    assert str(caught.value.__cause__) == told
