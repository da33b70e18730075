"""Benchmark 4: documents to ids."""

import re
import time
from typing import Any

import numpy as np

from benchmarks.child import Settings
from benchmarks.corpora import newsgroups
from benchmarks.definition import Benchmark, Contender, Faster, Figures, demand

MAX_TOKENS, MAX_LENGTH = 20_000, 1_000


def prepare_ours(settings: Settings) -> Any:
    from skembed import KerasTokenizer

    return KerasTokenizer(MAX_TOKENS, MAX_LENGTH, output="padded"), newsgroups("train", settings)[0]


def report_ours(data: Any, ids: Any) -> tuple[Any, Figures]:
    tokenizer, texts = data
    start = time.perf_counter()
    again = tokenizer.fit(texts).transform(texts)
    seconds = time.perf_counter() - start
    demand(np.array_equal(ids, again), "fit_transform differs from fit and transform")
    result = {"ids": ids, "counts": np.sort(tokenizer.token_counts_[2:])[::-1]}
    return result, {"fit_then_transform": seconds}


def prepare_keras(settings: Settings) -> Any:
    from keras.utils import pad_sequences
    from tensorflow.keras.preprocessing.text import Tokenizer

    tokenizer = Tokenizer(num_words=MAX_TOKENS, oov_token="[UNK]")
    return tokenizer, pad_sequences, newsgroups("train", settings)[0]


def run_keras(data: Any) -> Any:
    tokenizer, pad, texts = data
    tokenizer.fit_on_texts(texts)
    return pad(tokenizer.texts_to_sequences(texts), MAX_LENGTH)


def separators() -> str:
    from skembed.text import KERAS_FILTERS

    return re.escape(KERAS_FILTERS + " ")


def prepare_layer(settings: Settings) -> Any:
    import tensorflow as tf
    from keras.layers import TextVectorization

    pattern = f"[{separators()}]+"

    def standardize(x: Any) -> Any:
        lowered = tf.strings.lower(x, encoding="utf-8")
        return tf.strings.strip(tf.strings.regex_replace(lowered, pattern, " "))

    texts = newsgroups("train", settings)[0]
    layer = TextVectorization(
        MAX_TOKENS,
        standardize=standardize,
        split=lambda x: tf.strings.split(x, " "),
        output_sequence_length=MAX_LENGTH,
    )
    return layer, tf.data.Dataset.from_tensor_slices(texts).batch(256)


def run_layer(data: Any) -> Any:
    layer, texts = data
    layer.adapt(texts)
    return np.concatenate([layer(batch).numpy() for batch in texts])


def prepare_count(settings: Settings) -> Any:
    from sklearn.feature_extraction.text import CountVectorizer

    return CountVectorizer(token_pattern=f"[^{separators()}]+"), newsgroups("train", settings)[0]


def report_count(data: Any, counts: Any) -> tuple[Any, Figures]:
    totals = np.asarray(counts.sum(axis=0)).ravel()
    return {"counts": np.sort(totals)[::-1]}, {}


def check(results: dict[str, Any]) -> str:
    ours, theirs = results["skembed"], results["Keras Tokenizer"]
    filled = theirs.any(axis=1)  # Keras gives nothing where a document has no word
    demand(np.array_equal(ours["ids"][filled], theirs[filled]), "other ids than Keras's")
    most = results["CountVectorizer"]["counts"][: len(ours["counts"])]
    demand(np.array_equal(ours["counts"], most), "other counts than CountVectorizer's")
    by_layer = results["TextVectorization"]
    lengths = [np.count_nonzero(ids, axis=1)[filled] for ids in (ours["ids"], by_layer)]
    same = np.mean(lengths[0] == lengths[1])
    demand(bool(same > 0.99), f"TextVectorization finds as many words in {same:.1%} of documents")
    return (
        "ids identical to Keras's Tokenizer, word counts to CountVectorizer's; TextVectorization "
        f"finds as many words in {same:.2%} of the documents"
    )


BENCHMARK = Benchmark(
    title="KerasTokenizer, fit and transform of 20 Newsgroups (11,314 messages)",
    contenders={
        "skembed": Contender(prepare_ours, lambda d: d[0].fit_transform(d[1]), report_ours),
        "Keras Tokenizer": Contender(prepare_keras, run_keras),
        "TextVectorization": Contender(prepare_layer, run_layer),
        "CountVectorizer": Contender(
            prepare_count, lambda d: d[0].fit_transform(d[1]), report_count
        ),
    },
    goals=[Faster(peer, 3) for peer in ("Keras Tokenizer", "TextVectorization", "CountVectorizer")],
    check=check,
    note="All of them cut words by Keras's rules. skembed, Keras's Tokenizer and "
    "TextVectorization return matrices of 1,000 ids a document, and CountVectorizer "
    "returns sparse counts.",
)
