"""Checks what is about to be sold, before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Business, Member, TaxRounding
from accounts.permissions import Action
from common import money
from common.errors import DomainError, InvalidInput, on_line
from common.fields import LARGEST_AMOUNT
from inventory.models import StockLevel
from inventory.services.stock import convert, look_up_packs
from inventory.shelves import ProductRef
from sales.models import PaymentMethod
from sales.totals import HUNDRED, Item, Terms, line_amount


@dataclass(frozen=True)
class BasketLine:
    """What the customer takes. Without a price it is the product's; a discount is an amount off the line."""

    ref: ProductRef
    quantity: Decimal
    unit_price: Decimal | None = None
    discount: Decimal = money.ZERO
    unit: str = ""


@dataclass(frozen=True)
class Tender:
    method: str
    amount: Decimal


class BadAmount(InvalidInput):
    code = "bad_amount"


class NotForSale(DomainError):
    code = "not_for_sale"
    field = "product"


class DiscountTooLarge(InvalidInput):
    code = "discount_too_large"
    field = "discount"


class NotEnoughPaid(DomainError):
    code = "not_enough_paid"
    field = "payments"


class OnlyCashGivesChange(DomainError):
    code = "only_cash_gives_change"
    field = "payments"


def terms_of(business: Business) -> Terms:
    return Terms(business.currency, business.prices_include_tax, business.tax_rounding == TaxRounding.DOCUMENT)


def check_amount(amount: Decimal, business: Business, *, field: str) -> None:
    if not amount.is_finite() or not 0 <= amount <= LARGEST_AMOUNT:
        raise BadAmount(f"An amount lies between 0 and {LARGEST_AMOUNT:,}.", field=field)
    if not money.fits(amount, business.currency):
        raise BadAmount(
            f"An amount in {business.currency} has at most {money.places(business.currency)} decimal places.", field=field
        )


def items_of(*, shelves: Sequence[StockLevel], lines: Sequence[BasketLine], by: Member) -> list[Item]:
    """Each line with its quantity in the product's unit, its price and its tax; refuses what may not be sold so."""
    look_up_packs((shelf.product, line.unit) for shelf, line in zip(shelves, lines, strict=True))
    items = []
    for index, (shelf, line) in enumerate(zip(shelves, lines, strict=True)):
        with on_line(index):
            items.append(_item(shelf, line, by))
    return items


def check_discounts(*, items: Sequence[Item], discount: Decimal, by: Member) -> None:
    """A discount is no more than what it is off, and over the business's limit only for those who may."""
    check_amount(discount, by.business, field="discount")
    currency = by.business.currency
    due = sum((line_amount(item, currency) for item in items), money.ZERO)
    if discount > due:
        raise DiscountTooLarge("The discount is more than the sale.")
    given = discount + sum((item.discount for item in items), money.ZERO)
    gross = sum((item.gross for item in items), money.ZERO)
    if given * HUNDRED > gross * by.business.most_discount_percent:
        by.must(Action.LARGE_DISCOUNT)


def settle(*, total: Decimal, tenders: Sequence[Tender] | None, business: Business) -> tuple[list[Tender], Decimal]:
    """The payments and the change. Without payments: the exact amount in cash."""
    if tenders is None:
        return ([Tender(PaymentMethod.CASH, total)] if total else []), money.ZERO
    for tender in tenders:
        check_amount(tender.amount, business, field="payments")
    paid = sum((tender.amount for tender in tenders), money.ZERO)
    if paid < total:
        raise NotEnoughPaid(f"{money.symbol(business.currency)}{money.rounded(total - paid, business.currency)} is still to pay.")
    change = paid - total
    if change > sum((tender.amount for tender in tenders if tender.method == PaymentMethod.CASH), money.ZERO):
        raise OnlyCashGivesChange("Only cash gives change. Take the exact amount by other means.")
    return [tender for tender in tenders if tender.amount], change


def _item(shelf: StockLevel, line: BasketLine, by: Member) -> Item:
    product, business = shelf.product, by.business
    if not product.is_active or product.has_variants:
        raise NotForSale(
            f"{product.label} is not for sale." if not product.is_active else f"Choose one of the variants of {product.label}."
        )
    quantity, factor = convert(shelf=shelf, quantity=line.quantity, unit=line.unit)
    if quantity < 0:
        raise InvalidInput(f"{product.label}: enter a quantity above 0.", field="quantity")
    price = product.price
    if line.unit_price is not None:
        check_amount(line.unit_price, business, field="unit_price")
        price = line.unit_price / factor
    if price != product.price:
        by.must(Action.OVERRIDE_PRICE)
    check_amount(line.discount, business, field="discount")
    item = Item(quantity, price, product.tax_rate, line.discount)
    if item.gross > LARGEST_AMOUNT:
        raise BadAmount(f"{product.label}: the line comes to more than {LARGEST_AMOUNT:,}.", field="quantity")
    if line_amount(item, business.currency) < 0:
        raise DiscountTooLarge(f"{product.label}: the discount is more than the line.")
    return item
