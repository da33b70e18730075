"""MLflow keeps a classifier, reads it again, and records the fits of pipelines."""

import pytest
from numpy.testing import assert_array_equal

pytestmark = [
    pytest.mark.companions,
    pytest.mark.filterwarnings("ignore", "error:::skembed"),  # theirs are not ours to mend
]


@pytest.fixture
def names(run, folder, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db")
    return run("MLflow")


def test_the_page(names):
    texts, expected = names["texts"], names["classifier"].predict_proba(names["texts"])
    assert_array_equal(names["again"].predict_proba(texts), expected)
    for X in (texts, names["table"][["report"]]):
        assert [*names["served"].predict(X)] == names["weather"]
    recorded = names["recorded"]
    assert recorded.params["cnntextclassifier__filters"] == "8"
    assert 0.5 < recorded.metrics["training_accuracy_score"] <= 1
    runs = names["mlflow"].search_runs()
    assert len(runs) == 2  # the one of log_model, and the one of the pipeline


def test_types_that_are_not_trusted_are_refused(names):
    with pytest.raises(names["mlflow"].MlflowException, match="skops_trusted_types"):
        names["mlflow"].sklearn.log_model(names["classifier"], name="refused")
