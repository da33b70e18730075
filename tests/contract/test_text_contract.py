"""What every estimator of texts must do, asked of one table of all of them (conftest.py)."""

import copy
import pickle
import random
import subprocess
import sys

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import cross_validate
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils import get_tags

from skembed import (
    FastTextVectorizer,
    GloveVectorizer,
)

COLLECTIONS = {
    "tuple": tuple,
    "array of str": np.array,
    "array of objects": lambda texts: np.array(texts, dtype=object),
    "one-column array": lambda texts: np.array(texts, dtype=object)[:, None],
    "pandas Series": lambda texts: pd.Series(texts, index=range(7, 7 + len(texts))),
    "pandas Series of objects": lambda texts: pd.Series(texts, dtype=object),
    "pandas DataFrame": lambda texts: pd.DataFrame({"text": texts}),
    "polars Series": pl.Series,
    "polars DataFrame": lambda texts: pl.DataFrame({"text": texts}),
    "Arrow array": pa.array,
    "Arrow chunks": lambda texts: pa.chunked_array([texts[:3], texts[3:]]),
    "Arrow table": lambda texts: pa.table({"text": texts}),
}


LABEL_COLLECTIONS = {
    "tuple": tuple,
    "array of str": np.array,
    "array of objects": lambda labels: np.array(labels, dtype=object),
    "pandas Series": pd.Series,
    "pandas Categorical": lambda labels: pd.Series(labels, dtype="category"),
    "polars Series": pl.Series,
    "Arrow array": pa.array,
}


@pytest.mark.parametrize("collect", COLLECTIONS.values(), ids=list(COLLECTIONS))
def test_every_collection_of_texts_gives_the_same(case, fitted, texts, labels, collect):
    again = case.new().fit(collect(texts), labels)
    expected = case.outcome(fitted, texts)
    case.assert_equal(case.outcome(again, texts), expected)
    case.assert_equal(case.outcome(fitted, collect(texts)), expected)


@pytest.mark.parametrize("collect", COLLECTIONS.values(), ids=list(COLLECTIONS))
def test_every_collection_of_texts_can_be_divided(cnn, texts, labels, collect):
    cnn.set_params(early_stopping=True, validation_fraction=0.25)
    expected = clone(cnn).fit(texts, labels).predict_proba(texts)
    assert_array_equal(cnn.fit(collect(texts), labels).predict_proba(texts), expected)
    cnn.set_params(early_stopping=False)
    expected = clone(cnn).fit(texts, labels, X_val=texts, y_val=labels).history_["val_loss"]
    divided = cnn.fit(collect(texts), labels, X_val=collect(texts), y_val=labels)
    assert divided.history_["val_loss"] == expected


@pytest.mark.parametrize("collect", LABEL_COLLECTIONS.values(), ids=list(LABEL_COLLECTIONS))
def test_every_collection_of_labels_gives_the_same(classifier_case, texts, labels, collect):
    case = classifier_case
    expected = case.new().fit(texts, labels)
    again = case.new().fit(texts, collect(labels))
    assert again.classes_.tolist() == ["fine", "foul"]
    case.assert_equal(case.outcome(again, texts), case.outcome(expected, texts))


def test_fit_leaves_parameters_and_data_alone(case, texts, labels):
    estimator = case.new()
    parameters = estimator.get_params()
    frozen = {name: copy.deepcopy(value) for name, value in parameters.items()}
    X, y = np.array(texts, dtype=object), np.array(labels)
    X.flags.writeable = y.flags.writeable = False
    estimator.fit(X, y)
    assert_array_equal(X, texts)
    assert_array_equal(y, labels)
    after = estimator.get_params()
    assert list(after) == list(parameters)
    own = [name for name in parameters if name != "steps"]  # Pipeline copies its list of steps
    assert all(after[name] is parameters[name] for name in own)
    for name, value in frozen.items():
        if name in own and not hasattr(value, "fit"):
            assert after[name] == value


def test_fit_leaves_the_nested_tokenizer_unfitted(tokenizer, texts, labels, lstm, vectors):
    for estimator in (lstm, GloveVectorizer(vectors)):
        estimator.set_params(tokenizer=tokenizer).fit(texts, labels)
        assert not hasattr(tokenizer, "vocabulary_")
        assert hasattr(estimator.tokenizer_, "vocabulary_")


def test_the_same_random_state_gives_the_same(case, fitted, texts, labels):
    again = case.new().fit(texts, labels)
    expected = case.outcome(fitted, texts)
    case.assert_equal(case.outcome(again, texts), expected)
    case.assert_equal(case.outcome(again.fit(texts, labels), texts), expected)


def test_another_random_state_gives_other_probabilities(texts, labels, lstm):
    one = clone(lstm).fit(texts, labels).predict_proba(texts)
    other = lstm.set_params(random_state=4).fit(texts, labels).predict_proba(texts)
    assert abs(one - other).max() > 1e-3


def test_an_earlier_fit_leaves_no_trace(case, fitted, texts, labels):
    again = case.new().fit([*texts[:20], "hail storm"], labels[:21]).fit(texts, labels)
    assert set(vars(again)) == set(vars(fitted))
    case.assert_equal(case.outcome(again, texts), case.outcome(fitted, texts))


def test_a_document_alone_is_as_in_a_batch(case, fitted, texts):
    batch = case.outcome(fitted, [*texts, "sun " * 50])
    for i in range(8):
        case.assert_equal(case.outcome(fitted, texts[i : i + 1]), batch[i : i + 1], atol=1e-5)


def test_the_order_of_the_documents_does_not_matter(case, fitted, texts):
    order = np.random.default_rng(0).permutation(len(texts))
    expected = case.outcome(fitted, texts)[order]
    case.assert_equal(case.outcome(fitted, [texts[i] for i in order]), expected, atol=1e-5)


def test_pickle_and_joblib_round_trips(case, fitted, texts, tmp_path):
    expected = case.outcome(fitted, texts)
    case.assert_equal(case.outcome(pickle.loads(pickle.dumps(fitted)), texts), expected)
    joblib.dump(fitted, tmp_path / "fitted.joblib")
    case.assert_equal(case.outcome(joblib.load(tmp_path / "fitted.joblib"), texts), expected)
    case.assert_equal(case.outcome(copy.deepcopy(fitted), texts), expected)


def test_empty_and_unknown_documents_give_finite_numbers(case, fitted, labels, texts):
    strange = ["", "   ", "?!", "xyzzy", "xyzzy " * 30]
    numbers = case.numbers(case.outcome(fitted, strange))
    assert np.isfinite(numbers).all()
    assert len(case.outcome(fitted, strange)) == 5
    texts[:5] = strange
    again = case.new().fit(texts, labels)
    assert np.isfinite(case.numbers(case.outcome(again, texts))).all()


def test_no_documents_to_predict(case, fitted):
    if "logisticregression" in case.new().get_params():
        with pytest.raises(ValueError, match="a minimum of 1 is required by LogisticRegression"):
            case.outcome(fitted, [])
    else:
        assert len(case.outcome(fitted, [])) == 0


def test_an_empty_array_is_no_documents(classifier_case, texts, labels):
    if "logisticregression" not in classifier_case.new().get_params():
        fitted = classifier_case.new().fit(texts, labels)
        for nothing in (np.array([], dtype=str), pd.Series([], dtype=object), pl.Series([])):
            assert fitted.predict_proba(nothing).shape == (0, 2)


def test_data_frames_as_the_global_output(case, fitted, texts, labels):
    expected = case.outcome(fitted, texts)
    with sklearn.config_context(transform_output="pandas"):
        case.assert_equal(case.outcome(case.new().fit(texts, labels), texts), expected)


def test_pictures_of_estimators(case, fitted):
    for estimator in (case.new(), fitted):
        assert type(case.template).__name__ in estimator._repr_html_()


OPEN_AND_LIST = """
import pathlib, pickle, sys
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    fitted = pickle.loads(path.read_bytes())
    print(path.name, *sorted({"tensorflow", "keras", "gensim"} & set(sys.modules)))
"""


def test_pickles_open_without_the_engine(texts, labels, lstm, cnn, tokenizer, vectors, tmp_path):
    glove = GloveVectorizer(vectors, output="sequences")
    fasttext = FastTextVectorizer(n_dims=4, n_buckets=100, random_state=0)
    for name, estimator in {
        "cnn": cnn,
        "fasttext": fasttext,
        "lstm": make_pipeline(glove, lstm.set_params(tokenizer=None)),
        "tokenizer": tokenizer,
    }.items():
        (tmp_path / name).write_bytes(pickle.dumps(estimator.fit(texts, labels)))
    run = subprocess.run(
        [sys.executable, "-c", OPEN_AND_LIST, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert run.stdout.splitlines() == ["cnn", "fasttext", "lstm", "tokenizer"]


def test_tags(case):
    tags = get_tags(case.template)
    assert (tags.estimator_type == "classifier") == case.classifies
    if isinstance(case.template, Pipeline):  # its tags are scikit-learn's matter
        return
    assert tags.input_tags.string
    assert tags.target_tags.required == case.classifies
    assert tags.input_tags.two_d_array == case.classifies
    if case.classifies:
        assert tags.classifier_tags.multi_class
        assert tags.classifier_tags.multi_label


@pytest.mark.parametrize(
    ("fine", "foul", "kind"),
    [("b", "a", "U"), (7, -1, "i"), (True, False, "b"), (0, 1, "i"), ("fine", "a long word", "U")],
)
def test_classes_are_sorted_and_predicted_in_their_own_kind(
    classifier_case, texts, fine, foul, kind
):
    y = [fine, foul] * 20
    fitted = classifier_case.new().fit(texts, y)
    assert fitted.classes_.tolist() == sorted([fine, foul])
    predicted = fitted.predict(texts)
    assert predicted.dtype == np.array(y).dtype
    assert predicted.dtype.kind == kind
    probabilities = fitted.predict_proba(texts)
    assert_array_equal(predicted, fitted.classes_[probabilities.argmax(axis=1)])
    assert fitted.predict(["sun sea sand sun sea"]).tolist() == [fine]
    assert fitted.predict(["rain wind hail rain hail"]).tolist() == [foul]
    assert fitted.score(texts, y) > 0.8


def test_objects_as_labels_are_predicted_as_objects(classifier_case, texts, labels):
    fitted = classifier_case.new().fit(texts, np.array(labels, dtype=object))
    assert fitted.classes_.dtype == object
    assert fitted.predict(texts).dtype == object


def test_probabilities(classifier_case, texts, labels):
    fitted = classifier_case.new().fit(texts, labels)
    probabilities = fitted.predict_proba(texts)
    assert probabilities.shape == (40, 2)
    assert probabilities.dtype in (np.float64, np.float32)
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
    assert probabilities.min() >= 0
    assert_allclose(fitted.predict_log_proba(texts), np.log(probabilities), rtol=1e-5)


def test_nothing_is_printed(case, texts, labels, capfd):
    fitted = case.new().fit(texts, labels)
    case.outcome(fitted, texts)
    assert capfd.readouterr() == ("", "")


def test_global_random_numbers_are_left_alone(case, texts, labels):
    before = random.getstate(), np.random.get_state()[1:3]  # noqa: NPY002 - the global one is meant
    case.outcome(case.new().fit(texts, labels), texts)
    after = random.getstate(), np.random.get_state()[1:3]  # noqa: NPY002
    assert before[0] == after[0]
    assert_array_equal(before[1][0], after[1][0])
    assert before[1][1] == after[1][1]


def test_global_random_numbers_do_not_matter(case, fitted, texts, labels):
    np.random.seed(1)  # noqa: NPY002 - a user may have done so
    random.seed(1)
    case.assert_equal(
        case.outcome(case.new().fit(texts, labels), texts), case.outcome(fitted, texts)
    )


def test_two_threads_give_what_one_gives(classifier_case, texts, labels):
    alone = cross_validate(classifier_case.new(), texts, labels, cv=4, return_estimator=True)
    with joblib.parallel_config("threading", n_jobs=2):
        parallel = cross_validate(classifier_case.new(), texts, labels, cv=4, return_estimator=True)
    for one, other in zip(parallel["estimator"], alone["estimator"], strict=True):
        assert_array_equal(one.predict_proba(texts), other.predict_proba(texts))


def test_two_jobs_give_what_one_gives(classifier_case, texts, labels):
    parallel, alone = (
        cross_validate(classifier_case.new(), texts, labels, cv=2, n_jobs=n, return_estimator=True)
        for n in (2, 1)
    )
    assert_array_equal(parallel["test_score"], alone["test_score"])
    for one, other in zip(parallel["estimator"], alone["estimator"], strict=True):
        expected = other.predict_proba(texts)
        assert_allclose(one.predict_proba(texts), expected, rtol=0, atol=ROUNDING)


# A worker's one thread adds up a convolution's gradients in another order than two threads do.
ROUNDING = 1e-6


@pytest.mark.parametrize(("name", "atol"), [("lstm", 0), ("cnn", ROUNDING)])
def test_two_jobs_train_the_same_weights(request, texts, labels, name, atol):
    classifier = request.getfixturevalue(name)
    parallel, alone = (
        cross_validate(classifier, texts, labels, cv=2, n_jobs=n, return_estimator=True)
        for n in (2, 1)
    )
    for one, other in zip(parallel["estimator"], alone["estimator"], strict=True):
        weights = zip(one.network_.get_weights(), other.network_.get_weights(), strict=True)
        for left, right in weights:
            assert_allclose(left, right, rtol=0, atol=atol)
