"""What the built documentation looks like at several widths, and what its search finds."""

import pytest

from skembed import CNNTextClassifier

pytestmark = pytest.mark.site

PHONE, LAPTOP, DESKTOP = 390, 1280, 1440
KINDS = [
    *("index.html", "guide/index.html", "guide/training.html", "accuracy.html", "faq.html"),
    *("api/skembed.CNNTextClassifier.html", "gallery/docstrings/plot_first_network.html"),
]
"""One page of each kind."""

SEARCHES = {
    "thresholds macro": "guide/predicting.html",
    "multilabel": "guide/predicting.html",
    "multi-label": "guide/predicting.html",
    "imbalanced": "guide/predicting.html",
    "class weights": "guide/predicting.html",
    "SHAP": "explaining.html",
    "semicolon": "command_line.html",
    "csv": "command_line.html",
    "German": "guide/languages.html",
    "Chinese": "guide/languages.html",
    "regression": "guide/numbers.html",
    "macro F1": "guide/figures.html",
    "confidence interval": "guide/figures.html",
    "GPU": "guide/training.html",
    "offline": "faq.html",
    "pickle": "saving.html",
    "ONNX": "serving.html",
    "columns": "guide/tables.html",
    "early stopping": "guide/training.html",
}
"""What people type, and the page that answers."""

CUT = """
const cut = [];
for (const box of document.querySelectorAll(arguments[0]))
    if (box.getClientRects().length && box.scrollWidth > box.clientWidth + 1)
        cut.push(box.tagName + " " + box.scrollWidth + " > " + box.clientWidth + ": "
                 + box.textContent.trim().slice(0, 60));
return cut;
"""
MENUS = ".bd-sidebar-secondary, .bd-sidebar-secondary .toc-item, .bd-sidebar-primary, .bd-header"
CODE = ".bd-article [class*=highlight-]:not(.highlight-text, .highlight-none) > .highlight > pre"
DOES_NOT_SCROLL = """
return Array.from(document.querySelectorAll(".bd-article :is(pre, table)"))
    .filter(box => getComputedStyle(box).overflowX != "auto")
    .map(box => "does not scroll: " + box.outerHTML.slice(0, 99));
"""
PALE = """
document.head.appendChild(document.createElement("style")).textContent =
    "* { transition: none !important; }";
function luminance(colour) {
    const parts = colour.match(/[0-9.]+/g).slice(0, 3).map(Number).map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] + 0.05;
}
function ground(element) {
    for (let up = element; up; up = up.parentElement) {
        const colour = getComputedStyle(up).backgroundColor;
        const parts = colour.match(/[0-9.]+/g).map(Number);
        if (parts.length < 4 || parts[3] == 1) return colour;
    }
    return "rgb(255, 255, 255)";
}
return Array.from(document.querySelectorAll(".bd-article :is(p, li, td, dt, h1, h2, a, code)"))
    .filter(element => element.getClientRects().length && element.textContent.trim())
    .map(element => {
        const both = [luminance(getComputedStyle(element).color), luminance(ground(element))];
        return [Math.max(...both) / Math.min(...both), element.textContent.trim().slice(0, 40)];
    }).filter(([ratio, text]) => ratio < 4.5).slice(0, 3);
"""


def found_by(browser, selector):
    """Return the elements that a selector of CSS finds."""
    return browser.find_elements("css selector", selector)


@pytest.fixture
def screen(browser):
    """Set the width and the colours of the page."""

    def set_to(width, scheme="light"):
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        media = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
        return browser

    yield set_to
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def written_pages(site):
    """Return all pages but those of the source code."""
    names = [path.relative_to(site).as_posix() for path in site.rglob("*.html")]
    return sorted(name for name in names if not name.startswith(("_static/", "_modules/")))


@pytest.mark.parametrize("width", [LAPTOP, DESKTOP])
def test_nothing_is_cut_on_a_screen(site, address, screen, width):
    """Code, recorded output, tables and menus have the place that they need."""
    browser, cut = screen(width), []
    for name in written_pages(site):
        browser.get(f"{address}/{name}")
        boxes = f".bd-article pre, .bd-article table, {MENUS}"
        cut += [f"{name}: {each}" for each in browser.execute_script(CUT, boxes)]
    assert not cut, "\n".join(cut)


def test_nothing_is_cut_on_a_phone(site, address, screen):
    """Lines of code break. Tables and recorded output, which cannot, scroll inside themselves."""
    browser, cut = screen(PHONE), []
    for name in written_pages(site):
        browser.get(f"{address}/{name}")
        found = browser.execute_script(CUT, f"{CODE}, {MENUS}")
        found += browser.execute_script(DOES_NOT_SCROLL)
        cut += [f"{name}: {each}" for each in found]
    assert not cut, "\n".join(cut)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_are_read_in_light_and_dark(address, screen, scheme):
    """Each kind of page has the contrast of letters and ground that WCAG 2 asks for."""
    browser, pale = screen(LAPTOP, scheme), []
    for name in KINDS:
        browser.get(f"{address}/{name}")
        assert browser.execute_script("return document.documentElement.dataset.theme") == scheme
        pale += [f"{name}: {each}" for each in browser.execute_script(PALE)]
    assert not pale, "\n".join(pale)


def test_the_first_screen_says_what_to_type(address, screen):
    """Install line, code and what it prints are seen without scrolling; buttons lead on."""
    browser = screen(LAPTOP)
    browser.get(f"{address}/index.html")
    blocks = found_by(browser, ".bd-article pre")[:3]
    assert blocks[0].text.startswith("pip install")
    assert 'CNNTextClassifier(embeddings="glove.6B.50d"' in blocks[1].text
    assert 0.8 < float(blocks[2].text) < 1
    assert blocks[2].rect["y"] + blocks[2].rect["height"] < 900
    buttons = found_by(browser, ".bd-article .buttons a")
    assert [button.text for button in buttons] == ["Get started", "Choose a model", "Source"]
    assert len({button.rect["y"] for button in buttons}) == 1
    pictures = {each.get_attribute("src") for each in found_by(browser, ".bd-article .sd-card img")}
    assert len(found_by(browser, ".bd-article .sd-card")) == len(pictures) == 6


def test_parameters_stand_in_groups(address, browser):
    browser.get(f"{address}/api/skembed.CNNTextClassifier.html")
    groups = found_by(browser, ".parameter-group")
    assert [group.text for group in groups] == [
        *("Reading", "Word vectors", "Network", "Linear model", "Target", "Training"),
        "Monitoring and continuing",
    ]
    lists = found_by(browser, ".parameter-group + dl")
    shown = [[name.text for name in found_by(each, "dt strong")] for each in lists]
    every = sorted(name for names in shown for name in names)
    assert every == sorted(CNNTextClassifier().get_params(deep=False))
    assert shown[3] == ["wide"]


@pytest.mark.parametrize("name", ["CNNTextClassifier", "compare"])
def test_api_pages_lead_to_source_and_examples(address, browser, name):
    browser.get(f"{address}/api/skembed.{name}.html")
    (source, *_) = found_by(browser, ".bd-article dt a:has(.viewcode-link)")
    assert "/_modules/skembed/" in source.get_attribute("href")
    examples = found_by(browser, ".sphx-glr-thumbnails a.reference")
    assert any("/gallery/" in link.get_attribute("href") for link in examples)


def test_the_side_of_the_api_is_in_groups(address, screen):
    browser = screen(DESKTOP)
    browser.get(f"{address}/api/skembed.CNNTextClassifier.html")
    captions = [each.text for each in found_by(browser, ".bd-sidebar-primary p.caption")]
    assert captions == [
        *("Classifiers", "Regressors", "Vectorizers and word vectors", "Reading texts"),
        *("Comparing and searching", "Inspection", "Saving and serving", "Encoders"),
        *("Several machines", "Testing"),
    ]
    first = found_by(browser, ".bd-sidebar-primary p.caption + ul")[0]
    names = [each.text for each in first.find_elements("css selector", "a")]
    assert names == ["CNNTextClassifier", "LSTMTextClassifier", "KerasTextClassifier"]


def test_the_side_of_the_guide_leads_to_the_choice_of_a_model(address, screen):
    browser = screen(DESKTOP)
    browser.get(f"{address}/guide/training.html")
    links = found_by(browser, ".bd-sidebar-primary .toctree-l1 > a")
    assert "Which model?" in [link.text for link in links]


def test_names_of_classes_lead_to_their_pages(address, browser):
    browser.get(f"{address}/guide/vectors.html")
    links = found_by(browser, ".bd-article a.reference.internal:has(code)")
    targets = {link.text: link.get_attribute("href") for link in links}
    name = "skembed.GloveVectorizer"
    assert targets["GloveVectorizer"].endswith(f"api/{name}.html#{name}")


@pytest.mark.parametrize(("words", "page"), SEARCHES.items())
def test_search_finds_what_people_type(address, browser, words, page):
    """The page that answers is among the first ten."""
    browser.get(f"{address}/search.html?q={words.replace(' ', '+')}")
    wait = pytest.importorskip("selenium.webdriver.support.ui").WebDriverWait(browser, 20)
    said = "return document.getElementById('search-results').textContent;"
    wait.until(
        lambda b: any(
            done in b.execute_script(said) for done in ("finished, found", "did not match")
        )
    )
    links = found_by(browser, "#search-results ul.search li > a")
    targets = [link.get_attribute("href") for link in links[:10]]
    assert any(page in target for target in targets), targets
