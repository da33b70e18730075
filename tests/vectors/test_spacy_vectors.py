"""spaCy's vectors, read from the files of a pipeline."""

import json
import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skembed import GloveVectorizer, WordVectors

# spacy.strings.hash_string of each; the last two are words of spaCy's own, which have numbers.
HASHES = {
    "hello": 5983625672228268878,
    "time": 8885804376230376864,
    "The": 5059648917813135842,
    "mark": 423,
    "X": 101,
}
ROWS = np.arange(12, dtype=np.float32).reshape(6, 2) + 1


def packed(number):
    """Write an integer in the format of MessagePack, in as few bytes as will do."""
    if number < 128:
        return bytes([number])
    size = next(i for i in (1, 2, 4, 8) if number < 1 << 8 * i)
    return bytes([0xCB + size.bit_length()]) + number.to_bytes(size, "big")


def write(folder, row_of, strings, matrix=ROWS, settings=None):
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "vectors").open("wb") as file:
        np.save(file, matrix)
    pairs = b"".join(packed(key) + packed(row) for key, row in row_of.items())
    n = len(row_of)
    start = bytes([0x80 | n]) if n < 16 else b"\xde" + n.to_bytes(2, "big")
    (folder / "key2row").write_bytes(start + pairs)
    (folder / "strings.json").write_text(json.dumps(strings))
    (folder / "vectors.cfg").write_text(json.dumps(settings or {"mode": "default"}))
    return folder


@pytest.fixture
def pipeline(tmp_path):
    keys = {key: row for row, key in enumerate(HASHES.values())}
    write(tmp_path / "vocab", keys, ["hello", "other", "The", "time"])
    return tmp_path


def test_words_and_rows(pipeline):
    for source in (pipeline, pipeline / "vocab", pipeline / "vocab" / "vectors"):
        vectors = WordVectors.load(source)
        assert list(vectors.words) == list(HASHES)
        assert_array_equal(vectors.matrix, ROWS[:5])
        assert vectors.report.sentences() == []


def test_the_folder_of_an_installed_pipeline(pipeline, tmp_path):
    place = tmp_path / "xx_core_web_md" / "xx_core_web_md-3.8.0"
    place.parent.mkdir()
    (pipeline / "vocab").rename(tmp_path / "moved")
    place.mkdir()
    (tmp_path / "moved").rename(place / "vocab")
    assert list(WordVectors.load(place.parent).words) == list(HASHES)


def test_words_keep_their_case(pipeline):
    found = GloveVectorizer(pipeline).fit_transform(["The time!", "hello the"])
    assert_array_equal(found, [ROWS[[2, 1]].mean(axis=0), ROWS[0]])
    by_lower = {"mode": "default", "attr": "LOWER"}
    (pipeline / "vocab" / "vectors.cfg").write_text(json.dumps(by_lower))
    assert WordVectors.load(pipeline).tokenizer is None


def test_words_that_share_a_row_and_rows_without_a_word(tmp_path):
    shared = {HASHES["hello"]: 5, HASHES["time"]: 5, 12345: 0, 2**63: 1}
    write(tmp_path, shared, ["time", "hello"])
    with pytest.warns(UserWarning, match=r"^2 of the vectors in .* have no word and were left out"):
        vectors = WordVectors.load(tmp_path)
    assert list(vectors.words) == ["hello", "time"]
    assert_array_equal(vectors.matrix, ROWS[[5, 5]])
    assert vectors.report.n_nameless == WordVectors.load(tmp_path).report.n_nameless == 2
    assert list(WordVectors.load(tmp_path / "vectors", limit=2).words) == ["hello", "time"]
    with pytest.warns(UserWarning, match=r"^1 of the vectors in .* has no word and was left out"):
        assert len(WordVectors.load(tmp_path, limit=3)) == 2


def test_vectors_of_parts_of_words_are_refused(tmp_path):
    write(tmp_path, {}, [], settings={"mode": "floret"})
    message = "expected vectors of words, found those of mode 'floret', which spaCy computes from"
    with pytest.raises(ValueError, match=message):
        WordVectors.load(tmp_path)


def test_a_pipeline_without_vectors(tmp_path):
    write(tmp_path, {}, ["hello"], np.zeros((0, 0), np.float32))
    with pytest.raises(ValueError, match="holds no vectors: pipelines whose names end in sm"):
        WordVectors.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "damage", "wanted"),
    [
        ("vectors", lambda d: d[:-1], "a matrix"),
        ("vectors", lambda d: d.replace(b"<f4", b"<i4"), "a matrix"),
        ("key2row", lambda d: d[:-1], "a row among 6 for each word"),
        ("key2row", lambda d: d + b"\0", "a row among 6 for each word"),
        ("key2row", lambda d: b"\x90", "a row among 6 for each word"),
        ("key2row", lambda d: b"", "a row among 6 for each word"),
        ("key2row", lambda d: d[:-1] + b"\x06", "a row among 6 for each word"),
        ("strings.json", lambda d: d[:-1], "a list of words in JSON"),
        ("strings.json", lambda d: b"[1]", "a list of words in JSON"),
        ("vectors.cfg", lambda d: b"[1]", "settings in JSON"),
    ],
)
def test_damaged_files(pipeline, name, damage, wanted):
    path = pipeline / "vocab" / name
    path.write_bytes(damage(path.read_bytes()))
    message = f"{path} is damaged: expected {wanted}, as spaCy writes it."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        WordVectors.load(pipeline)
    if name == "strings.json":
        path.unlink()
        with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
            WordVectors.load(pipeline)


def test_numbers_that_are_not_finite(pipeline):
    with (pipeline / "vocab" / "vectors").open("wb") as file:
        np.save(file, np.where(ROWS == 3, np.inf, ROWS))
    with pytest.raises(
        ValueError, match="vectors, word 'time': expected finite numbers, found NaN"
    ):
        WordVectors.load(pipeline)


def test_long_words_and_halves_of_characters(tmp_path):
    strings = ["\ud83d", "hello"]
    write(tmp_path, {HASHES["hello"]: 0}, strings)
    assert list(WordVectors.load(tmp_path).words) == ["hello"]
    write(tmp_path, {HASHES["hello"]: 0}, ["x" * 70_000])
    with pytest.raises(ValueError, match="expected a list of words in JSON"):
        WordVectors.load(tmp_path)
