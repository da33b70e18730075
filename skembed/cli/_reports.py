"""The comparisons of commands, and the reports that they print and draw to files."""

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click
import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, is_regressor
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import KFold, StratifiedKFold

from skembed._optional import need
from skembed._types import Documents
from skembed.files import Inputs, check_target, printable, replaced

if TYPE_CHECKING:
    from skembed.comparison import Comparison

FIFTH = 5
"""One text in this many is held out."""

LEAST_TEXTS = 20
"""With fewer texts, the held-out texts are too few for a meaningful figure."""

WHAT = "the picture"
WAY_OUT = "draw to another folder"


class Report(Protocol):
    """A report that can be printed and drawn."""

    def plot(self) -> Any:
        """Draw it, and return its axes."""


def report_comparison(
    estimators: Mapping[str, BaseEstimator],
    texts: Sequence[str],
    labels: ArrayLike,
    *,
    folds: int,
    scoring: str | None,
    plot: str | None,
    seed: int = 0,
    n_jobs: int | None = None,
    conclude: "Callable[[Comparison], str]" = str,
) -> None:
    """Cross-validate estimators, print the conclusion, and draw the comparison."""
    from skembed import compare

    of_numbers = any(is_regressor(each) for each in estimators.values())
    most = len(texts) if of_numbers else max(np.unique(labels, return_counts=True)[1])
    if folds > most:
        what = "texts" if of_numbers else "texts of the most frequent label"
        raise ValueError(f"--folds is {folds}, but there are {most} {what}. Use fewer folds.")
    cv = (KFold if of_numbers else StratifiedKFold)(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitFailedWarning)
        found = compare(estimators, texts, np.array(labels), cv=cv, scoring=scoring, n_jobs=n_jobs)
    show(conclude(found), found, plot)
    if found.failures:
        raise click.ClickException(
            f"{len(found.failures)} of {found.scores.size} fits failed; the report says why."
        )


def measure_held_out(
    name: str, estimator: BaseEstimator, texts: Documents, answers: NDArray[Any]
) -> str:
    """Train an estimator and TF-IDF on four fifths of the texts, and score them on the rest.

    Each class with at least five texts is split in this proportion.
    """
    from skembed import compare

    if len(answers) < LEAST_TEXTS:
        return f"The model was not measured: {len(answers)} texts are too few to hold some out."
    spread = not is_regressor(estimator) and max(np.unique(answers, return_counts=True)[1]) >= FIFTH
    folds = (StratifiedKFold if spread else KFold)(FIFTH, shuffle=True, random_state=0)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        fold = next(iter(folds.split(np.zeros(len(answers)), answers)))
    found = compare({name: estimator}, texts, answers, cv=[fold])
    scores = [f"{each} {score:.3f}" for each, score in zip(found.names, found.means, strict=True)]
    told = f"{found.scoring} on {len(fold[1]):,} held-out texts"
    return f"{told}: {', '.join(reversed(scores))}"


def show(text: str, report: Report, plot: str | None) -> None:
    """Print a text and draw a report; if one fails, the other is still done."""
    try:
        click.echo(printable(text))
    finally:
        if plot is not None:
            save_picture(report, plot)
            click.echo(plot, err=True)


def check_picture(path: str | os.PathLike[str] | None, inputs: Inputs) -> None:
    """Check, before minutes of work, that a picture can be drawn to a file."""
    if path is None:
        return
    bases = need("matplotlib.backend_bases", "A picture needs")
    known = bases.FigureCanvasBase.get_supported_filetypes()
    if _format_of(path) not in known:
        raise ValueError(
            f"{os.fspath(path)!r} does not have an ending that matplotlib can draw. Use one of "
            f"{', '.join('.' + name for name in sorted(known))}."
        )
    check_target(path, WHAT, WAY_OUT, [*inputs, ("the report", 1)])


def save_picture(report: Report, path: str | os.PathLike[str], dpi: int = 120) -> None:
    """Draw a report; an earlier picture is replaced when the new one is complete."""
    need("matplotlib", "A picture needs").use("agg")  # a file needs no window
    pyplot = need("matplotlib.pyplot", "A picture needs")
    figure = report.plot().figure
    try:
        with replaced(path, WHAT, WAY_OUT) as new, new.open("wb") as file:
            figure.savefig(file, dpi=dpi, format=_format_of(path))
    finally:
        pyplot.close(figure)


def _format_of(path: str | os.PathLike[str]) -> str:
    return Path(path).suffix.removeprefix(".").lower() or "png"
