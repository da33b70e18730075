"""A fitted model over tables of Dask's, Ray's and Spark's: the same labels, one load a worker."""

import shutil

import pytest

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def answers(run_script, models):
    return run_script("make_models.py", models)


@pytest.mark.parametrize(
    ("engine", "module", "names"),
    [
        ("dask", "dask.dataframe", ["pooled.skembed", "cnn.onnx"]),
        ("ray", "ray.data", ["pooled.skembed", "cnn.onnx"]),
        ("spark", "pyspark", ["pooled.skembed", "cnn.onnx"]),
    ],
)
def test_labels_and_loads(run_script, models, answers, engine, module, names):
    pytest.importorskip(module)
    if engine == "spark" and shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is no java")
    told = run_script("score.py", engine, *(models / name for name in names))
    for name in names:
        assert all(labels == answers[name] for labels in told[name]["labels"]), name
        assert told[name]["loads"] == told[name]["processes"] <= 2, name
        assert told[name]["threads"] == ["1"], name
    assert max(found["loads"] for found in told.values()) == 2
