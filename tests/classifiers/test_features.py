"""Texts in a table, and numbers beside them: `text_columns` and `features`."""

import pickle
import re

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.compose import make_column_transformer
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler, TargetEncoder

from skembed import (
    CNNTextClassifier,
    CNNTextRegressor,
    KerasTextClassifier,
    KerasTokenizer,
    LSTMTextClassifier,
    TextColumns,
    compare,
    explain,
    load,
    save,
    to_onnx,
)
from skembed.data import stream
from skembed.inspection import top_losses
from skembed.networks import MeanEncoder
from skembed.serve import Predictor
from skembed.testing import check_text_estimator

N = 120


@pytest.fixture(scope="module")
def table():
    """A table whose texts say little about the label, and whose category tells it."""
    rng = np.random.default_rng(0)
    label = rng.integers(0, 3, N)
    kind = np.where(rng.random(N) < 0.95, label, rng.integers(0, 3, N))
    frame = pd.DataFrame(
        {
            "title": rng.choice(["sun and sea", "rain", "snow, hail"], N),
            "report": rng.choice(["a nice day", "a bad night", None], N),
            "kind": np.array(["beach", "street", "mountain"])[kind],
            "salary": rng.normal(50_000, 3_000, N),
            "number": rng.integers(0, 9, N),
        }
    )
    frame.loc[4, "salary"] = np.nan
    return frame, label


@pytest.fixture
def encode():
    return make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["kind"]),
        (make_pipeline(SimpleImputer(), StandardScaler()), ["salary"]),
    )


def small(kind=CNNTextClassifier, **parameters):
    own = {"filters": 8} if issubclass(kind, CNNTextClassifier | CNNTextRegressor) else {}
    usual = {"epochs": 4, "random_state": 0, "embedding_dim": 8, "batch_size": 16}
    return kind(**{"text_columns": ["title", "report"], **own, **usual, **parameters})


@pytest.fixture(scope="module")
def fitted(table):
    X, y = table
    features = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["kind"]),
        (make_pipeline(SimpleImputer(), StandardScaler()), ["salary"]),
    )
    return small(features=features).fit(X, y)


def test_text_columns_are_what_TextColumns_joins(table):
    X, y = table
    joined = TextColumns(["title", "report"]).fit_transform(X)
    own = small().fit(X, y).predict_proba(X)
    assert_array_equal(own, small(text_columns=None).fit(joined, y).predict_proba(joined))
    behind = make_pipeline(TextColumns(["title", "report"]), small(text_columns=None))
    assert_array_equal(own, behind.fit(X, y).predict_proba(X))


def test_one_name_is_one_column(table):
    X, y = table
    one, several = (small(text_columns=c).fit(X, y) for c in ("title", ["title"]))
    assert_array_equal(one.predict_proba(X), several.predict_proba(X))


@pytest.mark.parametrize("kind", [CNNTextClassifier, LSTMTextClassifier])
@pytest.mark.parametrize("wide", [False, True])
def test_features_tell_what_texts_do_not(table, encode, kind, wide):
    X, y = table
    settings = {"wide": wide, "epochs": 20, "learning_rate": 0.02}
    without = small(kind, **settings).fit(X, y).score(X, y)
    assert without < 0.7
    assert small(kind, features=encode, **settings).fit(X, y).score(X, y) > 0.9


def test_units_of_numbers_are_those_by_hand(table):
    X, y = table
    model = small(features=FunctionTransformer(lambda X: X[["salary", "number"]].fillna(0.0)))
    X = X.assign(number=[0.0, 3.0, 4.0] * (N // 3), salary=[10.0, 14.0, 12.0] * (N // 3))
    found = model.fit(X, y)._model.reader.features
    assert_allclose(found.centre, [12, 0])  # a column that is never zero loses its mean
    assert_allclose(1 / found.factor, [np.sqrt(8 / 2), np.sqrt(25 / 2)])  # of what is not zero
    samples = model._recognise(X[:2], model._model.reader.expected)
    by_hand = [[-2 / 2, 0], [2 / 2, 3 / np.sqrt(12.5)]]
    assert_allclose(found.read(samples), by_hand, rtol=1e-6)


def test_columns_of_one_value_say_nothing(table):
    X, y = table
    features = FunctionTransformer(lambda X: np.column_stack([X["number"] * 0, X["salary"]]))
    X = X.assign(salary=5.0)
    for seed in range(3):
        model = small(features=features, wide=False, random_state=seed).fit(X, y)
        assert_array_equal(model.predict_proba(X.assign(salary=500.0)), model.predict_proba(X))


def test_units_do_not_matter(table):
    X, y = table
    scaled = [
        small(
            features=FunctionTransformer(
                lambda X, factor: X[["number"]] * factor, kw_args={"factor": factor}
            )
        )
        for factor in (1, 1024)
    ]
    one, other = (model.fit(X, y).predict_proba(X) for model in scaled)
    assert_allclose(one, other, atol=1e-6)


def test_only_training_documents_are_fitted_to(table, encode):
    X, y = table
    seen = []

    class Spy(TransformerMixin, BaseEstimator):
        def fit(self, X, y=None):
            seen.append((len(X), len(y)))
            return self

        def transform(self, X):
            return X[["number"]]

    small(features=Spy(), early_stopping=True, validation_fraction=0.25).fit(X, y)
    assert seen == [(90, 90)]
    seen.clear()
    small(features=Spy()).fit(X, y, X_val=X[:30], y_val=y[:30])
    assert seen == [(N, N)]


def test_features_get_the_answers(table):
    X, y = table
    encoder = make_column_transformer((TargetEncoder(target_type="multiclass"), ["kind"]))
    assert small(features=encoder, epochs=12).fit(X, y).score(X, y) > 0.9


def test_the_parameter_is_not_fitted(table, encode):
    X, y = table
    small(features=encode).fit(X, y)
    assert not hasattr(encode, "transformers_")


def test_parameters_of_features_can_be_searched(table, encode):
    X, y = table
    grid = {"features__onehotencoder__min_frequency": [None, 2], "filters": [4]}
    search = GridSearchCV(small(features=encode), grid, cv=2).fit(X, y)
    assert search.best_score_ > 0.6
    assert clone(search.best_estimator_).features.transformers[0][1].min_frequency in (None, 2)
    assert cross_val_score(small(features=encode), X, y, cv=3).shape == (3,)


def test_documents_alone_and_in_a_batch(table, fitted):
    X, _ = table
    together = fitted.predict_proba(X)
    alone = np.concatenate([fitted.predict_proba(X[i : i + 1]) for i in range(6)])
    assert_allclose(alone, together[:6], atol=1e-6)
    assert_allclose(fitted.predict_proba(X[::-1])[::-1], together, atol=1e-6)


@pytest.mark.parametrize(
    "convert",
    [
        pl.from_pandas,
        pa.Table.from_pandas,
        lambda X: X.to_dict("list"),
        lambda X: X.to_dict("records"),
        lambda X: X.astype({"kind": "category"}),
        lambda X: X.astype(object),
    ],
    ids=["polars", "arrow", "columns", "rows", "categories", "objects"],
)
def test_any_table(table, fitted, convert):
    X, y = table
    assert_array_equal(fitted.predict_proba(convert(X)), fitted.predict_proba(X))
    again = small(features=fitted.features).fit(convert(X), y)
    assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))


def test_columns_go_by_place_and_not_by_index(table, fitted):
    X, y = table
    shuffled = X["kind"].sample(frac=1, random_state=0)
    given = {name: X[name] for name in X} | {"kind": shuffled}
    by_place = X.assign(kind=shuffled.to_numpy())
    assert_array_equal(fitted.predict_proba(given), fitted.predict_proba(by_place))
    again = small(features=fitted.features)
    assert_array_equal(
        clone(again).fit(given, y).predict_proba(X), again.fit(by_place, y).predict_proba(X)
    )
    with pytest.raises(ValueError, match="columns of one length, but 'title' has 120 rows"):
        fitted.predict({name: X[name] for name in X} | {"kind": X["kind"][:10]})


@pytest.mark.parametrize(
    "dtype", ["string", "object", "category", "string[pyarrow]"], ids=lambda x: x
)
def test_missing_categories_are_alike_in_all_dtypes(table, dtype):
    X, y = table
    features = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["report"]))
    expected = small(features=features).fit(X, y)
    cast = X.astype({"report": dtype})
    assert_array_equal(expected.predict_proba(cast), expected.predict_proba(X))
    again = small(features=features).fit(cast, y)
    assert_array_equal(again.predict_proba(X), expected.predict_proba(X))
    alone = X[X["report"].isna()][:1]
    assert_array_equal(again.predict_proba(alone.to_dict("records")), again.predict_proba(alone))


def test_missing_numbers_alone(table, fitted):
    X, _ = table
    together = fitted.predict_proba(X)[4:5]
    for alone in (X[4:5], X[4:5].astype({"salary": object}), pl.from_pandas(X[4:5])):
        assert_allclose(fitted.predict_proba(alone), together, atol=1e-6)
    row = X.to_dict("records")[4] | {"salary": None}
    assert_allclose(fitted.predict_proba([row]), together, atol=1e-6)


def test_categories_that_are_numbers(table):
    X, y = table
    X = X.assign(code=pd.Categorical(y))
    features = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["code"]))
    model = small(features=features, epochs=12).fit(X, y)
    assert_array_equal(model.predict(X.to_dict("records")), model.predict(X))
    assert model.score(X.assign(code=y), y) > 0.9


def test_dates(table, tmp_path):
    X, y = table
    X = X.assign(day=pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"])[y])
    features = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["day"]))
    model = small(features=features, epochs=12).fit(X, y)
    written = X.assign(day=X["day"].astype(str))
    assert_array_equal(model.predict_proba(written), model.predict_proba(X))
    with pytest.raises(ValueError, match="'day' holds numbers, but held dates in fit"):
        model.predict(X.assign(day=3))
    with pytest.raises(TypeError, match="cannot write features of dates, which the column 'day'"):
        to_onnx(model, tmp_path / "model.onnx")
    with pytest.raises(ValueError, match="must give numbers, but they are of dtype datetime64"):
        small(features=FunctionTransformer(lambda X: X[["day"]])).fit(X, y)


def test_a_row_that_lacks_a_column_is_refused(table, fitted):
    X, _ = table
    rows = X[:2].to_dict("records")
    del rows[1]["kind"]
    with pytest.raises(ValueError, match=re.escape("X[1] has no 'kind'. It has 'title'")):
        fitted.predict(rows)


def test_a_transformer_that_goes_by_places(table):
    X, y = table
    features = FunctionTransformer(lambda X: X.iloc[:, [3]])
    X = X.assign(salary=X["salary"].fillna(0))
    model = small(features=features).fit(X, y)
    with pytest.raises(ValueError, match="X has no column 'kind'"):
        model.predict(X.drop(columns="kind"))


def test_columns_that_nobody_reads_may_have_any_name(table, fitted):
    X, y = table
    odd = pd.concat([X, X[["number"]], X[["number"]].set_axis([7], axis=1)], axis=1)
    assert_array_equal(fitted.predict_proba(odd), fitted.predict_proba(X))
    small(features=fitted.features).fit(odd, y)


def test_many_columns_are_searched_by_halves(table):
    X, y = table
    wide = pd.concat([X, pd.DataFrame({f"c{i}": np.zeros(N) for i in range(600)})], axis=1)
    n_calls = []
    features = FunctionTransformer(lambda X: n_calls.append(1) or X[["c7", "c300"]])
    model = small(features=features).fit(wide, y)
    assert list(model._model.reader.features.columns.kinds) == ["c7", "c300"]
    assert len(n_calls) < 150


def test_changed_columns_cannot_go_on(table, encode):
    X, y = table
    model = small(features=encode, warm_start=True).fit(X, y)
    for changed in (
        {"features": make_column_transformer((StandardScaler(), ["number"]))},
        {"features": None},
        {"features": encode, "text_columns": ["title"]},
    ):
        name = next(reversed(changed))
        with pytest.raises(ValueError, match=f"^{name} was changed since the first fit"):
            clone_with_model(model).set_params(**changed).fit(X, y)
    model.set_params(text_columns=["report", "title"], features=None)
    assert explain(model, X.iloc[0]).features[0] == "onehotencoder__kind_beach"


def clone_with_model(model):
    return pickle.loads(pickle.dumps(model))


def test_explanations_of_a_pipeline(table, encode):
    X, y = table
    pipeline = make_pipeline(small(features=encode)).fit(X, y)
    assert explain(pipeline, X.iloc[0]).of_features.shape == (4, 3)
    with pytest.raises(TypeError, match=r"got a table of 1\. Pass table\.iloc\[0\]\."):
        explain(pipeline, X[:1])


def test_no_rows(table, fitted, tmp_path):
    X, _ = table
    assert fitted.predict_proba(X[:0]).shape == (0, 3)
    assert fitted.predict([]).shape == (0,)
    to_onnx(fitted, tmp_path / "model.onnx")
    assert Predictor(tmp_path / "model.onnx").predict_proba([]).shape == (0, 3)


def test_sequences_in_place_of_texts(table):
    X, y = table
    lengths = FunctionTransformer(lambda texts: np.array([[len(each)] for each in texts]))
    model = small(text_columns=None, features=lengths).fit(X["title"], y)
    with pytest.raises(ValueError, match="X holds sequences, but features read texts"):
        model.predict(model.tokenizer_.transform(X["title"]))


def test_numbers_far_from_zero(table, tmp_path):
    X, y = table
    X = X.assign(when=1.7e9 + 60.0 * y, day=20240115 + y)
    features = make_column_transformer(
        (StandardScaler(), ["when"]), (OneHotEncoder(), ["day"]), ("passthrough", ["when"])
    )
    model = small(features=features, epochs=12).fit(X, y)
    assert model.score(X, y) > 0.95
    to_onnx(model, tmp_path / "model.onnx")
    found = Predictor(tmp_path / "model.onnx").predict_proba(X)
    assert_allclose(found, model.predict_proba(X), atol=1e-4)
    imputed = make_column_transformer((make_pipeline(SimpleImputer(), StandardScaler()), ["when"]))
    with pytest.raises(TypeError, match="makes of it computes something else"):
        to_onnx(small(features=imputed).fit(X, y), tmp_path / "model.onnx")


def test_predictor_refuses_numbers_that_are_missing(table, tmp_path):
    X, y = table
    features = make_column_transformer((StandardScaler(), ["number"]), (OneHotEncoder(), ["kind"]))
    to_onnx(small(features=features).fit(X, y), tmp_path / "model.onnx")
    predictor = Predictor(tmp_path / "model.onnx")
    row = X.to_dict("records")[0]
    with pytest.raises(ValueError, match="features gave nan for row 0, column 0"):
        predictor.predict([row | {"number": None}])
    with pytest.raises(ValueError, match="'kind' holds 'moon', which features did not see in fit"):
        predictor.predict([row | {"kind": "moon"}])


def test_onnx_of_what_would_compute_something_else(table, tmp_path):
    X, y = table
    features = make_column_transformer((SimpleImputer(add_indicator=True), ["salary"]))
    with pytest.raises(TypeError, match="to_onnx cannot write features=ColumnTransformer: "):
        to_onnx(small(features=features).fit(X, y), tmp_path / "model.onnx")
    rare = OneHotEncoder(handle_unknown="infrequent_if_exist")
    model = small(features=make_column_transformer((rare, ["kind"]))).fit(X, y)
    to_onnx(model, tmp_path / "model.onnx")
    unknown = X.assign(kind="moon")
    found = Predictor(tmp_path / "model.onnx").predict_proba(unknown)
    assert_allclose(found, model.predict_proba(unknown), atol=1e-5)


def test_names_of_features_that_a_transformer_cannot_tell(table):
    X, y = table
    features = FunctionTransformer(
        lambda X: X[["number"]].to_numpy(), feature_names_out=lambda self, names: ["a", "b"]
    )
    assert explain(small(features=features).fit(X, y), X.iloc[0]).features == ("feature 0",)


def test_other_columns_and_their_order_do_not_matter(table, fitted):
    X, _ = table
    other = X.assign(more=1)[["more", "salary", "report", "title", "kind"]]
    assert_array_equal(fitted.predict_proba(other), fitted.predict_proba(X))


def test_save_and_load(table, fitted, tmp_path):
    X, y = table
    save(fitted, tmp_path / "model.skembed")
    loaded = load(tmp_path / "model.skembed")
    assert_array_equal(loaded.predict_proba(X), fitted.predict_proba(X))
    assert loaded.text_columns == ["title", "report"]
    assert_array_equal(loaded.partial_fit(X, y).predict_proba(X), clone_of(fitted, X, y))
    assert_array_equal(pickle.loads(pickle.dumps(fitted)).predict(X), fitted.predict(X))


def clone_of(fitted, X, y):
    """What an epoch more makes of a fitted model."""
    return pickle.loads(pickle.dumps(fitted)).partial_fit(X, y).predict_proba(X)


@pytest.mark.parametrize("kind", [CNNTextClassifier, LSTMTextClassifier])
@pytest.mark.parametrize("wide", [False, True])
def test_onnx(table, encode, kind, wide, tmp_path):
    X, y = table
    model = small(kind, features=encode, wide=wide, dense_units=6).fit(X, y)
    to_onnx(model, tmp_path / "model.onnx")
    predictor = Predictor(tmp_path / "model.onnx")
    for given in (X, X.to_dict("list"), X.to_dict("records"), pl.from_pandas(X)):
        assert_allclose(predictor.predict_proba(given), model.predict_proba(X), atol=1e-5)
    assert_array_equal(predictor.predict(X[:1]), model.predict(X[:1]))


def test_onnx_of_missing_cells_and_odd_names(table, tmp_path):
    X, y = table
    X = X.assign(**{"of kind, a": X["report"]})
    features = make_column_transformer((OneHotEncoder(), ["of kind, a", "kind"]))
    model = small(features=features).fit(X, y)
    to_onnx(model, tmp_path / "model.onnx")
    found = Predictor(tmp_path / "model.onnx").predict_proba(X.to_dict("records"))
    assert_allclose(found, model.predict_proba(X), atol=1e-5)


def test_onnx_refuses_what_it_cannot_express(table, encode, tmp_path):
    X, y = table
    features = FunctionTransformer(lambda X: X[["number"]])
    with pytest.raises(TypeError, match="to_onnx cannot write features=FunctionTransformer: "):
        to_onnx(small(features=features).fit(X, y), tmp_path / "model.onnx")


def test_predictor_refuses_other_cells(table, fitted, tmp_path):
    X, _ = table
    to_onnx(fitted, tmp_path / "model.onnx")
    predictor = Predictor(tmp_path / "model.onnx")
    row = X.to_dict("records")[0]
    with pytest.raises(ValueError, match="documents, row 0: the column 'salary' must hold numbers"):
        predictor.predict([row | {"salary": "much"}])
    with pytest.raises(ValueError, match="row 0: the column 'kind' must hold texts, got 3"):
        predictor.predict([row | {"kind": 3}])
    with pytest.raises(ValueError, match=re.escape("documents[0] has no 'kind'")):
        predictor.predict([{"title": "sun", "report": "", "salary": 1}])


@pytest.mark.parametrize("wide", [False, True])
def test_explanations_add_up(table, encode, wide):
    X, y = table
    model = small(features=encode, wide=wide).fit(X, y)
    found = explain(model, X.iloc[0], n_points=256)
    assert found.features[:3] == (
        "onehotencoder__kind_beach",
        "onehotencoder__kind_mountain",
        "onehotencoder__kind_street",
    )
    assert found.of_features.shape == (4, 3)
    assert_allclose(found.additivity_error, 0, atol=5e-3)
    assert_allclose(found.probabilities.sum(), 1, rtol=1e-5)
    chosen = [f"onehotencoder__kind_{X['kind'][0]}" == name for name in found.features[:3]]
    assert np.abs(found.of_features[:3, 0]).argmax() == np.argmax(chosen)
    frame = found.to_frame()
    assert set(frame.index.get_level_values("column")) == {"title", "report", "features"}
    assert_allclose(frame.sum(axis=0), found.scores - found.base, atol=5e-3)
    assert " + features " in str(found)
    assert "onehotencoder__kind_beach" in found._repr_html_()


def test_a_number_of_zero_adds_nothing(table, encode):
    X, y = table
    found = explain(small(features=encode).fit(X, y), X.iloc[0])
    others = [name != f"onehotencoder__kind_{X['kind'][0]}" for name in found.features[:3]]
    assert_array_equal(found.of_features[:3][others], 0)


def test_go_on(table, encode):
    X, y = table
    model = small(features=encode, warm_start=True, epochs=2).fit(X, y)
    transformer = model._model.reader.features.transformer
    assert len(model.fit(X, y).history_["loss"]) == 4
    assert model._model.reader.features.transformer is transformer
    first = small(features=encode)
    for start in (0, 60):
        first.partial_fit(X[start : start + 60], y[start : start + 60], classes=[0, 1, 2])
    assert first.score(X, y) > 0.3
    with pytest.raises(ValueError, match="warm_start=False"):
        model.set_params(wide=False).fit(X, y)


def test_a_network_of_ones_own(table, encode):
    X, y = table
    model = small(KerasTextClassifier, encoder=MeanEncoder(), features=encode, epochs=12)
    assert model.fit(X, y).score(X, y) > 0.9


def test_numbers_as_targets(table, encode, tmp_path):
    X, _ = table
    y = X["salary"].fillna(50_000).to_numpy()
    model = small(CNNTextRegressor, features=encode, epochs=20).fit(X, y)
    assert model.score(X, y) > 0.8
    to_onnx(model, tmp_path / "model.onnx")
    predictor = Predictor(tmp_path / "model.onnx")
    assert_allclose(predictor.predict(X), model.predict(X), atol=1e-4 * y.std())


def test_the_network_of_the_user(table, fitted):
    X, _ = table
    network = fitted.network_
    samples = fitted._recognise(X, fitted._model.reader.expected)
    data = fitted._model.reader.read(samples)
    bags = fitted.bag_of_words(X).toarray()
    assert bags.shape[1] == fitted._model.linear.bags.n_features + 4
    steps, numbers = data.batch(np.arange(N))
    assert_allclose(network([steps, numbers, bags]), fitted.predict_proba(X), atol=1e-5)


def test_weights_are_those_of_any_number_of_micro_batches(table, encode, monkeypatch):
    X, y = table
    settings = {"features": encode, "spatial_dropout": 0.0, "dense_dropout": 0.0}
    whole = small(**settings).fit(X, y).predict_proba(X)
    monkeypatch.setattr("skembed.networks._data.MAX_TRAINED_STEPS", 64)
    assert_allclose(small(**settings).fit(X, y).predict_proba(X), whole, atol=1e-5)


def test_compare_has_the_features_in_its_baseline(table, encode):
    X, y = table
    found = compare({"network": small(features=encode)}, X, y, cv=3)
    assert found.names[0] == "TF-IDF, features + logistic regression"
    assert found.means[0] > 0.85
    words = compare({"network": small()}, X, y, cv=3)
    assert words.names[0] == "TF-IDF + logistic regression"
    assert words.means[0] < 0.6


def test_compare_takes_other_pipelines_of_the_same_table(table, encode):
    X, y = table
    other = make_pipeline(encode, LogisticRegression())
    found = compare({"network": small(features=encode), "other": other}, X, y, cv=3)
    assert found.means[2] > 0.85


def test_top_losses_of_a_table(table, fitted):
    X, y = table
    wrong = np.where(np.arange(N) == 7, (y + 1) % 3, y)
    assert 7 in top_losses(fitted, X, wrong, n=12).indices


def test_features_of_texts(table):
    X, y = table
    texts = [f"{a} {b}" for a, b in zip(X["title"], X["kind"], strict=True)]
    lengths = FunctionTransformer(lambda texts: np.array([[len(each)] for each in texts]))
    model = small(text_columns=None, features=lengths).fit(texts, y)
    assert model._model.state.spec.n_numbers == 1
    assert model.predict(texts[:2]).shape == (2,)
    assert explain(model, texts[0]).features == ("feature 0",)


def test_features_side_by_side(table, encode):
    X, y = table
    both = make_union(encode, make_column_transformer((StandardScaler(), ["number"])))
    assert small(features=both).fit(X, y)._model.state.spec.n_numbers == 5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda X: X.drop(columns="kind"),
            "X has no column 'kind'. Its columns: 'title', 'report', 'salary',",
        ),
        (lambda X: X.drop(columns="title"), "X has no column 'title'."),
        (
            lambda X: X.assign(salary="much"),
            "X: the column 'salary' holds neither numbers nor dates, but held numbers in fit.",
        ),
        (
            lambda X: X.assign(kind=1),
            "X: the column 'kind' holds numbers, but held neither numbers nor dates in fit.",
        ),
        (lambda X: X.assign(title=None, report=" "), "X, row 0: there is no text in the columns"),
    ],
)
def test_other_tables_are_refused(table, fitted, change, message):
    X, _ = table
    with pytest.raises(ValueError, match=re.escape(message)):
        fitted.predict(change(X))


def test_documents_in_place_of_a_table_are_refused(fitted):
    with pytest.raises(TypeError, match="X must be a table, a mapping of columns"):
        fitted.predict(["sun and sea"])


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (lambda X: X[["salary"]], "X: features=FunctionTransformer gave nan for row 4, feature 0."),
        (lambda X: X[["kind"]], "X: features=FunctionTransformer must give numbers, but could not"),
        (lambda X: X["number"], "must give an array of shape (n_samples, n_features), a row for"),
        (lambda X: X[["number"]][:5], "must give an array of shape (n_samples, n_features)"),
        (
            lambda X: np.zeros((len(X), 20_000)),
            "gave 20,000 numbers a document, and at most 16,384",
        ),
        (lambda X: X[["nothing"]], 'X: features cannot be fitted to it. "None of [Index'),
        (
            lambda X: np.full((len(X), 1), np.inf),
            "gave inf for row 0, feature 0. Replace it, for example by "
            "FunctionTransformer(np.nan_to_num).",
        ),
    ],
)
def test_features_that_are_refused(table, features, message):
    X, y = table
    with pytest.raises(ValueError, match=re.escape(message)):
        small(features=FunctionTransformer(features)).fit(X, y)


def test_an_unknown_category_is_told_a_way_out(table):
    X, y = table
    fitted = small(features=make_column_transformer((OneHotEncoder(), ["kind"]))).fit(X, y)
    message = (
        r"X: features cannot transform it\. Found unknown categories .* in column 0 during "
        r"transform\. OneHotEncoder\(handle_unknown='ignore'\) takes them as none of those\.$"
    )
    with pytest.raises(ValueError, match=message):
        fitted.predict(X.assign(kind="another"))


def test_texts_are_no_table_for_a_transformer_of_columns(table):
    X, y = table
    texts = ["sun and sea " * 99] * len(X)
    with pytest.raises(ValueError, match="Expected 2D array") as raised:
        small(text_columns=None, features=OneHotEncoder()).fit(texts, y)
    assert len(str(raised.value)) < 900
    assert str(raised.value).endswith(
        "… A transformer of columns needs a table: pass the table itself, and name the columns of "
        "texts by text_columns instead of a TextColumns before the classifier."
    )


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (
            ["salery"],
            "The table has 'title', 'report', 'kind', 'salary', 'number'. Did you mean 'salary'?",
        ),
        ("salary", "Put the name of a single column into a list."),
    ],
)
def test_columns_that_a_table_lacks(table, column, message):
    X, y = table
    X = X[["title", "report", "kind", "salary", "number"]]
    features = make_column_transformer((StandardScaler(), column))
    found = r"^X: features cannot be fitted to it\. .*\. "
    with pytest.raises(ValueError, match=f"{found}{re.escape(message)}$"):
        small(features=features).fit(X, y)


@pytest.mark.parametrize("names", [["kind", "salary"], "kind", StandardScaler])
def test_features_that_are_names(table, names):
    X, y = table
    message = (
        "The 'features' parameter of CNNTextClassifier must be a transformer, such as "
        "make_column_transformer((OneHotEncoder(handle_unknown='ignore'), ['place']), "
        "(StandardScaler(), ['degrees'])) for categories and numbers, or None. "
        f"Got {names!r} instead."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        small(features=names).fit(X, y)


def test_features_need_texts(table, encode):
    X, y = table
    ids = KerasTokenizer().fit_transform(X["title"])
    with pytest.raises(ValueError, match="features needs texts, or with text_columns a table, but"):
        small(text_columns=None, features=encode).fit(ids, y)
    with pytest.raises(ValueError, match="but X holds vectors"):
        small(text_columns=None, features=encode, wide=False).fit(np.full((N, 3), 0.5), y)


def test_names_of_columns_are_checked(table):
    X, y = table
    for wrong, message in (
        ([], "text_columns must name at least one column, and each once"),
        (["title", "title"], "text_columns must name at least one column, and each once"),
    ):
        with pytest.raises(ValueError, match=message):
            small(text_columns=wrong).fit(X, y)
    with pytest.raises(ValueError, match=r"X has no column 'titel'.* Did you mean 'title'"):
        small(text_columns=["titel"]).fit(X, y)
    with pytest.raises(TypeError, match=re.escape("text_columns[0] is 3 (int)")):
        small(text_columns=[3]).fit(X, y)


def test_a_split_table(table, encode):
    X, y = table
    parts = train_test_split(X, y, random_state=0)
    model = small(features=encode, epochs=12).fit(parts[0], parts[2])
    assert model.score(parts[1], parts[3]) > 0.8


@pytest.fixture
def file(table, tmp_path):
    """Write the table and its labels to a file of some format."""

    def write(ending):
        X, y = table
        path, whole = tmp_path / f"table{ending}", X.assign(label=np.array(["a", "b", "c"])[y])
        if ending == ".csv":
            whole.to_csv(path, index=False)
        elif ending == ".jsonl":
            whole.to_json(path, orient="records", lines=True)
        else:
            whole.to_parquet(path)
        return path, whole

    return write


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
@pytest.mark.parametrize("stopping", [False, True])
def test_a_stream_of_one_batch_is_as_memory(encode, file, ending, stopping):
    path, whole = file(ending)
    model = small(features=encode, early_stopping=stopping)
    in_memory = clone(model).fit(whole, whole["label"])
    streamed = model.fit(stream(path, label="label"))
    assert streamed.history_["loss"] == in_memory.history_["loss"]
    assert_array_equal(streamed.predict_proba(whole), in_memory.predict_proba(whole))


def test_a_stream_of_many_batches(encode, file):
    path, whole = file(".csv")
    X = whole.assign(salary=whole["salary"].fillna(50_000))  # whose mean each batch knows
    X.to_csv(path, index=False)
    one_hot = make_column_transformer(
        (OneHotEncoder(categories=[["beach", "mountain", "street"]]), ["kind"]),
        ("passthrough", ["number"]),
    )
    model = small(features=one_hot)
    in_memory = clone(model).fit(X, X["label"]).predict_proba(X)
    batches = [(X[start : start + 40], X["label"][start : start + 40]) for start in (0, 40, 80)]
    for source in (stream(path, label="label", batch_size=40), stream(batches)):
        found = clone(model).fit(source).predict_proba(X)
        assert_allclose(found, in_memory, atol=0.02)  # the first batch decides about the units


def test_streams_of_the_wrong_kind(encode, file):
    path, _ = file(".csv")
    with pytest.raises(TypeError, match=r"X is a Stream of tables\. Set text_columns="):
        small(text_columns=None).fit(stream(path, label="label"))
    with pytest.raises(TypeError, match=r"X is a Stream of texts, but text_columns is set\. Leave"):
        small().fit(stream(path, text="title", label="label"))
    with pytest.raises(ValueError, match="the batch from row 0 on has no column 'titel'"):
        small(text_columns=["titel"]).fit(stream(path, label="label"))


def test_strings_of_numbers_are_numbers(table, fitted):
    X, _ = table
    texts = X.assign(salary=[None if np.isnan(s) else repr(s) for s in X["salary"]])
    assert_array_equal(fitted.predict_proba(texts), fitted.predict_proba(X))


def test_messages_name_the_way_out(table, encode):
    X, y = table
    with pytest.raises(
        ValueError, match=re.escape("join them by TextColumns(['title', 'report'])")
    ):
        small(text_columns=None).fit(X, y)
    with pytest.raises(TypeError, match="no estimator says which columns hold its texts"):
        compare({"other": make_pipeline(encode, LogisticRegression())}, X, y)


@pytest.mark.slow
def test_all_checks_of_texts():
    pooled = make_pipeline(TfidfVectorizer(), TruncatedSVD(2, random_state=0))
    check_text_estimator(small(text_columns=None, features=pooled))


def test_an_exported_model_names_all_columns(table, encode, tmp_path):
    X, y = table
    model = small(features=encode).fit(X, y)
    to_onnx(model, tmp_path / "model.onnx")
    message = "must be a table, a mapping of columns, or a list of mappings, with the columns "
    with pytest.raises(TypeError, match=message) as in_training:
        model.predict(["sun and sea"])
    with pytest.raises(TypeError, match=message) as in_service:
        Predictor(tmp_path / "model.onnx").predict(["sun and sea"])
    assert str(in_service.value) == str(in_training.value).replace("X must", "documents must")
