"""What indexes, citations and recipes say of the package agrees with setup.cfg and the files."""

import configparser
import re
from pathlib import Path

import pytest

import skembed

ROOT = Path(__file__).resolve().parents[2]
LINKS = re.compile(r"\]\(([^)\s]+)\)")
NOT_TOLD_TO_CONDA = re.compile(r";.*")  # one package of conda serves all versions of Python


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def setup_cfg():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    return setup


def lines_of(value):
    return [line for line in value.split("\n") if line]


URLS = dict(line.split(" = ") for line in lines_of(setup_cfg()["metadata"]["project_urls"]))
README_LINKS = sorted(set(LINKS.findall(read("README.md"))))


def page_of(link):
    """Return the file of the repository that an address of ours shows, and the place within it."""
    address, _, place = link.partition("#")
    if address.startswith(URLS["Documentation"]):
        name = address.removeprefix(URLS["Documentation"]).removesuffix(".html") or "index"
        return f"docs/{name}.md", place
    if found := re.fullmatch(re.escape(URLS["Source"]) + "/(blob|raw)/main/(.+)", address):
        return found[2], place
    return None, place


def places_in(text):
    """Return the names under which the headings of a page are linked to."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def test_the_readme_has_links_to_pages_files_and_pictures():
    found = {page_of(link)[0] for link in README_LINKS}
    assert {"docs/guide/index.md", "LICENSE", "docs/images/frontier.png"} <= found


@pytest.mark.parametrize("link", README_LINKS)
def test_a_link_of_the_readme_is_absolute_and_leads_somewhere(link):
    """An index of packages shows the README without the files around it."""
    assert link.startswith("https://")
    path, place = page_of(link)
    hosted = {URLS["Source"], URLS["Issues"]}  # pages that no file of ours makes
    ours = link.startswith((URLS["Source"], URLS["Documentation"])) and link not in hosted
    assert (path is not None) == ours, link
    if ours:
        assert (ROOT / path).is_file(), path
    if ours and place:
        assert place in places_in(read(path)), f"{path} has no heading {place!r}"


def test_project_urls_lead_to_pages_that_exist():
    assert list(URLS) == ["Documentation", "Source", "Changelog", "Issues"]
    assert (ROOT / page_of(URLS["Changelog"])[0]).is_file()
    assert URLS["Issues"] == URLS["Source"] + "/issues"


def test_the_citation_agrees():
    metadata = setup_cfg()["metadata"]
    citation = dict(re.findall(r"^([\w-]+): (.+)$", read("CITATION.cff"), re.MULTILINE))
    assert citation["repository-code"] == URLS["Source"]
    assert citation["url"] == URLS["Documentation"]
    assert citation["license"] == metadata["license_expression"]
    assert f"- name: {metadata['author']}\n" in read("CITATION.cff")
    assert metadata["author"].lower() in read("LICENSE").lower()


def test_the_recipe_for_conda_asks_for_what_setup_cfg_asks_for():
    options = setup_cfg()["options"]
    recipe = read("packaging/conda/recipe.yaml")
    wanted = [NOT_TOLD_TO_CONDA.sub("", line) for line in lines_of(options["install_requires"])]
    python, *others = re.findall(r"- (.+)", re.search(r"\n  run:\n((?:    - .+\n)+)", recipe)[1])
    assert python == "python >=${{ python_min }}"
    assert [line.replace(" ", "") for line in others] == wanted
    assert f'python_min: "{options["python_requires"].removeprefix(">=")}"' in recipe
    assert f'version: "{skembed.__version__}"' in recipe


def test_the_recipe_for_conda_agrees():
    setup, recipe = setup_cfg(), read("packaging/conda/recipe.yaml")
    metadata = setup["metadata"]
    about = dict(re.findall(r"^  (\w+): (.+)$", recipe.split("\nabout:\n")[1], re.MULTILINE))
    assert about["repository"] == about["homepage"] == URLS["Source"]
    assert about["documentation"] == URLS["Documentation"]
    assert about["license"] == metadata["license_expression"]
    assert about["license_file"] == metadata["license_files"]
    assert about["summary"] == metadata["description"]
    command = setup["options.entry_points"]["console_scripts"].strip()
    assert f"entry_points:\n      - {command}\n" in recipe


hosting = pytest.mark.skipif(
    not (ROOT / ".github").exists(), reason="the sdist leaves out what serves the hosting alone"
)


@hosting
def test_issue_forms_lead_to_pages_of_ours():
    addresses = re.findall(r"url: (\S+)", read(".github/ISSUE_TEMPLATE/config.yml"))
    pages = [page_of(each)[0] for each in addresses]
    assert pages == ["docs/faq.md", None]
    assert (ROOT / pages[0]).is_file()
    assert addresses[1].startswith(URLS["Source"])


@hosting
def test_the_workflow_tests_each_python_and_each_scikit_learn_of_the_noxfile():
    noxfile, workflow = read("noxfile.py"), read(".github/workflows/ci.yml")
    pythons = re.findall(r'"([\d.]+)"', re.search(r"PYTHONS = (\[.+\])", noxfile)[1])
    minors = re.findall(r'"([\d.]+)": \(', re.search(r"OF_ITS_TIME = {(.+?)\n}", noxfile, re.S)[1])
    classifiers = re.findall(r"Python :: (3\.\d+)", read("setup.cfg"))
    assert pythons == classifiers
    sessions = [f"tests-{each}" for each in pythons]
    sessions += [f"scikit_learn({each})" for each in minors]
    assert len(sessions) > 5
    assert [each for each in sessions if f"- {each}\n" not in workflow] == []
