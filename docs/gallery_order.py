"""The order of the examples in the gallery: from first steps to special things."""

from pathlib import Path

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
