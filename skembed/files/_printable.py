"""Text that standard output can show, whatever its encoding."""

import sys

_PLAIN = str.maketrans({"±": "+/-", "–": "-", "…": "...", "×": "x"})


def printable(text: str) -> str:
    r"""Replace what the encoding of standard output lacks.

    Our own signs get plain ones, and other characters escapes such as ``\u65e5``, so that
    printing a report never fails. Where the encoding has all characters, nothing changes.

    Parameters
    ----------
    text : str
        What will be printed.

    Returns
    -------
    printable : str

    Examples
    --------
    >>> printable("0.8 ± 0.1")
    '0.8 ± 0.1'
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, "backslashreplace").decode(encoding)
    return text
