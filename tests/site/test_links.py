"""Every link and picture of the built documentation leads somewhere."""

from html.parser import HTMLParser
from urllib.parse import unquote, urlparse

import pytest

pytestmark = pytest.mark.site


class Page(HTMLParser):
    """What a page links to, and what can be linked to in it."""

    def __init__(self, path):
        super().__init__()
        self.path, self.links, self.anchors = path, [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.anchors |= {attributes[name] for name in ("id", "name") if attributes.get(name)}
        link = attributes.get("href" if tag in ("a", "link") else "src")
        if link:
            self.links.append(link)


@pytest.fixture(scope="module")
def pages(site):
    return {
        path: Page(path) for path in sorted(site.rglob("*.html")) if "_static" not in path.parts
    }


def test_there_are_pages_of_every_kind(site, pages):
    names = {path.relative_to(site).as_posix() for path in pages}
    assert {"index.html", "guide/training.html", "api/skembed.CNNTextClassifier.html"} <= names
    assert {"gallery/index.html", "gallery/plot_search.html", "faq.html", "search.html"} <= names


def test_no_link_is_broken(site, pages):
    broken = []
    for path, page in pages.items():
        for link in page.links:
            where = urlparse(link)
            if where.scheme:
                continue
            file = (path.parent / unquote(where.path)).resolve() if where.path else path
            if file.is_dir():
                file /= "index.html"
            if not file.exists():
                broken.append(f"{path.relative_to(site)}: {link}")
            elif file in pages and unquote(where.fragment) not in {"", *pages[file].anchors}:
                broken.append(f"{path.relative_to(site)}: {link} (no such place in the page)")
    assert not broken, "\n".join(broken)


def test_nothing_is_loaded_from_elsewhere(pages):
    """A page works without the internet: scripts, fonts and pictures are its own."""
    foreign = {
        line.strip()
        for path in pages
        for line in path.read_text(encoding="utf-8").splitlines()
        if ('src="http' in line or ('<link rel="stylesheet"' in line and 'href="http' in line))
    }
    assert foreign == set()
