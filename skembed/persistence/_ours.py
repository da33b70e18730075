"""skembed's own estimators, made of their parameters and of what they have learned."""

from typing import Any

from skembed.persistence._annotations import holds
from skembed.persistence._checks import check_parts
from skembed.persistence._kinds import NOT_OURS, Annotations, estimator_of
from skembed.persistence._migrate import ADDED
from skembed.persistence._requests import with_requests


def make_estimator(name: str, parts: dict[str, Any]) -> Any:
    """Make an estimator of its parameters and of what it has learned.

    Raises
    ------
    ValueError
        If there is no such estimator, or its parts are not its own.
    """
    found = estimator_of(name)
    if found is None:
        raise ValueError(f"{name!r:.60} is not known; import the module that defines it first")
    kind, annotations = found
    names = set(kind._get_param_names())  # type: ignore[attr-defined]
    before = ADDED.get(name, {})
    parameters = {k: v for k, v in {**before, **parts}.items() if k in names}
    estimator = kind(**parameters)
    if hasattr(estimator, "_parameter_constraints"):  # a FeatureUnion has none
        estimator._validate_params()
    learned = {k: v for k, v in parts.items() if k not in names}
    if learned.keys() - NOT_OURS.keys():
        learned |= {k: v for k, v in before.items() if k not in names | learned.keys()}
    check_types(name, learned, {**annotations, **NOT_OURS})
    if learned.keys() - NOT_OURS.keys():
        check_parts(name, learned)
    estimator.__setstate__(vars(estimator) | with_requests(learned, estimator))
    return estimator


def check_types(
    name: str, parts: dict[str, Any], annotations: Annotations, *, required: bool = False
) -> None:
    """Check that an object has the parts of its type, and they the types that it says.

    Raises
    ------
    ValueError
        If not.
    """
    for part, value in parts.items():
        if part not in annotations:
            raise ValueError(f"{name} has no {part}")
        if not holds(value, annotations[part]):
            raise ValueError(f"{name}.{part} is of the wrong type, {type(value).__name__}")
    if required and set(parts) != set(annotations):
        raise ValueError(f"{name} lacks {', '.join(sorted(set(annotations) - set(parts)))}")
