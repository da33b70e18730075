"""A linear model → nodes that compute its margins, and tables to count by."""

import base64
import io

import numpy as np

from skembed.bags import BagTables
from skembed.export._graph import Graph
from skembed.linear import BagModel


def add_linear_model(
    graph: Graph, linear: BagModel, logits: str, numbers: str | None = None
) -> str:
    """Add the margins of counted words to the log-odds of a network; return the sum's name.

    Bags come as their entries that are not zero, one after the other: inputs
    ``bag_columns``, int64, and ``bag_values``, float32, both of shape (n_entries,), and
    ``bag_rows``, int64, which is the document of each.
    """
    columns = graph.input("bag_columns", np.int64, ["n_entries"])
    values = graph.input("bag_values", np.float32, ["n_entries"])
    rows = graph.input("bag_rows", np.int64, ["n_entries"])
    joint, n_counted = linear.joint, linear.bags.n_features
    of_words = joint.of_margins(linear.coef[:n_counted])
    coef = graph.op("Gather", graph.weight("svm_coef", of_words), columns)
    last = graph.number([1])
    summands = graph.op("Mul", coef, graph.op("Unsqueeze", values, last))
    joined = graph.op("Mul", logits, graph.number(joint.network_factor, np.float32))
    intercept = graph.weight("svm_intercept", linear.joint_intercept)
    joined = graph.op("Add", joined, intercept)
    if numbers is not None:
        of_numbers = joint.of_margins(linear.coef[n_counted:]) / np.float32(linear.number_unit)
        margins = graph.op("MatMul", numbers, graph.weight("svm_number_coef", of_numbers))
        joined = graph.op("Add", joined, margins)
    places = graph.op("Unsqueeze", rows, last)
    return str(graph.op("ScatterND", joined, places, summands, reduction="add"))


def pack_tables(bags: BagTables) -> str:
    """Write the tables by which words are counted as text: a compressed npz in base64."""
    file = io.BytesIO()
    np.savez_compressed(
        file,
        pairs=bags.pairs,
        idf=bags.idf,
        n_words=np.int64(bags.n_words),
        parts_counts=bags.ngrams.values,
        parts_columns=bags.ngrams.columns,
        parts_ends=bags.ngrams.ends,
        triples=bags.triples,
    )
    return base64.b64encode(file.getvalue()).decode()
