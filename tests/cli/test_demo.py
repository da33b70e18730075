import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.utils import Bunch

from skembed import WordVectors
from skembed.cli import _contenders, _demo, main
from skembed.cli._contenders import PAIRS, USUAL, answer, make_contenders
from skembed.cli._corpus import CORPORA, Corpus, corpus_of, fit_for_folds
from skembed.comparison import Comparison

ROWS = [
    ("sun and sand", "summer"),
    ("warm sea", "summer"),
    ("snow, ice", "winter"),
    ("fog", "autumn"),
]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "weather.csv"
    lines = [f'"{text} {i}",{label}' for i in range(6) for text, label in ROWS]
    path.write_text("\n".join(["words,season", *lines, "hail,none"]) + "\n")
    return path


@pytest.fixture
def quick(monkeypatch):
    """Let the demo train scikit-learn's estimators under the names of the networks."""
    bayes = make_pipeline(CountVectorizer(), MultinomialNB())
    names = [name for pair in PAIRS.values() for name in pair]
    entries = {name: DummyClassifier() if "frozen" in name else bayes for name in names}
    monkeypatch.setattr(_demo, "make_contenders", lambda epochs: entries)


def run(table, tmp_path, *more):
    columns = ["--text", "words", "--label", "season"]
    output = ["--output", str(tmp_path / "picture.png")]
    main(["demo", "--csv", str(table), *columns, *output, *more])


def refused(status, arguments, capsys):
    """Return what a demo that ends with this status says on standard error."""
    with pytest.raises(SystemExit, match=f"^{status}$"):
        main(["demo", *arguments])
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    return err


def test_prints_table_and_answer_and_writes_the_picture(quick, table, tmp_path, capsys):
    run(table, tmp_path)
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0] == (
        "25 rows of weather.csv: column 'words' labelled by 'season'. "
        "Classes too small for 5 folds, left out: none (1)."
    )
    assert lines[2].split()[:2] == ["estimator", "accuracy"]
    assert [line.partition("  ")[0] for line in lines[4:9]] == [
        "TF-IDF + logistic regression (baseline)",
        *(name for pair in PAIRS.values() for name in pair),
    ]
    assert "Pre-trained or learned embeddings?" in lines
    assert any(line.startswith("CNN alone: learned is better. Pre-trained ") for line in lines)
    assert any(line.startswith("Recommendation: ") for line in lines)
    assert lines[-1].endswith(" MB.")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
    assert err == f"{tmp_path / 'picture.png'}\n"


def test_a_demo_without_matplotlib(quick, table, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.backend_bases", None)
    main(["demo", "--csv", str(table), "--text", "words", "--label", "season"])
    out, err = capsys.readouterr()
    assert "Recommendation: " in out
    assert err == 'No picture was drawn. To get one: pip install "skembed[plot]".\n'
    assert not [*tmp_path.glob("*.png")]
    said = refused(1, ["--csv", str(table), "--output", "picture.png"], capsys)
    assert said == (
        'Error: A picture needs matplotlib, which is not installed: pip install "skembed[plot]".\n'
    )


def test_scoring_and_folds_can_be_chosen(quick, table, tmp_path, capsys):
    run(table, tmp_path, "--scoring", "f1_macro", "--folds", "2")
    out, _ = capsys.readouterr()
    assert "estimator" in out
    assert out.split().count("f1_macro") > 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--csv", "nowhere.csv"], "There is no file nowhere.csv."),
        (["--csv", "."], ". is a folder, but a file is needed."),
        (
            ["--csv", "{table}", "--text", "word", "--label", "season"],
            "Its columns: 'words', 'season'",
        ),
        (["--csv", "{table}"], "has no column 'text'. Its columns: 'words', 'season'."),
        (
            ["--csv", "{table}", "--text", "words", "--label", "season", "--separator", "tab"],
            "has no column 'words'. Its columns: 'words,season'. The separator is '\\t'",
        ),
        (["--scoring", "acuracy"], "acuracy"),
        (["--output", "no/such/folder/x.png"], "There is no folder"),
    ],
)
def test_wrong_input_gets_a_sentence(arguments, message, table, capsys):
    said = refused(1, [argument.format(table=table) for argument in arguments], capsys)
    assert said.startswith("Error: ")
    assert message in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--text", "words"], "are for a table; add --csv FILE."),
        (["--separator", ";"], "are for a table; add --csv FILE."),
        (["--dataset", "docstrings", "--csv", "a.csv"], "leave out --dataset."),
        (["--dataset", "reuters"], "Invalid value for '--dataset': 'reuters' is not one of"),
        (["--folds", "1"], "Invalid value for '--folds': 1 is not in the range x>=2."),
        (["--epochs", "0"], "Invalid value for '--epochs': 0 is not in the range x>=1."),
        (["--max-documents", "1"], "'--max-documents': 1 is not in the range x>=2."),
    ],
)
def test_wrong_options(arguments, message, capsys):
    assert message in refused(2, arguments, capsys)


def test_error_in_training_names_the_estimator(monkeypatch, table, tmp_path, capsys):
    class Failing(DummyClassifier):
        def fit(self, X, y):
            raise ValueError("No vectors.")

    frozen, _ = PAIRS["CNN alone"]
    entries = {name: DummyClassifier() for pair in PAIRS.values() for name in pair}
    entries[frozen] = Failing()
    monkeypatch.setattr(_demo, "make_contenders", lambda epochs: entries)
    with pytest.raises(SystemExit, match=r"^1$"):
        run(table, tmp_path)
    out, err = capsys.readouterr()
    failed = [line for line in out.splitlines() if " failed on " in line]
    assert "CNN alone: no answer, because a fit has failed." in out.splitlines()
    assert failed == [f"{frozen} failed on fold {k}: ValueError: No vectors." for k in range(1, 6)]
    assert err.endswith("Error: 5 of 25 fits failed; the report says why.\n")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("module", [["skembed", "demo"], ["skembed.demo"]])
def test_both_ways_to_call_it(module):
    command = [sys.executable, "-m", *module, "--dataset", "reuters"]
    outcome = subprocess.run(command, capture_output=True, text=True)
    assert outcome.returncode == 2
    assert outcome.stderr.startswith("Usage: python -m skembed demo [OPTIONS]\n")
    assert "'reuters' is not one of" in outcome.stderr


def test_contenders_of_a_kind_differ_in_nothing_but_embeddings():
    contenders = make_contenders(epochs=7)
    assert list(contenders)[1:-1] == [name for pair in PAIRS.values() for name in pair]
    assert list(contenders)[-1] == USUAL
    for pretrained, learned in PAIRS.values():
        params, others = (clone(contenders[name]).get_params() for name in (pretrained, learned))
        changed = {key for key in params if repr(params[key]) != repr(others[key])}
        names = {key.rpartition("__")[2] for key in changed if "__" in key}
        assert names == {"embeddings", "trainable_embeddings"}
        assert params["steps"][-1][1].epochs == 7
        assert params["steps"][-1][1].trainable_embeddings is False
        assert others["steps"][-1][1].trainable_embeddings is True


def test_runs_from_end_to_end(monkeypatch, table, tmp_path, capsys):
    words = ["sun", "sand", "warm", "sea", "snow", "ice", "fog", "and"]
    matrix = np.random.default_rng(0).normal(size=(8, 5)).astype(np.float32)
    monkeypatch.setattr(_contenders, "EMBEDDINGS", WordVectors(words, matrix))
    run(table, tmp_path, "--epochs", "1", "--folds", "2")
    out = capsys.readouterr().out
    assert "pooled GloVe (sif, max, min) + logistic regression" in out
    assert "LSTM alone: " in out
    assert "Recommendation: " in out


COSTS = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
COST_A = "a: 0.800 accuracy, 2.0 s to fit, 20 documents a second, 2.0 MB."
STAY = ["Recommendation: stay with a. Nothing else is clearly better.", COST_A]


@pytest.mark.parametrize(
    ("learned", "verdict", "recommendation"),
    [
        (
            [0.1, 0.2, 0.31],
            "pre-trained is better. {} 0.597 higher (accuracy) [+0.380, +0.813].",
            STAY,
        ),
        (
            [0.9, 0.94, 1.01],
            "learned is better. {} 0.150 lower (accuracy) [-0.189, -0.111].",
            [
                "Recommendation: take b. It gains 0.150 accuracy [0.111, 0.189] over a.",
                "b: 0.950 accuracy, 5.0 s to fit, 50 documents a second, 5.0 MB.",
                COST_A,
            ],
        ),
        (
            [0.9, 0.7, 0.797],
            "no clear difference. {} 0.001 higher (accuracy) [-0.521, +0.523].",
            STAY,
        ),
        ([0.7, 0.75, 0.8], "no clear difference. {} 0.050 higher (accuracy).", STAY),
        (
            [np.nan, 0.94, 1.01],
            "no answer, because a fit has failed.",
            STAY,
        ),
    ],
)
def test_answer(learned, verdict, recommendation, monkeypatch):
    monkeypatch.setattr(_contenders, "PAIRS", {"CNN": ("a", "b")})
    scores = np.array([[0.75, 0.8, 0.85], learned])
    comparison = Comparison(["a", "b"], scores, "accuracy", "a", COSTS, 10 * COSTS, COSTS, 0.5)
    assert answer(comparison).splitlines() == [
        "Pre-trained or learned embeddings?",
        "CNN: " + verdict.format("Pre-trained vectors score"),
        *recommendation,
    ]
    assert "f1" in answer(replace(comparison, scoring="f1"))


def test_nothing_is_recommended_without_a_baseline_to_compare_with(monkeypatch):
    monkeypatch.setattr(_contenders, "PAIRS", {})
    scores = np.array([[0.75, np.nan, 0.85], [0.9, 0.94, 1.0]])
    comparison = Comparison(["a", "b"], scores, "accuracy", "a", COSTS, COSTS, COSTS, 0.5)
    said = answer(comparison).splitlines()
    assert said[1:] == ["There is no recommendation, because a failed on a fold."]


def corpus_with(**sizes):
    labels = np.array([label for label, size in sizes.items() for _ in range(size)])
    return Corpus([f"text {i}" for i in range(len(labels))], labels, "Texts.")


def test_classes_too_small_for_the_folds_are_left_out():
    corpus = fit_for_folds(corpus_with(a=3, b=2, c=5, d=1), 3)
    assert sorted(set(corpus.labels)) == ["a", "c"]
    assert corpus.texts == [f"text {i}" for i in (0, 1, 2, 5, 6, 7, 8, 9)]
    assert corpus.description == "Texts. Classes too small for 3 folds, left out: b (2), d (1)."
    many = fit_for_folds(corpus_with(a=2, b=2, **{f"c{i}": 1 for i in range(9)}), 2)
    assert many.description.endswith("left out: c0 (1), c1 (1), c2 (1), c3 (1), c4 (1) and 4 more.")


def test_sample_is_stratified_and_repeatable():
    whole = corpus_with(a=60, b=30)
    corpus = fit_for_folds(whole, 3, max_documents=30)
    assert list(corpus.labels).count("a") == 20
    assert len(set(corpus.texts)) == 30
    assert fit_for_folds(whole, 3, max_documents=30).texts == corpus.texts
    assert "A random 30 of them" in corpus.description
    assert fit_for_folds(whole, 3, max_documents=90) == whole
    assert len(fit_for_folds(whole, 3, max_documents=89).texts) == 89


def test_too_little_to_compare():
    with pytest.raises(ValueError, match=r"3 folds need at least two classes of 3 .* \[\('a', 9\)"):
        fit_for_folds(corpus_with(a=9, b=2), 3)
    with pytest.raises(ValueError, match="--max-documents is 2, but there are 3 classes"):
        fit_for_folds(corpus_with(a=9, b=9, c=9), 3, max_documents=2)


def test_newsgroups_are_fetched_without_what_gives_the_group_away(monkeypatch):
    def fetch(**options):
        assert options == {"subset": "all", "remove": ("headers", "footers", "quotes")}
        return Bunch(data=["x", "y"], target=[1, 0], target_names=["a", "b"])

    monkeypatch.setattr("sklearn.datasets.fetch_20newsgroups", fetch)
    corpus = corpus_of(CORPORA["20newsgroups"]())
    assert corpus.texts == ["x", "y"]
    assert corpus.labels.tolist() == ["b", "a"]
    assert corpus.description == "2 posts of 20 Newsgroups without headers, footers, quotes."


def test_newsgroups_without_a_network(monkeypatch):
    def fetch(**options):
        raise OSError("no route")

    monkeypatch.setattr("sklearn.datasets.fetch_20newsgroups", fetch)
    with pytest.raises(OSError, match=r"could not be downloaded \(no route\).*SCIKIT_LEARN_DATA"):
        CORPORA["20newsgroups"]()
