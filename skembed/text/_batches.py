"""A tokenizer that learns from documents batch by batch, and cuts each of them once."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from skembed.text._numbered import TokenFile
from skembed.text._own_function import numbered_as
from skembed.text._samples import Samples

if TYPE_CHECKING:
    from skembed.text._tokenizer import KerasTokenizer


def fit_tokenizer_on_stream(
    tokenizer: "KerasTokenizer", batches: Iterable[tuple[bool, Samples]], name: str
) -> Iterator[tuple[bool, Any]]:
    """Learn the words of some documents, and encode all of them.

    What the documents are cut into waits in a file until all words are counted. The tokenizer is
    not fitted; once the first ids are yielded, it is as its `fit` leaves it. A batch says whether
    its words are counted. Its ids are those that ``tokenizer.transform`` gives.
    """
    with TokenFile() as tokens:
        counted = count_on_stream(tokenizer, batches, name, tokens)
        yield from zip(counted, map(tokenizer._encode_numbered, tokens), strict=True)


def count_on_stream(
    tokenizer: "KerasTokenizer",
    batches: Iterable[tuple[bool, Samples]],
    name: str,
    tokens: TokenFile,
) -> list[bool]:
    """Count the words of some documents; write what all are cut into to a file."""
    tokenizer._validate_params()
    counted = []
    for is_counted, samples in batches:
        with numbered_as(name, samples.rows):
            numbered = tokenizer._number(samples.values)
        if is_counted:
            tokenizer._count_on(numbered)
        tokens.append(numbered)
        counted.append(is_counted)
    tokenizer._end_counting()
    return counted
