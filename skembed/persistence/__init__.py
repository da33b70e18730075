"""Fitted estimators in one file, without pickles."""

from skembed.persistence._file import load, save

__all__ = ["load", "save"]
