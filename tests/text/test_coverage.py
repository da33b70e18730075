import re
from dataclasses import replace

import numpy as np
import pytest

from skembed.text import (
    ClassCoverage,
    Coverage,
    KerasTokenizer,
    measure_coverage,
)

# the 3, sun 2, moon 1, tide 1 times; three ids for words, so that tide is unknown
TEXTS = ["the sun the moon", "the sun tide"]


def test_shares_by_hand():
    coverage = KerasTokenizer(max_tokens=5).fit(TEXTS).coverage({"the", "moon", "star"})
    assert coverage == Coverage(
        n_types=3,
        n_tokens=7,
        type_share=2 / 3,
        token_share=4 / 7,
        unknown_share=1 / 7,
        missing_words=("sun",),
        missing_counts=(2,),
        lowercase_gain=0.0,
        unaccented_gain=0.0,
        truncated_share=0.0,
    )


def test_extra_words_count_once_they_come():
    tokenizer = KerasTokenizer(extra_words=["dune", "sun"]).fit(TEXTS)
    assert tokenizer.coverage({"the", "moon", "dune"}).n_types == 4
    assert tokenizer.coverage({"the", "moon"}).missing == (("sun", 2), ("tide", 1))


def test_any_container_of_words():
    tokenizer = KerasTokenizer().fit(TEXTS)
    words = ["the", "sun", "moon", "tide"]
    for container in (words, set(words), dict.fromkeys(words, 0.0)):
        assert tokenizer.coverage(container).token_share == 1.0
    assert tokenizer.coverage([]).missing == (("the", 3), ("sun", 2), ("moon", 1), ("tide", 1))


def test_prints_a_report():
    coverage = KerasTokenizer(max_tokens=5).fit(TEXTS).coverage({"the", "moon"})
    assert str(coverage) == (
        "66.7% of 3 distinct words and 57.1% of 7 words have a vector; 14.3% of the words are "
        "outside the vocabulary.\nMost frequent words without a vector: sun (2)\nLowercasing would "
        "match another 0.0% of the words, stripping accents 0.0%.\n0.0% of the documents were cut "
        "at max_length."
    )
    assert repr(coverage) == str(coverage)
    all_words = KerasTokenizer().fit(TEXTS).coverage({*"a", *TEXTS[0].split(), "tide"})
    assert "Most frequent words without a vector: none\n" in str(all_words)


def test_other_spellings_by_hand():
    texts = ["Café CAFÉ naïve Sun", "Sun 7 Ding"]
    tokenizer = KerasTokenizer(lowercase=False).fit(texts)
    coverage = tokenizer.coverage({"sun", "café", "naive", "cafe"})
    assert coverage.token_share == 0
    assert coverage.lowercase_gain == 4 / 7  # Sun twice, Café, CAFÉ
    assert coverage.unaccented_gain == 1 / 7  # naïve alone: neither Cafe nor CAFE has a vector
    tokenizer = KerasTokenizer(lowercase=False).fit(["ﬁancée Ångström 日本"])
    coverage = tokenizer.coverage({"fiancee", "Angstrom", "日本"})
    assert (coverage.token_share, coverage.unaccented_gain) == (1 / 3, 2 / 3)


def test_documents_cut():
    tokenizer = KerasTokenizer(max_length=3).fit([*TEXTS, "the moon"])
    assert tokenizer.coverage({"the"}).truncated_share == 1 / 3
    assert "33.3% of the documents were cut at max_length." in str(tokenizer.coverage({"the"}))


def test_classes_by_hand():
    tokenizer = KerasTokenizer(max_tokens=5).fit(TEXTS)
    coverage = tokenizer.coverage({"the", "moon"}, TEXTS, ["b", "a"])
    # "the sun tide": one of three words, and of three kinds, the unknown being one
    a = ClassCoverage("a", n_tokens=3, type_share=1 / 3, token_share=1 / 3)
    b = ClassCoverage("b", n_tokens=4, type_share=2 / 3, token_share=3 / 4)
    assert coverage.by_class == (a, b)
    assert str(coverage).splitlines()[-3:] == [
        "class  words  without a vector  distinct ones without",
        "a          3             66.7%                  66.7%",
        "b          4             25.0%                  33.3%",
    ]
    sequences = tokenizer.transform(TEXTS)
    assert tokenizer.coverage({"the", "moon"}, sequences, ["b", "a"]) == coverage
    labels = np.array([[1, 0, 1], [1, 0, 0]])
    both, none, first = tokenizer.coverage({"the", "moon"}, TEXTS, labels).by_class
    assert (both.label, both.n_tokens, both.token_share) == (0, 7, 4 / 7)
    assert none == ClassCoverage(1, 0, 0.0, 0.0)
    assert first == replace(b, label=2)


def test_refuses_documents_without_their_labels():
    tokenizer = KerasTokenizer().fit(TEXTS)
    with pytest.raises(ValueError, match=r"^X and y must be given together, or neither of them\.$"):
        tokenizer.coverage({"the"}, TEXTS)
    with pytest.raises(ValueError, match=r"^X holds 2 documents, but y holds 1 labels\.$"):
        tokenizer.coverage({"the"}, TEXTS, ["a"])


def test_plot():
    plt = pytest.importorskip("matplotlib.pyplot", reason="matplotlib is not installed")
    tokenizer = KerasTokenizer(max_tokens=5).fit(TEXTS)
    ax = tokenizer.coverage({"the", "moon"}, TEXTS, ["b", "a"]).plot()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([200 / 3, 25])
    assert ax.get_xlabel() == "words without a vector, %\ndashed: of all words (42.9 %)"
    other = plt.figure().add_subplot()
    assert tokenizer.coverage({"the", "moon"}).plot(other) is other
    assert [label.get_text() for label in other.get_yticklabels()] == ["sun"]
    assert [bar.get_width() for bar in other.patches] == [2]
    plt.close("all")


def test_corpus_without_words():
    coverage = KerasTokenizer().partial_fit(["", "..."]).coverage({"sun"})
    assert (coverage.n_types, coverage.n_tokens) == (0, 0)
    assert (coverage.type_share, coverage.token_share, coverage.unknown_share) == (0, 0, 0)


def test_measure_coverage_on_plain_counts():
    counts = np.array([0, 5, 4, 1])
    coverage = measure_coverage({"sun": 2, "moon": 3}, counts, [False, True], {"moon"})
    assert (coverage.token_share, coverage.unknown_share) == (0.1, 0.5)


def test_it_may_be_known_already_which_words_have_a_vector():
    vocabulary, counts = {"moon": 3, "sun": 2, "tide": 4}, np.array([0, 5, 4, 1, 2])
    assert measure_coverage(vocabulary, counts, [True, False, False], {"moon"}) == Coverage(
        n_types=3,
        n_tokens=12,
        type_share=1 / 3,
        token_share=1 / 12,
        unknown_share=5 / 12,
        missing_words=("sun", "tide"),
        missing_counts=(4, 2),
        lowercase_gain=0.0,
        unaccented_gain=0.0,
    )
    everything = measure_coverage(vocabulary, counts, iter([True] * 3), {})
    assert (everything.missing, everything.type_share, everything.token_share) == ((), 1, 7 / 12)
    assert measure_coverage({}, counts[:2], [], {}).missing == ()


def test_name_of_vectors_is_no_container():
    tokenizer = KerasTokenizer().fit(TEXTS)
    message = "vectors must be a container of words, got the string 'glove.6B.50d'. Load"
    with pytest.raises(TypeError, match=re.escape(message)):
        tokenizer.coverage("glove.6B.50d")


def test_plot_of_many_classes_shows_the_worst():
    """94 classes once made 94 bars, 36 of them empty."""
    plt = pytest.importorskip("matplotlib.pyplot", reason="matplotlib is not installed")
    texts = [" ".join(["moon"] * i + ["the"] * 40) for i in range(30)] + ["the"] * 64
    labels = [f"class {i:02}" for i in range(94)]
    tokenizer = KerasTokenizer().fit(texts)
    coverage = tokenizer.coverage({"the"}, texts, labels)
    ax = coverage.plot()
    shown = [label.get_text() for label in ax.get_yticklabels()]
    assert shown == [f"class {i:02}" for i in range(29, 9, -1)]
    assert next(bar.get_width() for bar in ax.patches) == pytest.approx(100 * 29 / 69)
    last_line = ax.get_xlabel().splitlines()[-1]
    assert last_line == "the worst 20 of 94 classes; 65 lack no word"
    plt.close("all")


def test_html():
    tokenizer = KerasTokenizer(max_tokens=5).fit(TEXTS)
    coverage = tokenizer.coverage({"the", "moon"}, TEXTS, ["<b>", "a"])
    html = coverage._repr_html_()
    for line in str(coverage).splitlines()[:3]:
        assert line in html
    cells = re.findall(r"<td[^>]*>(.*?)</td>", html)
    assert [*str(coverage).splitlines()[-1].split()][1:] == cells[-3:]
    assert '<td style="text-align:left;white-space:nowrap">&lt;b&gt;</td>' in html
    assert "<table>" not in tokenizer.coverage({"the"})._repr_html_()
