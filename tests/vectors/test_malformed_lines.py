"""Text files of word vectors as people have them: empty lines, odd lines, wrong headers.

What is left out is reported; a file of many odd lines is refused. Neither depends on how large
the file is, or on where a block of it begins.
"""

import random
import re
import warnings

import numpy as np
import pytest

from skembed.vectors import WordVectors
from skembed.vectors._reading import _text
from skembed.vectors._reading._text_block import parse_block
from skembed.vectors._reading._text_lines import parse_lines

WORDS = [f"w{i}" for i in range(1000)]
LINES = [f"{word} {i}.5 -0.25" for i, word in enumerate(WORDS)]
REPORTED = "of the lines in .* left out"


def joined(lines, ending="\n"):
    return "".join(line + ending for line in lines)


def with_line(line, place=500):
    return joined([*LINES[:place], line, *LINES[place:]])


def loaded(load, path, **filters):
    """Load a file, and return the words and what was said."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        vectors = load(path, **filters)
    return vectors, [str(one.message) for one in said]


BLOCK = _text._BLOCK_BYTES


@pytest.mark.parametrize("size", [500, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK - 1, 2 * BLOCK + 1])
@pytest.mark.parametrize("header", [False, True])
def test_what_stands_at_the_end_of_a_file_of_any_size(load, write, size, header):
    """The lines take `size` bytes, so that what follows lies on either side of a block's end."""
    n_lines = size // 100
    words = [f"w{i:06d}" for i in range(n_lines)]
    lines = [f"{word} 0.5 " + "1".zfill(100 - len(word) - 6) for word in words]
    first = f"{n_lines:07d} 2\n" if header else ""
    lines[-1] = lines[-1].replace(" 0.5 ", " 0.5 " + "0" * (size - 100 * n_lines))
    text = first + joined(lines)
    for end in ("\n", "\n\n\n", " \n", "\r\n\r\n", "  ", "\t\n \n", "\n" * 70_000):
        vectors, said = loaded(load, write(text + end))
        assert said == []
        assert list(vectors.words) == words
        assert (vectors.matrix == np.float32([0.5, 1])).all()
    assert list(load(write(text[:-1])).words) == words
    assert list(load(write(text.replace("\n", " \n"))).words) == words
    assert list(load(write(text.replace("\n", "\r\n"))).words) == words
    assert list(load(write(text.replace("\n", "\r\n")[:-2])).words) == words


ODD = ["", " ", "\t", "=======", "0.5 0.25", " 0.5 0.25", "x 1", "x 1 2 3", "x nan 1", "x 1 2 "]
ODD += [
    "x  1 2",
    "x y 1 2",
    "x\t1 2",
    "x\v 1 2",
    "\f 1 2",
    "x 1 2\r",
    "é 1 2",
    "x\ry 1 2",
    "x\0 1 2",
]


@pytest.mark.parametrize("seed", range(40))
def test_both_readers_and_all_sizes_of_blocks_agree(load, write, monkeypatch, tmp_path, seed):
    rng = random.Random(seed)
    lines = list(LINES)
    for _ in range(rng.randrange(11)):
        lines.insert(rng.randrange(len(lines)), rng.choice(ODD))
    lines.insert(0, rng.choice(["first 1 2", "1000 2", "1003 2", "\n\n996 2"]))
    path = write(joined(lines, rng.choice(["\n", "\r\n", " \n"])))
    filters = {
        "limit": rng.choice([None, None, 1, 10, 995]),
        "vocabulary": rng.choice([None, {"w1", "w17", "w900", "x", "é", "x y"}]),
    }
    answers = []
    for block_bytes, parse in ((BLOCK, parse_block), (2048, parse_block), (2048, no_block)):
        monkeypatch.setattr(_text, "_BLOCK_BYTES", block_bytes)
        monkeypatch.setattr(_text, "parse_block", parse)
        cache = tmp_path / f"cache{len(answers)}"
        vectors, said = loaded(WordVectors.load, path, cache_dir=cache, **filters)
        answers.append((list(vectors.words), vectors.matrix.tolist(), vectors.report, said))
    assert answers[0] == answers[1] == answers[2]


def no_block(raw, n_dims, kept):
    """Do as `parse_block` does with lines out of the ordinary."""
    return None, raw.count(b"\n")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("=======", "expected a word and 2 numbers, found 0 numbers"),
        ("<<<<<<< HEAD", "expected a word and 2 numbers, found 0 numbers"),
        ("0.5 0.25", "expected a word and 2 numbers, found 1 number"),
        (" 0.5 0.25", "expected a word and 2 numbers, found no word"),
        ("\t0.5 0.25", "expected a word and 2 numbers, found no word"),
        ("half 0.5", "expected a word and 2 numbers, found 1 number"),
        ("half", "expected a word and 2 numbers, found 0 numbers"),
        ("call 911 0.5 0.25", "expected a word and 2 numbers, found 3 numbers"),
        ("a nan 1", "expected a finite decimal number as number 1, found 'nan'"),
        ("a 1 0.1.2", "expected a finite decimal number as number 2, found '0.1.2'"),
        ("a 1e39 1", "expected a finite decimal number as number 1, found '1e39'"),
        ("a 1 2\rb 3 4", "expected a word and 2 numbers, found a carriage return"),
    ],
)
@pytest.mark.parametrize("header", ["", "1000 2\n", "1001 2\n"])
def test_a_line_that_is_no_vector_is_left_out_and_reported(load, write, line, fault, header):
    path = write(header + with_line(line))
    number = 501 + bool(header)
    message = (
        f"1 of the lines in {path} is malformed and was left out (line {number}: {fault}); "
        "report.malformed lists them."
    )
    with pytest.warns(UserWarning, match=f"^{re.escape(message)}$"):
        vectors = load(path)
    assert list(vectors.words) == WORDS
    assert vectors["w999"].tolist() == [999.5, -0.25]
    assert vectors.report.n_malformed == 1
    assert vectors.report.malformed == ((number, fault),)
    assert vectors.report.header_count is None
    # The cache remembers; it is said once.
    assert load(path).report == vectors.report


def test_the_first_three_malformed_lines_are_shown(load, write):
    _, said = loaded(load, write(joined([*LINES, "a", "b", "c", "d", *LINES[:2]])))
    assert "2 of the words" in said[0]
    assert "4 of the lines" in said[1]
    assert "(line 1001: " in said[1]
    assert "; line 1003: expected a word and 2 numbers, found 0 numbers; ...)" in said[1]


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
def test_empty_lines_are_no_entries(load, write, ending):
    path = write("\n\n3 2\na 1 2\n\n \t\r\nb 3 4\nc 5 6" + ending)
    assert list(load(path).words) == ["a", "b", "c"]
    assert list(load(path, limit=2).words) == ["a", "b"]
    assert list(load(write("\n\na 1 2\n\nb 3 4\n"), limit=1).words) == ["a"]


def test_malformed_lines_count_in_a_limit_whether_the_whole_is_cached_or_not(load, write):
    for content in (with_line("=======", 3), with_line("w0 1 1", 3)):
        path = write(content)
        fresh, _ = loaded(load, path, limit=5)
        whole, _ = loaded(load, path)
        assert len(whole) == 1000
        again, _ = loaded(load, path, limit=6)
        assert list(fresh.words) == ["w0", "w1", "w2", "w3"]
        assert list(again.words) == ["w0", "w1", "w2", "w3", "w4"]


@pytest.mark.parametrize("promised", [990, 999, 1001, 1010, 10])
def test_a_header_off_by_a_few_is_reported(load, write, promised):
    path = write(f"{promised} 2\n" + joined(LINES))
    message = (
        f"The first line of {path} says {promised} words, but it has 1000. All of them were read; "
        "report.header_count holds both numbers."
    )
    with pytest.warns(UserWarning, match=f"^{re.escape(message)}$"):
        vectors = load(path)
    assert list(vectors.words) == WORDS
    assert vectors.report.header_count == (promised, 1000)
    assert load(path).report == vectors.report
    assert len(load(path, limit=1000)) == 1000


def test_a_file_that_lacks_many_words_is_refused(load, write):
    path = write("1011 2\n" + joined(LINES))
    message = (
        "tiny.txt: expected 1011 words, as its first line says, found 1000; the file may be "
        "truncated. Get the whole file, or read what is there with limit=1000."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        load(path)
    assert list(load(path, limit=1000).words) == WORDS


@pytest.mark.parametrize("cut", [" -0.25\n", "5 -0.25\n", "-0.25\n", "0.25\n", "25\n"])
@pytest.mark.parametrize("header", ["", "1000 2\n"])
def test_a_file_that_ends_within_a_line_is_refused(load, write, header, cut):
    path = write(
        header + joined(LINES).removesuffix("999.5 -0.25\n") + "999.5 -0.25\n"[: -len(cut)]
    )
    if cut == "25\n":  # the number that is left is one too
        assert load(path)["w999"].tolist() == [999.5, 0]
        return
    message = (
        rf"^tiny\.txt, line {1000 + bool(header)}: expected .*, found .*, and the file ends within "
        r"this line: it may be truncated\. Get the whole file, or read what comes before with "
        r"limit=999\.$"
    )
    with pytest.raises(ValueError, match=message):
        load(path)
    assert list(load(path, limit=999).words) == WORDS[:999]


def test_an_odd_last_line_without_a_newline_is_no_cut_one(load, write):
    with pytest.warns(UserWarning, match=REPORTED):
        vectors = load(write(joined(LINES) + "</body> and more"))
    assert list(vectors.words) == WORDS


def test_a_file_of_many_malformed_lines_is_refused(load, write):
    lines = LINES[:20] + ["=======", "x"] * 6 + LINES[20:]
    path = write(joined(lines))
    message = (
        "tiny.txt, line 21: expected a word and 2 numbers, found 0 numbers; 12 of 1012 lines are "
        "malformed. Correct or delete them, or read what comes before with limit=20."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        load(path)
    assert list(load(path, limit=20).words) == WORDS[:20]


def test_one_malformed_line_of_a_small_file_is_refused(load, write):
    message = (
        "tiny.txt, line 3: expected a word and 2 numbers, found 0 numbers; 1 of 3 lines is "
        "malformed. Correct or delete it, or read what comes before with limit=1."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        load(write("a 1 2\n\n=======\nb 3 4\n"))
    with pytest.raises(ValueError, match=r"Correct or delete it\.$"):
        load(write("=======\na 1 2\nb 3 4\n"))


def test_a_header_that_an_odd_line_follows_is_one(load, write):
    with pytest.warns(UserWarning, match=REPORTED):
        vectors = load(write("1000 2\n=======\n" + joined(LINES)))
    assert list(vectors.words) == WORDS


def test_reports_do_not_depend_on_the_words_kept(load, write):
    path = write(with_line("=======") + "a nan 1\n")
    with pytest.warns(UserWarning, match="^1 of the lines"):
        chosen = load(path, vocabulary={"w3", "w700"})
    assert list(chosen.words) == ["w3", "w700"]
    assert parse_lines(b"a nan 1\n", 2, 1, chosen.words).block.n_malformed == 0
    assert parse_lines(b"w3 nan 1\n", 2, 1, chosen.words).block.n_malformed == 1
