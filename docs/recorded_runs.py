"""Show, on the gallery's page of an example with data of its own, the run that was recorded.

Such an example is not run when the documentation is built. ``docs/record.py`` ran it, and wrote
what it printed into ``docs/examples.md``.
"""

import re
import textwrap
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parent / "examples.md"
SECTION = re.compile(
    r"^\[`examples/(?P<name>plot_\w+)\.py`\]\S+, (?P<seconds>\d+) seconds\. (?P<when>.+)\n\n"
    r"```text\n(?P<printed>[\s\S]+?)\n```\n\n!\[.*\]\((?P<picture>\S+)\)$",
    re.MULTILINE,
)


def sections() -> dict[str, str]:
    """Turn each recorded run into reStructuredText, by the name of its example."""
    return {
        found["name"]: (
            "\n\nWhat it printed\n---------------\n\n"
            f"{found['seconds']} seconds. {found['when']}\n\n"
            ".. code-block:: text\n\n" + textwrap.indent(found["printed"], "    ") + "\n\n"
            f".. image:: /{found['picture']}\n    :alt: Picture drawn by {found['name']}.py\n"
        )
        for found in SECTION.finditer(RECORDED.read_text(encoding="utf-8"))
    }


def append(app: Any, docname: str, source: list[str]) -> None:
    """Put the run behind the example's text, before the links that sphinx-gallery adds."""
    folder, _, name = docname.partition("/")
    recorded = sections().get(name) if folder == "gallery" else None
    if recorded is not None:
        text, footer, links = source[0].partition("\n.. _sphx_glr_download_")
        if not footer:
            raise ValueError(f"{docname} has no footer to put the recorded run before.")
        source[0] = text + recorded + footer + links


def setup(app: Any) -> dict[str, Any]:
    """Register with sphinx."""
    app.connect("source-read", append)
    return {"parallel_read_safe": True, "version": "1"}
