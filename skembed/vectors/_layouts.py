"""The files of a set of word vectors: the main file in a folder, and its side files."""

import glob
import re
from pathlib import Path

TOKENIZER = "tokenizer.json"
KEYS, STRINGS, SETTINGS = "key2row", "strings.json", "vectors.cfg"
_MAIN = (
    "model.safetensors",
    "*/model.safetensors",
    "weights/*.safetensors",
    "vocab/vectors",
    "vectors",
    "*-*/vocab/vectors",
    "*.w2v.bin",
)
"""Files that hold vectors, in the order in which a folder is searched for them."""
_SENTENCEPIECE = re.compile(r"(.+)\.d\d+\.w2v\.(?:bin|txt)")
_DIMENSIONS = re.compile(r"_\d+$")
_OF_WORDLLAMA = ("tokenizers", "tokenizer")


def main_file(folder: Path) -> Path | None:
    """Find the file of a folder that holds the vectors; None if there is none.

    It knows the folders of model2vec, sentence-transformers, wordllama, spaCy and bpemb, and the
    folders of Hugging Face's cache.
    """
    if (folder / "snapshots").is_dir():
        folder = _snapshot(folder)
    for pattern in _MAIN:
        found = [path for path in sorted(folder.glob(pattern)) if path.is_file()]
        if len(found) > 1:
            names = ", ".join(path.relative_to(folder).as_posix() for path in found)
            raise ValueError(f"{folder} holds several files of vectors: {names}. Pass one of them.")
        if found:
            return found[0]
    return None


def _snapshot(folder: Path) -> Path:
    """Return the snapshot of the main branch, or the only one."""
    reference, snapshots = folder / "refs" / "main", folder / "snapshots"
    if reference.is_file():
        named = snapshots / reference.read_text(encoding="utf-8", errors="replace").strip()
        if named.is_dir():
            return named
    found = sorted(path for path in snapshots.iterdir() if path.is_dir())
    if len(found) == 1:
        return found[0]
    names = ", ".join(path.name for path in found) or "none at all"
    raise ValueError(
        f"{folder} is a folder of Hugging Face's cache whose refs/main names no snapshot. Pass the "
        f"path of a snapshot; there are: {names}."
    )


def side_files(path: Path) -> list[Path]:
    """List the side files of a file of word vectors, in a fixed order.

    They are the tokenizer of a static model or of bpemb's vectors, the words of spaCy's vectors,
    and the array files that gensim wrote beside a large pickle.
    """
    if is_of_spacy(path):
        names = (KEYS, STRINGS, SETTINGS)
        return [path.parent / name for name in names if (path.parent / name).is_file()]
    cut = tokenizer_of(path) if path.suffix == ".safetensors" else sentencepiece_of(path)
    arrays = path.parent.glob(f"{glob.escape(path.name)}.*.npy")
    return [*([] if cut is None else [cut]), *sorted(arrays)]


def is_of_spacy(path: Path) -> bool:
    """Return whether a file is a matrix of spaCy, whose words lie beside it."""
    return path.name == "vectors" and (path.parent / KEYS).is_file()


def tokenizer_of(path: Path) -> Path | None:
    """Find the tokenizer of a static model by the file of its matrix."""
    folder, stem = path.parent, _DIMENSIONS.sub("", path.stem)
    places = [folder / TOKENIZER]
    if folder.name == "0_StaticEmbedding":
        places.append(folder.parent / TOKENIZER)
    # wordllama names it after the model and keeps it beside the matrix or in another folder.
    name = f"{stem}_tokenizer_config.json"
    places += [place / name for place in (folder, *map(folder.parent.joinpath, _OF_WORDLLAMA))]
    return next((place for place in places if place.is_file()), None)


def sentencepiece_of(path: Path) -> Path | None:
    """Find, by the name of bpemb's vectors, the SentencePiece model that cut their texts."""
    named = _SENTENCEPIECE.fullmatch(path.name)
    model = path.with_name(f"{named[1]}.model") if named else None
    return model if model is not None and model.is_file() else None
