import gzip
import random
import zipfile

import numpy as np
import pytest

from skembed.vectors._reading import _text
from skembed.vectors._reading._text_block import TAIL, parse_block
from skembed.vectors._reading._text_lines import parse_lines

GLOVE = "the 0.5 -0.25\n, 1e-05 2\nÜber -3.75 .5\n"
MATRIX = [[0.5, -0.25], [1e-05, 2], [-3.75, 0.5]]
WORDS = ["the", ",", "Über"]


@pytest.mark.parametrize("header", ["", "3 2\n"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", " \n", " \r\n", "\n\n\n"])
def test_header_and_line_endings(load, write, header, ending):
    last = ending if ending.count("\n") == 3 else ""
    text = (header + GLOVE).replace("\n", ending.rstrip("\n") + "\n") + last
    vectors = load(write(text))
    assert list(vectors.words) == WORDS
    np.testing.assert_array_equal(vectors.matrix, np.float32(MATRIX), strict=True)
    assert vectors.report.n_duplicates == vectors.report.n_undecodable == 0


@pytest.mark.parametrize("header", ["", "3 2\n"])
def test_a_missing_newline_at_the_end(load, write, header):
    assert load(write((header + GLOVE)[:-1])).matrix.tolist() == np.float32(MATRIX).tolist()


def packed_plain(content, path):
    path.write_bytes(content)


def packed_gzip(content, path):
    path.write_bytes(gzip.compress(content))


def packed_zip(content, path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inside.txt", content)


@pytest.mark.parametrize("pack", [packed_plain, packed_gzip, packed_zip])
@pytest.mark.parametrize("header", ["", "3 2\n"])
@pytest.mark.parametrize("ending", ["\n", " \n", "\r\n"])  # of GloVe, fastText's .vec, Windows
def test_a_byte_order_mark_is_no_part_of_the_first_word(load, tmp_path, pack, header, ending):
    path = tmp_path / "marked"
    pack(b"\xef\xbb\xbf" + (header + GLOVE).replace("\n", ending).encode(), path)
    vectors = load(path)
    assert list(vectors.words) == WORDS
    np.testing.assert_array_equal(vectors.matrix, np.float32(MATRIX), strict=True)
    assert list(load(path, limit=1).words) == WORDS[:1]


def test_a_byte_order_mark_further_on_is_kept(load, write):
    assert list(load(write("the 1 2\n\ufeffof 3 4\n")).words) == ["the", "\ufeffof"]
    with pytest.raises(ValueError, match=r"line 1: .*found an empty file"):
        load(write("\ufeff", name="empty.txt"))


def test_tabs(load, write):
    vectors = load(write(GLOVE.replace(" ", "\t")))
    assert list(vectors.words) == WORDS
    assert vectors.matrix.tolist() == np.float32(MATRIX).tolist()


def test_one_dimension(load, write):
    assert load(write("a 0.5\nb 1\n")).matrix.tolist() == [[0.5], [1]]
    assert load(write("2 1\na 0.5\nb 1\n")).matrix.tolist() == [[0.5], [1]]
    # No header: the second line has one number, not three.
    assert list(load(write("7 3\n8 4\n")).words) == ["7", "8"]


def test_words_that_are_numbers(load, write):
    vectors = load(write("1 0.5 0.25\n2.5 1 2\n-1e5 3 4\n"))
    assert list(vectors.words) == ["1", "2.5", "-1e5"]


@pytest.mark.parametrize("header", ["", "5 3\n"])
def test_tokens_with_spaces(load, write, header):
    lines = ["the 1 2 3", ". . . 4 5 6", "at name@domain.com 7 8 9", "\u00a0 1 1 1", "• x 2 2 2"]
    vectors = load(write(header + "\n".join(lines)))
    assert list(vectors.words) == ["the", ". . .", "at name@domain.com", "\u00a0", "• x"]
    assert vectors[". . ."].tolist() == [4, 5, 6]
    assert vectors["at name@domain.com"].tolist() == [7, 8, 9]


def test_a_token_with_spaces_on_the_first_line(load, write):
    vectors = load(write(". . . 1 2\nthe 3 4\nof 5 6\n"))
    assert list(vectors.words) == [". . .", "the", "of"]


def test_bytes_that_are_not_utf8_are_kept_apart(load, write):
    path = write(b"the 1 2\nclich\xe9 3 4\nof 5 6\n\xc3 7 8\n\xa9 9 1\n")
    with pytest.warns(UserWarning, match=r"3 of the words in .*tiny\.txt are not UTF-8.*line"):
        vectors = load(path)
    assert list(vectors.words) == ["the", "of"]
    assert vectors["of"].tolist() == [5, 6]
    assert vectors.report.n_undecodable == 3
    assert vectors.report.undecodable == ((2, b"clich\xe9"), (4, b"\xc3"), (5, b"\xa9"))
    # The cache remembers; it is said once.
    assert load(path).report == vectors.report


def test_one_word_that_is_not_utf8_is_one(load, write):
    with pytest.warns(UserWarning, match=r"^1 of the words in .* is not UTF-8 and was left out \("):
        load(write(b"the 1 2\nclich\xe9 3 4\nof 5 6\n"))


def test_of_repeated_words_the_first_counts(load, write):
    with pytest.warns(UserWarning, match=r"2 of the words in .* came more than once"):
        vectors = load(write("4 2\na 1 2\nb 3 4\na 5 6\nb 7 8\n"))
    assert list(vectors.words) == ["a", "b"]
    assert vectors.matrix.tolist() == [[1, 2], [3, 4]]
    assert vectors.report.duplicates == ((4, "a"), (5, "b"))
    assert vectors.report.n_duplicates == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "a 1 2\nb 3\nc 5 6\n",
            r"tiny\.txt, line 2: expected a word and 2 numbers, found 1 number;",
        ),
        ("a 1 2\nb 3 4\nc 5 6 7\n", r"tiny\.txt, line 3: expected a word and 2 .*found 3 numbers"),
        ("a 1 2\nb 3 4\nc 5", r"tiny\.txt, line 3: expected a word and 2 numbers, found 1"),
        ("a 1 2\nb 3 4\nc", r"tiny\.txt, line 3: .*found 0 numbers, and the file ends within"),
        ("a 1 2\n 3 4\nb 5 6\n", r"tiny\.txt, line 2: .*found no word"),
        ("a 1 2\nb 3 x\nc 5 6\n", r"tiny\.txt, line 2: .* as number 2, found 'x'"),
        ("a 1 2\nb nan 4\nc 5 6\n", r"tiny\.txt, line 2: .* as number 1, found 'nan'"),
        ("a 1 2\nb 3 -inf\nc 5 6\n", r"tiny\.txt, line 2: .* as number 2, found '-inf'"),
        ("a 1 2\nb 3 1e39\nc 5 6\n", r"tiny\.txt, line 2: .*finite.*found '1e39'"),
        ("a 1 2\nb 3 1_0\nc 5 6\n", r"tiny\.txt, line 2: .*found '1_0'"),
        ("a 1 2\nb 3 1.2.3\nc 5 6\n", r"tiny\.txt, line 2: .*found '1\.2\.3'"),
        ("3 2\na 1 2\nb 3 4\n", r"tiny\.txt: expected 3 words, as its first line says, found 2"),
        ("a 1\nb\nc 3\n", r"tiny\.txt, line 2: expected a word and 1 number, found 0 numbers"),
        ("3 2\na 1 2\nb 3\nc 1 2\n", r"tiny\.txt, line 3: expected a word and 2 numbers, found 1"),
        ("3 0\na\n", r"tiny\.txt, line 1: expected at least one dimension, found 0"),
        ("", r"tiny\.txt, line 1: .*found an empty file"),
        (
            "hello world\nfoo bar\n",
            r"tiny\.txt: .*found the line 'hello world', which is not a word and",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_said(load, write, tmp_path, content, message):
    path = write(content)
    with pytest.raises(ValueError, match=message):
        load(path)
    assert not [p for p in (tmp_path / "cache").rglob("*") if p.suffix in {".npy", ".words"}]
    assert not list((tmp_path / "cache").rglob("*.tmp"))


@pytest.fixture
def long_file(write, monkeypatch):
    """3,000 lines in blocks of 4 kB; every hundredth word holds a space."""
    monkeypatch.setattr(_text, "_BLOCK_BYTES", 4096)
    words = [f"w {i}x" if i % 100 == 0 else f"w{i}" for i in range(3000)]
    rows = np.random.default_rng(0).standard_normal((3000, 3)).astype(np.float32)
    lines = [f"{w} {' '.join(r)}\n" for w, r in zip(words, rows.astype(str), strict=True)]
    return write("".join(lines)), words, rows, lines


def test_many_blocks(load, long_file):
    path, words, rows, _ = long_file
    vectors = load(path)
    assert list(vectors.words) == words
    np.testing.assert_array_equal(vectors.matrix, rows, strict=True)


@pytest.mark.parametrize("limit", [1, 99, 1717, 3000, 10_000])
def test_limit(load, long_file, limit):
    path, words, rows, _ = long_file
    vectors = load(path, limit=limit)
    assert list(vectors.words) == words[:limit]
    np.testing.assert_array_equal(vectors.matrix, rows[:limit], strict=True)


def test_vocabulary_and_limit_before_it(load, long_file):
    path, words, rows, _ = long_file
    wanted = {"w7", "w 200x", "w2999", "absent"}
    vectors = load(path, vocabulary=wanted)
    assert list(vectors.words) == ["w7", "w 200x", "w2999"]
    np.testing.assert_array_equal(vectors.matrix, rows[[7, 200, 2999]], strict=True)
    assert list(load(path, vocabulary=wanted, limit=500).words) == ["w7", "w 200x"]
    nothing = load(path, vocabulary=["absent"])
    assert nothing.matrix.shape == (0, 3)
    assert list(nothing.words) == []
    assert vectors.words.find(words[:3]).tolist() == [-1, -1, -1]


def test_limit_stops_reading_before_what_is_wrong(load, long_file, write):
    *_, lines = long_file
    path = write("".join(lines[:2000]) + "broken\n" * 100, name="broken.txt")
    with pytest.raises(ValueError, match=r"broken\.txt, line 2001: .*found 0 numbers.*limit=2000"):
        load(path)
    assert len(load(path, limit=2000)) == 2000


def test_line_numbers_count_over_blocks(load, long_file, write):
    *_, lines = long_file
    lines[1500] = "w1500 1.0 2.0\n"
    lines[2500] = "w2500 1.0 x 2.0\n"
    with pytest.warns(UserWarning, match=r"left out \(line 1501: .*; line 2501: .* found 'x'\)"):
        vectors = load(write("".join(lines), name="odd.txt"))
    assert vectors.report.malformed == (
        (1501, "expected a word and 3 numbers, found 2 numbers"),
        (2501, "expected a finite decimal number as number 2, found 'x'"),
    )


@pytest.mark.parametrize("n_dims", [1, 2, 5])
@pytest.mark.parametrize("numbers", ["0123456789", ["0.25", "-1", "7", "-0.5", "12.75", "1e-3"]])
def test_all_lines_at_once_and_one_by_one(n_dims, numbers):
    rng = random.Random(n_dims)
    words = [*"a,.é", "0.5", "-", "\u00a0", "\x85", "\x00", "日本", "x" * 30]
    lines = [" ".join(rng.choices(words) + rng.choices(numbers, k=n_dims)) for _ in range(500)]
    raw = ("\n".join(lines) + "\n").encode()
    block, n_lines = parse_block(bytearray(raw + TAIL), n_dims, None)
    careful = parse_lines(raw, n_dims, 0, None).block
    assert n_lines == 500
    np.testing.assert_array_equal(block.matrix, careful.matrix, strict=True)
    np.testing.assert_array_equal(block.positions, careful.positions)
    assert block.blob.tobytes() == careful.blob.tobytes()
    np.testing.assert_array_equal(block.offsets, careful.offsets)


@pytest.mark.parametrize(
    "odd",
    ["a  1 2", " 1 2", "a 1  2", "a 1 2 ", "a\t1 2", "a 1", "a", "", "a 1 2 3", "a b 1 2", "a 1 x",
     "   ", "a 1 2\r", "a 1 2\x00", "a\v 1 2", "\f 1 2", "a\r 1 2"],
)  # fmt: skip
@pytest.mark.parametrize("place", [0, 1])
def test_an_odd_line_leaves_the_block_to_the_careful_reader(odd, place):
    lines = ["the 1 2", "of 3 4"]
    lines.insert(place, odd)
    raw = ("\n".join(lines) + "\n").encode()
    assert parse_block(bytearray(raw + TAIL), 2, None) == (None, 3)


def test_gzip_and_zip_give_the_same_vectors(load, write, tmp_path):
    plain = load(write(GLOVE))
    packed = load(write(gzip.compress(GLOVE.encode()), name="tiny.txt.gz"))
    with zipfile.ZipFile(tmp_path / "tiny.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.txt", GLOVE)
    assert plain == packed == load(tmp_path / "tiny.zip")
    assert plain.digest == packed.digest


def test_a_zip_of_two_files_names_them(load, tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.txt", GLOVE)
        archive.writestr("b.txt", GLOVE)
    with pytest.raises(ValueError, match=r"two\.zip: expected one file .* found a\.txt, b\.txt"):
        load(tmp_path / "two.zip")


@pytest.mark.parametrize("name", ["tiny.txt.gz", "tiny.zip"])
def test_damaged_archives(load, write, tmp_path, name):
    if name.endswith("zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("a.txt", GLOVE * 1000)
        content = (tmp_path / name).read_bytes()
    else:
        content = gzip.compress(GLOVE.encode() * 1000)
    with pytest.raises(ValueError, match=rf"{name}: expected a whole .* found a damaged"):
        load(write(content[: len(content) // 2], name=name))
