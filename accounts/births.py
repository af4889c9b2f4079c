"""What apps above want done when a business is born, handed down so that accounts need not know them."""

from collections.abc import Callable

from accounts.models import Business, Member

Birth = Callable[[Business, Member], None]
_births: list[Birth] = []


def on_birth(birth: Birth) -> Birth:
    """Register a function to run in the transaction that creates a business."""
    if birth not in _births:
        _births.append(birth)
    return birth


def give_birth(business: Business, owner: Member) -> None:
    for birth in _births:
        birth(business, owner)
