"""Compare ways to classify text on a real corpus, and say which one wins."""

import argparse
import logging
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sklearn.exceptions import FitFailedWarning
from sklearn.metrics import get_scorer
from sklearn.model_selection import StratifiedKFold

from skembed.cli._picture import check_picture, save_picture
from skembed.comparison import compare
from skembed.cli._demo_answer import answer
from skembed.cli._contenders import PAIRS, make_contenders
from skembed.cli._demo_corpus import Corpus, fit_for_folds, load_corpus, load_csv
from skembed.files import Target, ended_by_signals, nobody_reads, printable, sentence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo.

    Parameters
    ----------
    arguments : sequence of str, default=None
        Options and their values. None takes those of the command line.

    Returns
    -------
    status : int
        0 if all went well, 2 if something about the input or the installation was
        wrong or a fit has failed; a message on standard error says what. 130 after a stop by
        the keyboard, 141 if the reader of the output has gone.
    """
    parser = _make_parser()
    options = parser.parse_args(arguments)
    try:
        with ended_by_signals(), _progress():
            failures = _run(options)
    except BrokenPipeError:
        return nobody_reads()
    except (ValueError, TypeError, OSError, ImportError) as error:
        print(f"{parser.prog}: error: {sentence(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{parser.prog}: interrupted", file=sys.stderr)
        return 130
    except SystemExit as error:  # by a signal; unfinished files are removed with the frame
        return error.code if isinstance(error.code, int) else 1
    if failures:
        print(f"{parser.prog}: error: {len(failures)} fits failed.", file=sys.stderr)
    return 2 if failures else 0


class _Once(argparse.Action):
    """Store the value of an option, and refuse another one, which would replace it."""

    given = False

    def __call__(self, parser: Any, options: Any, values: Any, name: Any = None) -> None:
        """Take a value."""
        if self.given:
            parser.error(f"{name} is given twice, but takes one value. Give it once.")
        self.given = True
        setattr(options, self.dest, values)


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m skembed.demo",
        description=(
            "Compare TF-IDF, pooled GloVe vectors, CNNs and LSTMs by cross-validation, and answer: "
            "pre-trained or learned embeddings?"
        ),
    )
    parser.register("action", None, _Once)
    _add_source(parser)
    _add_settings(parser)
    return parser


def _add_source(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--dataset",
        choices=["docstrings", "20newsgroups"],
        default="docstrings",
        help="docstrings of the installed packages (default), or a download by scikit-learn",
    )
    source.add_argument("--csv", type=Path, metavar="FILE", help="a table of your own")
    parser.add_argument("--text", metavar="COLUMN", help="the column of FILE with the texts")
    parser.add_argument("--label", metavar="COLUMN", help="the column of FILE with the labels")
    parser.add_argument(
        "--separator",
        metavar="CHARACTER",
        type=lambda value: "\t" if value in ("tab", "\\t") else value,
        help="what separates the cells of FILE, such as ';' or tab (default: found)",
    )
    parser.add_argument(
        "--encoding", help="of FILE, such as latin-1 or cp1252 (default: UTF-8)", metavar="NAME"
    )


def _add_settings(parser: argparse.ArgumentParser) -> None:
    for name, default, meaning in (
        ("--folds", 3, "folds of the cross-validation"),
        ("--epochs", 10, "epochs of the networks' training"),
        ("--max-documents", None, "draw so many documents"),
    ):
        shown = "all" if default is None else default
        parser.add_argument(
            name, type=int, metavar="N", default=default, help=f"{meaning} (default: {shown})"
        )
    parser.add_argument(
        "--scoring", default="accuracy", help="such as f1_macro (default: %(default)s)"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("skembed-demo.png"),
        metavar="FILE",
        help="where the picture goes (default: %(default)s)",
    )


def _run(options: argparse.Namespace) -> list[str]:
    """Compare, print and draw; return what has failed."""
    _check(options)
    corpus = fit_for_folds(_load(options), options.folds, options.max_documents)
    contenders = make_contenders(options.epochs)
    print(printable(corpus.description), flush=True)
    cv = StratifiedKFold(options.folds, shuffle=True, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitFailedWarning)  # the report says it
        comparison = compare(
            contenders, corpus.texts, corpus.labels, cv=cv, scoring=options.scoring
        )
    print(printable(f"\n{comparison}\n\n{answer(comparison, PAIRS)}"), flush=True)
    save_picture(comparison, options.output, 150)
    print(printable(f"\nPicture: {options.output.resolve()}"), flush=True)
    return comparison.failures


def _check(options: argparse.Namespace) -> None:
    """Find out now what would go wrong after minutes of training."""
    if options.csv is not None and not (options.text and options.label):
        raise ValueError("--csv needs --text COLUMN and --label COLUMN as well.")
    if options.csv is not None and not options.csv.is_file():
        raise FileNotFoundError(
            f"No file {options.csv}. --csv needs the path of a table with a header."
        )
    of_table = ("text", "label", "separator", "encoding")
    if options.csv is None and any(getattr(options, name) for name in of_table):
        raise ValueError(
            "--text, --label, --separator and --encoding are for a table; add --csv FILE."
        )
    for name, least in {"folds": 2, "epochs": 1, "max_documents": 2}.items():
        value = getattr(options, name)
        if value is not None and value < least:
            raise ValueError(f"--{name.replace('_', '-')} must be at least {least}, got {value}.")
    get_scorer(options.scoring)
    if find_spec("matplotlib") is None:
        raise ImportError(
            'The demo needs matplotlib, which is not installed: pip install "skembed[demo]".'
        )
    inputs: list[tuple[str, Target]] = [("the report", 1)]
    if options.csv is not None:
        inputs.append(("the table", options.csv))
    check_picture(options.output, inputs)


def _load(options: argparse.Namespace) -> Corpus:
    if options.csv is not None:
        return load_csv(
            options.csv,
            options.text,
            options.label,
            separator=options.separator,
            encoding=options.encoding,
        )
    return load_corpus(options.dataset)


class _Elapsed(logging.Formatter):
    """Put the seconds since the start in front of each line."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{record.relativeCreated / 1000:5.0f} s  {record.getMessage()}"


@contextmanager
def _progress() -> Iterator[None]:
    """Show on standard error what `compare` logs."""
    logger = logging.getLogger("skembed.comparison")
    level = logger.level
    handler = logging.StreamHandler()
    handler.setFormatter(_Elapsed())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


if __name__ == "__main__":
    sys.exit(main())
