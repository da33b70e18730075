"""The code of the guide, to be run as it stands."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "guide" / "past_one_machine.md"


def run(heading, names, replaced):
    """Run the code under a heading of the page with some names given; return all names after it.

    `replaced` maps parts of the code that depend on the cluster to others.
    """
    section = PAGE.read_text(encoding="utf-8").split(f"\n{heading}\n")[1]
    code = re.search(r"```python\n(.*?)```", section, re.DOTALL)[1]
    for old, new in replaced.items():
        code = code.replace(old, new)
    found = {"__name__": "__main__", **names}
    exec(code, found)
    return found
