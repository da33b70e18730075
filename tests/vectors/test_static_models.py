"""Static models: pieces of words with vectors, and the tokenizer that belongs to them."""

import copy
import json
import pickle
import re
import shutil
import subprocess
import sys

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from safetensors.numpy import save_file
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer
from tokenizers import Tokenizer, models, pre_tokenizers

import skembed
from skembed import CNNTextClassifier, GloveVectorizer, KerasTokenizer, WordVectors, save, to_onnx
from skembed.serve import Predictor
from skembed.text import PieceTokenizer
from tests.vectors.static_models import (
    LATER,
    MATRIX,
    PIECES,
    TEXTS,
    means,
    word_piece,
    write_model,
)

HALF = MATRIX.astype(np.float16)
EIGHT = (MATRIX * 40).astype(np.int8)
MAPPING = np.array([0, 1, 2, 2, 3, 3, 0, 1, 2, 3])
WEIGHTS = np.linspace(0.5, 2, len(PIECES))

ZEROS = np.where(np.arange(len(PIECES))[:, None] % 3 == 0, 0, MATRIX)

OF_MODEL2VEC = {
    "zeros": ({"embeddings": ZEROS}, ZEROS),
    "float32": ({"embeddings": MATRIX}, MATRIX),
    "float16": ({"embeddings": HALF}, HALF),
    "int8": ({"embeddings": EIGHT}, EIGHT),
    "weights": ({"embeddings": MATRIX, "weights": WEIGHTS}, MATRIX * WEIGHTS[:, None]),
    "mapping": (
        {"embeddings": HALF[:4], "mapping": MAPPING, "weights": WEIGHTS},
        HALF[:4][MAPPING] * WEIGHTS[:, None],
    ),
}


@pytest.fixture
def folder(tmp_path):
    return write_model(tmp_path / "model")


@pytest.mark.parametrize("kind", OF_MODEL2VEC)
def test_features_of_model2vec(tmp_path, kind):
    tensors, rows = OF_MODEL2VEC[kind]
    vectorizer = GloveVectorizer(write_model(tmp_path, tensors))
    unknown = {"[UNK]"}
    expected = means(TEXTS, np.asarray(rows, np.float32), left_out=unknown)
    assert_allclose(vectorizer.fit_transform(TEXTS), expected, atol=1e-6)
    expected = means(LATER, np.asarray(rows, np.float32), left_out=unknown)
    assert_allclose(vectorizer.transform(LATER), expected, atol=1e-6)


@pytest.mark.parametrize("within", ["", "0_StaticEmbedding"])
def test_features_of_sentence_transformers(tmp_path, within):
    model = write_model(tmp_path, {"embedding.weight": MATRIX}, within=within)
    scaled = make_pipeline(GloveVectorizer(model), Normalizer())
    expected = Normalizer().transform(means(TEXTS, MATRIX, left_out=()))
    assert_allclose(scaled.fit_transform(TEXTS), expected, atol=1e-6)


@pytest.mark.parametrize("tokenizers", ["tokenizers", "tokenizer", "weights"])
def test_features_of_wordllama(tmp_path, tokenizers):
    for name in ("weights", tokenizers):
        (tmp_path / name).mkdir(exist_ok=True)
    save_file({"embedding.weight": HALF}, tmp_path / "weights" / "tiny_4.safetensors")
    word_piece().save(str(tmp_path / tokenizers / "tiny_tokenizer_config.json"))
    expected = means(TEXTS, HALF.astype(np.float32), left_out=())
    for source in (tmp_path, tmp_path / "weights" / "tiny_4.safetensors"):
        assert_allclose(GloveVectorizer(source).fit_transform(TEXTS), expected, atol=1e-6)


@pytest.mark.parametrize(
    "model",
    [
        models.Unigram([("<unk>", 0.0), ("s", -1.0), ("un", -1.5), ("sun", -2.0)], unk_id=0),
        models.BPE({"<unk>": 0, "s": 1, "u": 2, "n": 3, "un": 4}, [("u", "n")], unk_token="<unk>"),
        models.BPE({"s": 0, "u": 1, "n": 2}, []),
        models.WordLevel({"sun": 0, "<unk>": 1}, unk_token="<unk>"),
    ],
)
def test_any_kind_of_pieces(tmp_path, model):
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    n_pieces = tokenizer.get_vocab_size()
    source = write_model(tmp_path, {"embeddings": MATRIX[:n_pieces]}, tokenizer)
    vectors = WordVectors.load(source)
    known = [piece for piece in sorted(tokenizer.get_vocab(), key=tokenizer.token_to_id)]
    assert list(vectors.words) == [piece for piece in known if piece != "<unk>"]
    ids = [i for i in tokenizer.encode("sun sus").ids if known[i] != "<unk>"]
    expected = MATRIX[ids].mean(axis=0)
    assert_allclose(GloveVectorizer(source).fit_transform(["sun sus"])[0], expected, atol=1e-6)


def test_the_folder_of_a_download(tmp_path):
    """Hugging Face keeps files as blobs, and links to them in a folder for each revision."""
    repository = tmp_path / "models--org--name"
    model = write_model(tmp_path / "model")
    (repository / "blobs").mkdir(parents=True)
    for revision, rows in (("abc", MATRIX), ("def", -MATRIX)):
        (repository / "snapshots" / revision).mkdir(parents=True)
        save_file({"embeddings": rows}, repository / "blobs" / revision)
        (repository / "snapshots" / revision / "model.safetensors").symlink_to(
            repository / "blobs" / revision
        )
        shutil.copy(model / "tokenizer.json", repository / "snapshots" / revision)
    message = "whose refs/main names no snapshot. Pass the path of a snapshot; there are: abc, def."
    with pytest.raises(ValueError, match=re.escape(message)):
        WordVectors.load(repository)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("def")
    assert_array_equal(WordVectors.load(repository)["sun"], -MATRIX[2])
    assert_array_equal(WordVectors.load(repository / "snapshots" / "abc")["sun"], MATRIX[2])
    shutil.rmtree(repository / "snapshots" / "def")
    assert_array_equal(WordVectors.load(repository)["sun"], MATRIX[2])


def test_a_handle_of_names_and_digest(folder, tmp_path):
    vectors = WordVectors.load(folder)
    assert isinstance(vectors.tokenizer, PieceTokenizer)
    assert clone(vectors, safe=False) is vectors is copy.deepcopy(vectors)
    assert len(pickle.dumps(vectors)) < 500
    again = pickle.loads(pickle.dumps(vectors))
    assert again == vectors
    assert again.tokenizer == vectors.tokenizer
    assert len(pickle.dumps(GloveVectorizer(vectors))) < 1000
    assert joblib.hash(GloveVectorizer(folder)) == joblib.hash(clone(GloveVectorizer(folder)))
    alone = WordVectors.load(folder / "model.safetensors")
    assert (alone, alone.report.source) == (vectors, str(folder / "model.safetensors"))
    named = pickle.dumps(WordVectors.load(folder, cache_dir=tmp_path / "other"))
    shutil.rmtree(tmp_path / "other")
    assert pickle.loads(named).tokenizer == vectors.tokenizer


def test_another_tokenizer_makes_other_vectors(folder):
    before = WordVectors.load(folder)
    rules = json.loads((folder / "tokenizer.json").read_text())
    rules["normalizer"]["lowercase"] = False
    (folder / "tokenizer.json").write_text(json.dumps(rules))
    after = WordVectors.load(folder)
    assert_array_equal(after.matrix, before.matrix)
    assert after != before
    assert not GloveVectorizer(after).fit(["the SUN"]).transform(["SUN"]).any()


def test_filters(folder):
    whole = WordVectors.load(folder)
    few = WordVectors.load(folder, limit=4)
    assert list(few.words) == ["[PAD]", "sun", "moon", "##s"]
    some = WordVectors.load(folder, vocabulary=["sea", "##s", "whale"])
    assert list(some.words) == ["##s", "sea"]
    for vectors in (few, some, WordVectors.load(whole, limit=3)):
        assert vectors.tokenizer == whole.tokenizer
        assert pickle.loads(pickle.dumps(vectors)) == vectors


def test_who_gives_a_tokenizer_cuts_with_it(folder):
    own = GloveVectorizer(folder).fit(TEXTS)
    assert (own.tokenizer_.lowercase, own.tokenizer_.max_tokens) == (False, None)
    assert list(own.vocabulary_) != list(own.tokenizer_.vocabulary_)[::-1]
    assert set(own.vocabulary_) >= set(PIECES)
    given = GloveVectorizer(folder, tokenizer=KerasTokenizer()).fit(TEXTS)
    assert set(given.vocabulary_) & set(PIECES) == {"the", "sun", "sea", "tide"}
    by_function = GloveVectorizer(folder, tokenizer=str.split).fit(["sun sea"])
    assert set(by_function.vocabulary_) == {"sun", "sea"}
    same = KerasTokenizer(None, tokenizer=WordVectors.load(folder).tokenizer, lowercase=False)
    expected = own.transform(TEXTS)
    assert_allclose(GloveVectorizer(folder).fit_transform(same.fit_transform(TEXTS)), expected)
    limited = same.set_params(max_length=2, truncating="post")  # as peers that read so many pieces
    found = GloveVectorizer(folder, tokenizer=limited).fit_transform([TEXTS[0]])
    assert_allclose(found[0], MATRIX[[6, 2]].mean(axis=0), rtol=1e-6)


def test_texts_that_another_tokenizer_cut(folder):
    words = [f"word{i}" for i in range(20)]
    sequences = KerasTokenizer().fit_transform([" ".join(["sunshine", *words])] * 4)
    message = "The vectors have a tokenizer of their own, and the texts were cut with another one."
    small = {"epochs": 1, "filters": 2, "kernel_sizes": (1,)}
    with pytest.raises(ValueError, match=message):
        CNNTextClassifier(embeddings=folder, **small).fit(sequences, [0, 1] * 2)
    with pytest.raises(ValueError, match=message):
        GloveVectorizer(folder, tokenizer=KerasTokenizer()).fit(words)
    sequences = KerasTokenizer().fit_transform([" ".join(["sun", *words])] * 4)
    with pytest.warns(UserWarning, match=f"see coverage_. {message}"):
        CNNTextClassifier(embeddings=folder, **small).fit(sequences, [0, 1] * 2)


def test_vectors_in_memory_with_a_tokenizer(tmp_path):
    vectors = WordVectors(PIECES, MATRIX, tokenizer=word_piece())
    vectorizer = GloveVectorizer(vectors).fit(["sunshine"])
    assert set(vectorizer.vocabulary_) >= {"sun", "##hine"}
    assert pickle.loads(pickle.dumps(vectors)) == vectors != WordVectors(PIECES, MATRIX)
    save(vectorizer, tmp_path / "model.skembed")
    again = skembed.load(tmp_path / "model.skembed")
    assert again.embeddings == vectors
    assert_array_equal(again.transform(LATER), vectorizer.transform(LATER))
    named = WordVectors(["Sun", "sun"], [[1], [2]], tokenizer="unicode")
    assert GloveVectorizer(named).fit_transform(["Sun!"]).tolist() == [[1]]
    for wrong in ("keras", str.split, 3):
        with pytest.raises(TypeError, match="tokenizer must be 'glove' or 'unicode', a tokenizers"):
            WordVectors(PIECES, MATRIX, tokenizer=wrong)


@pytest.fixture
def trained(folder):
    texts = ["the sun shine", "moons tide", "sunshine, the sea", "tides, moon"] * 6
    classifier = CNNTextClassifier(
        embeddings=folder, filters=3, kernel_sizes=(1, 2), epochs=2, random_state=0
    )
    return classifier.fit(texts, ["day", "night"] * 12)


def test_a_classifier_keeps_its_pieces(trained, folder, tmp_path):
    assert trained.coverage_.token_share > 0.9
    expected = trained.predict_proba(LATER)
    assert len(np.unique(expected[:3, 0])) == 3  # pieces that no training text had count
    save(trained, tmp_path / "model.skembed")
    to_onnx(trained, tmp_path / "model.onnx")
    shutil.rmtree(folder)
    assert_array_equal(skembed.load(tmp_path / "model.skembed").predict_proba(LATER), expected)
    assert_array_equal(pickle.loads(pickle.dumps(trained)).predict_proba(LATER), expected)
    found = Predictor(tmp_path / "model.onnx").predict_proba(LATER)
    assert_allclose(found, expected, atol=1e-6)


def test_an_onnx_file_of_a_pipeline(folder, tmp_path):
    texts, labels = ["the sun shine", "moons tide"] * 6, ["day", "night"] * 6
    small = CNNTextClassifier(filters=2, kernel_sizes=(1,), epochs=1, random_state=0)
    pipeline = make_pipeline(GloveVectorizer(folder, output="sequences"), small)
    pipeline.fit(texts, labels)
    to_onnx(pipeline, tmp_path / "model.onnx")
    found = Predictor(tmp_path / "model.onnx").predict_proba(LATER)
    assert_allclose(found, pipeline.predict_proba(LATER), atol=1e-6)


def test_a_tokenizer_that_the_user_has_opened_is_saved_too(tmp_path):
    texts, labels = ["the sun shine", "moons tide"] * 6, ["day", "night"] * 6
    tokenizer = word_piece()
    tokenizer.no_padding()
    for given in (tokenizer, KerasTokenizer(tokenizer=tokenizer, lowercase=False)):
        small = CNNTextClassifier(filters=2, kernel_sizes=(1,), epochs=1, tokenizer=given)
        small.fit(texts, labels)
        save(small, tmp_path / "model.skembed")
        again = skembed.load(tmp_path / "model.skembed")
        assert_array_equal(again.predict_proba(LATER), small.predict_proba(LATER))
        to_onnx(small, tmp_path / "model.onnx")
        found = Predictor(tmp_path / "model.onnx").predict_proba(LATER)
        assert_allclose(found, small.predict_proba(LATER), atol=1e-6)


def test_a_search_over_models(folder, tmp_path):
    texts, labels = ["the sun shine", "moons tide", "sunshine sea", "tides"] * 3, [0, 1] * 6
    other = write_model(tmp_path / "other", {"embedding.weight": HALF})
    pipeline = make_pipeline(GloveVectorizer(), LogisticRegression())
    search = GridSearchCV(
        pipeline,
        {"glovevectorizer__embeddings": [str(folder), WordVectors.load(other)]},
        cv=2,
        n_jobs=2,
    ).fit(texts, labels)
    assert search.best_score_ > 0.8
    assert len(pickle.dumps(search.param_grid)) < 1000


WITHOUT_TOKENIZERS = """
import sys
sys.modules["tokenizers"] = None
{code}
"""
NEEDED = (
    "ImportError: Cutting texts into pieces of words needs tokenizers, which is not installed: pip "
    'install "tokenizers".'
)


def test_without_the_package_tokenizers(trained, folder, tmp_path):
    to_onnx(trained, tmp_path / "model.onnx")
    save(trained, tmp_path / "model.skembed")
    for code in (
        f"from skembed import WordVectors; WordVectors.load({str(folder)!r}, "
        f"cache_dir={str(tmp_path / 'cache')!r})",
        f"from skembed.serve import Predictor; Predictor({str(tmp_path / 'model.onnx')!r})",
        f"import skembed; skembed.load({str(tmp_path / 'model.skembed')!r}).predict(['sun'])",
    ):
        done = subprocess.run(
            [sys.executable, "-c", WITHOUT_TOKENIZERS.format(code=code)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr.strip().splitlines()[-1] == NEEDED


def spoiled(folder, name, **tensors):
    save_file({"embeddings": MATRIX, **tensors}, folder / name)


NO_PAIR = (
    r"^model.safetensors has {} rows, but the tokenizer in .*tokenizer.json has 10 pieces. They "
    r"are not of the same model: put the model's own tokenizer there.$"
)
WITH_NAN = MATRIX.copy()
WITH_NAN[3, 1] = np.nan


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"embeddings": MATRIX[:9]}, NO_PAIR.format(9)),
        ({"embedding.weight": np.vstack([MATRIX, MATRIX])}, NO_PAIR.format(20)),
        ({"embeddings": WITH_NAN}, "^model.safetensors, piece 'moon': expected finite numbers"),
        ({"embeddings": MATRIX[0]}, r"^model.safetensors: expected a matrix, found an array of"),
        ({"embeddings": MATRIX[:, :0]}, r"expected a matrix, found an array of shape \(10, 0\)"),
        (
            {"embeddings": MATRIX.astype(np.int64)},
            "^model.safetensors: expected numbers of the type F64, F32, F16, I8, found I64. Save",
        ),
        (
            {"embeddings": MATRIX, "weights": WEIGHTS[:3]},
            r"expected a weight for each of 10 pieces, found an array of shape \(3,\)",
        ),
        (
            {"embeddings": MATRIX, "mapping": MAPPING + 7},
            "expected a mapping of each piece to one of 10 rows, found another",
        ),
        ({"embeddings": MATRIX, "mapping": MAPPING[:4]}, NO_PAIR.format(4)),
        (
            {"bert.weight": MATRIX},
            "^model.safetensors: expected a file of word vectors, found a safetensors file without "
            "a tensor embeddings or embedding.weight. Read its words and numbers yourself",
        ),
    ],
)
def test_matrices_that_fit_no_tokenizer(tmp_path, tensors, message):
    with pytest.raises(ValueError, match=message):
        WordVectors.load(write_model(tmp_path, tensors))


def test_files_that_are_missing_or_damaged(folder):
    whole = (folder / "model.safetensors").read_bytes()
    rules = (folder / "tokenizer.json").read_text()
    for damaged in (whole[:-8], whole[:200], whole[:8] + whole[9:]):
        (folder / "model.safetensors").write_bytes(damaged)
        with pytest.raises(ValueError, match=r"^model.safetensors(?: is a damaged|: expected)"):
            WordVectors.load(folder)
    (folder / "model.safetensors").write_bytes(whole)
    for damaged in (rules[:-9], "[]", "\0"):
        (folder / "tokenizer.json").write_text(damaged)
        with pytest.raises(ValueError, match=r"tokenizer.json is not a tokenizer.json, or it is t"):
            WordVectors.load(folder)
    for damaged in ("{}", rules.replace("WordPiece", "SentencePiece")):
        (folder / "tokenizer.json").write_text(damaged)
        with pytest.raises(ValueError, match=r"tokenizer.json: a tokenizer is damaged: "):
            WordVectors.load(folder)
    (folder / "tokenizer.json").unlink()
    message = "is a matrix without words: there is no tokenizer.json beside it. Put that of"
    with pytest.raises(FileNotFoundError, match=message):
        WordVectors.load(folder)
    (folder / "model.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match=r"found a folder. Pass a file in it: modules"):
        WordVectors.load(folder)


def test_a_folder_of_several_models(tmp_path):
    for name in ("a", "b"):
        write_model(tmp_path / name)
    message = (
        "holds several files of vectors: a/model.safetensors, b/model.safetensors. Pass one of "
    )
    with pytest.raises(ValueError, match=message):
        WordVectors.load(tmp_path)


def test_the_model_is_not_overwritten(folder):
    vectorizer = GloveVectorizer(folder).fit(TEXTS)
    with pytest.raises(ValueError, match="is the same file as the parameter embeddings"):
        save(vectorizer, folder / "tokenizer.json")


def test_a_tokenizer_that_cannot_cut():
    lacking = Tokenizer(models.WordPiece({"sun": 0}, unk_token="[UNK]"))
    with pytest.raises(
        ValueError, match=r"^The tokenizer cannot cut the texts: WordPiece error: M"
    ):
        KerasTokenizer(tokenizer=PieceTokenizer(lacking.to_str())).fit(["moon"])
