"""What a search is worth: ready-made ranges of parameters against the defaults."""

import warnings
from itertools import chain
from typing import Any

from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingRandomSearchCV, RandomizedSearchCV

from benchmarks.accuracy.configurations import network
from benchmarks.accuracy.runs import Key, Study
from benchmarks.page import table
from skembed import search_space

ON = ["TREC, 50 classes", "banking77"]
N_CANDIDATES = 12


def for_optuna(space: dict[str, Any]) -> dict[str, Any]:
    """Say a small search space in Optuna's words."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    return {
        name: CategoricalDistribution(values)
        if isinstance(values, list)
        else FloatDistribution(*values.support(), log=values.dist.name == "loguniform")
        for name, values in space.items()
    }


def randomized(size: str, seed: int) -> Any:
    """Try candidates at random."""
    space = search_space("cnn", size=size)
    return RandomizedSearchCV(
        network("cnn")(seed), space, n_iter=N_CANDIDATES, cv=3, random_state=seed
    )


def halving(seed: int) -> Any:
    """Give all candidates two epochs, the best third six, the best two of those 18."""
    return HalvingRandomSearchCV(
        network("cnn")(seed),
        search_space("cnn", size="large"),
        n_candidates=18,
        resource="epochs",
        min_resources=2,
        max_resources=18,
        cv=3,
        random_state=seed,
    )


def with_optuna(seed: int) -> Any:
    """Let Optuna's tree-structured Parzen estimator choose the candidates."""
    import optuna
    from optuna_integration import OptunaSearchCV

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with warnings.catch_warnings():  # it is called experimental since its first version
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return OptunaSearchCV(
            network("cnn")(seed),
            for_optuna(search_space("cnn")),
            n_trials=N_CANDIDATES,
            cv=3,
            random_state=seed,
        )


CONFIGURATIONS = {
    "CNN alone, defaults": network("cnn"),
    f"small space, {N_CANDIDATES} at random": lambda seed: randomized("small", seed),
    f"large space, {N_CANDIDATES} at random": lambda seed: randomized("large", seed),
    "large space, halving by epochs": halving,
    f"small space, {N_CANDIDATES} by Optuna": with_optuna,
}


def wanted() -> list[Key]:
    """List the runs."""
    return [(corpus, name, 0, None, 0) for corpus in ON for name in CONFIGURATIONS]


def table_of() -> str:
    """Write what each search was worth on the test documents, and what it took."""
    runs = STUDY.ledger()
    rows = []
    for name in CONFIGURATIONS:
        of_name = [runs.get((corpus, name, 0, None, 0)) for corpus in ON]
        cells = [[f"{r.score:.3f}", f"{r.seconds:.0f}"] if r else ["not run", ""] for r in of_name]
        rows.append([name, *chain(*cells)])
    return table(["", *chain(*([f"{corpus}: accuracy", "seconds"] for corpus in ON))], rows)


STUDY = Study("searches", CONFIGURATIONS, wanted)
