"""Texts to probabilities and labels, by an ONNX file that `to_onnx` has written."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skembed.serve._bags import BagTables
from skembed.text import TokenSequences, check_documents
from skembed.text._ids import FIRST_WORD_ID
from skembed.text._vocabulary import encode, fill_empty
from skembed.text._words import Splitter

FORMAT = 1
"""Version of the metadata that are understood."""

MAX_STEPS = 1 << 11
"""Padded steps computed at once: few, so that what a batch needs stays in a core's cache."""


class Predictor:
    """Predicts with ONNX Runtime what the exported classifier predicts.

    Neither TensorFlow nor Keras nor scikit-learn is needed, only NumPy and
    onnxruntime. One object may be used by several threads at once.

    Parameters
    ----------
    path : str or path-like
        A file that `skembed.to_onnx` has written.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, in the order of the columns of `predict_proba`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not from `to_onnx`, is of a newer format, or holds no tokenizer,
        because the classifier was fitted on ids or vectors.

    See Also
    --------
    skembed.to_onnx : Writes the file.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        try:
            import onnxruntime
        except ImportError as error:
            raise ImportError("Predictor needs onnxruntime: pip install onnxruntime.") from error

        path = os.fspath(path)
        if not os.path.isfile(path):
            raise FileNotFoundError(f"There is no file {path}.")
        # Batches side by side make better use of cores than the threads of one batch.
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"]
        )
        metadata = self._session.get_modelmeta().custom_metadata_map
        facts = _facts(metadata, path)
        self.classes_ = np.array(facts["labels"])
        self._multilabel = bool(facts["multilabel"])
        thresholds = facts["thresholds"]
        self._thresholds = None if thresholds is None else np.array(thresholds)
        rules = facts["tokenizer"]
        names = ("lowercase", "filters", "split", "char_level", "tokenizer")
        self._splitter = Splitter(**{name: rules[name] for name in names})
        self._vocabulary = {word: i for i, word in enumerate(rules["words"], FIRST_WORD_ID)}
        self._max_length, self._truncating = rules["max_length"], rules["truncating"]
        bags = metadata.get("skembed.bags")
        self._bags = None if bags is None else BagTables.unpack(bags)

    def predict(self, documents: Any) -> NDArray[Any]:
        """Predict labels.

        Parameters
        ----------
        documents : collection of str, shape (n_samples,)
            Texts.

        Returns
        -------
        y : ndarray of shape (n_samples,), or (n_samples, n_labels) of 0 and 1
            As the classifier's own ``predict``.
        """
        logits = self._run("logits", documents)
        thresholds = self._thresholds
        if self._multilabel:
            cuts = 0.0 if thresholds is None else np.log(thresholds) - np.log1p(-thresholds)
            return (logits > cuts).astype(np.int64)
        if thresholds is not None:
            logits = logits - np.log(thresholds)
        return self.classes_[logits.argmax(axis=1)]

    def predict_proba(self, documents: Any) -> NDArray[np.float32]:
        """Predict probabilities.

        Parameters
        ----------
        documents : collection of str, shape (n_samples,)
            Texts.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes), dtype float32
            Columns follow ``classes_``. Those of the classifier to 1e-4, if it computes in
            float32 and the vectors were exported so.
        """
        return self._run("probabilities", documents)

    def _run(self, output: str, documents: Any) -> NDArray[np.float32]:
        sequences = self._read(check_documents(documents))
        results = np.empty((len(sequences), len(self.classes_)), dtype=np.float32)

        def compute(rows: NDArray[np.int64]) -> None:
            (results[rows],) = self._session.run([output], self._feed(sequences[rows]))

        parts = batches(sequences.lengths)
        if len(parts) < 2:
            for rows in parts:
                compute(rows)
        else:
            with ThreadPoolExecutor(n_cores()) as pool:
                list(pool.map(compute, reversed(parts)))
        return results

    def _feed(self, sequences: TokenSequences) -> dict[str, NDArray[Any]]:
        feed: dict[str, NDArray[Any]] = {"ids": sequences.to_dense(padding="post")}
        if self._bags is not None:
            entries = self._bags.read(sequences)
            feed["bag_rows"], feed["bag_columns"] = entries.rows, entries.columns
            feed["bag_values"] = entries.values
        return feed

    def _read(self, documents: list[str]) -> TokenSequences:
        flat, lengths = encode(documents, self._splitter, self._vocabulary)
        sequences = TokenSequences(*fill_empty(flat, lengths))
        if self._max_length is not None:
            sequences = sequences.truncate(self._max_length, self._truncating)
        return sequences


def n_cores() -> int:
    """Return the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def batches(lengths: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Divide documents into batches of similar length, of so many padded steps at most."""
    order = np.argsort(lengths, kind="stable")
    found, start = [], 0
    while start < len(order):
        sizes = lengths[order[start:]] * np.arange(1, len(order) - start + 1)
        stop = start + max(int(np.searchsorted(sizes, MAX_STEPS, side="right")), 1)
        found.append(order[start:stop])
        start = stop
    return found


def _facts(metadata: dict[str, str], path: str) -> dict[str, Any]:
    if "skembed" not in metadata:
        raise ValueError(f"{path} is no file that skembed.to_onnx has written.")
    facts: dict[str, Any] = json.loads(metadata["skembed"])
    if facts["format"] > FORMAT:
        raise ValueError(
            f"{path} has format {facts['format']}; this skembed reads formats up to {FORMAT}. "
            "Install a newer skembed."
        )
    if facts["tokenizer"] is None:
        raise ValueError(
            f"{path} holds no tokenizer, because the classifier was fitted on ids or vectors. Fit "
            "it on texts, or in a Pipeline with a KerasTokenizer, or run the file with onnxruntime."
        )
    return facts
