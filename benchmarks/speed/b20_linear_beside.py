"""Benchmark 20: what the linear model beside a network costs."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.child import Settings
from benchmarks.corpora import newsgroups, numbered, with_test_set
from benchmarks.definition import Benchmark, Contender, Figures, NotSlower, demand

Parts = tuple[list[str], NDArray[Any], list[str], NDArray[Any]]
"""Texts and classes to learn from, and texts and classes to predict."""


def banking(settings: Settings) -> Parts:
    """Return banking77, as it is divided."""
    corpus = with_test_set("banking77.csv.gz", "label")
    train, test = corpus.splits[0]
    return *corpus.part(train[::20] if settings.quick else train), *corpus.part(test)


def messages(settings: Settings) -> Parts:
    """Return 20 Newsgroups, divided by date."""
    return *newsgroups("train", settings), *newsgroups("test", settings)


def tasks(label: str) -> Callable[[Settings], Parts]:
    """Return job-task sentences, four fifths of them to learn from."""

    def read(settings: Settings) -> Parts:
        texts, labels = numbered("onet_tasks.csv.gz", label)
        order = np.random.default_rng(0).permutation(len(texts))
        order = order[:: 40 if settings.quick else 1]
        train, test = np.split(order, [4 * len(order) // 5])
        return [texts[i] for i in train], labels[train], [texts[i] for i in test], labels[test]

    return read


def network(read: Callable[[Settings], Parts], *, wide: bool) -> Contender:
    """Fit a CNN to texts, with a linear model beside it or without; once before, to trace it."""

    def prepare(settings: Settings) -> Any:
        from skembed import CNNTextClassifier

        parts = read(settings)
        classifier = CNNTextClassifier(
            wide=wide, epochs=1 if settings.quick else 10, random_state=settings.seed
        )
        CNNTextClassifier(epochs=1).fit(parts[0][:200], parts[1][:200])
        return classifier, parts

    def run(data: Any) -> Any:
        return data[0].fit(data[1][0], data[1][1])

    def report(data: Any, classifier: Any) -> tuple[Any, Figures]:
        _, _, texts, classes = data[1]
        return None, {"accuracy": float(classifier.score(texts, classes))}

    return Contender(prepare, run, report)


def on_bags(read: Callable[[Settings], Parts], *, ours: bool) -> Contender:
    """Fit a linear model to bags of words, and scikit-learn's to the same bags."""

    def prepare(settings: Settings) -> Any:
        from skembed import KerasTokenizer
        from skembed.linear import learn_bags, read_bags

        texts, classes, others, wanted = read(settings)
        tokenizer = KerasTokenizer(tokenizer="unicode")
        sequences = tokenizer.fit_transform(texts)
        words = tokenizer.vocabulary_
        tables, bag = learn_bags(sequences, len(words) + 2, words)
        unseen = tokenizer.transform(others)
        return sequences, words, classes, bag, unseen, read_bags(tables, unseen), wanted

    def run(data: Any) -> Any:
        from sklearn.svm import LinearSVC

        from skembed.linear import fit_linear_model

        sequences, words, classes, bag, *_ = data
        if not ours:
            return LinearSVC(random_state=0).fit(bag, classes)
        weights = np.ones(len(classes), dtype=np.float32)
        n_classes = int(classes.max()) + 1
        return fit_linear_model(
            sequences, len(words) + 2, words, classes, weights, n_outputs=n_classes, seed=0
        )

    def report(data: Any, model: Any) -> tuple[Any, Figures]:
        *_, unseen, bag, wanted = data
        found = model.margins(unseen).argmax(axis=1) if ours else model.predict(bag)
        return None, {"accuracy": float((found == wanted).mean())}

    return Contender(prepare, run, report)


def check(results: dict[str, Any]) -> str:
    demand(set(results.values()) == {None}, "a contender reports more than figures")
    return "accuracy on other texts is in the table"


MINOR, OCCUPATIONS = tasks("minor"), tasks("occupation")

BENCHMARK = Benchmark(
    title="The linear model beside a CNN of 10 epochs, and LinearSVC on the same bags of words",
    contenders={
        "CNN alone, banking77": network(banking, wide=False),
        "CNN, banking77": network(banking, wide=True),
        "CNN alone, 20 Newsgroups": network(messages, wide=False),
        "CNN, 20 Newsgroups": network(messages, wide=True),
        "LinearSVC, 94 classes": on_bags(MINOR, ours=False),
        "linear model, 94 classes": on_bags(MINOR, ours=True),
        "LinearSVC, 775 classes": on_bags(OCCUPATIONS, ours=False),
        "linear model, 775 classes": on_bags(OCCUPATIONS, ours=True),
    },
    goals=[
        NotSlower("CNN alone, banking77", 1.25, ours="CNN, banking77"),
        NotSlower("CNN alone, 20 Newsgroups", 1.25, ours="CNN, 20 Newsgroups"),
        NotSlower("LinearSVC, 94 classes", 4, ours="linear model, 94 classes"),
        NotSlower("LinearSVC, 775 classes", 4, ours="linear model, 775 classes"),
    ],
    check=check,
    rounds=1,
    note="The linear model chooses the words, pairs and n-grams that it counts, and counts "
    "them. It fits SVMs to folds, to learn the scale of margins, and to all documents. "
    "LinearSVC gets the bags of words.",
)
