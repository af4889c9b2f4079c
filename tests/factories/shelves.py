"""A shop of which something of all that can happen to stock has happened, and what lists say of it."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.test import Client

from accounts.models import Member
from common.fields import QUANTITY_STEP
from inventory.models import Category, Location, MovementCost, Product, StockMovement
from inventory.services.stock import StockLine, adjust_stock, receive_stock, take_stock, transfer_stock
from inventory.services.stocktake import Counted, add_counts, approve_stocktake, start_stocktake
from inventory.shelves import ProductRef
from sales.services.undo import RefundLine, refund_sale, void_sale
from tests.factories import NOW, CategoryFactory, LocationFactory, ProductFactory, sell

D = Decimal
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Shelves:
    """Tea and jam in a category, soap in none; a shop and a store room."""

    drinks: Category
    tea: Product
    jam: Product
    soap: Product
    shop: Location
    store: Location


def line(product: Product, quantity: object, cost: object = None) -> list[StockLine]:
    amount = None if cost is None else D(str(cost))
    return [StockLine(ProductRef(product=product.pk), D(str(quantity)), unit_cost=amount)]


def receive(by: Member, product: Product, quantity: object, cost: object, *, days: int = 0) -> None:
    receive_stock(by=by, lines=line(product, quantity, cost), at=NOW, occurred_at=NOW - days * DAY)


def shelves(owner: Member) -> Shelves:
    """Half a year of it; on the books of another shop the same again."""
    shop = Location.objects.get(business=owner.business, is_default=True)
    store = LocationFactory(business=owner.business, name="Store")
    drinks = CategoryFactory(business=owner.business, name="Drinks")
    tea, jam, soap = (
        ProductFactory(business=owner.business, name=name, category=category, price=D(price))
        for name, category, price in (("Tea", drinks, 6), ("Jam", drinks, 9), ("Soap", None, 8))
    )
    receive(owner, tea, 20, 2, days=200)
    receive(owner, soap, 10, "5.333", days=200)
    sell(owner, {tea: 5}, at=NOW - 40 * DAY)
    receive(owner, jam, 12, 3, days=3)
    sold = sell(owner, {tea: 2, jam: 3}, at=NOW - 2 * DAY)
    receive(owner, tea, 10, "2.5", days=1)
    take_stock(by=owner, lines=line(tea, 1), reason="Broken", at=NOW, occurred_at=NOW - DAY)
    take_stock(by=owner, lines=line(jam, 2), reason="Broken", at=NOW, occurred_at=NOW - DAY)
    adjust_stock(by=owner, lines=line(jam, 1), reason="Found", at=NOW, occurred_at=NOW - DAY)
    adjust_stock(by=owner, lines=line(soap, -2), reason="Lost & gone", at=NOW, occurred_at=NOW - DAY)
    transfer_stock(by=owner, lines=line(jam, 4), from_id=shop.pk, to_id=store.pk, at=NOW, occurred_at=NOW - DAY)
    back = [RefundLine(each, D(1)) for each in sold.lines.filter(product=jam)]
    refund_sale(sale=sold, lines=back, by=owner, reason="Sour", at=NOW)
    void_sale(sale=sell(owner, {soap: 1}), by=owner, reason="Mistyped", at=NOW)
    count(owner, {tea: 20, soap: 8})
    return Shelves(drinks, tea, jam, soap, shop, store)


def count(by: Member, found: dict[Product, int]) -> None:
    stocktake = start_stocktake(by=by, at=NOW)
    counts = [Counted(ProductRef(product=product.pk), D(quantity)) for product, quantity in found.items()]
    add_counts(stocktake=stocktake, by=by, counts=counts, at=NOW)
    approve_stocktake(stocktake=stocktake, by=by, at=NOW)


def listed(browser: Client, url: str) -> list[StockMovement]:
    """Every movement of the list behind a figure."""
    found: list[StockMovement] = []
    while url:
        answer = browser.get(url)
        assert answer.status_code == 200
        found += answer.context["page"].items
        url = answer.context["page"].next_url
    return found


def worth_of(moves: list[StockMovement]) -> Decimal:
    rows = MovementCost.objects.filter(movement__in=[move.pk for move in moves])
    return sum((row.amount for row in rows), D(0))


def units_of(moves: list[StockMovement]) -> Decimal:
    return sum((move.quantity for move in moves), D(0)).quantize(QUANTITY_STEP)
