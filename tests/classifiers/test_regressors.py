"""Text regressors: numbers in the user's unit, whatever the network learns."""

import re

import numpy as np
import pytest
from matplotlib import pyplot as plt
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import xlogy
from sklearn.base import clone, is_regressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline

from skembed import (
    CNNTextRegressor,
    KerasTokenizer,
    LSTMTextRegressor,
    compare,
    explain,
    load,
    save,
    search_space,
    to_onnx,
)
from skembed.data import stream
from skembed.inspection import plot_history, top_losses
from skembed.serve import Predictor

TEXTS = [f"{'good ' * (i % 5)}film number {i % 7}" for i in range(60)]
NUMBERS = np.array([1000.0 + 20 * (i % 5) for i in range(60)])
COUNTS = np.array([i % 5 for i in range(60)], dtype=float)
SEVERAL = np.c_[NUMBERS, -0.1 * COUNTS]
LOSSES = ["squared_error", "absolute_error", "huber", "poisson"]
SMALL = {"embedding_dim": 8, "epochs": 3, "random_state": 0}


@pytest.fixture(params=[CNNTextRegressor, LSTMTextRegressor], ids=["cnn", "lstm"])
def make(request):
    size = {"filters": 16} if request.param is CNNTextRegressor else {"units": 16}
    return lambda **changes: request.param(**{**size, **SMALL, **changes})


@pytest.mark.parametrize("wide", [False, "auto"])
@pytest.mark.parametrize("loss", LOSSES)
def test_it_learns(make, loss, wide):
    training = {"epochs": 40, "learning_rate": 0.01, "spatial_dropout": 0.0}
    regressor = make(loss=loss, wide=wide, **training).fit(TEXTS, COUNTS)
    assert regressor.score(TEXTS, COUNTS) > 0.9
    assert (regressor._model.linear is None) == (wide is False or loss == "poisson")
    assert is_regressor(regressor)


def test_losses_are_those_of_the_textbook(make):
    expected = {
        "squared_error": lambda errors: errors**2,
        "absolute_error": np.abs,
        "huber": lambda e: np.where(np.abs(e) < 1, e**2 / 2, np.abs(e) - 0.5),
    }
    for loss, of in expected.items():
        regressor = make(loss=loss, wide=False, epochs=1)
        regressor.fit(TEXTS, NUMBERS, X_val=TEXTS, y_val=NUMBERS)
        errors = (regressor.predict(TEXTS) - NUMBERS) / NUMBERS.std()
        assert regressor.history_["val_loss"][0] == pytest.approx(of(errors).mean(), rel=1e-4)
        found = regressor.history_["val_mean_absolute_error"][0]
        assert found == pytest.approx(np.abs(errors).mean(), rel=1e-4)


def test_the_poisson_loss_is_the_negative_log_likelihood(make):
    regressor = make(loss="poisson", epochs=1).fit(TEXTS, COUNTS, X_val=TEXTS, y_val=COUNTS)
    rates, wanted = regressor.predict(TEXTS) / COUNTS.mean(), COUNTS / COUNTS.mean()
    assert (rates > 0).all()
    expected = (rates - xlogy(wanted, rates)).mean()
    assert regressor.history_["val_loss"][0] == pytest.approx(expected, rel=1e-4)


def test_units_do_not_matter(make):
    plain, moved = make().fit(TEXTS, COUNTS), make().fit(TEXTS, 1e6 - 1e3 * COUNTS[::1])
    assert moved.predict(TEXTS).dtype == np.float64
    back = (1e6 - moved.predict(TEXTS)) / 1e3
    flipped = make().fit(TEXTS, -COUNTS)
    assert_allclose(-flipped.predict(TEXTS), back, atol=1e-3)
    assert plain.score(TEXTS, COUNTS) == pytest.approx(
        make().fit(TEXTS, 3 + 2 * COUNTS).score(TEXTS, 3 + 2 * COUNTS), abs=1e-4
    )


@pytest.mark.parametrize("scale", [1e155, 1e-150])
def test_numbers_of_any_size(make, scale):
    plain, scaled = make().fit(TEXTS, COUNTS), make().fit(TEXTS, COUNTS * scale)
    assert_allclose(scaled.predict(TEXTS) / scale, plain.predict(TEXTS), rtol=1e-3, atol=1e-3)


def test_hardest_documents_are_those_of_classifiers(make):
    with pytest.raises(TypeError, match=r"^top_losses takes classifiers, but the estimator is a r"):
        top_losses(make().fit(TEXTS, COUNTS), TEXTS, COUNTS)


def test_numbers_that_are_all_alike_are_predicted(make):
    assert_allclose(make().fit(TEXTS, np.full(60, 7.0)).predict(TEXTS[:3]), 7, atol=0.5)


def test_several_outputs_have_columns(make):
    regressor = make().fit(TEXTS, SEVERAL)
    assert regressor.predict(TEXTS[:4]).shape == (4, 2)
    assert regressor.predict(TEXTS).mean(axis=0) == pytest.approx(SEVERAL.mean(axis=0), rel=0.2)
    column = make().fit(TEXTS, NUMBERS[:, None])
    assert column.predict(TEXTS[:4]).shape == (4, 1)
    alone = make().fit(TEXTS, NUMBERS)
    assert_array_equal(column.predict(TEXTS)[:, 0], alone.predict(TEXTS))


def test_weights_of_documents_count(make):
    weights = np.where(COUNTS > 2, 0.0, 1.0)
    wrong = np.where(weights > 0, COUNTS, 1e3)
    few = make(epochs=20).fit(TEXTS, wrong, sample_weight=weights)
    assert few._model.linear is not None
    kept = weights > 0
    error = np.abs(few.predict([t for t, k in zip(TEXTS, kept, strict=True) if k]) - COUNTS[kept])
    assert error.mean() < 150  # with equal weights predictions are drawn half way to 1000


def test_both_parts_are_joined_as_they_say(make):
    regressor = make(epochs=2).fit(TEXTS, NUMBERS)
    model, alone = regressor._model, make(epochs=2, wide=False).fit(TEXTS, NUMBERS)
    linear = regressor.bag_of_words(TEXTS) @ model.linear.coef + model.linear.intercept
    joint = model.linear.joint
    of_linear = linear[:, 0] * NUMBERS.std() + NUMBERS.mean()
    expected = joint.network_factor * alone.predict(TEXTS) + joint.margin_factor * of_linear
    assert_allclose(regressor.predict(TEXTS), expected, rtol=1e-5)
    assert joint.network_factor + joint.margin_factor == pytest.approx(1)


def test_the_joint_figure_is_that_of_both(make):
    regressor = make().fit(TEXTS[:40], NUMBERS[:40], X_val=TEXTS[40:], y_val=NUMBERS[40:])
    found = regressor.history_["val_joint_mean_absolute_error"]
    error = np.abs(regressor.predict(TEXTS[40:]) - NUMBERS[40:]).mean() / NUMBERS[:40].std()
    assert found[-1] == pytest.approx(error, rel=1e-4)
    display = plot_history(regressor)
    assert display.axes_[1].get_title() == "mean absolute error"
    labels = display.axes_[1].get_legend_handles_labels()[1]
    assert labels[:2] == ["training, network alone", "validation, network alone"]
    plt.close(display.figure_)


def test_saved_copied_and_gone_on(make, tmp_path):
    regressor = make(early_stopping=True).fit(TEXTS, SEVERAL)
    save(regressor, tmp_path / "model.skembed")
    again = load(tmp_path / "model.skembed")
    assert_array_equal(again.predict(TEXTS), regressor.predict(TEXTS))
    for each in (again, regressor):
        each.partial_fit(TEXTS[:30], SEVERAL[:30], np.arange(30.0))
    assert_array_equal(again.predict(TEXTS), regressor.predict(TEXTS))
    assert_array_equal(
        clone(regressor).fit(TEXTS, NUMBERS).predict(TEXTS),
        clone(regressor).fit(TEXTS, NUMBERS).predict(TEXTS),
    )


@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
@pytest.mark.parametrize("y", [1e6 + COUNTS, np.c_[COUNTS, 2 * COUNTS]], ids=["one", "two"])
def test_exported_and_served(make, loss, y, tmp_path):
    regressor = make(loss=loss).fit(TEXTS, y)
    to_onnx(regressor, tmp_path / "model.onnx")
    predictor = Predictor(tmp_path / "model.onnx")
    found, expected = predictor.predict(TEXTS), regressor.predict(TEXTS)
    assert (found.shape, found.dtype) == (expected.shape, np.float64)
    assert_allclose(found, expected, atol=1e-4 * y.std())
    assert not hasattr(predictor, "classes_")
    message = "This file holds a regressor, which has no probabilities. Call predict."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        predictor.predict_proba(TEXTS)


def test_words_add_up_to_the_prediction(make):
    regressor = make(epochs=20).fit(TEXTS, NUMBERS)
    found = explain(regressor, "good good film", n_points=128)
    (prediction,) = regressor.predict(["good good film"])
    assert found.scores[0] == pytest.approx(prediction, rel=1e-6)
    assert found.base[0] + found.parts.sum() == pytest.approx(prediction, abs=0.05)
    assert found.parts[0, 0] > 0
    assert str(found).startswith(f"prediction {prediction:.5g}\nscore ")
    ax = found.plot()
    assert ax.get_xlabel() == "added to the prediction"
    plt.close(ax.figure)
    several = explain(make().fit(TEXTS, SEVERAL), TEXTS[3], classes=[1])
    assert str(several).startswith("prediction of output 1 ")


def test_of_counts_the_logarithm_is_explained(make):
    regressor = make(loss="poisson").fit(TEXTS, COUNTS)
    found = explain(regressor, TEXTS[3])
    expected = np.log(regressor.predict(TEXTS[3:4])[0] / COUNTS.mean())
    assert found.scores[0] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("y", [COUNTS, SEVERAL], ids=["one", "two"])
def test_a_stream_gives_the_same(make, y):
    rows = [slice(i, i + 20) for i in range(0, 60, 20)]
    in_memory = make().fit(TEXTS, y)
    streamed = make().fit(stream([(TEXTS[some], y[some]) for some in rows]))
    assert_array_equal(streamed.predict(TEXTS), in_memory.predict(TEXTS))


def test_numbers_of_a_csv_file_are_read(make, tmp_path):
    lines = "".join(f"{text},{number}\n" for text, number in zip(TEXTS, COUNTS, strict=True))
    path = tmp_path / "films.csv"
    path.write_text(f"text,stars\n{lines}", encoding="utf-8")
    found = make().fit(stream(path, text="text", label="stars")).predict(TEXTS)
    assert_array_equal(found, make().fit(TEXTS, COUNTS).predict(TEXTS))
    path.write_text("text,stars\ngood film,4\nbad film,none\n", encoding="utf-8")
    message = (
        "X's numbers in batch 0 must hold numbers, but that of row 1 is 'none'. Correct it, "
        "remove the row, or predict classes."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        make().fit(stream(path, text="text", label="stars"))


def test_cross_validation_searches_and_comparison(make):
    assert cross_val_score(make(epochs=20), TEXTS, NUMBERS, cv=3).min() > 0.5
    pipeline = make_pipeline(KerasTokenizer(), make())
    kind = type(make()).__name__.lower()
    search = GridSearchCV(pipeline, {f"{kind}__loss": LOSSES[:3]}, cv=2).fit(TEXTS, NUMBERS)
    assert search.best_params_[f"{kind}__loss"] in LOSSES
    space = search_space("cnn" if "cnn" in kind else "lstm", size="large")
    assert set(space) <= set(make().get_params())
    found = compare({"ours": make(epochs=20)}, TEXTS, NUMBERS, cv=3)
    assert found.names == ["TF-IDF + ridge regression", "ours"]
    assert (found.scoring, found.baseline) == ("r2", "TF-IDF + ridge regression")
    assert found.difference("ours").mean > 0


def test_classifiers_are_not_compared_with_regressors(make, cnn):
    message = (
        "compare takes classifiers or regressors, but 'numbers' is a regressor and 'classes' is "
        "not. Compare them in two calls."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        compare({"classes": cnn(), "numbers": make()}, TEXTS, NUMBERS)
    two = {
        "ours": make(),
        "other": make_pipeline(KerasTokenizer(output="padded"), LinearRegression()),
    }
    assert len(compare(two, TEXTS, NUMBERS, cv=2).names) == 3


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (
            ["4", *"5" * 59],
            "y must hold numbers, but y[0] is '4'. Convert them, or predict labels with "
            "CNNTextClassifier or LSTMTextClassifier.",
        ),
        (
            [None, *NUMBERS[1:]],
            "Input y contains NaN: y[0] is None, but every document needs a number. Drop the "
            "documents without one.",
        ),
        (
            [*NUMBERS[1:], np.inf],
            "Input y contains infinity: y[59] is inf, but every document needs a number. Drop the "
            "documents without one.",
        ),
        (NUMBERS[1:], "Found inconsistent numbers of samples: X has 60 documents but y has 59 l"),
    ],
    ids=["strings", "missing", "infinite", "too few"],
)
def test_what_are_no_numbers_is_refused(make, y, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        make().fit(TEXTS, y)


@pytest.mark.parametrize("y", [-COUNTS, np.zeros(60), np.c_[COUNTS, np.zeros(60)]])
def test_counts_are_not_negative(make, y):
    with pytest.raises(
        ValueError, match=r'^With loss="poisson" y must hold no negative number, an'
    ):
        make(loss="poisson").fit(TEXTS, y)


def test_what_counts_cannot_have(make):
    message = (
        "wide=True needs a task that a linear model can learn, but Rates is not one. Set wide='a"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        make(loss="poisson", wide=True).fit(TEXTS, COUNTS)


def test_later_numbers_have_the_shape_of_the_first(make):
    regressor = make().fit(TEXTS, NUMBERS)
    message = "y must have the shape (n_samples,), as in the first fit, got (60, 2)."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        regressor.partial_fit(TEXTS, SEVERAL)
    several = make().fit(TEXTS, SEVERAL)
    with pytest.raises(
        ValueError, match=r"^y must have the shape \(n_samples, 2\), as in the firs"
    ):
        several.partial_fit(TEXTS, NUMBERS)


def test_a_regressor_has_no_classes(make):
    regressor = make().fit(TEXTS, NUMBERS)
    for name in ("classes_", "predict_proba", "thresholds_"):
        assert not hasattr(regressor, name)
    for name in ("class_weight", "decision", "label_smoothing", "top_k"):
        assert name not in regressor.get_params()
