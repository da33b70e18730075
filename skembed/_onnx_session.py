"""Open a network in ONNX Runtime, always in the same way."""

import os
from pathlib import Path
from typing import Any

from skembed._optional import need


def open_onnx_session(network: Path | bytes, what: str, *, install: str | None = None) -> Any:
    """Return a session that computes with one thread and writes no messages.

    Parallel batches use the cores better than parallel threads within one batch.

    Parameters
    ----------
    network : Path or bytes
        A file or its content.
    what, install : str
        As for `skembed._optional.need`, if ONNX Runtime is missing.

    Raises
    ------
    ValueError
        If ONNX Runtime cannot read the network; the text is that of its error.
    """
    # Read when ONNX Runtime is imported: version 1.32 else writes an identity into the home folder
    # and sends what it is used for to its makers.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    onnxruntime = need("onnxruntime", what, install=install)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4  # errors are raised
    source = network if isinstance(network, bytes) else str(network)
    try:
        return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no public name
        raise ValueError(str(error)) from error
