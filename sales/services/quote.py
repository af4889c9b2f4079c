"""What a basket on the till comes to, as the page shows it and as it will be sold."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal

from common import money
from common.errors import InvalidInput
from common.fields import LARGEST_AMOUNT
from common.form_fields import DECIMAL_COMMA
from inventory.models import BatchLevel, Product, StockLevel
from inventory.shelves import ProductRef, UnknownProduct, find_shelves
from sales.models import Basket
from sales.services.basket import BasketLine, terms_of
from sales.totals import HUNDRED, Item, Totals, line_amount, reckon

PLAIN = re.compile(r"[0-9]*\.?[0-9]+|[0-9]+\.")


class BadDiscount(InvalidInput):
    code = "bad_discount"
    field = "discount"


@dataclass(frozen=True)
class Entry:
    """One line as the basket keeps it: texts, so that no figure changes on its way through JSON."""

    id: int
    product: int
    quantity: str
    price: str = ""
    given: str = ""
    discount: str = "0"

    def as_line(self) -> BasketLine:
        price = Decimal(self.price) if self.price else None
        return BasketLine(
            ProductRef(product=self.product), Decimal(self.quantity), unit_price=price, discount=Decimal(self.discount)
        )


@dataclass(frozen=True)
class QuotedLine:
    entry: Entry
    shelf: StockLevel
    item: Item
    amount: Decimal
    currency: str
    expired: Decimal = money.ZERO  # of what is available

    @property
    def product(self) -> Product:
        return self.shelf.product

    @property
    def short_by(self) -> Decimal:
        """How much more is wanted than may be sold."""
        return max(self.item.quantity - self.sellable, money.ZERO) if self.product.is_stocked else money.ZERO

    @property
    def sellable(self) -> Decimal:
        return self.shelf.available - self.expired

    @property
    def left(self) -> Decimal:
        return self.sellable - self.item.quantity

    @property
    def shown_price(self) -> str:
        """The price as it is typed, at the currency's places."""
        return f"{self.item.unit_price:.{money.places(self.currency)}f}"

    @property
    def is_repriced(self) -> bool:
        return self.item.unit_price != self.product.price


@dataclass(frozen=True)
class TaxShare:
    rate: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Quote:
    lines: tuple[QuotedLine, ...]
    totals: Totals
    discount: Decimal
    currency: str

    @property
    def total(self) -> Decimal:
        return money.rounded(self.totals.total, self.currency)

    @property
    def items(self) -> Decimal:
        """How many things there are; what is weighed counts as one."""
        return sum(
            (q if q == q.to_integral_value() else Decimal(1) for q in (line.item.quantity for line in self.lines)), money.ZERO
        )

    @property
    def discounts(self) -> Decimal:
        return self.discount + sum((line.item.discount for line in self.lines), money.ZERO)

    @property
    def taxes(self) -> list[TaxShare]:
        return tax_shares(
            (line.item.tax_rate, part.net, part.tax) for line, part in zip(self.lines, self.totals.lines, strict=True)
        )

    @property
    def quick_amounts(self) -> list[Decimal]:
        return quick_amounts(self.total, self.currency)


def quote(basket: Basket) -> Quote:
    """The basket at today's prices; one query, none for an empty one. What cannot be had any more is left out.

    One more where something in it is of batches: what of that had expired when the basket last changed.
    """
    entries = entries_of(basket)
    shelves = _shelves(basket, entries)
    found = [(entry, shelves[entry.product]) for entry in entries if entry.product in shelves]
    currency = basket.business.currency
    expired = _expired(basket, shelves.values())
    lines = tuple(replace(_quoted(entry, shelf, currency), expired=expired[shelf.pk]) for entry, shelf in found)
    due = sum((line.amount for line in lines), money.ZERO)
    discount = min(money_off(basket.discount_given, of=due, currency=currency), due)
    totals = reckon([line.item for line in lines], terms_of(basket.business), discount=discount)
    return Quote(lines, totals, discount, currency)


def entries_of(basket: Basket) -> list[Entry]:
    return [Entry(**entry) for entry in json.loads(basket.lines)]


def as_text(entries: Sequence[Entry]) -> str:
    return json.dumps([asdict(entry) for entry in entries])


def money_off(given: str, *, of: Decimal, currency: str) -> Decimal:
    """A discount as it was typed: an amount (5, 5.50) or a share of `of` (10%)."""
    text = given.strip().removeprefix(money.symbol(currency)).strip()
    if not text:
        return money.ZERO
    number, is_share = text.removesuffix("%").strip(), text.endswith("%")
    plain = DECIMAL_COMMA.sub(r"\1.\2", number)
    value = Decimal(plain) if PLAIN.fullmatch(plain) else None
    if value is None or value > (HUNDRED if is_share else LARGEST_AMOUNT):
        raise BadDiscount("Write an amount, like 5, or a share, like 10%.")
    if is_share:
        return money.rounded(of * value / HUNDRED, currency)
    if not money.fits(value, currency):
        raise BadDiscount(f"An amount in {currency} has at most {money.places(currency)} decimal places.")
    return value


def tax_shares(parts: Iterable[tuple[Decimal, Decimal, Decimal]]) -> list[TaxShare]:
    """(rate, net, tax) of each line, summed by rate, lowest first."""
    sums: dict[Decimal, list[Decimal]] = defaultdict(lambda: [money.ZERO, money.ZERO])
    for rate, net, tax in parts:
        sums[rate][0] += net
        sums[rate][1] += tax
    return [TaxShare(rate, net, tax) for rate, (net, tax) in sorted(sums.items())]


def quick_amounts(total: Decimal, currency: str) -> list[Decimal]:
    """What people hand over: the exact amount, then the next round ones."""
    if total <= 0:
        return []
    unit = Decimal(1) if money.places(currency) else HUNDRED
    amounts = [total]
    for note in (5, 10, 20, 50, 100):
        step = note * unit
        amount = (total / step).to_integral_value(rounding="ROUND_CEILING") * step
        if amount not in amounts:
            amounts.append(amount)
    return sorted(amounts)[:4]


def _shelves(basket: Basket, entries: Sequence[Entry]) -> dict[int, StockLevel]:
    ids = list(dict.fromkeys(entry.product for entry in entries))
    if not ids:
        return {}
    try:
        shelves = find_shelves(business=basket.business, refs=[ProductRef(product=pk) for pk in ids])
    except UnknownProduct:
        ids = list(Product.objects.for_business(basket.business).filter(pk__in=ids).values_list("pk", flat=True))
        shelves = find_shelves(business=basket.business, refs=[ProductRef(product=pk) for pk in ids])
    return {shelf.product_id: shelf for shelf in shelves}


def _expired(basket: Basket, shelves: Iterable[StockLevel]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = defaultdict(Decimal)
    by_product = {shelf.product_id: shelf for shelf in shelves if shelf.product.tracks_batches}
    if by_product:
        today = basket.business.local_day(basket.changed_at)
        levels = BatchLevel.objects.in_stock().filter(batch__product__in=list(by_product), batch__expires_on__lt=today)
        for level in levels.select_related("batch"):
            shelf = by_product[level.batch.product_id]
            found[shelf.pk] += level.on_hand if level.location_id == shelf.location_id else money.ZERO
    return found


def _quoted(entry: Entry, shelf: StockLevel, currency: str) -> QuotedLine:
    """Discounts follow the line: a share is of today's amount, and none is more than the line."""
    price = Decimal(entry.price) if entry.price else shelf.product.price
    item = Item(Decimal(entry.quantity), price, shelf.product.tax_rate)
    gross = money.rounded(item.gross, currency)
    discount = min(money_off(entry.given, of=gross, currency=currency), gross)
    item = replace(item, discount=discount)
    return QuotedLine(replace(entry, discount=str(discount)), shelf, item, line_amount(item, currency), currency)
