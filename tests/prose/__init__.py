"""Find sentences that are hard to read, by the rules of ``tests/prose/rules.toml``.

Run as ``python -m tests.prose [PATH ...]``. It reads Markdown, and in Python files the comments,
the docstrings and the strings of several words.
"""

import ast
import io
import re
import tokenize
import tomllib
from bisect import bisect_right
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
RULES = Path(__file__).with_name("rules.toml")
CODE = "CODE"
"""Replaces code in a sentence, so that no rule looks into it and the sentence keeps its parts."""


@dataclass(frozen=True)
class Passage:
    """A paragraph, heading, list item or cell, and the line of the file that each part is from."""

    text: str
    lines: tuple[tuple[int, int], ...]

    def line_at(self, position: int) -> int:
        """Return the line of the file that has the character at a position of the text."""
        starts = [start for start, _ in self.lines]
        return self.lines[bisect_right(starts, position) - 1][1]


@dataclass(frozen=True)
class Rule:
    """A habit to avoid: its pattern, what to write instead, and sentences that show both."""

    name: str
    pattern: re.Pattern[str]
    instead: str
    bad: tuple[str, ...]
    good: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A place in a file where a sentence breaks a rule."""

    line: int
    excerpt: str
    rule: str
    instead: str


def read_rules(path: Path = RULES) -> tuple[list[Rule], dict]:
    """Read the rules, and the settings beside them."""
    settings = tomllib.loads(path.read_text(encoding="utf-8"))
    rules = [
        Rule(
            rule["name"],
            re.compile(rule["pattern"], re.IGNORECASE | re.VERBOSE),
            rule["instead"],
            tuple(rule["bad"]),
            tuple(rule["good"]),
        )
        for rule in settings.pop("rule")
    ]
    return rules, settings


def joined(lines: list[tuple[int, str]]) -> Passage | None:
    """Join the lines of one paragraph by spaces; None if there is no word in it."""
    text, starts = "", []
    for number, line in lines:
        starts.append((len(text), number))
        text += plain(line).strip() + " "
    text = text.rstrip()
    return Passage(text, tuple(starts)) if re.search("[A-Za-z]{2}", text) else None


def plain(line: str) -> str:
    """Replace code and drop the marks of Markdown and reStructuredText from a line."""
    line = re.sub(r"\[\]\(\S+?\)|<!--.*?-->|(`+).+?\1|:\w+:`.+?`|{{.+?}}|https?://\S+", CODE, line)
    line = re.sub(r"^\s*[\w*, ]+ : (?=\S)", f"{CODE} : ", line)
    line = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line)
    return re.sub(r"\*\*|^\s*#+ |\\(?=\W)", "", line)


def paragraphs(lines: list[tuple[int, str]]) -> Iterator[Passage]:
    """Split text into passages at blank lines, list items, headings, tables, code and comments."""
    passage: list[tuple[int, str]] = []
    fenced = commented = doctest = False
    for number, line in [*lines, (0, "")]:
        stripped = line.strip()
        was_fenced = fenced
        fenced ^= stripped.startswith("```")
        commented |= stripped.startswith("<!--")
        doctest = stripped.startswith(">>>") or (doctest and stripped != "")
        skipped = fenced or was_fenced or commented or doctest
        commented &= "-->" not in stripped
        alone = re.match(r"\s*(#|[\w*, ]+ : \S)", line)
        begins = alone or re.match(r"\s*([-*] |\d+\. |\||==|.*\S {3,}\S)", line)
        if passage and (skipped or begins or not stripped):
            yield from filter(None, [joined(passage)])
            passage = []
        if skipped or not stripped:
            continue
        if stripped.startswith("|"):
            cells = [joined([(number, cell)]) for cell in re.split(r"(?<!\\)\|", stripped)]
            yield from filter(None, cells)
        else:
            passage.append((number, line))
        if alone:
            yield from filter(None, [joined(passage)])
            passage = []


def in_markdown(text: str) -> Iterator[Passage]:
    """Give the passages of a Markdown file."""
    yield from paragraphs(list(enumerate(text.splitlines(), 1)))


def in_python(text: str) -> Iterator[Passage]:
    """Give the passages of the comments, docstrings and messages of a Python file."""
    comments: list[tuple[int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        behind_code = not token.line.lstrip().startswith("#")
        if comments and (behind_code or token.start[0] > comments[-1][0] + 1):
            yield from paragraphs(comments)
            comments = []
        comments.append((token.start[0], re.sub(r"^#:?( %%| noqa.*| type:.*)?", "", token.string)))
    yield from paragraphs(comments)
    nodes = list(ast.walk(ast.parse(text)))
    parts = {id(p) for node in nodes if isinstance(node, ast.JoinedStr) for p in node.values}
    for node in nodes:
        if id(node) not in parts:
            yield from paragraphs(lines_of_string(node))


def lines_of_string(node: ast.AST) -> list[tuple[int, str]]:
    """Return the numbered lines of a string of several words, which may be an f-string."""
    if isinstance(node, ast.JoinedStr):
        parts = [str(p.value) if isinstance(p, ast.Constant) else CODE for p in node.values]
        value = "".join(parts)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        value = node.value
    else:
        return []
    if value.count(" ") < 2:
        return []
    return list(enumerate(value.splitlines(), node.lineno))


def sentences(passage: Passage) -> Iterator[tuple[int, str]]:
    """Give the sentences of a passage, and where each begins in its text."""
    begin = 0
    for end in re.finditer(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!al\.)['\")]*\s+|$", passage.text):
        if sentence := passage.text[begin : end.start()]:
            yield begin, sentence
        begin = end.end()


def check(
    passages: Iterator[Passage], rules: list[Rule], most_words: int, kept: Container[str] = ()
) -> Iterator[Found]:
    """Give what breaks a rule, or is longer than a sentence should be."""
    for passage in passages:
        if passage.text in kept:
            continue
        for rule in rules:
            for match in rule.pattern.finditer(passage.text):
                around = passage.text[max(0, match.start() - 30) : match.end() + 30]
                yield Found(passage.line_at(match.start()), around, rule.name, rule.instead)
        for begin, sentence in sentences(passage):
            if (words := len(re.findall(r"\S*[A-Za-z]\S*", sentence))) > most_words:
                name = f"{words} words"
                yield Found(passage.line_at(begin), sentence[:60], name, "two sentences")


def check_file(path: Path, rules: list[Rule], settings: dict) -> list[Found]:
    """Give what is found in one file, in the order of its lines, each place once."""
    passages = in_python if path.suffix == ".py" else in_markdown
    texts = passages(path.read_text(encoding="utf-8"))
    found = check(texts, rules, settings["most_words"], settings["kept"])
    return sorted(set(found), key=lambda place: (place.line, place.rule))


def files(settings: dict, root: Path = ROOT) -> list[Path]:
    """Return the files that are read: those that match, and are not left out."""
    found = {path for pattern in settings["files"] for path in root.glob(pattern)}
    left_out = [root / part for part in settings["later"]]
    return sorted(p for p in found if not any(p.is_relative_to(part) for part in left_out))
