import io
import re
import sys
from dataclasses import replace
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

TABLE = """\
estimator          accuracy              difference [95 %]       p  fit s  documents/s    MB
--------------------------------------------------------------------------------------------
TF-IDF (baseline)  0.820 ± 0.016                         –       –   0.01       12,000  0.12
LSTM               0.720 ± 0.018   -0.100 [-0.120, -0.080]  <0.001     12          800     –
CNN                0.828 ± 0.021  +0.008 [-0.068, +0.083]   0.772    1.3        3,000    10
"""


def test_prints_as_a_table_with_a_summary(comparison):
    lines = str(comparison).splitlines()
    # Differences of LSTM: -0.10, -0.11, -0.10, -0.09, their variance 0.0002 / 3. Times 1/4 + 1/3 it
    # is 0.0000389, the root 0.006236; times 3.182446, the quantile of t(3), that is 0.0198.
    # Differences of CNN: 0.05, -0.02, -0.01, 0.01, mean 0.0075, squared deviations 0.002875. In
    # the same way the margin is 0.02364 * 3.182446 = 0.0752; t = 0.3172 and p = 0.772.
    rule = "-" * len(lines[0])
    expected = TABLE.splitlines()
    assert [line.split() for line in lines[:5]] == [
        line.split() for line in [expected[0], rule, *expected[2:]]
    ]
    assert len({len(line) for line in lines[:5]}) == 1
    assert lines[5:] == ["", *comparison.summary().splitlines()]
    assert repr(comparison) == str(comparison)


def test_summary_says_who_wins(comparison):
    assert comparison.summary().splitlines() == [
        "TF-IDF wins against LSTM by 0.100 accuracy [0.080, 0.120].",
        "No clear difference between CNN and TF-IDF: +0.008 accuracy [-0.068, +0.083].",
    ]


def test_statement_of_any_two(comparison):
    assert comparison.statement("CNN", "LSTM").startswith("CNN wins against LSTM by 0.108 accuracy")
    assert comparison.statement("LSTM", "CNN") == comparison.statement("CNN", "LSTM")


def test_difference_by_hand(comparison):
    difference = comparison.difference("LSTM")
    assert difference.mean == pytest.approx(-0.1)
    margin = 3.182446 * np.sqrt((1 / 4 + 1 / 3) * 2e-4 / 3)
    assert difference.high - difference.mean == pytest.approx(margin, rel=1e-6)


def test_means_and_standard_deviations(comparison):
    np.testing.assert_allclose(comparison.means, [0.82, 0.72, 0.8275])
    # LSTM: deviations -.02, -.01, .02, .01, squares sum to .001, over 3
    assert comparison.stds[1] == pytest.approx(np.sqrt(0.001 / 3))
    assert comparison.n_folds == 4


def test_without_a_baseline_there_are_no_differences(comparison):
    alone = replace(comparison, baseline=None)
    assert "difference" not in str(alone)
    assert alone.summary() == "Best mean accuracy: CNN with 0.828."
    with pytest.raises(ValueError, match="There is no baseline to compare with"):
        alone.difference("CNN")
    assert alone.difference("CNN", "LSTM").mean == pytest.approx(0.1075)


def test_one_fold_shows_dashes_for_what_is_not_known(comparison):
    costs = {name: getattr(comparison, name)[:, :1] for name in ("scores", "fit_seconds")}
    one = replace(comparison, **costs, documents_per_second=np.full((3, 1), np.nan))
    line = str(one).splitlines()[3]
    assert "0.700 ± –" in line
    assert "-0.100" in line
    assert "[" not in line
    assert one.summary().splitlines()[0] == (
        "The difference between LSTM and TF-IDF is -0.100 accuracy on the only fold, "
        "so its uncertainty is not known."
    )
    assert "nan" not in str(one) + one._repr_html_()


def test_the_same_difference_on_every_fold_names_no_winner(comparison):
    scores = np.array([[0.5, 0.6], [0.4, 0.5], [0.5, 0.6]])
    two = replace(comparison, scores=scores)
    assert two.summary().splitlines() == [
        "The difference between LSTM and TF-IDF is -0.100 accuracy on every fold, "
        "so its uncertainty is not known.",
        "The difference between CNN and TF-IDF is +0.000 accuracy on every fold, "
        "so its uncertainty is not known.",
    ]
    ax = two.plot()
    assert len(ax.get_lines()) == 7  # folds and mean of each, the baseline; no interval
    plt.close(ax.figure)


def test_unknown_name(comparison):
    with pytest.raises(ValueError, match=r"no estimator 'GRU'; the names are \['TF-IDF', "):
        comparison.difference("GRU")


def test_to_frame(comparison):
    frame = comparison.to_frame()
    assert list(frame.index) == comparison.names
    assert list(frame.columns) == [
        *("mean", "std", "difference", "low", "high", "p_value"),
        *("fit_seconds", "documents_per_second", "megabytes"),
        *("fold_1", "fold_2", "fold_3", "fold_4"),
    ]
    assert frame.loc["CNN", "fit_seconds"] == pytest.approx(1.3)
    assert frame.loc["LSTM", "fold_3"] == 0.74
    assert frame.isna().sum().sum() == 4 + 1  # the baseline's difference, and the LSTM's size


def test_to_frame_without_pandas(comparison, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    message = 'to_frame needs pandas, which is not installed: pip install "pandas".'
    with pytest.raises(ImportError, match=f"^{re.escape(message)}$"):
        comparison.to_frame()


def test_html_holds_the_same_cells_escaped(comparison):
    html = replace(comparison, names=["TF-IDF", "<LSTM>", "CNN"])._repr_html_()
    assert '<td style="text-align:left;white-space:nowrap">&lt;LSTM&gt;</td>' in html
    assert '<td style="text-align:right;white-space:nowrap">-0.100 [-0.120, -0.080]</td>' in html
    assert html.startswith('<div style="overflow-x:auto">')
    assert html.count("<tr>") == 4
    assert html.endswith("[-0.068, +0.083].</p>")


def test_plot_draws_folds_means_and_intervals(comparison):
    ax = comparison.plot()
    drawn = [(line.get_xdata(), line.get_ydata()) for line in ax.get_lines()]
    intervals = [x for x, y in drawn if len(x) == 2 and y[0] == y[1]]
    difference = comparison.difference("LSTM")
    np.testing.assert_allclose(intervals[0], [0.82 + difference.low, 0.82 + difference.high])
    assert len(intervals) == 2
    assert [label.get_text() for label in ax.get_yticklabels()] == comparison.names
    assert ax.get_ylim() == (2.5, -0.5)
    assert sum(len(x) == 4 for x, _ in drawn) == 3
    plt.close(ax.figure)


def test_plot_of_one_fold_explains_no_bars(comparison):
    one = replace(comparison, scores=comparison.scores[:, :1])
    ax = one.plot()
    assert ax.get_xlabel() == "accuracy\ndashed: the baseline"
    assert comparison.plot().get_xlabel() == (
        "accuracy\ndashed: the baseline; bar: 95 % interval of the difference to it"
    )
    plt.close("all")


@pytest.mark.parametrize(
    ("scoring", "shift", "ends"),
    [
        ("roc_auc", 0.0, (0.0, 1.0)),
        ("roc_auc_ovr", 0.0, (0.0, 1.0)),
        ("neg_log_loss", -1.0, (-np.inf, 0.0)),
        ("r2", 0.0, (-np.inf, 1.0)),
        ("points", 0.0, (-np.inf, np.inf)),
    ],
)
def test_plot_keeps_intervals_within_the_scale(comparison, scoring, shift, ends):
    scores = shift + np.array([[0.97, 0.99], [0.99, 0.95], [0.02, 0.07]])
    near = replace(comparison, scores=scores, scoring=scoring)
    ax = near.plot()
    drawn = [x for line in ax.get_lines() if line.get_lw() == 3 for x in line.get_xdata()]
    wanted = []
    for name in ("LSTM", "CNN"):
        difference = near.difference(name)
        wanted += [scores[0].mean() + end for end in (difference.low, difference.high)]
    np.testing.assert_allclose(drawn, np.clip(wanted, *ends))
    assert not np.allclose(wanted, drawn) or ends[1] == np.inf  # the case is one of clipping
    plt.close(ax.figure)


def test_a_mean_of_nearly_zero_has_no_sign(comparison):
    tiny = replace(comparison, scores=np.full((3, 4), -0.0001), scoring="neg_log_loss")
    assert "-0.000" not in str(tiny) + tiny._repr_html_() + str(replace(tiny, baseline=None))


def contrast(colour, page):
    """Return the ratio that WCAG 2 asks of two colours: 3 for parts of pictures."""

    def luminance(rgb):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
        return 0.05 + float(np.dot([0.2126, 0.7152, 0.0722], linear))

    both = sorted(luminance(to_rgb(each)) for each in (colour, page))
    return both[1] / both[0]


@pytest.mark.parametrize("page", ["white", "#1e1e1e", "black"])
def test_colours_are_read_on_light_and_on_dark_pages(comparison, page):
    ax = comparison.plot()
    colours = {to_rgb(line.get_color()) for line in ax.get_lines()}
    assert len(colours) == 3
    assert min(contrast(colour, page) for colour in colours) >= 3
    rings = [line for line in ax.get_lines() if len(line.get_xdata()) == comparison.n_folds]
    assert {(line.get_alpha(), line.get_mfc(), line.get_ms()) for line in rings} == {
        (None, "none", 5.0)
    }
    plt.close(ax.figure)


def test_plot_keeps_long_names_inside_the_picture_and_apart(comparison):
    long = "an estimator whose name goes on and on, far beyond what a table would like to show"
    ax = replace(comparison, names=["TF-IDF", long, long + " 2"], baseline="TF-IDF").plot()
    ax.figure.canvas.draw()
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert min(box.x0 for box in boxes) >= 0
    assert all(upper.y0 > lower.y1 for upper, lower in pairwise(boxes))
    assert ax.xaxis.label.get_window_extent().y0 >= 0
    plt.close(ax.figure)


def test_plot_into_given_axes_and_without_a_baseline(comparison):
    figure, ax = plt.subplots()
    assert replace(comparison, baseline=None).plot(ax) is ax
    assert ax.get_xlabel() == "accuracy"
    assert len(ax.get_lines()) == 6
    plt.close(figure)


def test_plot_without_matplotlib(comparison, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match="plot needs matplotlib"):
        comparison.plot()


@pytest.mark.parametrize(
    ("encoding", "score", "nothing", "name"),
    [
        ("utf-8", "0.820 ± 0.016", "–", "naïve 日本"),
        ("cp932", "0.820 ± 0.016", "-", r"na\xefve 日本"),
        ("cp949", "0.820 ± 0.016", "-", r"na\xefve 日本"),
        ("cp437", "0.820 ± 0.016", "-", r"naïve \u65e5\u672c"),
        ("ascii", "0.820 +/- 0.016", "-", r"na\xefve \u65e5\u672c"),
    ],
)
def test_prints_in_any_encoding(comparison, encoding, score, nothing, name, monkeypatch):
    named = replace(comparison, names=["TF-IDF", "LSTM", "naïve 日本"])
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding))
    print(named, flush=True)
    lines = printed.getvalue().decode(encoding).splitlines()
    assert len({len(line) for line in lines[:5]}) == 1
    assert score in lines[2]
    assert lines[2].split()[-5] == nothing
    assert lines[4].startswith(name)
    assert lines[7].startswith(f"No clear difference between {name} and TF-IDF: ")


def test_no_difference_has_no_minus(comparison):
    scores = comparison.scores.copy()
    scores[1] = scores[0] - 1e-5
    scores[1, 0] += 3e-5
    shown = str(replace(comparison, scores=scores))
    assert "-0.000" not in shown
    assert "+0.000 [+0.000, +0.000]" in shown
