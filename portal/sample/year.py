"""A year behind the counter of the sample shop, told through the services."""

from bisect import bisect
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from accounts.models import Member
from inventory.models import MovementKind
from inventory.services.stock import StockLine, adjust_stock, receive_stock, take_stock, transfer_stock
from inventory.shelves import ProductRef
from portal.sample import calendar
from portal.sample.shop import Item, Shop
from sales.models import PaymentMethod, Sale
from sales.services.basket import BasketLine, Tender
from sales.services.sell import record_sale
from sales.services.undo import RefundLine, refund_sale, void_sale

USUAL = 14.0  # baskets on a middling day
LINES = (1, 2, 3, 4, 5)
LINES_WEIGHTS = (34, 28, 20, 11, 7)
DELIVERY_DAYS = {1, 4}  # Tuesday and Friday
DELIVERY_AT = time(7, 10)
COVER_DAYS = 21
CASE = 6
LARGE = 24  # a delivery of more than this is split with the back room
FOUND_ON = 5  # each fifth day of a month that is counted finds one more, the others one less
VOIDS, REFUNDS, DISCOUNTS, KNOWN, CASH = 0.006, 0.012, 0.04, 0.08, 0.3
LATE_FOR = timedelta(days=30)  # for so long nobody has ordered what is low today


@dataclass
class Story:
    shop: Shop
    first: date
    until: datetime
    chance: Random
    late: list[Item]
    to_refund: list[tuple[date, Sale]] = field(default_factory=list)

    @property
    def last(self) -> date:
        return self.shop.business.local_day(self.until)

    def at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=ZoneInfo(self.shop.business.timezone))


def live_through(*, shop: Shop, first: date, until: datetime, seed: int, late: list[Item]) -> None:
    """Every day from `first` to the moment `until`: deliveries, sales, refunds and small mishaps."""
    story = Story(shop, first, until, Random(seed), late)  # noqa: S311  (a story, not a secret)
    _opening_stock(story)
    for day in calendar.days(first, story.last):
        if calendar.is_open(day):
            _deliver(story, day)
            _mishap(story, day)
            _trade(story, day)


def _opening_stock(story: Story) -> None:
    at = story.at(story.first - timedelta(days=1), time(15, 0))
    lines = []
    for item in story.shop.items:
        item.floor = max(_wanted(story, item), CASE)
        lines.append(_line(item, item.floor))
    receive_stock(by=story.shop.owner, lines=lines, at=at, kind=MovementKind.OPENING)


def _deliver(story: Story, day: date) -> None:
    """Twice a week: first what stands in the back room, then what is short is bought."""
    at = story.at(day, DELIVERY_AT)
    if day.weekday() not in DELIVERY_DAYS or at > story.until:
        return
    _fetch(story, at)
    short = [item for item in story.shop.items if _is_short(story, item, day)]
    bought = {id(item): _wanted(story, item) for item in short}
    to_back = {id(item): (bought[id(item)] // 2 if bought[id(item)] > LARGE else 0) for item in short}
    _receive(story, at, [(item, bought[id(item)] - to_back[id(item)]) for item in short], to_back=False)
    _receive(story, at, [(item, to_back[id(item)]) for item in short if to_back[id(item)]], to_back=True)


def _fetch(story: Story, at: datetime) -> None:
    wanted = [item for item in story.shop.items if item.back and item.floor < _daily(story, item) * COVER_DAYS / 3]
    if not wanted:
        return
    lines = [_line(item, item.back, cost=False) for item in wanted]
    transfer_stock(
        by=story.shop.manager, lines=lines, from_id=story.shop.back_room.pk, to_id=_floor(story), at=at, reason="Shelves filled"
    )
    for item in wanted:
        item.floor, item.back = item.on_hand, 0


def _receive(story: Story, at: datetime, goods: list[tuple[Item, int]], *, to_back: bool) -> None:
    if not goods:
        return
    lines = [_line(item, quantity) for item, quantity in goods]
    place = story.shop.back_room.pk if to_back else None
    receive_stock(by=story.shop.clerk, lines=lines, at=at + timedelta(minutes=20), location_id=place, reason="Delivery")
    for item, quantity in goods:
        if to_back:
            item.back += quantity
        else:
            item.floor += quantity


def _is_short(story: Story, item: Item, day: date) -> bool:
    if item in story.late and story.last - day <= LATE_FOR:
        return False
    return item.on_hand <= item.point + 4 * _daily(story, item)


def _mishap(story: Story, day: date) -> None:
    """Now and then something breaks, or a count finds one more or less."""
    at = story.at(day, time(7, 45))
    item = story.chance.choice([item for item in story.shop.items if item.pull])
    if at > story.until or story.chance.random() > 0.08 or item.floor <= item.point + 2:
        return
    if story.chance.random() < 0.6:
        reason = story.chance.choice(("Broken", "Past its date", "Used in the shop"))
        take_stock(by=story.shop.manager, lines=[_line(item, 1, cost=False)], reason=reason, at=at)
    else:
        change = 1 if day.day % FOUND_ON == 0 else -1
        adjust_stock(by=story.shop.manager, lines=[_line(item, change, cost=False)], reason="Shelf counted", at=at)
        item.floor += change + 1
    item.floor -= 1


def _trade(story: Story, day: date) -> None:
    count = calendar.customers_of(day, first=story.first, usual=USUAL, chance=story.chance)
    for at in calendar.moments(day, count, timezone=story.shop.business.timezone, chance=story.chance):
        if at > story.until:
            return
        _refund_due(story, at)
        sale = _sell(story, at)
        if sale and story.chance.random() < VOIDS:
            _void(story, sale, at + timedelta(minutes=3))
        elif sale and story.chance.random() < REFUNDS:
            story.to_refund.append((day + timedelta(days=story.chance.randint(1, 9)), sale))


def _sell(story: Story, at: datetime) -> Sale | None:
    chance, shop = story.chance, story.shop
    basket = _basket(story)
    if not basket:
        return None
    due = sum((item.product.price * quantity for item, quantity in basket), Decimal(0))
    by, discount = _seller(story), Decimal(0)
    if chance.random() < DISCOUNTS:
        by, discount = shop.manager, shop.business.money(due / 10)
    customer = chance.choice(shop.customers) if chance.random() < KNOWN else None
    lines = [BasketLine(ProductRef(product=item.product.pk), Decimal(quantity)) for item, quantity in basket]
    payments = [_tender(due - discount, chance)]
    sale = record_sale(by=by, lines=lines, at=at, discount=discount, customer=customer, payments=payments)
    for item, quantity in basket:
        item.floor -= quantity
    return sale


def _basket(story: Story) -> list[tuple[Item, int]]:
    items, chance = story.shop.items, story.chance
    pulls = list(accumulate(item.pull for item in items))
    basket: dict[int, int] = {}
    for _ in range(chance.choices(LINES, LINES_WEIGHTS)[0]):
        index = bisect(pulls, chance.random() * pulls[-1])
        quantity = min(chance.choices((1, 2, 3), (80, 16, 4))[0], items[index].floor)
        if quantity > 0 and index not in basket:
            basket[index] = quantity
    return [(items[index], quantity) for index, quantity in basket.items()]


def _seller(story: Story) -> Member:
    shop = story.shop
    return story.chance.choices((shop.clerk, shop.manager, shop.owner), (60, 25, 15))[0]


def _tender(due: Decimal, chance: Random) -> Tender:
    """By card, or in cash with the note that covers it."""
    if chance.random() > CASH:
        return Tender(PaymentMethod.CARD, due)
    note = Decimal(chance.choice((5, 5, 10, 20)))
    return Tender(PaymentMethod.CASH, (due / note).to_integral_value(rounding=ROUND_CEILING) * note)


def _void(story: Story, sale: Sale, at: datetime) -> None:
    if at > story.until:
        return
    void_sale(sale=sale, by=story.shop.manager, reason=story.chance.choice(("Rung up twice", "Customer left without it")), at=at)
    _back_on_shelf(story, sale)


def _refund_due(story: Story, at: datetime) -> None:
    day = story.shop.business.local_day(at)
    for entry in [entry for entry in story.to_refund if entry[0] <= day]:
        story.to_refund.remove(entry)
        line = entry[1].lines.all()[0]
        restock = story.chance.random() < 0.7
        reason = "Wrong one" if restock else "Damaged"
        refund = refund_sale(
            sale=entry[1], lines=[RefundLine(line, line.quantity, restock)], by=story.shop.manager, reason=reason, at=at
        )
        if restock:
            _back_on_shelf(story, refund)


def _back_on_shelf(story: Story, document: Sale) -> None:
    items = {item.product.pk: item for item in story.shop.items}
    for line in document.lines.all():
        items[line.product_id].floor += abs(int(line.quantity))


def _daily(story: Story, item: Item) -> float:
    """How many sell on a usual day."""
    a_basket = sum(lines * weight for lines, weight in zip(LINES, LINES_WEIGHTS, strict=True)) / sum(LINES_WEIGHTS)
    return USUAL * a_basket * 1.25 * item.pull / sum(other.pull for other in story.shop.items)


def _wanted(story: Story, item: Item) -> int:
    """Three weeks' worth over the reorder point, in cases."""
    short = item.point + _daily(story, item) * COVER_DAYS - item.on_hand
    return max(-(-int(short + 1) // CASE), 1) * CASE


def _line(item: Item, quantity: int, *, cost: bool = True) -> StockLine:
    return StockLine(ProductRef(product=item.product.pk), Decimal(quantity), unit_cost=item.cost if cost else None)


def _floor(story: Story) -> int:
    return next(
        level.location_id for level in story.shop.items[0].product.levels.all() if level.location_id != story.shop.back_room.pk
    )
