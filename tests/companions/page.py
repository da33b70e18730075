"""The lines of the guide's page `Together with`."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "together_with.md"


def code_of(title):
    """Return the page's code before the first section, and that of a section."""
    begin, *sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (section,) = (text for text in sections if text.partition("\n")[0] == title)
    blocks = [re.findall(r"^```python\n(.*?)^```", text, re.M | re.S) for text in (begin, section)]
    first, code = map("\n".join, blocks)
    assert first
    assert code
    return first, code
