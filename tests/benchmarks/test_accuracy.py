"""The studies' bookkeeping: runs written once, rows kept apart, verdicts by hand."""

from dataclasses import fields

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier

from benchmarks import record
from benchmarks.accuracy import ablations, additions, curves, searches, small, subject, tables
from benchmarks.accuracy import against_tfidf as plan
from benchmarks.accuracy.results import Result, best_baseline, mcnemar, over_folds
from benchmarks.accuracy.runs import Run, Study, measure, rows_of
from benchmarks.child import Settings
from benchmarks.corpora import Corpus, in_folds, subsampled
from benchmarks.record import Record, keep, read
from skembed import search_space

TEXTS = [f"{word} {i}" for i in range(10) for word in ("sun", "rain")]
LABELS = np.array(["fine", "foul"] * 10)
SETTINGS = Settings(None, quick=False, seed=0)


def run_of(configuration, split, score, corpus="MR", inner=None, seconds=1.0, right=""):
    return Run(corpus, configuration, split, inner, 0, score, seconds, right)


def test_folds_hold_each_text_once_and_no_small_class():
    texts = [*TEXTS, "sun 0", "hail"]
    corpus = in_folds(texts, np.array([*LABELS, "foul", "odd"]))
    assert corpus.texts == TEXTS
    assert sorted(np.concatenate([test for _, test in corpus.splits])) == list(range(20))


def test_inner_folds_are_parts_of_the_training_part():
    corpus = in_folds(TEXTS, LABELS)
    train, test = corpus.splits[1]
    held = [rows_of(corpus, 1, inner) for inner in range(3)]
    assert sorted(np.concatenate([held_out for _, held_out in held])) == sorted(train)
    for kept, held_out in held:
        assert not {*kept, *held_out} & set(test)
        assert not set(kept) & set(held_out)
    assert rows_of(corpus, 1, None) == (train, test)


def test_subsamples_keep_the_test_part():
    corpus = in_folds(TEXTS, LABELS)
    small = subsampled(corpus, 4)
    assert [len(train) for train, _ in small.splits] == [4, 4, 4]
    assert all(test is corpus.splits[0][1] for _, test in small.splits)
    assert len(subsampled(corpus, 15).splits[0][0]) == 16  # of the other class none would be left
    assert len(subsampled(corpus, 10**6).splits[0][0]) == 16


def test_a_run_remembers_which_documents_were_right():
    corpus = Corpus(TEXTS, LABELS, [(np.arange(11), np.arange(11, 20))])
    key = ("rain", "most frequent", 0, None, 0)
    run = measure(corpus, lambda seed: DummyClassifier(), key)  # "fine", six times of eleven
    assert run.score == round(4 / 9, 6)
    assert run.hits(9).tolist() == [False, True] * 4 + [False]
    assert run.balanced_accuracy == 0.5  # all that are "fine" and none that are "foul"
    macro = measure(
        Corpus(TEXTS, LABELS, corpus.splits, "f1_macro"), lambda _: DummyClassifier(), key
    )
    assert macro.score == pytest.approx((2 * 4 / (9 + 4) + 0) / 2, abs=1e-6)


@pytest.fixture
def weather(tmp_path, monkeypatch):
    """A study of four runs, and where it is kept."""
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    keys = [("weather", "dummy", split, inner, 0) for split in (1, 0) for inner in (None, 2)]
    makers = {"dummy": lambda seed: DummyClassifier()}
    corpora = {"weather": lambda: in_folds(TEXTS, LABELS)}
    return Study("weather", makers, lambda: keys, corpora)


def test_what_was_run_is_not_run_again(weather):
    found = list(weather.measure(SETTINGS))
    assert [len(runs) for runs in found] == [1, 2, 3, 4]
    keep("accuracy", "weather", Record({}, found[1]))
    found = list(weather.measure(SETTINGS))
    assert [len(runs) for runs in found] == [3, 4]
    keep("accuracy", "weather", Record({}, found[-1]))
    assert list(weather.measure(SETTINGS)) == []
    ledger = weather.ledger()
    assert [run.split for run in ledger.select("weather", "dummy", inner=False)] == [0, 1]
    assert [run.inner for run in ledger.select("weather", "dummy", inner=True)] == [2, 2]
    told = subject.show("weather", Record({}, found[-1]))
    assert told.startswith("corpus weather, configuration dummy, split 0, inner 2, seed 0, score 0")
    assert "right" not in told


def test_a_quick_study_does_its_first_run_in_any_case(weather):
    keep("accuracy", "weather", Record({}, list(weather.measure(SETTINGS))[-1]))
    (found,) = weather.measure(Settings(None, quick=True, seed=0))
    assert [(run["split"], run["inner"]) for run in found] == [(1, None)]


def test_mcnemar_by_hand():
    ours, theirs = np.array([1, 1, 1, 1, 0, 1], bool), np.array([1, 0, 0, 0, 1, 1], bool)
    # three to one of four that differ: (4 + 1 + 4 + 1) of 16 outcomes are as uneven
    assert mcnemar(ours, theirs) == pytest.approx((2 / 6, 10 / 16))
    assert mcnemar(ours, ours) == (0.0, 1.0)


def test_folds_are_tested_with_the_correction():
    verdict = over_folds(np.array([0.5, 0.6, 0.7, 0.8, 0.9]), np.full(5, 0.5))
    # variance 0.025, over 1/5 + 1/4 of it: t = 0.2 / sqrt(0.45 * 0.025), four degrees of freedom
    assert verdict.difference == pytest.approx(0.2)
    assert verdict.p_value == pytest.approx(0.1325, abs=5e-4)


def test_results_are_compared_on_the_folds_that_both_have():
    ours = Result("MR", "CNN", [run_of("CNN", i, s) for i, s in enumerate([0.7, 0.8, 0.9])])
    theirs = Result("MR", "x", [run_of("x", i, s) for i, s in enumerate([0.6, 0.65])])
    assert ours.against(theirs).difference == pytest.approx(0.125)
    assert ours.shown() == "0.800 ± 0.058 (3)"
    assert np.isnan(ours.against(Result("MR", "x", theirs.runs[:1])).p_value)


def test_the_better_tuned_model_is_the_yardstick():
    names = [plan.TUNED_SVM, plan.REGRESSION]
    results = {
        name: Result("MR", name, [run_of(name, 0, s)])
        for name, s in zip(names, (0.7, 0.8), strict=True)
    }
    assert best_baseline(results).configuration == plan.REGRESSION


def test_the_page_opens_with_what_was_found():
    """Clearly above on MR, a little above on TREC, and clearly below on SMS spam."""
    scores = {
        "MR": ([0.7, 0.71, 0.7, 0.71, 0.7], [0.8, 0.81, 0.8, 0.81, 0.81]),
        "O*NET, 22 groups": ([0.5, 0.6, 0.5, 0.6, 0.5], [0.6, 0.5, 0.6, 0.5, 0.6]),
        "SMS spam": ([0.9, 0.91, 0.9, 0.91, 0.9], [0.8, 0.81, 0.8, 0.81, 0.81]),
    }
    found = {
        corpus: {
            name: Result(corpus, name, [run_of(name, i, s, corpus) for i, s in enumerate(each)])
            for name, each in zip((plan.TUNED_SVM, plan.CNN), both, strict=True)
        }
        for corpus, both in scores.items()
    }
    assert tables.result(found) == (
        "**On 2 of 3 corpora the CNN scores higher than tuned TF-IDF, on 1 of them clearly "
        "(p < 0.05). It is clearly below on 1.**"
    )
    del found["SMS spam"]
    assert tables.result(found).endswith("It is clearly below on none.**")


@pytest.mark.parametrize("study", subject.STUDIES.values(), ids=subject.STUDIES)
def test_the_plans_name_what_there_is(study, monkeypatch, tmp_path):
    monkeypatch.setenv("SKEMBED_DATA", str(tmp_path))
    wanted = study.wanted()
    assert len(wanted) == len(set(wanted))
    assert {key[0] for key in wanted} <= set(study.corpora)
    assert {key[1] for key in wanted} <= set(study.configurations)
    if study.name == "frontier":
        pytest.importorskip("fasttext", reason="the group `frontier` installs what is compared")
    for make in study.configurations.values():
        assert hasattr(make(0), "fit")


def test_networks_of_few_documents_take_as_many_steps():
    assert [curves.epochs_for(size) for size in curves.SIZES] == [100, 100, 30, 10, 10]


def test_optuna_s_ranges_are_those_of_scipy():
    distributions = pytest.importorskip("optuna.distributions")
    assert searches.for_optuna(search_space("cnn")) == {
        "learning_rate": distributions.FloatDistribution(1e-3, 1e-2, log=True),
        "dense_dropout": distributions.FloatDistribution(0, 0.7),
        "spatial_dropout": distributions.FloatDistribution(0, 0.5),
        "wide": distributions.CategoricalDistribution([False, True]),
    }


def test_changes_are_means_of_pairs(tmp_path, monkeypatch):
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    figures = {"defaults": [(0.8, 2.0), (0.9, 2.0)], "20 epochs": [(0.82, 4.0), (0.9, 4.0)]}
    runs = [
        vars(Run("SST-2", ablations.named("cnn", name), 0, 0, inner, score, seconds, ""))
        for name, pairs in figures.items()
        for inner, (score, seconds) in enumerate(pairs)
    ]
    keep("accuracy", "ablations", Record({}, runs))
    lines = ablations.table_of("cnn").splitlines()
    assert lines[2] == "| defaults |  | 85.0 ± 5.0 (2) |  | × 1.0 |"
    assert lines[3] == "| 20 epochs |  | +1.0 ± 1.0 (2) |  | × 2.0 |"
    assert len(lines) == 4


def test_additions_are_compared_in_the_same_folds(tmp_path, monkeypatch):
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    figures = {"default": [(0.8, 2.0), (0.9, 2.0)], "20 epochs": [(0.82, 4.0)]}
    runs = [
        vars(Run("MR", name, 0, inner, 0, score, 1.0, "", cpu_seconds=seconds))
        for name, folds in figures.items()
        for inner, (score, seconds) in enumerate(folds)
    ]
    keep("accuracy", "additions", Record({}, runs))
    lines = additions.table_of().splitlines()
    assert lines[2] == "| default |  |  |  | 85.0 ± 5.0 (2) | × 1.0 |"
    assert lines[3] == "| 20 epochs |  |  |  | +2.0 (1) | × 2.0 |"
    assert len(lines) == 4


@pytest.fixture
def few_documents(tmp_path, monkeypatch):
    """Runs with few documents: the default is behind by accuracy, and not by balanced accuracy."""
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    reached = [(0.7, 0.6), (0.5, 0.5), (0.72, 0.59), (0.4, 0.4), (0.4, 0.4)]
    runs = []
    for name, (score, balanced) in zip(small.ARMS, reached, strict=True):
        for draw in range(2):
            key = small.at("SST-2", 20), name, draw, None, draw
            more = {"balanced_accuracy": balanced + 0.02 * draw}
            runs.append(vars(Run(*key, score + 0.02 * draw, 1.0, "ff" * 25, **more)))
    runs[0]["score"] += 0.01
    keep("accuracy", "small", Record({}, runs))


def test_a_default_of_few_documents_is_compared_with_the_best_of_the_others(few_documents):
    # One point behind, then two; an accuracy on 200 documents has an error of three points.
    row = small.table_of("accuracy").splitlines()[-1]
    scores = "0.715 | 0.510 | 0.730 | 0.410 | 0.410"
    assert row == f"| SST-2 | 20 | {scores} | -0.015 ± 0.005 (2) | 0.032 |"
    row = small.table_of("balanced accuracy").splitlines()[-1]
    scores = "0.610 | 0.510 | 0.600 | 0.410 | 0.410"
    assert row == f"| SST-2 | 20 | {scores} | +0.010 ± 0.000 (2) |"


def test_the_page_says_by_which_measure_a_default_is_behind(few_documents):
    assert small.verdict().splitlines() == [
        "- By accuracy, and the error of the test part: nowhere.",
        "- By accuracy, and the error over the draws: SST-2 with 20 a class.",
        "- By balanced accuracy, and the error over the draws: nowhere.",
    ]


def test_the_best_and_what_is_within_its_error_are_bold():
    kinds = [{"corpus": "MR", "words": 20, "classes": 2, "documents": 1000}]
    scores = {"TF-IDF + SVM, tuned": [0.8], "CNN": [0.9, 0.94], "LSTM": [0.91], "CNN alone": [0.89]}
    found = {
        name: Result("MR", name, [run_of(name, i, score) for i, score in enumerate(those)])
        for name, those in scores.items()
    }
    *_, row = tables.choose({"MR": found}, kinds).splitlines()
    # The error of the best, the CNN, is 0.02: level with it is what reaches 0.90.
    cells = ["MR", "20", "2", "1,000", "", "0.800", "0.890", "", "**0.920**", "**0.910**", ""]
    assert row == f"| {' | '.join(cells)} |"


def test_the_kind_of_a_corpus_is_that_of_its_training_part():
    corpus = Corpus(["a b c", "a", "b"], np.array([0, 1, 2]), [(np.array([0, 1]), np.array([2]))])
    assert subject.kind_of(corpus) == {"words": 2, "classes": 2, "documents": 2}


@pytest.mark.parametrize("name", subject.STUDIES)
def test_a_record_of_a_study_holds_its_runs(name):
    rows = read("accuracy", name).found
    later = {field.name for field in fields(Run) if field.default is None}
    assert all({*row} | later == {*Run.__annotations__} for row in rows)
    assert len(subject.STUDIES[name].ledger()) == len(rows)
