"""What apps above do when the owner changes a setting, handed down so that accounts need not know them."""

from collections.abc import Callable, Collection

from accounts.models import Business

Heed = Callable[[Business], None]
_heeding: list[tuple[str, Heed]] = []


def heeds(setting: str) -> Callable[[Heed], Heed]:
    """Register a function to run in the transaction that changes a setting."""

    def register(heed: Heed) -> Heed:
        if (setting, heed) not in _heeding:
            _heeding.append((setting, heed))
        return heed

    return register


def heed_changes(business: Business, settings: Collection[str]) -> None:
    for setting, heed in _heeding:
        if setting in settings:
            heed(business)
