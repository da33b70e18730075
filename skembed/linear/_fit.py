"""Training documents to a linear model."""

from collections.abc import Mapping

import numpy as np

from skembed.linear._bags import Documents, blocks_of, learn_bags
from skembed.linear._joint import network_share
from skembed.linear._model import LinearModel, calibration_rows
from skembed.linear._statistics import LogitStatistics
from skembed.linear._svm import (
    N_USUAL,
    USUAL_TEMPERATURE,
    curvature_of,
    find_temperature,
    fit_svm,
    margins_of_others,
)
from skembed.linear._targets import Floats, Targets, telling_weights


def fit_linear_model(
    documents: Documents,
    n_ids: int,
    vocabulary: Mapping[str, int] | None,
    targets: Targets,
    weights: Floats,
    n_outputs: int,
    seed: int,
) -> LinearModel:
    """Fit a linear model, and find out on held-out folds what its margins mean.

    Parameters
    ----------
    documents : TokenSequences of shape (n_samples,), or re-iterable of such
        Training documents: all at once, or block by block in their order, as where ids
        are in a file. The model is the same to the last bit, and memory holds the ids of one
        block, and the bags of all.
    n_ids : int
        Number of ids.
    vocabulary : mapping of str to int, or None
        The ids' words. None leaves out the n-grams of characters.
    targets : ndarray of shape (n_samples,), int, or (n_samples, n_outputs) of 0 and 1
        Class numbers or indicators.
    weights : ndarray of the same shape, dtype float32
        Weights of the documents.
    n_outputs : int
        Number of classes.
    seed : int
        Fixes the folds, and the order in which the SVM sees the documents.

    Returns
    -------
    model : LinearModel
        Not yet calibrated on a network.

    Notes
    -----
    LIBLINEAR solves one SVM with squared hinge loss for each class. Margins
    become log-odds by one factor, the one with the least cross-entropy on the
    held-out folds.

    References
    ----------
    Fan et al. (2008), LIBLINEAR: a library for large linear classification,
    JMLR 9. Guo et al. (2017), On calibration of modern neural networks,
    arXiv:1706.04599. Beside a network: Cheng et al. (2016), Wide & deep learning
    for recommender systems, arXiv:1606.07792, who train both as one.
    """
    bags, bag = learn_bags(documents, n_ids, vocabulary)
    n_tokens = sum(len(block.ids) for block in blocks_of(documents))
    if bag.shape[0] != len(targets):
        raise ValueError(f"documents are {bag.shape[0]:,}, but targets {len(targets):,}.")
    unit = float(weights.mean())
    weights = weights / np.float32(unit)
    margins, rows = margins_of_others(bag, targets, weights, n_outputs, seed)
    temperature = find_temperature(
        margins,
        targets[rows],
        telling_weights(weights[rows], targets),
        before=USUAL_TEMPERATURE,
        n_before=N_USUAL,
    )
    coef, intercept = fit_svm(bag, targets, weights, n_outputs, seed)
    some = calibration_rows(len(targets))
    of_some = bag[some] @ coef + intercept
    return LinearModel(
        bags,
        coef,
        intercept,
        curvature_of(bag, weights),
        unit,
        temperature,
        held_out=LogitStatistics().with_more(margins, targets[rows], weights[rows]),
        learned=LogitStatistics().with_more(of_some, targets[some], weights[some]),
        network_share=network_share(n_tokens / len(targets)),
    )
