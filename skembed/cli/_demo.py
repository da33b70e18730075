"""The command that compares ways to classify text on a real corpus and names the winner."""

import click
from click.core import ParameterSource
from sklearn.utils import Bunch

from skembed._optional import is_installed
from skembed.cli import _options as options
from skembed.cli._contenders import answer, make_contenders
from skembed.cli._corpus import CORPORA, corpus_of, fit_for_folds
from skembed.cli._reports import check_picture, report_comparison
from skembed.comparison import check_scoring_name
from skembed.datasets import load_table
from skembed.files import printable

OF_TABLE = ("text", "label", "separator", "encoding")


@options.command(
    "demo",
    """
python -m skembed demo
python -m skembed demo --csv mails.csv --text body --label folder --output mails.png
""",
    needs_arguments=False,
)
@click.option(
    "--dataset",
    type=click.Choice([*CORPORA]),
    default="docstrings",
    show_default=True,
    help="Docstrings of installed packages, or posts that scikit-learn downloads.",
)
@click.option("--csv", metavar="FILE", help="Your own table.")
@options.text
@options.label
@options.separator
@options.encoding
@options.folds
@options.scoring
@options.epochs
@click.option(
    "--max-documents", type=options.AtLeast(2), help="Draw this many documents. [default: all]"
)
@click.option(
    "--output",
    default="skembed-demo.png",
    show_default=True,
    type=click.Path(dir_okay=False),
    help="Draw the comparison to this file.",
)
def demo(
    dataset: str,
    csv: str | None,
    text: str | list[str],
    label: str,
    separator: str | None,
    encoding: str | None,
    folds: int,
    scoring: str | None,
    epochs: int,
    max_documents: int | None,
    output: str,
) -> None:
    """Compare ways to classify text on a real corpus.

    It cross-validates TF-IDF, pooled GloVe vectors, CNNs and LSTMs. The question is: pre-trained
    or learned embeddings?
    """
    picture = None if _is_without_picture() else output
    _check_arguments(csv, scoring, picture)
    bunch = _read(dataset, csv, text, label, separator, encoding)
    corpus = fit_for_folds(corpus_of(bunch), folds, max_documents)
    click.echo(printable(f"{corpus.description}\n"))
    report_comparison(
        make_contenders(epochs),
        corpus.texts,
        corpus.labels,
        folds=folds,
        scoring=scoring,
        plot=picture,
        conclude=lambda found: f"{found}\n\n{answer(found)}",
    )
    if picture is None:
        click.echo('No picture was drawn. To get one: pip install "skembed[plot]".', err=True)


def _read(
    dataset: str,
    csv: str | None,
    text: str | list[str],
    label: str,
    separator: str | None,
    encoding: str | None,
) -> Bunch:
    """Return the documents of a dataset, or of a table if there is one."""
    if csv is None:
        return CORPORA[dataset]()
    return load_table(csv, text=text, label=label, separator=separator, encoding=encoding)


def _is_without_picture() -> bool:
    """Return whether no picture is named, and none can be drawn."""
    source = click.get_current_context().get_parameter_source("output")
    return source is ParameterSource.DEFAULT and not is_installed("matplotlib")


def _check_arguments(csv: str | None, scoring: str | None, output: str | None) -> None:
    """Refuse, before any work, arguments that cannot be read, scored or drawn."""
    context = click.get_current_context()
    given = [
        f"--{name}"
        for name in ("dataset", *OF_TABLE)
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT
    ]
    if csv is not None and "--dataset" in given:
        raise click.UsageError("--csv and --dataset both name the corpus; leave out --dataset.")
    if csv is None and given not in ([], ["--dataset"]):
        raise click.UsageError(
            "--text, --label, --separator and --encoding are for a table; add --csv FILE."
        )
    if scoring is not None:
        check_scoring_name(scoring)
    check_picture(output, [] if csv is None else [("the table", csv)])
