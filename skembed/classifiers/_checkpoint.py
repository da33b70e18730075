"""The state of a fit on disk, from which another fit resumes after a kill."""

import json
import os
import time
from collections.abc import Callable, Sequence
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from skembed.files import check_target, path_of, tensor_digest, write_tensors
from skembed.networks import (
    Examples,
    NetworkState,
    Progress,
    TrainingPlan,
    fingerprint,
    meant_before,
    pack,
    unpack,
)

FORMAT = "skembed checkpoint 1"
"""Name and version of the format."""

WAY_OUT = "set checkpoint to another folder"

LEAST_SECONDS = 60.0
"""Seconds from one checkpoint within an epoch to the next."""

MOST_SHARE = 0.05
"""Share of the time that writing checkpoints within an epoch may take."""


def check_checkpoint(
    checkpoint: str | os.PathLike[str] | None, random_state: object, callbacks: Sequence[Any]
) -> Path | None:
    """Check the parameter, before anything is read."""
    if checkpoint is None:
        return None
    path = path_of(checkpoint).absolute()
    if not isinstance(random_state, Integral):
        raise ValueError(
            "A fit that resumes from a checkpoint must draw the same random numbers, but "
            f"random_state is {random_state!r}. Set it to an int, such as 0."
        )
    if len(callbacks):
        raise ValueError(
            "checkpoint cannot be used with callbacks of Keras, because it does not hold their "
            "state. Set callbacks=None, or checkpoint=None."
        )
    check_target(path, _what(path), WAY_OUT)
    return path


class Checkpoint:
    """The file of one fit; a `Checkpointer`."""

    def __init__(self, path: Path, fingerprint: dict[str, Any], before: dict[str, Any]) -> None:
        self._path = path
        self._fingerprint = fingerprint
        self._before = before
        self._next = time.monotonic() + LEAST_SECONDS

    def read(self, start: NetworkState) -> Progress | None:
        """Return the progress of an earlier fit, or None if there is no file.

        Raises
        ------
        ValueError
            If the file is of another fit, damaged, or not a checkpoint.
        """
        if not self._path.exists():
            return None
        try:
            with safe_open(self._path, framework="np") as file:
                header = file.metadata() or {}
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except SafetensorError as error:
            raise ValueError(
                f"{self._path} is not a checkpoint of skembed, or it is truncated: {error}. "
                "Remove it, or set checkpoint to another path."
            ) from error
        if header.get("format") != FORMAT or header.get("digest") != tensor_digest(header, arrays):
            raise ValueError(
                f"{self._path} is not a checkpoint of this version of skembed, or it is damaged. "
                "Remove it, or set checkpoint to another path."
            )
        self._refuse_others(json.loads(header["fingerprint"]))
        return unpack(arrays, json.loads(header["progress"]), start)

    def _refuse_others(self, found: dict[str, Any]) -> None:
        known = {name: self._before[name] for name in self._before.keys() & self._fingerprint}
        found = known | found
        found.pop("multilabel", None)  # earlier versions had it in place of the output
        names = found | self._fingerprint
        differ = [name for name in names if found.get(name) != self._fingerprint.get(name)]
        if differ:
            raise ValueError(
                f"The checkpoint {self._path} is of another fit, which differs in: "
                f"{', '.join(differ)}. Fit with the same parameters and documents to resume it, "
                "remove the file to start afresh, or set checkpoint to another path."
            )

    def batch_ended(self, progress: Callable[[], Progress]) -> None:
        """Write the progress if the last time is long ago."""
        if time.monotonic() >= self._next:
            self._write(progress)

    def epoch_ended(self, progress: Progress) -> None:
        """Write the progress."""
        self._write(lambda: progress)

    def _write(self, progress: Callable[[], Progress]) -> None:
        started = time.monotonic()
        arrays, values = pack(progress())
        arrays = {name: np.asarray(array, order="C") for name, array in arrays.items()}
        header = {
            "format": FORMAT,
            "fingerprint": json.dumps(self._fingerprint),
            "progress": json.dumps(values),
        }
        header["digest"] = tensor_digest(header, arrays)
        write_tensors(arrays, header, self._path, _what(self._path), WAY_OUT)
        seconds = time.monotonic() - started
        self._next = time.monotonic() + max(LEAST_SECONDS, seconds / MOST_SHARE)


def open_checkpoint(
    path: Path | None,
    start: NetworkState,
    examples: Examples,
    plan: TrainingPlan,
    validation: Examples | None,
) -> "Checkpoint | None":
    """Return the file of a fit, if the user wants one."""
    if path is None:
        return None
    told = fingerprint(start, examples, plan, validation)
    return Checkpoint(path, told, meant_before(start, plan))


def remove_checkpoint(path: Path | None) -> None:
    """Remove the file of a fit that has ended, or that would end in the same error again."""
    if path is not None:
        path.unlink(missing_ok=True)


def _what(path: Path) -> str:
    return f"the checkpoint {path.name}"
