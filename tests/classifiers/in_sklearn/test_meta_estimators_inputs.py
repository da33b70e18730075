"""Each of scikit-learn's meta-estimators takes X from fit to predict, or refuses it in fit."""

import inspect
import re

import numpy as np
import pytest
from sklearn import ensemble, feature_selection, frozen, model_selection, multiclass, multioutput
from sklearn.calibration import CalibratedClassifierCV
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - allows its classes
from sklearn.pipeline import make_pipeline
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.utils import all_estimators

from skembed import CNNTextClassifier, KerasTokenizer

TEXTS = ["sun and sea", "rain and wind", "sun, sand", "wind and hail"] * 10
LABELS = np.array(["fine", "foul"] * 20)
THREE = np.array(["fine", "foul", "dry", "wet"] * 10)
INDICATORS = np.array([[1, 0], [0, 1]] * 20)
HALF = np.where(np.arange(40) < 20, np.arange(40) % 2, -1)
NEW = ["sun and rain and sea and sand and wind", "hail"]


def cnn():
    return CNNTextClassifier(
        filters=2, kernel_sizes=(2,), embedding_dim=2, epochs=8, learning_rate=0.2, batch_size=64,
        random_state=0,
    )  # fmt: skip


SEARCH = {"cv": 2, "error_score": "raise"}
ANY_X = {
    "CalibratedClassifierCV": (lambda: CalibratedClassifierCV(cnn(), cv=2), LABELS),
    "FixedThresholdClassifier": (
        lambda: model_selection.FixedThresholdClassifier(cnn()), INDICATORS[:, 0]),
    "FrozenEstimator": (lambda: frozen.FrozenEstimator(cnn()), LABELS),
    "GridSearchCV": (
        lambda: model_selection.GridSearchCV(cnn(), {"epochs": [8]}, **SEARCH), LABELS),
    "HalvingGridSearchCV": (
        lambda: model_selection.HalvingGridSearchCV(
            cnn(), {"epochs": [8]}, random_state=0, **SEARCH
        ), LABELS),
    "HalvingRandomSearchCV": (
        lambda: model_selection.HalvingRandomSearchCV(  # some draws of its 8 documents lack a class
            cnn(), {"epochs": [7, 8]}, n_candidates=2, random_state=0, **SEARCH
        ), LABELS),
    "MultiOutputClassifier": (lambda: multioutput.MultiOutputClassifier(cnn()), INDICATORS),
    "OneVsRestClassifier": (lambda: multiclass.OneVsRestClassifier(cnn()), THREE),
    "OutputCodeClassifier": (
        lambda: multiclass.OutputCodeClassifier(  # some codes ask no question, which needs a matrix
            cnn(), code_size=0.5, random_state=2
        ), THREE),
    "RandomizedSearchCV": (
        lambda: model_selection.RandomizedSearchCV(cnn(), {"epochs": [8]}, n_iter=1, **SEARCH),
        LABELS),
    "StackingClassifier": (lambda: ensemble.StackingClassifier([("cnn", cnn())], cv=2), LABELS),
    "TunedThresholdClassifierCV": (
        lambda: model_selection.TunedThresholdClassifierCV(cnn(), cv=2), INDICATORS[:, 0]),
    "VotingClassifier": (lambda: ensemble.VotingClassifier([("cnn", cnn())]), LABELS),
}  # fmt: skip
MATRIX_ONLY = {
    "AdaBoostClassifier": (lambda: ensemble.AdaBoostClassifier(cnn(), n_estimators=2), LABELS),
    "BaggingClassifier": (lambda: ensemble.BaggingClassifier(cnn(), n_estimators=2), LABELS),
    "ClassifierChain": (lambda: multioutput.ClassifierChain(cnn()), INDICATORS),
    "OneVsOneClassifier": (lambda: multiclass.OneVsOneClassifier(cnn()), THREE),
    "SelfTrainingClassifier": (lambda: SelfTrainingClassifier(cnn()), HALF),
    "SequentialFeatureSelector": (
        lambda: feature_selection.SequentialFeatureSelector(cnn(), n_features_to_select=1, cv=2),
        LABELS),
}  # fmt: skip
NEED_COEFFICIENTS = {
    "RFE": lambda: feature_selection.RFE(cnn()),
    "RFECV": lambda: feature_selection.RFECV(cnn(), cv=2),
    "SelectFromModel": lambda: feature_selection.SelectFromModel(cnn()),
}
MATRIX = (
    "scikit-learn wants a matrix of one width here, but that of TokenSequences is as wide as the "
    'longest document of each batch. Use KerasTokenizer(output="padded"), or '
    "to_dense(max_length=...)."
)


def column(texts):
    return np.array(texts, dtype=object)[:, np.newaxis]


def answer(fitted, X):
    return (fitted.predict if hasattr(fitted, "predict") else fitted.transform)(X)


def test_the_tables_have_all_that_take_a_classifier():
    takers = {
        name
        for name, cls in all_estimators()
        if {"estimator", "estimators", "base_estimator"}
        & set(inspect.signature(cls.__init__).parameters)
    }
    regressors = {name for name in takers if "Regress" in name}
    regressors |= {"MultiOutputRegressor", "IterativeImputer"}  # the latter if it was enabled
    assert {*ANY_X, *MATRIX_ONLY, *NEED_COEFFICIENTS} == takers - regressors


@pytest.mark.parametrize("name", ANY_X)
def test_any_x(name):
    make, y = ANY_X[name]
    for collect in (list, column):
        model = make()
        if name == "FrozenEstimator":
            model.estimator.fit(collect(TEXTS), y)
        model.fit(collect(TEXTS), y)
        assert len(answer(model, collect(NEW))) == 2
    for output in ("sequences", "padded"):
        tokenizer = KerasTokenizer(output=output)
        model = make()
        if name == "FrozenEstimator":
            model.estimator.fit(tokenizer.fit_transform(TEXTS), y)
        assert len(answer(make_pipeline(tokenizer, model).fit(TEXTS, y), NEW)) == 2


@pytest.mark.parametrize("name", MATRIX_ONLY)
def test_those_that_need_a_matrix(name):
    make, y = MATRIX_ONLY[name]
    with pytest.raises(TypeError, match=f"^{re.escape(MATRIX)}$"):
        make_pipeline(KerasTokenizer(), make()).fit(TEXTS, y)
    padded = make_pipeline(KerasTokenizer(output="padded"), make()).fit(TEXTS, y)
    assert len(answer(padded, NEW)) == 2
    with pytest.raises(ValueError, match="Expected 2D array, got 1D array instead"):
        make().fit(TEXTS, y)
    if name in ("BaggingClassifier", "AdaBoostClassifier"):
        assert len(make().fit(column(TEXTS), y).predict(column(NEW))) == 2
    else:  # scikit-learn's own words: it lets numbers pass alone
        with pytest.raises(ValueError, match="could not convert string to float"):
            make().fit(column(TEXTS), y)


@pytest.mark.parametrize("name", NEED_COEFFICIENTS)
def test_those_that_need_coefficients(name):
    padded = make_pipeline(KerasTokenizer(output="padded"), NEED_COEFFICIENTS[name]())
    with pytest.raises(ValueError, match="should have `coef_` or `feature_importances_`"):
        padded.fit(TEXTS, LABELS).transform(NEW)
