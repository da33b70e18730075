"""What bad input gets: a sentence, before any training starts."""

import inspect
import re
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn import config_context
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline

from skembed import (
    CNNTextClassifier,
    GloveVectorizer,
    KerasTokenizer,
    LSTMTextClassifier,
    TokenSequences,
    Word2VecVectorizer,
)

DOCUMENTS = {
    "a bare string": (
        "one text",
        TypeError,
        "X must be a collection of documents, got one str: 'o",
    ),
    "bytes": (b"one text", TypeError, "X must be a collection of documents, got one bytes"),
    "None": (None, TypeError, "X must be a collection of documents in a fixed order"),
    "None among them": (["a", None], TypeError, r"one string per document, but X\[1\] is None"),
    "NaN among them": (["a", np.nan], TypeError, r"one string per document, but X\[1\] is nan"),
    "a number among them": (["a", 3], TypeError, r"one string per document, but X\[1\] is 3 \(int"),
    "bytes among them": (["a", b"b"], TypeError, r"X\[1\] is b'b' \(bytes\). Decode bytes"),
    "bytes only": ([b"a", b"b"], TypeError, r"X\[0\] is b'a' \(bytes\). Decode bytes"),
    "words": ([["a", "b"], ["c"]], TypeError, r"X\[0\] is \['a', 'b'\] \(list\). Join tokens"),
    "a set": ({"a", "b"}, TypeError, "X must be a collection of documents in a fixed order"),
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_documents(cnn, fitted, no_training, case):
    X, error, message = DOCUMENTS[case]
    with pytest.raises(error, match=message):
        fitted.predict(X)
    with pytest.raises((error, ValueError), match=f"{message}|Expected sequence or array-like"):
        cnn().fit(X, [0, 1])


NUMBERS = {
    "negative ids": ([[1, 2], [3, -4]], "must not be negative, but row 1, column 1 holds -4"),
    "unequal dimensions": (
        [[[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0], [3.0]]],
        r"but X\[1\]\[1\] has shape \(1,\) and X\[1\]\[0\] has shape \(2,\). Vectors must all have",
    ),
    "unequal arrays": ([np.ones((3, 2)), np.ones((3, 4))], r"X\[1\] has shape \(3, 4\) and X\[0\]"),
    "NaN": (np.array([[0.5, np.nan], [1, 2]]), "Input X contains NaN"),
    "infinity": (np.array([[0.5, np.inf], [1, 2]]), "Input X contains infinity"),
    "four dimensions": (
        np.ones((2, 2, 2, 2)) / 2,
        r"must have the shape \(n_samples, n_steps, n_d",
    ),
    "no steps": (np.ones((2, 0, 3)), r"without a zero; got \(2, 0, 3\)"),
}


@pytest.mark.parametrize("case", NUMBERS)
def test_numbers(cnn, no_training, case):
    X, message = NUMBERS[case]
    with pytest.raises(ValueError, match=message):
        cnn().fit(X, [0, 1])


def test_lengths_that_differ(cnn, texts, labels, no_training):
    with pytest.raises(ValueError, match="of samples: X has 40 documents but y has 39 labels"):
        cnn().fit(texts, labels[:-1])
    with pytest.raises(ValueError, match="X has 40 documents but sample_weight has 39 weights"):
        cnn().fit(texts, labels, sample_weight=np.ones(39))
    with pytest.raises(ValueError, match="X_val has 2 documents but y_val has 3 labels"):
        cnn().fit(texts, labels, X_val=texts[:2], y_val=labels[:3])


def test_a_str_in_place_of_labels_or_weights(cnn, fitted, texts, labels, no_training):
    message = (
        "y must be a list, an array or a column of a table with a label for each document, got "
        "str: 'package'."
    )
    for method in (cnn().fit, fitted.score):
        with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
            method(texts, "package")
    with pytest.raises(TypeError, match=f"^{re.escape(message.replace('y', 'y_val', 1))}$"):
        cnn().fit(texts, labels, X_val=texts, y_val="package")
    message = "sample_weight must hold a number for each document, got "
    way_out = "Use the parameter class_weight='balanced' instead."
    with pytest.raises(TypeError, match=f"^{message}'balanced'. {way_out}$"):
        cnn().fit(texts, labels, sample_weight="balanced")
    with pytest.raises(TypeError, match=f"^{message}'weights'.$"):
        cnn().fit(texts, labels, sample_weight="weights")


@pytest.mark.parametrize("kind", [str, Path])
def test_a_file_in_place_of_documents(cnn, fitted, tmp_path, monkeypatch, no_training, kind):
    monkeypatch.chdir(tmp_path)
    Path("mail.csv").write_text("body,package\nsun,fine\n", encoding="utf-8")
    message = (
        f"X must be a collection of documents, got the path of a file: {kind('mail.csv')!r}. Read "
        "it with skembed.datasets.load_table, or in batches with skembed.data.stream."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        cnn().fit(kind("mail.csv"), ["fine"])
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        fitted.predict(kind("mail.csv"))


def test_rows_and_columns_that_are_mappings(cnn, no_training):
    message = (
        "X must hold one string per document, but X[0] is {'id': 1, 'body': 'sun'} (dict). Select "
        "the text of each row: [row['body'] for row in X]. Or pass text_columns=['body'] to a text "
        "classifier or regressor."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        cnn().fit([{"id": 1, "body": "sun"}, {"id": 2, "body": "rain"}], ["fine", "foul"])
    message = (
        "X must be a collection of documents in a fixed order, such as a list, an array or a "
        "Series; got dict. Select the column of the texts. Or name it by text_columns=... of a "
        "text classifier or regressor."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        cnn().fit({"id": [1, 2], "body": ["sun", "rain"]}, ["fine", "foul"])


def test_labels(cnn, texts, labels, no_training):
    with pytest.raises(ValueError, match="at least two classes to tell apart, got one class: fine"):
        cnn().fit(texts[::2], labels[::2])
    with pytest.raises(ValueError, match=r"Input y contains NaN: y\[39\] is nan"):
        cnn().fit(texts, [*range(39), np.nan])
    with pytest.raises(ValueError, match=r"Input y contains NaN: y\[1\] is None"):
        cnn().fit(texts[:3], ["a", None, "b"])
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        cnn().fit(texts, [0.5, 1.5] * 20)
    with pytest.raises(
        ValueError, match="This CNNTextClassifier estimator requires y to be passed"
    ):
        cnn().fit(texts)
    with pytest.raises(
        ValueError, match="This CNNTextClassifier estimator requires y to be passed"
    ):
        cnn().partial_fit(texts, classes=["fine", "foul"])
    with pytest.raises(ValueError, match="X and y hold no documents: 0 sample"):
        cnn().fit([], [])


def test_generators(cnn, texts, labels, no_training):
    with pytest.raises(TypeError, match=r"X is a generator, which can be .* Pass list\(X\)"):
        cnn().fit((text for text in texts), labels)
    with pytest.raises(TypeError, match=r"y is a generator, which can be .* Pass list\(y\)"):
        cnn().fit(texts, (label for label in labels))
    with pytest.raises(TypeError, match=r"X_val is a map, which can be .* Pass list\(X_val\)"):
        cnn().fit(texts, labels, X_val=map(str, texts), y_val=labels)


def test_ids_beyond_the_embeddings_rows(cnn, no_training):
    matrix = np.zeros((4, 2))
    with pytest.raises(ValueError, match=r"the largest id is 4, .* row 4, .* got shape \(4, 2\)"):
        cnn(embeddings=matrix).fit([[1, 4], [3, 2]], [0, 1])


def test_negative_ids_beside_fitted_rows(cnn, labels):
    classifier = cnn().fit([[1, 2], [3, 4]] * 20, labels)
    for ids in ([[1, -5]], [[1.0, -5.0]]):
        with pytest.raises(ValueError, match="must not be negative, but row 0, column 1 holds -5"):
            classifier.predict(ids)


@pytest.mark.parametrize(
    ("X", "place"),
    [
        ([[1.0, 2.5]], "X[0, 1] is 2.5."),
        (np.array([[np.nan, 1]]), "X[0, 0] is nan. Padding is 0: pass np.nan_to_num(X)."),
        (pd.DataFrame([[1, 2], [1, None]]), "X[1, 1] is nan. Padding is 0: pass np.nan_to_num(X)."),
        (np.array([[np.inf, 1.0]]), "X[0, 0] is inf."),
        (np.ones((1, 2, 3)), "has the shape (1, 2, 3)."),
    ],
)
def test_vectors_for_a_classifier_of_ids(cnn, labels, X, place):
    classifier = cnn().fit([[1, 2], [3, 4]] * 20, labels)
    message = f"X must hold token ids, a row of whole numbers for each document, but {place}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        classifier.predict(X)


@pytest.mark.parametrize(
    ("X", "error", "found"),
    [
        ([2, 3], ValueError, "is a column of numbers: X[0] is 2. Put the ids of a single document "
         "into a list: [X]."),
        (["sun", None], TypeError, "X[1] is None (NoneType)."),
        ([["sun"]], TypeError, "X[0] is ['sun'] (list)."),
    ],
)  # fmt: skip
def test_no_rows_for_a_classifier_of_ids(cnn, labels, X, error, found):
    classifier = cnn().fit([[1, 2], [3, 4]] * 20, labels)
    message = f"X must hold a row of token ids for each document, but {found}"
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        classifier.predict(X)


def test_nothing_for_a_classifier_of_vectors(cnn, labels):
    classifier = cnn().fit(np.linspace(0, 1, 80).reshape(40, 2), labels)
    with pytest.raises(ValueError, match=r"^Found array with 0 sample\(s\) \(shape=\(0, 0\)\)"):
        classifier.predict([])


def test_ids_whose_padding_is_missing(cnn, labels, no_training):
    message = (
        "Input X contains NaN: X[1, 2] is nan among whole numbers from 0 on. If they are token "
        "ids, padding is 0: pass np.nan_to_num(X).astype(int)."
    )
    ids = np.array([[2, 3, 4], [5, 3, np.nan]] * 20)
    for X in (ids, pd.DataFrame(ids), pl.DataFrame(ids)):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            cnn().fit(X, labels)


def test_an_id_too_large_for_a_row_of_its_own(cnn, no_training):
    message = (
        "X holds a token id of 2,147,483,647 or more, but each id has a row in the embedding "
        "matrix. Number the words without gaps, as KerasTokenizer does."
    )
    for ids in (
        [[2**40, 1], [3, 4]], [[2**40], [3, 4]], [[2**31 - 1, 1], [3, 4]], [[10**30, 1], [3, 4]]
    ):  # fmt: skip
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            cnn().fit(ids, [0, 1])


WAYS = {
    "sparse": (
        sparse.csr_matrix(np.eye(40)),
        TypeError,
        "X is a sparse matrix of shape (40, 40), as TfidfVectorizer and CountVectorizer make. "
        "Leave out the vectorizer and pass the texts themselves.",
    ),
    "table": (
        pd.DataFrame({"id": range(40), "text": ["sun", "rain"] * 20}),
        ValueError,
        "X must hold one document per row, got shape (40, 2) with texts in the column 'text'. "
        "Select it: X['text'].",
    ),
    "numbers": (
        pd.Series(range(40)),
        ValueError,
        "X must hold one string per document, but is a column of numbers: X[0] is 0. Pass the "
        "column that holds the texts. Token ids are a row for each document: shape (n_samples, "
        "n_steps).",
    ),
    "missing": (
        pd.Series([np.nan, *["sun", "rain"] * 19, "sea"]),
        TypeError,
        "X must hold one string per document, but X[0] is nan (float). Drop missing documents, or "
        "replace them by ''.",
    ),
}


@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("case", WAYS)
def test_what_is_refused_in_fit_whatever_is_cut(cnn, labels, no_training, case, early_stopping):
    X, error, message = WAYS[case]
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        cnn(early_stopping=early_stopping).fit(X, labels)
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        cnn().partial_fit(X, labels, classes=["fine", "foul"])
    with pytest.raises(error, match=re.escape(message.replace("X", "X_val"))):
        cnn(early_stopping=early_stopping).fit(["sun", "rain"], [0, 1], X_val=X, y_val=[0, 1] * 20)


def test_tfidf_before_a_network(cnn, texts, labels, no_training):
    with pytest.raises(TypeError, match=r"^X is a sparse matrix of shape \(40, 15\), .*texts them"):
        make_pipeline(TfidfVectorizer(), cnn()).fit(texts, labels)


def test_a_missing_document_alone(fitted):
    message = (
        "X must hold one string per document, but X[0] is nan (float). Drop missing documents, or "
        "replace them by ''."
    )
    for method in (fitted.predict, fitted.predict_proba, fitted.predict_log_proba):
        with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
            method([np.nan])


def test_embeddings(cnn, texts, labels, vectors, no_training):
    with pytest.raises(
        ValueError, match=r"neither a file nor a name .* Did you mean 'glove\.6B\.50d'"
    ):
        cnn(embeddings="glove.6B.51d").fit(texts, labels)
    with pytest.raises(ValueError, match=r'is a matrix of ids, .*KerasTokenizer\(output="sequ'):
        cnn(embeddings=vectors).fit([[1, 2], [3, 4]], [0, 1])
    with pytest.raises(ValueError, match="embeddings is set, but X holds vectors already"):
        cnn(embeddings=vectors).fit(np.ones((2, 3)) / 2, [0, 1])
    carried = TokenSequences([2, 1], [0, 1, 2], {"a": 2}, np.ones((3, 2), np.float32))
    with pytest.raises(ValueError, match="embeddings is set, but X holds vectors already"):
        cnn(embeddings=vectors).fit(carried, [0, 1])
    with pytest.raises(ValueError, match="None of the 2 words of the vocabulary has a vector in W"):
        cnn(embeddings=vectors).fit(["Sonne", "Regen"], [0, 1])
    with pytest.raises(ValueError, match="Input embeddings contains NaN"):
        cnn(embeddings=np.full((5, 2), np.nan)).fit([[1, 2], [3, 4]], [0, 1])
    with pytest.raises(ValueError, match=r"one row per token id.* got shape \(5,\)"):
        cnn(embeddings=np.ones(5)).fit([[1, 2], [3, 4]], [0, 1])


def test_validation_data(cnn, texts, labels, no_training):
    def fit(**validation):
        cnn().fit(texts, labels, **validation)

    with pytest.raises(ValueError, match="X_val and y_val must be given together, or neither"):
        fit(X_val=texts)
    with pytest.raises(ValueError, match="X_val and y_val must be given together, or neither"):
        fit(y_val=labels)
    with pytest.raises(TypeError, match="X_val must be a collection of documents, got one str"):
        fit(X_val="a text", y_val=["fine"])
    with pytest.raises(ValueError, match="y_val holds labels that are not among the classes"):
        fit(X_val=["a"], y_val=["fair"])
    with pytest.raises(ValueError, match="X_val is vectors, but the classifier was fitted on doc"):
        fit(X_val=np.ones((2, 3)) / 2, y_val=["fine", "foul"])
    with pytest.raises(ValueError, match="X_val and y_val hold no documents"):
        fit(X_val=[], y_val=[])
    message = r"X_val is documents, .* on TokenSequences. .*transform_input=\['X_val'\] on the Pip"
    with pytest.raises(ValueError, match=message):
        cnn().fit(KerasTokenizer().fit_transform(texts), labels, X_val=texts, y_val=labels)


PARAMETERS = {
    "epochs": (0, "The 'epochs' parameter of .* must be an int in the range"),
    "dense_units": ((8, 0), r"dense_units must hold positive integers, got 0 at position 1"),
    "dense_activation": ("rellu", "The 'dense_activation' parameter of .* must be a str among"),
    "spatial_dropout": (1.0, "The 'spatial_dropout' parameter of"),
    "optimizer": ("Adam", "The 'optimizer' parameter of .* must be a str among"),
    "learning_rate": (0, "The 'learning_rate' parameter of"),
    "loss": ("hinge", "The 'loss' parameter of"),
    "callbacks": ([print], "callbacks must hold instances of keras.callbacks.Callback, got <built"),
    "class_weight": ({"dry": 2}, "class_weight has the keys dry, but the classes are fine, foul"),
    "tokenizer": ("words", "The 'tokenizer' parameter of"),
    "embeddings": (
        {"sun": [0.0, 1.0]},
        r"^embeddings must be a catalogue name, a path, WordVectors or gensim KeyedVectors; got an "
        r"object of type dict\. Pass WordVectors\(list\(embeddings\), "
        r"list\(embeddings\.values\(\)\)\)\.$",
    ),
    "validation_fraction": (0, "The 'validation_fraction' parameter of"),
    "precision": ("float16", "The 'precision' parameter of"),
}


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("Classifier", [CNNTextClassifier, LSTMTextClassifier])
def test_parameters(texts, labels, no_training, Classifier, name):
    value, message = PARAMETERS[name]
    with pytest.raises((ValueError, TypeError), match=message):
        Classifier(**{name: value}).fit(texts, labels)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((3, 0), r"kernel_sizes must hold positive integers, got 0 at position 1 of \(3, 0\)"),
        ((2.5,), "kernel_sizes must hold positive integers, got 2.5 at position 0"),
        ((), "kernel_sizes must hold at least 1 positive integer"),
        (0, r"'kernel_sizes' parameter of CNNTextClassifier must be an int .*\[1, inf\)"),
        (True, "kernel_sizes must hold positive integers, got True at position 0"),
    ],
)
def test_kernel_sizes(cnn, texts, labels, no_training, sizes, message):
    with pytest.raises(ValueError, match=message):
        cnn(kernel_sizes=sizes).fit(texts, labels)


@pytest.mark.parametrize("size", [2, np.int64(2)])
def test_one_size_is_a_row_of_one(cnn, texts, labels, size):
    one, row = (cnn(kernel_sizes=s, dense_units=s).fit(texts, labels) for s in (size, (2,)))
    assert_array_equal(one.predict_proba(texts), row.predict_proba(texts))
    assert one.n_parameters_ == row.n_parameters_


def test_tokenizers_that_give_no_ids(cnn, vectors, texts, labels, no_training):
    for tokenizer in (TfidfVectorizer(), CountVectorizer(), GloveVectorizer(vectors)):
        with pytest.raises(TypeError, match="tokenizer must turn documents into TokenSequences"):
            cnn(tokenizer=tokenizer).fit(texts, labels)


@pytest.mark.parametrize("early_stopping", [False, True])
def test_positions_are_those_before_the_split(cnn, texts, labels, no_training, early_stopping):
    classifier = cnn(early_stopping=early_stopping, validation_fraction=0.5)
    for i in range(0, 40, 7):
        missing = [*texts[:i], None, *texts[i + 1 :]]
        with pytest.raises(TypeError, match=rf"X must hold .* but X\[{i}\] is None"):
            classifier.fit(missing, labels)
        with pytest.raises(TypeError, match=rf"X_val must hold .* but X_val\[{i}\] is None"):
            classifier.fit(texts, labels, X_val=missing, y_val=labels)


@pytest.mark.parametrize("tokenizer", ["glove", 3, KerasTokenizer])
@pytest.mark.parametrize(
    "make", [CNNTextClassifier, LSTMTextClassifier, GloveVectorizer, Word2VecVectorizer]
)
def test_what_is_no_tokenizer_is_answered_by_one(texts, labels, make, tokenizer):
    name = make.__name__
    message = (
        f"The 'tokenizer' parameter of {name} must be an object such as "
        "KerasTokenizer(tokenizer='unicode') or KerasTokenizer(tokenizer='glove'), a function that "
        "cuts a text or None. "
        f"Got {tokenizer!r} instead."
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        make(tokenizer=tokenizer).fit(texts, labels)


@pytest.mark.parametrize(
    ("argument", "way_out"),
    [
        ("validation_data", "Pass validation documents and their labels as X_val and y_val."),
        ("eval_set", "Pass validation documents and their labels as X_val and y_val."),
        (
            "validation_split",
            "Set the parameters early_stopping=True and validation_fraction instead.",
        ),
        ("epochs", "It is a parameter of the constructor: CNNTextClassifier(epochs=...)."),
        ("batch_size", "It is a parameter of the constructor: CNNTextClassifier(batch_size=...)."),
        ("callbacks", "It is a parameter of the constructor: CNNTextClassifier(callbacks=...)."),
        (
            "class_weight",
            "It is a parameter of the constructor: CNNTextClassifier(class_weight=...).",
        ),
        ("sample_weights", "Did you mean 'sample_weight'?"),
        ("shuffle", "It takes X, y, sample_weight, X_val, y_val."),
    ],
)
def test_arguments_of_fit_that_belong_elsewhere(texts, labels, argument, way_out):
    message = f"CNNTextClassifier.fit() got an unexpected keyword argument {argument!r}. {way_out}"
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        CNNTextClassifier().fit(texts, labels, **{argument: 1})
    step = {f"cnn__{argument}": 1}
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        Pipeline([("cnn", CNNTextClassifier())]).fit(texts, labels, **step)


@pytest.mark.parametrize(
    ("parameter", "way_out"),
    [
        ("n_epochs", "Did you mean 'epochs'?"),
        ("hidden_units", "Did you mean 'dense_units'?"),
        ("max_iter", "Use epochs instead."),
        (
            "num_words",
            "Use max_tokens of a tokenizer instead, as in KerasTokenizer(max_tokens=20_000).",
        ),
        (
            "max_length",
            "Use max_length of a tokenizer instead, as in KerasTokenizer(max_length=300).",
        ),
        ("seed", "Use random_state instead."),
        ("validation_data", "Pass validation documents and their labels as X_val and y_val."),
        ("vectors", "Use embeddings instead."),
        ("embedding_size", "Use embedding_dim instead."),
        ("hidden_layer_sizes", "Use dense_units instead."),
        ("numeric_columns", "Use features instead."),
        ("categorical_features", "Use features instead."),
        ("activation", "Use dense_activation instead."),
        (
            "vocab_size",
            "Use max_tokens of a tokenizer instead, as in KerasTokenizer(max_tokens=20_000).",
        ),
        (
            "sequence_length",
            "Use max_length of a tokenizer instead, as in KerasTokenizer(max_length=300).",
        ),
        ("n_iter_no_change", "Use patience instead."),
        ("num_classes", "Leave it out: fit finds the classes in y."),
        (
            "ngram_range",
            "Leave it out: the linear model counts pairs of words and character n-grams. "
            "wide=False switches it off.",
        ),
        (
            "n_jobs",
            "Leave it out: the backend of Keras uses all cores. Searches and compare have n_jobs, "
            "for several fits at the same time.",
        ),
        ("device", "Leave it out: the backend of Keras chooses the device."),
        ("folds", "It takes "),
    ],
)
@pytest.mark.parametrize("cls", [CNNTextClassifier, LSTMTextClassifier])
def test_parameters_that_other_libraries_have(cls, parameter, way_out):
    message = f"{cls.__name__}.__init__() got an unexpected keyword argument {parameter!r}. "
    names = ", ".join(inspect.signature(cls).parameters) + "."
    whole = message + way_out + (names if way_out == "It takes " else "")
    with pytest.raises(TypeError, match=f"^{re.escape(whole)}$"):
        cls(**{parameter: 5})


def test_arguments_of_partial_fit_that_belong_elsewhere(texts, labels):
    with pytest.raises(
        TypeError, match=r"partial_fit\(\) got .* LSTMTextClassifier\(epochs=\.\.\.\)"
    ):
        LSTMTextClassifier().partial_fit(texts, labels, classes=["fine", "foul"], epochs=3)


def test_the_signature_of_fit_is_as_written():
    assert [*inspect.signature(CNNTextClassifier.fit).parameters] == [
        "self", "X", "y", "sample_weight", "X_val", "y_val",
    ]  # fmt: skip
    with config_context(enable_metadata_routing=True):
        request = CNNTextClassifier().set_fit_request(X_val=True).get_metadata_routing()
    assert sorted(request.fit.requests) == ["X_val", "sample_weight", "y_val"]


@pytest.mark.parametrize("Classifier", [CNNTextClassifier, LSTMTextClassifier])
def test_parameters_that_do_not_exist(Classifier):
    with pytest.raises(TypeError, match="unexpected keyword argument 'epoch'"):
        Classifier(epoch=3)
    with pytest.raises(ValueError, match="Invalid parameter 'epoch' for estimator"):
        Classifier().set_params(epoch=3)


def test_parameters_of_no_tokenizer(cnn):
    with pytest.raises(
        ValueError, match=r"tokenizer__max_tokens cannot .*KerasTokenizer\(\) first"
    ):
        cnn().set_params(tokenizer__max_tokens=3)
    classifier = cnn().set_params(tokenizer=KerasTokenizer(), tokenizer__max_tokens=3)
    assert classifier.tokenizer.max_tokens == 3
    assert classifier.set_params(tokenizer__max_tokens=4).tokenizer.max_tokens == 4


@pytest.mark.parametrize("method", ["predict", "predict_proba", "predict_log_proba"])
def test_unfitted(cnn, texts, method):
    with pytest.raises(NotFittedError, match="This CNNTextClassifier instance is not fitted yet"):
        getattr(cnn(), method)(texts)


@pytest.mark.parametrize("attribute", ["network_", "n_parameters_"])
def test_attributes_of_the_unfitted(cnn, attribute):
    with pytest.raises(NotFittedError, match="is not fitted yet"):
        getattr(cnn(), attribute)


def test_another_kind_of_input_than_in_fit(cnn, fitted, texts, labels):
    with pytest.raises(ValueError, match="X is a matrix of token ids, but the classifier was fitt"):
        fitted.predict([[1, 2]])
    with pytest.raises(
        ValueError, match="X is vectors, but the classifier was fitted on documents"
    ):
        fitted.predict(np.ones((1, 3)) / 2)
    on_vectors = cnn().fit(np.random.default_rng(0).normal(size=(40, 3)), labels)
    with pytest.raises(
        ValueError, match="X is documents, but the classifier was fitted on vectors"
    ):
        on_vectors.predict(texts)
    with pytest.raises(ValueError, match="X has 2 features, but CNNTextClassifier is expecting 3"):
        on_vectors.predict(np.ones((1, 2)) / 2)
    with pytest.raises(ValueError, match="X has 2 features, but CNNTextClassifier is expecting 3"):
        on_vectors.predict(np.ones((1, 3, 2)) / 2)
    sequences = KerasTokenizer().fit_transform(["other words"])
    with pytest.raises(ValueError, match="X was made with another vocabulary than the classifier"):
        fitted.predict(sequences)
