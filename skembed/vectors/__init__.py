"""Words → vectors → features."""

from skembed.vectors._base_vectorizer import BaseVectorizer
from skembed.vectors._fasttext_vectorizer import FastTextVectorizer
from skembed.vectors._glove_vectorizer import GloveVectorizer
from skembed.vectors._parameter_kinds import VectorSource, load_embeddings
from skembed.vectors._report import LoadReport
from skembed.vectors._word2vec_vectorizer import Word2VecVectorizer
from skembed.vectors._word_vectors import WordVectors

__all__ = [
    "BaseVectorizer",
    "FastTextVectorizer",
    "GloveVectorizer",
    "LoadReport",
    "VectorSource",
    "Word2VecVectorizer",
    "WordVectors",
    "load_embeddings",
]
