"""What the user is told while something is fetched or waited for, on stderr if there is one."""

import sys


def tell(text: str, *, end: str = "\n") -> None:
    r"""Print a line to stderr, which a process may lack (None) or have closed."""
    if sys.stderr is not None and not getattr(sys.stderr, "closed", False):
        print(text, end=end, file=sys.stderr, flush=True)
