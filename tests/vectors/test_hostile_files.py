"""Files of word vectors that nobody has written on purpose, or only to do harm.

Most were found by fuzzing; see `tests/fuzz/README.md`. What the readers do with them must be an
error that names the file, and must end: nothing here is measured in seconds.
"""

import gzip
import io
import json
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from skembed.vectors import WordVectors
from skembed.vectors._cache import matrix_header, open_entry
from skembed.vectors._conversion import convert
from skembed.vectors._reading import Block
from skembed.vectors._reading._numbers import DECIMAL
from skembed.words import pack_words

GLOVE = b"the 0.5 -0.25\nof 1e-05 2\n"


def zipped(content=GLOVE, kind=zipfile.ZIP_DEFLATED):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), content, kind)
    return packed.getvalue()


def refuse(load, path, message):
    with pytest.raises(ValueError, match=message) as caught:
        load(path)
    assert path.name in str(caught.value)


WHOLE = r"expected a whole compressed file, found a damaged or truncated one"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        # where the directory says that the member begins there is none, or another one
        (lambda b: b.replace(b"a.txt", b"b.txt", 1), rf"{WHOLE} \(File name in directory 'a.txt'"),
        (lambda b: b"PK\x03\x04" + b[30:], WHOLE),
        # the directory: version needed, encryption
        (lambda b: with_directory(b, 6, b"\xff"), rf"{WHOLE} \(zip file version 25\.5\)"),
        (lambda b: with_directory(with_bytes(b, 6, b"\1"), 8, b"\1"), rf"{WHOLE} \(.*encrypted"),
        (lambda b: with_bytes(b, 40, b"\0\0\0\0"), WHOLE),
        (lambda b: zipped(kind=zipfile.ZIP_BZIP2), "is stored or deflated, found compression 12"),
        (lambda b: zipped(kind=zipfile.ZIP_LZMA), "is stored or deflated, found compression 14"),
    ],
)
def test_zip_archives_that_cannot_be_unpacked(load, write, change, message):
    refuse(load, write(change(zipped()), "packed.zip"), message)


def with_bytes(content, place, new):
    return content[:place] + new + content[place + len(new) :]


def with_directory(content, place, new):
    """Change the entry of the only member in the directory at the end."""
    return with_bytes(content, content.index(b"PK\x01\x02") + place, new)


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b[:2],
        lambda b: b[:20],
        lambda b: b[:-8],
        lambda b: with_bytes(b, 2, b"\0"),
        lambda b: with_bytes(b, 12, b"\xff\xff\xff"),
        lambda b: with_bytes(b, len(b) - 6, b"\0"),
        lambda b: with_bytes(b, len(b) - 2, b"\xff"),
        lambda b: b + b"more",
    ],
)
def test_gzip_files_that_cannot_be_unpacked(load, write, change):
    refuse(load, write(change(gzip.compress(GLOVE, mtime=0)), "packed.gz"), WHOLE)


@pytest.mark.parametrize("pack", [gzip.compress, zipped])
@pytest.mark.parametrize(
    "content", [b"9 1\na 1\n" + b" " * 10**8, b"9 1\na " + bytes(10**8), b"a 1\n" + b"b" * 10**8]
)
def test_small_files_of_much_stay_small(load, write, pack, content):
    path = write(pack(content), "bomb")
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"bomb.*: expected"):
        load(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 160e6  # ten times what may be unpacked


def test_lines_of_any_length_are_not_gathered(load, write):
    path = write(GLOVE + b"a 1" + b" 1" * 10**6 + b"\n")
    refuse(load, path, "expected a word and 2 numbers, found 1000001 numbers")
    path = write(GLOVE + b"a 1" + b" 1" * (3 << 20) + b"\n")
    refuse(load, path, "expected lines of at most 2,097,152 bytes, found a longer one")


@pytest.mark.parametrize("content", [b"%s 1\n", b"b 1\n%s\t1\n", b"2 1\nb \0\0\0\1%s \0\0\0\1"])
def test_words_of_any_length_are_refused(load, write, content):
    longest = b"a" * (1 << 16)
    assert longest.decode() in load(write(content % longest))
    refuse(load, write(content % (longest + b"a")), "tiny.txt.*: expected .*words? .* bytes")


def test_numbers_are_recognised_in_one_way_only(load, write):
    """With two ways through the pattern, a token of a megabyte took hours."""
    digits = b"1" * (1 << 19)
    assert DECIMAL.fullmatch(digits)
    assert not DECIMAL.fullmatch(digits + b"x")
    refuse(load, write(b"a " + digits + b"x 1\n"), "line 1: .*, found a word of 524,291 bytes")
    refuse(load, write(b"4 " + digits + b".\n"), "line 1: expected a finite decimal number")


# word2vec's binary format.


@pytest.mark.parametrize("first", [b"\n\xd7#<", b"1\n\x00\x80", b" \n\x00@", b"\n\n\n\x40"])
def test_a_newline_among_the_first_numbers(load, write, first):
    """The number 0.01 begins with the byte of a newline: one file in 250 was taken for text."""
    rows = np.frombuffer(first + bytes(4) + np.ones(6, "<f4").tobytes(), "<f4").reshape(2, 4)
    path = write(b"2 4\nsun " + rows[0].tobytes() + b"\nmoon " + rows[1].tobytes(), "w.bin")
    np.testing.assert_array_equal(load(path).matrix, rows)


def test_a_first_line_of_too_few_numbers_is_text(load, write):
    path = write("2 4\nsun 1 2\nmoon 1 2 3 4\n")
    refuse(load, path, "expected a word and|expected a finite")


@pytest.mark.parametrize(
    "header",
    [b"1" * 5000 + b" 1", b"1 " + b"9" * 30, b"1" + b" " * 200 + b"1", b"0 0", b"1 0", b"\xb2 1"],
)
def test_headers_of_odd_numbers(load, write, header):
    refuse(load, write(header + b"\nsun \0\0\0\1\0\0\0\1", "w.bin"), "expected")


def test_more_dimensions_than_bytes(load, write):
    path = write(b"3 999999999999999999\nsun \0\0\0\1", "w.bin")
    refuse(load, path, "expected 3 words of 999999999999999999 numbers.* found 0 and 8 bytes more")


# fastText's binary format.


def fasttext(*, dims=2, buckets=4, max_n=3, n_entries=2, word=b"sun", rows=None):
    settings = struct.pack("<12id", dims, 5, 5, 1, 5, 1, 1, 2, buckets, 2, max_n, 100, 1e-4)
    entries = b"".join(one + b"\0" + struct.pack("<qb", 3, 0) for one in (b"</s>", word))
    n_rows = n_entries + buckets if rows is None else rows
    matrix = b"\0" + struct.pack("<2q", n_rows, dims) + bytes(4 * max(n_rows * dims, 0))
    start = struct.pack("<2i", 793712314, 12) + settings
    return (
        start + struct.pack("<3iq", n_entries, 2, 0, 10) + struct.pack("<q", -1) + entries + matrix
    )


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"dims": 0}, "expected a fastText model of at least one dimension and 0 buckets, found 0"),
        ({"dims": -2}, "found -2 and 4"),
        ({"buckets": -2}, "found 2 and -2; the file may be damaged"),
        ({"buckets": -4}, "found 2 and -4"),
        ({"buckets": -7, "dims": -2}, "found -2 and -7"),
        ({"n_entries": -2}, "expected"),
        ({"n_entries": 2**31 - 1, "rows": 6}, "expected 2147483647 dictionary entries, found"),
        ({"word": b"a" * 70_000 + bytes(1) + b"b" * 10}, "m.bin, entry 2: expected a word of at"),
        ({"word": b"a" * 900, "max_n": 2**31 - 1}, "entry 2: .* at most 524,288 subwords"),
    ],
)
def test_fasttext_models_of_odd_settings(load, write, parts, message):
    refuse(load, write(fasttext(**parts), "m.bin"), message)


def test_a_fasttext_dictionary_without_an_end(load, write):
    content = fasttext().replace(b"sun\0", b"s" * 200_000)
    refuse(load, write(content, "m.bin"), "entry 2: expected a word of at most 65,536 bytes")


def test_subwords_are_made_part_by_part(load, write):
    """A word alone has the vector that it has among others."""
    vectors = load(write(fasttext(word=b"a" * 400, max_n=900), "m.bin"))
    assert list(vectors.words) == ["</s>", "a" * 400]


# The cache, whose entries are mapped and not read as a whole.


@pytest.fixture
def entry(tmp_path):
    """Make an entry, and return a function that changes its parts and opens it."""
    words = ["sun", "moon", "naïve", "a longer word"]
    block = Block(*pack_words(words), np.ones((4, 3), np.float32), np.arange(4) + 1)
    convert([block], "tiny.txt", tmp_path, "key")
    path = tmp_path / "key.words"
    content = path.read_bytes()
    length = int.from_bytes(content[8:16], "little")
    meta = json.loads(content[16 : 16 + length])

    def change_and_open(change_meta=lambda meta: None, **arrays):
        spoilt = bytearray(content)
        for name, change in arrays.items():
            start, count = meta["sections"][name]
            kind = {"table": "<u8", "offsets": "<i8", "blob": "|u1"}[name]
            change(np.frombuffer(spoilt, kind, count, start))
        told = json.loads(json.dumps(meta))
        change_meta(told)
        text = json.dumps(told).encode()
        assert len(text) <= length + 40  # so much room is left
        spoilt[8 : 16 + length] = len(text).to_bytes(8, "little") + text.ljust(length)
        del spoilt[meta["size"] :]
        path.write_bytes(spoilt)
        return open_entry(tmp_path, "key")

    return change_and_open


def put(place, value):
    return lambda array: array.__setitem__(place, value)


def test_an_entry_that_is_whole(entry):
    assert next(iter(WordVectors._from_parts(*entry()).words)) == "sun"


@pytest.mark.parametrize(
    "arrays",
    [
        {"table": put(slice(None), 0)},  # a search ends at an empty slot
        {"offsets": put(0, 5)},
        {"offsets": put(2, -1)},
        {"offsets": put(-1, 2**62)},
        {"offsets": put(-1, -(2**62))},
        {"offsets": put(1, 3)},
        {"offsets": put(slice(None), 0)},
        {"blob": put(1, 0xFF)},
    ],
)
def test_damaged_arrays_are_seen(entry, arrays):
    assert entry(**arrays) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda meta: meta.update(n_dims=2),
        lambda meta: meta.update(n_dims=3.5),
        lambda meta: meta.update(n_dims="3"),
        lambda meta: meta["sections"].update(offsets=[0, 2**70]),
        lambda meta: meta["sections"].update(offsets=[0, 0]),
        lambda meta: meta["sections"].update(table=[64, 0]),
        lambda meta: meta["sections"].update(table=[64, 3]),
        lambda meta: meta["report"].update(source=None),
        lambda meta: meta["report"].update(n_undecodable=None),
        lambda meta: meta["report"].update(duplicates=[[1, 2]]),
        lambda meta: meta["report"].update(duplicates=3),
        lambda meta: meta["report"].update(n_malformed=None),
        lambda meta: meta["report"].update(malformed=[[1, 2]]),
        lambda meta: meta["report"].update(header_count=[1]),
        lambda meta: meta["report"].update(header_count=[1, "2"]),
    ],
)
def test_damaged_descriptions_are_seen(entry, change):
    assert entry(change) is None


def test_vectors_of_endless_width_are_not_believed(tmp_path):
    """Without words there is nothing to map, and the width would be taken as it is told."""
    block = Block(*pack_words([]), np.ones((0, 3), np.float32), np.zeros(0, np.int64))
    convert([block], "tiny.txt", tmp_path, "key")
    path = tmp_path / "key.words"
    path.write_bytes(path.read_bytes().replace(b'"n_dims": 3,', b'"n_dims": 9,'))
    assert open_entry(tmp_path, "key") is None
    (tmp_path / "key.npy").write_bytes(matrix_header(0, 9))
    assert open_entry(tmp_path, "key").matrix.shape == (0, 9)
