"""Names of ours as other programs can hold them: safe in their syntax, and still one name for each thing."""

import unicodedata
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def one_line(text: str) -> str:
    """Without line breaks, control and unassigned characters, each run of spaces one space."""
    kept = (" " if letter.isspace() else letter for letter in text if letter.isspace() or unicodedata.category(letter)[0] != "C")
    return " ".join("".join(kept).split())


def once_each(names: Mapping[Key, str], mark: Callable[[str, int], str]) -> dict[Key, str]:
    """Each name as it is, the second of a name (whatever its case) marked 2, the third 3."""
    taken: set[str] = set()
    unique: dict[Key, str] = {}
    for key, name in names.items():
        choices = (name if turn == 1 else mark(name, turn) for turn in range(1, len(names) + 2))
        unique[key] = next(choice for choice in choices if choice.casefold() not in taken)
        taken.add(unique[key].casefold())
    return unique


def tree_names(
    paths: Mapping[int, tuple[str, ...]], root: str, safe: Callable[[str], str], mark: Callable[[str, int], str]
) -> dict[int, str]:
    """`root:Food:Bread` for each path. Different paths never become the same account."""
    prefixes = dict.fromkeys(prefix for path in paths.values() for prefix in _prefixes(path))
    named: dict[tuple[str, ...], str] = {(): root}
    for depth in range(1, max((len(prefix) for prefix in prefixes), default=0) + 1):
        level = [prefix for prefix in prefixes if len(prefix) == depth]
        wanted = {prefix: f"{named[prefix[:-1]]}:{safe(prefix[-1])}" for prefix in level}
        named |= once_each(wanted, mark)
    return {pk: named[path] for pk, path in paths.items()}


def _prefixes(path: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    return (path[: end + 1] for end in range(len(path)))
