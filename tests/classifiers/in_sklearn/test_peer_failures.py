"""Where wrappers of other packages break under scikit-learn: what must hold here."""

import json
import pickle

import numpy as np
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin, clone, is_classifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold, check_cv
from sklearn.pipeline import make_pipeline
from sklearn.utils import get_tags

from skembed import (
    CNNTextClassifier,
    FastTextVectorizer,
    GloveVectorizer,
    KerasTokenizer,
    LSTMTextClassifier,
    Word2VecVectorizer,
    WordVectors,
)

CLASSIFIERS = [LSTMTextClassifier, CNNTextClassifier]
TRANSFORMERS = [KerasTokenizer, GloveVectorizer, Word2VecVectorizer, FastTextVectorizer]


@pytest.fixture(params=["lstm", "cnn"])
def classifier(request):
    """Return each classifier, tiny."""
    return request.getfixturevalue(request.param)


# Wrappers around a Keras model -------------------------------------------------------------------


def test_predict_proba_has_a_column_for_each_class_and_rows_sum_to_one(classifier, texts, labels):
    assert hasattr(classifier, "predict_proba")
    probabilities = classifier.fit(texts, labels).predict_proba(texts)
    assert probabilities.shape == (40, 2)
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)
    assert ((probabilities >= 0) & (probabilities <= 1)).all()


def test_nothing_is_called_a_decision_function_that_is_none(classifier):
    assert not hasattr(classifier, "decision_function")


def test_fit_changes_no_constructor_parameter(classifier, texts, labels):
    before = classifier.get_params()
    with pytest.raises(TypeError, match="unexpected keyword argument 'epochs'"):
        classifier.fit(texts, labels, epochs=7)
    classifier.fit(texts, labels)
    assert classifier.get_params() == before


@pytest.mark.parametrize("cls", CLASSIFIERS)
def test_everything_about_training_can_be_searched_by_name(cls):
    names = {"epochs", "batch_size", "optimizer", "learning_rate", "loss", "patience", "callbacks"}
    assert names <= set(cls().get_params())
    assert cls().set_params(tokenizer=KerasTokenizer(), tokenizer__max_length=3, epochs=2)


def test_history_is_a_plain_dict_of_lists(classifier, texts, labels):
    fitted = classifier.fit(texts, labels)
    assert type(fitted.history_) is dict
    assert {type(values) for values in fitted.history_.values()} == {list}
    assert json.loads(json.dumps(fitted.history_)) == fitted.history_
    assert fitted.n_iter_ == fitted.best_epoch_ == len(fitted.history_["loss"]) == 6


def test_a_fit_request_is_one_of_fit_and_reaches_it(classifier, texts, labels):
    weights = np.where(np.array(labels) == "fine", 1.0, 1e-6)
    with sklearn.config_context(enable_metadata_routing=True):
        classifier.set_fit_request(sample_weight=True)
        requests = classifier.get_metadata_routing()
        assert requests.fit.requests["sample_weight"] is True
        assert requests.score.requests["sample_weight"] is None
        routed = make_pipeline(classifier).fit(texts, labels, sample_weight=weights)
    direct = clone(classifier).fit(texts, labels, sample_weight=weights)
    assert_array_equal(routed.predict_proba(texts), direct.predict_proba(texts))
    assert (routed.predict(texts) == "fine").all()


@pytest.mark.parametrize("cls", CLASSIFIERS)
def test_classifiers_are_classifiers_and_folds_are_stratified(cls):
    assert is_classifier(cls())
    assert get_tags(cls()).estimator_type == "classifier"
    assert cls.__mro__.index(ClassifierMixin) < cls.__mro__.index(BaseEstimator)
    folds = check_cv(5, ["a", "b"] * 5, classifier=is_classifier(cls()))
    assert isinstance(folds, StratifiedKFold)


# Vectorizers of texts ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many_vectors():
    """Return 20,000 vectors of 25 components in memory, two megabytes."""
    rng = np.random.default_rng(0)
    words = ["sun", "sea", "sand", "rain", "wind", "hail"] + [f"w{i}" for i in range(19_994)]
    return WordVectors(words, rng.standard_normal((20_000, 25)))


@pytest.fixture(scope="module")
def vectors_file(many_vectors, tmp_path_factory):
    """Return the same vectors as a GloVe text file, with four digits."""
    path = tmp_path_factory.mktemp("vectors") / "many.txt"
    rows = zip(many_vectors.words, many_vectors.matrix.round(4).tolist(), strict=True)
    path.write_text("".join(f"{word} {' '.join(map(str, row))}\n" for word, row in rows))
    return path


@pytest.fixture
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SKEMBED_CACHE", str(tmp_path / "cache"))


def test_clones_share_the_vectors(many_vectors):
    pipeline = make_pipeline(GloveVectorizer(many_vectors), LogisticRegression())
    for estimator in (
        GloveVectorizer(many_vectors),
        CNNTextClassifier(embeddings=many_vectors),
        LSTMTextClassifier(embeddings=many_vectors),
        pipeline[0],
        clone(pipeline)[0],
    ):
        shared = clone(estimator).embeddings
        assert shared is many_vectors
        assert np.shares_memory(shared.matrix, many_vectors.matrix)


@pytest.mark.usefixtures("_cache")
@pytest.mark.parametrize("give", [str, WordVectors.load], ids=["path", "vectors"])
def test_a_fitted_pickle_holds_only_the_rows_in_use(vectors_file, cnn, texts, labels, give):
    embeddings = give(vectors_file)
    tokenizer_and_six_rows = 100_000  # of the two million bytes that all vectors take
    for estimator in (GloveVectorizer(embeddings), cnn.set_params(embeddings=embeddings)):
        unfitted, fitted = pickle.dumps(estimator), pickle.dumps(estimator.fit(texts, labels))
        assert len(unfitted) < 10_000
        assert len(fitted) < tokenizer_and_six_rows
        assert estimator.get_params()["embeddings"] is embeddings


@pytest.mark.usefixtures("_cache")
def test_a_fitted_classifier_needs_the_vectors_no_more(vectors_file, cnn, texts, labels, tmp_path):
    moving = tmp_path / "moving.txt"
    moving.write_bytes(vectors_file.read_bytes())
    cnn.set_params(embeddings=str(moving)).fit(texts, labels)
    expected, stored = cnn.predict_proba(texts), pickle.dumps(cnn)
    moving.unlink()
    assert_array_equal(pickle.loads(stored).predict_proba(texts), expected)


# Small predictions -------------------------------------------------------------------------------


@pytest.mark.tensorflow
def test_predicting_document_after_document_traces_once(classifier, texts, labels, traces):
    # A learning rate makes no other graph, a width does: this one is traced in this test.
    classifier.set_params(embedding_dim=5).fit(texts, labels)
    for n_words in range(1, 60, 3):
        assert classifier.predict(["sun " * n_words]).shape == (1,)
    classifier.predict(texts)
    assert traces == {"_train_step": 1, "_predict_step": 1}


@pytest.mark.tensorflow
def test_folds_and_candidates_share_one_traced_graph(classifier, texts, labels, traces):
    classifier.set_params(embedding_dim=6)
    grid = {
        "learning_rate": [0.01, 0.1],
        "epochs": [1, 2],
        "batch_size": [8, 16],
        "dense_dropout": [0.0, 0.5],
    }
    GridSearchCV(classifier, grid, cv=2, error_score="raise").fit(texts, labels)
    assert traces == {"_train_step": 1, "_predict_step": 1}


# Files of vectors --------------------------------------------------------------------------------
