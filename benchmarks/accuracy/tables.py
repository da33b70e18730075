"""The tables of docs/accuracy.md and docs/which_model.md."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy import against_tfidf as plan
from benchmarks.accuracy.results import Result, Results, Verdict, best_baseline, collect
from benchmarks.page import draw, table

SURE = 0.05
COLUMNS = {  # of the table by which to choose: the configurations, the first that ran
    "TF-IDF": [plan.UNTUNED],
    "TF-IDF, tuned": [plan.TUNED_SVM],
    "CNN alone": [plan.ALONE[0], plan.HALVES_FOR_LONG[1]],
    "LSTM alone": [plan.ALONE[1]],
    "CNN": [plan.CNN, plan.FOR_LONG],
    "LSTM": [plan.LSTM],
    "averaged": [plan.AVERAGED],
}

DRAWN = {"tuned TF-IDF": "#6f6f6f", plan.CNN: "#3a7fc1", plan.LSTM: "#c4561a"}
"""What is drawn on each corpus, and its colour."""


def one_corpus(results: Results) -> str:
    """Write all results on a corpus."""
    yardstick = best_baseline(results)
    rows = []
    for name, result in results.items():
        difference = p_value = ""
        if name not in plan.TUNED:
            verdict = result.against(yardstick)
            difference = f"{verdict.difference:+z.3f}"
            p_value = "" if np.isnan(verdict.p_value) else f"{verdict.p_value:.2g}"
        rows.append([name, result.shown(), difference, p_value])
    return table(["", "score (runs)", "against tuned TF-IDF", "p"], rows)


def result(found: dict[str, Results]) -> str:
    """Say in a sentence how the CNN compares with the better tuned TF-IDF model."""
    those = [results for results in found.values() if plan.CNN in results]
    verdicts = [results[plan.CNN].against(best_baseline(results)) for results in those]
    above, clear, below = counts(verdicts)
    return (
        f"**On {above} of {len(those)} corpora the CNN scores higher than tuned TF-IDF, "
        f"on {clear} of them clearly (p < {SURE}). It is clearly below on "
        f"{below or 'none'}.**"
    )


def counts(verdicts: list[Verdict]) -> tuple[int, int, int]:
    """Count those above, those clearly above, and those clearly below."""
    above = sum(v.difference > 0 for v in verdicts)
    clear = sum(v.difference > 0 and v.p_value < SURE for v in verdicts)
    return above, clear, sum(v.difference < 0 and v.p_value < SURE for v in verdicts)


def plot(path: Path) -> None:
    """Draw the scores of tuned TF-IDF, the CNN and the LSTM, a corpus in each row."""
    found = {
        corpus: [best_baseline(results), results[plan.CNN], results.get(plan.LSTM)]
        for corpus, results in collect(plan.STUDY.ledger()).items()
        if plan.CNN in results
    }
    order = sorted(found, key=lambda corpus: -best_of(found[corpus]))

    def panel(fig: Any, axes: list[Any]) -> None:
        ax = axes[0]
        for k, (label, colour) in enumerate(DRAWN.items()):
            points = [(i + 0.18 * (k - 1), found[c][k]) for i, c in enumerate(order)]
            drawn = [(height, point) for height, point in points if point is not None]
            ax.errorbar(
                [point.mean for _, point in drawn],
                [height for height, _ in drawn],
                xerr=[point.error for _, point in drawn],
                **{"fmt": "o", "ms": 7, "color": colour, "label": label},
            )
        ax.set_yticks(range(len(order)), order)
        ax.set_ylim(len(order) - 0.4, -0.6)
        ax.set_xlabel("accuracy; SMS spam and O*NET's 94 groups: macro F1", loc="right")
        ax.grid(axis="x", alpha=0.3)
        ax.legend(frameon=False, loc="upper left")

    draw(path, 1, panel, figsize=(5.2, 6))


def best_of(results: list[Result | None]) -> float:
    """Return the highest mean."""
    return max(result.mean for result in results if result is not None)


def summary(found: dict[str, Results]) -> str:
    """Count the corpora on which each configuration wins."""
    rows = []
    for name in [*plan.NETWORKS, plan.AVERAGED, plan.FOR_LONG]:
        those = [results for results in found.values() if name in results]
        if not those:
            continue
        untuned = sum(r[name].mean > r[plan.UNTUNED].mean for r in those)
        verdicts = [r[name].against(best_baseline(r)) for r in those]
        rows.append([name, *(f"{n} of {len(those)}" for n in (untuned, *counts(verdicts)))])
    columns = ["above untuned TF-IDF", "above tuned TF-IDF", "clearly (p < 0.05)", "clearly below"]
    return table(["", *columns], rows)


def halves(found: dict[str, Results]) -> str:
    """Compare classifiers with their halves."""
    rows = []
    for corpus, results in found.items():
        names = plan.HALVES_FOR_LONG if corpus in plan.LONG else plan.HALVES
        if names[0] in results:
            cells = [results[name].shown() if name in results else "" for name in names]
            rows.append([corpus, *cells, *[""] * (len(plan.HALVES) - len(cells))])
    return table(["", *plan.HALVES], rows)


def imbalance(found: dict[str, Results]) -> str:
    """Compare the ways to do justice to rare classes: macro F1, the mean over classes."""
    rows = []
    for name in [plan.TUNED_SVM, *plan.RARE]:
        results = [found.get(corpus, {}).get(name) for corpus in plan.IMBALANCED]
        rows.append([name, *(result.shown() if result else "" for result in results)])
    return table(["macro F1", *plan.IMBALANCED], rows)


def choose(found: dict[str, Results], kinds: list[dict[str, Any]]) -> str:
    """Write the scores by corpus, the shortest documents first, the best ones in bold."""
    rows = []
    for kind in _by_length(kinds):
        if kind["corpus"] in found:
            results = in_columns(found[kind["corpus"]])
            best = max((result for result in results if result), key=lambda result: result.mean)
            level = best.mean - best.error
            cells = ["" if r is None else bold(f"{r.mean:.3f}", r.mean >= level) for r in results]
            told = (f"{kind[name]:,}" for name in ("words", "classes", "documents"))
            rows.append([kind["corpus"], *told, *cells])
    return table(["", "words", "classes", "documents", *COLUMNS], rows)


def _by_length(kinds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(kinds, key=lambda kind: kind["words"])


def in_columns(results: Results) -> list[Result | None]:
    """Return the result for each column, None where nothing was run."""
    names = [next((n for n in names if n in results), None) for names in COLUMNS.values()]
    return [None if name is None else results[name] for name in names]


def bold(text: str, is_bold: bool) -> str:
    """Mark a cell."""
    return f"**{text}**" if is_bold else text
