"""Fits from streams: what they learn is what fits in memory learn."""

import gc
import io
import tempfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator, TransformerMixin

from skembed import KerasTokenizer, explain, load, save
from skembed.classifiers import fitted_model
from skembed.data import stream


def batches_of(texts, labels, size=7):
    return stream([(texts[i : i + size], labels[i : i + size]) for i in range(0, len(texts), size)])


class OtherTokenizer(TransformerMixin, BaseEstimator):
    """Counts and encodes as ours does, but is not ours: only its methods are used."""

    def fit(self, X, y=None):
        self.inner_ = KerasTokenizer().fit(X)
        return self

    def partial_fit(self, X, y=None):
        self.inner_ = getattr(self, "inner_", KerasTokenizer()).partial_fit(X)
        return self

    def transform(self, X):
        return self.inner_.transform(X)

    @property
    def vocabulary_(self):
        return self.inner_.vocabulary_


def without_seconds(history):
    return {name: values for name, values in history.items() if name != "seconds"}


@pytest.fixture
def assert_same(assert_same_fit):
    def check(streamed, in_memory, texts):
        assert_same_fit(streamed, in_memory)
        assert without_seconds(streamed.history_) == without_seconds(in_memory.history_)
        assert_array_equal(streamed.classes_, in_memory.classes_)
        assert streamed.classes_.dtype == in_memory.classes_.dtype
        assert streamed.tokenizer_.vocabulary_ == in_memory.tokenizer_.vocabulary_
        assert streamed.best_epoch_ == in_memory.best_epoch_
        assert_array_equal(streamed.predict_proba(texts), in_memory.predict_proba(texts))

    return check


PARAMETERS = {
    "as they are": {},
    "early stopping": {"early_stopping": True, "validation_fraction": 0.3},
    "class weights": {"class_weight": "balanced"},
    "tuned": {"decision": "tuned", "validation_fraction": 0.3},
    "a tokenizer": {"tokenizer": KerasTokenizer(max_tokens=9, max_length=3, min_df=2)},
    "padded": {"tokenizer": KerasTokenizer(max_length=5, output="padded")},
    "characters": {"tokenizer": KerasTokenizer(char_level=True)},
    "another tokenizer": {
        "tokenizer": OtherTokenizer(),
        "early_stopping": True,
        "validation_fraction": 0.3,
    },
    "released": {"trainable_embeddings": 1},
    "wide": {"wide": True},
    "wide and tuned": {"wide": True, "decision": "tuned", "validation_fraction": 0.3},
}


@pytest.mark.parametrize("network", ["lstm", "cnn"])
@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("with_vectors", [False, True], ids=["learned", "vectors"])
def test_a_stream_teaches_what_its_documents_do(
    request, network, name, with_vectors, texts, labels, vectors, assert_same
):
    if with_vectors and name == "characters":
        pytest.skip("no character has a vector")
    parameters = {"embeddings": vectors if with_vectors else None} | PARAMETERS[name]
    make = request.getfixturevalue(network)
    streamed = make(**parameters).fit(batches_of(texts, labels))
    in_memory = make(**parameters).fit(texts, labels)
    assert_same(streamed, in_memory, texts)
    assert_array_equal(streamed.predict(texts), in_memory.predict(texts))
    if with_vectors:
        assert streamed.coverage_.token_share == in_memory.coverage_.token_share
        assert streamed.coverage_.missing == in_memory.coverage_.missing
        assert streamed.coverage_.truncated_share == in_memory.coverage_.truncated_share
        assert streamed.coverage_ == in_memory.coverage_


def test_from_a_file(cnn, texts, labels, assert_same, tmp_path):
    table = pa.table({"text": texts, "weather": labels})
    pyarrow.parquet.write_table(table, tmp_path / "x.parquet")
    batches = stream(tmp_path, text="text", label="weather", batch_size=9)
    assert_same(cnn().fit(batches), cnn().fit(texts, labels), texts)


@pytest.mark.parametrize(
    "y",
    [
        np.arange(40) % 3 - 1,
        (np.arange(40) % 3).astype(float),
        np.array(["b", "ccc", "a", "dd"] * 10),
        np.arange(40) % 2 == 0,
        np.repeat(np.arange(25), 2)[:40],
    ],
    ids=["ints", "floats", "strings", "bools", "many"],
)
def test_labels_of_any_kind(y, cnn, texts, assert_same):
    assert_same(cnn().fit(batches_of(texts, y, 3)), cnn().fit(texts, y), texts)


def test_several_labels(cnn, texts, indicators, assert_same):
    make = lambda: cnn(early_stopping=True, class_weight="balanced")  # noqa: E731
    in_memory = make().fit(texts, indicators)
    assert_same(make().fit(batches_of(texts, indicators)), in_memory, texts)
    table = pa.table({"text": texts, "y": indicators.tolist()})
    assert_same(make().fit(stream(table, text="text", label="y")), in_memory, texts)


def test_validation_documents(cnn, texts, labels, assert_same):
    a, b = (texts[:30], labels[:30]), (texts[30:], labels[30:])
    in_memory = cnn(early_stopping=True).fit(*a, X_val=b[0], y_val=b[1])
    for validation in ({"X_val": b[0], "y_val": b[1]}, {"X_val": batches_of(*b, 4)}):
        streamed = cnn(early_stopping=True).fit(batches_of(*a), **validation)
        assert_same(streamed, in_memory, texts)


def test_documents_have_weights(cnn, texts, labels, assert_same):
    weights = np.random.default_rng(0).random(len(texts)) + 0.5
    make = lambda: cnn(early_stopping=True, class_weight="balanced", wide=True)  # noqa: E731
    streamed = make().fit(batches_of(texts, labels), sample_weight=weights)
    assert_same(streamed, make().fit(texts, labels, sample_weight=weights), texts)


def test_a_wide_network_reads_ids_block_by_block(cnn, texts, labels, spool_sizes):
    in_memory = cnn(wide=True).fit(texts, labels)
    spool_sizes(block=30, buffer=60)
    streamed = cnn(wide=True).fit(batches_of(texts, labels))
    assert_array_equal(
        streamed.bag_of_words(texts).toarray(), in_memory.bag_of_words(texts).toarray()
    )
    for name in ("coef", "intercept", "temperature"):
        ours, theirs = (
            getattr(fitted_model(each, "the test").linear, name) for each in (streamed, in_memory)
        )
        assert_array_equal(ours, theirs, err_msg=name)


def test_documents_set_aside_have_no_part_in_the_vocabulary(cnn, labels):
    texts = [f"word{i} sun" for i in range(40)]
    classifier = cnn(early_stopping=True, validation_fraction=0.25).fit(batches_of(texts, labels))
    assert len(classifier.tokenizer_.vocabulary_) == 31
    assert classifier.tokenizer_.n_documents_ == 30


def test_going_on(cnn, texts, labels, assert_same):
    streamed, in_memory = (cnn(warm_start=True, epochs=2) for _ in range(2))
    streamed.fit(batches_of(texts, labels)).fit(batches_of(texts[:20], labels[:20]))
    in_memory.fit(texts, labels).fit(texts[:20], labels[:20])
    assert_same(streamed, in_memory, texts)
    for each in (streamed, in_memory):
        each.partial_fit(texts[20:], labels[20:])
    assert_same(streamed, in_memory, texts)


def test_what_was_fitted_is_saved_and_explained(cnn, texts, labels, tmp_path):
    classifier = cnn().fit(batches_of(texts, labels))
    save(classifier, tmp_path / "model")
    again = load(tmp_path / "model")
    assert_array_equal(again.predict_proba(texts), classifier.predict_proba(texts))
    assert explain(again, texts[0]).tokens
    assert classifier.tokenizer_._counts is None  # what only partial_fit needs is not kept


def test_in_many_buffers_it_learns_as_well(cnn, spool_sizes):
    rng = np.random.default_rng(0)
    y = np.sort(rng.integers(0, 2, 600))  # as bad an order as can be
    common = rng.choice(["and", "the", "of", "on"], (600, 5))
    texts = [f"{' '.join(c)} {('sun', 'rain')[k]}" for c, k in zip(common, y, strict=True)]
    spool_sizes(block=30, buffer=600)
    parameters = dict(epochs=3, learning_rate=0.01, early_stopping=True, decision="tuned")
    classifier = cnn(**parameters).fit(batches_of(texts, y, 50))
    assert classifier.score(texts, y) == 1
    assert classifier.history_["val_accuracy"][-1] == 1


def test_no_file_is_left(cnn, texts, labels, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kept, make = [], tempfile.TemporaryFile
    monkeypatch.setattr(
        tempfile, "TemporaryFile", lambda **how: kept.append(make(**how)) or kept[-1]
    )
    cnn().fit(batches_of(texts, labels))
    with pytest.raises(FloatingPointError, match="Lower learning_rate"):
        cnn(learning_rate=1e30, optimizer="sgd").fit(batches_of(texts, labels))
    assert len(kept) == 6
    assert all(file.closed for file in kept)
    assert list(tmp_path.iterdir()) == []
    gc.collect()


class FullDisk(io.BytesIO):
    """A file of which nothing can be written."""

    def write(self, content):
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("number", [0, 1, 2], ids=["tokens", "ids", "ids set aside"])
def test_a_full_disk_is_told(cnn, texts, labels, monkeypatch, number):
    made, make = [], tempfile.TemporaryFile

    def make_one(**how):
        made.append(FullDisk() if len(made) == number else make(**how))
        return made[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", make_one)
    with pytest.raises(OSError, match=r"No room for the documents' ids in .*set TMPDIR to another"):
        cnn(early_stopping=True).fit(batches_of(texts, labels))


class Changing:
    """Batches that are fewer, or more, from the n-th time on."""

    def __init__(self, texts, labels, time, change):
        self.batches = [(texts, labels)] * 4
        self.time, self.change, self.now = time, change, 0

    def __iter__(self):
        self.now += 1
        return iter(self.batches * 2 if self.change > 0 and self.now >= self.time else
                    self.batches[: 3 if self.now >= self.time else 4])  # fmt: skip


@pytest.mark.parametrize(("time", "tokenizer"), [(2, None), (3, OtherTokenizer())])
@pytest.mark.parametrize(("change", "then"), [(1, 32), (-1, 12)])
def test_a_changing_source_is_noticed(cnn, no_training, time, tokenizer, change, then):
    source = Changing(["sun", "rain", "sea", "hail"], [0, 1, 0, 1], time, change)
    with pytest.raises(ValueError, match=f"gave 16 documents at first and {then} when it was read"):
        cnn(tokenizer=tokenizer).fit(stream(source))
    assert source.now == time


class DerivedTokenizer(KerasTokenizer):
    """Might have a `transform` of its own."""


@pytest.mark.parametrize(
    ("tokenizer", "times"), [(None, 2), (OtherTokenizer(), 3), (DerivedTokenizer(), 3)]
)
def test_texts_are_cut_by_our_own_tokenizer_once(cnn, tokenizer, times):
    source = Changing(["sun", "rain", "sea", "hail"], [0, 1, 0, 1], time=9, change=0)
    cnn(tokenizer=tokenizer).fit(stream(source))
    assert source.now == times


class Cutter(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return np.ones((len(X), 2), int)


@pytest.mark.parametrize(
    ("parameters", "arguments", "error", "message"),
    [
        ({}, {"y": [0, 1]}, ValueError, "y must be None where X is a Stream"),
        ({}, {"sample_weight": [1, 1]}, ValueError, r"weight.shape == \(2,\), expected \(8,\)!"),
        ({"tokenizer": Cutter()}, {}, TypeError, "must have partial_fit, as .*; got Cutter"),
        ({"tokenizer": KerasTokenizer(max_length=0.9)}, {}, ValueError, "has max_length=0.9 and"),
        ({"tokenizer": KerasTokenizer(output="padded")}, {}, ValueError, "max_length=None and"),
        ({}, {"X_val": stream([]), "y_val": [1]}, ValueError, "y_val must be None where X_val is"),
        ({}, {"X_val": ["sun"]}, ValueError, "X_val and y_val must be given together"),
        ({}, {"X_val": stream([])}, ValueError, "X_val is a Stream that gives no documents"),
        ({}, {"X_val": stream([(["sun"], [5])])}, ValueError, "X_val's labels holds labels that"),
    ],
)  # fmt: skip
def test_what_does_not_go_with_a_stream(cnn, no_training, parameters, arguments, error, message):
    with pytest.raises(error, match=message):
        cnn(**parameters).fit(stream([(["sun", "rain"], [0, 1])] * 4), **arguments)


@pytest.mark.parametrize(
    ("batches", "message"),
    [
        ([], "X is a Stream that gives no documents; at least one is needed"),
        ([(["sun"], [1]), (["sea"], [None])], r"X's labels in batch 1 contains NaN"),
        ([(["sun"], ["a"]), (["sea"], ["a"])], "y must hold at least two classes to tell apart"),
        ([(["sun"], [0.5]), (["sea"], [1.5])], "Unknown label type: continuous"),
        ([(["sun"], [1]), (["sea"], [[1, 0]])], "whose labels have 1 and 2 columns; each batch"),
    ],
)
def test_labels_that_are_none(cnn, no_training, batches, message):
    with pytest.raises(ValueError, match=message):
        cnn().fit(stream(batches))


def test_a_stream_cannot_validate_documents_in_memory(cnn, texts, labels):
    with pytest.raises(TypeError, match="X_val can be a Stream only if X is one"):
        cnn().fit(texts, labels, X_val=batches_of(texts, labels))
