"""The linear half of a wide network → nodes that compute its margins, and tables to count by."""

import base64
import io

import numpy as np

from skembed.classifiers._bags import BagReader
from skembed.classifiers._linear import LinearHalf
from skembed.export._graph import Graph


def add_linear_half(graph: Graph, linear: LinearHalf, logits: str) -> str:
    """Join the log-odds of a network with the margins of counted words.

    Bags come as their entries that are not zero, one after the other: inputs
    ``bag_columns``, int64, and ``bag_values``, float32, both of shape (n_entries,), and
    ``bag_rows``, int64, which tells the document of each.

    Returns
    -------
    logits : str
        Name of the joint log-odds.
    """
    columns = graph.input("bag_columns", np.int64, ["n_entries"])
    values = graph.input("bag_values", np.float32, ["n_entries"])
    rows = graph.input("bag_rows", np.int64, ["n_entries"])
    factor = np.float32(linear.margin_factor)
    coef = graph.op("Gather", graph.weight("svm_coef", factor * linear.coef), columns)
    last = graph.number([1])
    parts = graph.op("Mul", coef, graph.op("Unsqueeze", values, last))
    share = graph.number(linear.network_factor, np.float32)
    joined = graph.op("Mul", logits, share)
    joined = graph.op("Add", joined, graph.weight("svm_intercept", factor * linear.intercept))
    places = graph.op("Unsqueeze", rows, last)
    return str(graph.op("ScatterND", joined, places, parts, reduction="add"))


def pack_tables(bags: BagReader) -> str:
    """Write what words are counted by as text: a compressed npz in base64."""
    file = io.BytesIO()
    np.savez_compressed(
        file,
        pairs=bags.pairs,
        idf=bags.idf,
        n_words=np.int64(bags.n_words),
        parts_counts=bags.parts.data,
        parts_columns=bags.parts.indices.astype(np.int32),
        parts_ends=bags.parts.indptr.astype(np.int64),
    )
    return base64.b64encode(file.getvalue()).decode()
