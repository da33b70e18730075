"""Reduce a docstring to its prose, without code, references and its own names."""

import inspect
import re
from collections.abc import Collection

_DROPPED_SECTIONS = {
    "array api standard support", "examples", "example", "methods", "references", "see also",
}  # fmt: skip
_DROPPED_DIRECTIVES = {
    "code", "code-block", "codeauthor", "currentmodule", "deprecated", "module", "moduleauthor",
    "parsed-literal", "plot", "seealso", "sourcecode", "versionadded", "versionchanged",
}  # fmt: skip

_UNDERLINE = re.compile(r"^\s*([-=~^*])\1{2,}\s*$")
_DIRECTIVE = re.compile(r"^\s*\.\.\s*(?:([\w-]+)\s*::|\[|_)")
_SIGNATURE = re.compile(r"^\s*(?:[\w, ]+=\s*)?[A-Za-z_][\w.]*\(.*\)\s*(?:->.*)?[:;]?\s*$")
_PACKAGE = re.compile(
    r"\b(?:(?:num|sci)py|np|sp|scikits?|sklearn|gensim|metadata_routing|cupy|dask|jax|pytorch)\b"
    r"|array[ -]api|user guide",
    re.IGNORECASE,
)
_ROLE = re.compile(r":(?!math:)[a-z:]+:`[^`]*`")
_DOTTED = re.compile(r"\b[A-Za-z_]\w+(?:\.[A-Za-z_]\w+)+(?:\(\))?")
_CITATION = re.compile(r"\[\w+\]_")
_MARKUP = re.compile(r":math:|\.\.\s*[\w-]+::|[`|]+|(?<!\w)\*+|\*+(?!\w)")
_WORD = re.compile(r"[^\W\d_]\w*")


def prose(docstring: str, own_name: str, names: Collection[str] = frozenset()) -> str:
    """Keep a docstring's description of its object, without the names of the object.

    Removed are the parts of its own dotted name, and `names`, which are in lower case.
    """
    lines = inspect.cleandoc(docstring).splitlines()
    lines = _without_sections(lines)
    lines = _without_blocks(lines)
    lines = [line for line in lines if not _SIGNATURE.match(line) and not _PACKAGE.search(line)]
    text = _plain("\n".join(lines), set(own_name.lower().split(".")), names)
    texts = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(text for text in texts if _WORD.search(text))


def count_words(text: str) -> int:
    """Count the words of a text: runs of letters, digits and underscores that start a word."""
    return len(_WORD.findall(text))


def _without_sections(lines: list[str]) -> list[str]:
    """Drop all headings, and sections that show code or refer to other places."""
    kept, dropping = [], False
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if _UNDERLINE.match(line):
            continue
        if line.strip() and _UNDERLINE.match(following):
            dropping = line.strip().rstrip(":").lower() in _DROPPED_SECTIONS
        elif not dropping:
            kept.append(line)
    return kept


def _without_blocks(lines: list[str]) -> list[str]:
    """Drop doctests, blocks of code, and directives about versions and references."""
    kept: list[str] = []
    block_indent: int | None = None  # of the line that opened the block being dropped
    in_doctest = False
    for line in lines:
        indent = len(line) - len(line.lstrip())
        in_doctest = bool(line.strip()) and (in_doctest or line.lstrip().startswith(">>>"))
        if block_indent is not None and line.strip() and indent <= block_indent:
            block_indent = None
        if in_doctest or block_indent is not None:
            continue
        directive = _DIRECTIVE.match(line)
        if directive and directive[1] in {None, *_DROPPED_DIRECTIVES}:
            block_indent = indent
            continue
        if not directive and line.rstrip().endswith("::"):
            block_indent = indent
        kept.append(line)
    return kept


def _plain(text: str, own_names: Collection[str], names: Collection[str]) -> str:
    """Cut references, names and markup out of a text."""
    for reference in (_ROLE, _CITATION, _DOTTED):
        text = reference.sub(" ", text)

    def without_name(match: re.Match[str]) -> str:
        word = match[0].lower()
        return "" if word in own_names or word in names else match[0]

    return _WORD.sub(without_name, _MARKUP.sub("", text))
