"""What all estimators of skembed promise beyond the checks for any estimator of texts."""

import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags

from tests.small import CASES, LABELS, TEXTS

ONE_COLUMN = {
    "array": lambda texts: np.array(texts, dtype=object)[:, None],
    "pandas": lambda texts: pd.DataFrame({"text": texts}),
    "polars": lambda texts: pl.DataFrame({"text": texts}),
    "Arrow": lambda texts: pa.table({"text": texts}),
}


@pytest.mark.parametrize("collect", ONE_COLUMN.values(), ids=list(ONE_COLUMN))
def test_a_table_of_one_column_is_its_texts(case, fitted, texts, labels, collect):
    again = case.new().fit(collect(texts), labels)
    expected = case.outcome(fitted, texts)
    case.assert_equal(case.outcome(again, texts), expected)
    case.assert_equal(case.outcome(fitted, collect(texts)), expected)


def test_the_same_random_state_gives_the_same_to_the_last_bit(case, fitted, texts, labels):
    again = case.new().fit(texts, labels)
    expected = case.outcome(fitted, texts)
    case.assert_equal(case.outcome(again, texts), expected)
    case.assert_equal(case.outcome(again.fit(texts, labels), texts), expected)


def test_no_documents_give_no_rows(case, fitted):
    nothing = ([], np.array([], dtype=str), pd.Series([], dtype=object), pl.Series([]))
    for texts in nothing:
        if "logisticregression" in case.new().get_params():
            with pytest.raises(ValueError, match="a minimum of 1 is required by Logistic"):
                case.outcome(fitted, texts)
        else:
            assert len(case.outcome(fitted, texts)) == 0


OPEN_AND_LIST = """
import pathlib, pickle, sys
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    fitted = pickle.loads(path.read_bytes())
    print(path.name, *sorted({"tensorflow", "keras", "gensim"} & set(sys.modules)))
"""


def test_pickles_open_without_the_engine(tmp_path):
    names = ["cnn", "fasttext", "glove-cnn", "tokenizer", "tokenizer-lstm"]
    for name in names:
        fitted = clone(CASES[name]).fit(TEXTS, LABELS)
        (tmp_path / name).write_bytes(pickle.dumps(fitted))
    run = subprocess.run(
        [sys.executable, "-c", OPEN_AND_LIST, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert run.stdout.splitlines() == names


def test_tags(case):
    tags = get_tags(case.template)
    assert (tags.estimator_type == "classifier") == case.classifies
    if isinstance(case.template, Pipeline):  # its tags are scikit-learn's matter
        return
    assert tags.input_tags.string
    assert tags.target_tags.required == case.classifies
    assert tags.input_tags.two_d_array == case.classifies
    if case.classifies:
        assert tags.classifier_tags.multi_class
        assert tags.classifier_tags.multi_label
