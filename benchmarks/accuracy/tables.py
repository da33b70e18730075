"""Write docs/accuracy.md and docs/which_model.md from the runs: ``python -m benchmarks.accuracy.tables``."""

import datetime
import importlib.metadata
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.accuracy import ablations, curves, linear, searches, which
from benchmarks.accuracy import against_tfidf as accuracy
from benchmarks.accuracy.runs import Ledger, Run
from benchmarks.accuracy.statistics import Verdict, mcnemar, over_folds, with_error

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["accuracy.md", "which_model.md"]
PICTURE = ROOT / "docs" / "images" / "learning_curves.png"
N_TESTED = {  # documents of the given test sets
    "TREC, 6 classes": 500,
    "TREC, 50 classes": 500,
    "SST-2": 1821,
    "banking77": 3080,
    "20 Newsgroups": 7532,
    "20 Newsgroups, no headers": 7532,
}
PACKAGES = ["keras", "numpy", "scikit-learn", "tensorflow"]
SURE = 0.05


@dataclass(frozen=True)
class Result:
    """The runs of a configuration on a corpus."""

    corpus: str
    configuration: str
    runs: list[Run]

    @property
    def scores(self) -> "np.ndarray":
        """The scores of folds or seeds."""
        return np.array([run.score for run in self.runs])

    @property
    def mean(self) -> float:
        """Their mean."""
        return float(self.scores.mean())

    def shown(self) -> str:
        """Write mean, standard error, and how many runs there are."""
        return with_error(self.scores.tolist(), digits=3)

    def against(self, other: "Result") -> Verdict:
        """Compare: the same folds, or the first seeds on a given test set."""
        if self.corpus in N_TESTED:
            n = N_TESTED[self.corpus]
            found = mcnemar(self.runs[0].hits(n), other.runs[0].hits(n))
            return found._replace(difference=self.mean - other.mean)
        ours, theirs = ({run.split: run.score for run in result.runs} for result in (self, other))
        folds = sorted(set(ours) & set(theirs))
        if len(folds) < 2:
            return Verdict(ours[folds[0]] - theirs[folds[0]], float("nan"))
        return over_folds(*(np.array([x[fold] for fold in folds]) for x in (ours, theirs)))


def collect(ledger: Ledger) -> dict[str, dict[str, Result]]:
    """Gather the results by corpus and configuration, where TF-IDF was run as well."""
    found: dict[str, dict[str, Result]] = {}
    corpora = accuracy.GIVEN + accuracy.FOLDED + accuracy.LONG + accuracy.MORE
    for corpus in [*corpora, accuracy.IMBALANCED[0]]:
        for name in accuracy.STUDY.configurations:
            runs = ledger.select(corpus, name, inner=False)
            if runs:
                found.setdefault(corpus, {})[name] = Result(corpus, name, runs)
    return {corpus: r for corpus, r in found.items() if accuracy.BASELINES[1] in r}


def best_baseline(results: dict[str, Result]) -> Result:
    """Return the better of the tuned TF-IDF models."""
    tuned = [
        results[name] for name in (accuracy.BASELINES[1], accuracy.REGRESSION) if name in results
    ]
    return max(tuned, key=lambda result: result.mean)


def table(results: dict[str, Result]) -> str:
    """Write the results of a corpus as Markdown."""
    yardstick = best_baseline(results)
    lines = [
        "| | score (runs) | against tuned TF-IDF | p | seconds to fit |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, result in results.items():
        difference = p_value = ""
        if name not in (accuracy.BASELINES[1], accuracy.REGRESSION):
            verdict = result.against(yardstick)
            difference = f"{verdict.difference:+.3f}"
            p_value = "" if np.isnan(verdict.p_value) else f"{verdict.p_value:.2g}"
        seconds = np.mean([run.seconds for run in result.runs])
        lines.append(f"| {name} | {result.shown()} | {difference} | {p_value} | {seconds:.0f} |")
    return "\n".join(lines)


def summary(found: dict[str, dict[str, Result]]) -> str:
    """Count the corpora on which each configuration wins."""
    lines = [
        "| | above untuned TF-IDF | above tuned TF-IDF | clearly (p < 0.05) | clearly below |",
        "|---|--:|--:|--:|--:|",
    ]
    networks = accuracy.NETWORKS[:4] + accuracy.AVERAGED
    for name in [*networks, accuracy.LONGER, accuracy.PAIR, accuracy.FOR_LONG]:
        rows = [r for r in found.values() if name in r]
        if not rows:
            continue
        untuned = sum(r[name].mean > r[accuracy.BASELINES[0]].mean for r in rows)
        verdicts = [r[name].against(best_baseline(r)) for r in rows]
        above = sum(v.difference > 0 for v in verdicts)
        clear = sum(v.difference > 0 and v.p_value < SURE for v in verdicts)
        below = sum(v.difference < 0 and v.p_value < SURE for v in verdicts)
        cells = " | ".join(f"{n} of {len(rows)}" for n in (untuned, above, clear, below))
        lines.append(f"| {name} | {cells} |")
    return "\n".join(lines)


def choice(ledger: Ledger, found: dict[str, dict[str, Result]]) -> str:
    """Compare what inner folds chose with the better tuned TF-IDF model."""
    lines = [
        "| | chosen | in inner folds | score (runs) | tuned TF-IDF | p |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for corpus, results in found.items():
        inner = {name: ledger.select(corpus, name, inner=True) for name in results}
        means = {name: np.mean([r.score for r in runs]) for name, runs in inner.items() if runs}
        if not means:
            continue
        name = max(means, key=means.__getitem__)
        chosen, yardstick = results[name], best_baseline(results)
        in_folds = with_error([run.score for run in inner[name]], digits=3)
        p_value = chosen.against(yardstick).p_value
        lines.append(
            f"| {corpus} | {name} | {in_folds} | {chosen.shown()} | {yardstick.shown()} "
            f"| {p_value:.2g} |"
        )
    return "\n".join(lines)


def halves(found: dict[str, dict[str, Result]]) -> str:
    """Compare wide networks with their halves."""
    lines = [f"| | {' | '.join(accuracy.HALVES)} |", "|---|" + "--:|" * len(accuracy.HALVES)]
    for corpus, results in found.items():
        names = accuracy.HALVES_FOR_LONG if corpus in accuracy.LONG else accuracy.HALVES
        if names[0] in results:
            cells = [results[name].shown() if name in results else "" for name in names]
            cells += [""] * (len(accuracy.HALVES) - len(cells))
            lines.append(f"| {corpus} | {' | '.join(cells)} |")
    return "\n".join(lines)


def imbalance(found: dict[str, dict[str, Result]]) -> str:
    """Compare the ways to do justice to rare classes: macro F1, the mean over classes."""
    first = accuracy.RARE[1]  # the plain CNN is run for other tables too
    corpora = [corpus for corpus in accuracy.IMBALANCED if first in found.get(corpus, {})]
    if not corpora:
        return "Not run yet."
    lines = [f"| macro F1 | {' | '.join(corpora)} |", "|---|" + "--:|" * len(corpora)]
    for name in [accuracy.BASELINES[1], *accuracy.RARE]:
        shown = [found[c][name].shown() if name in found[c] else "" for c in corpora]
        if any(shown):
            lines.append(f"| {name} | {' | '.join(shown)} |")
    return "\n".join(lines)


def write() -> None:
    """Fill the places in the templates."""
    ledger = accuracy.STUDY.ledger()
    found = collect(ledger)
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    places = {
        "date": f"{datetime.datetime.now(datetime.UTC).date().isoformat()}, {versions}",
        "summary": summary(found),
        "choice": choice(ledger, found),
        "choose": which.choose(found),
        "costs": which.costs(found),
        "halves": halves(found),
        "imbalance": imbalance(found),
        "curves": "\n\n".join(curves.table(corpus) for corpus in curves.ON),
        "searches": searches.table(),
        "linear": linear.table(),
        "ablations": "\n\n".join(ablations.table(kind) for kind in ablations.ONLY),
        "tables": "\n\n".join(f"### {corpus}\n\n{table(r)}" for corpus, r in found.items()),
    }
    for page in PAGES:
        text = (ROOT / "benchmarks" / "pages" / page).read_text(encoding="utf-8")
        for name, shown in places.items():
            text = text.replace("{{" + name + "}}", shown)
        (ROOT / "docs" / page).write_text(text, encoding="utf-8")
    curves.plot(PICTURE)


if __name__ == "__main__":
    write()
