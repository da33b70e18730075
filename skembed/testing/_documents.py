"""Documents that are empty, unknown, very long, or written in unusual characters."""

from typing import Any

from sklearn.base import is_classifier, is_regressor

from skembed.testing._corpus import documents, targets
from skembed.testing._demands import may_refuse, may_warn, must_work
from skembed.testing._readings import (
    OTHER_BATCH,
    assert_finite,
    assert_same,
    find_difference,
    fit_new,
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


def check_empty_documents(name: str, estimator_orig: Any) -> None:
    """Check that documents without a word are read beside others."""
    _must_be_read(estimator_orig, EMPTY, "empty documents")


def check_unknown_documents(name: str, estimator_orig: Any) -> None:
    """Check that documents of words that fit has not seen are read beside others."""
    _must_be_read(estimator_orig, UNKNOWN, "documents of unknown words")


def check_surrogates(name: str, estimator_orig: Any) -> None:
    """Check that halves of surrogate pairs, which UTF-8 cannot encode, are read."""
    _must_be_read(estimator_orig, SURROGATES, "lone surrogates")


def check_control_characters(name: str, estimator_orig: Any) -> None:
    """Check that control characters, separators of lines and byte order marks are read."""
    _must_be_read(estimator_orig, CONTROLS, "control characters")


def check_nul(name: str, estimator_orig: Any) -> None:
    """Check that a NUL is read, and a transformer reads what comes after it."""
    _must_be_read(estimator_orig, NUL, "documents with NUL")
    fitted = fit_new(estimator_orig)
    if hasattr(fitted, "transform"):
        texts = ("sun ", "sun \0 rain rain", "sun   rain rain")
        cut, whole, without = (fitted.transform([text]) for text in texts)
        if find_difference(cut, without, 0) and not find_difference(cut, whole, 0):
            raise AssertionError(f"{name} ends documents at NUL.")


def check_emoji(name: str, estimator_orig: Any) -> None:
    """Check that emoji, joined, coloured and of several code points, are read."""
    _must_be_read(estimator_orig, EMOJI, "emoji")


def check_right_to_left_text(name: str, estimator_orig: Any) -> None:
    """Check that Hebrew, Arabic and the marks that turn the direction are read."""
    _must_be_read(estimator_orig, RIGHT_TO_LEFT, "right-to-left text")


def check_combining_text(name: str, estimator_orig: Any) -> None:
    """Check that combining marks and letters that change length in lower case are read."""
    _must_be_read(estimator_orig, COMBINING, "combining characters")


@may_warn()
def check_fit_on_strange_documents(name: str, estimator_orig: Any) -> None:
    """Check that all these documents may stand among those of `fit`."""
    texts = [*documents(), *STRANGE]

    def learn() -> Any:
        return fit_new(estimator_orig, texts, targets(estimator_orig, len(texts)))

    fitted = must_work(learn, "fit with empty, unknown and strangely written documents")
    readings = must_work(lambda: read(fitted, texts), "Reading what fit has seen")
    assert_finite(readings, len(texts), "strange documents")
    assert_same(read(learn(), texts), readings, "when fitted again on strange documents")


@may_warn()
def check_fit_on_empty_documents(name: str, estimator_orig: Any) -> None:
    """Check that nothing but empty documents is learned, or refused: there may be no vocabulary."""
    labels = targets(estimator_orig, len(EMPTY))
    accepted, fitted = may_refuse(
        lambda: fit_new(estimator_orig, EMPTY, labels), "fit on empty documents"
    )
    if accepted:
        readings = must_work(lambda: read(fitted, EMPTY), "Reading empty documents")
        assert_finite(readings, len(EMPTY), "empty documents")


@may_warn()
def check_one_document_to_fit(name: str, estimator_orig: Any) -> None:
    """Check that a single document is learned, or refused."""
    labels = targets(estimator_orig, 1)
    accepted, fitted = may_refuse(
        lambda: fit_new(estimator_orig, ["sun sea"], labels), "fit on one document"
    )
    if accepted:
        assert_finite(read(fitted, ["sun sea"]), 1, "one document")


def check_one_document_to_read(name: str, estimator_orig: Any) -> None:
    """Check that a single document is read, and gives one row."""
    fitted = fit_new(estimator_orig)
    readings = must_work(lambda: read(fitted, documents()[:1]), "Reading one document")
    assert_finite(readings, 1, "one document")


def check_long_word(name: str, estimator_orig: Any) -> None:
    """Check that a word of a million characters is read."""
    _must_be_read(estimator_orig, ["su" * 500_000, "sun " + "ü" * 1_000_000], "long words")


def check_million_tokens_to_read(name: str, estimator_orig: Any) -> None:
    """Check that a document of a million tokens is read beside short ones."""
    texts = ["sun sea " * 500_000, *documents()]
    fitted = fit_new(estimator_orig)
    readings = must_work(lambda: read(fitted, texts), "Reading a document of a million tokens")
    assert_finite(readings, len(texts), "a document of a million tokens")
    rest = take(readings, 1, len(texts))
    assert_same(
        rest, read(fitted, documents()), "beside a document of a million tokens", OTHER_BATCH
    )


def check_million_tokens_to_fit(name: str, estimator_orig: Any) -> None:
    """Check that a transformer learns from a document of a million tokens; a network need not."""
    if is_classifier(estimator_orig) or is_regressor(estimator_orig):
        return
    texts = ["sun sea " * 500_000, *documents()]
    fitted = must_work(
        lambda: fit_new(estimator_orig, texts, targets(estimator_orig, len(texts))),
        "fit on a document of a million tokens",
    )
    assert_finite(read(fitted, documents()), len(documents()), "documents beside a long one")


def _must_be_read(estimator_orig: Any, strange: list[str], what: str) -> None:
    """Assert that documents are read alone and among others, whose outputs stay as they are."""
    fitted = fit_new(estimator_orig)
    alone = must_work(lambda: read(fitted, strange), f"Reading {what}")
    assert_finite(alone, len(strange), what)
    n = len(documents())
    among = must_work(lambda: read(fitted, [*documents(), *strange]), f"Reading {what} and others")
    assert_same(take(among, 0, n), read(fitted, documents()), f"beside {what}", OTHER_BATCH)
    assert_same(take(among, n, n + len(strange)), alone, f"for {what} beside others", OTHER_BATCH)


CHECKS = (
    check_empty_documents,
    check_unknown_documents,
    check_surrogates,
    check_control_characters,
    check_nul,
    check_emoji,
    check_right_to_left_text,
    check_combining_text,
    check_fit_on_strange_documents,
    check_fit_on_empty_documents,
    check_one_document_to_fit,
    check_one_document_to_read,
    check_long_word,
    check_million_tokens_to_read,
    check_million_tokens_to_fit,
)
