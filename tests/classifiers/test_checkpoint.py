"""Checkpoints: a fit goes on where it was, and another fit's file is refused."""

import os
import re

import keras
import numpy as np
import pytest

from skembed import CNNTextClassifier, load, save
from skembed.classifiers import _checkpoint, _fit
from skembed.classifiers._checkpoint import Checkpoint
from skembed.data import stream


class Killed(BaseException):
    """Ends a fit as a kill does: nothing catches it."""


@pytest.fixture
def kill(monkeypatch):
    """Keep progress after each batch, and end the fit after the n-th time."""
    monkeypatch.setattr(_checkpoint, "LEAST_SECONDS", 0)
    monkeypatch.setattr(_checkpoint, "MOST_SHARE", np.inf)
    write = Checkpoint._write

    def fit_until(last, classifier, *arguments, **more):
        times = []

        def counted(self, progress):
            write(self, progress)
            times.append(1)
            if len(times) == last:
                raise Killed("now")

        with monkeypatch.context() as patch:
            patch.setattr(Checkpoint, "_write", counted)
            with pytest.raises(Killed, match="now"):
                classifier.fit(*arguments, **more)

    return fit_until


def without_seconds(history):
    return {name: values for name, values in history.items() if name != "seconds"}


def batches_of(texts, labels):
    return stream([(texts[i : i + 9], labels[i : i + 9]) for i in range(0, len(texts), 9)])


PARAMETERS = {
    "as they are": {},
    "early stopping": {"early_stopping": True, "patience": 1},
    "tuned": {"decision": "tuned"},
    "wide": {"wide": True},
    "released": {"trainable_embeddings": 1},
}


@pytest.mark.parametrize("network", ["lstm", "cnn"])
@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("streamed", [False, True], ids=["in memory", "streamed"])
@pytest.mark.parametrize(
    "moment", [1, 4, *[pytest.param(moment, marks=pytest.mark.slow) for moment in (3, 6)]]
)
def test_a_fit_goes_on(
    request,
    network,
    name,
    streamed,
    moment,
    texts,
    labels,
    vectors,
    kill,
    tmp_path,
    assert_same_fit,
):
    make, path = request.getfixturevalue(network), tmp_path / "fit.checkpoint"
    parameters = {"embeddings": vectors, **PARAMETERS[name]}
    data = (batches_of(texts, labels),) if streamed else (texts, labels)
    kill(moment, make(checkpoint=path, **parameters), *data)
    assert path.exists()
    went_on = make(checkpoint=path, **parameters).fit(*data)
    whole = make(**parameters).fit(*data)
    assert_same_fit(went_on, whole)
    assert without_seconds(went_on.history_) == without_seconds(whole.history_)
    np.testing.assert_array_equal(went_on.predict_proba(texts), whole.predict_proba(texts))
    np.testing.assert_array_equal(went_on.predict(texts), whole.predict(texts))
    assert list(tmp_path.iterdir()) == []


def test_it_goes_on_where_it_was(cnn, texts, labels, kill, tmp_path, monkeypatch):
    path = tmp_path / "fit.checkpoint"
    kill(2 * 4, cnn(checkpoint=path), texts, labels)  # three batches and their epoch, twice
    begun, inner = [], _fit.train

    def train(*arguments, progress, **more):
        begun.append((progress.state.n_epochs, progress.begun))
        return inner(*arguments, progress=progress, **more)

    monkeypatch.setattr(_fit, "train", train)
    classifier = cnn(checkpoint=path).fit(texts, labels)
    assert begun == [(2, None)]
    assert len(classifier.history_["seconds"]) == 3


def test_killed_again_and_again(lstm, texts, labels, kill, tmp_path, assert_same_fit):
    make = lambda: lstm(checkpoint=str(tmp_path / "fit.checkpoint"), epochs=4)  # noqa: E731
    for _ in range(5):
        kill(3, make(), texts, labels)
    assert_same_fit(make().fit(texts, labels), lstm(epochs=4).fit(texts, labels))


def test_a_fit_that_had_ended_but_for_its_file(cnn, texts, labels, kill, tmp_path, assert_same_fit):
    make = lambda: cnn(checkpoint=tmp_path / "x", early_stopping=True, epochs=2)  # noqa: E731
    kill(8, make(), texts, labels)
    assert_same_fit(make().fit(texts, labels), make().fit(texts, labels))


def test_within_an_epoch_it_is_written_by_the_clock(cnn, texts, labels, tmp_path, monkeypatch):
    written, write = [], _checkpoint.write_tensors
    monkeypatch.setattr(_checkpoint, "write_tensors", lambda *a: written.append(1) or write(*a))
    cnn(checkpoint=tmp_path / "x").fit(texts, labels)
    assert len(written) == 3  # epochs, for no batch took a minute


def test_a_warm_start_goes_on(cnn, texts, labels, kill, tmp_path, assert_same_fit):
    save(cnn(warm_start=True).fit(texts, labels), tmp_path / "model")
    whole = load(tmp_path / "model").fit(texts, labels)
    path = tmp_path / "fit.checkpoint"
    kill(5, load(tmp_path / "model").set_params(checkpoint=path), texts, labels)
    went_on = load(tmp_path / "model").set_params(checkpoint=path).fit(texts, labels)
    assert_same_fit(went_on, whole)
    assert without_seconds(went_on.history_) == without_seconds(whole.history_)
    kill(5, load(tmp_path / "model").set_params(checkpoint=path), texts, labels)
    with pytest.raises(ValueError, match=r"differs in: .*the fit it goes on from"):
        cnn(checkpoint=path).fit(texts, labels)


def test_partial_fit_keeps_none(cnn, texts, labels, tmp_path):
    cnn(checkpoint=tmp_path / "x").partial_fit(texts, labels, classes=["fine", "foul"])
    assert list(tmp_path.iterdir()) == []


OTHERS = {
    "learning_rate": {"learning_rate": 0.01},
    "epochs": {"epochs": 7},
    "filters": {"filters": 5},
    "random_state": {"random_state": 1},
    "optimizer": {"optimizer": "sgd"},
    "labels or weights": {"class_weight": {"fine": 2.0}},
    "documents, labels or weights, validation documents": {"early_stopping": True},
}


@pytest.mark.parametrize(("differ", "changes"), OTHERS.items(), ids=OTHERS)
def test_other_parameters_are_refused(cnn, texts, labels, kill, tmp_path, differ, changes):
    path = tmp_path / "fit.checkpoint"
    kill(2, cnn(checkpoint=path), texts, labels)
    before = path.read_bytes()
    names = ".*".join(map(re.escape, differ.split(", ")))
    with pytest.raises(ValueError, match=rf"{re.escape(str(path))} is of another fit.*: .*{names}"):
        cnn(checkpoint=path, **changes).fit(texts, labels)
    assert path.read_bytes() == before


def test_other_documents_are_refused(cnn, texts, labels, kill, tmp_path):
    path = tmp_path / "fit.checkpoint"
    kill(2, cnn(checkpoint=path), texts, labels)
    for others in (texts[:-1], [*texts[:-1], "sun sun sun"], texts[::-1]):
        with pytest.raises(ValueError, match=r"differs in: documents.*remove the file to start"):
            cnn(checkpoint=path).fit(others, labels[: len(others)])
    with pytest.raises(ValueError, match=r"differs in: labels or weights\. Fit with the same"):
        cnn(checkpoint=path).fit(texts, labels[::-1])
    with pytest.raises(ValueError, match=r"differs in: documents\. "):
        cnn(checkpoint=path).fit(batches_of(texts, labels))


def test_verbose_may_change(cnn, texts, labels, kill, tmp_path, capsys):
    path = tmp_path / "fit.checkpoint"
    kill(8, cnn(checkpoint=path), texts, labels)
    cnn(checkpoint=path, verbose=1).fit(texts, labels)
    lines = sorted(capsys.readouterr().out.splitlines())
    assert [line.partition(":")[0] for line in lines] == ["Epoch 3/3", "Linear model"]


@pytest.mark.parametrize("random_state", [None, np.random.RandomState(0)])
def test_random_numbers_must_be_the_same_again(cnn, texts, labels, no_training, random_state):
    with pytest.raises(ValueError, match=r"must draw the same random numbers.*Set it to an int"):
        cnn(checkpoint="x", random_state=random_state).fit(texts, labels)


def test_callbacks_of_keras_are_refused(cnn, texts, labels, no_training):
    with pytest.raises(ValueError, match=r"checkpoint cannot be used with callbacks of Keras"):
        cnn(checkpoint="x", callbacks=[keras.callbacks.Callback()]).fit(texts, labels)
    cnn(callbacks=[])


def test_paths_that_are_no_place_for_a_file(cnn, texts, labels, no_training, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"There is no folder .*nowhere for the checkpoint"):
        cnn(checkpoint=tmp_path / "nowhere" / "x").fit(texts, labels)
    with pytest.raises(
        IsADirectoryError, match=r"is a folder\. Give the name of a file for the checkpoint"
    ):
        cnn(checkpoint=tmp_path).fit(texts, labels)


def test_the_home_folder(cnn, texts, labels, no_training, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # of Windows
    with pytest.raises(FileNotFoundError, match=f"^There is no folder {tmp_path}/nowhere for the"):
        cnn(checkpoint="~/nowhere/x").fit(texts, labels)


def test_a_fit_that_cannot_go_on_leaves_no_file(cnn, texts, labels, tmp_path):
    classifier = cnn(checkpoint=tmp_path / "x", learning_rate=1e20, optimizer="sgd", epochs=20)
    with pytest.raises(FloatingPointError, match="Lower learning_rate"):
        classifier.fit(texts, labels)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_checkpoint_is_refused(cnn, texts, labels, kill, tmp_path):
    path = tmp_path / "x"
    contents = [b"", b"short", os.urandom(1000), b"\xff" * 8 + b"{}" * 50]
    kill(2, cnn(checkpoint=path), texts, labels)
    whole = path.read_bytes()
    contents += [whole[: len(whole) // 2], whole[:-1]]
    for place in range(8, len(whole), len(whole) // 40):
        contents.append(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    for content in contents:
        path.write_bytes(content)
        with pytest.raises(ValueError, match=rf"{re.escape(str(path))} is not a checkpoint of"):
            cnn(checkpoint=path).fit(texts, labels)
    cnn().fit(texts, labels)
    save(CNNTextClassifier(), path)
    with pytest.raises(ValueError, match=rf"{re.escape(str(path))} is not a checkpoint of"):
        cnn(checkpoint=path).fit(texts, labels)


def test_a_full_disk_keeps_the_earlier_one(cnn, texts, labels, kill, tmp_path, monkeypatch):
    path = tmp_path / "fit.checkpoint"
    kill(4, cnn(checkpoint=path), texts, labels)
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("safetensors.numpy.save_file", full)
        with pytest.raises(
            OSError, match=r"No room for the checkpoint fit\.checkpoint in .*or set"
        ):
            cnn(checkpoint=path).fit(texts, labels)
    assert path.read_bytes() == before
    cnn(checkpoint=path).fit(texts, labels)
