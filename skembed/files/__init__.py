"""Files of the user: replaced whole or left alone, and never one that is still read.

This is the lowest floor: the standard library alone.
"""

from skembed.files._endings import ended_by_signals, nobody_reads
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
from skembed.files._workshop import (
    FORGOTTEN_SECONDS,
    explained,
    finish,
    remove_abandoned,
    workshop,
)

__all__ = [
    "FORGOTTEN_SECONDS",
    "Inputs",
    "Target",
    "check_target",
    "ended_by_signals",
    "explained",
    "finish",
    "nobody_reads",
    "opened_to_write",
    "printable",
    "refuse_inputs",
    "remove_abandoned",
    "replaced",
    "sentence",
    "workshop",
]
