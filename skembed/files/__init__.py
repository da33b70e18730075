"""Kinds of files, and the user's files, which are replaced whole or not at all.

This is the lowest layer. It only imports the standard library until it needs arrays or locks.
"""

from skembed.files._bounded_decompression import (
    UNPACKING_ERRORS,
    Unpacked,
    explain_damage,
    unpacked_limit,
)
from skembed.files._console import printable, tell
from skembed.files._endings import ended_by_signals, nobody_reads
from skembed.files._paths import is_address, path_of
from skembed.files._replaced import (
    Inputs,
    Target,
    check_target,
    opened_to_write,
    replaced,
)
from skembed.files._sentence import sentence
from skembed.files._signature import (
    COMPRESSIONS,
    compression_of,
    describe_bytes,
    describe_file,
    text_encoding,
)
from skembed.files._staging_folder import (
    FORGOTTEN_SECONDS,
    explain_disk_errors,
    remove_abandoned,
    staging_folder,
    sync_and_replace,
)
from skembed.files._system import (
    has_no_reader,
    replace_file,
    usable_cores,
    why_not_writable,
)
from skembed.files._tensor_file import tensor_digest, write_tensors
from skembed.files._wrong_file import is_newer, newer_file, wrong_file

__all__ = [
    "COMPRESSIONS",
    "FORGOTTEN_SECONDS",
    "UNPACKING_ERRORS",
    "Inputs",
    "Target",
    "Unpacked",
    "check_target",
    "compression_of",
    "describe_bytes",
    "describe_file",
    "ended_by_signals",
    "explain_damage",
    "explain_disk_errors",
    "has_no_reader",
    "is_address",
    "is_newer",
    "newer_file",
    "nobody_reads",
    "opened_to_write",
    "path_of",
    "printable",
    "remove_abandoned",
    "replace_file",
    "replaced",
    "sentence",
    "staging_folder",
    "sync_and_replace",
    "tell",
    "tensor_digest",
    "text_encoding",
    "unpacked_limit",
    "usable_cores",
    "why_not_writable",
    "write_tensors",
    "wrong_file",
]
