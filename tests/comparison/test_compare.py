import logging
import pickle
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from joblib import parallel_config
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV, KFold, StratifiedKFold, cross_val_score
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.tree import DecisionTreeClassifier

from skembed import CNNTextClassifier, GloveVectorizer, SentenceVectorizer
from skembed.comparison import compare
from skembed.text import KerasTokenizer

TEXTS = ["sun and sand", "sand and sea", "snow and ice", "ice and fog", "fog, sun, snow"] * 6
LABELS = ["summer", "summer", "winter", "winter", "both"] * 6


class Recorder(ClassifierMixin, BaseEstimator):
    """Write down what it is given, in a list that clones share; predict the commonest class."""

    seen: list = []

    def __init__(self, tag="a"):
        self.tag = tag

    def fit(self, X, y):
        self.classes_, counts = np.unique(y, return_counts=True)
        self.commonest_ = self.classes_[counts.argmax()]
        Recorder.seen.append((self.tag, "fit", list(X)))
        return self

    def predict(self, X):
        Recorder.seen.append((self.tag, "predict", list(X)))
        return np.full(len(X), self.commonest_)


@pytest.fixture
def recorder():
    Recorder.seen = []
    return Recorder


@pytest.fixture
def bayes():
    return make_pipeline(CountVectorizer(), MultinomialNB())


def documents_of(recorder, tag, what):
    return [documents for each, action, documents in recorder.seen if (each, action) == (tag, what)]


def test_every_estimator_sees_the_same_folds(recorder):
    texts = [f"document {i}" for i in range(len(TEXTS))]
    # A splitter without a seed draws anew at each call of split.
    cv = StratifiedKFold(3, shuffle=True)
    compare({"a": recorder("a"), "b": recorder("b")}, texts, LABELS, cv=cv)
    for action in ("fit", "predict"):
        assert documents_of(recorder, "a", action) == documents_of(recorder, "b", action)
    trained, tested = documents_of(recorder, "a", "fit"), documents_of(recorder, "a", "predict")
    assert len(trained) == 3
    # Each fold is predicted twice: once against the clock, once by the scorer.
    for train, test, again in zip(trained, tested[::2], tested[1::2], strict=True):
        assert sorted(train + test) == sorted(texts)
        assert test == again


def test_an_integer_means_stratified_folds_in_order(recorder):
    compare([recorder()], TEXTS, LABELS, cv=5, baseline=None)
    expected = [[TEXTS[i] for i in test] for _, test in StratifiedKFold(5).split(TEXTS, LABELS)]
    assert documents_of(recorder, "a", "predict")[::2] == expected


@pytest.mark.parametrize("scoring", ["accuracy", "f1_macro", "neg_log_loss"])
def test_scores_equal_those_of_cross_val_score(bayes, scoring):
    cv = KFold(3, shuffle=True, random_state=1)
    comparison = compare({"bayes": bayes}, TEXTS, LABELS, cv=cv, scoring=scoring)
    regression = LogisticRegression(C=10.0, solver="newton-cg", max_iter=1000)
    tfidf = make_pipeline(TfidfVectorizer(sublinear_tf=True), regression)
    for i, estimator in enumerate([tfidf, bayes]):
        expected = cross_val_score(estimator, TEXTS, LABELS, cv=cv, scoring=scoring)
        np.testing.assert_allclose(comparison.scores[i], expected)
    assert comparison.scoring == scoring
    assert comparison.test_to_train == pytest.approx(1 / 2)


def test_two_jobs_give_the_scores_of_one(bayes):
    one, two = (compare({"bayes": bayes}, TEXTS, LABELS, cv=3, n_jobs=n) for n in (1, 2))
    np.testing.assert_array_equal(one.scores, two.scores)
    np.testing.assert_allclose(one.megabytes, two.megabytes, rtol=0.05)  # pickles share strings
    assert one.names == two.names == ["TF-IDF + logistic regression", "bayes"]


def test_scoring_may_be_a_function(bayes):
    def one_right(estimator, X, y):
        return float(estimator.predict(X[:1])[0] == y[0])

    comparison = compare([bayes], TEXTS, LABELS, cv=2, scoring=one_right)
    assert comparison.scoring == "one_right"
    assert set(comparison.scores.ravel()) <= {0.0, 1.0}


class Slow(DummyClassifier):
    def fit(self, X, y):
        time.sleep(0.05)
        return super().fit(X, y)

    def predict(self, X):
        time.sleep(0.1)
        return super().predict(X)


def test_costs_are_measured():
    comparison = compare([Slow()], TEXTS, LABELS, cv=3, baseline=None)
    fitted = Slow().fit(TEXTS[:20], LABELS[:20])
    np.testing.assert_allclose(comparison.megabytes, len(pickle.dumps(fitted, 5)) / 1e6, rtol=0.05)
    assert (comparison.fit_seconds >= 0.05).all()
    assert (comparison.documents_per_second <= 10 / 0.1).all()
    assert (comparison.documents_per_second > 10).all()


def test_size_of_what_cannot_be_pickled_is_not_known():
    unpicklable = make_pipeline(FunctionTransformer(lambda X: X), DummyClassifier())
    comparison = compare({"lambda": unpicklable}, TEXTS, LABELS, cv=2)
    assert np.isnan(comparison.megabytes[1]).all()
    assert np.isfinite(comparison.megabytes[0]).all()
    assert str(comparison).splitlines()[3].endswith("–")


def test_estimators_are_left_unfitted(bayes):
    before = bayes.get_params()
    compare({"bayes": bayes}, TEXTS, LABELS, cv=2)
    assert bayes.get_params() == before
    assert not hasattr(bayes[0], "vocabulary_")


@pytest.mark.parametrize(
    "convert", [tuple, np.array, pd.Series, pl.Series, lambda X: pd.DataFrame({"text": X})]
)
def test_documents_in_any_form(bayes, convert):
    expected = compare([bayes], TEXTS, LABELS, cv=2)
    comparison = compare([bayes], convert(TEXTS), pd.Series(LABELS), cv=2)
    np.testing.assert_array_equal(comparison.scores, expected.scores)


def test_tensors_of_ids_are_compared_as_arrays():
    tf = pytest.importorskip("tensorflow")
    dense = KerasTokenizer().fit_transform(TEXTS).to_dense()
    classifier = DecisionTreeClassifier(random_state=0)
    expected = cross_val_score(classifier, dense, LABELS, cv=2)
    for tensor in (tf.constant(dense), tf.Variable(dense), tf.ragged.constant(dense.tolist())):
        comparison = compare([classifier], tensor, LABELS, cv=2, baseline=None)
        np.testing.assert_allclose(comparison.scores[0], expected)


@pytest.mark.parametrize("labels", [[0, 1], [1, 2], [-1, 1], [False, True]])
def test_a_scorer_of_class_1(bayes, labels):
    y = np.array(labels)[np.unique(LABELS, return_inverse=True)[1] % 2]
    found = compare({"bayes": bayes}, TEXTS, y, cv=2, scoring="f1", baseline=None)
    np.testing.assert_allclose(
        found.scores[0], cross_val_score(bayes, TEXTS, y, cv=2, scoring="f1")
    )


def test_folds_come_one_after_the_other(caplog, bayes):
    with caplog.at_level(logging.INFO, logger="skembed.comparison"):
        compare({"bayes": bayes, "other": DummyClassifier()}, TEXTS, LABELS, cv=2, baseline=None)
    told = [record.getMessage().split(": ")[1] for record in caplog.records[1:]]
    assert told == ["bayes, fold 1", "other, fold 1", "bayes, fold 2", "other, fold 2"]


def test_other_input_is_handed_on_as_it_is():
    X = KerasTokenizer().fit_transform(TEXTS)
    dense = X.to_dense()
    classifier = DecisionTreeClassifier(random_state=0)
    for numbers in (dense, pd.DataFrame(dense)):
        comparison = compare([classifier], numbers, LABELS, cv=2, baseline=DummyClassifier())
        expected = cross_val_score(classifier, dense, LABELS, cv=2)
        np.testing.assert_allclose(comparison.scores[1], expected)
        assert comparison.baseline == "dummyclassifier"
    table = pa.table({f"word{i}": dense[:, i] for i in range(3)})
    frames = make_pipeline(FunctionTransformer(lambda X: X.to_pandas()), classifier)
    comparison = compare([frames], table, LABELS, cv=2, baseline=None)
    np.testing.assert_allclose(comparison.scores[0], expected)
    lengths = make_pipeline(FunctionTransformer(lambda X: X.lengths[:, None]), DummyClassifier())
    assert compare([lengths], X, LABELS, cv=2, baseline=None).scores.shape == (1, 2)
    for numbers, what in ((X, "TokenSequences"), (dense, r"an array of shape \(30, 3\)")):
        with pytest.raises(TypeError, match=f"baseline reads documents, but X is {what}"):
            compare([classifier], numbers, LABELS)


def test_multilabel_targets():
    Y = np.array([["sun" in text, "ice" in text] for text in TEXTS], dtype=int)
    comparison = compare([DummyClassifier()], TEXTS, Y, cv=KFold(2), scoring="f1_macro")
    assert comparison.means[0] == 1
    assert comparison.scores.shape == (2, 2)


def test_multilabel_targets_of_other_numbers_than_0_and_1():
    Y = np.array([["sun" in text, "ice" in text] for text in TEXTS], dtype=int)
    for other, value in ((Y * 2 - 1, "-1"), (Y + 1, "2"), (np.full(Y.shape, 2), "2")):
        message = rf"y of shape \(\d+, 2\) must hold only 0 and 1, .*\] is {value}\."
        with pytest.raises(ValueError, match=message):
            compare([DummyClassifier()], TEXTS, other, cv=KFold(2), scoring="f1_macro")


def test_names(bayes):
    dummy = DummyClassifier()
    assert compare([bayes, dummy, dummy], TEXTS, LABELS, cv=2).names[1:] == [
        "countvectorizer + multinomialnb",
        "dummyclassifier-1",
        "dummyclassifier-2",
    ]
    assert compare([("x", bayes), ("y", dummy)], TEXTS, LABELS, cv=2, baseline=None).names == [
        "x",
        "y",
    ]


def test_baseline_may_be_one_of_the_estimators(bayes):
    entries = {"bayes": bayes, "dummy": DummyClassifier()}
    comparison = compare(entries, TEXTS, LABELS, cv=2, baseline="dummy")
    assert comparison.names == ["bayes", "dummy"]
    assert comparison.baseline == "dummy"
    assert comparison.summary().startswith("The difference between bayes and dummy is +0.600")


def test_progress_is_logged_and_nothing_printed(bayes, caplog, capfd):
    with caplog.at_level(logging.INFO, logger="skembed.comparison"):
        compare({"bayes": bayes}, TEXTS, LABELS, cv=2)
    messages = [record.getMessage() for record in caplog.records]
    assert messages[0] == "2 estimators, 2 folds, 30 documents"
    assert messages[4].startswith("4 of 4: bayes, fold 2: 1.000, trained in 0.")
    assert len(messages) == 5
    assert capfd.readouterr() == ("", "")


class Untouchable(BaseEstimator):
    """Fail the test if training starts."""

    def fit(self, X, y):
        pytest.fail("training started")

    def predict(self, X):
        pytest.fail("training started")


GOOD = {"estimators": {"x": Untouchable()}, "X": TEXTS, "y": LABELS}


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"X": TEXTS[:-1]}, ValueError, "X has 29 documents but y has 30 labels"),
        ({"y": 3}, TypeError, "y must be a list, an array or a column .*, got int"),
        ({"y": "column"}, TypeError, "with a label for each document, got str: 'column'.$"),
        ({"X": "sun"}, TypeError, "must be a collection of documents, got one str"),
        ({"X": [*TEXTS[:-1], None]}, TypeError, r"X\[29\] is None"),
        ({"y": [*LABELS[:-1], None]}, ValueError, r"y\[29\] is None, but every document needs"),
        ({"y": [*range(29), np.nan]}, ValueError, r"y\[29\] is nan, but every document needs"),
        ({"y": ["a"] * 30}, ValueError, "two classes or more, but all labels are .*'a'"),
        ({"y": np.linspace(0, 1, 30)}, ValueError, "Unknown label type: continuous"),
        ({"estimators": {}}, ValueError, "nothing to compare"),
        ({"estimators": Untouchable()}, TypeError, "To compare a single estimator, put it into"),
        (
            {"estimators": "tfidf"},
            TypeError,
            r"^estimators must hold estimators, got the str 'tfidf'\. Pass a list such as "
            r"\[CNNTextClassifier\(\)\]\. The estimators come first: compare\(estimators, X, "
            r"y\)\.$",
        ),
        (
            {"estimators": Untouchable},
            TypeError,
            r"^estimators must hold instances, got the class Untouchable\. Pass a list: "
            r"\[Untouchable\(\)\]\.$",
        ),
        (
            {"estimators": [Untouchable]},
            TypeError,
            r"is a class; pass an instance: Untouchable\(\)",
        ),
        (
            {"estimators": {"x": KerasTokenizer()}},
            TypeError,
            "'x' must be an estimator with fit and",
        ),
        ({"estimators": {1: Untouchable()}}, TypeError, "must be non-empty strings, got 1"),
        (
            {"estimators": [("x", Untouchable()), ("x", Untouchable())]},
            ValueError,
            r"its own name, but \['x'\] are repeated",
        ),
        (
            {"estimators": {"TF-IDF + logistic regression": Untouchable()}},
            ValueError,
            "baseline and one of the estimators are both called",
        ),
        ({"estimators": {"tfidf": Untouchable()}}, ValueError, "could mean the estimator of that"),
        ({"baseline": "tf-idf"}, ValueError, r"one of the names \['x'\]; got 'tf-idf'"),
        ({"baseline": 3}, TypeError, "must be an estimator with fit and predict, got int"),
        (
            {"estimators": ["sun and sea"]},
            TypeError,
            r"'str' must .* got str. The estimators come first: compare\(estimators, X, y\)",
        ),
        ({"scoring": "acuracy"}, ValueError, r"Did you mean 'accuracy'\?$"),
        ({"scoring": "acc"}, ValueError, r"scikit-learn. Did you mean 'accuracy'\?$"),
        ({"scoring": "macro-F1"}, ValueError, r"scikit-learn. Did you mean 'f1_macro'\?$"),
        (
            {"scoring": "f1"},
            ValueError,
            r"^scoring='f1' measures the class 1 of two classes, but y has .*\. Take 'f1_macro', "
            r"the mean over all classes\.$",
        ),
        (
            {"y": [0, 1, 2] * 10, "scoring": "recall"},
            ValueError,
            r"^scoring='recall' measures the class 1 of two classes, but y has 0, 1, 2\. Take "
            r"'recall_macro', the mean over all classes\.$",
        ),
        ({"verbose": "yes"}, TypeError, r"^verbose must be 'auto', 0 or 1, got 'yes'\.$"),
        ({"scoring": "quality"}, ValueError, r"get_scorer_names\(\) lists them all"),
        ({"scoring": accuracy_score}, ValueError, "a metric function rather than a scorer"),
        ({"scoring": ["accuracy"]}, TypeError, "one name such as 'f1_macro' .* got list"),
        ({"scoring": 3}, TypeError, "got int"),
        ({"cv": 1}, ValueError, "n_splits=1"),
        ({"cv": 13}, ValueError, "n_splits=13 cannot be greater"),
    ],
)
def test_errors_come_before_any_training(change, error, message):
    with pytest.raises(error, match=message):
        compare(**{**GOOD, **change})


def test_a_backend_that_gives_all_results_at_the_end(bayes):
    with parallel_config("multiprocessing", n_jobs=2):  # Ray's is one too
        scores = compare({"bayes": bayes}, TEXTS, LABELS, cv=3).scores
    np.testing.assert_array_equal(scores, compare({"bayes": bayes}, TEXTS, LABELS, cv=3).scores)


@pytest.mark.parametrize("kind", [list, tuple, np.array, pd.Series])
def test_estimators_get_documents_as_a_list(kind):
    class Demanding(DummyClassifier):
        def fit(self, X, y):
            assert type(X) is list
            assert {*map(type, X)} == {str}
            return super().fit(X, y)

    compare({"demanding": Demanding()}, kind(TEXTS), LABELS, cv=2, baseline=None)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_an_error_in_training_says_where(n_jobs):
    class Failing(DummyClassifier):  # local, for a worker need not find this file
        def fit(self, X, y):
            raise RuntimeError("out of order")

    with pytest.raises(RuntimeError, match="out of order") as caught:
        compare({"broken": Failing()}, TEXTS, LABELS, cv=2, baseline=None, n_jobs=n_jobs)
    # Both folds fail; side by side, either may be the first.
    notes = {f"This came from 'broken' on fold {k}." for k in range(1, n_jobs + 1)}
    assert notes & set(caught.value.__notes__)


def test_import_loads_nothing_heavy_beyond_scikit_learn():
    code = (
        "import sys, sklearn; before = set(sys.modules)\n"
        "import skembed.comparison, skembed.datasets\n"
        "heavy = {'pandas', 'matplotlib', 'keras', 'tensorflow', 'gensim'}\n"
        "print(heavy & (set(sys.modules) - before))"
    )
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert outcome.stdout == "set()\n", outcome.stderr


FIRST = ["a first document", *TEXTS[1:]]


class Failing(ClassifierMixin, BaseEstimator):
    """Fail in `fit` or `predict` where the documents begin with one."""

    def __init__(self, first=None, when="fit"):
        self.first = first
        self.when = when

    def fit(self, X, y):
        self._check("fit", X)
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        self._check("predict", X)
        return np.full(len(X), "summer")

    def _check(self, when, X):
        if when == self.when and X[0] == self.first:
            raise RuntimeError("out of order")


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("when", ["fit", "predict"])
def test_a_fold_that_fails_loses_nothing_else(when, n_jobs, bayes):
    """Fold 1 tests on the first documents, fold 2 fits on them."""
    entries = {"bayes": bayes, "broken": Failing(FIRST[0], when)}
    fold = {"predict": 1, "fit": 2}[when]
    sentence = f"broken failed on fold {fold}: RuntimeError: out of order"
    cv = KFold(2)
    with pytest.warns(FitFailedWarning, match=f"^{sentence}$") as caught:
        found = compare(entries, FIRST, LABELS, cv=cv, baseline="bayes", n_jobs=n_jobs)
    assert [warning.filename for warning in caught] == [__file__]
    whole = compare({"bayes": bayes, "broken": Failing()}, FIRST, LABELS, cv=cv, baseline="bayes")
    assert whole.failures == []
    expected = whole.scores.copy()
    expected[1, fold - 1] = np.nan
    np.testing.assert_array_equal(found.scores, expected)
    assert np.isnan(found.fit_seconds).tolist() == np.isnan(expected).tolist()
    assert found.failures == [sentence]
    assert found.means[0] == whole.means[0]
    assert np.isnan(found.means[1])
    lines = str(found).splitlines()
    assert lines[3].split()[:4] == ["broken", "–", "±", "–"]
    assert lines[5:] == [
        "broken cannot be compared with bayes, because a fit has failed.",
        sentence,
    ]
    assert sentence in found._repr_html_()
    assert "nan" not in str(found) + found._repr_html_()
    found.plot().figure.canvas.draw()


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
def test_a_baseline_that_fails(bayes):
    broken = Failing(FIRST[0])
    found = compare({"bayes": bayes, "broken": broken}, FIRST, LABELS, cv=2, baseline="broken")
    assert found.summary() == "bayes cannot be compared with broken, because a fit has failed."
    found.plot().figure.canvas.draw()
    alone = compare({"bayes": bayes, "broken": broken}, FIRST, LABELS, cv=2, baseline=None)
    assert alone.summary().startswith("Best mean accuracy: bayes with ")
    both = {"one": Failing(FIRST[0]), "other": Failing(FIRST[0], "predict")}
    said = compare(both, FIRST, LABELS, cv=2, baseline=None).summary()
    assert said == "Each estimator has failed on a fold."


class NeverFitted(DummyClassifier):
    """Fails the test if it is trained."""

    def fit(self, X, y):
        raise AssertionError("trained before all was looked for")


@pytest.mark.parametrize(
    ("late", "message"),
    [
        (GloveVectorizer("no_such_file.txt"), "Expected a file of word vectors at .*no_such_file"),
        (GloveVectorizer("glove.6B.300d"), "The vectors glove.6B.300d are not on this machine: "),
        (CNNTextClassifier(embeddings="no_such.vec"), "Expected a file of word vectors at .*no_su"),
        (SentenceVectorizer("no_such_folder"), "model='no_such_folder' is not a folder, a file or"),
    ],
)
@pytest.mark.parametrize("wrap", [lambda model: model, lambda m: GridSearchCV(m, {}, cv=2)])
def test_what_is_missing_is_said_before_anything_is_trained(
    late, message, wrap, tmp_path, monkeypatch
):
    monkeypatch.setenv("SKEMBED_CACHE", str(tmp_path))
    model = late if hasattr(late, "predict") else make_pipeline(late, DummyClassifier())
    estimators = {"first": NeverFitted(), "late": wrap(model)}
    with pytest.raises(FileNotFoundError, match=f"^{message}") as raised:
        compare(estimators, TEXTS, LABELS, cv=2)
    assert raised.value.__notes__ == ["This came from 'late', before anything was trained."]
