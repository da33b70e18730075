"""What words add: sums by hand, sums that must come out, and how it is shown."""

import re
from operator import itemgetter

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skembed import (
    CNNTextClassifier,
    GloveVectorizer,
    KerasTokenizer,
    LSTMTextClassifier,
    TokenSequences,
    WordVectors,
    explain,
)
from skembed.inspection import ExplanationDisplay
from skembed.linear import margins_by_token
from skembed.networks import LSTMEncoder
from skembed.text import recognise

matplotlib.use("agg")

TEXTS = ["a good film", "a bad film", "good sunny day", "bad rainy day", "a film", "the day"] * 6
LABELS = ["fine", "foul", "fine", "foul", "none", "none"] * 6
INDICATORS = np.array([[1, 0], [0, 1], [1, 0], [0, 1], [0, 0], [1, 1]] * 6)
WORDS = ["good", "bad", "film", "day", "sunny", "rainy", "a", "the"]
VECTORS = WordVectors(WORDS, np.random.default_rng(0).normal(size=(8, 5)).astype(np.float32))
SMALL = dict(embedding_dim=5, epochs=8, random_state=0, batch_size=8)

CLASSIFIERS = {
    "cnn": CNNTextClassifier(filters=6, wide=False, **SMALL),
    "wide cnn": CNNTextClassifier(filters=6, wide=True, **SMALL),
    "stacked": CNNTextClassifier(
        filters=6,
        stacked=True,
        kernel_sizes=(2, 2),
        pool_size=2,
        dense_units=(4,),
        wide=False,
        **SMALL,
    ),
    "lstm": LSTMTextClassifier(units=5, bidirectional=True, pooling="mean", wide=False, **SMALL),
    "wide lstm": LSTMTextClassifier(units=5, wide=True, embeddings=VECTORS, **SMALL),
}


@pytest.fixture(scope="module")
def fitted():
    return {name: classifier.fit(TEXTS, LABELS) for name, classifier in CLASSIFIERS.items()}


def log_odds(classifier, text):
    return classifier._model.outputs(recognise([text]))[0]


@pytest.mark.parametrize("name", CLASSIFIERS)
@pytest.mark.parametrize("text", ["a good rainy film", "sunny", "", "unheard words of good day"])
def test_parts_add_up_to_the_score(name, text, fitted):
    found = explain(fitted[name], text, n_points=200)
    logits = log_odds(fitted[name], text)
    numbers = [fitted[name].classes_.tolist().index(label) for label in found.classes]
    assert_allclose(found.scores, (logits - logits.mean())[numbers], rtol=0, atol=1e-5)
    assert np.abs(found.additivity_error).max() < 0.03 * max(1, np.abs(logits).max())
    sums = found.base + found.parts.sum(axis=0) + found.additivity_error
    assert_allclose(sums, found.scores, rtol=0, atol=1e-5)
    assert_allclose(found.probabilities, np.sort(fitted[name].predict_proba([text])[0])[::-1])


def test_more_points_come_closer(fitted):
    few, many = (
        np.abs(explain(fitted["lstm"], "a good film", n_points=n).additivity_error).max()
        for n in (2, 100)
    )
    assert many < few / 20


def test_words_speak_for_their_class(fitted):
    for name in CLASSIFIERS:
        frame = explain(fitted[name], "a good film", classes=["fine", "foul"]).to_frame()
        assert list(frame.columns) == ["fine", "foul"]
        assert frame.loc["good", "fine"] > 0 > frame.loc["good", "foul"]


@pytest.mark.parametrize("name", ["wide cnn", "wide lstm"])
def test_the_linear_model_is_exact(name, fitted):
    classifier = fitted[name]
    mixing = np.eye(3, dtype=np.float32)
    for text in ("good film, good day", "rainy rainy films", "unheard"):
        document = classifier.tokenizer_.transform([text])
        linear = classifier._model.linear
        shares = margins_by_token(linear, document, mixing)
        expected = linear.margins(document)[0] - linear.intercept
        assert_allclose(shares.sum(axis=0), expected, rtol=0, atol=1e-6)


def test_a_vector_of_zeros_adds_nothing():
    """Whoever has no vector has no part, and the text is no shorter for it."""
    vectors = WordVectors(["good", "bad"], [[1.0, 0.0], [0.0, 1.0]])
    classifier = CNNTextClassifier(
        embeddings=vectors, trainable_embeddings=False, tokenizer=KerasTokenizer(), **SMALL
    )
    classifier.fit(["good x", "bad x"] * 10, [0, 1] * 10)
    found = explain(classifier, "good x x x")
    assert_array_equal(found.network[1:], 0)
    logits = log_odds(classifier, "good x x x")
    assert_allclose(found.scores, (logits - logits.mean()).max(keepdims=True), atol=1e-5)


def test_tokens_are_those_of_the_text(fitted):
    found = explain(fitted["cnn"], "An Unheard film!")
    assert found.tokens == ("an", "unheard", "film", "!")
    assert explain(fitted["cnn"], "").tokens == ("",)


@pytest.mark.parametrize(("truncating", "kept"), [("pre", ("c", "d")), ("post", ("a", "b"))])
@pytest.mark.parametrize("output", ["sequences", "padded"])
def test_tokens_that_were_cut_are_not_shown(truncating, kept, output):
    tokenizer = KerasTokenizer(max_length=2, truncating=truncating, output=output)
    pipeline = make_pipeline(tokenizer, CNNTextClassifier(filters=2, **SMALL))
    found = explain(pipeline.fit(TEXTS, LABELS), "a b c d")
    assert found.tokens == kept
    assert found.parts.shape == (2, 3)


def test_pipelines_with_vectors():
    pipeline = make_pipeline(
        GloveVectorizer(VECTORS, output="sequences"), CNNTextClassifier(filters=3, **SMALL)
    )
    found = explain(pipeline.fit(TEXTS, LABELS), "a good film")
    assert found.tokens == ("a", "good", "film")


def test_steps_that_pass_through_and_tokenizers_that_are_vectorizers():
    classifier = CNNTextClassifier(filters=3, **SMALL)
    passing = Pipeline([("p", "passthrough"), ("c", classifier)]).fit(TEXTS, LABELS)
    assert explain(passing, "a good film").tokens == ("a", "good", "film")
    vectorizer = GloveVectorizer(VECTORS, output="sequences")
    nested = CNNTextClassifier(tokenizer=vectorizer, filters=3, **SMALL).fit(TEXTS, LABELS)
    assert explain(nested, "a good film").tokens == ("a", "good", "film")
    pooled = make_pipeline(GloveVectorizer(VECTORS), CNNTextClassifier(filters=3, **SMALL))
    with pytest.raises(TypeError, match="cannot follow words through the step GloveVectorizer"):
        explain(pooled.fit(TEXTS, LABELS), "a good film")


def test_points_are_computed_some_at_a_time(fitted, monkeypatch):
    at_once = explain(fitted["lstm"], "a good film")
    monkeypatch.setattr(LSTMEncoder, "explained_steps", 20)
    assert_allclose(explain(fitted["lstm"], "a good film").network, at_once.network, atol=1e-5)


def test_multi_label_scores_are_log_odds():
    classifier = CNNTextClassifier(filters=6, wide=True, **SMALL).fit(TEXTS, INDICATORS)
    found = explain(classifier, "a good film", classes=[0, 1])
    assert_allclose(found.scores, log_odds(classifier, "a good film"), atol=1e-5)
    assert_allclose(found.probabilities, classifier.predict_proba(["a good film"])[0])


def test_it_prints_as_a_table(fitted):
    explanation = explain(fitted["wide cnn"], "a good film", classes=["fine"])
    assert repr(explanation) == str(explanation)
    lines = str(explanation).splitlines()
    assert re.fullmatch(r"fine: probability 0\.\d{3}", lines[0])
    assert re.fullmatch(
        r"score -?\d+\.\d\d = baseline -?\d+\.\d\d \+ words -?\d+\.\d\d "
        r"\(approximation error \S+\)",
        lines[1],
    )
    assert re.fullmatch(r"  good  \+\d\.\d\d  \(network [+-]\S+, linear [+-]\S+\)", lines[2])
    assert len(lines) == 5


def test_it_shades_words_in_a_notebook(fitted):
    shown = explain(fitted["wide cnn"], "a <good> & film", classes=["fine", "foul"])._repr_html_()
    tokenizer = KerasTokenizer(filters="").fit(TEXTS)
    pipeline = make_pipeline(tokenizer, CNNTextClassifier(filters=3, **SMALL)).fit(TEXTS, LABELS)
    escaped = explain(pipeline, "<good> & film", classes=["fine"])._repr_html_()
    assert "&lt;good&gt;" in escaped
    assert "&amp;" in escaped
    assert shown.count("<p ") == 2
    assert "color:" not in shown  # black letters could not be read in a dark notebook
    assert re.search(r"<b>fine: probability 0\.\d{3}</b>", shown)
    assert re.search(r'title="\+\d\.\d{3}" style="background:rgba\(58,127,193,0\.60\)', shown)


def words_in(html):
    """Return the words of a shaded text, with what their style says, and the text around them."""
    line = re.findall(r"<p style=[^>]*>(.*?)</p>", html, re.DOTALL)[0]
    words = re.findall(r'<span title="([^"]*)" style="([^"]*)">(.*?)</span>', line)
    return words, re.sub(r"<[^>]+>", "", line)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A GOOD film -- Unheard!\nBad Day?", ["A", "GOOD", "film", "Unheard", "Bad", "Day"]),
        ("ÉTÉ, straße; don\u2019t", ["ÉTÉ", "straße", "do", "n\u2019t"]),
        ("cafe\u0301 İzmir", ["cafe\u0301", "İzmir"]),
        ("今天好", ["今", "天", "好"]),
    ],
)
def test_the_text_is_shown_as_it_was_written(text, shown, fitted):
    html = explain(fitted["wide cnn"], text, classes=["fine"])._repr_html_()
    words, whole = words_in(html)
    assert whole == text
    assert [word for word in shown if word not in [each for *_, each in words]] == []


def test_unknown_words_and_what_is_not_read_are_marked(fitted):
    tokenizer = KerasTokenizer(max_length=2, truncating="pre")
    pipeline = make_pipeline(tokenizer, CNNTextClassifier(filters=2, **SMALL)).fit(TEXTS, LABELS)
    found = explain(pipeline, "A cut beginning, good UNHEARD!", classes=["fine"])
    assert (found.tokens, found.is_known) == (("good", "unheard"), (True, False))
    html = found._repr_html_()
    assert [(word, "dotted" in style) for _, style, word in words_in(html)[0]] == [
        ("good", False),
        ("UNHEARD", True),
    ]
    assert '<span style="opacity:0.5">A cut beginning, </span>' in html
    assert words_in(html)[0][1][0].endswith(", not in the vocabulary")
    assert "dotted</span>: not in the vocabulary" in html
    plain = explain(pipeline, "good film")._repr_html_()
    assert "not in the vocabulary" not in plain
    assert "not read" not in plain


def test_words_that_a_function_made_of_others_are_shown_too(fitted):
    def stems(text):
        return ["went" if word == "goes" else word[:4] for word in text.lower().split()]

    tokenizer = KerasTokenizer(tokenizer=stems)
    pipeline = make_pipeline(tokenizer, CNNTextClassifier(filters=2, **SMALL)).fit(TEXTS, LABELS)
    found = explain(pipeline, "Sunny goes Rainy", classes=["fine"])
    assert found.places == ((0, 4), None, (11, 15))
    assert [word for *_, word in words_in(found._repr_html_())[0]] == ["Sunn", "went", "Rain"]


def test_the_scale_has_the_largest_part(fitted):
    found = explain(fitted["wide cnn"], "a good film", classes=["fine"])
    largest = np.abs(found.parts).max()
    scale = found._repr_html_().splitlines()[-1]
    assert f"against, {-largest:+.2f}" in scale
    assert f"{largest:+.2f}, for" in scale
    assert (
        "linear-gradient(to right,rgba(196,86,26,0.60),transparent,rgba(58,127,193,0.60))" in scale
    )


def test_of_two_classes_the_more_probable_one_is_explained():
    labels = ["fine" if label == "fine" else "other" for label in LABELS]
    classifier = CNNTextClassifier(filters=6, **SMALL).fit(TEXTS, labels)
    assert explain(classifier, "a good film").classes == ("fine",)
    both = explain(classifier, "a good film", classes=["other", "fine"])
    assert_allclose(both.parts[:, 0], -both.parts[:, 1], atol=1e-5)


def test_a_word_that_comes_twice_has_one_bar_and_one_line(fitted):
    found = explain(fitted["wide cnn"], "good film, good day, good", classes=["fine"])
    ax = found.plot()
    labels = [tick.get_text() for tick in ax.get_yticklabels()]
    assert sorted(labels) == sorted(["good (3 times)", "film", "day", ", (2 times)"])
    widths = dict(zip(labels, [bar.get_width() for bar in ax.patches], strict=True))
    those = [token == "good" for token in found.tokens]
    assert widths["good (3 times)"] == pytest.approx(found.parts[those, 0].sum(), abs=1e-6)
    line = next(line for line in str(found).splitlines() if "good" in line)
    linear, network = (each[those, 0].sum() for each in (found.linear, found.network))
    assert line.endswith(f"(network {network:+z.2f}, linear {linear:+z.2f})")
    assert found.to_frame().index.tolist().count("good") == 3


def test_its_line_is_that_of_the_page(fitted):
    found = explain(fitted["wide cnn"], "a good film", classes=["fine"])
    with plt.style.context("dark_background"):
        ax = found.plot()
        assert to_rgb(ax.get_lines()[0].get_color()) == (1, 1, 1)
    plt.close("all")
    assert to_rgb(found.plot().get_lines()[0].get_color()) == (0, 0, 0)


def test_the_picture_has_a_title(fitted):
    found = explain(fitted["wide cnn"], "a good film", classes=["fine"])
    title = found.plot().get_title(loc="left")
    assert title == f"fine: probability {found.probabilities[0]:.3f}"


def test_it_draws_the_largest_parts(fitted):
    found = explain(fitted["wide cnn"], "a good film " + " ".join(f"word{i}" for i in range(30)))
    ax = found.plot(label="foul")
    labels = [tick.get_text() for tick in ax.get_yticklabels()]
    assert len(labels) == 16
    assert (
        labels[0] == found.tokens[int(np.abs(found.parts[:, found.classes.index("foul")]).argmax())]
    )
    assert ax.get_xlabel() == "added to the score of foul"
    assert found.plot(ax) is ax
    with pytest.raises(ValueError, match="label='odd' is not among the classes"):
        found.plot(label="odd")


def test_the_display_draws_what_explain_finds(fitted):
    display = ExplanationDisplay.from_estimator(fitted["wide cnn"], "a good film", label="foul")
    assert display.explanation.classes == ("foul",)
    assert display.ax_.get_xlabel() == "added to the score of foul"
    assert display.figure_ is display.ax_.figure
    widths = {
        tick.get_text(): bar.get_width()
        for tick, bar in zip(display.ax_.get_yticklabels(), display.ax_.patches, strict=True)
    }
    found = explain(fitted["wide cnn"], "a good film")
    parts = found.parts[:, found.classes.index("foul")]
    assert widths == pytest.approx(dict(zip(found.tokens, parts.tolist(), strict=True)), abs=1e-6)
    most_probable = ExplanationDisplay.from_estimator(fitted["wide cnn"], "a good film", n_points=8)
    assert most_probable.ax_.get_xlabel() == f"added to the score of {found.classes[0]}"


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"text": ["a"]}, TypeError, r"text must be one str, got list: \['a'\]"),
        ({"n_points": 0}, ValueError, "n_points must be a positive integer, got 0"),
        ({"classes": []}, ValueError, "classes must hold at least one label; None explains"),
        ({"classes": ["fine", "odd"]}, ValueError, "classes holds 'odd', which is not among"),
        (
            {"estimator": LogisticRegression()},
            TypeError,
            "explain takes a text classifier or regressor of skembed",
        ),
        (
            {"estimator": "a film"},
            TypeError,
            r"got 'a film'\. Pass the estimator itself, as first argument\.$",
        ),
        (
            {"estimator": CNNTextClassifier},
            TypeError,
            r"got <class 'skembed.*CNNTextClassifier'>\. Pass a fitted instance\.$",
        ),
        ({"estimator": CNNTextClassifier()}, ValueError, "is not fitted yet"),
    ],
)
def test_refusals(change, error, message, fitted):
    with pytest.raises(error, match=message):
        explain(**{"estimator": fitted["cnn"], "text": "a film", **change})


def test_a_step_that_hides_the_texts():
    table = pd.DataFrame({"text": TEXTS, "number": range(len(TEXTS))})
    selector = FunctionTransformer(itemgetter("text"))
    pipeline = make_pipeline(
        selector, CNNTextClassifier(filters=2, kernel_sizes=(1,), **SMALL)
    ).fit(table, LABELS)
    message = (
        "explain cannot follow words through the step FunctionTransformer of a Pipeline. Pass the "
        "last step alone, with what reaches it: explain(pipeline[-1], ...). Or let the last step "
        "select columns, by text_columns=... and features=..."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        explain(pipeline, TEXTS[0])
    assert len(explain(pipeline[-1], "a good film").tokens) == 3


def test_ids_without_words(fitted):
    sequences = TokenSequences([2, 3], [0, 1, 2])
    classifier = CNNTextClassifier(filters=2, kernel_sizes=(1,), **SMALL).fit(sequences, [0, 1])
    with pytest.raises(TypeError, match="needs to know the words that ids stand for"):
        explain(classifier, "a")


def test_no_generator_is_moved(fitted):
    import random

    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - the global one is meant
    before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    explain(fitted["cnn"], "a good film")
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before  # noqa: NPY002
