"""What takes the place of what older versions of our dependencies lack."""

import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import sklearn

import skembed._compat as compat
from skembed.text import recognise

TEXTS = ["sun and sea", "rain and wind"]


def needs(what):
    return (
        f"{what} needs scikit-learn 1.9 or newer, but {sklearn.__version__} is installed: pip "
        'install "scikit-learn>=1.9".'
    )


def test_a_stand_in_refuses_callbacks_and_takes_none_off():
    estimator = compat.NoCallbacks()
    with pytest.raises(ImportError, match=f"^{re.escape(needs('set_callbacks'))}$"):
        estimator.set_callbacks(object())
    assert estimator.set_callbacks() is estimator


def test_nobody_is_told_of_a_fit_and_nobody_stops_it():
    context = compat.NoCallbacks()._init_callback_context(max_subtasks=3)
    context.call_on_fit_task_begin(estimator=None, X=TEXTS)
    task = context.subcontext(task_name="epoch")
    task.call_on_fit_task_begin(estimator=None)
    assert task.call_on_fit_task_end(estimator=None) is False


@pytest.mark.process
def test_without_callbacks_a_classifier_trains_and_refuses_them():
    code = f"""
import sys
import sklearn.model_selection, sklearn.pipeline, sklearn.svm
sys.modules["sklearn.callback"] = None  # it cannot be imported
from skembed import CNNTextClassifier, KerasTokenizer
classifier = CNNTextClassifier(embedding_dim=2, filters=2, kernel_sizes=(1,), epochs=1)
sequences = KerasTokenizer().fit_transform({TEXTS!r})
print(classifier.fit(sequences, [0, 1]).predict(sequences).shape)
refusals = [classifier.set_callbacks, KerasTokenizer().set_callbacks]
for refuse in refusals:
    try:
        refuse("a bar")
    except ImportError as error:
        print(error)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "(2,)", needs("set_callbacks"), needs("set_callbacks")
    ], done.stderr  # fmt: skip


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match=r"^module 'skembed\._compat' has no attribute 'Bar'$"):
        _ = compat.Bar


@pytest.mark.filterwarnings("ignore:NumPy .* picks wrong rows:UserWarning")
def test_an_array_of_strings_becomes_a_list_at_the_door():
    array = np.array(TEXTS, dtype=np.dtypes.StringDType())
    for X in (array, array[:, None]):
        values = recognise(X).values
        assert type(values) is list
        assert values == TEXTS
        assert {type(text) for text in values} == {str}


@pytest.mark.parametrize("version", ["2.0.0", "2.2.6", "2.3.4"])
def test_an_array_of_strings_that_may_hold_other_texts_is_said(monkeypatch, version):
    monkeypatch.setattr(np, "__version__", version)
    message = (
        f"NumPy {version} picks wrong rows of an array of StringDType, as X_val is. If it was "
        "split, as train_test_split and cross-validation do, its texts are wrong: split a list of "
        "the texts (array.tolist()) instead, or update NumPy to 2.3.5 or newer."
    )
    with pytest.warns(UserWarning, match=f"^{re.escape(message)}$") as caught:
        samples = recognise(np.array(TEXTS, dtype=np.dtypes.StringDType()), name="X_val")
    assert caught[0].filename == __file__
    assert samples.values == TEXTS


@pytest.mark.parametrize("version", ["2.3.5", "2.4.0"])
def test_an_array_of_strings_is_right_since_numpy_2_3_5(monkeypatch, version):
    monkeypatch.setattr(np, "__version__", version)
    assert recognise(np.array(TEXTS, dtype=np.dtypes.StringDType())).values == TEXTS
    assert recognise(np.array(TEXTS)).values == TEXTS


def test_variables_of_one_name_are_told_apart_by_their_weights():
    paths = ["adagrad/iteration", "variable", "variable", "adagrad/sum", "adagrad/sum"]
    assert compat.told_apart(paths, ["a/kernel", "a/bias"]) == [
        "adagrad/iteration", "variable", "variable", "adagrad/a_kernel_sum", "adagrad/a_bias_sum",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("version", "called"),
    [("3.8.0", ["clear", 7]), ("3.12.9", ["clear", 7]), ("3.13.0", [7]), ("3.15.1", [7])],
)
def test_keras_is_seeded_anew(version, called):
    calls = []
    utils = SimpleNamespace(
        clear_session=lambda free_memory: calls.append("clear"), set_random_seed=calls.append
    )
    compat.seed_keras(SimpleNamespace(__version__=version, utils=utils), 7)
    assert calls == called


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("Error while serializing: IoError(Os { code: 28, kind: StorageFull })", 28),
        ("Error while serializing: I/O error: File too large (os error 27)", 27),
        ("Error while deserializing header: HeaderTooLarge", None),
    ],
)
def test_the_number_of_a_systems_error(message, number):
    assert compat.system_error(message) == number
