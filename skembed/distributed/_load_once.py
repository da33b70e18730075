"""One model in each process, for any number of tasks and threads."""

import os
import platform
import threading
from typing import Any

_lock = threading.Lock()
_models: dict[str, tuple[tuple[int, ...], Any]] = {}


def load_once(path: str | os.PathLike[str]) -> Any:
    """Load a fitted model from a file, once in each process.

    Tasks of Dask, Ray or Spark call it to get the model, so that only the path is sent to them. A
    file that was replaced meanwhile is loaded again.

    Parameters
    ----------
    path : str or path-like
        A file of `skembed.to_onnx`, whose name ends with ``.onnx``, or a file of `skembed.save`
        with any other name.

    Returns
    -------
    model : estimator or Predictor
        Shared by all threads of the process: call only methods that predict.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not such a model; see `skembed.load` and `skembed.serve.Predictor`.

    See Also
    --------
    skembed.save : Writes the file.
    skembed.to_onnx : Writes a file that predicts without TensorFlow.

    Examples
    --------
    >>> import skembed
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from skembed.distributed import load_once
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "words.skembed")
    ...     skembed.save(skembed.KerasTokenizer().fit(["sun and moon"]), path)
    ...     load_once(path) is load_once(path)
    True
    """
    path = os.path.abspath(path)
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f"There is no model {path} on {platform.node()}. Put it on a disk that all machines "
            "see, or let the engine copy it to each, and pass the path it has there."
        )
    status = os.stat(path)
    looks = (status.st_mtime_ns, status.st_size, status.st_ino)
    with _lock:
        if path not in _models or _models[path][0] != looks:
            _models[path] = looks, _load(path)
        return _models[path][1]


def _load(path: str) -> Any:
    if path.endswith(".onnx"):
        from skembed.serve import Predictor

        return Predictor(path)
    from skembed.persistence import load

    return load(path)
