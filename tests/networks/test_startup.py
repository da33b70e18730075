"""The start of Keras and its backend: quiet, late, and without a trace."""

import importlib.util
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from skembed.networks import load_engine
from tests.versions import KERAS, NUMPY

FIT = """
from skembed import CNNTextClassifier
texts, labels = ["sun and sea", "rain and wind"] * 8, [0, 1] * 8
classifier = CNNTextClassifier(filters=2, embedding_dim=2, epochs=1, random_state=0)
"""
STATE = """
import os, random, sys, warnings
import numpy as np
def state():
    generator = np.random.get_state()
    return random.getstate(), generator[1].tolist(), generator[2:], np.geterr()
"""


def test_threads_that_come_together_load_once(before_loading):
    imported = []

    def slow(data_parallel):
        imported.append(data_parallel)
        time.sleep(0.2)
        return "tensorflow"

    before_loading(slow)
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(load_engine) for _ in range(3)]:
            done.result()
    assert imported == [False]


def test_the_first_fit_writes_nothing_and_changes_nothing(run_python):
    code = f"""{STATE}{FIT}
before, filters, environ = state(), list(warnings.filters), dict(os.environ)
sys.stderr.write("before, ")
classifier.fit(texts, labels).predict(texts)
sys.stderr.write("after")
assert state() == before
assert os.environ.items() >= environ.items()  # JAX and PyTorch add some of their own
assert "TF_CPP_MIN_LOG_LEVEL" not in os.environ
assert [f for f in warnings.filters if f in filters] == filters  # other libraries add some
import keras
assert keras.config.dtype_policy().name == "float32"
assert keras.config.floatx() == "float32"
"""
    assert run_python(code) == ("", "before, after")


@pytest.mark.process
@pytest.mark.tensorflow
def test_the_users_log_level_and_joblibs_thread_limit_are_respected(run_python):
    code = f"""{FIT}
classifier.fit(texts, labels)
import os
import tensorflow as tf
print(os.environ["TF_CPP_MIN_LOG_LEVEL"])
print(tf.config.threading.get_intra_op_parallelism_threads())
print(tf.config.threading.get_inter_op_parallelism_threads())
"""
    out, err = run_python(code, TF_CPP_MIN_LOG_LEVEL="0", OMP_NUM_THREADS="1")
    assert out.split() == ["0", "1", "1"]
    assert "cpu_feature_guard" in err


RARE = [pytest.param(each, marks=pytest.mark.slow) for each in ("2", "3", "5", "", "no number")]


@pytest.mark.process
@pytest.mark.tensorflow
@pytest.mark.parametrize("level", ["1", *RARE])
def test_no_message_of_tensorflow_comes_at_any_level_but_0(run_python, level):
    code = f"""{FIT}
from skembed import LSTMTextClassifier
classifier.fit(texts, labels).predict(texts)
LSTMTextClassifier(units=2, embedding_dim=2, epochs=1).fit(texts, labels).predict(texts)
import os
print(os.environ["TF_CPP_MIN_LOG_LEVEL"])
"""
    assert run_python(code, TF_CPP_MIN_LOG_LEVEL=level) == (f"{level}\n", "")


@pytest.mark.process
@pytest.mark.parametrize(
    "settings", [{}, pytest.param({"TF_CPP_MIN_LOG_LEVEL": "1"}, marks=pytest.mark.slow)]
)
def test_workers_write_nothing_though_their_callbacks_import_keras(run_python, settings):
    code = f"""{FIT}
from skembed.networks import load_engine
load_engine()
import keras
from sklearn.model_selection import cross_val_score
classifier.set_params(callbacks=[keras.callbacks.EarlyStopping("loss")])
print(len(cross_val_score(classifier, texts, labels, cv=2, n_jobs=2, error_score="raise")))
"""
    assert run_python(code, **settings) == ("2\n", "")


@pytest.mark.process
def test_a_program_that_imports_keras_after_load_engine_is_quiet(run_python):
    code = "from skembed.networks import load_engine\nload_engine()\nimport keras\n" + FIT
    assert run_python(code + "classifier.fit(texts, labels).predict(texts)") == ("", "")


@pytest.mark.process
@pytest.mark.tensorflow
def test_no_fit_adds_messages_to_those_of_a_keras_imported_first(run_python):
    code = f"""
import sys
import keras
sys.stderr.write("imported")
sys.stderr.flush()
{FIT}
from skembed import LSTMTextClassifier, explain
lstm = LSTMTextClassifier(units=2, embedding_dim=2, epochs=1, bidirectional=True)
for each in (classifier, lstm):
    each.set_params(wide=False).fit(texts, labels).predict(texts)
    explain(each, texts[0], n_points=2)
    each.network_(keras.ops.convert_to_tensor([[0, 2, 3, 0]], dtype="int32"))
"""
    assert run_python(code)[1].partition("imported")[1:] == ("imported", "")


STREAMS = {
    "None and no descriptors": "sys.stdout = sys.stderr = None; [os.close(i) for i in range(3)]",
    "no flush": "sys.stderr = type('Stream', (), {'write': lambda self, text: None})()",
}
NEEDS = {
    "None and no descriptors": pytest.mark.skipif(
        NUMPY < (2, 1), reason="SciPy cannot be imported without stderr beside NumPy before 2.1"
    ),
    "no flush": (),
}
MORE_STREAMS = {
    "None": "sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = None",
    "closed": "sys.stdout.close(), sys.stderr.close()",
    "no descriptor": "os.close(2)",
    "in memory": "sys.stdout, sys.stderr = io.StringIO(), io.StringIO()",
}


@pytest.mark.process
@pytest.mark.parametrize(
    "streams",
    [pytest.param(code, id=name, marks=NEEDS[name]) for name, code in STREAMS.items()]
    + [pytest.param(code, id=name, marks=pytest.mark.slow) for name, code in MORE_STREAMS.items()],
)
def test_a_process_without_stdout_and_stderr_trains(run_python, streams, tmp_path):
    code = f"""import io, os, sys
sys.unraisablehook = lambda _: None  # the end of a process flushes stderr, whatever it is
{streams}
try:
    {FIT.strip().replace(chr(10), chr(10) + "    ")}
    from skembed import compare
    from skembed.networks import load_engine
    classifier.set_params(verbose=1, wide=True).fit(texts, labels).predict(texts)
    str(compare({{"ours": classifier}}, texts, labels, cv=2))
    load_engine()
    import keras
    logger = keras.callbacks.CSVLogger({str(tmp_path / "log.csv")!r})
    classifier.set_params(callbacks=[logger], decision="tuned").fit(texts, labels)
    found = "trained"
except BaseException as error:
    found = repr(error)
with open({str(tmp_path / "found.txt")!r}, "w") as file:
    file.write(found)
os._exit(0)
"""
    run_python(code)
    assert (tmp_path / "found.txt").read_text() == "trained"
    assert (tmp_path / "log.csv").read_text().startswith("epoch,accuracy,loss")


def test_what_is_no_log_message_passes_and_errors_are_raised(run_python, tmp_path):
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow" / "__init__.py").write_text(
        "import os, sys\n"
        "sys.stderr.write('from Python\\n')\n"
        "os.write(2, b'I0000 00:00:1.1 1 port.cc:153] noise\\nfrom C \\xff\\n')\n"
        "raise OSError('libcudart is damaged')\n"
    )
    code = f"""{FIT}
sys.path.insert(0, {str(tmp_path)!r})
try:
    classifier.fit(texts, labels)
except OSError as error:
    print(error)
"""
    out, err = run_python("import sys\n" + code)
    assert (out, err) == ("libcudart is damaged\n", "from Python\nfrom C \ufffd\n")


LIMITS = [] if KERAS < (3, 10) else ["max_epochs", "max_steps_per_epoch"]
SETTINGS = {
    "set_dtype_policy": ["mixed_bfloat16", "float64"],
    "set_epsilon": [0.5],
    "set_floatx": ["float64", "float16"],
    "set_image_data_format": ["channels_first"],
    **{f"set_{name}": [1] for name in LIMITS},
    "disable_flash_attention": [],
    "disable_interactive_logging": [],
    "disable_traceback_filtering": [],
    "enable_flash_attention": [],
    "enable_interactive_logging": [],
    "enable_traceback_filtering": [],
    "enable_unsafe_deserialization": [],
    "set_backend": None,  # a backend that is loaded stays
}
"""Functions of keras.config that set something, with what they are tried with."""

TRAIN_ALL = f"""{STATE}{FIT}
from sklearn.base import clone
from skembed import LSTMTextClassifier
from skembed.networks import _engines
few = dict(embedding_dim=2, epochs=1, random_state=0)
kinds = [
    classifier.set_params(batch_norm=True, dense_units=(2,), wide=False),
    CNNTextClassifier(
        filters=2, stacked=True, kernel_sizes=(2, 2), pool_size=2, wide=False, **few
    ),
    LSTMTextClassifier(units=2, bidirectional=True, wide=True, **few),
]
def train():
    _engines._kept.clear()
    fitted = [clone(kind).fit(texts, labels) for kind in kinds]
    ids = np.array([[2, 3, 4, 0], [0, 2, 3, 4]], dtype=np.int32)
    networks = [each.network_ for each in fitted[:2]]
    return [each.predict_proba(texts) for each in fitted] + [
        kernels().to_numpy(network(ids)) for network in networks
    ]
from skembed.networks import load_engine
load_engine()
import keras
from skembed.networks._kernels import kernels
def settings():
    config = keras.config
    return [
        config.dtype_policy().name, config.epsilon(), config.floatx(),
        config.image_data_format(), *(getattr(config, name)() for name in {LIMITS!r}),
        config.is_interactive_logging_enabled(), config.is_traceback_filtering_enabled(),
    ]
"""


def test_every_function_of_keras_that_sets_something_is_tried():
    load_engine()
    import keras

    found = {n for n in dir(keras.config) if n.startswith(("set_", "enable_", "disable_"))}
    assert found == set(SETTINGS)


@pytest.mark.process
def test_global_settings_are_neither_followed_nor_changed(run_python):
    code = f"""{TRAIN_ALL}
expected = train()
keras.utils.set_random_seed(5)
for name, values in {SETTINGS!r}.items():
    change = getattr(keras.config, name)
    for value in values or []:
        if (keras.backend.backend(), value) == ("jax", "float64"):
            continue  # of which JAX itself warns
        earlier = getattr(keras.config, name.removeprefix("set_"))()
        change(value)
        before, filters, now = state(), list(warnings.filters), settings()
        for found, wanted in zip(train(), expected, strict=True):
            assert np.array_equal(found, wanted), (name, value)
        assert (state(), warnings.filters, settings()) == (before, filters, now)
        change(earlier)
    if values == []:
        change()
filters, now = list(warnings.filters), settings()
assert np.array_equal(np.concatenate(train()), np.concatenate(expected))
assert (warnings.filters, settings()) == (filters, now)
"""
    run_python(code)


@pytest.mark.process
def test_the_file_of_settings_changes_no_answer(run_python, tmp_path):
    (tmp_path / "keras.json").write_text(
        '{"floatx": "float16", "epsilon": 0.5, "image_data_format": "channels_first"}'
    )
    code = f"{TRAIN_ALL}print([found.tolist() for found in train()], settings()[1:4])"
    found, expected = (
        run_python(code, KERAS_HOME=str(home))[0] for home in (tmp_path, tmp_path / "none")
    )
    assert found.replace("[0.5, 'float16', 'channels_first']", "") == expected.replace(
        "[1e-07, 'float32', 'channels_last']", ""
    )


@pytest.mark.process
@pytest.mark.tensorflow
def test_functions_that_run_eagerly_give_the_same(run_python):
    code = f"""{TRAIN_ALL}
import tensorflow as tf
expected = train()
tf.config.run_functions_eagerly(True)
assert all(np.array_equal(*pair) for pair in zip(train(), expected, strict=True))
assert tf.config.functions_run_eagerly()
"""
    run_python(code)


BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
PACKAGES = {"tensorflow": "tensorflow", "jax": "skembed[jax]", "torch": "skembed[torch]"}


def without(backend):
    others = [each for each in BACKENDS if each != backend and importlib.util.find_spec(each)]
    instead = "".join(
        f"set the environment variable KERAS_BACKEND to {each!r}, which is installed, or "
        for each in others[:1]
    )
    return (
        f"The neural classifiers need {BACKENDS[backend]}, which is not installed: {instead}pip "
        f'install "{PACKAGES[backend]}". Pooled vectors (GloveVectorizer) work without it.'
    )


@pytest.mark.process
@pytest.mark.parametrize("backend", BACKENDS)
def test_without_its_package_the_error_names_the_way_out(run_python, backend):
    absent = importlib.util.find_spec(backend) is None
    if not absent and backend != "tensorflow":
        pytest.skip(f"{backend} is installed, and other packages look for it when they are loaded")
    hidden = "" if absent else "import sys; sys.modules['tensorflow'] = None"
    code = f"""
{hidden}
{FIT}
try:
    classifier.fit(texts, labels)
except ImportError as error:
    print(error)
"""
    assert run_python(code, KERAS_BACKEND=backend)[0] == without(backend) + "\n"


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="PyTorch is installed")
def test_a_mere_folder_of_the_name_is_no_package(run_python, tmp_path):
    """Such as a folder of saved models beside a script."""
    (tmp_path / "torch").mkdir()
    code = f"""
{FIT}
try:
    classifier.fit(texts, labels)
except ImportError as error:
    print(error)
"""
    found = run_python(code, KERAS_BACKEND="torch", PYTHONPATH=str(tmp_path))[0]
    assert found == without("torch") + "\n"


@pytest.mark.tensorflow
def test_keras_without_tensorflow_is_noticed(before_loading, monkeypatch):
    before_loading()
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(ImportError) as raised:  # noqa: PT011
        load_engine()
    assert str(raised.value) == without("tensorflow")


def test_a_backend_that_cannot_train_is_named(run_python):
    code = (
        FIT
        + """
try:
    classifier.fit(texts, labels)
except ImportError as error:
    print(error)
"""
    )
    assert run_python(code, KERAS_BACKEND="openvino")[0] == (
        "Keras is set to the backend 'openvino', with which it cannot train. Set the environment "
        "variable KERAS_BACKEND to 'tensorflow', 'jax' or 'torch'.\n"
    )


def test_a_backend_that_cannot_train_and_runs_already_is_named(before_loading, monkeypatch):
    load_engine()
    import keras

    before_loading()
    monkeypatch.setattr(keras.backend, "backend", lambda: "numpy")
    with pytest.raises(ImportError, match="Keras is set to the backend 'numpy', with which it can"):
        load_engine()


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_each_backend_learns_the_same(run_python, backend):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    code = """
import numpy as np
from skembed import CNNTextClassifier, LSTMTextClassifier
rng = np.random.default_rng(0)
texts = [" ".join(rng.choice(list("abcdefgh"), rng.integers(1, 30))) for _ in range(60)]
labels = np.arange(60) % 3
drop_nothing = dict(spatial_dropout=0.0, dense_dropout=0.0)
for classifier in (
    CNNTextClassifier(filters=4, dense_units=(3,), optimizer="adamw", **drop_nothing),
    CNNTextClassifier(filters=4, stacked=True, kernel_sizes=(2, 3), pool_size=2, **drop_nothing),
    LSTMTextClassifier(units=4, bidirectional=True, batch_norm=True, **drop_nothing),
    LSTMTextClassifier(units=4, pooling="max", clipnorm=0.1, **drop_nothing),
):
    classifier.set_params(embedding_dim=5, epochs=3, learning_rate=0.01, random_state=0)
    classifier.fit(texts, labels)
    print(*classifier.history_["loss"], *classifier.predict_proba(texts)[:5].ravel())
import keras, sys
assert keras.backend.backend() == "tensorflow" or "tensorflow" not in sys.modules
"""
    found, expected = (run_python(code, KERAS_BACKEND=b)[0] for b in (backend, "tensorflow"))
    numbers = [[float(number) for number in out.split()] for out in (found, expected)]
    assert len(numbers[0]) == 4 * (3 + 15)
    assert numbers[0] == pytest.approx(numbers[1], abs=2e-5)


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_a_fitted_classifier_goes_on_with_another_backend(run_python, tmp_path, backend):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    path = str(tmp_path / "classifier.skembed")
    run_python(
        f"""{FIT}
import skembed
classifier.set_params(epochs=3, dense_dropout=0.0, spatial_dropout=0.0).fit(texts, labels)
skembed.save(classifier, {path!r})
""",
        KERAS_BACKEND=backend,
    )
    code = f"""{FIT}
import skembed
classifier = skembed.load({path!r})
print(*classifier.predict_proba(texts[:2]).ravel())
classifier.partial_fit(texts, labels)
print(*classifier.predict_proba(texts[:2]).ravel())
"""
    found, expected = (run_python(code, KERAS_BACKEND=b)[0] for b in (backend, "tensorflow"))
    numbers = [[float(number) for number in out.split()] for out in (found, expected)]
    assert numbers[0][:4] != numbers[0][4:]
    assert numbers[0] == pytest.approx(numbers[1], abs=2e-5)
