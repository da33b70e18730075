"""A fitted classifier in a notebook: what is shown, and that showing it builds no network."""

import pickle
import re
from html import unescape

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.pipeline import make_pipeline

import skembed
from skembed import KerasTokenizer
from tests.versions import needs_attributes_in_diagrams

# Four words make six ids; no two of them share three letters in a row.
TEXTS = ["sun sea", "rain wind"] * 4
LABELS = ["fine", "foul"] * 4


def tables(shown):
    """Read the tables of an HTML diagram: titles to lists of rows of plain text."""
    found = {}
    for table in re.findall(r"<summary>(.*?)</table>", shown, flags=re.DOTALL):
        title, *rows = re.split(r"</summary>|<tr[^>]*>", table)
        cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL) for row in rows]
        found[title] = [
            [unescape(re.sub("<[^>]*>", "", cell)).strip() for cell in row] for row in cells if row
        ]
    return found


@pytest.fixture(scope="module")
def small(cnn):
    return cnn(epochs=2).fit(TEXTS, LABELS)


@needs_attributes_in_diagrams
def test_the_network_is_a_table_of_its_layers(small):
    shown = tables(small._repr_html_())
    assert list(shown) == ["Parameters", "Fitted attributes", "Network of 88 weights"]
    assert shown["Network of 88 weights"] == [
        ["Layer", "Weights", "Number"],
        ["embedding", "embeddings 6 × 4, trained", "24"],
        ["conv_1", "kernel 2 × 4 × 4, bias 4", "36"],
        ["logits", "kernel 4 × 2, bias 2", "10"],
        ["linear model", "coef 8 × 2, intercept 2", "18"],  # six ids, two pairs of words
        ["total", "", "88"],
    ]
    assert small.n_parameters_ == 24 + 36 + 10 + 18


@needs_attributes_in_diagrams
def test_layers_of_a_wide_network_that_reads_both_ways(lstm):
    classifier = lstm(bidirectional=True, dense_units=(5,), batch_norm=True, wide=True, epochs=1)
    classifier.fit(TEXTS, LABELS)
    shown = tables(classifier._repr_html_())
    assert shown["Network of 301 weights"][1:] == [
        ["embedding", "embeddings 6 × 4, trained", "24"],
        ["lstm", "kernel 4 × 12, recurrent_kernel 3 × 12, bias 12", "96"],
        ["lstm_backward", "kernel 4 × 12, recurrent_kernel 3 × 12, bias 12", "96"],
        ["dense_1", "kernel 6 × 5, bias 5", "35"],
        ["batch_norm_1", "gamma 5, beta 5, moving_mean 5, moving_variance 5", "20"],
        ["logits", "kernel 5 × 2, bias 2", "12"],
        ["linear model", "coef 8 × 2, intercept 2", "18"],  # six ids, two pairs of words
        ["total", "", "301"],
    ]
    assert classifier.n_parameters_ == classifier.network_.count_params() == 301


@needs_attributes_in_diagrams
def test_layers_of_stacked_convolutions_with_several_labels(cnn):
    indicators = np.array([[1, 0, 1], [0, 1, 0]] * 4)
    classifier = cnn(kernel_sizes=(2, 3), stacked=True, pool_size=2, epochs=1, wide=False)
    shown = tables(classifier.fit(TEXTS, indicators)._repr_html_())
    assert shown["Network of 127 weights"][2:] == [
        ["conv_1", "kernel 2 × 4 × 4, bias 4", "36"],
        ["conv_2", "kernel 3 × 4 × 4, bias 4", "52"],
        ["logits", "kernel 4 × 3, bias 3", "15"],
        ["total", "", "127"],
    ]
    assert classifier.n_parameters_ == 127


@needs_attributes_in_diagrams
def test_vectors_need_no_embedding(lstm):
    X = np.random.default_rng(0).normal(size=(8, 5, 6)).astype(np.float32)
    shown = tables(lstm(epochs=1).fit(X, LABELS)._repr_html_())
    assert shown["Network of 128 weights"][1:] == [
        ["lstm", "kernel 6 × 12, recurrent_kernel 3 × 12, bias 12", "120"],
        ["logits", "kernel 3 × 2, bias 2", "8"],
        ["total", "", "128"],
    ]
    assert "tokenizer_" not in dict(row[::2] for row in shown["Fitted attributes"])


@needs_attributes_in_diagrams
@pytest.mark.parametrize(
    ("trainable", "said"), [(None, "trained"), (False, "frozen"), (1, "trained"), (2, "frozen")]
)
def test_whether_the_embedding_was_frozen(cnn, vectors, trainable, said):
    classifier = cnn(embeddings=vectors, trainable_embeddings=trainable, epochs=2)
    shown = classifier.fit(TEXTS, LABELS)._repr_html_()
    # The tokenizer knows all fourteen words of the vectors.
    assert f"embeddings 16 × 2, {said}</td>" in shown
    assert "100.0% of the training words have a vector" in shown


@needs_attributes_in_diagrams
def test_attributes_are_told_in_short(small):
    shown = tables(small._repr_html_())["Fitted attributes"]
    assert shown == [
        ["Name", "Type", "Value"],
        ["best_epoch_", "int", "2"],
        ["classes_", "ndarray[<U4](2,)", "['fine', 'foul']"],
        ["coverage_", "NoneType", "None"],
        ["history_", "dict", "loss, accuracy, seconds of 2 epochs"],
        ["n_iter_", "int", "2"],
        ["n_parameters_", "int", "88"],
        ["thresholds_", "NoneType", "None"],
        ["tokenizer_", "KerasTokenizer", "4 words"],
    ]


@needs_attributes_in_diagrams
def test_long_values_are_cut_and_large_numbers_grouped(cnn):
    labels = ["f" * 500, "g" * 500] * 4
    classifier = cnn(embedding_dim=1000, epochs=1).fit(TEXTS, labels)
    shown = tables(classifier._repr_html_())
    values = {name: value for name, _, value in shown["Fitted attributes"]}
    assert values["classes_"] == "['" + "f" * 77 + "…"
    # 6 × 1000 of the embedding, 2 × 1000 × 4 + 4 of the convolution, 4 × 2 + 2 at last, and
    # 8 × 2 + 2 of the linear model.
    assert values["n_parameters_"] == "14,032"
    assert shown["Network of 14,032 weights"][-1] == ["total", "", "14,032"]


def test_labels_are_escaped(cnn):
    labels = ["<script>", "a & b"] * 4
    shown = cnn(epochs=1).fit(TEXTS, labels)._get_fitted_attr_html()._repr_html_inner()
    assert "[&#x27;&lt;script&gt;&#x27;, &#x27;a &amp; b&#x27;]" in shown
    assert "<script" not in shown


@needs_attributes_in_diagrams
def test_a_step_of_a_pipeline_shows_its_network(cnn):
    pipeline = make_pipeline(KerasTokenizer(), cnn(epochs=1)).fit(TEXTS, LABELS)
    assert "Network of 88 weights" in tables(pipeline._repr_html_())


@needs_attributes_in_diagrams
def test_an_unfitted_classifier_shows_its_parameters(cnn):
    shown = cnn()._repr_html_()
    assert list(tables(shown)) == ["Parameters"]
    assert "network_" not in dir(cnn())


def test_all_names_but_the_network_are_tried(small, cnn):
    assert sorted(dir(small)) == sorted(BaseEstimator.__dir__(small))
    assert {"network_", "bag_of_words"} <= set(dir(small))
    assert "bag_of_words" not in dir(cnn(wide=False, epochs=1).fit(TEXTS, LABELS))


@needs_attributes_in_diagrams
@pytest.mark.parametrize("way", ["pickle", "skembed"])
def test_neither_keras_nor_tensorflow_is_loaded(small, run_python, tmp_path, way):
    path = tmp_path / "classifier"
    if way == "pickle":
        path.write_bytes(pickle.dumps(small))
    else:
        skembed.save(small, path)
    opened = {
        "pickle": f"pickle.loads(pathlib.Path({str(path)!r}).read_bytes())",
        "skembed": f"skembed.load({str(path)!r})",
    }
    code = f"""
import pathlib, pickle, sys
import skembed
classifier = {opened[way]}
assert "Network of 88 weights" in classifier._repr_html_()
assert "Network of 88 weights" in classifier._repr_mimebundle_()["text/html"]
assert "network_" in dir(classifier)
print({{"keras", "tensorflow"}} & set(sys.modules))
"""
    assert run_python(code) == "set()\n"


def test_a_large_vocabulary_is_not_listed():
    words = [f"word{i}" for i in range(20_000)]
    tokenizer = KerasTokenizer(max_tokens=None, extra_words=words).fit([" ".join(words)])
    shown = tokenizer._repr_html_()
    assert len(re.findall(r"word\d+", shown)) < 100
