"""Documents set aside to validate on."""

import numpy as np
from numpy.typing import NDArray


def set_aside(
    groups: NDArray[np.integer], weights: NDArray[np.float32], fraction: float, seed: int
) -> NDArray[np.bool_]:
    """Divide documents as `split_validation` does, and refuse a part whose weights are all zero."""
    train, validation = split_validation(groups, fraction, seed)
    for rows, use in ((validation, "to validate on"), (train, "to train on")):
        if not weights[rows].any():
            raise ValueError(
                f"validation_fraction={fraction} leaves {len(rows)} documents {use}, but "
                "class_weight and sample_weight are zero for all of them. Pass X_val and y_val, "
                "or another validation_fraction or random_state."
            )
    kept = np.zeros(len(groups), dtype=bool)
    kept[train] = True
    return kept


def split_validation(
    groups: NDArray[np.integer], fraction: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Set documents aside at random, the same fraction of each group.

    At least one document is set aside, and at least one of each group stays in training.

    Returns
    -------
    train, validation : ndarray of dtype int64
        Rows, each sorted.
    """
    rng = np.random.default_rng(seed)
    n_samples = len(groups)
    order = rng.permutation(n_samples)
    # Documents at equal steps of the cumulated fraction are taken, group after group: every
    # group gives its share, and the shares add up to the whole without rounding loss.
    order = order[np.argsort(groups[order], kind="stable")]
    groups = groups[order]
    taken = np.diff(np.floor(np.arange(n_samples + 1) * fraction + rng.random())) > 0
    first = np.diff(groups, prepend=-1) > 0
    n_kept = np.bincount(groups[~taken], minlength=groups.max() + 1)
    taken &= ~(first & (n_kept[groups] == 0))
    if first.all():
        raise ValueError(
            f"validation_fraction={fraction} of {n_samples} documents cannot be set aside, because "
            "each is the only one of its class and needed for training. Pass more documents, or "
            "X_val and y_val."
        )
    if not taken.any():
        taken[rng.choice(np.flatnonzero(~first))] = True
    return np.sort(order[~taken]), np.sort(order[taken])
