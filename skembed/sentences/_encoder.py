"""A frozen sentence encoder: texts → pieces → vectors."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skembed._bar import show_bar
from skembed._onnx_session import open_onnx_session
from skembed._optional import need
from skembed.files import wrong_file
from skembed.sentences._files import EncoderFiles
from skembed.text import whole_characters

Floats = NDArray[np.float32]

POOLINGS: dict[str, Callable[[Floats], Floats]] = {
    "mean": lambda steps: steps.mean(axis=1),
    "first": lambda steps: steps[:, 0],
    "max": lambda steps: steps.max(axis=1),
}
"""Functions that pool the vectors of a text's pieces, of shape (n_texts, n_steps, n_dims)."""

KNOWN_INPUTS = ("input_ids", "attention_mask", "token_type_ids")

DEPENDS_ON_THE_BATCH = b"DynamicQuantizeLinear"
"""The operator that scales a whole batch by its largest number."""


class EncoderSettings(NamedTuple):
    """How an encoder is used: see the parameters of `SentenceVectorizer`."""

    pooling: str
    normalise: bool
    max_length: int
    batch_tokens: int


class SentenceEncoder:
    """The opened network and tokenizer of a sentence encoder.

    Parameters
    ----------
    network : bytes
        Content of the ONNX file.
    tokenizer : tokenizers.Tokenizer
        Cuts texts into pieces.
    session : onnxruntime.InferenceSession
        Runs the network.
    name : str
        Name of the network in messages.
    """

    def __init__(self, network: bytes, tokenizer: Any, session: Any, name: str) -> None:
        self._tokenizer, self._session = tokenizer, session
        tokenizer.no_padding()
        self.batches_matter = DEPENDS_ON_THE_BATCH in network
        inputs = [each.name for each in self._session.get_inputs()]
        if "input_ids" not in inputs or {*inputs} - {*KNOWN_INPUTS}:
            raise ValueError(
                f"{name} has the inputs {', '.join(inputs)}, but a sentence encoder has "
                f"{', '.join(KNOWN_INPUTS)}. Pass the network of a sentence-transformers model."
            )
        self._inputs = inputs
        outputs = self._session.get_outputs()
        self._output = next((each for each in outputs if len(each.shape) == 3), outputs[0])
        if len(self._output.shape) not in (2, 3):
            raise ValueError(
                f"{name} has the output {self._output.name} of shape "
                f"{self._output.shape}, but a sentence encoder computes a vector for each piece, "
                "(n_texts, n_steps, n_dims), or for each text."
            )

    def pieces_of(self, texts: list[str], max_length: int) -> list[list[int]]:
        """Return the ids of each text's pieces, at most `max_length` with the special ones."""
        self._tokenizer.enable_truncation(max_length)
        return [each.ids for each in self._tokenizer.encode_batch([*map(whole_characters, texts)])]

    def encode(self, texts: list[str], settings: EncoderSettings, *, n_threads: int) -> Floats:
        """Compute the vectors of texts, of shape (n_texts, n_dims)."""
        pieces = self.pieces_of(texts, settings.max_length)
        lengths = np.array([len(each) for each in pieces])
        batches = [*self._batches(lengths, settings.batch_tokens)]
        with (
            ThreadPoolExecutor(min(n_threads, len(batches))) as threads,
            show_bar("Encoding texts", len(texts), " texts") as bar,
        ):

            def compute(rows: NDArray[Any]) -> Floats:
                vectors = self._compute(pieces, settings.pooling, rows)
                bar.advance(len(rows))
                return vectors

            found = [*threads.map(compute, batches)]
        vectors = np.empty((len(texts), found[0].shape[1]), dtype=np.float32)
        for rows, some in zip(batches, found, strict=True):
            vectors[rows] = some
        if not settings.normalise:
            return vectors
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        scaled: Floats = vectors / np.maximum(norms, np.finfo(np.float32).tiny)
        return scaled

    def _batches(self, lengths: NDArray[np.int64], batch_tokens: int) -> Iterator[NDArray[Any]]:
        """Divide texts into batches of equal length, so that nothing is padded."""
        order = np.argsort(lengths, kind="stable")
        _, starts = np.unique(lengths[order], return_index=True)
        for rows in np.split(order, starts[1:]):
            size = max(batch_tokens // max(int(lengths[rows[0]]), 1), 1)
            size = 1 if self.batches_matter else size
            yield from (rows[start : start + size] for start in range(0, len(rows), size))

    def _compute(self, pieces: list[list[int]], pooling: str, rows: NDArray[Any]) -> Floats:
        ids = np.array([pieces[i] for i in rows], dtype=np.int64)
        fed = dict(zip(KNOWN_INPUTS, (ids, np.ones_like(ids), np.zeros_like(ids)), strict=True))
        feed = {name: fed[name] for name in self._inputs}
        (steps,) = self._session.run([self._output.name], feed)
        vectors = steps if steps.ndim == 2 else POOLINGS[pooling](steps)
        return vectors.astype(np.float32)


@lru_cache(maxsize=4)
def open_encoder(files: EncoderFiles, digest: str) -> SentenceEncoder:
    """Open an encoder, or return it if this process has already opened it."""
    session = open_session(files)
    return SentenceEncoder(
        files.network.read_bytes(), open_tokenizer(files), session, str(files.network)
    )


def open_tokenizer(files: EncoderFiles) -> Any:
    """Open a tokenizer of the package tokenizers."""
    Tokenizer = need("tokenizers", "SentenceVectorizer needs").Tokenizer
    try:
        tokenizer = Tokenizer.from_file(str(files.tokenizer))
    except Exception as error:  # the package has no error class for it
        message = wrong_file(
            files.tokenizer, "a tokenizer.json", "SentenceVectorizer", "Tokenizer.save"
        )
        raise ValueError(message) from error
    return tokenizer


def open_session(files: EncoderFiles) -> Any:
    """Open the encoder's network."""
    what = "SentenceVectorizer needs"
    try:
        return open_onnx_session(files.network, what, install="skembed[sentences]")
    except ValueError as error:
        message = wrong_file(files.network, "an ONNX model", "SentenceVectorizer", "optimum")
        raise ValueError(message) from error
