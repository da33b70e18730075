"""Options and arguments that a command does not have, and what was meant by them."""

import os
import shlex
from collections.abc import Mapping, Sequence
from itertools import takewhile
from types import MappingProxyType

import click

from skembed._messages import did_you_mean
from skembed.data import format_of

SAME: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        **dict.fromkeys(("--model", "--models", "-m"), ("--network", "--networks", "MODEL")),
        **dict.fromkeys(("--target", "--y", "-y", "--labels"), ("--label",)),
        **dict.fromkeys(("--input", "-i", "--file", "-f", "--data"), ("FILE", "--csv", "MODEL")),
        **dict.fromkeys(("-o", "--out", "--output"), ("--output", "OUTPUT", "--plot")),
        **dict.fromkeys(("--cv", "-k", "--k-fold", "--n-splits"), ("--folds",)),
        **dict.fromkeys(("--random-state", "--random-seed"), ("--seed",)),
        **dict.fromkeys(("--regression", "--regressor"), ("--numbers",)),
        **dict.fromkeys(("--quantize", "--dtype", "--precision"), ("--embedding-dtype",)),
        **dict.fromkeys(("--sep", "--delimiter", "-d"), ("--separator",)),
        **dict.fromkeys(("--metric", "--metrics"), ("--scoring",)),
        "--vectors": ("--embeddings",),
        "--proba": ("--probabilities",),
    }
)
"""Names in other programs, and the options and arguments here; a command has one of them or none.

Names in capitals are arguments.
"""

PARAMETERS: Mapping[str, str] = MappingProxyType({"--lr": "learning_rate"})
"""Other names for parameters of the estimators."""

LISTS = ("--text", "--features", "--networks")
"""The options that take several names."""


def unknown_option(given: str, context: click.Context) -> str:
    """Return the message for an option that a command does not have."""
    return f"No such option {given!r}. {_meant(given, context)}".rstrip()


def _meant(given: str, context: click.Context) -> str:
    """Say what was probably meant by an option."""
    command = context.command
    options, arguments = _names_of(command)
    for name in SAME.get(given, ()):
        if name in options:
            return f"Use {name}."
        if name in arguments:
            return f"{name} needs no option: {context.command_path} {' '.join(arguments)}"
    if given == "--label":
        return f"{command.name} needs no labels. Measure a model on labels with evaluate."
    if command.name in ("compare", "train"):
        from skembed import CNNTextClassifier

        parameter = PARAMETERS.get(given, given.lstrip("-").replace("-", "_"))
        if parameter in CNNTextClassifier().get_params():
            return f"Set it in Python: CNNTextClassifier({parameter}=...)."
    return did_you_mean(given, [name for name in options if name not in ("-h", "--help")])


def _names_of(command: click.Command) -> tuple[list[str], list[str]]:
    """Return the names of a command's options, and those of its arguments in capitals."""
    options, arguments = [], []
    for each in command.params:
        if isinstance(each, click.Option):
            options += [*each.opts, *each.secondary_opts]
        else:
            arguments.append(each.human_readable_name.upper())
    return options, arguments


def extra_argument(words: Sequence[str], extra: str, context: click.Context) -> str:
    """Return the message for one argument too many. Without advice it is empty."""
    options, arguments = _names_of(context.command)
    told = f"Unexpected argument {extra!r}."
    for option in LISTS:
        names = _names_after(option, words)
        if len(names) > 1:
            joined = shlex.quote(",".join(name.strip(",") for name in names))
            return f"{told} Separate names by commas: {option} {joined}"
    if not os.path.exists(extra) and os.path.splitext(extra)[1] and "--output" in options:
        return f"{told} To write to a file, use --output {shlex.quote(extra)}"
    if "FILE" in arguments:
        return (
            f"{told} {context.command.name} reads one table. Run it for each table, or put all "
            "rows into one file."
        )
    return ""


def _names_after(option: str, words: Sequence[str]) -> list[str]:
    """Return the words that follow an option and are not files."""
    split = [
        part for word in words for part in (word.split("=", 1) if word[:2] == "--" else [word])
    ]
    if option not in split:
        return []
    following = takewhile(lambda word: word[:1] != "-", split[split.index(option) + 1 :])
    return [word for word in following if not os.path.exists(word) and format_of(word) is None]
