"""Files that nobody's `save` has written are refused before they do harm."""

import contextlib
import io
import os
import re
import tracemalloc
import zipfile
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
import skops.io
from safetensors.numpy import save_file
from sklearn.base import clone
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skembed import __version__, load, save
from tests.persistence.saved_file import read_parts, write_parts

IN_PYTHONS_WORDS = (
    AttributeError, IndexError, KeyError, MemoryError, OverflowError, RecursionError, TypeError,
    ValueError,
)  # fmt: skip
"""What a loaded estimator may raise where a number of its file was changed."""

GOLDEN = Path(__file__).parent / "golden"
FORMAT = max(int(folder.name) for folder in GOLDEN.glob("[0-9]*"))
"""Version that is written now."""

WITH_SPARSE = GOLDEN / "2" / "cnn_wide.skembed"
"""A file that holds a sparse matrix."""


@pytest.fixture
def forge(make, path):
    """Save an estimator, or take a file; change nodes and tensors, with the right digest."""

    def change_and_write(name, change, **header):
        if name != WITH_SPARSE:
            save(make(name), path)
        before, nodes, tensors = read_parts(WITH_SPARSE if name == WITH_SPARSE else path)
        nodes = change(nodes, tensors) or nodes
        write_parts(path, before | header, nodes, tensors)
        return path

    return change_and_write


def of_type(nodes, name):
    """Return the parts of the first object of a type."""
    return next(node["parts"] for node in nodes if node.get("type") == name)


def refuse(path, message):
    with pytest.raises(ValueError, match=message) as caught:
        load(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is an empty file, not a skembed file; skembed.load opens only what skembed.save"),
        (b"short", "is a text file, not a skembed file; skembed.load opens only what skembed.save"),
        (bytes(range(200, 0, -1)), "is not a skembed file, or it is truncated"),
        (b"PK\x03\x04" + bytes(100), "is a zip archive, not a skembed file; unpack it first, as"),
        (b"\xff" * 8 + b"{}" * 50, "is not a skembed file, or it is truncated"),
    ],
    ids=["nothing", "five bytes", "noise", "zip", "endless header"],
)
def test_what_is_no_safetensors_file(content, message, path):
    path.write_bytes(content)
    refuse(path, message)


def test_a_file_cut_anywhere(make, path):
    save(make("cnn"), path)
    whole = path.read_bytes()
    for n_bytes in np.linspace(0, len(whole) - 1, 40).astype(int):
        path.write_bytes(whole[:n_bytes])
        refuse(path, "is not a skembed file, or it is truncated|is an empty file|is a text file")


def test_a_changed_bit_anywhere(make, path):
    save(make("cnn"), path)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for place in rng.integers(0, len(whole), 60):
        changed = bytearray(whole)
        changed[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(changed)
        with pytest.raises(ValueError, match=re.escape(str(path))):
            load(path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no file"):
        load(tmp_path / "none.skembed")
    with pytest.raises(IsADirectoryError, match=r"is a folder\. Give the path of the file that"):
        load(tmp_path)


def test_a_safetensors_file_of_others(path):
    save_file({"weight": np.zeros(3)}, path)
    refuse(
        path, r"is a safetensors file, not a skembed file; safetensors.numpy.load_file opens it\.$"
    )


@pytest.mark.parametrize("version", [str(FORMAT + 1), "10"])
def test_a_newer_format(version, forge):
    path = forge(
        "tokenizer", lambda *_: None, format_version=version, versions='{"skembed": "9.0"}'
    )
    message = (
        f"{path} was written by skembed 9.0, which is newer than this skembed {__version__}: its "
        f"format is {version}, and this skembed reads formats up to {FORMAT}. Update it: pip "
        'install --upgrade "skembed".'
    )
    refuse(path, f"^{re.escape(message)}$")


@pytest.mark.parametrize("version", ["0", "-1", "one", ""])
def test_a_format_that_there_never_was(version, forge):
    path = forge("tokenizer", lambda *_: None, format_version=version)
    refuse(path, f"is damaged: no skembed writes the format '{version}'")


def test_damage_of_the_nodes(forge):
    refuse(forge("cnn", lambda *_: None, digest="0" * 64), "is damaged: its content does not have")


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ("[", "holds nodes that cannot be read"),
        ("[" * 100_000 + "]" * 100_000, "holds nodes that cannot be read: RecursionError"),
        ("{}", "no list of nodes"),
        ("[]", "list index out of range"),
        ('[{"is": "list", "items": []}]', "no estimator"),
        ('[{"is": "pickle", "tensor": "0"}]', "'pickle'"),
        ('[{"is": "array", "tensor": "99"}]', "'99'"),
        ('[{"is": "list", "items": [{"ref": 0}]}]', "object 0 comes too late"),
        ('[{"is": "list", "items": [{"ref": -1}]}]', "object -1 comes too late"),
        ('[{"is": "object", "type": "Popen", "parts": {"args": "id"}}]', "'Popen'"),
        ('[{"is": "dict", "items": [[{"is": "list"}, 1]]}]', "'ref'"),
        ('[{"is": "objects", "items": [1], "shape": [9000000000]}]', "cannot reshape"),
        ('[{"is": "objects", "items": [1], "shape": [-1]}]', r"\(-1,\) is not a shape"),
    ],
)
def test_nodes_that_save_does_not_write(nodes, message, forge):
    refuse(forge("tokenizer", lambda *_: nodes), message)


def spoil(name, **parts):
    """Return a change of the first object of a type."""
    return lambda nodes, _: of_type(nodes, name).update(parts)


def without(name, part):
    return lambda nodes, _: of_type(nodes, name).pop(part) and None


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("cnn", spoil("CNNTextClassifier", predict="x"), "CNNTextClassifier has no predict"),
        ("cnn", spoil("CNNTextClassifier", __class__="x"), "CNNTextClassifier has no __class__"),
        ("cnn", spoil("CNNTextClassifier", filters=0), "'filters' parameter of CNNTextClassifier"),
        ("cnn", spoil("NetworkSpec", n_dims="4"), "NetworkSpec.n_dims is of the wrong type, str"),
        ("cnn", spoil("NetworkSpec", n_dims=5), "shapes of weights are not those of the network"),
        ("cnn", spoil("NetworkSpec", n_rows=10**12), "shapes of weights are not those"),
        ("cnn", spoil("NetworkSpec", run="x"), "NetworkSpec has no run"),
        ("cnn", without("NetworkSpec", "n_outputs"), "NetworkSpec lacks n_outputs"),
        ("cnn", spoil("Reader", kind="pictures"), "Reader.kind is of the wrong type"),
        ("cnn", spoil("Reader", n_rows=9), "ids and rows of the embedding differ"),
        ("cnn", spoil("Reader", tokenizer=None), "do not fit together: tokenizer"),
        ("wide cnn", spoil("BagTables", n_words=-5), "tables of words do not fit"),
        ("wide cnn", spoil("SparseRows", n_columns=-1), "tables of words do not fit"),
        ("wide cnn", spoil("LinearModel", unit=None), "LinearModel.unit is of the wrong type"),
        ("tokenizer", spoil("KerasTokenizer", n_documents_=True), "n_documents_ is of the wrong"),
        ("tokenizer", without("KerasTokenizer", "vocabulary_"), "'vocabulary_'"),
        ("pipeline", spoil("Pipeline", steps=None), "'steps' parameter of Pipeline must be"),
    ],
)
def test_parts_that_save_does_not_write(name, change, message, forge):
    path = forge(name, change)
    with pytest.raises(ValueError, match=message):
        load(path).predict(["good"])


def tensors_of(nodes, kind):
    return next(node["tensors"] for node in nodes if node["is"] == kind)


def test_indices_of_sparse_matrices_are_looked_at(forge):
    def change(nodes, tensors):
        tensors[tensors_of(nodes, "csr")[1]][0] = 10**6

    refuse(forge(WITH_SPARSE, change), "indices|column index")


def test_ids_of_words_are_looked_at(forge):
    def change(nodes, tensors):
        tensors[tensors_of(nodes, "ids")[2]][0] = 10**6

    refuse(forge("cnn", change), "the ids of words are not the numbers from 2")


@pytest.mark.parametrize("part", ["counts", "frequencies", "missed"])
def test_counts_of_words_are_looked_at(part, forge):
    def change(nodes, tensors):
        name = nodes[of_type(nodes, "TokenCounts")[part]["ref"]]["tensor"]
        tensors[name] = tensors[name][1:].copy()

    refuse(forge("tokenizer, part by part", change), "words and counts differ in number")


def test_numbers_of_counted_words_are_looked_at(forge):
    def change(nodes, tensors):
        name = nodes[of_type(nodes, "TokenCounts")["words"]["ref"]]["tensors"][2]
        tensors[name][0] = 5

    refuse(forge("tokenizer, part by part", change), "the numbers of words")


def test_words_are_counted_once(forge):
    def change(nodes, tensors):
        tensors[tensors_of(nodes, "ids")[1]][:2] = 0  # where the first two words end

    refuse(forge("lstm", change), "a word has two ids")


def test_ends_of_words_rise(forge):
    def change(nodes, tensors):
        tensors[tensors_of(nodes, "ids")[1]][0] = 9

    refuse(forge("lstm", change), "the ends of strings are not in order")


@pytest.mark.parametrize("row", [-1, 10**6])
def test_rows_of_vectors_are_looked_at(row, forge):
    def change(nodes, tensors):
        rows = next(array for array in tensors.values() if array.dtype == np.int32)
        rows[0] = row

    refuse(forge("glove", change), "vectors of ids that there are not")


def test_vectors_of_more_ids_than_words(forge):
    def change(nodes, tensors):
        triple = of_type(nodes, "GloveVectorizer")["vectors_"]["ref"]
        nodes[triple]["items"][0] = 10**9

    refuse(forge("glove", change), "ids without a vector")


def part_of(content):
    """Return a change of the tensor that holds an estimator of scikit-learn."""

    def change(nodes, tensors):
        name = next(node["tensor"] for node in nodes if node["is"] == "skops")
        tensors[name] = np.frombuffer(content, dtype=np.uint8)

    return change


def with_member(name, content, **options):
    """Pack a scaler, and replace or add a member of the archive."""
    packed = io.BytesIO(skops.io.dumps(StandardScaler().fit([[0.0], [1.0]])))
    out = io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(out, "w", **options) as new:
        for member in set(old.namelist()) - {name}:
            new.writestr(member, old.read(member))
        new.writestr(name, content)
    return out.getvalue()


def lying_array():
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)}
    )
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (skops.io.dumps(FunctionTransformer(os.system)), "an estimator holds posix.system"),
        (with_member("a.npy", lying_array()), "a.npy of an estimator is not as large as it says"),
        (
            with_member("a.txt", bytes(10**6), compression=zipfile.ZIP_DEFLATED),
            "an estimator is compressed",
        ),
        (b"PK no archive", "an estimator cannot be read: BadZipFile"),
        (with_member("schema.json", "[]"), "an estimator cannot be read"),
    ],
    ids=["code", "array", "bomb", "no archive", "no schema"],
)
def test_parts_of_scikit_learn_are_looked_at(content, message, forge):
    refuse(forge("pooled", part_of(content)), message)


STRANGE = [
    None,
    True,
    -1,
    2**70,
    0.5,
    "",
    "x",
    [],
    [1],
    {},
    {"ref": 0},
    {"ref": 3},
    {"float": "nan"},
]


def change_anywhere(tree, rng):
    """Replace one value somewhere in a tree of lists and dicts."""
    inner = tree
    while True:
        key = rng.choice(len(inner)) if isinstance(inner, list) else rng.choice(list(inner))
        if isinstance(inner[key], list | dict) and inner[key] and rng.random() < 0.8:
            inner = inner[key]
            continue
        inner[key] = STRANGE[rng.integers(len(STRANGE))]
        return


@pytest.mark.parametrize("name", ["wide cnn", "lstm", "fasttext", "pipeline", "average"])
def test_any_change_of_a_node_is_harmless(name, make, path, answer):
    """It is refused, or what is loaded answers or says why it cannot."""
    save(make(name), path)
    header, nodes, tensors = read_parts(path)
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(100):
        changed = deepcopy(nodes)
        change_anywhere(changed, rng)
        write_parts(path, header, changed, tensors)
        try:
            again = load(path)
        except ValueError as error:
            refused += str(path) in str(error)
            continue
        with contextlib.suppress(*IN_PYTHONS_WORDS):  # in Python's words: it does not crash
            answer(again)
    assert refused > 30


FAR = 2**63 - 1
"""Steps up and down from here overflow, so that differences do not show that they are."""


def test_rows_of_sparse_matrices_that_overflow(forge):
    def change(nodes, tensors):
        name = tensors_of(nodes, "csr")[2]
        n = int(tensors[name][-1])
        tensors[name] = tensors[name].astype(np.int64)
        tensors[name][3:6] = FAR, -FAR - 1, -1
        tensors[name][6:] = n

    refuse(forge(WITH_SPARSE, change), "rows of a sparse matrix are not in order")


def whole(nodes, **tensors):
    """Return a change that puts these nodes and tensors in the place of all others."""

    def change(_, old):
        old.clear()
        old.update(tensors)
        return nodes

    return change


def nested(depth, outer):
    tuples = [{"is": "tuple", "items": [{"ref": i}]} for i in range(depth)]
    return [{"is": "tuple", "items": [1]}, *tuples, outer(depth)]


BLOB = np.full(1_000_000, 97, np.uint8)
BOMBS = {
    "ends that overflow": whole(
        [{"is": "words", "as": "list", "tensors": ["b", "e"]}],
        b=BLOB,
        e=np.array([FAR, -FAR - 1, -1, FAR - 1] * 500 + [10**6]),
    ),
    "one long string of many": whole(
        [{"is": "strings", "tensors": ["b", "e"], "shape": [300]}],
        b=BLOB,
        e=np.array([10**6] * 300),
    ),
    "a tensor used again and again": whole(
        [{"is": "words", "as": "list", "tensors": ["b", "e"]}] * 2000,
        b=BLOB[:300_000],
        e=np.arange(1, 300_001),
    ),
    "tuples as keys": whole(
        nested(50, lambda n: {"is": "dict", "items": [[{"ref": n}, 1]]}), a=np.zeros(1)
    ),
    "depth": whole(nested(5000, lambda n: {"is": "list", "items": [{"ref": n}]}), a=np.zeros(1)),
    "laughs": whole(
        [
            {"is": "list", "items": [1] * 10},
            *({"is": "list", "items": [{"ref": i}] * 10} for i in range(9)),
        ],
        a=np.zeros(1),
    ),
    "keys that collide": whole(
        [{"is": "dict", "items": [[i * (2**61 - 1), 0] for i in range(20_000)]}], a=np.zeros(1)
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_small_files_stay_small(name, forge):
    """Refused before it takes memory; what is measured is NumPy's and Python's own."""
    path = forge("tokenizer", BOMBS[name])
    tracemalloc.start()
    refuse(path, "not in order|far more memory|a key of a mapping|too many others|more than 10,000")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60e6 + 40 * path.stat().st_size


@pytest.mark.parametrize("shape", [(0, 10**12), (0, 10**8), (1, 10**5)])
def test_vectors_of_endless_width(shape, forge):
    def change(nodes, tensors):
        triple = nodes[of_type(nodes, "GloveVectorizer")["vectors_"]["ref"]]["items"]
        rows, kept = (item["ref"] for item in triple[1:])
        tensors[nodes[rows]["tensor"]] = np.zeros(shape[0], np.int32)
        tensors[nodes[kept]["tensor"]] = np.zeros(shape, np.float32)

    path = forge("glove", change)
    if shape[0]:
        assert load(path).vectors_.nbytes < 200 * path.stat().st_size
    else:
        refuse(path, "do not fit together: vectors")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("stacked cnn", spoil("CNNEncoder", pool_size=10**8)),
        ("tokenizer", spoil("KerasTokenizer", max_length_=10**9)),
    ],
)
def test_lengths_that_no_document_has(name, change, forge):
    refuse(forge(name, change), "a length beyond all bounds")


def test_an_npz_under_another_name(forge):
    """A sparse matrix's file may not hide how far it is compressed."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.npy", bytes(10**7))
    refuse(forge("pooled", part_of(with_member("blob", inner.getvalue()))), "is compressed")


def test_tensors_of_types_that_numpy_has_not(make, path):
    save(make("cnn"), path)
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"F32"', b'"F8_E4M3"', 1).replace(b'"F32"', b'"BF16"'))
    with pytest.raises(ValueError, match=re.escape(str(path))):
        load(path)


def test_what_load_would_refuse_is_not_saved(make, path, texts, labels):
    noted = clone(make("cnn")).fit(texts, labels)
    noted.note = "mine"
    with pytest.raises(ValueError, match=r"CNNTextClassifier cannot be saved: .* has no note\."):
        save(noted, path)
    assert not path.exists()
