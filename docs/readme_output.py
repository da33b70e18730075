"""Run the Python block of README.md and write what it prints into the block behind it."""

import contextlib
import io
import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
BLOCKS = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def main() -> None:
    """Replace the recorded output."""
    text = README.read_text()
    (blocks,) = BLOCKS.finditer(text)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(blocks[1], str(README), "exec"), {"__name__": "readme"})
    start, stop = blocks.span(2)
    README.write_text(text[:start] + printed.getvalue() + text[stop:])


if __name__ == "__main__":
    main()
