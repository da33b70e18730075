"""Documents to token ids: split, count, rank, encode.

The tokenizer, which is a scikit-learn estimator, is imported at first use, so that ids can be made
without scikit-learn.
"""

from typing import TYPE_CHECKING, Any

from skembed.text._batches import fit_tokenizer_on_stream
from skembed.text._collections import columns_of, is_table
from skembed.text._counting import count_ids
from skembed.text._coverage import (
    ClassCoverage,
    Coverage,
    coverage_by_class,
    measure_coverage,
    share_of_short,
)
from skembed.text._doubt import doubt_about, refuse_gaps
from skembed.text._id_rows import LARGEST_ID, to_sequences
from skembed.text._ids import FIRST_WORD_ID, PADDING_ID, UNKNOWN_ID, UNKNOWN_TOKEN
from skembed.text._joined import (
    SEPARATOR,
    check_names,
    columns_in,
    count_rows,
    holds_columns,
    join_cells,
    texts_in,
)
from skembed.text._own_function import is_cutter, numbered_as, whole_characters
from skembed.text._piece_tokenizer import (
    OwnCut,
    PieceTokenizer,
    as_value,
    cut_as_text,
    cut_of_text,
    open_rules,
)
from skembed.text._places import Place, places_of
from skembed.text._samples import Kind, Samples, check_documents, recognise
from skembed.text._scripts import is_character
from skembed.text._sequences import TokenSequences
from skembed.text._vocabulary import (
    TokenCounts,
    document_frequencies,
    encode,
    fill_empty,
    number_tokens,
)
from skembed.text._words import SEPARATE, Splitter

if TYPE_CHECKING:
    from skembed.text._make_tokenizer import make_tokenizer
    from skembed.text._table_output import TableOutputMixin
    from skembed.text._text_columns import TextColumns, text_columns_of
    from skembed.text._tokenizer import KERAS_FILTERS, KerasTokenizer

__all__ = [
    "FIRST_WORD_ID",
    "KERAS_FILTERS",
    "LARGEST_ID",
    "PADDING_ID",
    "SEPARATE",
    "SEPARATOR",
    "UNKNOWN_ID",
    "UNKNOWN_TOKEN",
    "ClassCoverage",
    "Coverage",
    "KerasTokenizer",
    "Kind",
    "OwnCut",
    "PieceTokenizer",
    "Place",
    "Samples",
    "Splitter",
    "TableOutputMixin",
    "TextColumns",
    "TokenCounts",
    "TokenSequences",
    "as_value",
    "check_documents",
    "check_names",
    "columns_in",
    "columns_of",
    "count_ids",
    "count_rows",
    "coverage_by_class",
    "cut_as_text",
    "cut_of_text",
    "document_frequencies",
    "doubt_about",
    "encode",
    "fill_empty",
    "fit_tokenizer_on_stream",
    "holds_columns",
    "is_character",
    "is_cutter",
    "is_table",
    "join_cells",
    "make_tokenizer",
    "measure_coverage",
    "number_tokens",
    "numbered_as",
    "open_rules",
    "places_of",
    "recognise",
    "refuse_gaps",
    "share_of_short",
    "text_columns_of",
    "texts_in",
    "to_sequences",
    "whole_characters",
]


def __getattr__(name: str) -> Any:
    if name in ("KERAS_FILTERS", "KerasTokenizer"):
        from skembed.text import _tokenizer

        return getattr(_tokenizer, name)
    if name in ("TextColumns", "text_columns_of"):
        from skembed.text import _text_columns

        return getattr(_text_columns, name)
    if name == "make_tokenizer":
        from skembed.text._make_tokenizer import make_tokenizer

        return make_tokenizer
    if name == "TableOutputMixin":
        from skembed.text._table_output import TableOutputMixin

        return TableOutputMixin
    raise AttributeError(f"module 'skembed.text' has no attribute {name!r}")
