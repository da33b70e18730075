"""Words → vectors → features."""

from skembed.vectors._base_vectorizer import BaseVectorizer
from skembed.vectors._cache import cache_folder, writable
from skembed.vectors._fasttext_vectorizer import FastTextVectorizer
from skembed.vectors._files_read import files_read_by, vector_files
from skembed.vectors._glove_vectorizer import GloveVectorizer
from skembed.vectors._loading import whole_source
from skembed.vectors._parameter_kinds import (
    CUT_WITH_THEIR_OWN,
    TokenizerObject,
    VectorSource,
    load_embeddings,
)
from skembed.vectors._report import LoadReport
from skembed.vectors._word2vec_vectorizer import Word2VecVectorizer
from skembed.vectors._word_vectors import WordVectors

__all__ = [
    "CUT_WITH_THEIR_OWN",
    "BaseVectorizer",
    "FastTextVectorizer",
    "GloveVectorizer",
    "LoadReport",
    "TokenizerObject",
    "VectorSource",
    "Word2VecVectorizer",
    "WordVectors",
    "cache_folder",
    "files_read_by",
    "load_embeddings",
    "vector_files",
    "whole_source",
    "writable",
]
