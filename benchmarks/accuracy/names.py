"""The names that the pages give to the models of the records.

On the pages, "CNN" is a classifier with its defaults, and "CNN alone" is its network without the
linear model, as the glossary says. The records of the first studies call the first one "wide CNN"
and the second one "CNN". They keep these names, because a name is the key of its runs.
"""

import re


def shown(name: str) -> str:
    """Return the name on the pages of a model whose record says "wide" of a linear model.

    Examples
    --------
    >>> shown("wide CNN, tuned decision")
    'CNN, tuned decision'
    >>> shown("CNN, tuned decision")
    'CNN alone, tuned decision'
    >>> shown("three wide CNNs and three LSTMs")
    'three CNNs and three LSTMs alone'
    >>> shown("linear model alone, long documents")
    'linear model alone, long documents'
    """
    alone = re.sub(r"(?<!wide )\b(CNNs?|LSTMs?)\b", r"\1 alone", name)
    return alone.replace("wide ", "")
