"""Tables in files, and documents that are read batch by batch.

Users find `stream` here. The rest of skembed uses the other names to read tables.
"""

from skembed.data._block import Advice, Row, check_columns
from skembed.data._kind import other_kind
from skembed.data._stream import Stream, refuse_frame, stream
from skembed.data._tables import (
    DOCUMENTS_AT_ONCE,
    FORMATS,
    SAVE_AS_CSV,
    Table,
    check_name,
    format_of,
    open_table,
)

__all__ = [
    "DOCUMENTS_AT_ONCE",
    "FORMATS",
    "SAVE_AS_CSV",
    "Advice",
    "Row",
    "Stream",
    "Table",
    "check_columns",
    "check_name",
    "format_of",
    "open_table",
    "other_kind",
    "refuse_frame",
    "stream",
]
