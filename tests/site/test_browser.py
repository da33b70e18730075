"""The built documentation, opened in a real browser."""

import io
import itertools
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.site

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LEVELS = {"WARNING", "SEVERE"}
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}

WIDER_THAN_THE_PHONE = """
const wide = [];
for (const element of document.querySelectorAll(".bd-article *:not(.headerlink)")) {
    let box = element.getBoundingClientRect(), scrolls = false;
    for (let up = element; !up.matches(".bd-article"); up = up.parentElement)
        scrolls ||= ["auto", "scroll"].includes(getComputedStyle(up).overflowX);
    if (box.width && box.right > window.innerWidth + 1 && !scrolls) wide.push(element.outerHTML);
}
return wide.slice(0, 3).map(html => html.slice(0, 200));
"""
PICTURES = """
return Array.from(document.images)
    .filter(image => image.getClientRects().length)
    .map(image => [image.src, image.complete && image.naturalWidth]);
"""
SMALLEST_TEXT = """
return Math.min(...Array.from(document.querySelectorAll(".bd-article p, .bd-article li"))
    .filter(element => element.getClientRects().length)
    .map(element => parseFloat(getComputedStyle(element).fontSize)));
"""


def wait_until(browser, condition):
    """Wait for something that a script of the page does; return what it gave."""
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, 20).until(condition)


def all_pages(site):
    return sorted(
        path.relative_to(site).as_posix()
        for path in site.rglob("*.html")
        if "_static" not in path.parts
    )


@pytest.fixture
def phone(browser):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    yield browser
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def show_all_pictures(browser):
    """Load the pictures that wait until they are scrolled to."""
    browser.execute_script("for (const i of document.images) i.loading = 'eager';")
    loaded = "return Array.from(document.images).every(image => image.complete);"
    wait_until(browser, lambda b: b.execute_script(loaded))


def test_every_page_on_a_phone(site, address, phone):
    """No error on the console, no broken picture, nothing wider than the phone, no tiny text."""
    phone.get_log("browser")
    defects = []
    for name in all_pages(site):
        phone.get(f"{address}/{name}")
        show_all_pictures(phone)
        told = [entry for entry in phone.get_log("browser") if entry["level"] in LEVELS]
        defects += [f"{name}: {entry['message']}" for entry in told]
        width = phone.execute_script("return document.documentElement.scrollWidth;")
        if width > PHONE["width"]:
            defects.append(f"{name} is {width} wide")
        defects += [f"{name}: too wide: {e}" for e in phone.execute_script(WIDER_THAN_THE_PHONE)]
        shown = phone.execute_script(PICTURES)
        defects += [f"{name}: {source} does not show" for source, width in shown if not width]
        if (size := phone.execute_script(SMALLEST_TEXT)) and size < 14:
            defects.append(f"{name}: text of {size} pixels")
    assert not defects, "\n".join(defects)


def test_gallery_has_a_picture_for_each_example(site, address, browser):
    from selenium.webdriver.common.by import By

    browser.get(f"{address}/gallery/index.html")
    show_all_pictures(browser)
    thumbnails = browser.find_elements(By.CSS_SELECTOR, ".sphx-glr-thumbcontainer img")
    names = {image.get_attribute("src").rsplit("/", 1)[-1] for image in thumbnails}
    examples = {path.stem for path in EXAMPLES.rglob("plot_*.py")}
    assert names == {f"sphx_glr_{name}_thumb.png" for name in examples}
    sections = [each.text for each in browser.find_elements(By.CSS_SELECTOR, ".bd-article h2")]
    assert [section.rstrip("#") for section in sections] == ["In a minute", "On real corpora"]
    for image in thumbnails:
        assert int(image.get_attribute("naturalWidth")) >= 200
        assert image.size["width"] > 100
    folders = site / "gallery" / "images" / "thumb", site / "_images"
    pictures = [next(f for d in folders if (f := d / name).exists()).read_bytes() for name in names]
    assert len(set(pictures)) == len(pictures)
    sphinx_gallery = pytest.importorskip("sphinx_gallery", reason="the group docs has it")
    none = (Path(sphinx_gallery.__file__).parent / "_static" / "no_image.png").read_bytes()
    assert none not in pictures
    assert min(differences(pictures)) > 8, "two thumbnails look alike"


def differences(pictures):
    """Return how far pictures are apart when they are very small, each from each other."""
    Image = pytest.importorskip("PIL.Image", reason="matplotlib brings it")
    small = [
        np.asarray(Image.open(io.BytesIO(picture)).convert("RGB").resize((16, 11)), dtype=float)
        for picture in pictures
    ]
    return [float(np.abs(a - b).mean()) for a, b in itertools.combinations(small, 2)]


def test_examples_show_their_picture(address, browser):
    for example in sorted(EXAMPLES.rglob("plot_*.py")):
        folder = example.parent.relative_to(EXAMPLES)
        browser.get(f"{address}/gallery/{folder / example.stem}.html")
        show_all_pictures(browser)
        pictures = [s for s, width in browser.execute_script(PICTURES) if width and width >= 400]
        assert any(example.stem in source for source in pictures), example.name


def test_search_finds_a_class(address, browser):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    browser.get(f"{address}/index.html")
    buttons = browser.find_elements(By.CSS_SELECTOR, ".search-button__button, .search-button-field")
    next(button for button in buttons if button.is_displayed()).click()
    field = wait_until(
        browser,
        lambda b: next(
            (f for f in b.find_elements(By.NAME, "q") if f.is_displayed()),
            None,
        ),
    )
    field.send_keys("KerasTokenizer", Keys.ENTER)
    found = wait_until(
        browser, lambda b: b.find_elements(By.CSS_SELECTOR, "#search-results ul.search li a")
    )
    wait_until(browser, lambda b: "KerasTokenizer" in b.find_element(By.ID, "search-results").text)
    targets = [link.get_attribute("href") for link in found]
    assert any("api/skembed.KerasTokenizer.html" in target for target in targets)


def test_menu_opens_on_a_phone(address, phone):
    from selenium.webdriver.common.by import By

    phone.get(f"{address}/guide/training.html")
    toggle = phone.find_element(By.CSS_SELECTOR, "button.primary-toggle")
    assert toggle.is_displayed()
    toggle.click()
    wait_until(
        phone,
        lambda b: any(
            link.is_displayed() and link.text.strip() == "API"
            for link in b.find_elements(By.CSS_SELECTOR, "a.nav-link")
        ),
    )
