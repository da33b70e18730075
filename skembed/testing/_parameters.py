"""Parameters, tags and the state before fit."""

import inspect

from sklearn.base import MetaEstimatorMixin, clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.utils import get_tags

from skembed._types import Estimator
from skembed.testing._corpus import documents, targets
from skembed.testing._demands import must_refuse, must_work
from skembed.testing._readings import fit_new, new, numbers, plain, read


def check_init_has_named_parameters(name: str, estimator_orig: Estimator) -> None:
    """Check that every parameter of `__init__` is named and is in `get_params`."""
    signature = inspect.signature(type(estimator_orig).__init__)
    named = list(signature.parameters.values())[1:]
    for parameter in named:
        if parameter.kind is parameter.VAR_POSITIONAL:
            raise AssertionError(f"{name}.__init__ takes *{parameter.name}: name its parameters.")
    wanted = {p.name for p in named if p.kind is not p.VAR_KEYWORD}
    missing = wanted - set(estimator_orig.get_params(deep=False))
    if missing:
        raise AssertionError(f"{name}.get_params lacks {sorted(missing)} of __init__.")


def check_init_only_stores(name: str, estimator_orig: Estimator) -> None:
    """Check that `__init__` only sets its parameters, and stores them unchanged."""
    estimator = clone(estimator_orig)
    known = {
        parameter
        for cls in type(estimator).__mro__
        for parameter in inspect.signature(cls.__init__).parameters  # type: ignore[misc]
    }
    extra = {attr for attr in vars(estimator) if not attr.startswith("_")} - known
    if extra:
        raise AssertionError(f"{name}.__init__ sets {sorted(extra)}: set them in fit.")
    given = estimator.get_params(deep=False)
    again = type(estimator)(**given)
    for parameter, value in given.items():
        if getattr(again, parameter, value) is not value:
            raise AssertionError(f"{name}.__init__ changes {parameter}: store it as it is.")


def check_clone_keeps_parameters(name: str, estimator_orig: Estimator) -> None:
    """Check that a clone, and the clone of a clone, have the same parameters."""
    estimator = clone(estimator_orig)
    before, after = estimator.get_params(), clone(clone(estimator)).get_params()
    if before.keys() != after.keys():
        raise AssertionError(f"clone changes the parameters' names: {before.keys() ^ after.keys()}")
    for parameter, value in before.items():
        if repr(after[parameter]) != repr(value):
            raise AssertionError(f"clone turns {parameter}={value!r} into {after[parameter]!r}.")


def check_clone_keeps_changed_parameters(name: str, estimator_orig: Estimator) -> None:
    """Check that `set_params` returns self and sets each parameter, for clones too."""
    for parameter in _own(estimator_orig):
        estimator = clone(estimator_orig)
        if estimator.set_params(**{parameter: "something else"}) is not estimator:
            raise AssertionError(f"{name}.set_params must return self.")
        for changed in (estimator, clone(estimator)):
            if changed.get_params().get(parameter) != "something else":
                raise AssertionError(f"{name} loses the value that {parameter} was set to.")


def check_unknown_parameters_are_refused(name: str, estimator_orig: Estimator) -> None:
    """Check that an unknown parameter, such as a misspelt one, is refused."""
    unknown = {"no_such_parameter": 1}
    must_refuse(
        lambda: clone(estimator_orig).set_params(**unknown), "An unknown parameter", (ValueError,)
    )
    kinds = {p.kind for p in inspect.signature(type(estimator_orig).__init__).parameters.values()}
    if inspect.Parameter.VAR_KEYWORD not in kinds:
        given = estimator_orig.get_params(deep=False)
        must_refuse(
            lambda: type(estimator_orig)(**given, **unknown), "An unknown parameter", (TypeError,)
        )


def check_fit_keeps_parameters(name: str, estimator_orig: Estimator) -> None:
    """Check that fitting changes no parameter."""
    estimator = new(estimator_orig)
    before = {parameter: (value, repr(value)) for parameter, value in _own(estimator).items()}
    estimator.fit(documents(), targets(estimator))
    after = _own(estimator)
    for parameter, (value, text) in before.items():
        if after[parameter] is not value or repr(after[parameter]) != text:
            raise AssertionError(f"fit changes {parameter}: keep what it learns in other names.")


def check_fit_returns_self(name: str, estimator_orig: Estimator) -> None:
    """Check that `fit` returns the estimator itself."""
    estimator = new(estimator_orig)
    if estimator.fit(documents(), targets(estimator)) is not estimator:
        raise AssertionError(f"{name}.fit must return self.")


def check_clone_is_unfitted(name: str, estimator_orig: Estimator) -> None:
    """Check that the clone of a fitted estimator has learned nothing."""
    fitted = fit_new(estimator_orig)
    extra = set(vars(clone(fitted))) - set(vars(clone(estimator_orig)))
    if extra:
        raise AssertionError(f"The clone of a fitted {name} has {sorted(extra)}.")
    if get_tags(fitted).requires_fit:
        must_be_unfitted(clone(fitted), "as the clone of a fitted one")


def check_unfitted_is_refused(name: str, estimator_orig: Estimator) -> None:
    """Check that use before `fit` raises `NotFittedError`, unless the tag `requires_fit` is off."""
    if get_tags(estimator_orig).requires_fit:
        must_be_unfitted(clone(estimator_orig), "before fit")


def must_be_unfitted(estimator: Estimator, when: str) -> None:
    """Assert that an estimator refuses to read, because it has not been fitted."""
    name = type(estimator).__name__
    try:
        read(estimator)
    except NotFittedError:
        return
    except Exception as error:
        raise AssertionError(f"{name} raised {error!r} {when}, not NotFittedError.") from error
    raise AssertionError(f"{name} should raise NotFittedError {when}, but worked.")


def check_text_tags(name: str, estimator_orig: Estimator) -> None:
    """Check that the tags say that texts come in, and what kind of estimator it is."""
    tags = must_work(lambda: get_tags(estimator_orig), "get_tags")
    first = estimator_orig
    while isinstance(first, Pipeline):  # its own tags do not say what its first step reads
        first = first.steps[0][1]
    hides_tags = isinstance(first, MetaEstimatorMixin | FeatureUnion)
    if not hides_tags and not get_tags(first).input_tags.string:
        raise AssertionError(f"{type(first).__name__} must set the tag input_tags.string = True.")
    if hasattr(estimator_orig, "predict_proba") and not is_classifier(estimator_orig):
        raise AssertionError(f"{name} has predict_proba, but its tags say it is not a classifier.")
    if is_classifier(estimator_orig) and tags.classifier_tags is None:
        raise AssertionError(f"{name} is a classifier, but has no classifier_tags.")
    whole = not isinstance(estimator_orig, MetaEstimatorMixin | Pipeline)  # these hide it, too
    if is_classifier(estimator_orig) and whole and not tags.target_tags.required:
        raise AssertionError(f"{name} must set the tag target_tags.required = True.")


def check_representation(name: str, estimator_orig: Estimator) -> None:
    """Check that `repr` and the picture in a notebook work, fitted or not, and name the class."""
    for estimator in (clone(estimator_orig), fit_new(estimator_orig)):
        for method in ("__repr__", "_repr_html_"):
            text = must_work(getattr(estimator, method), method)
            if type(estimator).__name__ not in text:
                raise AssertionError(f"{method} of {name} does not name the class: {text[:80]}")


def check_feature_names(name: str, estimator_orig: Estimator) -> None:
    """Check that `get_feature_names_out`, if there is one, names every column of the output."""
    fitted = fit_new(estimator_orig)
    if not hasattr(fitted, "transform") or not hasattr(fitted, "get_feature_names_out"):
        return
    output = plain(fitted.transform(documents()))
    n_names = len(fitted.get_feature_names_out())
    if numbers(output) is not None and n_names != output.shape[1]:
        raise AssertionError(f"{name} names {n_names} features, but gives {output.shape[1]}.")


def _own(estimator: Estimator) -> dict[str, object]:
    """Return the parameters, also those of the parts, without the parts and the lists of them."""
    return {
        parameter: value
        for parameter, value in estimator.get_params().items()
        if not hasattr(value, "get_params") and not isinstance(value, list)
    }
