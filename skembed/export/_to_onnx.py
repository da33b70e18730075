"""A fitted classifier or pipeline → one ONNX file."""

import os
from pathlib import Path
from typing import Any, Literal, get_args

from sklearn.utils.validation import check_is_fitted

from skembed.classifiers._base import BaseTextClassifier
from skembed.classifiers._steps import maker_of_ids, split_steps
from skembed.files import check_target, path_of, replaced
from skembed.text import KerasTokenizer
from skembed.vectors._files_read import files_read_by

WAY_OUT = "write to another folder"

EmbeddingDtype = Literal["float32", "float16", "int8"]


def to_onnx(
    estimator: Any,
    path: str | os.PathLike[str],
    *,
    embedding_dtype: EmbeddingDtype = "float32",
) -> None:
    """Write a fitted classifier as an ONNX model, from token ids to probabilities.

    The model computes what the classifier does, but always in float32, with the operators of
    ONNX alone: any runtime can run it. The rules of the tokenizer, the words, the labels
    and, of a wide network, the tables that words are counted by are in its metadata,
    from which `skembed.serve.Predictor` makes predictions of texts.

    Parameters
    ----------
    estimator : LSTMTextClassifier, CNNTextClassifier or Pipeline
        Fitted. A pipeline may have a `KerasTokenizer`, or a vectorizer with
        ``output="sequences"``, before the classifier.
    path : str or path-like
        Where to, usually ``*.onnx``; ``~`` is the home folder.
    embedding_dtype : {"float32", "float16", "int8"}, default="float32"
        How word vectors are stored. "int8" has a scale for each word. All other
        weights are float32.

    Raises
    ------
    TypeError
        If the estimator is another one, or its tokenizer a function.
    ValueError
        If `path` is a file that the estimator reads, such as its word vectors.
    ImportError
        If the package onnx is not installed.
    OSError
        If there is no such folder, or the disk is full or cannot be written; what was
        there before is still there.

    See Also
    --------
    skembed.serve.Predictor : Predicts with the file, without TensorFlow.
    skembed.save : Keeps an estimator, to load it and train on.

    Notes
    -----
    Inputs are ``ids`` of shape (n_samples, n_steps), int32, right-padded with 0, or
    ``steps`` of shape (n_samples, n_steps, n_dims), float32, of a classifier that was
    fitted on vectors; a wide network has ``bag_columns``, ``bag_values`` and ``bag_rows``
    beside them. Outputs are ``logits`` and ``probabilities`` of shape (n_samples,
    n_classes), float32.
    """
    try:
        from skembed.export._model import model_of
    except ImportError as error:
        raise ImportError(
            'to_onnx needs onnx, which is not installed: pip install "skembed[onnx]".'
        ) from error
    if embedding_dtype not in get_args(EmbeddingDtype):
        raise ValueError(
            f"embedding_dtype must be one of {', '.join(get_args(EmbeddingDtype))}; got "
            f"{embedding_dtype!r}."
        )
    classifier, tokenizer = parts_of(estimator)
    path = path_of(path)
    check_target(path, f"the model {path.name}", WAY_OUT, files_read_by(estimator))
    model = model_of(classifier, tokenizer, embedding_dtype)
    _write(model, path)


def _write(model: Any, path: Path) -> None:
    from onnx import save_model

    with replaced(path, f"the model {path.name}", WAY_OUT) as new:
        save_model(model, new)  # whose ending tells onnx the format


def parts_of(estimator: Any) -> tuple[BaseTextClassifier, KerasTokenizer | None]:
    """Return the fitted classifier, and the tokenizer that makes its ids, if there is one."""
    before, classifier = split_steps(estimator)
    if not isinstance(classifier, BaseTextClassifier) or len(before) > 1:
        raise TypeError(
            "to_onnx takes an LSTMTextClassifier or CNNTextClassifier, or a Pipeline that ends "
            "with one and has at most a tokenizer or vectorizer before it; got "
            f"{estimator!r:.200}. skl2onnx converts scikit-learn's own estimators."
        )
    check_is_fitted(classifier)
    made_by = maker_of_ids(classifier, before)
    if made_by is None:
        return classifier, None
    if isinstance(made_by, KerasTokenizer):
        check_is_fitted(made_by)
        known = classifier._reader.vocabulary
        if known is not None and known != made_by.vocabulary_:
            raise ValueError(
                "The tokenizer was fitted again after the classifier: its ids stand for other "
                "words. Fit both together."
            )
        return classifier, made_by
    raise TypeError(
        f"to_onnx can write the rules of a KerasTokenizer; here {type(made_by).__name__} makes the "
        "classifier's input."
    )
