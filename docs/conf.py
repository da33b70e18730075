"""How the documentation is built: ``make docs``."""

import configparser
import re
import sys
from pathlib import Path
from typing import Any

from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - the gallery names it

import skembed

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))  # for our own extensions

import thumbnails  # noqa: E402

setup_cfg = configparser.ConfigParser()
setup_cfg.read(DOCS.parent / "setup.cfg")
PROJECT_URLS = dict(re.findall(r"(\w+) = (\S+)", setup_cfg["metadata"]["project_urls"]))
# The first page is the README. Its links are absolute, for indexes of packages; here they lead to
# the pages of this build.
readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
readme = re.sub(re.escape(PROJECT_URLS["Documentation"]) + r"([\w/]+)\.html", r"\1.md", readme)
readme = readme.replace(f"{PROJECT_URLS['Source']}/raw/main/docs/", "")
(DOCS / "build").mkdir(exist_ok=True)
(DOCS / "build" / "readme.md").write_text(readme, encoding="utf-8")

project = "skembed"
author = "The skembed developers"
copyright = f"2026, {author}. BSD 3-Clause licence"
version = release = skembed.__version__

extensions = [
    "api_pages",
    "gallery_order",
    "myst_parser",
    "numpydoc",
    "recorded_runs",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["build", "gallery/backreferences", "**/GALLERY_HEADER.rst"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
templates_path = ["_templates"]

autodoc_typehints = "none"  # the docstrings have them, in words
autosummary_generate = True
numpydoc_show_class_members = False
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "filename_pattern": re.escape("docstrings/plot_"),  # the others need data of their own
    "ignore_pattern": re.escape("examples/serve"),
    "remove_config_comments": True,
    "abort_on_example_error": True,
    "download_all_examples": False,
    "write_computation_times": False,
    "within_subsection_order": "gallery_order.FirstStepsFirst",
    "backreferences_dir": "gallery/backreferences",
    "doc_module": ("skembed",),
    "reference_url": {"skembed": None},
}
thumbnails.draw_all(DOCS / "gallery" / "thumbnails")

html_context = {"default_mode": "auto"}
html_theme = "pydata_sphinx_theme"
html_title = "skembed"
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_search_scorer = str(DOCS / "search_scorer.js")
toc_object_entries_show_parents = "hide"
html_sidebars = {name: [] for name in ("index", "which_model", "faq", "glossary")}
html_theme_options = {
    "logo": {"text": f"skembed {version}", "image_light": "_static/favicon.svg",
             "image_dark": "_static/favicon.svg"},
    "navigation_with_keys": False,
    # The gallery and its record have no column at the right, so that wide tables have their place.
    "secondary_sidebar_items": {
        pages: ["page-toc"] for pages in ("guide/**", "glossary", "[!_ge]*", "explaining")
    },
    "show_toc_level": 2,
    "header_links_before_dropdown": 5,
    "footer_start": ["copyright"],
    "footer_end": [],
}  # fmt: skip


def name_the_source(app: Any, docname: str, source: list[str]) -> None:
    """Fill in the address of the code."""
    source[0] = source[0].replace("@SOURCE@", PROJECT_URLS["Source"])


def setup(app: Any) -> None:
    """Register with sphinx."""
    app.connect("source-read", name_the_source)
