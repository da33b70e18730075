"""Put the outcome of the demo's comparison into words."""

from collections.abc import Mapping

import numpy as np

from skembed.comparison import Comparison


def answer(comparison: Comparison, pairs: Mapping[str, tuple[str, str]]) -> str:
    """Answer "pre-trained or learned embeddings?" with numbers.

    Parameters
    ----------
    comparison : Comparison
    pairs : mapping of str to (str, str)
        A kind of network, and its names with pre-trained and learned embeddings.

    Returns
    -------
    text : str
        A sentence on each kind, and one on the best of all.
    """
    sentences = ["Pre-trained or learned embeddings?"]
    for kind, (pretrained, learned) in pairs.items():
        difference = comparison.difference(pretrained, learned)
        if np.isnan(difference.mean):
            sentences.append(f"{kind}: no answer, because a fit has failed.")
            continue
        verdict = "no clear difference"
        if difference.is_clear:
            verdict = "pre-trained is better" if difference.mean > 0 else "learned is better"
        interval = f" [{difference.low:+.3f}, {difference.high:+.3f}]"
        sentences.append(
            f"{kind}: {verdict}, pre-trained less learned is {difference.mean:+.3f} "
            f"{comparison.scoring}{interval if np.isfinite(difference.low) else ''}."
        )
    if np.isnan(comparison.means).all():
        return "\n".join(sentences)
    best = int(np.nanargmax(comparison.means))
    sentences.append(
        f"Best of all: {comparison.names[best]} with {comparison.means[best]:.3f} "
        f"{comparison.scoring}."
    )
    return "\n".join(sentences)
