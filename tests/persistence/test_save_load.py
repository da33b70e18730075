"""What is loaded is what was saved."""

import io
import json
import os
import re
import subprocess
import sys
from copy import deepcopy
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import skops.io
from numpy.testing import assert_array_equal
from safetensors import safe_open
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import skembed
from skembed import CNNTextClassifier, GloveVectorizer, KerasTokenizer, WordVectors, load, save

VECTORS = WordVectors(["sun", "sea"], [[1.0, 0.0], [0.0, 1.0]])


def test_answers_are_the_same_to_the_last_bit(estimator, answer, path):
    save(estimator, path)
    again = load(path)
    assert type(again) is type(estimator)
    assert repr(again) == repr(estimator)
    assert_array_equal(answer(again), answer(estimator))


@pytest.mark.parametrize("name", ["tokenizer, part by part", "fasttext", "wide cnn", "lstm"])
def test_what_is_saved_again_is_the_same_file(name, make, path, tmp_path):
    save(make(name), path)
    save(load(path), tmp_path / "again.skembed")
    with safe_open(path, "np") as first, safe_open(tmp_path / "again.skembed", "np") as second:
        assert first.metadata() == second.metadata()  # the digest of all tensors is among it


def test_attributes_are_the_same(make, path):
    fitted = make("wide cnn")
    save(fitted, path)
    again = load(path)
    assert vars(again).keys() == vars(fitted).keys()
    assert again.history_ == fitted.history_
    assert again.coverage_ == fitted.coverage_
    assert again.tokenizer_ is again._model.reader.tokenizer
    assert again.tokenizer_.vocabulary_ is again._model.reader.vocabulary
    assert (again.n_iter_, again.best_epoch_) == (fitted.n_iter_, fitted.best_epoch_)
    assert_array_equal(again.thresholds_, fitted.thresholds_)
    assert again.classes_.tolist() == ["fine", "foul"]


@pytest.mark.parametrize("name", ["wide cnn", "lstm, given vectors", "multi-label", "stacked cnn"])
def test_training_goes_on_with_the_same_numbers(name, make, texts, path, answer):
    unsaved = deepcopy(make(name))
    before, y = answer(unsaved), unsaved.predict(texts)
    save(unsaved, path)
    again = load(path)
    for _ in range(2):
        unsaved.partial_fit(texts, y)
        again.partial_fit(texts, y)
    assert_array_equal(answer(again), answer(unsaved))
    assert not np.array_equal(answer(again), before)


@pytest.mark.parametrize(
    ("parameter", "value", "loaded"),
    [
        ("kernel_sizes", range(2, 4), [2, 3]),
        ("class_weight", {np.str_("fine"): np.float64(2.0)}, {"fine": 2.0}),
        ("dense_activation", np.str_("relu"), "relu"),
        ("random_state", np.int64(3), 3),
    ],
)
def test_parameters_of_other_types_are_saved_as_what_they_mean(parameter, value, loaded, path):
    save(CNNTextClassifier(**{parameter: value}), path)
    assert load(path).get_params()[parameter] == loaded


@pytest.mark.parametrize("words", [np.array(["sun", "sea"]), VECTORS.words])
def test_words_of_other_types(words, path):
    tokenizer = KerasTokenizer(extra_words=words).fit(["a b"])
    save(tokenizer, path)
    assert load(path).get_vocabulary() == tokenizer.get_vocabulary()


def test_vectors_of_gensim(path, texts):
    vectorizer = GloveVectorizer(VECTORS.to_gensim()).fit(["sun sea"])
    save(vectorizer, path)
    assert load(path).embeddings == VECTORS
    assert_array_equal(load(path).transform(["sea"]), vectorizer.transform(["sea"]))


def test_what_can_be_taken_off_before_saving_is_said(path):
    callback = pytest.importorskip("sklearn.callback", reason="scikit-learn before 1.9 has none")
    asked = CNNTextClassifier().set_callbacks(callback.ProgressBar())
    with pytest.raises(TypeError, match=r"Take the callbacks off with set_callbacks\(\)"):
        save(asked, path)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"There is no folder .*nowhere"):
        save(KerasTokenizer(), tmp_path / "nowhere" / "a.skembed")


def test_a_tokenizer_goes_on_counting(make, texts, path):
    save(make("tokenizer, part by part"), path)
    again = load(path).partial_fit(["new words", "new good words"])
    both = KerasTokenizer(min_df=2).partial_fit(texts).partial_fit(["new words", "new good words"])
    assert again.vocabulary_ == both.vocabulary_
    assert_array_equal(again.token_counts_, both.token_counts_)


def test_what_is_not_fitted_is_saved_too(path):
    pipeline = make_pipeline(KerasTokenizer(500), CNNTextClassifier(kernel_sizes=(2, 3)))
    save(pipeline, path)
    assert repr(load(path)) == repr(pipeline)
    assert not hasattr(load(path)[0], "vocabulary_")


def test_word_vectors_of_a_source_are_its_name(tmp_path, path, texts):
    source = tmp_path / "vectors.txt"
    source.write_text("good 1 0\nbad 0 1\nfilm 1 1\n")
    vectors = WordVectors.load(source, cache_dir=tmp_path / "cache")
    save(GloveVectorizer(vectors).fit(texts), path)
    source.unlink()
    again = load(path)
    assert again.embeddings == str(source)
    assert again.transform(["good film"]).tolist() == [[1.0, 0.5]]
    chosen = WordVectors(["good"], [[1.0, 2.0]])
    save(GloveVectorizer(chosen), path)
    assert load(path).embeddings == chosen
    save(GloveVectorizer(Path("vectors.txt")), path)
    assert load(path).embeddings == "vectors.txt"


def test_a_fitted_clone_can_be_made(make, path, texts, labels):
    save(make("vectors into a network"), path)
    clone(load(path)).fit(texts, labels)


def test_labels_that_numbers_cannot_tell_apart_from_booleans(path):
    classifier = CNNTextClassifier(filters=2, kernel_sizes=(1,), epochs=1, random_state=0)
    for labels in ([True, False], [1, 0], ["1", "0"], np.array(["b", "a"], dtype=object)):
        save(classifier.fit(["a", "b"], labels), path)
        assert load(path).classes_.dtype == classifier.classes_.dtype
        assert load(path).predict(["a"]).tolist() == classifier.predict(["a"]).tolist()


def test_the_file_tells_what_it_is(make, path):
    save(make("cnn"), path)
    with safe_open(path, "np") as file:
        header = file.metadata()
        n_bytes = sum(file.get_tensor(name).nbytes for name in file.keys())  # noqa: SIM118
    assert (header["format"], header["format_version"]) == ("skembed", "3")
    assert json.loads(header["versions"])["skembed"] == skembed.__version__
    assert path.stat().st_size == n_bytes + 8 + int.from_bytes(path.read_bytes()[:8], "little")
    assert b"pickle" not in path.read_bytes()


def test_only_the_rows_of_known_words_are_in_the_file(path, texts, labels):
    words = [f"word{i}" for i in range(100_000)] + ["good", "bad", "film", "day", "here"]
    vectors = WordVectors(words, np.ones((len(words), 4), np.float32))
    classifier = CNNTextClassifier(
        embeddings=vectors, tokenizer=KerasTokenizer(), epochs=1, filters=2
    ).fit(texts, labels)
    save(classifier.set_params(embeddings="given.txt"), path)
    assert path.stat().st_size < 20_000


def test_it_is_loaded_without_tensorflow(make, path):
    save(make("wide cnn"), path)
    code = f"""
import sys
for name in ("tensorflow", "keras", "gensim"):
    sys.modules[name] = None  # importing it fails
import skembed
classifier = skembed.load({str(path)!r})
print(classifier.classes_, classifier.bag_of_words(["good film"]).shape[0])
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.stdout == "['fine' 'foul'] 1\n", done.stderr


def test_an_earlier_file_is_replaced_or_kept(make, path, monkeypatch):
    save(make("cnn"), path)
    before = path.read_bytes()
    with pytest.raises(TypeError, match=r"Pipeline\.steps\[0\]\[1\]\.func is the function"):
        save(make_pipeline(FunctionTransformer(os.system), make("cnn")), path)
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        save(make("lstm"), path)
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_others_may_read_the_file_as_any_other(make, path):
    save(make("tokenizer"), path)
    usual = path.with_name("usual")
    usual.touch()
    assert path.stat().st_mode == usual.stat().st_mode


def only_here(text):
    return text.split()


SUPPORTS = (
    "It cannot be saved in the pickle-free format, which supports numbers, strings, dates, arrays, "
    "lists, dicts, the estimators of skembed and scikit-learn, and functions of NumPy and "
    "scikit-learn."
)
WITH_JOBLIB = "keep the estimator with joblib.dump, whose files run code when they are loaded."


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (
            KerasTokenizer(tokenizer=str.split),
            "KerasTokenizer.tokenizer is the function str.split. "
            f"{SUPPORTS} Fit without it, or {WITH_JOBLIB}",
        ),
        (
            make_pipeline(KerasTokenizer(tokenizer=lambda text: text.split())),
            "Pipeline.steps[0][1].tokenizer is a lambda function. "
            f"{SUPPORTS} Fit without it, or define it in a module and {WITH_JOBLIB}",
        ),
        (
            make_pipeline(FunctionTransformer(partial(only_here))),
            f"Pipeline.steps[0][1].func.func is the function {__name__}.only_here. "
            f"{SUPPORTS} Fit without it, or {WITH_JOBLIB}",
        ),
        (
            CNNTextClassifier(callbacks=[object()]),
            "CNNTextClassifier.callbacks[0] is an object of type object. "
            f"{SUPPORTS} Set callbacks=None before saving, or {WITH_JOBLIB}",
        ),
        (
            CNNTextClassifier(class_weight={("a", "b"): 1.0}),
            "a key of CNNTextClassifier.class_weight is an object of type tuple. "
            f"{SUPPORTS} Set it to None or to a plain value before saving, or {WITH_JOBLIB}",
        ),
    ],
    ids=["method", "lambda", "partial", "callback", "key"],
)
def test_a_part_that_cannot_be_saved_is_named(estimator, message, path):
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        save(estimator, path)
    assert not path.exists()


@pytest.mark.parametrize("what", [LogisticRegression, "model", None, [KerasTokenizer()]])
def test_only_estimators_are_saved(what, path):
    with pytest.raises(TypeError, match="estimator must be an estimator of skembed or scikit-le"):
        save(what, path)


def test_swapped_arguments_have_a_way_out(path):
    with pytest.raises(TypeError, match=r"Pass the estimator itself, as first argument\.$"):
        save(str(path), KerasTokenizer())


def test_skops_alone_saves_them_too(estimator, answer):
    packed = skops.io.dumps(estimator)
    untrusted = skops.io.get_untrusted_types(data=packed)
    assert all(
        name.startswith(("skembed.", "scipy.sparse.", "sklearn.utils._bunch")) for name in untrusted
    )
    if untrusted:
        with pytest.raises(skops.io.exceptions.UntrustedTypesFoundException, match="skembed"):
            skops.io.loads(packed)
    assert_array_equal(answer(skops.io.loads(packed, trusted=untrusted)), answer(estimator))


def test_a_file_that_the_estimator_reads_is_not_overwritten(tmp_path):
    vectors = tmp_path / "vectors.txt"
    vectors.write_text("sun 1 0\nsea 0 1\n")
    link = tmp_path / "link"
    link.symlink_to(vectors)
    loaded = WordVectors.load(vectors, cache_dir=tmp_path / "cache")
    few = WordVectors.load(vectors, limit=1, cache_dir=tmp_path / "cache")
    checkpoint = tmp_path / "fit.checkpoint"
    checkpoint.write_bytes(b"earlier")
    for estimator, name, path in (
        (GloveVectorizer(vectors), "embeddings", vectors),
        (GloveVectorizer(str(link)), "embeddings", vectors),
        (GloveVectorizer(loaded), "embeddings", vectors),
        (GloveVectorizer(few), "embeddings", link),
        (
            make_pipeline(KerasTokenizer(), CNNTextClassifier(embeddings=str(vectors))),
            "cnntextclassifier__embeddings",
            vectors,
        ),
        (CNNTextClassifier(checkpoint=str(checkpoint)), "checkpoint", checkpoint),
    ):
        before = path.read_bytes()
        with pytest.raises(
            ValueError,
            match=rf"^{re.escape(str(path))} is the same file as the parameter {name} \(.*\), "
            rf"which would be lost\. Write the model {path.name} to another file\.$",
        ):
            save(estimator, path)
        assert path.read_bytes() == before


def test_a_file_of_the_name_of_another_parameter_is_no_input(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        save(CNNTextClassifier(optimizer="adam"), "adam")
    assert load("adam").optimizer == "adam"


def test_a_saved_file_may_be_replaced_by_what_was_loaded_from_it(make, texts, path):
    save(make("tokenizer, part by part"), path)
    again = load(path)
    save(again, path)
    assert load(path).get_vocabulary() == again.get_vocabulary()


def test_an_object_that_holds_itself(path):
    words = ["sun"]
    words.append(words)
    pipeline = make_pipeline(GloveVectorizer(VECTORS))
    pipeline.steps.append(("again", pipeline))
    for estimator, where in (
        (KerasTokenizer(extra_words=words), "KerasTokenizer.extra_words[1]"),
        (pipeline, "Pipeline.steps[1][1]"),
    ):
        message = (
            f"{where} refers to an object that holds it, or is nested too deeply. Neither can be "
            "saved in the pickle-free format. Set it to None or to a plain value before saving, or "
            f"{WITH_JOBLIB}"
        )
        with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
            save(estimator, path)
    assert not path.exists()


def test_the_home_folder(monkeypatch, make, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # of Windows
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    save(make("tokenizer"), "~/words.skembed")
    assert (tmp_path / "words.skembed").is_file()
    assert load("~/words.skembed").vocabulary_ == make("tokenizer").vocabulary_


def test_open_files(make, path):
    fitted = make("tokenizer")
    memory = io.BytesIO()
    save(fitted, memory)
    memory.seek(0)
    assert load(memory).vocabulary_ == fitted.vocabulary_
    with path.open("wb") as file:
        save(fitted, file)
    with path.open("rb") as file:
        assert load(file).vocabulary_ == fitted.vocabulary_
    assert load(path).vocabulary_ == fitted.vocabulary_


def test_an_open_file_of_another_kind():
    message = "The open file is an empty file, not a skembed file; skembed.load opens only what"
    with pytest.raises(ValueError, match=f"^{message}"):
        load(io.BytesIO())


def test_files_that_are_open_as_text(make, path):
    with pytest.raises(TypeError, match=r"open as text\. Open it with the mode 'wb'\."):
        save(make("tokenizer"), io.StringIO())
    path.write_text("model")
    with path.open() as file, pytest.raises(TypeError, match=r"Open it with the mode 'rb'\."):
        load(file)


def test_files_that_are_open_for_the_other_way(make, path):
    message = r"^path is a file that one cannot {}. Open it with the mode '{}'\.$"
    with path.open("wb") as file, pytest.raises(TypeError, match=message.format("read", "rb")):
        load(file)
    with path.open("rb") as file, pytest.raises(TypeError, match=message.format("write", "wb")):
        save(make("tokenizer"), file)


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        (
            "https://example.org/a.skembed",
            ValueError,
            "'https://example.org/a.skembed' is an address, not a path. Give the path of a file on "
            "this machine.",
        ),
        (
            "~no_such_user/a.skembed",
            FileNotFoundError,
            "There is no home folder ~no_such_user. Give the whole path, or ./~no_such_user for a "
            "file that is called so.",
        ),
    ],
)
def test_paths_that_are_none(given, kind, message, make):
    for use in (load, lambda path: save(make("tokenizer"), path)):
        with pytest.raises(kind, match=f"^{re.escape(message)}$"):
            use(given)


@pytest.mark.parametrize("what", [None, 3, b"model"])
def test_what_is_no_path(what, make):
    for use in (load, lambda path: save(make("tokenizer"), path)):
        with pytest.raises(TypeError, match=f"path must be a str or a path-like.*; got {what!r}"):
            use(what)
