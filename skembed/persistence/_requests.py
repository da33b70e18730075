"""The metadata that an estimator requests, as plain values."""

from typing import Any

from sklearn.utils.metadata_routing import MetadataRequest

NAME = "_metadata_request"
"""Attribute of estimators and scorers whose requests were set."""

Plain = dict[str, dict[str, bool | str | None]]


def plain_requests(state: dict[str, Any]) -> dict[str, Any]:
    """Return a state with its requests as a dict: method → parameter → request."""
    if not isinstance(state.get(NAME), MetadataRequest):
        return state
    methods = {k: v for k, v in vars(state[NAME]).items() if hasattr(v, "requests")}
    return {**state, NAME: {name: dict(method.requests) for name, method in methods.items()}}


def with_requests(state: dict[str, Any], owner: object) -> dict[str, Any]:
    """Return a state whose requests are objects again, which belong to an owner."""
    if NAME not in state:
        return state
    made = MetadataRequest(owner)
    for method, requests in state[NAME].items():
        if not hasattr(vars(made)[method], "requests"):
            raise ValueError(f"there are no requests of {method}")
        for param, alias in requests.items():
            vars(made)[method].add_request(param=param, alias=alias)
    return {**state, NAME: made}
