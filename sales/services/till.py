"""The basket on the till: what is in it, who holds it, and paying it once."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Member
from accounts.permissions import Action
from common import money
from common.db import unit_of_work
from common.errors import DomainError, InvalidInput
from inventory.services.reserve import release, reserve
from inventory.shelves import ProductRef, UnknownProduct, find_shelves
from sales.models import Basket, Customer, Sale
from sales.models.basket import OPEN
from sales.services.basket import Tender, check_discounts, items_of
from sales.services.customers import create_customer
from sales.services.quote import Entry, as_text, entries_of, money_off, quote
from sales.services.sell import MOST_LINES, BadSale, record_sale

HELD = "held_basket"
SOLD_KEPT_FOR = timedelta(days=2)
Change = Callable[[list[Entry]], list[Entry]]


class BasketGone(DomainError):
    code = "basket_gone"


class NothingToHold(InvalidInput):
    code = "nothing_to_hold"


class TotalChanged(DomainError):
    code = "total_changed"


def open_basket(*, by: Member) -> Basket:
    """The basket on this member's till; a new, unsaved one where there is none."""
    basket = Basket.objects.for_business(by.business).filter(member=by, place=OPEN).first()
    basket = basket or Basket(member=by)
    basket.business = by.business
    return basket


@unit_of_work()
def add_to_basket(*, by: Member, ref: ProductRef, at: datetime, quantity: Decimal = Decimal(1)) -> Basket:
    """One more of a product: on its line where it has a plain one, else on a new line at the end."""
    by.must(Action.SELL)
    basket = _locked_open(by, at)
    shelf = find_shelves(business=by.business, refs=[ref])[0]
    items_of(shelves=[shelf], lines=[Entry(0, shelf.product_id, str(quantity)).as_line()], by=by)

    def add(entries: list[Entry]) -> list[Entry]:
        same = [e for e in entries if e.product == shelf.product_id and not (e.price or e.given)]
        if not same:
            return [*entries, Entry(1 + max((e.id for e in entries), default=0), shelf.product_id, str(quantity))]
        more = replace(same[-1], quantity=str(Decimal(same[-1].quantity) + quantity))
        return [*(e for e in entries if e.id != more.id), more]

    return _changed(basket, add, at)


@unit_of_work()
def set_line(
    *, by: Member, key: str, line: int, at: datetime, quantity: Decimal, price: Decimal | None = None, discount: str = ""
) -> Basket:
    """Change a line of the open basket; a quantity of 0 takes it out. A price or discount is checked at once."""
    by.must(Action.SELL)
    if quantity == 0:
        return remove_line(by=by, key=key, line=line, at=at)
    basket = _locked(by, key)
    entry = _entry(basket, line)
    shelf = find_shelves(business=by.business, refs=[ProductRef(product=entry.product)])[0]
    usual, currency = shelf.product.price, by.business.currency
    override = "" if price is None or price == usual else f"{price:f}"
    changed = replace(entry, quantity=f"{quantity:f}", price=override, given=discount.strip(), discount="0")
    gross = items_of(shelves=[shelf], lines=[changed.as_line()], by=by)[0].gross
    off = money_off(discount, of=money.rounded(gross, currency), currency=currency)
    items_of(shelves=[shelf], lines=[replace(changed, discount=str(off)).as_line()], by=by)
    basket = _changed(basket, lambda entries: [changed if e.id == line else e for e in entries], at)
    if (changed.given, changed.price) != (entry.given, entry.price) and off:
        check_discounts(items=[line.item for line in quote(basket).lines], discount=basket.discount, by=by)
    return basket


@unit_of_work()
def remove_line(*, by: Member, key: str, line: int, at: datetime) -> Basket:
    by.must(Action.SELL)
    return _changed(_locked(by, key), lambda entries: [e for e in entries if e.id != line], at)


@unit_of_work()
def set_discount(*, by: Member, key: str, discount: str, at: datetime) -> Basket:
    """A discount on the whole basket, as an amount or a share of it."""
    by.must(Action.SELL)
    basket = _locked(by, key)
    basket.discount_given = discount.strip()
    due = sum((line.amount for line in quote(basket).lines), money.ZERO)
    off = money_off(discount, of=due, currency=by.business.currency)
    check_discounts(items=[line.item for line in quote(basket).lines], discount=off, by=by)
    return _changed(basket, lambda entries: entries, at)


@unit_of_work()
def set_customer(*, by: Member, customer: Customer | None, at: datetime) -> Basket:
    by.must(Action.SELL)
    basket = _locked_open(by, at)
    basket.customer = customer
    basket.save(update_fields=["customer"])
    return basket


@unit_of_work()
def set_new_customer(*, by: Member, values: Mapping[str, Any], at: datetime) -> Basket:
    """Write down somebody new, who buys what is on the till."""
    return set_customer(by=by, customer=create_customer(by=by, values=values, at=at), at=at)


@unit_of_work()
def hold_basket(*, by: Member, key: str, at: datetime) -> Basket:
    """Put the basket aside, for any till of the shop to recall. Until then its goods are committed, as far as they are there."""
    by.must(Action.SELL)
    basket = _locked(by, key)
    if not entries_of(basket):
        raise NothingToHold("There is nothing to hold.")
    return _put_aside(basket, at)


@unit_of_work()
def recall_basket(*, by: Member, key: str, at: datetime) -> Basket:
    """Take a held basket to this till; what stands there is held instead."""
    by.must(Action.SELL)
    held = Basket.objects.for_business(by.business).held().select_for_update().filter(key=key).first()
    if held is None:
        raise BasketGone("Somebody else recalled this basket.")
    current = open_basket(by=by)
    if current.pk and entries_of(current):
        _put_aside(current, at)
    elif current.pk:
        current.delete()
    release(document_type=HELD, document_id=held.pk)
    held.member, held.place, held.held_at = by, OPEN, None
    held.save(update_fields=["member", "place", "held_at"])
    return held


@unit_of_work()
def discard_basket(*, by: Member, key: str) -> None:
    by.must(Action.SELL)
    _locked(by, key).delete()


@unit_of_work()
def pay_basket(*, by: Member, key: str, tenders: Sequence[Tender] | None, at: datetime, expected: Decimal | None = None) -> Sale:
    """Sell the basket, once: paying it again, or twice at the same moment, answers with the first sale.

    The lock on its row makes the second wait. `expected` is the total the customer was told.
    """
    by.must(Action.SELL)
    basket = Basket.objects.for_business(by.business).select_for_update().filter(key=key, member=by).first()
    if basket is None or basket.held_at:
        raise BasketGone("This basket is no longer on your till. Recall it first.")
    if basket.sale_id:
        return basket.sale  # type: ignore[return-value]
    sale = record_sale(
        by=by, lines=[entry.as_line() for entry in entries_of(basket)], discount=basket.discount, payments=tenders,
        customer=basket.customer, at=at,
    )  # fmt: skip
    if expected is not None and sale.total != expected:
        symbol = money.symbol(by.business.currency)
        raise TotalChanged(
            f"A price changed meanwhile: the total is now {symbol}{money.rounded(sale.total, by.business.currency)}."
        )
    Basket.objects.filter(pk=basket.pk).update(sale=sale, place=basket.key, lines="[]", changed_at=at)
    return sale


def _locked_open(by: Member, at: datetime) -> Basket:
    basket = Basket.objects.for_business(by.business).select_for_update().filter(member=by, place=OPEN).first()
    if basket is None:
        Basket.objects.filter(member=by).sold_before(at - SOLD_KEPT_FOR).delete()
        basket, _ = Basket.objects.get_or_create(member=by, place=OPEN, defaults={"business": by.business, "changed_at": at})
    basket.business = by.business
    return basket


def _locked(by: Member, key: str) -> Basket:
    basket = Basket.objects.for_business(by.business).select_for_update().filter(member=by, place=OPEN, key=key).first()
    if basket is None:
        raise BasketGone("This basket was paid or held meanwhile. The page shows what is on the till now.")
    basket.business = by.business
    return basket


def _entry(basket: Basket, line: int) -> Entry:
    for entry in entries_of(basket):
        if entry.id == line:
            return entry
    raise UnknownProduct("This line is no longer in the basket.")


def _changed(basket: Basket, change: Change, at: datetime) -> Basket:
    """Apply a change to the lines and keep what everything now comes to."""
    entries = change(entries_of(basket))
    if len(entries) > MOST_LINES:
        raise BadSale(f"A sale has at most {MOST_LINES} lines.")
    basket.lines = as_text(entries)
    quoted = quote(basket)
    basket.lines = as_text([line.entry for line in quoted.lines])
    basket.discount, basket.total, basket.changed_at = quoted.discount, quoted.total, at
    basket.version += 1
    basket.save(update_fields=["lines", "discount_given", "discount", "total", "changed_at", "version"])
    return basket


def _put_aside(basket: Basket, at: datetime) -> Basket:
    basket.place, basket.held_at = basket.key, at
    basket.save(update_fields=["place", "held_at"])
    wanted: dict[int, Decimal] = defaultdict(Decimal)
    for line in quote(basket).lines:
        if line.product.is_stocked:
            wanted[line.shelf.pk] += line.item.quantity
    reserve(business=basket.business, wanted=wanted, document_type=HELD, document_id=basket.pk, at=at)
    return basket
