"""A tokenizer that learns from documents batch by batch, and cuts each of them once."""

import pickle
import tempfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from skembed.text._own_function import numbered_as
from skembed.text._samples import Samples
from skembed.text._vocabulary import NumberedTokens

if TYPE_CHECKING:
    from skembed.text._tokenizer import KerasTokenizer


def fit_tokenizer_on_stream(
    tokenizer: "KerasTokenizer", batches: Iterable[tuple[bool, Samples]], name: str
) -> Iterator[tuple[bool, Any]]:
    """Learn the words of some documents, and encode all of them.

    A file keeps the tokens of the documents until all words are counted. The tokenizer is not
    fitted before; when the first ids are yielded, it is fitted. A batch says whether its words are
    counted. Its ids are those that ``tokenizer.transform`` gives.
    """
    with TokenFile() as tokens:
        counted = count_on_stream(tokenizer, batches, name, tokens)
        yield from zip(counted, map(tokenizer._encode_numbered, tokens), strict=True)


def count_on_stream(
    tokenizer: "KerasTokenizer",
    batches: Iterable[tuple[bool, Samples]],
    name: str,
    tokens: "TokenFile",
) -> list[bool]:
    """Count the words of some documents, and write the tokens of all documents to a file."""
    tokenizer._validate_params()
    counted = []
    for is_counted, samples in batches:
        with numbered_as(name, samples.rows):
            numbered = tokenizer._number(samples.values)
        if is_counted:
            with_frequencies = tokenizer._leaves_out_rare_words()
            tokenizer._count_more(numbered, with_frequencies=with_frequencies)
        tokens.append(numbered)
        counted.append(is_counted)
    tokenizer._end_counting()
    return counted


class TokenFile:
    """Numbered tokens in a file that is removed when the process ends, even by a kill.

    The file has no name if the system allows that. Documents are counted before words have ids. The
    file keeps the numbers meanwhile, so that documents need not be cut twice.
    """

    def __init__(self) -> None:
        self._file: Any = tempfile.TemporaryFile(prefix="skembed-")  # noqa: SIM115
        self._size = 0

    def append(self, numbered: NumberedTokens) -> None:
        """Append the tokens of some documents."""
        pickle.dump(tuple(numbered), self._file, protocol=5)
        self._size += 1

    def __iter__(self) -> Iterator[NumberedTokens]:
        """Yield what was appended, in its order."""
        self._file.seek(0)
        for _ in range(self._size):
            yield NumberedTokens(*pickle.load(self._file))

    def __enter__(self) -> "TokenFile":
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the file."""
        self._file.close()
