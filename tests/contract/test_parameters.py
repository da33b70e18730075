"""Constructor parameters: kept by clone, set by name, checked when fit begins."""

import inspect
import re

import pytest
from sklearn.base import clone
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
)

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
        (TextColumns, "sep", "TextColumns.__init__() {}It takes columns, separator."),
        (compare, "folds", "compare() {}Use cv instead."),
        (compare, "metric", "compare() {}Use scoring instead."),
        (compare, "scorings", "compare() {}Did you mean 'scoring'?"),
    ],
)
def test_unknown_arguments_have_a_way_out(call, argument, message):
    told = message.format(f"got an unexpected keyword argument {argument!r}. ")
    with pytest.raises(TypeError, match=f"^{re.escape(told)}$"):
        call(**{argument: 2})
