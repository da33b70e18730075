"""The examples: their form, what they use, and that they run."""

import ast
import codecs
import csv
import gzip
import importlib
import os
import pickle
import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("plot_*.py"))
SHORT = sorted((ROOT / "examples" / "docstrings").glob("plot_*.py"))
WITH_TABLES = [path for path in EXAMPLES if "20newsgroups" not in path.name]

every_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
every_short_one = pytest.mark.parametrize("example", SHORT, ids=lambda path: path.stem)
every_one = pytest.mark.parametrize("example", EXAMPLES + SHORT, ids=lambda path: path.stem)

SEEDED = {"CNNTextClassifier", "LSTMTextClassifier", "StratifiedKFold", "train_test_split"}
QUESTIONS = {
    "DESC": ["what is", "why does"], "ENTY": ["what color has", "which animal is"],
    "HUM": ["who made", "who owns"], "NUM": ["how many of", "how far is"],
}  # fmt: skip
THINGS = ["the moon", "the sea", "a river", "the film", "this song", "a king", "our house", "tea"]


def run_example(example, **environment):
    """Run an example as a user would, in a process of its own."""
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, example],
        env=os.environ | {"MPLBACKEND": "agg", "PYTHONPATH": path} | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )


def write_table(path, header, rows):
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def labelled_questions():
    """Make 64 documents of four classes, and a number to tell parts apart."""
    triples = product(QUESTIONS, (0, 1), enumerate(THINGS))
    return [(f"{QUESTIONS[c][i]} {thing} ?", c, j) for c, i, (j, thing) in triples]


TEXTS = ["title", "company_profile", "requirements", "benefits"]
CATEGORIES = ["employment_type", "required_experience", "required_education", "industry"]
FLAGS = ["telecommuting", "has_company_logo", "has_questions"]


@pytest.fixture
def data(tmp_path):
    """Write small tables with the columns of the real ones, and a 20 Newsgroups of four groups."""
    rows = labelled_questions()
    split = ["train" if j < 6 else "test" for _, _, j in rows]
    trec = [(text, label, label, part) for (text, label, _), part in zip(rows, split, strict=True)]
    write_table(tmp_path / "trec.csv.gz", ["text", "coarse", "fine", "split"], trec)
    tasks = [(text, label, "x") for text, label, _ in rows]
    tasks += [*tasks[:3], (tasks[0][0], "HUM", "x")]
    write_table(tmp_path / "onet_tasks.csv.gz", ["text", "minor", "occupation"], tasks)
    postings = [(text, int(label == "HUM"), "x") for text, label, _ in rows]
    postings += [(text.upper(), label, source) for text, label, source in postings[:5]]
    header = ["description", "fraudulent", "src", *TEXTS, *CATEGORIES, *FLAGS]
    more = [*["some text"] * len(TEXTS), *["one"] * len(CATEGORIES), *[1] * len(FLAGS)]
    postings = [(*posting, *more) for posting in postings]
    write_table(tmp_path / "emscad_partial.csv.gz", header, postings)
    jobs = [(text, f"{text} {label}", j % 6, 50 + 9 * j) for text, label, j in rows]
    header = ["title", "description", "company", "salary"]
    write_table(tmp_path / "job_salaries.csv.gz", header, jobs)
    write_newsgroups(tmp_path / "20news-bydate_py3.pkz", rows)
    return tmp_path


def write_newsgroups(path, rows):
    """Write what scikit-learn keeps of 20 Newsgroups, so that it downloads nothing."""
    from sklearn.utils import Bunch

    names = sorted(QUESTIONS)
    texts = [f"From: me\n\n{text}" for text, _, _ in rows]
    targets = np.array([names.index(label) for _, label, _ in rows])
    part = Bunch(data=texts, filenames=np.array(texts), target_names=names, target=targets)
    content = pickle.dumps({"train": part, "test": part})
    path.write_bytes(codecs.encode(content, "zlib_codec"))


def test_all_examples_are_found():
    assert [path.stem for path in EXAMPLES] == [
        "plot_20newsgroups_blog_network",
        "plot_fake_job_postings",
        "plot_fitted_model",
        "plot_job_networks",
        "plot_job_salaries",
        "plot_onet_imbalance",
        "plot_posting_columns",
        "plot_search",
        "plot_sentence_vectors",
        "plot_trec_questions",
    ]


def test_all_short_examples_are_found():
    assert [path.stem for path in SHORT] == [
        "plot_explain_and_inspect",
        "plot_first_network",
        "plot_in_a_notebook",
        "plot_keep_and_ship",
        "plot_own_network",
        "plot_pooled_vectors",
        "plot_words_and_lengths",
    ]
    assert (SHORT[0].parent / "GALLERY_HEADER.rst").is_file()


@every_one
def test_form(example):
    text = example.read_text(encoding="utf-8")
    shortest, longest = (30, 75) if example in SHORT else (40, 90)
    lines = [line for line in text.splitlines() if not line.startswith("# sphinx_gallery_")]
    assert shortest <= len(lines) <= longest
    _, title, underline, empty, *_ = lines
    assert text.startswith('"""\n')
    assert set(underline) == {"="}
    assert len(underline) == len(title)
    assert empty == ""
    cells = text.split("\n# %%\n")[1:]
    assert len(cells) >= 4
    assert all(cell.startswith("# ") for cell in cells), "a cell begins with its thought"
    assert text.endswith("plt.show()\n")
    assert text.count("plt.show()") == 1, "one picture"


@every_short_one
def test_short_ones_read_docstrings_and_are_repeatable(example):
    text = example.read_text(encoding="utf-8")
    _, top, code = text.split('"""\n', maxsplit=2)
    assert 'The example needs ``pip install "skembed[glove,' in top
    assert "and downloads nothing else." in top
    assert "load_docstrings(" in code
    assert "SKEMBED_DATA" not in text
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in SEEDED:
            assert "random_state" in {keyword.arg for keyword in call.keywords}, ast.unparse(call)


@every_short_one
def test_texts_of_short_ones_claim_no_figures(example):
    text = example.read_text(encoding="utf-8")
    cells = re.findall(r"^# %%\n((?:# .*\n)+)", text, re.MULTILINE)
    prose = re.sub(r"``.*?``", "", " ".join([text.split('"""\n')[1], *cells]))
    assert re.findall(r"\d+\.\d+|\d+ ?%|\d{3,}", prose) == []


@every_one
def test_imports_public_names_only(example):
    tree = ast.parse(example.read_text(encoding="utf-8"))
    found = {
        (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert not any(part.startswith("_") for names in found for part in ".".join(names).split("."))
    ours = {(module, name) for module, name in found if module.split(".")[0] == "skembed"}
    assert ours
    for module, name in ours:
        assert name in importlib.import_module(module).__all__


@pytest.mark.parametrize(
    "example",
    [WITH_TABLES[0], *(pytest.param(path, marks=pytest.mark.slow) for path in WITH_TABLES[1:])],
    ids=lambda path: path.stem,
)
def test_missing_data_is_said(example, tmp_path):
    done = run_example(example, SKEMBED_DATA=str(tmp_path))
    assert done.returncode == 1
    assert done.stdout == ""
    assert "in the folder that SKEMBED_DATA names. The top of this file says where" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_failed_download_is_said(tmp_path):
    nowhere = "http://127.0.0.1:9"
    done = run_example(
        EXAMPLES[0], SCIKIT_LEARN_DATA=str(tmp_path), https_proxy=nowhere, HTTPS_PROXY=nowhere
    )
    assert done.returncode == 1
    assert "scikit-learn could not download 20 Newsgroups: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_encoder_is_said(data):
    """No group of the tests installs the encoder, which is larger than all their data."""
    (example,) = (path for path in EXAMPLES if "sentence_vectors" in path.name)
    done = run_example(example, SKEMBED_DATA=str(data))
    assert done.returncode == 1
    assert done.stderr == (
        "The encoder is not installed. The top of this file has the line for pip.\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "example",
    [path for path in EXAMPLES if "sentence_vectors" not in path.name],
    ids=lambda path: path.stem,
)
def test_runs_on_small_stand_ins(example, data):
    done = run_example(example, SKEMBED_DATA=str(data), SCIKIT_LEARN_DATA=str(data))
    assert done.returncode == 0, done.stderr
    assert "TF-IDF" in done.stdout
    assert "Warning" not in done.stderr


@pytest.mark.slow
@every_short_one
def test_short_ones_run_without_a_download(example, tmp_path):
    nowhere = "http://127.0.0.1:9"
    proxies = dict.fromkeys(["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"], nowhere)
    done = run_example(example, SKEMBED_CACHE=str(tmp_path), **proxies)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert "Warning" not in done.stderr


@every_example
def test_is_recorded(example):
    page = (ROOT / "docs" / "examples.md").read_text(encoding="utf-8")
    title = example.read_text(encoding="utf-8").splitlines()[1]
    assert f"\n## {title}\n" in page
    assert f"(images/{example.stem}.png)" in page
    assert (ROOT / "docs" / "images" / f"{example.stem}.png").stat().st_size < 100_000
