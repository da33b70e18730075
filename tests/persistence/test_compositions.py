"""Whatever is made of parts that can be saved can be saved."""

import re
from functools import partial

import numpy as np
import pandas as pd
import pytest
from joblib import Memory
from numpy.testing import assert_array_equal
from scipy import sparse
from scipy.stats import loguniform, randint
from sklearn import config_context
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor, make_column_selector
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.feature_selection import SelectKBest, chi2, mutual_info_classif
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    StratifiedKFold,
    TunedThresholdClassifierCV,
)
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier, OutputCodeClassifier
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skembed import CNNTextClassifier, GloveVectorizer, KerasTokenizer, WordVectors, load, save

TEXTS = np.array(["sun and sea", "rain and wind", "sun, sand", "wind and hail", "sea", "hail"] * 4)
TWO, THREE = ["fine", "foul"] * 12, ["a", "b", "c"] * 8
SEVERAL = np.array([[1, 0], [0, 1], [1, 1]] * 8)
TABLE = pd.DataFrame({"text": TEXTS, "title": TEXTS[::-1], "number": np.arange(24.0)})
VECTORS = WordVectors(["sun", "sea", "rain", "wind"], [[1.0, 0.5], [0.5, 1.0], [-1, 0], [-1, -1]])


def glove():
    return GloveVectorizer(VECTORS)


def linear():
    return make_pipeline(glove(), LogisticRegression())


def cnn(**parameters):
    small = dict(filters=2, kernel_sizes=(1,), embedding_dim=2, epochs=1, random_state=0)
    return CNNTextClassifier(**{**small, **parameters})


def behind_glove(estimator):
    return make_pipeline(glove(), estimator)


def columns():
    return ColumnTransformer(
        [
            ("text", glove(), "text"),
            ("title", TfidfVectorizer(dtype=np.float32), "title"),
            ("number", StandardScaler(), make_column_selector(dtype_include=np.number)),
        ]
    )


COMPOSITIONS = {
    "columns": (columns, TABLE, TWO),
    "columns and a classifier": (
        lambda: make_pipeline(columns(), LogisticRegression()),
        TABLE,
        TWO,
    ),
    "union": (lambda: FeatureUnion([("g", glove()), ("c", CountVectorizer())]), TEXTS, TWO),
    "calibrated": (lambda: CalibratedClassifierCV(linear(), cv=2), TEXTS, TWO),
    "calibrated, isotonic": (
        lambda: CalibratedClassifierCV(cnn(), cv=2, method="isotonic"),
        TEXTS,
        TWO,
    ),
    "stacking": (lambda: StackingClassifier([("l", linear()), ("c", cnn())], cv=2), TEXTS, TWO),
    "voting": (
        lambda: VotingClassifier([("l", linear()), ("c", cnn())], voting="soft"),
        TEXTS,
        THREE,
    ),
    "one versus rest": (lambda: OneVsRestClassifier(cnn()), TEXTS, THREE),
    "one versus rest, several": (lambda: OneVsRestClassifier(linear()), TEXTS, SEVERAL),
    "one versus one": (
        lambda: behind_glove(OneVsOneClassifier(LogisticRegression())),
        TEXTS,
        THREE,
    ),
    "output codes": (
        lambda: behind_glove(OutputCodeClassifier(LogisticRegression(), random_state=0)),
        TEXTS,
        THREE,
    ),
    "several outputs": (lambda: MultiOutputClassifier(linear()), TEXTS, SEVERAL),
    "chain": (lambda: behind_glove(ClassifierChain(LogisticRegression())), TEXTS, SEVERAL),
    "tuned": (lambda: TunedThresholdClassifierCV(cnn(), cv=2), TEXTS, TWO),
    "tuned by a scorer": (
        lambda: TunedThresholdClassifierCV(
            linear(), cv=2, scoring=make_scorer(f1_score, pos_label="foul")
        ),
        TEXTS,
        TWO,
    ),
    "fixed threshold": (lambda: FixedThresholdClassifier(linear(), threshold=0.4), TEXTS, TWO),
    "bagging": (
        lambda: behind_glove(
            BaggingClassifier(LogisticRegression(), 2, random_state=np.random.RandomState(0))
        ),
        TEXTS,
        TWO,
    ),
    "boosting": (lambda: behind_glove(AdaBoostClassifier(n_estimators=2)), TEXTS, TWO),
    "forest": (lambda: behind_glove(RandomForestClassifier(3, random_state=0)), TEXTS, THREE),
    "neighbors": (lambda: behind_glove(KNeighborsClassifier(2)), TEXTS, THREE),
    "selected": (lambda: make_pipeline(CountVectorizer(), SelectKBest(chi2, k=2)), TEXTS, TWO),
    "selected by a partial function": (
        lambda: make_pipeline(
            CountVectorizer(),
            SelectKBest(partial(mutual_info_classif, discrete_features=True, random_state=0), k=2),
        ),
        TEXTS,
        TWO,
    ),
    "function": (lambda: make_pipeline(glove(), FunctionTransformer(np.expm1)), TEXTS, TWO),
    "transformed target": (
        lambda: behind_glove(
            TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1)
        ),
        TEXTS,
        np.arange(24.0),
    ),
    "grid": (
        lambda: GridSearchCV(
            make_pipeline(KerasTokenizer(), cnn()),
            {"cnntextclassifier__filters": np.arange(1, 3)},
            cv=StratifiedKFold(2),
            scoring="f1_macro",
        ),
        TEXTS,
        TWO,
    ),
    "grid of given folds": (
        lambda: GridSearchCV(
            linear(),
            {"logisticregression__C": [0.1, 1.0]},
            cv=[(np.arange(12), np.arange(12, 24)), (np.arange(12, 24), np.arange(12))],
        ),
        TEXTS,
        TWO,
    ),
    "random search": (
        lambda: RandomizedSearchCV(
            linear(),
            {
                "logisticregression__C": loguniform(0.1, 1.0),
                "logisticregression__max_iter": randint(50, 100),
                "glovevectorizer__pooling": ["mean", "max"],
            },
            n_iter=2,
            cv=2,
            random_state=0,
        ),
        TEXTS,
        TWO,
    ),
    "halving": (
        lambda: HalvingGridSearchCV(
            linear(), {"logisticregression__C": [0.1, 1.0]}, cv=2, random_state=0
        ),
        TEXTS,
        TWO,
    ),
}


def answers(estimator, X):
    names = ("predict_proba", "predict", "transform")
    found = [getattr(estimator, name)(X) for name in names if hasattr(estimator, name)]
    return [one.toarray() if sparse.issparse(one) else np.asarray(one) for one in found]


def assert_same_answers(estimator, path, X):
    save(estimator, path)
    again = load(path)
    assert type(again) is type(estimator)
    expected = answers(estimator, X)
    assert expected
    for one, other in zip(answers(again, X), expected, strict=True):
        assert_array_equal(one, other)
    return again


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_compositions(name, path):
    make, X, y = COMPOSITIONS[name]
    assert_same_answers(make().fit(X, y), path, X)
    save(make(), path)
    load(path).fit(X, y)


def test_what_a_search_found(path):
    make, X, y = COMPOSITIONS["grid"]
    search = make().fit(X, y)
    again = assert_same_answers(search, path, X)
    assert again.best_params_ == search.best_params_
    assert again.score(X, y) == search.score(X, y)
    found, expected = (pd.DataFrame(one.cv_results_) for one in (again, search))
    pd.testing.assert_frame_equal(found, expected)
    assert_same_answers(search.best_estimator_, path, X)


def test_vectors_and_paths_in_a_grid(tmp_path, path):
    source = tmp_path / "vectors.txt"
    source.write_text("sun 1 0\nrain 0 1\n")
    model = pytest.importorskip("gensim.models").KeyedVectors(2)
    model.add_vectors(["sun", "rain"], np.eye(2, dtype=np.float32))
    tried = [source, WordVectors.load(source), VECTORS, model]
    search = GridSearchCV(linear(), {"glovevectorizer__embeddings": tried}, cv=2).fit(TEXTS, TWO)
    again = assert_same_answers(search, path, TEXTS)
    found = again.param_grid["glovevectorizer__embeddings"]
    assert found[:2] == [str(source)] * 2
    assert [list(one.words) for one in found[2:]] == [list(VECTORS.words), ["sun", "rain"]]
    assert again.cv_results_["params"][3] == {"glovevectorizer__embeddings": found[3]}


def test_a_random_search_draws_the_same(path):
    make, X, y = COMPOSITIONS["random search"]
    save(make(), path)
    assert load(path).fit(X, y).best_params_ == make().fit(X, y).best_params_


@pytest.mark.parametrize(
    "labels",
    [
        pd.to_datetime(["2020-01-01", "2021-06-01"] * 12),
        np.array(["2020-01-01", "2021-06-01"] * 12, dtype="M8[D]"),
        pd.to_timedelta(["1D", "2D"] * 12),
        np.array([1.5, 2.5] * 12),
        np.array([True, False] * 12),
        np.array(TWO, dtype=object),
        pd.Series(TWO, dtype="category"),
    ],
    ids=["datetimes", "days", "spans", "floats", "booleans", "objects", "category"],
)
@pytest.mark.parametrize("make", [cnn, linear])
def test_labels(labels, make, path):
    if np.asarray(labels).dtype.kind == "f":
        labels = np.asarray(labels).astype(np.int64).astype(np.float64)
    estimator = make().fit(TEXTS, labels)
    again = assert_same_answers(estimator, path, TEXTS)
    assert again.classes_.dtype == estimator.classes_.dtype


@pytest.mark.parametrize("make", [np.random.RandomState, np.random.default_rng])
def test_generators_of_random_numbers(make, path):
    save(make_pipeline(StandardScaler(), FunctionTransformer(kw_args={"rng": make(3)})), path)
    assert load(path)[1].kw_args["rng"].normal() == make(3).normal()


def test_requests_of_metadata(path):
    with config_context(enable_metadata_routing=True):
        asked = cnn().set_fit_request(sample_weight=True).set_score_request(sample_weight="w")
        for estimator in (asked, LogisticRegression().set_fit_request(sample_weight="w")):
            save(estimator, path)
            expected = str(estimator.get_metadata_routing())
            assert str(load(path).get_metadata_routing()) == expected


def test_estimators_whose_forged_files_could_do_harm(path):
    boosted = behind_glove(GradientBoostingClassifier(n_estimators=2)).fit(TEXTS, TWO)
    message = (
        "Pipeline.steps[1][1] is a sklearn.ensemble._gb.GradientBoostingClassifier. A forged file "
        "could make its compiled code use memory that is not its own. Keep the estimator with "
        "joblib.dump, whose files run code when they are loaded."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        save(boosted, path)
    assert not path.exists()


def test_a_cache_of_joblib(tmp_path, path):
    cached = make_pipeline(glove(), LogisticRegression(), memory=Memory(tmp_path, verbose=0))
    message = (
        "Pipeline.memory is an object of type joblib.memory.Memory. It cannot be saved in the "
        "pickle-free format, which supports numbers, strings, dates, arrays, lists, dicts, the "
        "estimators of skembed and scikit-learn, and functions of NumPy and scikit-learn. Set "
        "memory=None, or to the path of the folder, before saving, or keep the estimator with "
        "joblib.dump, whose files run code when they are loaded."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        save(cached, path)
    cached.set_params(memory=str(tmp_path)).fit(TEXTS, TWO)
    assert assert_same_answers(cached, path, TEXTS).memory == str(tmp_path)


class Mine(CNNTextClassifier):
    """A class that no file may name."""


def test_estimators_of_others(path):
    with pytest.raises(TypeError, match=r"^Pipeline\.steps\[0\]\[1\] is a \S+\.Mine\. It cannot"):
        save(make_pipeline(Mine()), path)
