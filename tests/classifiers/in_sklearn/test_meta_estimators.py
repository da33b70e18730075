"""The estimators inside scikit-learn's tools: searches, ensembles, calibration, routing."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - allows the import below
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    StratifiedKFold,
    TunedThresholdClassifierCV,
    check_cv,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
    permutation_test_score,
    train_test_split,
    validation_curve,
)
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

from skembed import GloveVectorizer, KerasTokenizer
from tests.versions import needs_temperature_scaling


@pytest.fixture
def pipeline(tokenizer, lstm):
    """Return tokenizer and LSTM as two steps."""
    return Pipeline([("tokens", tokenizer), ("lstm", lstm.set_params(tokenizer=None))])


@pytest.fixture
def column(texts):
    """Return the texts as one column, for tools that let no one-dimensional X pass."""
    return np.array(texts, dtype=object)[:, np.newaxis]


@pytest.fixture
def weather(texts):
    """Return three labels: fine weather, wet weather, and other foul weather."""
    foul = np.array(["foul", "wet"])
    return np.array(
        ["fine" if i % 2 == 0 else foul[int("rain" in text)] for i, text in enumerate(texts)]
    )


def test_cross_validation_is_stratified(classifier_case, texts, labels):
    estimator = classifier_case.new()
    assert is_classifier(estimator)
    assert isinstance(check_cv(3, labels, classifier=is_classifier(estimator)), StratifiedKFold)
    # Sorted labels leave unstratified folds with one class only, and a score of zero.
    order = np.argsort(labels, kind="stable")
    sorted_texts, sorted_labels = [texts[i] for i in order], [labels[i] for i in order]
    scores = cross_val_score(estimator, sorted_texts, sorted_labels, cv=2)
    assert scores.min() > 0.7


def test_binary_scores(classifier_case, texts, labels):
    least = dict.fromkeys(["accuracy", "roc_auc", "f1_macro", "average_precision"], 0.7)
    least["neg_log_loss"] = -0.7
    y = np.array(labels) == "fine"
    scores = cross_validate(classifier_case.new(), texts, y, cv=2, scoring=[*least])
    for scoring, bound in least.items():
        assert scores[f"test_{scoring}"].min() > bound


def test_roc_auc_is_that_of_the_second_class(lstm, texts, labels):
    fitted = lstm.fit(texts, labels)
    y = np.array(labels) == "foul"
    scorer = sklearn.metrics.get_scorer("roc_auc")
    assert scorer(fitted, texts, labels) == roc_auc_score(y, fitted.predict_proba(texts)[:, 1])


def test_multi_class_scores(cnn, texts, weather):
    names = ["roc_auc_ovr", "roc_auc_ovo_weighted", "neg_log_loss"]
    scores = cross_validate(cnn, texts, weather, cv=2, scoring=names, error_score="raise")
    assert scores["test_roc_auc_ovr"].min() > 0.6
    assert scores["test_roc_auc_ovo_weighted"].min() > 0.6
    assert np.isfinite(scores["test_neg_log_loss"]).all()


def test_grid_search_reaches_nested_parameters(lstm, texts, labels):
    grid = {"tokenizer__max_tokens": [4, 8], "epochs": [1, 6]}
    search = GridSearchCV(lstm, grid, cv=2).fit(texts, labels)
    assert set(search.best_params_) == set(grid)
    best = search.best_estimator_
    assert best.tokenizer.max_tokens == search.best_params_["tokenizer__max_tokens"]
    assert len(best.tokenizer_.vocabulary_) == search.best_params_["tokenizer__max_tokens"] - 2
    assert len(best.history_["loss"]) == search.best_params_["epochs"]
    assert search.best_score_ > 0.7
    assert lstm.tokenizer.max_tokens == 8


def test_grid_search_reaches_steps_of_a_pipeline(pipeline, texts, labels):
    grid = {"tokens__max_tokens": [4, 8], "lstm__learning_rate": [1e-6, 0.05]}
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise").fit(texts, labels)
    assert search.best_params_ == {"tokens__max_tokens": 8, "lstm__learning_rate": 0.05}


def test_grid_search_can_try_embeddings(cnn, vectors, texts, labels):
    search = GridSearchCV(cnn, {"embeddings": [None, vectors]}, cv=2, error_score="raise")
    search.fit(texts, labels)
    assert search.cv_results_["param_embeddings"].tolist() == [None, vectors]
    assert search.cv_results_["mean_test_score"].min() > 0.6


def make_search(estimator, kind):
    if kind is RandomizedSearchCV:
        return kind(
            estimator, {"lstm__epochs": [1, 2, 4, 5]}, n_iter=3, cv=2, n_jobs=2, random_state=0
        )
    if kind is HalvingGridSearchCV:
        return kind(estimator, {"lstm__epochs": [1, 6]}, cv=2, n_jobs=2, random_state=0)
    return kind(estimator, {"lstm__epochs": [1, 6]}, cv=2, n_jobs=2)


@pytest.mark.parametrize(
    "kind",
    [
        GridSearchCV,
        *[
            pytest.param(kind, marks=pytest.mark.slow)
            for kind in (RandomizedSearchCV, HalvingGridSearchCV)
        ],
    ],
)
def test_searches_with_two_jobs_twice_in_a_row(pipeline, texts, labels, kind):
    search = make_search(pipeline, kind)
    first = search.fit(texts, labels).cv_results_["mean_test_score"]
    again = search.fit(texts, labels).cv_results_["mean_test_score"]
    assert_array_equal(again, first)
    alone = search.set_params(n_jobs=1).fit(texts, labels).cv_results_["mean_test_score"]
    assert_allclose(alone, first)


TWO_SEARCHES = """
from sklearn.model_selection import GridSearchCV
from skembed import KerasTokenizer, LSTMTextClassifier

texts, labels = ["sun and sea", "rain and wind", "sun", "wind"] * 5, ["fine", "foul"] * 10
lstm = LSTMTextClassifier(
    embedding_dim=4, units=4, tokenizer=KerasTokenizer(max_tokens=8), random_state=0
)
lstm.fit(texts, labels)  # TensorFlow's threads run before the workers start
for _ in range(2):
    search = GridSearchCV(lstm, {"epochs": [1, 2]}, cv=2, n_jobs=2).fit(texts, labels)
    print(search.predict_proba(["sun"]).shape)
"""


@pytest.mark.slow
def test_two_searches_neither_hang_nor_write_to_the_terminal():
    # A process of its own: what TensorFlow says when it starts is said once.
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", TWO_SEARCHES],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert run.stderr == ""
    assert run.stdout == "(1, 2)\n(1, 2)\n"
    assert run.returncode == 0


def test_soft_voting_is_the_mean(lstm, cnn, texts, labels):
    counting = make_pipeline(TfidfVectorizer(), LogisticRegression())
    members = [("lstm", lstm), ("cnn", cnn), ("tfidf", counting)]
    voting = VotingClassifier(members, voting="soft").fit(texts, labels)
    mean = np.mean([clone(m).fit(texts, labels).predict_proba(texts) for _, m in members], axis=0)
    assert_allclose(voting.predict_proba(texts), mean, atol=1e-6)
    assert set(voting.predict(texts)) == {"fine", "foul"}
    assert voting.score(texts, labels) > 0.8


def test_hard_voting(lstm, cnn, texts, labels):
    voting = VotingClassifier([("lstm", lstm), ("cnn", cnn)]).fit(texts, labels)
    assert voting.score(texts, labels) > 0.8


def test_stacking(lstm, cnn, texts, labels):
    stacking = StackingClassifier([("lstm", lstm), ("cnn", cnn)], cv=2).fit(texts, labels)
    assert stacking.stack_method_ == ["predict_proba", "predict_proba"]
    assert stacking.score(texts, labels) > 0.8


@pytest.mark.parametrize(
    "method", ["sigmoid", pytest.param("temperature", marks=needs_temperature_scaling)]
)
def test_calibration(cnn, texts, labels, method):
    calibrated = CalibratedClassifierCV(cnn, method=method, cv=2).fit(texts, labels)
    probabilities = calibrated.predict_proba(texts)
    assert probabilities.shape == (40, 2)
    assert_allclose(probabilities.sum(axis=1), 1)
    assert calibrated.classes_.tolist() == ["fine", "foul"]
    assert calibrated.score(texts, labels) > 0.8


def test_calibration_of_three_classes(cnn, texts, weather):
    calibrated = CalibratedClassifierCV(cnn, cv=2, ensemble=False).fit(texts, weather)
    assert calibrated.predict_proba(texts).shape == (40, 3)


def test_threshold(lstm, texts, labels):
    tuned = TunedThresholdClassifierCV(lstm, scoring="balanced_accuracy", cv=2).fit(texts, labels)
    assert 0 < tuned.best_threshold_ < 1
    assert tuned.score(texts, labels) > 0.8
    fixed = FixedThresholdClassifier(lstm, threshold=0.999999, pos_label="foul").fit(texts, labels)
    assert set(fixed.predict(texts)) == {"fine"}


def test_bagging_of_ids(cnn, texts, labels):
    X = KerasTokenizer(max_tokens=8, output="padded").fit_transform(texts)
    bagging = BaggingClassifier(cnn, n_estimators=2, max_samples=0.9, random_state=0)
    bagging.fit(X, labels)
    assert bagging.predict_proba(X).shape == (40, 2)
    assert bagging.score(X, labels) > 0.7


def test_bagging_of_texts(cnn, column, labels):
    bagging = BaggingClassifier(cnn, n_estimators=2, random_state=0).fit(column, labels)
    assert bagging.estimators_[0].tokenizer_.vocabulary_
    assert bagging.score(column, labels) > 0.7


@pytest.mark.parametrize("kind", [OneVsRestClassifier, OneVsOneClassifier])
def test_one_against_others(cnn, texts, weather, kind):
    ids = KerasTokenizer(max_tokens=8, output="padded").fit_transform(texts)
    divided = kind(cnn.set_params(epochs=15)).fit(ids, weather)
    assert divided.classes_.tolist() == ["fine", "foul", "wet"]
    assert divided.score(ids, weather) > 0.6


def test_one_against_the_rest_of_texts(cnn, texts, weather):
    divided = OneVsRestClassifier(cnn.set_params(epochs=15)).fit(texts, weather)
    probabilities = divided.predict_proba(texts)
    assert probabilities.shape == (40, 3)
    assert_allclose(probabilities.sum(axis=1), 1)
    assert divided.score(texts, weather) > 0.6


def test_several_outputs(cnn, texts, labels):
    y = np.column_stack([np.array(labels) == "fine", ["rain" in text for text in texts]])
    several = MultiOutputClassifier(cnn).fit(texts, y.astype(int))
    assert [p.shape for p in several.predict_proba(texts)] == [(40, 2), (40, 2)]
    one = clone(cnn).fit(texts, y.astype(int))
    assert one.predict_proba(texts).shape == (40, 2)
    assert one.predict(texts).shape == several.predict(texts).shape


def test_chain(cnn, vectors, texts, labels):
    y = np.column_stack([np.array(labels) == "fine", ["rain" in text for text in texts]])
    X = GloveVectorizer(vectors).fit_transform(texts)
    chain = ClassifierChain(cnn.set_params(tokenizer=None)).fit(X, y.astype(int))
    assert chain.predict_proba(X).shape == (40, 2)


def test_feature_union_of_glove_and_tfidf(vectors, texts, labels):
    union = FeatureUnion([("glove", GloveVectorizer(vectors)), ("tfidf", TfidfVectorizer())])
    pipeline = make_pipeline(union, LogisticRegression())
    assert cross_val_score(pipeline, texts, labels, cv=2).min() > 0.8
    names = pipeline.fit(texts, labels)[:-1].get_feature_names_out()
    assert names[0] == "glove__glovevectorizer_mean0"
    assert len(names) == pipeline[-1].coef_.shape[1]


def test_set_output(vectors, texts):
    vectorizer = GloveVectorizer(vectors, pooling=("mean", "max"))
    arrays = clone(vectorizer).fit_transform(texts)
    frame = vectorizer.set_output(transform="pandas").fit_transform(pd.Series(texts))
    assert frame.columns.tolist() == vectorizer.get_feature_names_out().tolist()
    assert_array_equal(frame.to_numpy(), arrays)
    polars = vectorizer.set_output(transform="polars").transform(texts)
    assert polars.columns == vectorizer.get_feature_names_out().tolist()
    assert_array_equal(polars.to_numpy(), arrays)


def test_a_classifier_takes_features_as_data_frame(vectors, cnn, texts, labels):
    cnn.set_params(tokenizer=None)
    vectorizer = GloveVectorizer(vectors).set_output(transform="pandas")
    pipeline = make_pipeline(vectorizer, cnn).fit(texts, labels)
    assert pipeline[-1].feature_names_in_.tolist() == vectorizer.get_feature_names_out().tolist()
    plain = make_pipeline(GloveVectorizer(vectors), clone(cnn)).fit(texts, labels)
    assert_array_equal(pipeline.predict_proba(texts), plain.predict_proba(texts))


def test_pipeline_memory_reads_the_texts_once(vectors, cnn, texts, labels, tmp_path):
    cnn.set_params(tokenizer=None)
    for transformer in (GloveVectorizer(vectors, output="sequences"), KerasTokenizer(max_tokens=8)):
        folder = tmp_path / type(transformer).__name__
        pipeline = make_pipeline(transformer, cnn, memory=str(folder))
        expected = make_pipeline(transformer, cnn).fit(texts, labels).predict_proba(texts)
        for epochs in (6, 2, 6):
            pipeline.set_params(cnntextclassifier__epochs=epochs).fit(texts, labels)
        assert_array_equal(pipeline.predict_proba(texts), expected)
        assert len(list(folder.rglob("output.pkl"))) == 1


def test_cross_val_predict(classifier_case, texts, labels):
    estimator = classifier_case.new()
    probabilities = cross_val_predict(estimator, texts, labels, cv=2, method="predict_proba")
    assert probabilities.shape == (40, 2)
    assert ((probabilities[:, 0] > 0.5) == (np.array(labels) == "fine")).mean() > 0.7


def test_curves(lstm, texts, labels):
    sizes, _, tested = learning_curve(
        lstm, texts, labels, cv=2, train_sizes=[0.5, 1.0], shuffle=True, random_state=0
    )
    assert sizes.tolist() == [10, 20]
    assert tested[-1].min() > 0.7
    _, tested = validation_curve(lstm, texts, labels, param_name="epochs", param_range=[1, 4], cv=2)
    assert tested.shape == (2, 2)


def test_permuted_labels_score_worse(cnn, texts, labels):
    score, permuted, _ = permutation_test_score(
        cnn, texts, labels, cv=2, n_permutations=5, random_state=0
    )
    assert score > permuted.mean() + 0.2


def test_token_sequences_are_divided_as_texts_are(lstm, cnn, vectors, texts, labels):
    X = KerasTokenizer(max_tokens=8).fit_transform(texts)
    for estimator in (lstm, cnn):
        estimator.set_params(tokenizer=None)
        result = cross_validate(estimator, X, labels, cv=2, n_jobs=2, return_estimator=True)
        alone = cross_validate(estimator, X, labels, cv=2)
        assert_array_equal(result["test_score"], alone["test_score"])
        assert alone["test_score"].min() > 0.7
    train, test, y_train, y_test = train_test_split(X, labels, stratify=labels, random_state=0)
    assert (len(train), len(test)) == (30, 10)
    assert train.vocabulary == X.vocabulary
    assert lstm.fit(train, y_train).score(test, y_test) > 0.7
    search = GridSearchCV(cnn, {"epochs": [1, 6]}, cv=2, error_score="raise").fit(X, labels)
    assert search.predict_proba(X[:3]).shape == (3, 2)
    carried = GloveVectorizer(vectors, output="sequences").fit_transform(texts)
    assert cross_val_score(cnn, carried, labels, cv=2, error_score="raise").min() > 0.7


class TestRouting:
    @pytest.fixture(autouse=True)
    def _routing(self):
        with sklearn.config_context(enable_metadata_routing=True):
            yield

    def test_sample_weight_reaches_fit_through_a_pipeline(self, tokenizer, cnn, texts, labels):
        weights = np.where(np.array(labels) == "fine", 1.0, 1e-3)
        routed = make_pipeline(tokenizer, cnn.set_fit_request(sample_weight=True))
        routed.fit(texts, labels, sample_weight=weights)
        direct = clone(cnn).fit(
            clone(tokenizer).fit_transform(texts), labels, sample_weight=weights
        )
        expected = direct.predict_proba(routed[:-1].transform(texts))
        assert_array_equal(routed.predict_proba(texts), expected)
        plain = make_pipeline(clone(tokenizer), clone(cnn)).fit(texts, labels)
        assert abs(plain.predict_proba(texts) - expected).max() > 0.05

    def test_sample_weight_reaches_fit_through_a_search(self, cnn, texts, labels):
        weights = np.where(np.array(labels) == "fine", 1.0, 1e-3)
        cnn.set_fit_request(sample_weight=True).set_score_request(sample_weight=False)
        search = GridSearchCV(cnn, {"epochs": [6]}, cv=2, error_score="raise")
        search.fit(texts, labels, sample_weight=weights)
        expected = clone(cnn).fit(texts, labels, sample_weight=weights).predict_proba(texts)
        assert_array_equal(search.predict_proba(texts), expected)

    def test_what_nobody_asked_for_is_refused(self, cnn, texts, labels):
        with pytest.raises(
            ValueError, match=r"sample_weight.* are passed but are not explicitly set"
        ):
            GridSearchCV(cnn, {"epochs": [6]}, cv=2).fit(texts, labels, sample_weight=np.ones(40))

    def test_validation_documents_pass_through_the_steps_before(
        self, tokenizer, cnn, texts, labels
    ):
        cnn.set_params(tokenizer=None).set_fit_request(X_val=True, y_val=True)
        pipeline = make_pipeline(tokenizer, cnn, transform_input=["X_val"])
        pipeline.fit(texts[:30], labels[:30], X_val=texts[30:], y_val=labels[30:])
        history = pipeline[-1].history_["val_loss"]
        sequences = clone(tokenizer).fit(texts[:30])
        direct = clone(cnn).fit(
            sequences.transform(texts[:30]),
            labels[:30],
            X_val=sequences.transform(texts[30:]),
            y_val=labels[30:],
        )
        assert history == direct.history_["val_loss"]
        assert len(history) == 6
