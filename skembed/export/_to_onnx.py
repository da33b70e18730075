"""A fitted classifier, regressor or pipeline → one ONNX file."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from skembed._arguments import explains_arguments
from skembed._optional import need
from skembed._types import Estimator
from skembed.classifiers import fitted_model
from skembed.files import check_target, path_of, replaced
from skembed.text import text_columns_of
from skembed.vectors import files_read_by

if TYPE_CHECKING:
    from onnx import ModelProto

WAY_OUT = "write to another folder"

EmbeddingDtype = Literal["float32", "float16", "int8"]


@explains_arguments
def to_onnx(
    estimator: Estimator,
    path: str | os.PathLike[str],
    *,
    embedding_dtype: EmbeddingDtype = "float32",
) -> None:
    """Write a fitted classifier or regressor as an ONNX model, from token ids to predictions.

    The model computes the same as the estimator, but always in float32, and only with the operators
    of ONNX, so any runtime can run it. Its metadata holds the rules of the tokenizer, the words and
    the labels. With a linear model it also holds the tables by which words are counted.
    `skembed.serve.Predictor` uses the metadata to predict from texts.

    Parameters
    ----------
    estimator : text classifier, text regressor or Pipeline
        A fitted estimator. In a pipeline, a `KerasTokenizer`, or a vectorizer with
        ``output="sequences"``, may come before it, and `TextColumns` may be the first step.
    path : str or path-like
        The file to write, usually ``*.onnx``. ``~`` is the home folder.
    embedding_dtype : {"float32", "float16", "int8"}, default="float32"
        The dtype in which word vectors are stored. "int8" has a scale for each word. All other
        weights are float32.

    Raises
    ------
    TypeError
        If the estimator is of another class, if its tokenizer is a function, or if its encoder is
        the user's and has no method ``to_onnx``.
    ValueError
        If `path` is a file that the estimator reads, such as its word vectors.
    ImportError
        If the package onnx is not installed.
    OSError
        If there is no such folder, or the disk is full or cannot be written. An earlier file is
        still there.

    See Also
    --------
    skembed.serve.Predictor : Predicts with the file, without TensorFlow.
    skembed.save : Keeps an estimator, to load it and train on.

    Notes
    -----
    Inputs are ``ids`` of shape (n_samples, n_steps), int32, right-padded with 0, or
    ``steps`` of shape (n_samples, n_steps, n_dims), float32, for a classifier that was fitted on
    vectors. With a linear model there are also ``bag_columns``, ``bag_values`` and ``bag_rows``.
    Outputs of a classifier are ``logits`` and ``probabilities`` of shape (n_samples, n_classes),
    float32. Outputs of a regressor are ``logits``, in the unit of the network, and ``numbers`` of
    shape (n_samples, n_outputs), float64, in the unit of `y`.
    """
    need("onnx", "to_onnx needs")
    from skembed.export._model import model_of

    if embedding_dtype not in get_args(EmbeddingDtype):
        raise ValueError(
            f"embedding_dtype must be one of {', '.join(get_args(EmbeddingDtype))}; got "
            f"{embedding_dtype!r}."
        )
    fitted = fitted_model(estimator, "to_onnx")
    path = path_of(path)
    check_target(path, f"the model {path.name}", WAY_OUT, files_read_by(estimator))
    _write(model_of(fitted, embedding_dtype, text_columns_of(estimator)), path)


def _write(model: "ModelProto", path: Path) -> None:
    with replaced(path, f"the model {path.name}", WAY_OUT) as new:
        need("onnx", "to_onnx needs").save_model(model, new)  # whose ending shows onnx the format
