"""Ids as a browser or a program sends them: text that nobody has looked at yet."""

LONGEST = 15  # digits that every database can look up


def as_id(text: str) -> int:
    """The id that `text` spells in plain digits, else 0, which is nobody's."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else 0
