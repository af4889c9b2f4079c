"""How the sample year ends: some shelves are low, a few are empty, and dairy says when it expires."""

from datetime import datetime, timedelta
from decimal import Decimal

from inventory.services.batch_stock import give_date
from inventory.services.catalogue import update_product
from inventory.services.expiring import check_expiring
from inventory.services.stock import StockLine, take_stock
from inventory.shelves import BatchRef, ProductRef
from portal.sample.shop import Item, Shop

LOW = (
    "Elderflower pressé 750 ml",
    "Dark chocolate 70 % 100 g",
    "House espresso beans 250 g",
    "Free-range eggs, six",
    "Runny honey 340 g",
)
DATED = {  # days until two units of it expire, and until the rest does
    "Greek yoghurt 500 g": (-1, 12),
    "Soft goat's cheese 125 g": (4, 18),
    "Mature Cheddar 200 g": (25, 60),
}
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


def date_dairy(*, shop: Shop, at: datetime) -> None:
    """Some of what lies in the cold counter is of batches: one has expired, one soon will."""
    today = shop.business.local_day(at)
    for item in shop.items:
        if item.product.name not in DATED or item.floor < 1:
            continue
        product = update_product(product=item.product, by=shop.manager, values={"tracks_batches": True}, at=at)
        first = min(2, item.floor)
        for quantity, days in zip((first, item.floor - first), DATED[product.name], strict=True):
            if quantity:
                batch = BatchRef(expires_on=today + timedelta(days=days))
                give_date(product=product, by=shop.manager, quantity=Decimal(quantity), batch=batch, at=at)
    check_expiring(business=shop.business, at=at)
