"""Documents that are empty, unknown, very long, or written in unusual characters."""

from functools import partial

from sklearn.base import is_classifier, is_regressor

from skembed._types import Estimator
from skembed.testing._corpus import documents
from skembed.testing._demands import may_refuse, may_warn, must_work
from skembed.testing._readings import (
    OTHER_BATCH,
    assert_finite,
    assert_same,
    find_difference,
    fit_new,
    must_read,
    read,
    take,
)

EMPTY = ["", " ", "\n\t  \r\n", "?!", "..."]
UNKNOWN = ["xyzzy", "xyzzy " * 30, "qwortz plugh"]
SURROGATES = ["sun \ud800", "\udfff sea", "\ud83d", "sun\udc80sea \udcff"]
NUL = ["sun\0sea", "\0", "sun \0 rain", "rain\0"]
CONTROLS = ["\x01sun\x1f", "sun\x7fsea\x85sand", "\u2028sun\u2029sea", "\ufeffsun", "\ufffe \uffff"]
EMOJI = ["☀️ sun", "👩‍👩‍👧‍👦", "🏳️‍🌈 sea", "👍🏽👍🏿", "🇩🇪🇯🇵", "1️⃣"]
RIGHT_TO_LEFT = ["שלום עולם", "مرحبا sun بالعالم", "\u202esun\u202c sea", "\u2067rain\u2069"]
COMBINING = [
    "e\u0301tude",
    "\u0301 sun",
    "Z\u0300\u0301\u0302\u0303\u0304" * 20,
    "한국어 각",
    "ﬁn İ ß",
]

STRANGE = [
    *EMPTY, *UNKNOWN, *SURROGATES, *NUL, *CONTROLS, *EMOJI, *RIGHT_TO_LEFT, *COMBINING
]  # fmt: skip


def _must_be_read(name: str, estimator_orig: Estimator, texts: list[str], what: str) -> None:
    """Check that documents are read alone and among others, whose outputs stay as they are."""
    fitted = fit_new(estimator_orig)
    alone = must_read(fitted, texts, what)
    n = len(documents())
    among = must_work(lambda: read(fitted, [*documents(), *texts]), f"Reading {what} and others")
    assert_same(take(among, 0, n), read(fitted), f"beside {what}", OTHER_BATCH)
    assert_same(take(among, n, n + len(texts)), alone, f"for {what} beside others", OTHER_BATCH)


check_empty_documents = partial(_must_be_read, texts=EMPTY, what="empty documents")
check_unknown_documents = partial(_must_be_read, texts=UNKNOWN, what="documents of unknown words")
check_surrogates = partial(_must_be_read, texts=SURROGATES, what="lone surrogates")
check_control_characters = partial(_must_be_read, texts=CONTROLS, what="control characters")
check_emoji = partial(_must_be_read, texts=EMOJI, what="emoji")
check_right_to_left_text = partial(_must_be_read, texts=RIGHT_TO_LEFT, what="right-to-left text")
check_combining_text = partial(_must_be_read, texts=COMBINING, what="combining characters")


def check_nul(name: str, estimator_orig: Estimator) -> None:
    """Check that a NUL is read, and a transformer reads what comes after it."""
    _must_be_read(name, estimator_orig, NUL, "documents with NUL")
    fitted = fit_new(estimator_orig)
    if hasattr(fitted, "transform"):
        texts = ("sun ", "sun \0 rain rain", "sun   rain rain")
        cut, whole, without = (fitted.transform([text]) for text in texts)
        if find_difference(cut, without, 0) and not find_difference(cut, whole, 0):
            raise AssertionError(f"{name} ends documents at NUL.")


@may_warn()
def check_fit_on_strange_documents(name: str, estimator_orig: Estimator) -> None:
    """Check that all these documents may be among those of `fit`."""
    texts = [*documents(), *STRANGE]
    what = "fit with empty, unknown and strangely written documents"
    fitted = must_work(lambda: fit_new(estimator_orig, texts), what)
    readings = must_work(lambda: read(fitted, texts), "Reading what fit has seen")
    assert_finite(readings, len(texts), "strange documents")
    again = read(fit_new(estimator_orig, texts), texts)
    assert_same(again, readings, "when fitted again on strange documents")


@may_warn()
def check_fit_on_empty_documents(name: str, estimator_orig: Estimator) -> None:
    """Check that only empty documents are learned, or refused because there is no vocabulary."""
    accepted, fitted = may_refuse(lambda: fit_new(estimator_orig, EMPTY), "fit on empty documents")
    if accepted:
        must_read(fitted, EMPTY, "empty documents")


@may_warn()
def check_one_document_to_fit(name: str, estimator_orig: Estimator) -> None:
    """Check that a single document is learned, or refused."""
    text = ["sun sea"]
    accepted, fitted = may_refuse(lambda: fit_new(estimator_orig, text), "fit on one document")
    if accepted:
        assert_finite(read(fitted, text), 1, "one document")


def check_one_document_to_read(name: str, estimator_orig: Estimator) -> None:
    """Check that a single document is read, and gives one row."""
    must_read(fit_new(estimator_orig), documents()[:1], "one document")


def check_long_word(name: str, estimator_orig: Estimator) -> None:
    """Check that a word of a million characters is read."""
    texts = ["su" * 500_000, "sun " + "ü" * 1_000_000]
    _must_be_read(name, estimator_orig, texts, "long words")


def check_million_tokens_to_read(name: str, estimator_orig: Estimator) -> None:
    """Check that a document of a million tokens is read beside short ones."""
    texts, what = ["sun sea " * 500_000, *documents()], "a document of a million tokens"
    fitted = fit_new(estimator_orig)
    rest = take(must_read(fitted, texts, what), 1, len(texts))
    assert_same(rest, read(fitted), f"beside {what}", OTHER_BATCH)


def check_million_tokens_to_fit(name: str, estimator_orig: Estimator) -> None:
    """Check that a transformer learns from a document of a million tokens; a network need not."""
    if is_classifier(estimator_orig) or is_regressor(estimator_orig):
        return
    texts, what = ["sun sea " * 500_000, *documents()], "fit on a document of a million tokens"
    fitted = must_work(lambda: fit_new(estimator_orig, texts), what)
    assert_finite(read(fitted), len(documents()), "documents beside a long one")
