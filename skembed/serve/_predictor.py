"""Predict texts with an ONNX file that `to_onnx` has written."""

import copy
import dataclasses
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from skembed._bar import show_bar
from skembed._decision import decide
from skembed._onnx_session import open_onnx_session
from skembed._types import Documents
from skembed.files import path_of, usable_cores, wrong_file
from skembed.serve._metadata import parse_metadata
from skembed.text import TokenSequences, check_documents, columns_in, encode, fill_empty, join_cells

MAX_STEPS = 1 << 11
"""Padded steps in a batch: few, so that the numbers of a batch stay in a core's cache."""

MAX_STEPS_AT_ONCE = 1 << 18
"""Steps that all threads compute at the same time."""


class Predictor:
    """Predicts like the exported classifier or regressor, with ONNX Runtime.

    It needs only NumPy and onnxruntime, not TensorFlow, Keras or scikit-learn. If words
    are cut into pieces, it also needs the package tokenizers. Several threads can use
    one object at the same time.

    Parameters
    ----------
    path : str or path-like
        A file that `skembed.to_onnx` wrote; ``~`` is the home folder.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, in the order of the columns of `predict_proba`. A regressor has none.

    Raises
    ------
    ImportError
        If onnxruntime is not installed, or the file needs tokenizers and it is not installed.
    FileNotFoundError
        If there is no such file.
    IsADirectoryError
        If the path is a folder.
    ValueError
        If the file is not from `to_onnx`, is damaged or has a newer format. Also if it holds
        no tokenizer, because the classifier was fitted on ids or vectors.

    See Also
    --------
    skembed.to_onnx : Writes the file.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        place = path_of(path)
        self._session = _open_session(place)
        written = self._session.get_modelmeta().custom_metadata_map
        metadata = parse_metadata(written, os.fspath(place))
        if metadata.labels is not None:
            self.classes_ = metadata.labels
        self._metadata = metadata
        self._answer = "numbers" if metadata.labels is None else "probabilities"
        try:
            self._try_out()
        except Exception as error:
            raise ValueError(
                f"{place} holds a network and metadata that do not fit together: {error}. Export "
                "the classifier again."
            ) from error

    @property
    def text_columns(self) -> tuple[tuple[str, ...], str]:
        """The columns of a table whose texts are joined, and the separator between them."""
        return self._metadata.columns, self._metadata.separator

    @property
    def has_features(self) -> bool:
        """Whether the model reads features in addition to the texts."""
        return self._metadata.features is not None

    def _try_out(self) -> None:
        """Run the network on the last word and the last column."""
        last = np.array([1 + len(self._metadata.vocabulary)], dtype=np.int32)
        zeros = np.zeros((1, self._metadata.n_numbers))
        feed = self._feed(TokenSequences(last, np.array([0, 1], dtype=np.int64)), zeros)
        if self._metadata.bags is not None:
            column = np.array([len(self._metadata.bags.idf) - 1])
            feed["bag_rows"], feed["bag_columns"] = np.zeros_like(column), column
            feed["bag_values"] = np.zeros(1, dtype=np.float32)
        for output in self._session.run(["logits", self._answer], feed):
            if output.shape != (1, self._metadata.n_outputs):
                raise ValueError(
                    f"{self._metadata.n_outputs} labels for {output.shape[-1]} outputs"
                )

    def predict(self, documents: Documents) -> NDArray[Any]:
        """Predict labels, or numbers.

        Parameters
        ----------
        documents : collection of str, shape (n_samples,)
            Texts; or, where the exported pipeline begins with `TextColumns`, a table, a mapping
            of columns, or a list of rows that are mappings.

        Returns
        -------
        y : ndarray of shape (n_samples,), (n_samples, n_labels) or (n_samples, n_outputs)
            Equal to the estimator's own ``predict``. Numbers of a regressor differ by at
            most 1e-4 of their spread.
        """
        if self._metadata.labels is None:
            (numbers,) = self._run(["numbers"], documents, np.float64)
            return numbers if self._metadata.is_column else numbers[:, 0]
        (logits,) = self._run(["logits"], documents)
        return self._decide(logits)

    def predict_proba(self, documents: Documents) -> NDArray[np.float32]:
        """Predict probabilities.

        Parameters
        ----------
        documents : collection of str, shape (n_samples,)
            Texts; or, where the exported pipeline begins with `TextColumns`, a table, a mapping
            of columns, or a list of rows that are mappings.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes), dtype float32
            Columns follow ``classes_``. They differ from the classifier's by at most 1e-4, if
            it computes in float32 and the vectors were exported as float32.

        Raises
        ------
        ValueError
            If the file holds a regressor.
        """
        if self._metadata.labels is None:
            raise ValueError(
                "This file holds a regressor, which has no probabilities. Call predict."
            )
        (probabilities,) = self._run(["probabilities"], documents)
        return probabilities

    def _decide(self, logits: NDArray[np.float32]) -> NDArray[Any]:
        decided = decide(logits, self._metadata.cuts, self._metadata.multilabel)
        return decided if self._metadata.multilabel else self.classes_[decided]

    def _run(
        self, outputs: list[str], documents: Documents, dtype: DTypeLike = np.float32
    ) -> NDArray[Any]:
        """Return outputs of the network, of shape (len(outputs), n_samples, n_outputs)."""
        texts = self._texts_of(documents)
        sequences, numbers = self._read(texts), self._numbers_of(documents, texts)
        with show_bar("Predicting", len(sequences), " texts") as bar:
            return self._compute(outputs, sequences, numbers, dtype, bar.advance)

    def _compute(
        self,
        outputs: list[str],
        sequences: TokenSequences,
        numbers: NDArray[np.floating],
        dtype: DTypeLike,
        advance: Callable[[int], None],
    ) -> NDArray[Any]:
        """Compute the outputs of documents that have been read; report how many are done."""
        n_outputs = self._metadata.n_outputs
        results = np.empty((len(outputs), len(sequences), n_outputs), dtype=dtype)

        def compute(rows: NDArray[np.int64]) -> None:
            found = self._session.run(outputs, self._feed(sequences[rows], numbers[rows]))
            for result, output in zip(results, found, strict=True):
                result[rows] = output
            advance(len(rows))

        divided = batches(sequences.lengths)
        if len(divided) < 2:
            for rows in divided:
                compute(rows)
        else:
            # A document with many steps is its own batch; run few of them at the same time.
            at_once = max(MAX_STEPS_AT_ONCE // int(sequences.lengths.max()), 1)
            with ThreadPoolExecutor(min(n_cores(), at_once)) as threads:
                list(threads.map(compute, reversed(divided)))
        return results

    def _texts_of(self, documents: Documents) -> list[str]:
        names, separator = self._metadata.columns, self._metadata.separator
        if not names:
            return check_documents(documents)
        features = self._metadata.features
        further = () if features is None else features.columns
        needed = [*dict.fromkeys([*names, *further])]  # a message names all of them
        cells = columns_in(documents, needed, "documents")[: len(names)]
        return join_cells(cells, names, separator, lambda i: f"documents, row {i}")

    def _numbers_of(self, documents: Documents, texts: list[str]) -> NDArray[np.floating]:
        """Return the features of documents, of shape (n_samples, n_numbers)."""
        features, shape = self._metadata.features, (len(texts), self._metadata.n_numbers)
        if features is None or not texts:
            return np.zeros(shape)
        numbers = features.compute(documents, texts, n_cores())
        if numbers.shape != shape:
            raise ValueError(f"features gave {numbers.shape[1:]} numbers in place of {shape[1:]}.")
        return numbers

    def _feed(
        self, sequences: TokenSequences, numbers: NDArray[np.floating]
    ) -> dict[str, NDArray[Any]]:
        feed: dict[str, NDArray[Any]] = {"ids": sequences.to_dense(padding="post")}
        if self._metadata.n_numbers:
            feed["features"] = numbers
        if self._metadata.bags is not None:
            bag = self._metadata.bags.read(sequences)
            feed["bag_rows"], feed["bag_columns"] = bag.rows, bag.columns.astype(np.int64)
            feed["bag_values"] = bag.values
        return feed

    def _read(self, documents: list[str]) -> TokenSequences:
        metadata = self._metadata
        flat, lengths = encode(documents, metadata.splitter, metadata.vocabulary)
        sequences = TokenSequences(*fill_empty(flat, lengths))
        if metadata.max_length is not None:
            sequences = sequences.truncate(metadata.max_length, metadata.truncating)
        return sequences


def _open_session(place: Path) -> Any:
    """Return ONNX Runtime's session of a file."""
    if place.is_dir():
        raise IsADirectoryError(
            f"{place} is a folder. Give the path of the file that skembed.to_onnx wrote."
        )
    if not place.exists():
        raise FileNotFoundError(f"There is no file {place}.")
    try:
        return open_onnx_session(place, "Predictor needs")
    except ValueError as error:
        message = wrong_file(place, "an ONNX model", "skembed.serve.Predictor", "skembed.to_onnx")
        raise ValueError(message) from error


def without_columns(predictor: Predictor) -> Predictor:
    """Return a predictor that takes joined texts."""
    found = copy.copy(predictor)
    found._metadata = dataclasses.replace(predictor._metadata, columns=())
    return found


def predict_both(
    predictor: Predictor, documents: Documents
) -> tuple[NDArray[Any], NDArray[np.float32]]:
    """Return the results of `predict` and `predict_proba`, but run the network only once."""
    logits, probabilities = predictor._run(["logits", "probabilities"], documents)
    return predictor._decide(logits), probabilities


def n_cores() -> int:
    """Return how many cores this process may use; OMP_NUM_THREADS limits them in workers."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    if told.isdigit() and int(told) > 0:
        return int(told)
    return usable_cores()


def batches(lengths: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Divide documents into batches of similar length with a limited number of padded steps."""
    order = np.argsort(lengths, kind="stable")
    found, start = [], 0
    while start < len(order):
        sizes = lengths[order[start:]] * np.arange(1, len(order) - start + 1)
        stop = start + max(int(np.searchsorted(sizes, MAX_STEPS, side="right")), 1)
        found.append(order[start:stop])
        start = stop
    return found
