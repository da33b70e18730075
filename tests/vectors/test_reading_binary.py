import gzip
import re
import struct
import warnings

import numpy as np
import pytest

from skembed.vectors._reading import _word2vec_binary


def quietly(load, path, **filters):
    """Load a file with words that are not UTF-8."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return load(path, **filters)


def assert_same(vectors, keyed, *, exactly=True):
    assert list(vectors.words) == list(keyed.index_to_key)
    if exactly:
        np.testing.assert_array_equal(vectors.matrix, np.float32(keyed.vectors))
    else:
        np.testing.assert_allclose(vectors.matrix, keyed.vectors, rtol=1e-5, atol=1e-6)


# Text and binary word2vec files that come with gensim, read by gensim's own loader.


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("test_glove.txt", {"no_header": True}),
        ("high_precision.kv.txt", {}),
        ("lee_fasttext.vec", {}),
        ("crime-and-punishment.vec", {}),
        ("toy-model.vec", {}),
        ("euclidean_vectors.bin", {"binary": True}),
        ("poincare_vectors.bin", {"binary": True}),
        ("high_precision.kv.bin", {"binary": True}),
    ],
)
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_files_equal_gensims_reading(load, gensim_data, name, options):
    from gensim.models import KeyedVectors

    keyed = KeyedVectors.load_word2vec_format(gensim_data / name, **options)
    assert_same(load(gensim_data / name), keyed)


def test_a_file_with_words_that_are_not_utf8(load, gensim_data):
    path = gensim_data / "pang_lee_polarity_fasttext.vec"
    from gensim.models import KeyedVectors

    keyed = KeyedVectors.load_word2vec_format(path, unicode_errors="ignore")
    with pytest.warns(UserWarning, match=r"of the words in .* are not UTF-8"):
        vectors = load(path)
    raw = path.read_bytes().split(b"\n")
    assert len(vectors) + vectors.report.n_undecodable == int(raw[0].split()[0])
    assert vectors.report.n_undecodable == len(vectors.report.undecodable) == 5
    assert all(raw[line - 1].split(b" ")[0] == word for line, word in vectors.report.undecodable)
    rows = [keyed.key_to_index[word] for word in vectors.words]
    np.testing.assert_array_equal(vectors.matrix, keyed.vectors[rows])


@pytest.mark.parametrize("options", [{"binary": True}, {"binary": False}])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_what_gensim_writes_is_read_back(load, gensim_data, tmp_path, options, pack):
    keyed = load(gensim_data / "test_glove.txt").to_gensim()
    keyed.save_word2vec_format(tmp_path / "plain", **options)
    path = tmp_path / "written"
    path.write_bytes(pack((tmp_path / "plain").read_bytes()))
    assert_same(load(path), keyed)
    assert list(load(path, limit=7).words) == keyed.index_to_key[:7]
    chosen = load(path, vocabulary={"the", "of", "absent"})
    assert list(chosen.words) == ["the", "of"]
    np.testing.assert_array_equal(chosen["of"], keyed["of"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda b: b[:-3],
            r"tiny\.txt: expected 2 words of 3 numbers.* found 1 and .* truncated, or",
        ),
        (lambda b: b.replace(b"2 3\n", b"5 3\n"), r"expected 5 words of 3 numbers.*found 2"),
        (lambda b: b[:-4] + struct.pack("<f", np.inf), r"entry 2: expected finite numbers"),
    ],
)
def test_what_is_wrong_with_a_binary_file_is_said(load, write, change, message):
    rows = np.float32([[1.5, -2.25, 3.1], [0.1, 0.2, 0.3]])
    whole = b"2 3\nsun " + rows[0].tobytes() + b"\nmoon " + rows[1].tobytes()
    assert load(write(whole)).matrix.tolist() == rows.tolist()
    with pytest.raises(ValueError, match=message):
        load(write(change(whole)))


def test_a_truncated_binary_file_of_one_word(load, write):
    message = r"expected 1 word of 1 number, as its header says, found 0 and 7 bytes more"
    with pytest.raises(ValueError, match=message):
        load(write(b"1 1\nsun \x00\x01\x02"))


SHIFTED = (
    "a word holds a blank, which ends a word in this format, so that all that follows is shifted."
)
BLANK = f"{SHIFTED} Save the vectors as text, or without blanks in their words."


def word2vec(words, matrix, newline=b""):
    rows = [row.tobytes() for row in np.asarray(matrix, dtype="<f4")]
    entries = [word.encode() + b" " + row for word, row in zip(words, rows, strict=True)]
    return f"{len(words)} {len(rows[0]) // 4}\n".encode() + b"".join(e + newline for e in entries)


@pytest.mark.parametrize("newline", [b"", b"\n"])
@pytest.mark.parametrize("n_dims", [10, 50, 300])
@pytest.mark.parametrize("place", [0, 500, 999])
@pytest.mark.parametrize(
    "word",
    ["new york", "New York", "in the", "ice cream", "U.S. 1999", "LOS ANGELES", "à côté", "a b"],
)
def test_a_word_that_holds_a_blank_is_seen(load, write, newline, n_dims, place, word):
    words = [f"w{i}" for i in range(1000)]
    words[place] = word
    matrix = np.random.default_rng(place).standard_normal((1000, n_dims))
    path = write(word2vec(words, matrix, newline), "v.bin")
    with pytest.raises(ValueError, match=rf"^v\.bin.*{re.escape(BLANK)}"):
        load(path)
    words[place] = "w"
    assert list(load(write(word2vec(words, matrix, newline), "v.bin")).words) == words


def test_where_a_word_holds_a_blank_is_said(load, write):
    words = [f"w{i}" for i in range(1000)]
    words[16] = "new york"
    path = write(word2vec(words, np.full((1000, 50), 0.1)), "v.bin")
    message = (
        "v.bin, entry 17: expected finite numbers below 1e+15, found 2.93e+26 with the word 'new'. "
        f"The file is damaged, or {BLANK} limit=16 reads what comes before."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        load(path)
    assert list(load(path, limit=16).words) == words[:16]


@pytest.mark.parametrize("newline", [b"", b"\n"])
def test_bytes_after_the_last_word(load, write, newline):
    content = word2vec(["sun", "moon"], [[1, 2], [3, 4]], newline)
    for end in (b"", b"\n", b"\r\n"):
        assert list(load(write(content + end, "v.bin")).words) == ["sun", "moon"]
    path = write(content.replace(b"2 2\n", b"1 2\n"), "v.bin")
    n_bytes = len(b"moon ") + 8
    message = (
        f"v.bin: expected the file to end after 1 word, as its header says, found {n_bytes} bytes "
        f"more. The header is wrong, or {BLANK} limit=1 reads these words anyway."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        load(path)
    assert list(load(path, limit=1).words) == ["sun"]


def test_a_binary_file_that_is_too_short(load, write):
    path = write(word2vec(["sun", "moon"], [[1, 2], [3, 4]])[:-1], "v.bin")
    message = (
        "v.bin: expected 2 words of 2 numbers, as its header says, found 1 and 12 bytes more; the "
        f"file may be truncated, or {SHIFTED} Get the whole file, or one without blanks in its "
        "words. Or limit=1 reads what is there."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        load(path)
    assert list(load(path, limit=1).words) == ["sun"]


def test_a_blank_is_seen_over_the_border_of_blocks(load, write, monkeypatch):
    monkeypatch.setattr(_word2vec_binary, "_BLOCK_BYTES", 250)
    words = [f"w{i}" for i in range(40)]
    rows = np.random.default_rng(0).standard_normal((40, 50))
    for newline in (b"", b"\n"):
        assert list(load(write(word2vec(words, rows, newline), "v.bin")).words) == words
        for place in range(40):
            changed = [*words[:place], "in the", *words[place + 1 :]]
            with pytest.raises(ValueError, match="holds a blank"):
                load(write(word2vec(changed, rows, newline), "v.bin"))


def test_odd_but_honest_binary_files(load, write):
    """Tiny numbers, words that are not UTF-8 and words of newlines have been seen."""
    words = ["sun", "\n", "moon", "\n\n", "sea"]
    assert len(quietly(load, write(word2vec(words, np.full((5, 3), 1e-40)), "v.bin"))) == 4
    content = word2vec(["sun", "moon", "sea"], np.ones((3, 3))).replace(b"moon", b"mo\xffn")
    assert list(quietly(load, write(content, "v.bin")).words) == ["sun", "sea"]


# fastText models.


@pytest.mark.parametrize("name", ["lee_fasttext", "crime-and-punishment", "toy-model"])
def test_fasttext_bin_equals_its_vec(load, gensim_data, name):
    from_bin, from_vec = load(gensim_data / f"{name}.bin"), load(gensim_data / f"{name}.vec")
    assert list(from_bin.words) == list(from_vec.words)
    # The text holds five significant digits.
    np.testing.assert_allclose(from_bin.matrix, from_vec.matrix, rtol=1e-4, atol=1e-6)


def test_a_supervised_fasttext_model_equals_its_vec(load, gensim_data):
    stem = gensim_data / "pang_lee_polarity_fasttext"
    from_bin = quietly(load, stem.with_suffix(".bin"))
    from_vec = quietly(load, stem.with_suffix(".vec"))
    assert list(from_bin.words) == list(from_vec.words)
    np.testing.assert_allclose(from_bin.matrix, from_vec.matrix, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "name", ["lee_fasttext.bin", "lee_fasttext_new.bin", "non_ascii_fasttext.bin"]
)
def test_fasttext_bin_equals_gensims_reading(load, gensim_data, name):
    from gensim.models.fasttext import load_facebook_vectors

    keyed = load_facebook_vectors(gensim_data / name)
    vectors = load(gensim_data / name)
    # fastText computes no subwords for the end of a sentence, gensim does.
    words = [word for word in keyed.index_to_key if word != "</s>"]
    assert [word for word in vectors.words if word != "</s>"] == words
    ours = vectors.matrix[vectors.words.find(words)]
    np.testing.assert_allclose(ours, [keyed[word] for word in words], rtol=1e-4, atol=1e-6)


def test_fasttext_filters_while_reading(load, gensim_data):
    path = gensim_data / "lee_fasttext.bin"
    whole = load(path)
    assert list(load(path, limit=5).words) == list(whole.words)[:5]
    wanted = set(whole.words[100:110])
    chosen = load(path, vocabulary=wanted)
    assert list(chosen.words) == whole.words[100:110]
    np.testing.assert_array_equal(chosen.matrix, whole.matrix[100:110])


def test_fasttext_words_that_are_not_utf8(load, gensim_data):
    with pytest.warns(UserWarning, match="are not UTF-8"):
        vectors = load(gensim_data / "cp852_fasttext.bin")
    assert vectors.report.undecodable[0] == (2, "který".encode("cp852"))
    assert len(vectors) + vectors.report.n_undecodable == 171


def test_a_gzipped_fasttext_model(load, gensim_data, write):
    content = (gensim_data / "crime-and-punishment.bin").read_bytes()
    assert load(write(gzip.compress(content), "m.bin.gz")) == load(write(content, "m.bin"))


@pytest.mark.parametrize(
    ("share", "message"),
    [
        (0.0, r"m\.bin: expected 20 bytes more of a fastText model, found"),
        (0.1, r"m\.bin: expected 291 dictionary entries, found \d+; the file may be truncated"),
        (0.6, r"m\.bin: expected \d+ bytes of vectors, found \d+; the file may be truncated"),
    ],
)
def test_a_truncated_fasttext_model(load, gensim_data, write, share, message):
    content = (gensim_data / "crime-and-punishment.bin").read_bytes()
    cut = max(int(len(content) * share), 66)
    with pytest.raises(ValueError, match=message):
        load(write(content[:cut], "m.bin"))


def test_other_fasttext_files_are_refused(load, gensim_data, write):
    content = bytearray((gensim_data / "lee_fasttext_new.bin").read_bytes())
    content[4] = 13
    with pytest.raises(ValueError, match=r"expected a fastText model of version 12.* found 13"):
        load(write(content, "new.bin"))


# gensim's own files.


@pytest.mark.parametrize("separately", [None, ["vectors"]])
def test_gensim_files(load, gensim_data, tmp_path, separately):
    keyed = load(gensim_data / "test_glove.txt").to_gensim()
    keyed.save(str(tmp_path / "saved.kv"), separately=separately)
    assert (tmp_path / "saved.kv.vectors.npy").exists() == (separately is not None)
    assert_same(load(tmp_path / "saved.kv"), keyed)
    assert list(load(tmp_path / "saved.kv", limit=3).words) == keyed.index_to_key[:3]


def test_a_gensim_file_with_numbers_that_are_not_finite(load, gensim_data, tmp_path):
    keyed = load(gensim_data / "test_glove.txt").to_gensim()
    keyed.vectors[4, 1] = np.nan
    keyed.save(str(tmp_path / "saved.kv"))
    message = r"^saved\.kv, entry 5: expected finite numbers, found NaN or infinity\.$"
    with pytest.raises(ValueError, match=message):
        load(tmp_path / "saved.kv")


def test_a_changed_array_beside_a_gensim_file_is_noticed(load, gensim_data, tmp_path):
    keyed = load(gensim_data / "test_glove.txt").to_gensim()
    keyed.save(str(tmp_path / "saved.kv"), separately=["vectors"])
    first = load(tmp_path / "saved.kv")
    keyed.vectors += 1
    np.save(tmp_path / "saved.kv.vectors.npy", keyed.vectors)
    assert load(tmp_path / "saved.kv") != first


def test_pickles_that_are_none_of_gensims_vectors(load, write):
    import pickle

    with pytest.raises(ValueError, match=r"x\.kv: expected .*gensim KeyedVectors"):
        load(write(pickle.dumps({"a": 1}), "x.kv"))
    with pytest.raises(ValueError, match=r"y\.kv: expected a gensim KeyedVectors file"):
        load(write(b"\x80\x04damaged", "y.kv"))
