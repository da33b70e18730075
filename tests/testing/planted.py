"""Estimators with one planted defect each, next to sound ones that pass all checks (sound.py)."""

import locale
import logging
import os
import random
import sys
import time
import warnings
from multiprocessing import current_process
from pathlib import Path

import numpy as np
from sklearn import get_config
from sklearn.utils.validation import check_is_fitted

from tests.testing.sound import BagClassifier, BagOfWords

# Parameters and tags ------------------------------------------------------------------------------


class HidesParameter(BagOfWords):
    def __init__(self, lowercase=True, min_count=1):
        super().__init__(lowercase)
        self.min_count = min_count

    def get_params(self, deep=True):
        return {"lowercase": self.lowercase}


class ForgetsParameterInClone(BagOfWords):
    def __sklearn_clone__(self):
        return type(self)()


class TakesAnyParameter(BagOfWords):
    def set_params(self, **parameters):
        vars(self).update(parameters)
        return self


class WorksInInit(BagOfWords):
    def __init__(self, lowercase=True):
        super().__init__(lowercase)
        self.words = {}


class FitReturnsNothing(BagOfWords):
    def fit(self, X, y=None):
        super().fit(X)

    def fit_transform(self, X, y=None):
        self.fit(X)
        return self.transform(X)


class FitChangesParameter(BagOfWords):
    def fit(self, X, y=None):
        super().fit(X)
        self.lowercase = 1
        return self


class SaysNothingOfTexts(BagOfWords):
    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = False
        return tags


class WorksUnfitted(BagOfWords):
    def transform(self, X):
        return super().transform(X) if hasattr(self, "vocabulary_") else np.zeros((len(X), 1))


class NamesTooFewFeatures(BagOfWords):
    def get_feature_names_out(self, input_features=None):
        return np.array(list(self.vocabulary_)[1:], dtype=object)


# Collections of documents -------------------------------------------------------------------------


class NeedsTruthValue(BagOfWords):
    def collect(self, X):
        return super().collect(X if X else [])


class IndexesByLabel(BagOfWords):
    def collect(self, X):
        return super().collect([X[i] for i in range(len(X))])


class WritesIntoDocuments(BagOfWords):
    def collect(self, X):
        if isinstance(X, list | np.ndarray):
            for i in range(len(X)):
                if isinstance(X[i], str):
                    X[i] = X[i].lower()
        return super().collect(X)


class AcceptsOneString(BagOfWords):
    def collect(self, X):
        return super().collect(list(X) if isinstance(X, str) else X)


class ReadsNoneAsWord(BagOfWords):
    def collect(self, X):
        return super().collect(X if isinstance(X, str) else [str(text) for text in X])


class ChecksTooLate(BagOfWords):
    def fit(self, X, y=None):
        self.vocabulary_ = {"none": 0}
        return super().fit(X)


# Documents ----------------------------------------------------------------------------------------


class FailsOnEmptyDocument(BagOfWords):
    def clean(self, text):
        return text.lower().split()[0] and text.lower()


class EncodesAsUtf8(BagOfWords):
    def clean(self, text):
        return super().clean(text.encode().decode())


class EndsAtNul(BagOfWords):
    def clean(self, text):
        return super().clean(text.split("\0")[0])


class DividesByNumberOfWords(BagOfWords):
    def transform(self, X):
        counts = super().transform(X)
        with np.errstate(invalid="ignore"):
            return counts / counts.sum(axis=1, keepdims=True)


class RefusesLongDocument(BagOfWords):
    def clean(self, text):
        if len(text.split()) > 100_000:
            raise ValueError("The document is too long.")
        return super().clean(text)


class DropsEmptyDocuments(BagOfWords):
    def transform(self, X):
        return super().transform([text for text in self.collect(X) if text])


# Repetition ---------------------------------------------------------------------------------------


class StandardisesByBatch(BagOfWords):
    def transform(self, X):
        counts = super().transform(X)
        return counts - counts.mean(axis=0) if len(counts) else counts


class TransformLearns(BagOfWords):
    def transform(self, X):
        check_is_fitted(self)
        for words in self.read(X):
            for word in words:
                self.vocabulary_.setdefault(word, len(self.vocabulary_))
        return super().transform(X)


class AddsToEarlierFit(BagOfWords):
    def fit(self, X, y=None):
        earlier = getattr(self, "vocabulary_", {})
        super().fit(X)
        new = [word for word in self.vocabulary_ if word not in earlier]
        self.vocabulary_ = {word: i for i, word in enumerate([*earlier, *new])}
        return self


class NoisyFit(BagOfWords):
    def fit(self, X, y=None):
        super().fit(X)
        self.noise_ = np.random.default_rng().random()
        return self

    def transform(self, X):
        return super().transform(X) + self.noise_


class DrawsFromNumPy(NoisyFit):
    def fit(self, X, y=None):
        BagOfWords.fit(self, X)
        self.noise_ = np.random.random()  # noqa: NPY002
        return self


class WorksInOneProcess(BagOfWords):
    def transform(self, X):
        return super().transform(X) + current_process().name.startswith("Loky")


class OtherNumbersInDataFrames(BagOfWords):
    def transform(self, X):
        return super().transform(X) + (get_config()["transform_output"] == "pandas")


class KeepsDocumentsBetween(BagOfWords):
    def fit(self, X, y=None):
        self._documents = X
        return super().fit(X)

    def transform(self, X):
        self._documents = X
        time.sleep(0.002)
        return super().transform(self._documents)


class OtherFitTransform(BagOfWords):
    def fit_transform(self, X, y=None):
        return self.fit(X).transform(X) > 0


# Pickles ------------------------------------------------------------------------------------------


class PickleLosesState(BagOfWords):
    def __getstate__(self):
        return {**super().__getstate__(), "vocabulary_": {"sun": 0}}


class HoldsFunction(BagOfWords):
    def fit(self, X, y=None):
        super().fit(X)
        self.key_ = lambda word: word
        return self


class SharesStateOfClass(BagOfWords):
    shared = {}

    def fit(self, X, y=None):
        super().fit(X)
        self.shared.clear()
        self.shared.update(self.vocabulary_)
        self.vocabulary_ = self.shared
        return self


# Surroundings -------------------------------------------------------------------------------------


class ChangesFolder(BagOfWords):
    def fit(self, X, y=None):
        os.chdir(Path(os.sep))
        return super().fit(X)


class LeavesFile(BagOfWords):
    def fit(self, X, y=None):
        Path("bag.log").write_text("fitted")
        return super().fit(X)


class SetsVariable(BagOfWords):
    def transform(self, X):
        os.environ["PLANTED"] = "transformed"
        return super().transform(X)


class SetsLocale(BagOfWords):
    def fit(self, X, y=None):
        locale.setlocale(locale.LC_COLLATE, "C.UTF-8")
        return super().fit(X)


class FiltersWarnings(BagOfWords):
    def fit(self, X, y=None):
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        return super().fit(X)


class SetsLogging(BagOfWords):
    def fit(self, X, y=None):
        logging.getLogger().setLevel(logging.DEBUG)
        return super().fit(X)


class SeedsNumPy(BagOfWords):
    def fit(self, X, y=None):
        np.random.seed(0)  # noqa: NPY002
        return super().fit(X)


class SeedsPython(BagOfWords):
    def fit(self, X, y=None):
        random.seed(0)
        return super().fit(X)


class SetsRecursionLimit(BagOfWords):
    def fit(self, X, y=None):
        sys.setrecursionlimit(5432)
        return super().fit(X)


class SetsErrors(BagOfWords):
    def fit(self, X, y=None):
        np.seterr(all="ignore")
        return super().fit(X)


class Prints(BagOfWords):
    def fit(self, X, y=None):
        print("fitting")
        return super().fit(X)


class WritesBelowPython(BagOfWords):
    def fit(self, X, y=None):
        os.write(1, b"fitting\n")
        return super().fit(X)


class WritesToStandardError(BagOfWords):
    def fit(self, X, y=None):
        print("fitting", file=sys.stderr)
        return super().fit(X)


class SeedsKeras(BagOfWords):
    def fit(self, X, y=None):
        if "keras" in sys.modules:
            sys.modules["keras"].utils.set_random_seed(0)
        return super().fit(X)


class SetsPrecision(BagOfWords):
    def fit(self, X, y=None):
        if "keras" in sys.modules:
            sys.modules["keras"].config.set_floatx("float64")
        return super().fit(X)


# Labels -------------------------------------------------------------------------------------------


class ClassesInOrderOfAppearance(BagClassifier):
    def find_classes(self, y):
        classes = np.array(list(dict.fromkeys(y.tolist())))
        return classes, np.array([classes.tolist().index(label) for label in y.tolist()])


class SaysItNeedsNoLabels(BagClassifier):
    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        return tags


class PredictsNumbers(BagClassifier):
    def predict(self, X):
        return self.predict_proba(X).argmax(axis=1)


class TurnsLabelsIntoStrings(BagClassifier):
    def find_classes(self, y):
        return np.unique(np.asarray(y).astype(str), return_inverse=True)


class DoesNotNormalise(BagClassifier):
    def predict_proba(self, X):
        return super().predict_proba(X) / 2


class KnowsTwoClasses(BagClassifier):
    def find_classes(self, y):
        classes, targets = super().find_classes(y)
        return classes[:2], np.minimum(targets, 1)


class AcceptsAnyLabels(BagClassifier):
    def check_labels(self, y):
        return np.array(["nothing"] if y is None else y).astype(str)


class WritesIntoLabels(BagClassifier):
    def fit(self, X, y):
        if isinstance(y, np.ndarray) and y.dtype.kind == "U":
            y[0] = y[1]
        return super().fit(X, y)
