"""The order of the gallery: from first steps to special things."""

from pathlib import Path
from typing import Any

ORDER = [
    "plot_first_network",
    "plot_words_and_lengths",
    "plot_pooled_vectors",
    "plot_in_a_notebook",
    "plot_explain_and_inspect",
    "plot_keep_and_ship",
    "plot_own_network",
    "plot_trec_questions",
    "plot_fitted_model",
    "plot_search",
    "plot_posting_columns",
    "plot_job_salaries",
    "plot_sentence_vectors",
    "plot_job_networks",
    "plot_onet_imbalance",
    "plot_fake_job_postings",
    "plot_20newsgroups_blog_network",
]
"""Every example; an example that is not listed stops the build."""


class FirstStepsFirst:
    """Sorts the examples of a folder, as sphinx-gallery wants it."""

    def __init__(self, src_dir: str) -> None:
        self.src_dir = src_dir

    def __call__(self, filename: str) -> int:
        """Return the place of an example in the order."""
        return ORDER.index(Path(filename).stem)


HEADINGS = "On real corpora\n---", "In a minute\n---"
END = ".. only:: html\n\n .. rst-class:: sphx-glr-signature"


def begin_with_short_examples(app: Any, docname: str, source: list[str]) -> None:
    """Put the section of short examples first: sphinx-gallery puts those of subfolders last."""
    if docname == "gallery/index":
        head, corpora = source[0].split(HEADINGS[0])
        corpora, short = corpora.split(HEADINGS[1])
        short, tail = short.split(END)
        parts = [head, HEADINGS[1], short, HEADINGS[0], corpora, END, tail]
        source[0] = "".join(parts)


def setup(app: Any) -> dict[str, Any]:
    """Register with sphinx."""
    app.connect("source-read", begin_with_short_examples)
    return {"parallel_read_safe": True, "version": "1"}
