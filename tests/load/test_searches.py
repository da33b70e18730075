"""One search after another, with each of joblib's backends."""

import pytest

SEARCHES = """
from joblib import parallel_config
from sklearn.model_selection import GridSearchCV
scores = []
with parallel_config({backend!r}, n_jobs=2):
    for _ in range(2):
        search = GridSearchCV(CNN, {{"epochs": [1, 2]}}, cv=2, refit={refit}, error_score="raise")
        search.fit(TEXTS, LABELS)
        scores.append(search.cv_results_["mean_test_score"].tolist())
print(scores[0] == scores[1], len(scores[0]))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("backend", "refit"), [("loky", True), ("threading", True), ("multiprocessing", False)]
)
def test_two_searches_in_a_row(run_script, backend, refit):
    """Without a guard for the main module: loky's workers do not run the script again."""
    printed = run_script("print('begun')\n" + SEARCHES.format(backend=backend, refit=refit))
    assert printed == ["begun", "True 2"]


@pytest.mark.slow
def test_in_a_notebook(corpus):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    cells = [corpus, SEARCHES.format(backend="loky", refit=True), "CNN.fit(TEXTS, LABELS)"]
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    printed = [each for each in notebook.cells[1].outputs if each.get("name") == "stdout"]
    assert printed[0]["text"] == "True 2\n"
    assert "sk-container" in notebook.cells[2].outputs[-1]["data"]["text/html"]


@pytest.mark.slow
def test_spawned_processes_need_a_guard_and_python_says_so(run_script):
    told = run_script(
        """
        import multiprocessing
        def work(text):
            return len(text)
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            pool.map_async(work, TEXTS).get(timeout=20)
        """,
        fails=True,
    )
    assert 'if __name__ == "__main__":' in told or "if __name__ == '__main__':" in told
