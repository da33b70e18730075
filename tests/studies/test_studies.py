"""The studies' bookkeeping: runs written once, rows kept apart, verdicts by hand."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier

from studies import accuracy, page
from studies.configurations import CONFIGURATIONS
from studies.corpora import CORPORA, Corpus, in_folds, subsampled
from studies.page import Result, best_baseline
from studies.runs import Ledger, Run, measure, rows_of
from studies.statistics import mcnemar, over_folds

TEXTS = [f"{word} {i}" for i in range(10) for word in ("sun", "rain")]
LABELS = np.array(["fine", "foul"] * 10)


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
    assert len(subsampled(corpus, 10**6).splits[0][0]) == 16


def test_a_run_remembers_which_documents_were_right():
    corpus = Corpus(TEXTS, LABELS, [(np.arange(11), np.arange(11, 20))])
    key = ("rain", "most frequent", 0, None, 0)
    run = measure(corpus, lambda seed: DummyClassifier(), key)  # "fine", six times of eleven
    assert run.score == round(4 / 9, 6)
    assert run.hits(9).tolist() == [False, True] * 4 + [False]
    macro = measure(
        Corpus(TEXTS, LABELS, corpus.splits, "f1_macro"), lambda _: DummyClassifier(), key
    )
    assert macro.score == pytest.approx((2 * 4 / (9 + 4) + 0) / 2, abs=1e-6)


def test_what_was_run_is_not_run_again(tmp_path, capsys):
    corpora = {"weather": lambda: in_folds(TEXTS, LABELS)}
    keys = [("weather", "dummy", split, inner, 0) for split in (1, 0) for inner in (None, 2)]
    ledger = Ledger(tmp_path / "runs.jsonl")
    ledger.run(corpora, {"dummy": lambda seed: DummyClassifier()}, keys)
    assert len(ledger.path.read_text().splitlines()) == 4
    assert "weather / dummy / 1 / None / 0: 0.5000" in capsys.readouterr().out
    again = Ledger(ledger.path)
    again.run({}, {}, keys)
    assert [run.split for run in again.select("weather", "dummy", inner=False)] == [0, 1]
    assert [run.inner for run in again.select("weather", "dummy", inner=True)] == [2, 2]


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
    names = [accuracy.BASELINES[1], accuracy.REGRESSION]
    results = {
        name: Result("MR", name, [run_of(name, 0, s)])
        for name, s in zip(names, (0.7, 0.8), strict=True)
    }
    assert best_baseline(results).configuration == accuracy.REGRESSION


def test_the_plan_names_what_there_is():
    wanted = accuracy.wanted()
    assert len(wanted) == len(set(wanted))
    assert {key[0] for key in wanted} <= set(CORPORA)
    assert {key[1] for key in wanted} <= set(CONFIGURATIONS)


def test_the_page_is_that_of_the_recorded_runs():
    """Every mean of the runs that are kept stands on the page."""
    text = page.PAGE.read_text(encoding="utf-8")
    assert "{{" not in text
    for results in page.collect(accuracy.ledger()).values():
        for name, result in results.items():
            assert f"| {name} | {result.shown()} |" in text
    for figure in re.findall(r"images/(\S+?)\)", text):
        assert Path(page.PAGE.parent, "images", figure).exists()


def test_the_ledger_holds_plain_values():
    for line in accuracy.ledger().path.read_text(encoding="utf-8").splitlines():
        assert set(json.loads(line)) == set(Run.__annotations__)
