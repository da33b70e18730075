"""Optuna searches the parameters of a network."""


def test_the_page(run):
    study = run("Optuna")["study"]
    assert [trial.state.name for trial in study.trials] == ["COMPLETE"] * 3
    assert study.best_value > 0.5
    assert study.best_params.keys() == {"filters", "learning_rate"}
