"""The built documentation, served on this machine, and a headless browser to open it in."""

import functools
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

SITE = Path(__file__).resolve().parents[2] / "docs" / "build" / "html"
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--window-size=1280,1000",
]


class Silent(SimpleHTTPRequestHandler):
    """A handler that does not write a line for each request."""

    def log_message(self, *args):
        """Stay silent."""


@pytest.fixture(scope="session")
def site():
    """Return the folder of the built documentation."""
    if not (SITE / "index.html").exists():
        pytest.fail(f"{SITE} holds no documentation; `make test-site` builds it first.")
    return SITE


@pytest.fixture(scope="session")
def address(site):
    """Serve the documentation, and return its address."""
    handler = functools.partial(Silent, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Start a headless Chromium."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="the group docs has selenium")
    driver = shutil.which("chromedriver")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if driver is None or program is None:
        pytest.fail("Install a browser: on Debian `apt-get install chromium chromium-driver`.")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in [*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"]:
        options.add_argument(flag)
    started = webdriver.Chrome(options, webdriver.ChromeService(driver))
    started.set_page_load_timeout(60)
    yield started
    started.quit()
