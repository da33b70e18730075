"""Inspect a fitted classifier: words, documents, epochs, classes, vectors."""

from skembed.inspection._confusion import LargestClassesDisplay
from skembed.inspection._explain import explain
from skembed.inspection._explanation import Explanation
from skembed.inspection._explanation_display import ExplanationDisplay
from skembed.inspection._history import HistoryDisplay, plot_history
from skembed.inspection._neighbours import Neighbours, nearest_words
from skembed.inspection._top_losses import TopLosses, top_losses

__all__ = [
    "Explanation",
    "ExplanationDisplay",
    "HistoryDisplay",
    "LargestClassesDisplay",
    "Neighbours",
    "TopLosses",
    "explain",
    "nearest_words",
    "plot_history",
    "top_losses",
]
