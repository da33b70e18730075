"""Docstrings of the installed scientific packages, labelled with their subpackage."""

import re
from collections import Counter, defaultdict
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np
from sklearn.utils import Bunch

from skembed._bar import show_bar
from skembed._optional import is_installed
from skembed.datasets._docstring_prose import count_words, prose
from skembed.datasets._public_objects import Documented, find_documented

_PACKAGES = {"numpy": "numpy", "scipy": "scipy", "sklearn": "scikit-learn", "gensim": "gensim"}
_MIN_WORDS = 10  # below, a text is a stub such as "Refer to `any` for full documentation"
_BOILERPLATE_COUNT = 10  # a line that this many documents share is from a template
_BOILERPLATE_WORDS = 4  # shorter lines are shared by chance: "axis : int, optional"
_CODE_NAME = re.compile(r"_|\d|[a-z][A-Z]")


def load_docstrings(*, min_documents: int = 20, return_X_y: bool = False) -> Any:
    """Load the docstrings of NumPy, SciPy, scikit-learn and gensim, as far as installed.

    This corpus for classification needs no download. It has about 4,000 documents in about 40
    classes, which are heavily imbalanced, and its own vocabulary. A document is the docstring of a
    public function, class, method or property; its class is the subpackage that defines it, such as
    ``"scipy.stats"``. Its content depends on the installed versions, which `versions` lists. The
    order is the same in every call.

    Parameters
    ----------
    min_documents : int, default=20
        Subpackages with fewer documents are left out. Stratified cross-validation in five folds
        needs at least 5.
    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a `Bunch`.

    Returns
    -------
    corpus : :class:`~sklearn.utils.Bunch`
        data : list of str, length n_samples
            The documents, sorted by `names`.
        target : ndarray of shape (n_samples,), dtype int64
            The classes, as positions in `target_names`. A classifier that is fitted to
            ``np.array(target_names)[target]`` predicts names.
        target_names : list of str
            The subpackages, sorted.
        names : list of str, length n_samples
            The dotted name of the object that each document describes.
        versions : dict of str to str
            The version of each package.
        left_out : dict of str to int
            How many documents were left out, by reason.
        DESCR : str
            This description in one paragraph.
    (data, target) : tuple
        If `return_X_y` is True.

    Raises
    ------
    ValueError
        If `min_documents` is below 1, or no subpackage has that many.

    See Also
    --------
    load_table : Read a corpus of your own.

    Notes
    -----
    A docstring would give its class away by naming it. Therefore these are removed: signatures;
    doctests and other code; the sections Examples, See Also, References and Methods;
    cross-references and dotted names; notes on versions. Lines that name one of the four packages,
    or refer to a user guide, are removed too. The object's own name is removed, and, in all
    documents, each word of a class's name (*fft*, *stats*, *cluster*, in any case). The names of
    public functions and classes that look like code (``solve_ivp``, ``KMeans``) are removed as
    well. Lines of four words or more that ten or more documents share come from templates, and are
    removed. The rest is prose about the subject and the parameters.

    Documents are left out if fewer than 10 words remain ("short"), if the same
    text occurs under several subpackages ("ambiguous") or earlier under the same
    one ("duplicate"), and if the subpackage has fewer than `min_documents`
    ("rare"). Similar texts are kept: methods of related classes often share wording, so all models
    score higher on this corpus than on unrelated texts.

    Modules are imported to find what they define, with output and warnings
    silenced; those for tests, builds and scripts are not.

    Examples
    --------
    >>> from skembed.datasets import load_docstrings
    >>> corpus = load_docstrings()
    >>> len(corpus.data) > 3000
    True
    >>> corpus.target_names[corpus.target[corpus.names.index("scipy.stats.pearsonr")]]
    'scipy.stats'
    """
    if min_documents < 1:
        raise ValueError(
            f"min_documents must be at least 1, got {min_documents}. "
            "Leave it out for 20; 5 is the least for five stratified folds."
        )
    packages = [package for package in _PACKAGES if is_installed(package)]
    with show_bar("Reading docstrings"):
        sources = [item for package in packages for item in find_documented(package)]
        texts, left_out = _select(_without_boilerplate(_proses(sources)), min_documents)
    if not texts:
        raise ValueError(f"No subpackage has {min_documents} documents; lower min_documents.")
    target_names, target = np.unique([item.subpackage for item in texts], return_inverse=True)
    corpus = Bunch(
        data=[item.docstring for item in texts],
        target=target.astype(np.int64),
        target_names=target_names.tolist(),
        names=[item.name for item in texts],
        versions={name: version(_PACKAGES[name]) for name in packages},
        left_out=left_out,
        DESCR=_describe(packages, len(texts), len(target_names)),
    )
    return (corpus.data, corpus.target) if return_X_y else corpus


def _proses(sources: list[Documented]) -> list[Documented]:
    """Reduce docstrings to prose that names neither a class nor a public object."""
    names = {name for source in sources for name in source.subpackage.split(".")}
    objects = {source.name.split(".")[2] for source in sources if source.name.count(".") >= 2}
    names |= {name for name in objects if _CODE_NAME.search(name)}
    cut = frozenset(name.lower() for name in names)
    return [
        replace(source, docstring=prose(source.docstring, source.name, cut)) for source in sources
    ]


def _without_boilerplate(texts: list[Documented]) -> list[Documented]:
    """Remove the lines that many documents share."""
    counts = Counter(line for item in texts for line in set(item.docstring.splitlines()))
    shared = {
        line
        for line, count in counts.items()
        if count >= _BOILERPLATE_COUNT and count_words(line) >= _BOILERPLATE_WORDS
    }
    kept = ([line for line in item.docstring.splitlines() if line not in shared] for item in texts)
    return [
        replace(item, docstring="\n".join(lines)) for item, lines in zip(texts, kept, strict=True)
    ]


def _select(texts: list[Documented], min_documents: int) -> tuple[list[Documented], dict[str, int]]:
    """Keep texts that are long enough, occur once, and are in a class of enough texts."""
    classes = defaultdict(set)
    for item in texts:
        classes[_key(item.docstring)].add(item.subpackage)
    left_out = {"short": 0, "ambiguous": 0, "duplicate": 0, "rare": 0}
    kept: dict[str, Documented] = {}
    for item in texts:
        key = _key(item.docstring)
        if count_words(item.docstring) < _MIN_WORDS:
            left_out["short"] += 1
        elif len(classes[key]) > 1:
            left_out["ambiguous"] += 1
        elif key in kept:
            left_out["duplicate"] += 1
        else:
            kept[key] = item
    sizes = Counter(item.subpackage for item in kept.values())
    selected = [item for item in kept.values() if sizes[item.subpackage] >= min_documents]
    left_out["rare"] = len(kept) - len(selected)
    return sorted(selected, key=lambda item: (item.name, item.docstring)), left_out


def _key(text: str) -> str:
    """Reduce a text to its words, without case and line breaks, to compare texts."""
    return " ".join(text.lower().split())


def _describe(packages: list[str], n_documents: int, n_classes: int) -> str:
    return (
        f"{n_documents} public docstrings of the installed {', '.join(packages)} in {n_classes} "
        "classes, the subpackages that define them. Examples, signatures, "
        "references and names are removed, so that no document names its class."
    )
