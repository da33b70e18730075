import re

import pytest

from skembed.datasets._docstring_prose import count_words, prose

FULL = """fft(a, n=None)

    Compute the discrete Fourier transform, `FFT`, of `a`.

    See numpy.fft for the conventions.
    Read more in the :ref:`User Guide <fourier>`.

    .. versionadded:: 1.2
       And a remark on it.

    Parameters
    ----------
    a : array_like
        Input of :func:`~package.other`, as in [1]_ and ``scipy.fft.ifft``.

    Returns
    -------
    out : ndarray

    See Also
    --------
    ifft : The inverse.

    Notes
    -----
    It is :math:`O(n)`. A call::

        code_in_a_block(1)

    >>> fft([1])
    array([1.])

    The end.

    References
    ----------
    .. [1] Cooley, Tukey.

    Examples
    --------
    >>> fft(2)
    """


def test_prose_keeps_what_is_said_and_drops_what_names_or_shows():
    assert prose(FULL, "package.fft").splitlines() == [
        "Compute the discrete Fourier transform, , of a.",
        "a : array_like",
        "out : ndarray",
        "It is O(n). A call::",
        "The end.",
    ]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("name(x, y) -> int", ""),
        ("a, b = name(x)", ""),
        ("Uses NumPy inside.", ""),
        ("For GPU arrays see CuPy.", ""),
        ("Follows the Array API.", ""),
        ("Calls linalg.svd() once.", "Calls once."),
        ("Names of ``files`` stay *as such*.", "Names of files stay as such."),
        ("The product n*p stays.", "The product n*p stays."),
        ("An input, e.g. 0.5 or so.", "An input, e.g. 0.5 or so."),
        ("A surname is no name.", "A surname is no ."),
        ("Grows with n, unlike KMeans.", "Grows with n, unlike ."),
    ],
)
def test_prose_of_single_lines(line, kept):
    assert prose(line, "package.name", {"kmeans"}) == kept


def test_prose_ends_a_block_where_the_indentation_ends():
    text = ".. code-block:: python\n\n    gone\n\nkept\n.. note::\n    kept too"
    assert prose(text, "x") == "kept\nkept too"


def test_prose_ends_a_doctest_at_the_blank_line():
    assert prose("Before.\n>>> gone\ngone\n\nAfter.", "x") == "Before.\nAfter."


def test_prose_is_the_same_for_indented_and_flush_docstrings():
    flush = "\n".join(re.sub("^    ", "", line) for line in FULL.splitlines())
    assert prose(flush, "package.fft") == prose(FULL, "package.fft")


def test_count_words():
    assert count_words("two x_1 -- 3 4.5 Ähre\n") == 3
