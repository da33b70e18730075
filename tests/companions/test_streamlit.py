"""Streamlit's sessions, each in a thread, share one classifier."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import skembed
from tests.companions.page import code_of

pytestmark = [
    pytest.mark.companions,
    pytest.mark.filterwarnings("ignore", "error:::skembed"),  # theirs are not ours to mend
]


def test_the_page(folder):
    from streamlit.testing.v1 import AppTest

    names = {}
    first, page = code_of("Streamlit")
    exec(first, names)
    skembed.save(names["classifier"], "weather.skembed")
    (folder / "app.py").write_text(page)

    def ask(report):
        session = AppTest.from_file(str(folder / "app.py"), default_timeout=60).run()
        session.text_input[0].set_value(report).run()
        assert not session.exception
        return session.markdown[0].value

    reports = names["texts"][:8]
    ask(reports[0])  # TensorFlow is imported once, which may take longer than a session waits
    with ThreadPoolExecutor(4) as threads:
        assert [*threads.map(ask, reports)] == [*names["classifier"].predict(reports)]
