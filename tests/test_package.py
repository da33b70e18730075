"""What may be seen of the package, and which part may know which."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import skembed

PACKAGE = Path(skembed.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = ("tensorflow", "keras", "gensim", "pandas", "matplotlib", "pyarrow", "polars", "requests")

# What the modules of each folder may import of skembed, besides their own folder and the ground.
MAY_KNOW = {
    "files": set(),
    "text": set(),
    "networks": set(),
    "data": {"text"},
    "datasets": {"data"},
    "vectors": {"text"},
    "bags": {"text"},
    "sentences": {"text", "vectors"},
    "linear": {"bags", "text"},
    "classifiers": {"linear", "networks", "vectors", "text", "data"},
    "comparison": {"text"},
    "search": set(),
    "cli": {*skembed.__all__, "classifiers", "comparison", "serve", "text", "vectors"},
    "serve": {"bags", "sentences", "text"},
    "testing": set(),
    "inspection": {"classifiers", "linear", "networks", "vectors", "text"},
    "distributed": {"persistence", "serve"},
    "export": {"classifiers", "linear", "bags", "networks", "sentences", "vectors", "text"},
    "persistence": {
        *("classifiers", "linear", "bags", "networks", "sentences", "vectors", "text"),
    },
}

# The ground floor, which all folders may import, and what it knows beside the standard library.
GROUND = {
    "_arguments": set(),
    "_bar": {"tqdm"},  # inside a function
    "_caller": set(),
    "_checked": {"sklearn"},
    "_compat": {"numpy", "sklearn"},  # scikit-learn inside functions
    "_decision": {"numpy"},
    "_documented": set(),
    "_labels": {"numpy", "sklearn"},
    "_left_out": set(),
    "_messages": set(),
    "_methods": set(),
    "_missing": {"numpy"},
    "_onnx_session": set(),
    "_optional": set(),
    "_ready": set(),
    "_records": set(),
    "_reports": {"matplotlib"},  # for types alone
    "_threads": {"joblib"},
    "_types": {"numpy"},
    "files": {"filelock", "numpy", "safetensors"},
    "words": {"numpy"},
}

LONGER_THAN_300_LINES = {
    "text/_tokenizer.py": "more than half of it documents one public class and its methods",
    "vectors/_word_vectors.py": "more than half of it documents one public class and its methods",
}

# Names with an underscore that are read of foreign objects or imported, each with its reason.
FOREIGN_PRIVATE_NAMES = {
    **dict.fromkeys(("_asdict", "_fields", "_replace"), "public: methods of named tuples"),
    "_getframe": "documented by Python; who has called is known in no other way",
    "_initial_epoch": "set by Keras's BackupAndRestore on a model, of which ours is a subclass",
    "_Hash": "the type of hashlib's objects has no other name",
    **dict.fromkeys(
        (
            "_check_sample_weight",
            "_fit_context",
            "_get_param_names",
            "_init_callback_context",
            "_num_samples",
            "_param_validation",
            "_validate_params",
        ),
        "what scikit-learn gives to writers of estimators",
    ),
    "_tree": "the trees of a forest, which saved files hold as arrays, are of a private module",
    **dict.fromkeys(
        ("_n_support", "_probA", "_probB"),
        "saved machines of scikit-learn whose arrays compiled code would trust are checked",
    ),
}


def name_of(path):
    return path.relative_to(PACKAGE).as_posix()


def imports_of(path):
    """Yield all modules that a file imports, anywhere in it, and the level of relative ones."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, 0
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.level
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith("import_module")
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.args[0].value, 0


def run(code):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        cwd=PACKAGE.parent,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@cache
def loaded_by(code):
    """Return the packages that code loads in a process of its own."""
    return {*run(f"{code}\nimport sys; print(*{{name.split('.')[0] for name in sys.modules}})")}


def in_folder(folder):
    return [path for path in MODULES if name_of(path).split("/")[0] == folder]


def test_public_names():
    assert skembed.__all__ == [
        "CNNTextClassifier",
        "CNNTextRegressor",
        "FastTextVectorizer",
        "GloveVectorizer",
        "KerasTextClassifier",
        "KerasTextRegressor",
        "KerasTokenizer",
        "LSTMTextClassifier",
        "LSTMTextRegressor",
        "SentenceVectorizer",
        "TextColumns",
        "TokenSequences",
        "Word2VecVectorizer",
        "WordVectors",
        "compare",
        "data",
        "datasets",
        "explain",
        "load",
        "save",
        "search_space",
        "testing",
        "to_onnx",
    ]
    assert set(skembed.__all__) <= set(dir(skembed))


@pytest.mark.parametrize("name", skembed.__all__)
def test_public_name_resolves_to_an_object_of_that_name(name):
    assert getattr(skembed, name).__name__.removeprefix("skembed.") == name


def test_unknown_name():
    with pytest.raises(AttributeError, match="module 'skembed' has no attribute 'Tokeniser'"):
        _ = skembed.Tokeniser


def test_import_loads_nothing_but_the_standard_library():
    loaded = loaded_by("import skembed")
    assert "skembed" in loaded
    assert not loaded.intersection((*HEAVY, "sklearn", "numpy", "scipy"))


@pytest.mark.parametrize(
    "code",
    [
        "from skembed import *",
        "import skembed.serve",
        "import skembed.data",
        "import skembed.datasets",
        "import skembed.distributed",
        "import skembed.inspection",
        "import skembed.persistence",
        "import skembed.sentences",
        "import skembed.networks",
        "import skembed.testing",
        "from skembed import CNNTextClassifier, compare, load, save, to_onnx",
        "from skembed.cli import main; main(['--help'])",
        "from skembed.cli import main; main(['train', '--help'])",
        "from skembed.cli import main; main(['demo', '--help'])",
    ],
)
def test_what_is_heavy_waits_for_its_use(code):
    """Importing a part, or asking for help, loads no more than scikit-learn does."""
    usual = loaded_by("import sklearn.model_selection, sklearn.pipeline")
    heavy = {*HEAVY, "click", "dask", "distributed", "jax", "onnx", "onnxruntime", "skl2onnx"}
    heavy |= {"skops", "tokenizers", "torch"}
    if "main(" in code:
        heavy.remove("click")
    assert not (loaded_by(code) - usual) & heavy


def test_a_server_loads_numpy_alone():
    assert not loaded_by("import skembed.serve") & {*HEAVY, "scipy", "sklearn", "joblib"}


def test_text_needs_nothing_heavy():
    loaded = loaded_by("""
from skembed import KerasTokenizer
KerasTokenizer(output="padded").fit(["a b", "b"]).transform(["a c"])
""")
    assert "sklearn" in loaded
    # scikit-learn itself may load pandas and its relatives where they are installed.
    sklearn_loads = loaded_by("import sklearn.base")
    assert not (loaded - sklearn_loads).intersection(HEAVY)
    assert not loaded.intersection(["tensorflow", "keras", "gensim"])


@pytest.mark.parametrize("folder", MAY_KNOW)
def test_imports_go_down_only(folder):
    paths = in_folder(folder)
    assert paths
    allowed = MAY_KNOW[folder] | GROUND.keys() | {folder, "__version__"}
    wrong = [
        (name_of(path), name)
        for path in paths
        for name, _ in imports_of(path)
        if name.split(".")[0] == "skembed" and name.split(".")[1] not in allowed
    ]
    assert wrong == []


@pytest.mark.parametrize("name", GROUND)
def test_the_ground_floor_knows_nothing_of_the_other_folders(name):
    paths = [path for path in MODULES if name_of(path).removesuffix(".py").split("/")[0] == name]
    assert paths
    modules = [each.split(".") for path in paths for each, _ in imports_of(path)]
    others = {each[0] for each in modules} - set(sys.stdlib_module_names)
    assert others - {"skembed"} == GROUND[name]
    assert {each[1] for each in modules if each[0] == "skembed"} <= {*GROUND, "__version__"}


def test_all_warnings_are_given_by_the_ground_floor():
    givers = [name_of(path) for path in MODULES if "warnings.warn" in path.read_text("utf-8")]
    assert givers == ["_caller.py"]


def test_networks_know_no_scikit_learn():
    wrong = [
        (name_of(path), name)
        for path in in_folder("networks")
        for name, _ in imports_of(path)
        if name.split(".")[0] == "sklearn"
    ]
    assert wrong == []


def test_text_knows_only_numpy_and_scikit_learn():
    known = set(sys.stdlib_module_names) | {"numpy", "sklearn", "skembed"}
    names = {
        (name_of(path), name.split(".")[0])
        for path in in_folder("text")
        for name, _ in imports_of(path)
    }
    assert {(path, name) for path, name in names if name not in known} == set()


def test_bags_know_only_numpy():
    known = set(sys.stdlib_module_names) | {"numpy", "skembed"}
    names = {
        (name_of(path), name.split(".")[0])
        for path in in_folder("bags")
        for name, _ in imports_of(path)
    }
    assert {(path, name) for path, name in names if name not in known} == set()


def test_only_networks_import_keras_and_tensorflow():
    users = {
        name_of(path).split("/")[0]
        for path in MODULES
        for name, _ in imports_of(path)
        if name.split(".")[0] in ("keras", "tensorflow")
    }
    assert users == {"networks"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_keeps_the_house_rules(path):
    imports = list(imports_of(path))
    assert [name for name, level in imports if level] == [], "relative imports"
    source = path.read_text(encoding="utf-8")
    for private in ("keras.src", "tensorflow.python", "tf.python"):
        assert private not in source
    assert path.stem not in ("utils", "helpers", "common", "_utils", "_helpers", "_common")
    if name_of(path) not in LONGER_THAN_300_LINES:
        assert len(source.splitlines()) <= 300


def test_long_files_are_still_long():
    for name in LONGER_THAN_300_LINES:
        assert len((PACKAGE / name).read_text(encoding="utf-8").splitlines()) > 300


def names_made_here():
    """Return all names that modules of skembed define: classes, functions, attributes, keys."""
    made = {path.stem for path in MODULES}
    for node in (node for path in MODULES for node in ast.walk(ast.parse(path.read_text("utf-8")))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            made.add(node.name)
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            made.add(ast.unparse(node).removeprefix("self."))
        elif isinstance(node, ast.Dict):
            made |= {each.value for each in node.keys if isinstance(each, ast.Constant)}
    return made


def private_names_used(path):
    """Yield names with one underscore that a module reads of objects, or imports of others."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Attribute):
            names = [node.attr]
        elif isinstance(node, ast.ImportFrom) and not node.module.startswith("skembed"):
            names = [*node.module.split("."), *(alias.name for alias in node.names)]
        yield from (name for name in names if name[0] == "_" and name[:2] != "__")


def test_private_names_of_others_are_left_alone():
    made = names_made_here() - FOREIGN_PRIVATE_NAMES.keys()
    used = {name for path in MODULES for name in private_names_used(path)} - made
    assert used == FOREIGN_PRIVATE_NAMES.keys()
