"""Files of the user: replaced whole or left alone, and never one that is still read.

This is the lowest floor: the standard library alone.
"""

from skembed.files._endings import ended_by_signals, nobody_reads
from skembed.files._paths import path_of
from skembed.files._printable import printable
from skembed.files._replaced import (
    Inputs,
    Target,
    check_target,
    opened_to_write,
    refuse_inputs,
    replaced,
)
from skembed.files._sentence import sentence
from skembed.files._signature import describe_file
from skembed.files._staging_folder import (
    FORGOTTEN_SECONDS,
    explain_disk_errors,
    remove_abandoned,
    staging_folder,
    sync_and_replace,
)
from skembed.files._wrong_file import is_newer, newer_file, wrong_file

__all__ = [
    "FORGOTTEN_SECONDS",
    "Inputs",
    "Target",
    "check_target",
    "describe_file",
    "ended_by_signals",
    "explain_disk_errors",
    "is_newer",
    "newer_file",
    "nobody_reads",
    "opened_to_write",
    "path_of",
    "printable",
    "refuse_inputs",
    "remove_abandoned",
    "replaced",
    "sentence",
    "staging_folder",
    "sync_and_replace",
    "wrong_file",
]
