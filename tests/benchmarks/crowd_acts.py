"""What one of a crowd does: each act looks for something to do it with, and does nothing where there is nothing."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import Member
from inventory.models import Location, MovementKind, Product, StockMovement, Stocktake, StockTransfer
from inventory.models.transfer import UNDER_WAY
from inventory.services.end_transfer import close_transfer
from inventory.services.landed import add_landed_cost
from inventory.services.receive_transfer import Arrived, receive_transfer
from inventory.services.send_transfer import send_transfer
from inventory.services.stock import StockLine, adjust_stock, receive_stock, take_stock, transfer_stock
from inventory.services.stocktake import Counted, add_counts, approve_stocktake, ask_recount, start_stocktake
from inventory.shelves import ProductRef
from purchasing.models import PurchaseOrder, Receipt, Supplier
from purchasing.models.order import BINDING, RECEIVABLE
from purchasing.services.bills import Charge, bill_order
from purchasing.services.lines import Wanted
from purchasing.services.orders import create_order
from purchasing.services.receive import Came, receive_order
from purchasing.services.send import send_order
from purchasing.services.send_back import Back, send_back
from sales.models import Basket, Sale
from sales.services.basket import BasketLine
from sales.services.sell import record_sale
from sales.services.till import add_to_basket, hold_basket, pay_basket, recall_basket
from sales.services.undo import RefundLine, refund_sale, void_sale

LATEST = 20


@dataclass
class Hand:
    by: Member
    draw: random.Random
    at: datetime = field(default_factory=timezone.now)

    def __post_init__(self) -> None:
        business = self.by.business
        self.products = list(Product.objects.for_business(business).order_by("pk").values_list("pk", flat=True))
        self.places = list(Location.objects.for_business(business).places().order_by("pk").values_list("pk", flat=True))
        self.suppliers = list(Supplier.objects.filter(business=business).order_by("pk"))
        self.sales: list[int] = []

    def refs(self, most: int = 4) -> list[ProductRef]:
        return [ProductRef(product=pk) for pk in self.draw.sample(self.products, self.draw.randint(1, most))]

    def lines(self, most: int = 4, *, cost: bool = False) -> list[StockLine]:
        unit_cost = Decimal(self.draw.randint(1, 900)) / 100 if cost else None
        return [StockLine(ref, self.some(4), unit_cost=unit_cost) for ref in self.refs(most)]

    def some(self, most: int) -> Decimal:
        return Decimal(self.draw.randint(1, most))

    def place(self) -> int:
        return self.draw.choice(self.places)

    def earlier(self) -> datetime:
        return self.at - timedelta(minutes=self.draw.randint(2, 60 * 60))

    def sale(self) -> Sale | None:
        return Sale.objects.select_related("business").get(pk=self.sales.pop()) if self.sales else None

    def order(self, states: object) -> PurchaseOrder | None:
        rows = PurchaseOrder.objects.for_business(self.by.business).filter(state__in=states)
        rows = rows.filter(settled_at=None).select_related("business", "supplier")
        found = list(rows.order_by("-pk")[:LATEST])
        return self.draw.choice(found) if found else None

    def receipt(self) -> Receipt | None:
        rows = Receipt.objects.filter(business=self.by.business).select_related("order__business", "order__supplier", "location")
        found = list(rows.order_by("-pk")[:LATEST])
        return self.draw.choice(found) if found else None

    def transfer(self) -> StockTransfer | None:
        rows = StockTransfer.objects.for_business(self.by.business).filter(state__in=UNDER_WAY)
        found = list(rows.select_related("business", "source", "target").order_by("-pk")[:LATEST])
        return self.draw.choice(found) if found else None

    def count(self) -> Stocktake | None:
        rows = Stocktake.objects.for_business(self.by.business).open().select_related("business", "location", "category")
        found = list(rows.order_by("pk"))
        return self.draw.choice(found) if found else None


def sell(hand: Hand, sold_at: datetime | None = None) -> None:
    lines = [BasketLine(ref, hand.some(3)) for ref in hand.refs()]
    sale = record_sale(by=hand.by, lines=lines, at=hand.at, location_id=hand.place(), sold_at=sold_at)
    hand.sales.append(sale.pk)


def sell_earlier(hand: Hand) -> None:
    sell(hand, hand.earlier())


def refund(hand: Hand) -> None:
    if sale := hand.sale():
        lines = [RefundLine(line, Decimal(1), restock=hand.draw.random() < 0.8) for line in sale.lines.all()[:2]]
        refund_sale(sale=sale, lines=lines, by=hand.by, reason="Faulty", at=hand.at)


def void(hand: Hand) -> None:
    if sale := hand.sale():
        void_sale(sale=sale, by=hand.by, reason="Mistyped", at=hand.at)


def till(hand: Hand) -> None:
    """Scan two; then pay, put the basket aside, or take on what somebody put aside."""
    for ref in hand.refs(2):
        basket = add_to_basket(by=hand.by, ref=ref, at=hand.at)
    if hand.draw.random() < 0.4:
        hold_basket(by=hand.by, key=basket.key, at=hand.at)
        return
    if (held := Basket.objects.for_business(hand.by.business).held().first()) and hand.draw.random() < 0.5:
        basket = recall_basket(by=hand.by, key=held.key, at=hand.at)
    hand.sales.append(pay_basket(by=hand.by, key=basket.key, tenders=None, at=hand.at).pk)


def receive(hand: Hand, occurred_at: datetime | None = None) -> None:
    lines = hand.lines(cost=True)
    receive_stock(by=hand.by, lines=lines, at=hand.at, location_id=hand.place(), occurred_at=occurred_at)


def receive_earlier(hand: Hand) -> None:
    receive(hand, hand.earlier())


def order(hand: Hand) -> None:
    wanted = [Wanted(ref, Decimal(12), price=hand.some(9)) for ref in hand.refs()]
    supplier = hand.draw.choice(hand.suppliers)
    draft = create_order(supplier=supplier, by=hand.by, at=hand.at, lines=wanted, location_id=hand.place())
    send_order(order=draft, by=hand.by, at=hand.at, email="")


def receive_of_order(hand: Hand) -> None:
    if found := hand.order(RECEIVABLE):
        came = [Came(line.pk, hand.some(8)) for line in found.lines.all()]
        freight = Decimal(hand.draw.choice([0, 0, 7]))
        receive_order(order=found, by=hand.by, lines=came, at=hand.at, landed_cost=freight)


def bill(hand: Hand) -> None:
    if found := hand.order(BINDING):
        number, on = f"R-{hand.by.pk}-{hand.at:%H%M%S%f}", hand.by.business.local_day(hand.at)
        charge = Charge(number, hand.some(50), on, is_last=hand.draw.random() < 0.5)
        bill_order(order=found, charge=charge, by=hand.by, at=hand.at)


def send_some_back(hand: Hand) -> None:
    if found := hand.receipt():
        line = hand.draw.choice(list(found.lines.all()))
        send_back(receipt=found, by=hand.by, lines=[Back(line.pk, Decimal(1))], reason="Stale", at=hand.at)


def landed(hand: Hand) -> None:
    rows = StockMovement.objects.for_business(hand.by.business).filter(kind=MovementKind.RECEIVED).select_related("product")
    movements = list(rows.order_by("-pk")[: hand.draw.randint(1, 3)])
    add_landed_cost(by=hand.by, movements=movements, amount=hand.some(9), at=hand.at, reason="Freight")


def take(hand: Hand) -> None:
    take_stock(by=hand.by, lines=hand.lines(), reason="Broken", at=hand.at, location_id=hand.place())


def adjust(hand: Hand) -> None:
    sign = hand.draw.choice([1, -1])
    lines = [StockLine(line.ref, sign * line.quantity) for line in hand.lines()]
    adjust_stock(by=hand.by, lines=lines, reason="Found or lost", at=hand.at, location_id=hand.place())


def move(hand: Hand) -> None:
    source, target = hand.draw.sample(hand.places, 2)
    transfer_stock(by=hand.by, lines=hand.lines(), from_id=source, to_id=target, at=hand.at)


def send_away(hand: Hand) -> None:
    source, target = hand.draw.sample(hand.places, 2)
    send_transfer(by=hand.by, lines=hand.lines(), from_id=source, to_id=target, at=hand.at)


def receive_what_was_sent(hand: Hand) -> None:
    """Some of each line, so that it takes a few goes."""
    if found := hand.transfer():
        arrived = [Arrived(line.pk, hand.some(2)) for line in found.lines.all()]
        receive_transfer(transfer=found, by=hand.by, lines=arrived, at=hand.at)


def end_what_was_sent(hand: Hand) -> None:
    if found := hand.transfer():
        close_transfer(transfer=found, by=hand.by, at=hand.at, reason="Lost", write_off=hand.draw.random() < 0.5)


def count(hand: Hand) -> None:
    """Go on with a count, or begin one."""
    stocktake = hand.count() or start_stocktake(by=hand.by, at=hand.at, location_id=hand.place())
    counts = [Counted(ref, Decimal(hand.draw.randint(0, 60)), instead=hand.draw.random() < 0.3) for ref in hand.refs()]
    add_counts(stocktake=stocktake, by=hand.by, counts=counts, at=hand.at)


def recount(hand: Hand) -> None:
    if found := hand.count():
        ask_recount(stocktake=found, by=hand.by, products=hand.products[:25], at=hand.at)


def approve(hand: Hand) -> None:
    if found := hand.count():
        approve_stocktake(stocktake=found, by=hand.by, at=hand.at)


ACTS: dict[Callable[[Hand], None], int] = {
    sell: 30, sell_earlier: 3, till: 8, refund: 6, void: 4, receive: 10, receive_earlier: 4, order: 3, receive_of_order: 6,
    bill: 2, send_some_back: 2, landed: 2, take: 4, adjust: 4, move: 5, send_away: 3,
    receive_what_was_sent: 4, end_what_was_sent: 1, count: 6, recount: 1, approve: 3,
}  # fmt: skip
