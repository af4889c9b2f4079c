"""How the sample year ends: some shelves are low, a few are empty."""

from datetime import datetime, timedelta
from decimal import Decimal

from inventory.services.stock import StockLine, take_stock
from inventory.shelves import ProductRef
from portal.sample.shop import Item, Shop

LOW = (
    "Elderflower pressé 750 ml",
    "Dark chocolate 70 % 100 g",
    "House espresso beans 250 g",
    "Free-range eggs, six",
    "Runny honey 340 g",
)
OUT = ("Wensleydale 200 g", "Beeswax candle", "Kindling net")


def late_items(shop: Shop) -> list[Item]:
    """What nobody has ordered for a month."""
    return [item for item in shop.items if item.product.name in {*LOW, *OUT}]


def end_with_gaps(*, shop: Shop, late: list[Item], at: datetime) -> None:
    """Where a month of sales has not brought them there, the last ones are given away: a raffle, a tasting."""
    for item in late:
        goal = 0 if item.product.name in OUT else max(item.point - 2, 1)
        if item.floor > goal:
            line = StockLine(ProductRef(product=item.product.pk), Decimal(item.floor - goal))
            take_stock(by=shop.manager, lines=[line], reason="Given to the school raffle", at=at - timedelta(minutes=5))
            item.floor = goal
