"""What the pages of the API have beside their docstrings: groups of parameters, and links to them.

The docstring of a text estimator holds its 35 parameters as one list, as numpydoc wants it. On
its page they are divided into the groups of ``GROUPS``. If a page writes a name of ``docs/api.md``
as code, such as ``compare``, the name becomes a link to its page.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref

DOCS = Path(__file__).parent

GROUPS = {
    "Reading": ["text_columns", "features", "tokenizer"],
    "Word vectors": ["embeddings", "embedding_dim", "trainable_embeddings", "spatial_dropout"],
    "Network": [
        *("encoder", "filters", "kernel_sizes", "stacked", "pool_size"),
        *("units", "bidirectional", "pooling", "dropout", "recurrent_dropout"),
        *("dense_units", "dense_activation", "dense_dropout", "batch_norm"),
    ],
    "Linear model": ["wide"],
    "Target": ["loss", "top_k", "label_smoothing", "class_weight", "decision"],
    "Training": [
        *("optimizer", "learning_rate", "clipnorm", "epochs", "batch_size", "random_state"),
        *("early_stopping", "validation_fraction", "patience", "precision", "data_parallel"),
    ],
    "Monitoring and continuing": ["verbose", "callbacks", "warm_start", "checkpoint"],
}
"""The parameters of the text estimators by what they are about."""

SHARED = {"embeddings", "epochs", "wide"}
"""Parameters by which a text estimator is recognised."""


def group_of(name: str) -> str:
    """Return the group of a parameter.

    Raises
    ------
    ValueError
        If it is in none.
    """
    for title, names in GROUPS.items():
        if name in names:
            return title
    raise ValueError(f"The parameter {name!r} is in no group of docs/api_pages.py. Add it.")


def group_parameters(app: Any, domain: str, objtype: str, content: nodes.Element) -> None:
    """Divide the list of a text estimator's parameters."""
    for field in content.findall(nodes.field) if objtype == "class" else ():
        if field[0].astext() != "Parameters":
            continue
        entries = {item[0].astext(): item for item in next(field.findall(nodes.definition_list))}
        if entries.keys() >= SHARED:
            field[1][:] = [*_in_groups(entries)]


def _in_groups(entries: dict[str, nodes.Element]) -> Iterator[nodes.Element]:
    for title in GROUPS:
        those = [item for name, item in entries.items() if group_of(name) == title]
        if those:
            yield nodes.paragraph("", title, classes=["parameter-group"])
            yield nodes.definition_list("", *those)


def api_names() -> dict[str, str]:
    """Return the names of ``docs/api.md`` with their modules."""
    module, found = "", {}
    for line in (DOCS / "api.md").read_text(encoding="utf-8").splitlines():
        if line.startswith(".. currentmodule:: "):
            module = line.removeprefix(".. currentmodule:: ")
        elif re.fullmatch(r"   [A-Za-z]\w+", line):
            found[line.strip()] = f"{module}.{line.strip()}"
    return found


NAME = re.compile(r"(?:skembed\.)?(?:[a-z]+\.)?(?P<name>\w+)(?:\.[a-z]\w*)?(?:\(.*\))?")
"""How a name of the API is written: ``explain``, ``skembed.save(...)``, ``WordVectors.load``."""


def link_names(app: Any, doctree: nodes.document) -> None:
    """Link the names of the API that a text writes as code."""
    names = api_names()
    for node in [*doctree.findall(nodes.literal), *doctree.findall(nodes.title_reference)]:
        found = NAME.fullmatch(node.astext())
        ancestors = _ancestors(node)
        if found is None or found["name"] not in names or any(map(_is_closed, ancestors)):
            continue
        target = names[found["name"]]
        literal = nodes.literal("", node.astext())
        link = pending_xref(
            "", literal, refdomain="py", reftype="obj", reftarget=target, refexplicit=True
        )
        link["refdoc"] = app.env.docname
        node.replace_self(link)


def _ancestors(node: nodes.Node) -> Iterator[nodes.Node]:
    while (node := node.parent) is not None:
        yield node


def _is_closed(node: nodes.Node) -> bool:
    return isinstance(node, nodes.title | nodes.reference | pending_xref)


def setup(app: Any) -> dict[str, Any]:
    """Register with sphinx."""
    app.connect("object-description-transform", group_parameters, priority=900)
    app.connect("doctree-read", link_names)
    return {"parallel_read_safe": True, "version": "1"}
