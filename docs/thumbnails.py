"""Draw the gallery's thumbnails of the examples whose pictures were recorded.

Most of these pictures compare models by dots, and look the same when they are small. A thumbnail
has what the example is about in a few words on a colour of its own, and below it the picture.
"""

import textwrap
from pathlib import Path

IMAGES = Path(__file__).with_name("images")

CARDS = {
    "plot_20newsgroups_blog_network": ("20 Newsgroups", "#1f5f99"),
    "plot_fake_job_postings": ("A rare class", "#a23b3b"),
    "plot_fitted_model": ("After training", "#5b4b9a"),
    "plot_job_networks": ("Three LSTMs", "#2f6f4f"),
    "plot_job_salaries": ("Predict numbers", "#b0651d"),
    "plot_onet_imbalance": ("94 classes", "#7a3b78"),
    "plot_posting_columns": ("Texts, categories, flags", "#3d6b7d"),
    "plot_search": ("Search parameters", "#6b6b2a"),
    "plot_sentence_vectors": ("Sentence vectors", "#1f6f78"),
    "plot_trec_questions": ("Questions", "#37415c"),
}
"""Words and colour of each example."""


def draw_all(folder: Path) -> None:
    """Draw the thumbnails into a folder, each as ``NAME.png`` of 400 by 280 pixels."""
    import matplotlib

    matplotlib.use("agg")
    folder.mkdir(parents=True, exist_ok=True)
    for name, (words, colour) in CARDS.items():
        draw(IMAGES / f"{name}.png", words, colour, folder / f"{name}.png")


def draw(picture: Path, words: str, colour: str, target: Path) -> None:
    """Draw one thumbnail. An example that was not recorded yet has the words alone."""
    from matplotlib import pyplot as plt

    fig = plt.figure(figsize=(4, 2.8), facecolor=colour)
    below = fig.add_axes((0.03, 0.04, 0.94, 0.56), facecolor="white")
    if picture.is_file():
        below.imshow(plt.imread(picture), aspect="equal", interpolation="antialiased")
    below.set(xticks=[], yticks=[], adjustable="datalim")
    for spine in below.spines.values():
        spine.set_visible(False)
    text = textwrap.fill(words, 18)
    fig.text(0.5, 0.8, text, color="white", size=19, weight="bold", ha="center", va="center")
    fig.savefig(target, dpi=100)
    plt.close(fig)
