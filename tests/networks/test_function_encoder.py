"""Networks of a user's own: a function of Keras layers through all that an estimator does."""

import pickle
import re
import subprocess
import sys
from dataclasses import dataclass

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skembed import (
    GloveVectorizer,
    KerasTextClassifier,
    KerasTextRegressor,
    KerasTokenizer,
    explain,
    load,
    save,
)
from skembed.data import stream
from skembed.networks import (
    AttentiveLSTMEncoder,
    CharacterCNNEncoder,
    FunctionEncoder,
    GRUEncoder,
    MeanEncoder,
    TransformerEncoder,
    encoder_of,
    load_network,
)
from skembed.vectors import WordVectors
from tests.small import LABELS, TEXTS
from tests.versions import needs_strict_lambdas

SMALL = {"embedding_dim": 4, "epochs": 2, "random_state": 0}


def stacked(steps, mask):
    """Two LSTMs, one behind the other, with a dropout between them."""
    x = keras.layers.Bidirectional(keras.layers.LSTM(3, return_sequences=True))(steps, mask=mask)
    x = keras.layers.Dropout(0.3)(x)
    return keras.layers.LSTM(4)(x, mask=mask)


@dataclass(frozen=True)
class Widest:
    """The largest outputs of a convolution, where there are steps."""

    units: int = 5
    width: int = 2

    def __call__(self, steps, mask):
        inside = keras.ops.expand_dims(keras.ops.cast(mask, steps.dtype), -1)
        x = keras.layers.Conv1D(self.units, self.width, padding="causal")(steps * inside)
        return keras.ops.max(x * inside - 1e4 * (1 - inside), axis=1)


ENCODERS = {
    "function": stacked,
    "description": Widest(),
    "mean": MeanEncoder(),
    "gru": GRUEncoder(units=3),
    "attention": AttentiveLSTMEncoder(units=3),
    "transformer": TransformerEncoder(units=8, heads=2),
    "characters": CharacterCNNEncoder(widest=3, filters=2),
}


@pytest.fixture(scope="module", params=ENCODERS)
def fitted(request):
    """A classifier after two epochs; not to be changed."""
    return KerasTextClassifier(encoder=ENCODERS[request.param], **SMALL).fit(TEXTS, LABELS)


def test_it_learns(fitted):
    longer = clone(fitted).set_params(epochs=30, learning_rate=0.02, wide=False)
    assert longer.fit(TEXTS, LABELS).score(TEXTS, LABELS) > 0.9


def test_alone_is_as_in_a_batch(fitted):
    alone = np.concatenate([fitted.predict_proba([text]) for text in TEXTS])
    assert_allclose(alone, fitted.predict_proba(TEXTS), atol=1e-5)


def test_the_same_seed_gives_the_same_whatever_was_built_before(fitted):
    keras.layers.LSTM(3)(keras.Input((None, 2)))
    again = clone(fitted).fit(TEXTS, LABELS)
    assert_array_equal(again.predict_proba(TEXTS), fitted.predict_proba(TEXTS))
    other = clone(fitted).set_params(random_state=1).fit(TEXTS, LABELS)
    assert np.abs(other.predict_proba(TEXTS) - fitted.predict_proba(TEXTS)).max() > 1e-4


def test_saved_copied_and_gone_on(fitted, tmp_path):
    save(fitted, tmp_path / "model.skembed")
    again = load(tmp_path / "model.skembed")
    assert again.encoder == fitted.encoder
    copied = pickle.loads(pickle.dumps(fitted))
    for each in (again, copied):
        assert_array_equal(each.predict_proba(TEXTS), fitted.predict_proba(TEXTS))
        each.partial_fit(TEXTS, LABELS)
    assert_array_equal(again.predict_proba(TEXTS), copied.predict_proba(TEXTS))
    alone = clone(fitted).set_params(wide=False)
    longer = clone(alone).set_params(warm_start=True, epochs=1).fit(TEXTS, LABELS)
    longer.fit(TEXTS, LABELS)
    whole = alone.fit(TEXTS, LABELS)
    assert_array_equal(longer.predict_proba(TEXTS), whole.predict_proba(TEXTS))


def test_characters_beside_words(tmp_path):
    texts, weather = ["sun and sea", "rain and wind"] * 16, ["fine", "foul"] * 16
    classifier = KerasTextClassifier(
        tokenizer=KerasTokenizer(char_level=True),
        encoder=CharacterCNNEncoder(widest=3, filters=4),
        features=GloveVectorizer(WordVectors(["sun", "wind"], np.eye(2, dtype=np.float32))),
        learning_rate=0.02,
        wide=False,
        **SMALL | {"embedding_dim": 8, "epochs": 10},
    )
    classifier.fit(texts, weather)
    assert classifier.predict(["sunny seaside", "windy", "rainy"]).tolist() == [
        "fine",
        "foul",
        "foul",
    ]
    save(classifier, tmp_path / "model.skembed")
    again = load(tmp_path / "model.skembed")
    assert_array_equal(again.predict_proba(["sunny"]), classifier.predict_proba(["sunny"]))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own
def test_explained_and_handed_over(fitted, tmp_path):
    alone = clone(fitted).set_params(wide=False).fit(TEXTS, LABELS)
    found = explain(alone, TEXTS[2], n_points=64)
    assert np.abs(found.additivity_error).max() < 0.05
    network = alone.network_
    padded = alone.tokenizer_.transform(TEXTS).to_dense()
    assert_allclose(network.predict(padded, verbose=0), alone.predict_proba(TEXTS), atol=1e-5)
    network.save(tmp_path / "network.keras")
    again = load_network(tmp_path / "network.keras").predict(padded, verbose=0)
    assert_allclose(again, alone.predict_proba(TEXTS), atol=1e-5)


@pytest.mark.parametrize("fitted", ["function", "description"], indirect=True)
def test_streams_weights_and_stopping(fitted):
    batches = stream([(TEXTS[i : i + 10], LABELS[i : i + 10]) for i in range(0, 40, 10)])
    streamed = clone(fitted).fit(batches)
    assert_array_equal(streamed.predict_proba(TEXTS), fitted.predict_proba(TEXTS))
    stopped = clone(fitted).set_params(early_stopping=True, class_weight="balanced")
    stopped.fit(TEXTS, LABELS, sample_weight=np.linspace(0.5, 1, 40))
    assert len(stopped.history_["val_loss"]) == 2
    labels = np.array([[i % 2, i % 3 == 0] for i in range(40)], dtype=int)
    assert clone(fitted).fit(TEXTS, labels).predict(TEXTS).shape == (40, 2)


def test_parameters_of_a_description_are_searched():
    model = KerasTextClassifier(encoder=Widest(), **SMALL)
    assert model.get_params()["encoder__units"] == 5
    assert model.set_params(encoder__units=6).encoder == Widest(units=6)
    pipeline = make_pipeline(KerasTokenizer(), model)
    space = {"kerastextclassifier__encoder__units": [2, 3]}
    search = GridSearchCV(pipeline, space, cv=2).fit(TEXTS, LABELS)
    assert search.best_estimator_[-1].encoder.units in (2, 3)
    with pytest.raises(ValueError, match=r"has no parameter 'layers'\. It has units, width\.$"):
        model.set_params(encoder__layers=2)
    function = KerasTextClassifier(encoder=stacked)
    with pytest.raises(ValueError, match=r"has no parameter 'units'\. It has none\.$"):
        function.set_params(encoder__units=2)


def test_numbers_are_predicted_too(tmp_path):
    numbers = np.array([5.0 if label == "fine" else 1.0 for label in LABELS])
    regressor = KerasTextRegressor(encoder=stacked, **{**SMALL, "epochs": 20})
    assert regressor.fit(TEXTS, numbers).score(TEXTS, numbers) > 0.8
    save(regressor, tmp_path / "model.skembed")
    assert_array_equal(load(tmp_path / "model.skembed").predict(TEXTS), regressor.predict(TEXTS))


def pooled_blindly(steps, mask):
    return keras.layers.GlobalMaxPooling1D()(steps)


def left_as_steps(steps, mask):
    return steps


def not_a_tensor(steps, mask):
    return 3


PLACE = f"{__name__}:"


@pytest.mark.parametrize(
    ("encoder", "message"),
    [
        (
            pooled_blindly,
            f"The encoder {PLACE}pooled_blindly gives a document another vector if padding "
            "follows it, so that a document alone would get other predictions than in a "
            "batch. Use the mask, for example as in keras.layers.GRU(32)(steps, mask=mask).",
        ),
        (
            left_as_steps,
            f"The encoder {PLACE}left_as_steps must return one tensor of shape (n_samples, "
            "n_units), got shape (None, None, 4).",
        ),
        (
            not_a_tensor,
            f"The encoder {PLACE}not_a_tensor must return one tensor of shape (n_samples, "
            "n_units), got 3.",
        ),
        (
            lambda steps, mask: steps,
            f"encoder=<lambda> cannot be found by its name in the module {__name__}, so that "
            "copies and saved files could not find it. Define it with def or class at the top of "
            "a module.",
        ),
    ],
)
def test_what_is_no_encoder(encoder, message):
    """Keras 3.12 refuses a network without the mask before it is tried with padding."""
    unused = r"The encoder \S+pooled_blindly must make its documents from .*`inputs` not connected"
    with pytest.raises(ValueError, match=f"^({re.escape(message)}$|{unused})"):
        KerasTextClassifier(encoder=encoder, **SMALL).fit(TEXTS, LABELS)


@pytest.mark.parametrize("encoder", [3, GRUEncoder, "gru"])
def test_what_cannot_be_called(encoder):
    with pytest.raises(ValueError, match="must be a function of steps and mask, or an instance"):
        KerasTextClassifier(encoder=encoder).fit(TEXTS, LABELS)


@dataclass
class Loose:
    units: int = 3

    def __call__(self, steps, mask):
        return keras.layers.GRU(self.units)(steps, mask=mask)


@pytest.mark.parametrize("encoder", [Loose(), MeanEncoder().__call__, print])
def test_what_may_change_or_has_no_name_of_its_own(encoder):
    with pytest.raises(TypeError, match=r"^encoder must be a function of steps and mask, or an in"):
        KerasTextClassifier(encoder=encoder).fit(TEXTS, LABELS)


@pytest.mark.process
def test_a_file_imports_no_module(tmp_path):
    """Where the module is not imported, the file opens, and says what to import when it is used."""
    (tmp_path / "models_of_mine.py").write_text(
        "import keras\n\n\ndef mean(steps, mask):\n"
        "    return keras.layers.GlobalAveragePooling1D()(steps, mask=mask)\n"
    )
    fit = (
        "import models_of_mine, skembed\n"
        f"model = skembed.KerasTextClassifier(encoder=models_of_mine.mean, **{SMALL})\n"
        f"model.fit({TEXTS!r}, {LABELS!r})\n"
        "skembed.save(model, 'model.skembed')\n"
    )
    use = (
        "import sys, skembed\n"
        "model = skembed.load('model.skembed')\n"
        "assert 'models_of_mine' not in sys.modules\n"
        "try:\n"
        "    model.predict(['sun'])\n"
        "except ValueError as error:\n"
        "    print(error)\n"
        "import models_of_mine\n"
        "print(model.predict(['sun']).shape)\n"
    )
    for code in (fit, use):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "The encoder mean of the module models_of_mine is not there. Import that module, or define "
        "the encoder as it was, and try again.",
        "(1,)",
    ]
    assert done.stderr == ""


def test_files_name_no_private_module_of_skembed():
    assert encoder_of(GRUEncoder()).name == "skembed.networks:GRUEncoder"
    fields = (("units", 3), ("bidirectional", False))
    earlier = FunctionEncoder(name="skembed.networks._ready_encoders:GRUEncoder", parameters=fields)
    assert earlier.call() == GRUEncoder(units=3, bidirectional=False)


@pytest.mark.parametrize(
    ("encoder", "precision"),
    [
        ("gru", "mixed_bfloat16"),
        ("function", "mixed_float16"),
        *[
            pytest.param(name, "mixed_bfloat16", marks=pytest.mark.slow)
            for name in ENCODERS
            if name != "gru"
        ],
    ],
)
def test_precision_is_the_estimators(encoder, precision):
    model = KerasTextClassifier(encoder=ENCODERS[encoder], precision=precision, **SMALL)
    model.set_params(wide=False, epochs=1).fit(TEXTS, LABELS)
    assert np.isfinite(model.predict_proba(TEXTS)).all()


ACTIVATION, UNITS = "tanh", 4


def changing(steps, mask):
    return keras.layers.GRU(UNITS, activation=ACTIVATION)(steps, mask=mask)


def test_what_a_function_makes_tells_a_change(monkeypatch):
    """Globals, arguments and other methods change the layers, and no code of the function."""
    model = KerasTextClassifier(encoder=changing, **{**SMALL, "wide": False})
    first = clone(model).fit(TEXTS, LABELS)
    expected = first.predict_proba(TEXTS)
    module = sys.modules[__name__]
    monkeypatch.setattr(module, "ACTIVATION", "relu")
    second = clone(model).fit(TEXTS, LABELS)
    assert np.abs(second.predict_proba(TEXTS) - expected).max() > 1e-6
    monkeypatch.setattr(module, "ACTIVATION", "tanh")
    again = clone(model).fit(TEXTS, LABELS)
    assert_array_equal(again.predict_proba(TEXTS), expected)
    monkeypatch.setattr(module, "UNITS", 6)
    third = clone(model).fit(TEXTS, LABELS)
    assert third.n_parameters_ > first.n_parameters_


@pytest.mark.process
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("activation='relu'", "Warning: The encoder mine:gru is no longer the one that was"),
        ("units=6", "ValueError: The encoder mine:gru is no longer the one that was trained: "),
    ],
)
def test_a_file_whose_encoder_has_been_changed(tmp_path, change, said):
    code = (
        "import keras\n\n\ndef gru(steps, mask):\n"
        "    return keras.layers.GRU(ARGS)(steps, mask=mask)\n"
    )
    path = tmp_path / "mine.py"
    path.write_text(code.replace("ARGS", "units=4"))
    fit = (
        "import mine, skembed\n"
        f"model = skembed.KerasTextClassifier(encoder=mine.gru, **{SMALL})\n"
        f"skembed.save(model.fit({TEXTS!r}, {LABELS!r}), 'model.skembed')\n"
    )
    use = (
        "import warnings, mine, skembed\n"
        "with warnings.catch_warnings(record=True) as found:\n"
        "    try:\n"
        "        skembed.load('model.skembed').predict(['sun'])\n"
        "    except ValueError as error:\n"
        "        print(f'ValueError: {error}')\n"
        "print(*(f'Warning: {each.message}' for each in found), sep='\\n')\n"
    )
    for step in (fit, use):
        done = subprocess.run(
            [sys.executable, "-B", "-c", step],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        path.write_text(code.replace("ARGS", change if "units" in change else f"4, {change}"))
    assert done.stdout.startswith(said)


class Scaled(keras.layers.Layer):
    """A layer whose argument Keras finds out, with a weight of its own."""

    def __init__(self, scale, **options):
        super().__init__(**options)
        self.scale = scale

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1],), name="gamma")

    def call(self, inputs):
        return self.scale * inputs * self.kernel


def scaled(steps, mask):
    return keras.layers.GRU(3)(Scaled(3)(Scaled(2)(steps)), mask=mask)


def test_layers_of_the_users_own():
    model = KerasTextClassifier(encoder=scaled, **SMALL)
    first, second = (clone(model).fit(TEXTS, LABELS) for _ in range(2))
    assert_array_equal(first.predict_proba(TEXTS), second.predict_proba(TEXTS))


class Sized(keras.layers.Layer):
    """A layer that Keras cannot give a name."""

    def __init__(self, size):
        super().__init__()
        self.size = size

    def call(self, inputs):
        return self.size * inputs


def with_a_lambda(steps, mask):
    doubled = keras.layers.Lambda(lambda x: 2 * x)(steps)
    return keras.layers.GRU(3)(doubled, mask=mask)


def with_a_layer_without_description(steps, mask):
    return keras.layers.GRU(3)(Sized(3)(steps), mask=mask)


@pytest.mark.parametrize(
    ("encoder", "layer"),
    [
        pytest.param(with_a_lambda, "Lambda", marks=needs_strict_lambdas),
        (with_a_layer_without_description, "Sized"),
    ],
)
def test_layers_that_keras_cannot_make_again(encoder, layer):
    message = (
        f"The encoder {PLACE}{encoder.__name__} has a layer {layer} that Keras cannot make from "
        "its description. Give it a get_config with the arguments of its constructor, and use "
        "keras.ops in place of a Lambda."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        KerasTextClassifier(encoder=encoder, **SMALL).fit(TEXTS, LABELS)


def test_a_function_that_is_defined_anew_is_another_network():
    module = sys.modules[__name__]
    kept = module.stacked
    try:
        first = KerasTextClassifier(encoder=stacked, **SMALL).fit(TEXTS, LABELS)
        code = "def stacked(steps, mask):\n    return keras.layers.GRU(4)(steps, mask=mask)\n"
        exec(compile(code, __file__, "exec"), vars(module))
        second = KerasTextClassifier(encoder=module.stacked, **SMALL).fit(TEXTS, LABELS)
    finally:
        module.stacked = kept
    assert first.n_parameters_ != second.n_parameters_
    assert_array_equal(
        clone(first).fit(TEXTS, LABELS).predict_proba(TEXTS), first.predict_proba(TEXTS)
    )


@pytest.mark.process
def test_workers_get_a_function_of_the_main_program(tmp_path):
    """As in a notebook, whose functions are in no module that a worker could import."""
    (tmp_path / "program.py").write_text(
        "import keras, skembed\n"
        "from sklearn.model_selection import cross_val_predict, GridSearchCV\n\n\n"
        "def mean(steps, mask):\n"
        "    return keras.layers.GlobalAveragePooling1D()(steps, mask=mask)\n\n\n"
        "if __name__ == '__main__':\n"
        f"    texts, labels = {TEXTS!r}, {LABELS!r}\n"
        f"    model = skembed.KerasTextClassifier(encoder=mean, **{SMALL})\n"
        "    alone = cross_val_predict(model, texts, labels, cv=2, method='predict_proba')\n"
        "    found = cross_val_predict(\n"
        "        model, texts, labels, cv=2, method='predict_proba', n_jobs=2\n"
        "    )\n"
        "    print((alone == found).all())\n"
        "    search = GridSearchCV(model, {'epochs': [1, 2]}, cv=2, n_jobs=2)\n"
        "    print(search.fit(texts, labels).predict(texts).shape)\n"
    )
    done = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["True", "(40,)"]


def test_many_networks_of_ones_own_log_nothing(caplog):
    for units in range(3, 11):
        KerasTextClassifier(encoder=Widest(units), **SMALL | {"epochs": 1}).fit(TEXTS, LABELS)
    assert caplog.messages == []
