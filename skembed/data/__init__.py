"""Documents that are read batch by batch, for corpora larger than memory."""

from skembed.data._stream import Stream, stream

__all__ = ["Stream", "stream"]
