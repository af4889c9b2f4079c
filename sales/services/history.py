"""Sales made elsewhere, taken in as history: whole receipts, many at once, without moving stock unless asked.

A receipt is known by its source and number. It goes in once; one that has gained lines since is completed; one that
differs otherwise stays as it is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import zip_longest

from django.db.models import Prefetch

from accounts import trail
from accounts.models import Business, Member, TaxRounding
from accounts.permissions import Action
from common import money
from common.db import BATCH, create_all, unit_of_work
from common.errors import InvalidInput
from common.fields import LARGEST_AMOUNT, LARGEST_QUANTITY, QUANTITY_STEP
from inventory.models import Location, Product
from sales.models import Customer, Payment, PaymentMethod, Sale, SaleKind, SaleLine
from sales.services.basket import terms_of
from sales.services.history_parts import find_customers, find_products, missing_customers, missing_products
from sales.services.history_stock import Taken, move_history
from sales.totals import HUNDRED, Item, Terms, Totals, reckon


class BadHistory(InvalidInput):
    code = "bad_history"


class Standing(StrEnum):
    NEW = "new"
    GROWN = "grown"
    UNCHANGED = "unchanged"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class PastLine:
    """What was sold; a return has a negative quantity and discount. Without a tax rate it is the product's."""

    sku: str
    name: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal = money.ZERO
    tax_rate: Decimal | None = None
    is_stocked: bool = True

    @property
    def signature(self) -> tuple[str, Decimal, Decimal, Decimal]:
        return self.sku, self.quantity, self.unit_price, self.discount


@dataclass(frozen=True, slots=True)
class PastCustomer:
    reference: str
    name: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class PastSale:
    number: str
    kind: SaleKind
    sold_at: datetime
    lines: tuple[PastLine, ...]
    customer: PastCustomer | None = None
    method: str = PaymentMethod.OTHER


@dataclass(frozen=True, slots=True)
class Compared:
    """How a receipt of the file stands to what is here; `known` says for each of its lines whether it is here."""

    standing: Standing
    known: tuple[bool, ...]
    sale: Sale | None = None


def check_line(line: PastLine, business: Business) -> None:
    """Refuse, with a sentence, what no receipt can hold."""
    if line.quantity == 0:
        raise BadHistory("The quantity is 0: nothing was sold.", field="quantity")
    if abs(line.quantity) > LARGEST_QUANTITY or line.quantity != line.quantity.quantize(QUANTITY_STEP):
        raise BadHistory(f"A quantity has at most three decimal places and is at most {LARGEST_QUANTITY:,}.", field="quantity")
    _check_amounts(line, business)
    if line.tax_rate is not None and not 0 <= line.tax_rate <= HUNDRED:
        raise BadHistory("A tax rate lies between 0 and 100 per cent.", field="tax_rate")


def _check_amounts(line: PastLine, business: Business) -> None:
    if line.unit_price < 0:
        raise BadHistory("The price is negative: a correction in the books, not a sale.", field="unit_price")
    for field, amount in (("unit_price", line.unit_price), ("discount", line.discount)):
        if not money.fits(amount, business.currency):
            raise BadHistory(
                f"An amount in {business.currency} has at most {money.places(business.currency)} decimal places.", field=field
            )
    if abs(line.quantity * line.unit_price) > LARGEST_AMOUNT:
        raise BadHistory(f"The line comes to more than {LARGEST_AMOUNT:,}.", field="unit_price")
    if not 0 <= (line.discount if line.quantity > 0 else -line.discount) <= abs(line.quantity * line.unit_price):
        raise BadHistory("The discount lies between 0 and what the line comes to.", field="discount")


def line_total(line: PastLine, business: Business) -> Decimal:
    """What the line comes to at its price, less its discount, in whole pennies."""
    return money.rounded(line.quantity * line.unit_price, business.currency) - line.discount


def compare(*, business: Business, source: str, sales: Sequence[PastSale]) -> list[Compared]:
    """Each receipt against what is here, in three queries however many there are."""
    lines = SaleLine.objects.select_related("product").order_by("pk")
    rows = Sale.objects.for_business(business).filter(source=source, number__in=[sale.number for sale in sales])
    here = {row.number: row for row in rows.select_related("customer").prefetch_related(Prefetch("lines", lines))}
    return [_compared(sale, here.get(sale.number)) for sale in sales]


@unit_of_work()
def record_history(
    *, by: Member, source: str, sales: Sequence[PastSale], at: datetime, document: str = "", move_stock: bool = False
) -> list[Compared]:
    """Write the receipts that are new, and the lines that others have gained. All of them or none.

    Missing products are created without a reorder point, so that nothing is told of them until they are stocked;
    missing customers too. With `move_stock` their goods leave the shelf as well. Says how each receipt stood before.
    """
    by.must(Action.IMPORT)
    compared = compare(business=by.business, source=source, sales=sales)
    fresh = [past for past, found in zip(sales, compared, strict=True) if found.standing is Standing.NEW]
    grown = [(past, found) for past, found in zip(sales, compared, strict=True) if found.standing is Standing.GROWN]
    books = _Books.open(by, source, [*fresh, *(past for past, _ in grown)], at)
    written = books.write_new(fresh)
    taken = [(sale, _taken(past, ())) for sale, past in zip(written, fresh, strict=True)]
    for past, found in grown:
        if found.sale:
            written.append(books.complete(found.sale, past))
            taken.append((found.sale, _taken(past, found.known)))
    if move_stock:
        move_history(by=by, at=at, sales=taken, products=books.products)
    if written:
        _audit(by, written, at, document)
    return compared


def _taken(past: PastSale, known: Sequence[bool]) -> list[Taken]:
    """What the lines that were not here yet took."""
    return [Taken(line.sku, line.quantity) for line, is_known in zip_longest(past.lines, known) if not is_known]


def _compared(past: PastSale, here: Sale | None) -> Compared:
    if here is None:
        return Compared(Standing.NEW, (False,) * len(past.lines))
    stored = Counter((row.product.sku, row.quantity, row.unit_price, row.discount) for row in here.lines.all())
    known = []
    for line in past.lines:
        known.append(stored[line.signature] > 0)
        stored[line.signature] -= known[-1]
    standing = Standing.UNCHANGED if all(known) else Standing.GROWN
    if any(stored.values()) or not _same_head(past, here) or (standing is Standing.GROWN and _was_touched(here)):
        standing = Standing.DIFFERENT
    return Compared(standing, tuple(known), here)


def _same_head(past: PastSale, here: Sale) -> bool:
    reference = past.customer.reference if past.customer else ""
    return (
        here.kind == past.kind
        and here.sold_at == past.sold_at
        and (here.customer.reference if here.customer else "") == reference
    )


def _was_touched(here: Sale) -> bool:
    return any(row.refunded_quantity for row in here.lines.all())


@dataclass(frozen=True)
class _Books:
    """What writing needs: who writes, and the products and customers of the receipts."""

    by: Member
    source: str
    at: datetime
    place: Location
    products: Mapping[str, Product]
    customers: Mapping[str, Customer]

    @classmethod
    def open(cls, by: Member, source: str, sales: Sequence[PastSale], at: datetime) -> "_Books":
        business = by.business
        lines = [line for sale in sales for line in sale.lines]
        products = find_products(business, [line.sku for line in lines])
        products |= missing_products(by, [line for line in lines if line.sku not in products], at)
        people = {sale.customer.reference: sale.customer for sale in sales if sale.customer}
        customers = find_customers(business, people)
        customers |= missing_customers(business, [who for key, who in people.items() if key not in customers], at)
        place = Location.objects.for_business(business).get(is_default=True)
        return cls(by, source, at, place, products, customers)

    def write_new(self, sales: Sequence[PastSale]) -> list[Sale]:
        terms = terms_of(self.by.business)
        totals = [self._reckon(past, terms) for past in sales]
        rows = create_all(Sale, [self._sale(past, total) for past, total in zip(sales, totals, strict=True)])
        lines = [row for sale, past, total in zip(rows, sales, totals, strict=True) for row in self._lines(sale, past, total)]
        SaleLine.objects.bulk_create(lines, batch_size=BATCH)
        paid = [(sale, past.method) for sale, past in zip(rows, sales, strict=True) if sale.total]
        payments = [Payment(sale=sale, method=method, amount=sale.total, at=sale.sold_at) for sale, method in paid]
        Payment.objects.bulk_create(payments, batch_size=BATCH)
        return rows

    def complete(self, sale: Sale, past: PastSale) -> Sale:
        """Write the receipt's lines anew with those it has gained; its number, its id and the terms of its day stay."""
        by_document = sale.tax_rounding == TaxRounding.DOCUMENT
        total = self._reckon(past, Terms(self.by.business.currency, sale.prices_include_tax, by_document))
        anew = self._sale(past, total)
        for name in ("subtotal", "tax", "total", "cost", "paid"):
            setattr(sale, name, getattr(anew, name))
        sale.version += 1
        sale.save(update_fields=["subtotal", "tax", "total", "cost", "paid", "version"])
        sale.lines.all().delete()
        sale.payments.all().delete()
        SaleLine.objects.bulk_create(self._lines(sale, past, total), batch_size=BATCH)
        Payment.objects.create(sale=sale, method=past.method, amount=sale.total, at=sale.sold_at)
        return sale

    def _reckon(self, past: PastSale, terms: Terms) -> Totals:
        items = [Item(line.quantity, line.unit_price, self._rate(line), line.discount) for line in past.lines]
        return reckon(items, terms)

    def _rate(self, line: PastLine) -> Decimal:
        return self.products[line.sku].tax_rate if line.tax_rate is None else line.tax_rate

    def _unit_cost(self, line: PastLine) -> Decimal:
        return self.products[line.sku].known_cost or money.ZERO

    def _sale(self, past: PastSale, total: Totals) -> Sale:
        business = self.by.business
        cost = sum((line.quantity * self._unit_cost(line) for line in past.lines), money.ZERO)
        return Sale(
            business=business,
            kind=past.kind,
            number=past.number,
            source=self.source,
            location=self.place,
            customer=self.customers[past.customer.reference] if past.customer else None,
            sold_by=self.by,
            sold_at=past.sold_at,
            sold_on=business.local_day(past.sold_at),
            recorded_at=self.at,
            prices_include_tax=business.prices_include_tax,
            tax_rounding=business.tax_rounding,
            subtotal=total.net,
            tax=total.tax,
            total=total.total,
            paid=total.total,
            cost=business.money(cost),
        )

    def _lines(self, sale: Sale, past: PastSale, total: Totals) -> list[SaleLine]:
        return [
            SaleLine(
                sale=sale,
                product=self.products[line.sku],
                description=(line.name or self.products[line.sku].label)[:255],
                quantity=line.quantity,
                unit_price=line.unit_price,
                discount=line.discount,
                tax_rate=self._rate(line),
                net=part.net,
                tax=part.tax,
                total=part.total,
                unit_cost=self._unit_cost(line),
            )
            for line, part in zip(past.lines, total.lines, strict=True)
        ]


def _audit(by: Member, written: Sequence[Sale], at: datetime, document: str) -> None:
    total = sum((sale.total for sale in written), money.ZERO)
    trail.record(
        "sales imported",
        by.business,
        by=by,
        at=at,
        after={"receipts": len(written), "first": written[0].number, "last": written[-1].number, "total": total},
        document=document,
    )
