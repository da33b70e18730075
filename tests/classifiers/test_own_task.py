"""A task that is defined here, and not in the package: one real number, by squared error."""

from dataclasses import dataclass

import numpy as np
import pytest
from keras import ops
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import RegressorMixin, clone

from skembed import CNNTextClassifier, LSTMTextClassifier, load, save, to_onnx
from skembed._records import record
from skembed.classifiers import Task, text_estimator
from skembed.data import stream
from skembed.networks import Output

TEXTS = [f"{'good ' * (i % 5)}film number {i % 7}" for i in range(60)]
NUMBERS = np.array([10.0 + 2 * (i % 5) for i in range(60)])


@record
@dataclass(frozen=True)
class RealOutput(Output):
    """One output that is the answer."""

    activation = "linear"
    keras_loss = "mean_squared_error"
    metric = "mean_absolute_error"
    has_columns = True

    def losses(self, outputs, targets, weights, objective):
        return ops.mean(weights * ops.square(outputs - targets), axis=-1)

    def scores(self, outputs, targets):
        return ops.mean(ops.abs(outputs - targets), axis=-1)


@record
@dataclass(frozen=True)
class RealNumber(Task):
    """One real number, which the network answers in units of its spread."""

    mean: float
    spread: float

    output = RealOutput()

    @property
    def labels(self):
        return np.array(["number"])

    @classmethod
    def find(cls, y, classes=None, *, needs_classes=False):
        return cls(float(np.mean(y)), float(np.std(y)))

    def encode(self, y, *, name="y"):
        return ((np.asarray(y, dtype=np.float32) - self.mean) / self.spread)[:, None]

    def predict(self, outputs, cuts):
        return outputs[:, 0].astype(np.float64) * self.spread + self.mean


class Regressor(RegressorMixin):
    _find_task = staticmethod(RealNumber.find)
    score = RegressorMixin.score


@text_estimator
class CNNNumbers(Regressor, CNNTextClassifier):
    """A CNN for numbers."""


@text_estimator
class LSTMNumbers(Regressor, LSTMTextClassifier):
    """An LSTM for numbers."""


@pytest.fixture(params=[CNNNumbers, LSTMNumbers])
def make(request):
    sizes = {"filters": 16} if request.param is CNNNumbers else {"units": 16}
    parameters = {"epochs": 60, "learning_rate": 0.01, "spatial_dropout": 0.0, "random_state": 0}
    return lambda **changes: request.param(**{**sizes, **parameters, "embedding_dim": 8, **changes})


def test_it_learns_and_predicts_numbers(make):
    regressor = make().fit(TEXTS, NUMBERS)
    assert regressor.score(TEXTS, NUMBERS) > 0.9
    first, last = (regressor.history_["mean_absolute_error"][i] for i in (0, -1))
    assert last < first / 2
    again = clone(regressor).fit(TEXTS, NUMBERS)
    assert_array_equal(again.predict(TEXTS), regressor.predict(TEXTS))
    assert_allclose(regressor.predict(TEXTS[:1]), regressor.predict(TEXTS)[:1], rtol=1e-5)


def test_the_loss_is_the_squared_error_by_hand(make):
    regressor = make(epochs=1).fit(TEXTS, NUMBERS, X_val=TEXTS, y_val=NUMBERS)
    errors = (regressor.predict(TEXTS) - NUMBERS) / NUMBERS.std()
    assert regressor.history_["val_loss"][0] == pytest.approx((errors**2).mean(), rel=1e-4)
    found = regressor.history_["val_mean_absolute_error"][0]
    assert found == pytest.approx(np.abs(errors).mean(), rel=1e-4)


def test_it_is_saved_and_goes_on(make, tmp_path):
    regressor = make(epochs=2).fit(TEXTS, NUMBERS)
    save(regressor, tmp_path / "model.skembed")
    again = load(tmp_path / "model.skembed")
    assert_array_equal(again.predict(TEXTS), regressor.predict(TEXTS))
    for each in (again, regressor):
        each.partial_fit(TEXTS[:30], NUMBERS[:30])
    assert_array_equal(again.predict(TEXTS), regressor.predict(TEXTS))


def test_early_stopping_weights_and_streams(make):
    batches = stream([(TEXTS[i : i + 20], NUMBERS[i : i + 20].tolist()) for i in range(0, 60, 20)])
    weights = np.where(NUMBERS > 14, 3.0, 1.0)
    regressor = make(epochs=4, early_stopping=True)
    regressor.fit(TEXTS, NUMBERS, sample_weight=weights)
    assert len(regressor.history_["val_loss"]) == regressor.n_iter_
    in_memory, streamed = (make(epochs=2).fit(*data) for data in ((TEXTS, NUMBERS), (batches,)))
    assert_array_equal(streamed.predict(TEXTS), in_memory.predict(TEXTS))


def test_what_numbers_do_not_have(make, tmp_path):
    regressor = make(epochs=1).fit(TEXTS, NUMBERS)
    with pytest.raises(ValueError, match=r"^RealNumber has no probabilities\. Call predict\.$"):
        regressor.predict_proba(TEXTS)
    with pytest.raises(
        TypeError, match="to_onnx writes classifiers and regressors; it does not know RealNumber"
    ):
        to_onnx(regressor, tmp_path / "model.onnx")
    with pytest.raises(ValueError, match=r"^RealNumber has no classes to weigh\. Set class_weight"):
        make(class_weight="balanced").fit(TEXTS, NUMBERS)
    with pytest.raises(ValueError, match=r'^RealNumber has no decision to tune\. Set decision="ar'):
        make(decision="tuned", epochs=1).fit(TEXTS, NUMBERS)
