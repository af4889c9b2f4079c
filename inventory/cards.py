"""Cards that apps above put on the page of a product, handed down so that stock need not know them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Member
from inventory.models import Product


@dataclass(frozen=True)
class Card:
    """A template and what it says; it also gets `business` and `sees_costs`."""

    template: str
    said: Mapping[str, Any] = field(default_factory=dict)


Maker = Callable[[Product, Member], Card | None]
_makers: list[Maker] = []


def product_card(maker: Maker) -> Maker:
    """Register a function that makes a card for a product and whoever looks at it, in a fixed number of queries, or none."""
    if maker not in _makers:
        _makers.append(maker)
    return maker


def get_cards(product: Product, member: Member) -> list[Card]:
    made = (maker(product, member) for maker in _makers)
    return [card for card in made if card is not None]
