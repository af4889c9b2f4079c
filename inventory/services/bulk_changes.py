"""What a bulk change makes of one product. The preview and the change itself both ask here, so they agree."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models

from accounts.models import Business
from common import money
from common.errors import DomainError, InvalidInput
from common.fields import LARGEST_AMOUNT, LARGEST_QUANTITY, QUANTITY_PLACES
from inventory.bulk_values import plain, stored, text_of
from inventory.margins import Margin, margin_at
from inventory.models import Category, Product
from inventory.pricing import ROUNDINGS, price_for_margin, rounder
from inventory.services.catalogue import BadPrice, check_price

LARGEST_PERCENT = Decimal(10_000)
LARGEST_MARGIN = Decimal(99)
HUNDRED = Decimal(100)


class BulkChange(models.TextChoices):
    PRICE = "price", "Price: set it"
    PRICE_PERCENT = "price_percent", "Price: up or down by per cent"
    PRICE_AMOUNT = "price_amount", "Price: up or down by an amount"
    PRICE_MARGIN = "price_margin", "Price: to a margin over cost"
    CATEGORY = "category", "Category"
    REORDER_POINT = "reorder_point", "Low at"
    REORDER_QUANTITY = "reorder_quantity", "Then order"
    TAX_RATE = "tax_rate", "Tax rate"
    SELL = "sell", "Put on sale"
    ARCHIVE = "archive", "Archive"
    STOCK = "stock", "Has stock"
    UNSTOCK = "unstock", "Has no stock"


PRICES = (BulkChange.PRICE, BulkChange.PRICE_PERCENT, BulkChange.PRICE_AMOUNT, BulkChange.PRICE_MARGIN)
FLAGS = {
    BulkChange.SELL: ("is_active", True),
    BulkChange.ARCHIVE: ("is_active", False),
    BulkChange.STOCK: ("is_stocked", True),
    BulkChange.UNSTOCK: ("is_stocked", False),
}
VALUED = (*PRICES, BulkChange.REORDER_POINT, BulkChange.REORDER_QUANTITY, BulkChange.TAX_RATE)
MAY_BE_NONE = (BulkChange.REORDER_POINT, BulkChange.REORDER_QUANTITY)


class BadChange(InvalidInput):
    field = "value"


class UnknownCost(DomainError):
    code = "unknown_cost"


@dataclass(frozen=True)
class Change:
    """What is to become of each product. `value` is a price, per cent, amount, quantity or rate, as `what` asks."""

    what: BulkChange
    value: Decimal | None = None
    category: Category | None = None
    rounding: str = ""

    @property
    def field(self) -> str:
        if self.what in FLAGS:
            return FLAGS[self.what][0]
        return "price" if self.what in PRICES else self.what.value

    def said(self, business: Business) -> str:
        """In words: “Price 5 % up, ending in .99”."""
        rounded = f", {ROUNDINGS[self.rounding][:1].lower()}{ROUNDINGS[self.rounding][1:]}" if self.rounding else ""
        if self.what in PRICES:
            return f"Price {self._priced(business)}{rounded}"
        if self.what == BulkChange.CATEGORY:
            return f"Category {self.category.name}" if self.category else "No category"
        if self.what in FLAGS:
            return self.what.label
        shown = "not set" if self.value is None else plain(self.value)
        return f"{self.what.label} {shown}{' %' if self.what == BulkChange.TAX_RATE else ''}"

    def _priced(self, business: Business) -> str:
        value = self.value or Decimal(0)
        way = "down" if value < 0 else "up"
        if self.what == BulkChange.PRICE:
            return f"set to {value} {business.currency}"
        if self.what == BulkChange.PRICE_MARGIN:
            return f"to a margin of {plain(value)} %"
        return f"{plain(abs(value))} {'%' if self.what == BulkChange.PRICE_PERCENT else business.currency} {way}"


@dataclass(frozen=True)
class Judged:
    """A product as it is and as it would be; with a `reason` it stays as it is."""

    product: Product
    before: str
    after: str
    margin_before: Margin | None = None
    margin_after: Margin | None = None
    reason: str = ""
    warning: str = ""

    @property
    def outcome(self) -> str:
        if self.reason:
            return "refused"
        return "unchanged" if self.before == self.after else "changed"


def check_change(change: Change, business: Business) -> None:
    """Refuse what can be right for no product at all. Raises BadChange."""
    if change.what in VALUED and change.value is None and change.what not in MAY_BE_NONE:
        raise BadChange("Say how much.")
    if change.rounding not in ROUNDINGS:
        raise BadChange("There is no such rounding.", field="rounding")
    if change.value is not None:
        _check_number(change.what, change.value, business.currency)


def judged(product: Product, change: Change, business: Business) -> Judged:
    """What becomes of one product. Changes nothing."""
    before = stored(product, change.field)
    try:
        value = _target(product, change, business)
    except DomainError as error:
        return Judged(product, before, "", _margin(product, business, product.price), reason=error.message)
    margin = _margin(product, business, product.price)
    price, rate = (value if change.field == name else getattr(product, name) for name in ("price", "tax_rate"))
    after = _margin(product, business, price, rate)
    return Judged(product, before, text_of(change.field, value), margin, after, warning=_warning(product, change, after))


def _check_number(what: BulkChange, value: Decimal, currency: str) -> None:
    least, most = _bounds(what)
    if not least <= value <= most:
        raise BadChange(f"Enter a number between {least:,} and {most:,}.".replace("-", "\N{MINUS SIGN}"))
    if what == BulkChange.REORDER_QUANTITY and not value:
        raise BadChange("Enter a quantity above 0, or leave it empty.")
    places = money.places(currency) if what in {BulkChange.PRICE, BulkChange.PRICE_AMOUNT} else QUANTITY_PLACES
    if value != round(value, places):
        raise BadChange(f"Enter a number with at most {places} decimal places.")


def _bounds(what: BulkChange) -> tuple[Decimal, Decimal]:
    if what in {BulkChange.REORDER_POINT, BulkChange.REORDER_QUANTITY}:
        return Decimal(0), LARGEST_QUANTITY
    if what == BulkChange.TAX_RATE:
        return Decimal(0), HUNDRED
    if what == BulkChange.PRICE_PERCENT:
        return -HUNDRED, LARGEST_PERCENT
    if what == BulkChange.PRICE_MARGIN:
        return Decimal(0), LARGEST_MARGIN
    return (Decimal(0) if what == BulkChange.PRICE else -LARGEST_AMOUNT), LARGEST_AMOUNT


def _target(product: Product, change: Change, business: Business) -> Any:
    if change.what in FLAGS:
        return FLAGS[change.what][1]
    if change.what == BulkChange.CATEGORY:
        return change.category
    return _price(product, change, business) if change.what in PRICES else change.value


def _price(product: Product, change: Change, business: Business) -> Decimal:
    """Raises BadPrice or UnknownCost. Only what was worked out is rounded; a price that somebody typed is theirs."""
    price = _worked_out(product, change, business)
    if price < 0:
        raise BadPrice("Its price would be below 0.")
    if change.rounding or change.what in {BulkChange.PRICE_PERCENT, BulkChange.PRICE_MARGIN}:
        price = rounder(change.rounding, business.currency)(price)
    check_price(business, price)
    return price


def _worked_out(product: Product, change: Change, business: Business) -> Decimal:
    value = change.value or Decimal(0)
    if change.what == BulkChange.PRICE_PERCENT:
        return product.price * (1 + value / 100)
    if change.what == BulkChange.PRICE_AMOUNT:
        return product.price + value
    if change.what == BulkChange.PRICE:
        return value
    if not product.known_cost:
        raise UnknownCost("Nobody knows what it costs.")
    return price_for_margin(product.known_cost, value, product.tax_rate, includes_tax=business.prices_include_tax)


def _margin(product: Product, business: Business, price: Decimal, tax_rate: Decimal | None = None) -> Margin | None:
    rate = product.tax_rate if tax_rate is None else tax_rate
    return margin_at(product.known_cost, price, rate, includes_tax=business.prices_include_tax)


def _warning(product: Product, change: Change, margin: Margin | None) -> str:
    if change.field in {"price", "tax_rate"} and margin and margin.amount < 0:
        return "Below cost."
    on_hand = getattr(product, "total_on_hand", 0)
    return "There is stock of it." if change.what in {BulkChange.UNSTOCK, BulkChange.ARCHIVE} and on_hand else ""
