"""What takes more than two seconds says so on a terminal and in a notebook, and only there."""

import locale
import os
import re
import subprocess
import sys

import pytest

from tests.cli.commands import environment

pty = pytest.importorskip("pty", reason="Windows has no pseudo terminals")

ENCODING = locale.getpreferredencoding(False)

HEAD = """
import sys, time
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import cross_val_score
from skembed import CNNTextClassifier, KerasTokenizer, compare

class Slow(DummyClassifier):
    def fit(self, X, y):
        time.sleep(0.6)
        return super().fit(X, y)

def cut(text):
    time.sleep(0.1)
    return text.split()

TEXTS, LABELS = ["sun and sea", "rain and wind"] * 20, ["fine", "foul"] * 20
"""

COMPARE = "compare({'slow \\u65e5\\u672c': Slow()}, TEXTS, LABELS, cv=5, baseline=None%s)\n"
CUT = "KerasTokenizer(tokenizer=cut).fit(TEXTS)\n"


def start(code, **options):
    return subprocess.Popen([sys.executable, "-W", "error", "-c", HEAD + code], **options)


def at_a_terminal(code, size=(24, 80), **variables):
    """Run a program whose standard error is a terminal; return its output and what was drawn."""
    terminal, end = pty.openpty()
    if size is not None:
        import fcntl
        import struct
        import termios

        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    process = start(code, stdout=subprocess.PIPE, stderr=end, env=environment() | variables)
    os.close(end)
    drawn = b""
    try:
        while some := os.read(terminal, 1 << 16):
            drawn += some
    except OSError:  # Linux has it for the end
        pass
    os.close(terminal)
    encoding = variables.get("PYTHONIOENCODING", ENCODING)
    out = process.communicate()[0].decode(encoding)
    assert process.returncode == 0, drawn.decode(errors="replace")
    return out, drawn.decode(encoding)


def in_a_pipe(code):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = start(code, env=environment(), **pipes)
    out, err = process.communicate()
    assert process.returncode == 0, err
    return out.decode(ENCODING), err.decode(ENCODING)


def test_a_comparison_says_how_far_it_is_and_clears_the_line():
    out, drawn = at_a_terminal(COMPARE % "")
    assert out == ""
    lines = [line for line in drawn.split("\r") if line.strip()]
    assert re.fullmatch(
        r"Comparing:  [ 2-8]0%\|[█▏▎▍▌▋▊▉#0-9 ]+\| [0-4]/5 \[00:\d\d<[\d:?]+, .*fit.*\]", lines[0]
    )
    assert all(line.startswith("Comparing: ") for line in lines)
    assert re.search(r"\r +\r$", drawn)
    assert "\n" not in drawn


def test_what_is_quick_says_nothing():
    assert at_a_terminal("compare({'x': DummyClassifier()}, TEXTS, LABELS)") == ("", "")


@pytest.mark.process
@pytest.mark.parametrize("code", [COMPARE % "", CUT], ids=["compare", "tokenizer"])
def test_nothing_in_a_pipe(code):
    assert in_a_pipe(code) == ("", "")


@pytest.mark.process
def test_verbose_says_it_in_a_pipe_too():
    out, err = in_a_pipe(COMPARE % ", verbose=1")
    assert err == ""
    lines = out.splitlines()
    assert lines[0] == "1 estimators, 5 folds, 40 documents"
    assert len(lines) == 6
    assert re.fullmatch(r"5 of 5: slow .*, fold 5: 0\.500, trained in \d+\.\d s", lines[-1])


@pytest.mark.process
@pytest.mark.parametrize("verbose", [0, 1])
def test_verbose_is_no_bar(verbose):
    out, drawn = at_a_terminal(COMPARE % f", verbose={verbose}")
    assert drawn == ""
    assert len(out.splitlines()) == 6 * verbose


@pytest.mark.process
def test_workers_leave_it_to_their_parent():
    code = """
class Cut(DummyClassifier):
    def fit(self, X, y):
        KerasTokenizer(tokenizer=cut).fit(X)
        return super().fit(X, y)

compare({'x': Cut()}, TEXTS, LABELS, cv=2, n_jobs=2, baseline=None)
"""
    _, drawn = at_a_terminal(code)
    lines = [line for line in drawn.split("\r") if line.strip()]
    assert lines
    assert all(line.startswith("Comparing: ") and "/2 [" in line for line in lines)


@pytest.mark.slow
def test_of_threads_one_is_shown():
    code = """
from threading import Thread
threads = [Thread(target=lambda: KerasTokenizer(tokenizer=cut).fit(TEXTS)) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
    _, drawn = at_a_terminal(code)
    lines = [line for line in drawn.split("\r") if line.strip()]
    # Before the first text and after the last one, no texts are counted and only the time is shown.
    counted = [line for line in lines if not line.startswith("Reading texts [")]
    assert counted
    assert all(re.match(r"Reading texts: +\d+%\|.*\| \d+/40 \[", line) for line in counted)
    assert "\n" not in drawn


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp932", "latin-1"])
def test_a_terminal_that_lacks_characters(encoding):
    code = r"""
sys.modules["skembed._bar"].SECONDS_UNTIL_SHOWN = 0.2
with sys.modules["skembed._bar"].show_bar("Reading \u65e5\u20ac.csv", 3, " rows"):
    time.sleep(1)
"""
    _, drawn = at_a_terminal(code, PYTHONIOENCODING=encoding)
    shown = "Reading \u65e5\u20ac.csv".encode(encoding, "backslashreplace").decode(encoding)
    assert shown in drawn
    assert "Traceback" not in drawn


@pytest.mark.process
def test_a_terminal_without_a_size():
    _, drawn = at_a_terminal(COMPARE % "", size=None)
    assert "Comparing: " in drawn
    assert "/5 [" in drawn


@pytest.mark.slow
@pytest.mark.parametrize(
    "before",
    [
        "sys.stderr = None",
        "sys.stderr.close()",
        "import io; sys.stderr = io.StringIO()",
        "import io; sys.stderr = io.StringIO(); sys.stderr.isatty = lambda: True",
        "import os; os.environ['TQDM_DISABLE'] = '1'",
        "sys.modules['tqdm'] = None  # it cannot be imported",
    ],
)
def test_without_a_place_to_draw(before):
    assert at_a_terminal(f"{before}\n{COMPARE % ''}") == ("", "")


@pytest.mark.slow
def test_a_terminal_that_goes_away():
    """The work ends all the same, and the bar with it."""
    terminal, end = pty.openpty()
    code = COMPARE % "" + "print('done')"
    process = start(code, stdout=subprocess.PIPE, stderr=end, env=environment())
    os.close(end)
    assert os.read(terminal, 1)
    os.close(terminal)
    assert process.communicate(timeout=60)[0] == b"done\n"


@pytest.mark.slow
def test_a_forked_child_says_nothing_and_waits_for_nobody():
    code = """
import multiprocessing
def work():
    KerasTokenizer(tokenizer=cut).fit(TEXTS)
with sys.modules["skembed._bar"].show_bar("Waiting"):
    time.sleep(2.5)
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(60)
    print(child.exitcode)
"""
    out, drawn = at_a_terminal(code)
    assert out == "0\n"
    assert "Waiting [00:0" in drawn
    assert "Reading" not in drawn
    assert "\n" not in drawn  # such as a warning of a file that was left open


def test_a_line_each_half_minute_is_logged():
    code = """
import logging
logging.basicConfig(level="INFO", format="%(name)s: %(message)s")
bars = sys.modules["skembed._bar"]
assert bars.SECONDS_BETWEEN_LINES == 30
bars.SECONDS_BETWEEN_LINES = 0.5
with bars.show_bar("Reading", 40_000, " texts") as bar:
    bar.advance(10_000)
    time.sleep(1.5)
"""
    out, err = in_a_pipe(code)
    assert out == ""
    lines = err.splitlines()
    assert 1 <= len(lines) <= 3
    for line in lines:
        assert re.fullmatch(r"skembed\.progress: Reading: 10,000 of 40,000 texts, [012] s", line)


FIT = """
texts = [f"{text} w{i % 3000} w{i % 977}" for i in range(60) for text in TEXTS] * 3
classifier = CNNTextClassifier(epochs=30, random_state=0)
classifier.fit(texts, LABELS * 180)
"""


@pytest.mark.slow
def test_a_fit_shows_its_stages_and_no_figure_of_the_network_alone():
    out, drawn = at_a_terminal(FIT)
    assert out == ""
    assert re.search(r"Epoch \d+/30: +\d+%\|.*/216k \[00:\d\d<00:\d\d, .*documents/s\]", drawn)
    assert "accuracy" not in drawn
    assert re.search(r"\r +\r$", drawn)
    for verbose in (0, 1):
        out, drawn = at_a_terminal(FIT.replace("=0)", f"=0, verbose={verbose})"))
        assert drawn == ""
        assert ("network alone: loss" in out) == bool(verbose)


@pytest.mark.slow
def test_scikit_learns_bar_is_shown_alone():
    callback = pytest.importorskip("sklearn.callback", reason="scikit-learn before 1.9 has none")
    assert callback.ProgressBar
    code = FIT.replace(
        "classifier.fit", "from sklearn.callback import ProgressBar\n"
        "classifier.set_callbacks(ProgressBar()).fit"
    )  # fmt: skip
    out, drawn = at_a_terminal(code)
    assert "CNNTextClassifier - fit" in out
    assert drawn == ""


@pytest.mark.slow
def test_a_notebook_shows_bars_below_their_cells(tmp_path, monkeypatch):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    cells = [HEAD + COMPARE % "", "1", CUT]
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    texts = [
        "".join(out.get("text", "") for out in cell.outputs if out.get("name") == "stderr")
        for cell in notebook.cells
    ]
    assert re.search(r"Comparing: +\d+%\|.*/5 \[00:\d\d<", texts[0])
    assert texts[1] == ""
    assert "Reading texts: " in texts[2]
    assert all(re.search(r"\r +\r$", texts[i]) for i in (0, 2))
