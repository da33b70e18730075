"""Decision trees of scikit-learn as arrays, and whether these lead out of the tree."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.tree._tree import Tree

from skembed._messages import error_context, require

Arrays = dict[str, NDArray[Any]]

_LEAF = -1
_UNFIT = "a tree whose parts do not fit together"


def parts_of_tree(tree: Tree) -> tuple[dict[str, int], Arrays]:
    """Return a tree's numbers and arrays; the nodes are bytes."""
    _, (n_features, n_classes, n_outputs), state = tree.__reduce__()
    numbers = {"n_features": n_features, "n_outputs": n_outputs, "max_depth": state["max_depth"]}
    nodes = np.ascontiguousarray(state["nodes"]).view(np.uint8)
    arrays = {"n_classes": n_classes, "nodes": nodes, "values": state["values"]}
    return {name: int(number) for name, number in numbers.items()}, arrays


@error_context(_UNFIT)
def tree_of_parts(numbers: dict[str, int], arrays: Arrays) -> Tree:
    """Make a tree, whose nodes are checked: its compiled code follows them wherever they lead.

    No node leads back or out of the tree, is the child of two, or asks for a feature that there
    is not; the tree is as deep as it says.
    """
    n_features, n_outputs = numbers["n_features"], numbers["n_outputs"]
    n_classes = np.array(arrays["n_classes"], dtype=np.intp)
    require(0 < n_features < 1 << 31 and n_classes.shape == (n_outputs,), "features or outputs")
    require(n_outputs > 0 and n_classes.min() > 0 and n_classes.max() < 1 << 24, "classes")
    tree = Tree(n_features, n_classes, n_outputs)
    dtype = tree.__getstate__()["nodes"].dtype
    raw, values = arrays["nodes"], arrays["values"]
    require(raw.dtype == np.uint8 and raw.ndim == 1, "nodes")
    require(raw.size > 0 and raw.size % dtype.itemsize == 0, "nodes of another scikit-learn")
    nodes = raw.copy().view(dtype)
    require(values.dtype == np.float64 and values.shape == (len(nodes), n_outputs, n_classes.max()),
          "values")  # fmt: skip
    _check_nodes(nodes, n_features)
    require(numbers["max_depth"] == _depth(nodes), "depth")
    state = {"max_depth": numbers["max_depth"], "node_count": len(nodes)}
    tree.__setstate__(state | {"nodes": nodes, "values": np.ascontiguousarray(values)})
    return tree


def _check_nodes(nodes: NDArray[Any], n_features: int) -> None:
    left, right, feature = (nodes[name] for name in ("left_child", "right_child", "feature"))
    leaf = left == _LEAF
    require(bool((right[leaf] == _LEAF).all()), "a leaf has a child")
    places = np.arange(len(nodes))
    children = np.concatenate([left[~leaf], right[~leaf]])
    require(np.array_equal(np.sort(children), places[1:]), "a child")
    require(bool((children > np.tile(places[~leaf], 2)).all()), "a child")
    inside = (feature[~leaf] >= 0) & (feature[~leaf] < n_features)
    require(bool(inside.all()), "a feature")


def _depth(nodes: NDArray[Any]) -> int:
    """Return how many steps lead from the root to the deepest leaf."""
    inside = np.flatnonzero(nodes["left_child"] != _LEAF)
    both = np.stack([nodes["left_child"], nodes["right_child"]], axis=1)[inside].tolist()
    found = [0] * len(nodes)
    for place, children in zip(inside.tolist(), both, strict=True):
        for child in children:
            found[child] = found[place] + 1
    return max(found)


@error_context(_UNFIT)
def check_trees(estimator: object) -> None:
    """Check that an estimator's trees read as many features as it does itself.

    Otherwise their compiled code would read what is behind the features.
    """
    state = vars(estimator)
    own = state.get("n_features_in_", -1)
    if isinstance(state.get("tree_"), Tree):
        require(state["tree_"].n_features == own, "features")
    members = state.get("estimators_")
    if not isinstance(members, list | np.ndarray):
        return
    chosen = state.get("estimators_features_")
    for i, member in enumerate(np.asarray(members, dtype=object).ravel()):
        tree = getattr(member, "tree_", None)
        if isinstance(tree, Tree):
            n_given = own if chosen is None else len(chosen[i])
            require(tree.n_features == n_given and n_given <= own, "features")
