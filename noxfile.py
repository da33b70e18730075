"""The test suite in other environments, each by one command: ``nox -s NAME``; ``nox -l`` lists all.

``.ci/run`` runs it with the newest versions and one Python.
"""

import configparser
import re

import nox
from nox.project import dependency_groups, load_toml

nox.options.sessions = ["lowest", "no_tensorflow"]
nox.options.default_venv_backend = "uv"

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
# Minor versions of scikit-learn, each with a Python and with packages of its time. Newer versions
# of SciPy, Polars and pytest warn of how it uses them, or lack what it uses. The highest one is in
# the session `tests`.
OF_ITS_TIME = {
    "1.6": ("3.11", "numpy==2.1.* scipy==1.15.* pandas==2.2.* keras==3.9.* tensorflow==2.19.*"),
    "1.7": ("3.12", "numpy==2.2.* scipy==1.15.* pandas==2.3.* keras==3.12.* tensorflow==2.20.*"),
    "1.8": ("3.13", "numpy==2.3.* scipy==1.16.* pandas==2.3.* keras==3.12.* tensorflow==2.20.*"),
}
TOOLS_OF_THEIR_TIME = ["polars<1.36", "pytest==8.*"]
CHOSEN = "not slow and not soak and not site and not cluster and not companions"
QUICK = ["-n", "2", "--dist", "worksteal", "-m", CHOSEN]
HEAVY = {"keras", "tensorflow"}
GROUP, FRONTIER = (
    dependency_groups(load_toml("pyproject.toml"), name) for name in ("test", "frontier")
)
EXTRAS, TOOLS = GROUP[0].removeprefix("skembed"), GROUP[1:]
# The extras stand here by hand, as "lowest-direct" does not reach those that a group names.
TESTED = ["-e", f".{EXTRAS}", *TOOLS]
# The lowest versions of what setup.cfg names; matplotlib before 3.10.8 calls functions by names of
# which newer versions of pyparsing warn.
LOWEST = ["--resolution", "lowest-direct", *TESTED, "pyparsing==3.2.*"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the suite with the highest versions there are, on each Python."""
    session.install(*TESTED)
    session.run("pytest", *QUICK, *session.posargs)


@nox.session(python=PYTHONS[-1])
def prereleases(session: nox.Session) -> None:
    """Run the suite with the newest versions there are, release candidates among them.

    Where the environment variable UV_INDEX names an index of nightly builds, with those it has.
    """
    session.install("--prerelease", "allow", *TESTED)
    session.run("pytest", *QUICK, *session.posargs)


@nox.session(python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """Run the suite with the lowest versions that setup.cfg allows."""
    session.install(*LOWEST)
    session.run("pytest", *QUICK, *session.posargs)


@nox.session
@nox.parametrize(
    ("python", "minor"),
    [(python, minor) for minor, (python, _) in OF_ITS_TIME.items()],
    [*OF_ITS_TIME],
)
def scikit_learn(session: nox.Session, minor: str) -> None:
    """Run the suite with a minor version of scikit-learn, and with packages of its time."""
    _, versions = OF_ITS_TIME[minor]
    session.install(*TESTED, f"scikit-learn=={minor}.*", *versions.split(), *TOOLS_OF_THEIR_TIME)
    session.run("pytest", *QUICK, *session.posargs)


@nox.session(python=PYTHONS[0])
def jax(session: nox.Session) -> None:
    """Run the suite on JAX, without what only TensorFlow's engine has."""
    run_with_backend(session, "jax", "jax")


@nox.session(python=PYTHONS[0])
def torch(session: nox.Session) -> None:
    """Run the suite on PyTorch, without what only TensorFlow's engine has."""
    run_with_backend(session, "torch", "torch==2.13.0")  # as in the benchmarks


def run_with_backend(session: nox.Session, name: str, package: str) -> None:
    """Run the suite with another backend of Keras, which `package` installs."""
    session.install(*TESTED, package)
    settings = {"KERAS_BACKEND": name, "JAX_COMPILATION_CACHE_DIR": session.create_tmp()}
    # Keras turns tensors into arrays in a way that NumPy 2 finds outdated.
    quiet = ["-W", "ignore:__array__ implementation:DeprecationWarning"]
    session.run("pytest", *QUICK, *quiet, *session.posargs, env=settings)


@nox.session(python=PYTHONS[0])
def peers(session: nox.Session) -> None:
    """Compare vectors that the peers have made with what the peers compute; gigabytes."""
    session.install(*TESTED, *FRONTIER[1:], "bpemb", "sentencepiece", "spacy")
    session.run("pytest", "tests/vectors/test_peers.py", *session.posargs)


@nox.parametrize("locale", ["ja_JP.CP932", "en_US.CP1252"])
def elsewhere(session: nox.Session, locale: str) -> None:
    """Run the suite as Windows does: processes are spawned, and texts are not UTF-8 by default.

    CONTRIBUTING.md says how to make the locales. Set TMPDIR to a folder on a file system that has
    Windows' names, or one that runs no programs, to try these as well.
    """
    session.install(*TESTED)
    settings = {"LC_ALL": locale, "PYTHONUTF8": "0", "SKEMBED_TEST_START_METHOD": "spawn"}
    told = 'import locale; assert locale.getpreferredencoding(False) in {"CP932", "CP1252"}'
    session.run("python", "-c", told, env=settings)
    session.run("pytest", *QUICK, *session.posargs, env=settings)


@nox.session(python=PYTHONS[0])
def no_tensorflow(session: nox.Session) -> None:
    """Run what needs neither Keras nor TensorFlow where neither is installed."""
    setup = configparser.ConfigParser()
    setup.read("setup.cfg")
    extras = setup["options.extras_require"]
    lines = [*setup["options"]["install_requires"].split("\n"), *extras["gensim"].split("\n")]
    lines += [*extras["glove"].split("\n"), *TOOLS]
    wanted = [line for line in lines if line and re.split("[<>=;]", line)[0] not in HEAVY]
    session.install(*wanted, "matplotlib", "pandas")
    session.install("--no-deps", "-e", ".")
    session.run("pytest", *QUICK, "tests/text", "tests/vectors", "tests/without_tensorflow")


# What stands in docs/guide/together_with.md: a module of tests/companions, and what it needs.
COMPANIONS = {
    "columns": ["polars"],
    "fastapi": ["fastapi>=0.140", "httpx2>=2"],
    "imbalanced_learn": ["imbalanced-learn>=0.14"],
    "joblib": [],
    "mlflow": ["mlflow>=3.4"],
    "optuna": ["optuna>=4"],
    "shap": ["shap>=0.49"],
    "skops": [],
    "skrub": ["skrub>=0.6", "polars"],
    "streamlit": ["streamlit>=1.40"],
    "tokenizers": ["tokenizers>=0.21,<1", "skembed[onnx]"],
}


@nox.session(python=PYTHONS[0])
@nox.parametrize("name", [*COMPANIONS])
def companion(session: nox.Session, name: str) -> None:
    """Run the lines of the guide that connect skembed with another package."""
    session.install("-e", ".[glove,plot]", "pytest>=8.3.5", "hypothesis>=6.100", *COMPANIONS[name])
    session.run("pytest", f"tests/companions/test_{name}.py", *session.posargs)
