"""scikit-learn's own callbacks see the epochs."""

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skembed import KerasTokenizer

callback = pytest.importorskip("sklearn.callback", reason="scikit-learn before 1.9 has none")
ProgressBar, ScoringMonitor = callback.ProgressBar, callback.ScoringMonitor


class Watcher:
    """Writes down the epochs, and stops after some."""

    def __init__(self, stop_after=99):
        self.stop_after = stop_after
        self.events = []
        self.epochs = 0

    def setup(self, estimator, context):
        self.events.append(("setup", context.task_name, context.max_subtasks))

    def teardown(self, estimator, context):
        self.events.append(("teardown", context.task_name))

    def on_fit_task_begin(self, estimator, context):
        self.events.append(("begin", context.task_name, context.task_id))

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, fitted_estimator=None):
        self.events.append(("end", context.task_name, context.task_id))
        if context.task_name == "epoch":
            self.epochs += 1
            proba = fitted_estimator.predict_proba(X)
            assert fitted_estimator is not estimator
            self.events.append((proba, fitted_estimator.n_iter_, fitted_estimator.score(X, y)))
        return self.epochs >= self.stop_after


class Predictions:
    """Keeps what the classifier of each epoch predicts."""

    def __init__(self):
        self.predicted = []

    def setup(self, estimator, context):
        pass

    teardown = on_fit_task_begin = setup

    def on_fit_task_end(self, estimator, context, *, X=None, fitted_estimator=None):
        if context.task_name == "epoch":
            self.predicted.append(fitted_estimator.predict(X))


def test_epochs_are_tasks(cnn, texts, labels):
    watcher = Watcher()
    classifier = cnn(epochs=2).set_callbacks(watcher).fit(texts, labels)
    names = [event[:3] for event in watcher.events if isinstance(event[0], str)]
    assert names == [
        ("setup", "fit", 2),
        ("begin", "fit", 0),
        ("begin", "epoch", 0),
        ("end", "epoch", 0),
        ("begin", "epoch", 1),
        ("end", "epoch", 1),
        ("end", "fit", 0),
        ("teardown", "fit"),
    ]
    figures = [event for event in watcher.events if not isinstance(event[0], str)]
    assert [n_iter for _, n_iter, _ in figures] == [1, 2]
    for epochs, (proba, _, score) in enumerate(figures, 1):
        expected = cnn(epochs=epochs).fit(texts, labels)
        np.testing.assert_array_equal(proba, expected.predict_proba(texts))
        assert score == expected.score(texts, labels)
    assert classifier.n_iter_ == 2


def test_watching_changes_nothing(cnn, texts, labels, fitted, assert_same_fit):
    assert_same_fit(cnn().set_callbacks(Watcher()).fit(texts, labels), fitted)


def test_a_callback_may_stop(cnn, texts, labels):
    watcher = Watcher(stop_after=2)
    assert cnn(epochs=9).set_callbacks(watcher).fit(texts, labels).n_iter_ == 2


def test_a_failing_fit_is_torn_down(cnn, texts, labels):
    watcher = Watcher()
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        cnn().set_callbacks(watcher).fit(texts, labels[:-1])
    assert watcher.events[-1] == ("teardown", "fit")


def test_scoring_monitor(cnn, texts, labels):
    monitor = ScoringMonitor(scoring=["accuracy", "roc_auc"])
    classifier = cnn(epochs=3, learning_rate=0.03).set_callbacks(monitor).fit(texts, labels)
    epochs = [row for row in monitor.get_logs().data if row["task_name"] == "epoch"]
    assert [row["task_id"] for row in epochs] == [0, 1, 2]
    assert all(0 <= row["roc_auc"] <= 1 for row in epochs)
    assert epochs[-1]["accuracy"] == classifier.score(texts, labels)


def test_scoring_monitor_weighs_documents(cnn, texts, labels):
    weight = np.where(np.arange(40) < 20, 0.0, 5.0)
    monitor = ScoringMonitor(scoring="accuracy")
    classifier = cnn(epochs=3, learning_rate=0.03).set_callbacks(monitor)
    classifier.fit(texts, labels, sample_weight=weight)
    logged = [row["accuracy"] for row in monitor.get_logs().data]
    fitted = [cnn(epochs=n, learning_rate=0.03) for n in (1, 2, 3)]
    scores = [
        each.fit(texts, labels, sample_weight=weight).score(texts, labels, sample_weight=weight)
        for each in fitted
    ]
    assert logged == [scores[-1], *scores]  # of the fit, then of each epoch
    assert logged[0] != classifier.score(texts, labels)
    regression = make_pipeline(CountVectorizer(), LogisticRegression(max_iter=1))
    other = ScoringMonitor(scoring="accuracy")
    regression[-1].set_callbacks(other)
    with pytest.warns(ConvergenceWarning):
        regression.fit(texts, labels, logisticregression__sample_weight=weight)
    expected = regression.score(texts, labels, sample_weight=weight)
    assert other.get_logs().data[0]["accuracy"] == expected


@pytest.mark.parametrize(
    "parameters",
    [{"wide": True}, {"decision": "tuned"}, {"wide": True, "decision": "tuned"}],
    ids=["wide", "tuned", "both"],
)
@pytest.mark.parametrize("multilabel", [False, True], ids=["classes", "labels"])
def test_an_epoch_is_a_whole_classifier(cnn, texts, labels, indicators, parameters, multilabel):
    y = indicators if multilabel else ["rare", *labels[1:30], "rare", *labels[31:]]
    watcher = Predictions()
    cnn(**parameters).set_callbacks(watcher).fit(texts, y)
    assert len(watcher.predicted) == 3
    for n_epochs, predicted in enumerate(watcher.predicted, 1):
        expected = cnn(**parameters, epochs=n_epochs).fit(texts, y)
        np.testing.assert_array_equal(predicted, expected.predict(texts))


def test_progress_bar_shows_epochs_in_a_grid_search(cnn, texts, labels, capsys):
    search = GridSearchCV(cnn(epochs=2), {"learning_rate": [0.01, 0.02]}, cv=2)
    search.set_callbacks(ProgressBar(max_propagation_depth=None)).fit(texts, labels)
    out = capsys.readouterr().out
    assert "CNNTextClassifier - fit" in out
    assert "2/2" in out or "100%" in out


def test_a_bar_ends_complete_when_training_stops_early(cnn, texts, labels, capsys):
    classifier = cnn(epochs=50, early_stopping=True, patience=1, learning_rate=0.5)
    assert classifier.set_callbacks(ProgressBar()).fit(texts, labels).n_iter_ < 50
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("CNNTextClassifier - fit")
    assert "100%" in line


def test_progress_bar_of_a_pipeline_warns_of_no_tokenizer(cnn, texts, labels, capsys):
    pipeline = make_pipeline(KerasTokenizer(), cnn()).set_callbacks(ProgressBar())
    pipeline.fit(texts, labels)
    whole, tokenizer, classifier = capsys.readouterr().out.splitlines()
    assert whole.startswith("Pipeline - fit")
    assert "KerasTokenizer - fit" in tokenizer
    assert "CNNTextClassifier - fit" in classifier
    assert whole.count("100%") == tokenizer.count("100%") == classifier.count("100%") == 1


def test_partial_fit_leaves_the_callbacks_in_peace(cnn, texts, labels):
    watcher = Watcher()
    cnn().set_callbacks(watcher).partial_fit(texts, labels, classes=["fine", "foul"])
    assert watcher.events == []
