"""Text as people see it."""

import re

HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]")


def seen(text: str) -> str:
    """Without signs that nobody sees: those that turn the text after them round, and spaces of no width.

    Joiners stay, since writing and emoji need them, and so do the marks that only say which way one sign runs.
    """
    return text if text.isascii() else HIDDEN.sub("", text)
