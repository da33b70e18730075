"""Numbers with their nouns, for messages."""


def pluralize(number: int, noun: str) -> str:
    """Return a number and its noun, with an "s" unless the number is 1.

    Examples
    --------
    >>> pluralize(1, "word"), pluralize(0, "word")
    ('1 word', '0 words')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
