"""Constructor parameters: kept by clone, set by name, checked when fit begins."""

import copy
import inspect
import pickle
import re

import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.preprocessing import StandardScaler

from skembed import (
    CNNTextClassifier,
    FastTextVectorizer,
    GloveVectorizer,
    KerasTokenizer,
    LSTMTextClassifier,
    SentenceVectorizer,
    TextColumns,
    Word2VecVectorizer,
    WordVectors,
    compare,
    explain,
)
from skembed.datasets import load_table

EMBEDDINGS = WordVectors(["sun", "rain"], [[1, 0], [0, 1]])
TRAINING = {
    "text_columns": ["title", "report"],
    "features": StandardScaler(),
    "embeddings": EMBEDDINGS,
    "embedding_dim": 7,
    "trainable_embeddings": 2,
    "spatial_dropout": 0.1,
    "dense_units": (5, 4),
    "dense_activation": "tanh",
    "dense_dropout": 0.3,
    "batch_norm": True,
    "wide": True,
    "tokenizer": KerasTokenizer(max_tokens=9, lowercase=False),
    "loss": "focal",
    "top_k": 3,
    "label_smoothing": 0.05,
    "class_weight": {"fine": 2.0, "foul": 1.0},
    "decision": "tuned",
    "optimizer": "rmsprop",
    "learning_rate": 0.5,
    "clipnorm": 1.5,
    "epochs": 17,
    "batch_size": 9,
    "early_stopping": True,
    "validation_fraction": 0.35,
    "patience": 6,
    "callbacks": [],
    "checkpoint": "fit.checkpoint",
    "data_parallel": True,
    "warm_start": True,
    "precision": "mixed_bfloat16",
    "random_state": 11,
    "verbose": 1,
}
POOLED = {
    "pooling": ("max", "sif"),
    "sif_a": 0.5,
    "output": "sequences",
    "tokenizer": KerasTokenizer(max_tokens=9),
}
TRAINED = {
    "n_dims": 3,
    "window": 2,
    "min_count": 4,
    "sg": False,
    "negative": 2,
    "epochs": 9,
    "learning_rate": 0.5,
    "random_state": 11,
    **POOLED,
}
OTHER_PARAMETERS = {
    KerasTokenizer: {
        "max_tokens": 9,
        "max_length": 0.5,
        "lowercase": False,
        "filters": "!",
        "split": "|",
        "char_level": True,
        "tokenizer": str.split,
        "min_df": 2,
        "extra_words": ["dune"],
        "truncating": "post",
        "output": "padded",
    },
    GloveVectorizer: {"embeddings": EMBEDDINGS, **POOLED},
    Word2VecVectorizer: TRAINED,
    FastTextVectorizer: {"min_n": 2, "max_n": 4, "n_buckets": 50, **TRAINED},
    LSTMTextClassifier: {
        "units": 6,
        "bidirectional": False,
        "pooling": "mean",
        "dropout": 0.2,
        "recurrent_dropout": 0.15,
        **TRAINING,
    },
    CNNTextClassifier: {
        "filters": 6,
        "kernel_sizes": (2, 7),
        "stacked": True,
        "pool_size": 3,
        **TRAINING,
    },
}


@pytest.mark.parametrize("cls", OTHER_PARAMETERS, ids=lambda cls: cls.__name__)
class TestParameters:
    def test_the_table_has_them_all_with_other_values(self, cls):
        defaults = cls().get_params(deep=False)
        assert set(OTHER_PARAMETERS[cls]) == set(defaults)
        for name, value in OTHER_PARAMETERS[cls].items():
            assert value != defaults[name]

    def test_clone_keeps_every_one(self, cls):
        copied = clone(clone(cls(**OTHER_PARAMETERS[cls]))).get_params(deep=False)
        for name, value in OTHER_PARAMETERS[cls].items():
            if hasattr(value, "get_params"):
                assert copied[name] is not value
                assert copied[name].get_params() == value.get_params()
            else:
                assert copied[name] == value

    def test_set_params_sets_every_one(self, cls):
        estimator = cls()
        assert estimator.set_params(**OTHER_PARAMETERS[cls]) is estimator
        for name, value in OTHER_PARAMETERS[cls].items():
            assert getattr(estimator, name) is value

    def test_unknown_ones_are_refused(self, cls):
        with pytest.raises(ValueError, match="Invalid parameter 'epoch' for estimator"):
            cls().set_params(epoch=3)
        with pytest.raises(TypeError, match="unexpected keyword argument 'epoch'"):
            cls(epoch=3)

    def test_every_one_is_checked_when_fit_begins(self, cls):
        for name in OTHER_PARAMETERS[cls]:
            with pytest.raises(ValueError, match=f"The '{name}' parameter of {cls.__name__} must"):
                cls(**{name: object()}).fit(["sun", "rain"], ["fine", "foul"])

    def test_every_one_is_documented(self, cls):
        section = inspect.getdoc(cls).split("\nAttributes\n")[0]
        entries = re.findall(r"^(\w+(?:, \w+)*) : ", section, flags=re.MULTILINE)
        documented = [name for entry in entries for name in entry.split(", ")]
        assert sorted(documented) == sorted(OTHER_PARAMETERS[cls])

    def test_repr_is_one_short_text(self, cls):
        text = repr(cls(**OTHER_PARAMETERS[cls]))
        assert text.startswith(f"{cls.__name__}(")
        assert len(text) < 1200
        assert "array" not in text
        assert repr(cls()).count("\n") == 0


def test_nested_parameters(case):
    for name, value in case.new().get_params().items():
        if name.endswith("max_tokens"):
            changed = case.new().set_params(**{name: 5})
            assert changed.get_params()[name] == 5
            assert value == 8


@pytest.mark.parametrize(
    ("call", "argument", "message"),
    [
        (Word2VecVectorizer, "vector_size", "Word2VecVectorizer.__init__() {}Use n_dims instead."),
        (FastTextVectorizer, "seed", "FastTextVectorizer.__init__() {}Use random_state instead."),
        (GloveVectorizer, "pool", "GloveVectorizer.__init__() {}Did you mean 'pooling'?"),
        (SentenceVectorizer, "pool", "SentenceVectorizer.__init__() {}Did you mean 'pooling'?"),
        (TextColumns, "sep", "TextColumns.__init__() {}Did you mean 'separator'?"),
        (TextColumns, "glue", "TextColumns.__init__() {}It takes columns, separator."),
        (compare, "folds", "compare() {}Use cv instead."),
        (
            CNNTextClassifier,
            "hidden_size",
            "CNNTextClassifier.__init__() {}Use dense_units instead.",
        ),
        (
            CNNTextClassifier,
            "kernel_size",
            "CNNTextClassifier.__init__() {}Use kernel_sizes instead.",
        ),
        (
            CNNTextClassifier,
            "layers",
            "CNNTextClassifier.__init__() {}dense_units adds dense layers. stacked=True puts one "
            "convolution after another.",
        ),
        (LSTMTextClassifier, "hidden_size", "LSTMTextClassifier.__init__() {}Use units instead."),
        (LSTMTextClassifier, "layers", "LSTMTextClassifier.__init__() {}Use dense_units instead."),
        (LSTMTextClassifier, "filters", "LSTMTextClassifier.__init__() {}Use units instead."),
        (
            CNNTextClassifier().fit,
            "lr",
            "CNNTextClassifier.fit() {}Use the constructor's learning_rate instead: "
            "CNNTextClassifier(learning_rate=...).",
        ),
        (KerasTokenizer, "num_words", "KerasTokenizer.__init__() {}Use max_tokens instead."),
        (KerasTokenizer, "max_len", "KerasTokenizer.__init__() {}Use max_length instead."),
        (compare, "n_splits", "compare() {}Use cv instead."),
        (compare, "metric", "compare() {}Use scoring instead."),
        (compare, "scorings", "compare() {}Did you mean 'scoring'?"),
    ],
)
def test_unknown_arguments_have_a_way_out(call, argument, message):
    told = message.format(f"got an unexpected keyword argument {argument!r}. ")
    with pytest.raises(TypeError, match=f"^{re.escape(told)}$"):
        call(**{argument: 2})


@pytest.mark.parametrize(
    ("call", "arguments", "message"),
    [
        (
            CNNTextClassifier,
            ("glove.6B.50d",),
            "CNNTextClassifier.__init__() takes no arguments without a name, got 1. Pass "
            "parameters by name, such as embeddings='glove.6B.50d'.",
        ),
        (
            LSTMTextClassifier,
            (64,),
            "LSTMTextClassifier.__init__() takes no arguments without a name, got 1. Pass "
            "parameters by name.",
        ),
        (
            TextColumns,
            ("title", "body"),
            "TextColumns.__init__() takes 1 argument without a name, got 2. Pass a list: "
            "['title', 'body'].",
        ),
        (
            CNNTextClassifier().fit,
            (["sun"], [0], None, ["rain"]),
            "CNNTextClassifier.fit() takes 3 arguments without a name, got 4. Pass parameters by "
            "name, such as X_val.",
        ),
        (
            load_table,
            ("mail.csv", "body", "package"),
            "load_table() takes 1 argument without a name, got 3. Pass parameters by name, such as "
            "text='body', label='package'.",
        ),
        (
            explain,
            (None, "a text", "numpy"),
            "explain() takes 2 arguments without a name, got 3. Pass parameters by name, such as "
            "classes='numpy'.",
        ),
        (
            CNNTextClassifier().predict,
            (["sun"], 32),
            "CNNTextClassifier.predict() takes 1 argument without a name, got 2. It takes X.",
        ),
    ],
)
def test_arguments_without_a_name_have_a_way_out(call, arguments, message):
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        call(*arguments)


@pytest.mark.parametrize("method", ["predict", "predict_proba", "predict_log_proba", "score"])
def test_methods_that_take_no_sizes(method):
    taken = "X, y, sample_weight" if method == "score" else "X"
    message = f"LSTMTextClassifier.{method}() got an unexpected keyword argument "
    with pytest.raises(TypeError, match=f"^{re.escape(message)}'steps'. It takes {taken}.$"):
        getattr(LSTMTextClassifier(), method)(["sun"], steps=3)
    way_out = "It is a parameter of the constructor: LSTMTextClassifier(batch_size=...)."
    with pytest.raises(TypeError, match=f"^{re.escape(message)}'batch_size'. {re.escape(way_out)}"):
        getattr(LSTMTextClassifier(), method)(["sun"], batch_size=32)


@pytest.mark.parametrize(
    ("estimator", "name", "way_out"),
    [
        (KerasTokenizer(), "fit_on_texts", "Call fit(texts)."),
        (KerasTokenizer(), "texts_to_sequences", "Call transform(texts)."),
        (KerasTokenizer(), "sequences_to_texts", "Call inverse_transform(sequences)."),
        (KerasTokenizer(), "word_index", "After fit, vocabulary_ maps words to their ids."),
        (
            KerasTokenizer(),
            "index_word",
            "After fit, get_vocabulary() lists the words by their ids.",
        ),
        (KerasTokenizer(), "save", "Call skembed.save(estimator, path)."),
        (CNNTextClassifier(), "save", "Call skembed.save(estimator, path)."),
        (CNNTextClassifier(), "load", "Call skembed.load(path)."),
        (CNNTextClassifier(), "evaluate", "Call score(X, y)."),
        (CNNTextClassifier(), "predict_classes", "Call predict(X)."),
        (LSTMTextClassifier(), "summary", "After fit, call network_.summary()."),
        (LSTMTextClassifier(), "model_", "After fit, network_ is the Keras model."),
        (LSTMTextClassifier(), "history", "After fit, history_ holds the figures of each epoch."),
        (
            LSTMTextClassifier(),
            "compile",
            "Leave it out: fit compiles the network. Pass loss, optimizer and learning_rate to the "
            "constructor.",
        ),
    ],
)
def test_names_of_keras_have_a_way_out(estimator, name, way_out):
    message = f"{type(estimator).__name__!r} object has no attribute {name!r}. {way_out}"
    with pytest.raises(AttributeError, match=f"^{re.escape(message)}$"):
        getattr(estimator, name)
    assert not hasattr(estimator, name)


def test_other_errors_of_attributes_stay_as_they_are():
    for name in ("evaluate", "fit_on_text", "__wrapped__"):
        with pytest.raises(AttributeError, match=f"^'KerasTokenizer' object .*'{name}'$"):
            getattr(KerasTokenizer(), name)
    with pytest.raises(AttributeError, match="'CNNTextClassifier' has no attribute 'bag_of_words'"):
        CNNTextClassifier(wide=False).bag_of_words  # noqa: B018
    for name in ("network_", "history_", "tokenizer_"):
        with pytest.raises(NotFittedError, match=r"^This CNNTextClassifier instance is not"):
            getattr(CNNTextClassifier(), name)
        assert not hasattr(CNNTextClassifier(), name)
    for estimator in (KerasTokenizer(max_tokens=9), CNNTextClassifier(filters=3)):
        for copied in (
            copy.copy(estimator),
            copy.deepcopy(estimator),
            pickle.loads(pickle.dumps(estimator)),
        ):
            assert repr(copied) == repr(estimator)
