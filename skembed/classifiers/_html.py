"""A fitted classifier in a notebook: its attributes, and its network's layers."""

import html
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from skembed._messages import pluralize
from skembed.classifiers._attributes import FittedAttributes
from skembed.linear import BagModel
from skembed.networks import NetworkState, weight_shapes
from skembed.text import Coverage

LONGEST = 80
"""Characters of a value that are shown."""

Layer = tuple[str, str, int]
"""A layer's name, what it holds, and how many weights these are."""

# The classes are those of scikit-learn's own tables, which also define the colours.
SECTION = """
<div class="estimator-table"><details>
<summary>{title}</summary>
<table class="parameters-table"><tbody>
<tr>{heads}</tr>
{rows}
</tbody></table>
</details></div>
"""
NAME = '<td class="param"><a class="param-doc-link" style="text-decoration:none;">{}</a></td>'


class DisplayMixin(FittedAttributes):
    """Shows a fitted classifier, and names its attributes, without building its network.

    scikit-learn reads the values of all attributes in both cases. Reading ``network_`` takes
    seconds and loads TensorFlow.
    """

    def __dir__(self) -> list[str]:
        names = [
            name for name in object.__dir__(self) if name != "network_" and hasattr(self, name)
        ]
        return [*names, "network_"] if hasattr(self, "_model") else names

    def _get_fitted_attr_html(self, doc_link: str = "") -> "FittedHtml":
        """Return what scikit-learn's diagram shows below the parameters."""
        layers = list_layers(self._model.state, self._model.linear)
        names = [name for name in dir(self) if name.endswith("_") and not name.startswith("_")]
        attributes = {name: getattr(self, name) for name in names if name != "network_"}
        return FittedHtml(attributes, layers)


@dataclass(frozen=True)
class FittedHtml:
    """Two tables, each folded until its title is clicked.

    Attributes
    ----------
    attributes : dict of str to object
        Fitted attributes.
    layers : list of (str, str, int)
        Of the network.
    """

    attributes: dict[str, Any]
    layers: list[Layer]

    def __len__(self) -> int:
        return len(self.attributes)

    def _repr_html_inner(self) -> str:
        names = sorted(self.attributes)
        attributes = [(name, *describe(name, self.attributes[name])) for name in names]
        total = f"{self.attributes['n_parameters_']:,}"
        layers = [(name, held, f"{number:,}") for name, held, number in self.layers]
        layers.append(("total", "", total))
        return "".join(
            (
                section("Fitted attributes", ("Name", "Type", "Value"), attributes),
                section(f"Network of {total} weights", ("Layer", "Weights", "Number"), layers),
            )
        )


def section(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table of plain text as HTML, folded below its title."""
    lines = []
    for row in rows:
        name, *cells = map(html.escape, row)
        columns = "".join(f"<td>{cell}</td>" for cell in cells)
        lines.append(f'<tr class="default">{NAME.format(name)}{columns}</tr>')
    return SECTION.format(
        title=html.escape(title),
        heads="".join(f"<th>{html.escape(head)}</th>" for head in heads),
        rows="\n".join(lines),
    )


def describe(name: str, value: Any) -> tuple[str, str]:
    """Return an attribute's type and its value in short, as plain text."""
    kind = type(value).__name__
    if isinstance(value, np.ndarray):
        kind += f"[{value.dtype}]{value.shape}"
        text = np.array2string(value, precision=2, separator=", ", threshold=4, edgeitems=2)
    elif name == "history_":
        text = f"{', '.join(value)} of {pluralize(len(value['loss']), 'epoch')}"
    elif isinstance(value, Coverage):
        text = f"{value.token_share:.1%} of the training words have a vector"
    elif hasattr(value, "vocabulary_"):
        text = f"{len(value.vocabulary_):,} words"
    else:
        text = f"{value:,}" if type(value) is int else reprlib.repr(value)
    return kind, text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def list_layers(state: NetworkState, linear: BagModel | None) -> list[Layer]:
    """List the layers that hold weights, in the order that a document passes them."""
    weights: dict[str, dict[str, tuple[int, ...]]] = {}
    for path, shape in weight_shapes(state.spec).items():
        layer, _, weight = path.partition("/")
        weights.setdefault(layer, {})[weight or "embeddings"] = shape
    if linear is not None:
        weights["linear model"] = {"coef": linear.coef.shape, "intercept": linear.intercept.shape}
    layers = []
    for layer, shapes in weights.items():
        held = ", ".join(f"{name} {_times(shape)}" for name, shape in shapes.items())
        if layer == "embedding":
            held += ", trained" if state.spec.trainable_embedding else ", frozen"
        layers.append((layer, held, sum(map(prod, shapes.values()))))
    return layers


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{size:,}" for size in shape)
