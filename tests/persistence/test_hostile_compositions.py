"""Forged parts of scikit-learn are refused before compiled code follows them."""

import re

import numpy as np
import pytest
import skops.io
from scipy import sparse
from scipy.stats import randint
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.ensemble import BaggingClassifier, IsolationForest, RandomForestClassifier
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.linear_model import SGDClassifier
from sklearn.metrics.pairwise import linear_kernel
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC, SVR, NuSVC, NuSVR, OneClassSVM
from sklearn.tree import DecisionTreeClassifier

from skembed import CNNTextClassifier, load, save
from tests.persistence.saved_file import read_parts, write_parts

X = np.array([[0.0, 1.0, 2.0], [1.0, 0.0, 2.0], [2.0, 1.0, 0.0], [3.0, 2.0, 1.0]] * 3)
Y = [0, 1, 0, 1] * 3
MAKERS = {
    "tree": lambda: DecisionTreeClassifier(random_state=0).fit(X, Y),
    "forest": lambda: RandomForestClassifier(2, random_state=0).fit(X, Y),
    "bagging": lambda: BaggingClassifier(max_features=2, n_estimators=2, random_state=0).fit(X, Y),
    "isolation": lambda: IsolationForest(n_estimators=2, random_state=0).fit(X),
    "neighbors": lambda: KNeighborsClassifier(2, algorithm="kd_tree", p=3).fit(X, Y),
    "selection": lambda: SelectKBest(chi2, k=2).fit(X, Y),
    "search": lambda: RandomizedSearchCV(DecisionTreeClassifier(), {"max_depth": randint(1, 3)}),
    "searched": lambda: GridSearchCV(KNeighborsClassifier(), {"p": [1, 2]}, cv=2).fit(X, Y),
    "dates": lambda: CNNTextClassifier(class_weight={np.datetime64("2020-01-01"): 1.0}),
}


@pytest.fixture
def forge(path):
    """Save an estimator, change its nodes and tensors, and write them with the right digest."""

    def change_and_write(name, change):
        save(MAKERS[name](), path)
        header, nodes, tensors = read_parts(path)
        change(nodes, tensors)
        write_parts(path, header, nodes, tensors)
        return path

    return change_and_write


def node(nodes, kind, **entries):
    return next(n for n in nodes if n["is"] == kind and entries.items() <= n.items())


def spoil_nodes(field, row, value):
    """Return a change of one number in the nodes of the first tree."""
    dtype = DecisionTreeClassifier().fit(X, Y).tree_.__getstate__()["nodes"].dtype

    def change(nodes, tensors):
        tensors[node(nodes, "tree")["nodes"]].view(dtype)[field][row] = value

    return change


def spoil(kind, **entries):
    return lambda nodes, tensors: node(nodes, kind).update(entries)


def spoil_parts(kind, name, **parts):
    return lambda nodes, tensors: node(nodes, kind, type=name)["parts"].update(parts)


def spoil_tensor(kind, part, change):
    def apply(nodes, tensors):
        name = node(nodes, kind)[part]
        tensors[name] = change(tensors[name])

    return apply


def spoil_mask(change):
    def apply(nodes, tensors):
        chosen = node(nodes, "masked")
        chosen["items"] = change(*chosen["items"])

    return apply


def spoil_points(change):
    def apply(nodes, tensors):
        place = node(nodes, "neighbors")["parts"]["points"]["ref"]
        name = nodes[place]["tensor"]
        tensors[name] = change(tensors[name])

    return apply


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("tree", spoil_nodes("left_child", 0, 10**6), "do not fit together: a child"),
        ("tree", spoil_nodes("left_child", 0, 0), "do not fit together: a child"),
        ("tree", spoil_nodes("right_child", 0, -5), "do not fit together: a child"),
        ("tree", spoil_nodes("right_child", -1, 0), "do not fit together: a leaf has a child"),
        ("tree", spoil_nodes("feature", 0, 3), "do not fit together: a feature"),
        ("tree", spoil_nodes("feature", 0, -1), "do not fit together: a feature"),
        ("tree", spoil("tree", n_features=10**6), "do not fit together: features"),
        ("tree", spoil("tree", n_outputs=2), "do not fit together: features or outputs"),
        ("tree", spoil_nodes("right_child", 0, 1), "do not fit together: a child"),
        ("searched", spoil_mask(lambda data, mask: [data, data]), "a mask does not fit its array"),
        ("searched", spoil_mask(lambda data, mask: [1.0, mask]), "a mask does not fit its array"),
        ("tree", spoil("tree", max_depth=0), "do not fit together: depth"),
        ("tree", spoil("tree", max_depth=10**9), "do not fit together: depth"),
        ("tree", spoil_tensor("tree", "values", lambda a: a[:-1].copy()), "together: values"),
        ("tree", spoil_tensor("tree", "nodes", lambda a: a[:-1].copy()), "another scikit-learn"),
        ("tree", spoil_tensor("tree", "n_classes", lambda a: a * 10**9), "together: classes"),
        (
            "tree",
            spoil_parts("scikit-learn", "DecisionTreeClassifier", n_features_in_=1),
            "do not fit together: features",
        ),
        (
            "forest",
            spoil_parts("scikit-learn", "RandomForestClassifier", n_features_in_=1),
            "do not fit together: features",
        ),
        (
            "isolation",
            spoil_parts("scikit-learn", "IsolationForest", n_features_in_=1),
            "do not fit together: features",
        ),
        (
            "bagging",
            spoil_parts("scikit-learn", "BaggingClassifier", n_features_in_=1),
            "do not fit together: features",
        ),
        (
            "forest",
            spoil_parts("scikit-learn", "RandomForestClassifier", predict="x"),
            "RandomForestClassifier has no 'predict'",
        ),
        (
            "forest",
            spoil_parts("scikit-learn", "RandomForestClassifier", __class__="x"),
            "RandomForestClassifier has no '__class__'",
        ),
        ("forest", spoil("scikit-learn", type="Popen"), "no file may hold a 'Popen'"),
        (
            "forest",
            spoil("scikit-learn", type="GradientBoostingClassifier"),
            "no file may hold a 'GradientBoostingClassifier'",
        ),
        ("neighbors", spoil_points(lambda a: a[:, :0].copy()), "does not write"),
        ("neighbors", spoil_points(lambda a: a * np.nan), "NaN"),
        ("neighbors", spoil_points(lambda a: a[0].copy()), "has no points"),
        (
            "neighbors",
            spoil_parts("neighbors", "KDTree", metric="seuclidean"),
            "there is no metric 'seuclidean'",
        ),
        ("neighbors", spoil_parts("neighbors", "KDTree", metric="pyfunc"), "no metric 'pyfunc'"),
        ("neighbors", spoil_parts("neighbors", "KDTree", parameter="p"), "p of a metric does not"),
        ("neighbors", spoil("neighbors", type="open"), "'open'"),
        ("selection", spoil("named", name="os.system"), "'os.system'"),
        ("selection", spoil("named", name="builtins.eval"), "'builtins.eval'"),
        ("selection", spoil("named", name="numpy.fromfile"), "'numpy.fromfile'"),
        ("search", spoil("distribution", name="rv_histogram"), "no distribution 'rv_histogram'"),
        ("search", spoil("distribution", name="__builtins__"), "no distribution '__builtins__'"),
        ("dates", spoil("scalar", dtype="O"), "'O' is not a type of dates"),
        ("dates", spoil("scalar", dtype="datetime64[s],O"), "is not a type of dates"),
    ],
)
def test_forged_parts(name, change, message, forge):
    path = forge(name, change)
    with pytest.raises(ValueError, match=message) as caught:
        load(path)
    assert str(path) in str(caught.value)


def test_a_partial_function_of_what_no_file_may_name(forge):
    def change(nodes, tensors):
        chosen = node(nodes, "named")
        place = nodes.index(chosen)
        nodes[place : place + 1] = [
            {"is": "tuple", "items": []},
            {"is": "dict", "items": []},
            {"is": "partial", "items": ["os.system", {"ref": 0}, {"ref": 1}]},
        ]

    with pytest.raises(ValueError, match=re.escape("of a function that no file may name")):
        load(forge("selection", change))


def forged(estimator, **learned):
    """Return an estimator some of whose learned attributes are others."""
    vars(estimator).update(learned)
    return estimator


MACHINE = SVC().fit(X, Y)
SPARSE = SGDClassifier(random_state=0).fit(X, Y).sparsify().coef_
LED_OUT = sparse.csr_matrix((SPARSE.data, SPARSE.indices + 10**8, SPARSE.indptr), SPARSE.shape)
COMPILED = {
    "a machine's coefficients": (
        lambda: forged(SVC().fit(X, Y), _dual_coef_=MACHINE._dual_coef_[:, :1].copy()),
        "coefficients",
    ),
    "a machine's support vectors": (
        lambda: forged(
            SVC().fit(X, Y), _n_support=np.array([0, len(MACHINE.support_) + 1], dtype=np.int32)
        ),
        "support vectors",
    ),
    "a machine's features": (lambda: forged(SVR().fit(X, Y), n_features_in_=10**6), "support"),
    "a machine's rows of its kernel": (
        lambda: forged(
            NuSVC(kernel="precomputed").fit(X @ X.T, Y),
            support_=10**6 + NuSVC(kernel="precomputed").fit(X @ X.T, Y).support_,
        ),
        "support vectors",
    ),
    "a machine inside of another estimator": (
        lambda: CalibratedClassifierCV(forged(SVC().fit(X, Y), n_features_in_=10**6)),
        "support vectors",
    ),
    "centers": (lambda: forged(KMeans(2, random_state=0).fit(X), n_features_in_=10**6), "centers"),
    "a sparse matrix": (
        lambda: forged(SGDClassifier(random_state=0).fit(X, Y), coef_=LED_OUT),
        "(indices|index values) must be < 3",
    ),
}


@pytest.mark.parametrize("name", COMPILED)
def test_what_compiled_code_would_follow_out_of_its_arrays(name, path):
    """As one file, and in one part in the form of skops, which has estimators inside."""
    make, message = COMPILED[name]
    with pytest.raises(ValueError, match=message):
        save(make(), path)
    packed = np.frombuffer(skops.io.dumps(make()), dtype=np.uint8)
    save(SelectKBest(), path)
    header, *_ = read_parts(path)
    write_parts(path, header, [{"is": "skops", "tensor": "0"}], {"0": packed})
    with pytest.raises(ValueError, match=message):
        load(path)


@pytest.mark.parametrize("given", [np.array, sparse.csr_matrix], ids=["dense", "sparse"])
@pytest.mark.parametrize(
    "estimator",
    [
        *(SVC(), SVC(kernel="precomputed"), SVC(kernel=linear_kernel), NuSVC(nu=0.1)),
        *(SVR(), NuSVR(), OneClassSVM(), KMeans(2, random_state=0), MiniBatchKMeans(2)),
    ],
)
def test_what_compiled_code_may_follow(estimator, given, path):
    fitted = X @ X.T if getattr(estimator, "kernel", None) == "precomputed" else given(X)
    estimator = clone(estimator).fit(fitted, Y)
    save(estimator, path)
    assert load(path).predict(fitted).tolist() == estimator.predict(fitted).tolist()


def test_what_is_not_forged(forge, path):
    """What is whole is loaded as it was."""
    forge("forest", lambda nodes, tensors: None)
    expected = MAKERS["forest"]().predict_proba(X)
    assert load(path).predict_proba(X).tolist() == expected.tolist()
