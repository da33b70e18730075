"""The task of one real number, or several, for each document."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skembed._labels import as_numbers
from skembed._records import record
from skembed.classifiers._task import Targets, Task
from skembed.linear import RIDGE
from skembed.networks import NumberOutput, RateOutput


@dataclass(frozen=True)
class ScaledNumbers(Task):
    """Numbers that the network predicts in another unit.

    Attributes
    ----------
    centre, scale : ndarray of shape (n_outputs,), dtype float64
        The user's numbers minus the centre are divided by the scale.
    is_column : bool
        Whether the user's numbers, and predictions, have two dimensions.
    """

    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    is_column: bool

    @property
    def labels(self) -> NDArray[Any]:
        """The numbers of the outputs."""
        return np.arange(len(self.scale))

    def encode(self, y: ArrayLike, *, name: str = "y") -> Targets:
        """Turn numbers into targets of shape (n_samples, n_outputs), float32.

        Raises
        ------
        ValueError
            If `y` holds other values than numbers, or has another shape than in fit.
        """
        numbers = as_numbers(y, name)
        rows = numbers.reshape(len(numbers), -1)
        if (numbers.ndim == 2) != self.is_column or rows.shape[1] != len(self.scale):
            shape = f"(n_samples, {len(self.scale)})" if self.is_column else "(n_samples,)"
            raise ValueError(
                f"{name} must have the shape {shape}, as in the first fit, got {numbers.shape}."
            )
        targets: Targets = ((rows - self.centre) / self.scale).astype(np.float32)
        return targets

    def predict(
        self, outputs: NDArray[np.float32], cuts: NDArray[np.float64] | None
    ) -> NDArray[np.float64]:
        """Return numbers in the user's unit."""
        numbers = self.figures(outputs.astype(np.float64))
        return numbers if self.is_column else numbers[:, 0]

    def figures(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return numbers in the user's unit, of shape (n_samples, n_outputs)."""
        return self.answers(outputs) * self.scale + self.centre

    def answers(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn outputs into numbers in the network's unit."""
        return outputs


@record
@dataclass(frozen=True)
class Numbers(ScaledNumbers):
    """Real numbers, which the network predicts in standard deviations from the mean."""

    output = NumberOutput()
    linear = RIDGE

    def contrasts(self, chosen: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the outputs in the user's unit."""
        return super().contrasts(chosen) * self.scale[chosen].astype(np.float32)

    def base(self, chosen: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the means."""
        return self.centre[chosen].astype(np.float32)


@record
@dataclass(frozen=True)
class Rates(ScaledNumbers):
    """Rates of counts. The network predicts their logarithms, in multiples of the mean.

    A ridge regression does not predict counts, so there is no linear model.
    """

    output = RateOutput()

    def answers(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the exponentials."""
        return np.exp(outputs)


def find_numbers(y: ArrayLike, *, loss: str) -> Task:
    """Learn the units of numbers.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Numbers.
    loss : str
        The loss of the training; "poisson" needs rates.

    Raises
    ------
    ValueError
        If there are none, one is missing or not finite, or one is negative with
        ``loss="poisson"``.
    """
    numbers = as_numbers(y, "y")
    rows, is_column = numbers.reshape(len(numbers), -1), numbers.ndim == 2
    if loss == "poisson":
        if (rows < 0).any() or not rows.any(axis=0).all():
            raise ValueError(
                'With loss="poisson" y must hold no negative number, and in each column one above '
                f"zero, got {rows.min():g} to {rows.max():g}. Set another loss."
            )
        return Rates(np.zeros(rows.shape[1]), rows.mean(axis=0), is_column)
    peak = np.abs(rows).max(axis=0)
    unit = np.where(peak > 0, peak, 1.0)  # so that squares of large numbers stay finite
    spread = (rows / unit).std(axis=0) * unit
    centre = (rows / unit).mean(axis=0) * unit
    return Numbers(centre, np.where(spread > 0, spread, 1.0), is_column)
