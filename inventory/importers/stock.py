"""Opening stock from a file: what was on a shelf on the first day.

It is set once for a product and place. The same again changes nothing; another figure is refused with the way to correct
it, since stock that was adjusted or counted since must not be doubled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from common.errors import DomainError
from common.fields import COST_STEP, LARGEST_AMOUNT
from imports import values
from imports.registry import Column, Document, ImportKind, Job, Outcome, Row, Verdict, register
from inventory.models import Barcode, Location, MovementKind, Product, StockLevel, StockMovement
from inventory.services.stock import StockLine, convert, look_up_packs, receive_stock
from inventory.services.watch import check_business
from inventory.shelves import ProductRef


@dataclass(slots=True)
class _Count:
    """A row as it was read: how many of which product where, or what is wrong with it."""

    row: Row
    product: Product | None = None
    place: Location | None = None
    quantity: Decimal = Decimal(0)
    unit: str = ""
    unit_cost: Decimal | None = None
    fault: DomainError | None = None
    outcome: Outcome = Outcome.NEW

    @property
    def shelf(self) -> tuple[int, int]:
        return (self.product.pk if self.product else 0, self.place.pk if self.place else 0)


class StockSession:
    def __init__(self, job: Job) -> None:
        self._job = job
        self._business = job.by.business
        places = Location.objects.for_business(self._business).places().active()
        self._places = {place.name.casefold(): place for place in places}
        self._default = next((place for place in self._places.values() if place.is_default), None)
        self._seen: dict[tuple[int, int], int] = {}

    def key(self, row: Row) -> str:
        return ""

    def judge(self, documents: Sequence[Document]) -> list[Verdict]:
        return [_verdict(count) for count in self._counts(documents)]

    def apply(self, documents: Sequence[Document]) -> list[Verdict]:
        counts = self._counts(documents)
        fresh = sorted((c for c in counts if c.outcome is Outcome.NEW), key=lambda count: count.shelf[1])
        for place, group in groupby(fresh, key=lambda count: count.shelf[1]):
            lines = [StockLine(ProductRef(product=c.shelf[0]), c.quantity, c.unit, c.unit_cost) for c in group]
            receive_stock(
                by=self._job.by,
                lines=lines,
                at=self._job.at,
                location_id=place,
                reason=self._job.by.via,
                kind=MovementKind.OPENING,
                watching=False,
            )
        return [_verdict(count) for count in counts]

    def finish(self) -> None:
        check_business(business=self._business, at=self._job.at, once_stocked=True)

    def _counts(self, documents: Sequence[Document]) -> list[_Count]:
        rows = [row for rows in documents for row in rows]
        by_sku, by_code = self._products(rows)
        found = [(by_sku.get(row["sku"]) or by_code.get(row["barcode"]), row["unit"]) for row in rows]
        look_up_packs((product, unit) for product, unit in found if product)
        counts = [self._count(row, by_sku, by_code) for row in rows]
        self._compare(counts)
        return counts

    def _products(self, rows: Sequence[Row]) -> tuple[dict[str, Product], dict[str, Product]]:
        skus = {row["sku"] for row in rows}
        codes = {row["barcode"] for row in rows if not row["sku"]}
        products = Product.objects.for_business(self._business).filter(sku__in=skus)
        barcodes = Barcode.objects.for_business(self._business).filter(code__in=codes).select_related("product")
        return {product.sku: product for product in products}, {barcode.code: barcode.product for barcode in barcodes}

    def _count(self, row: Row, by_sku: dict[str, Product], by_code: dict[str, Product]) -> _Count:
        count = _Count(row)
        try:
            row.check_shape()
            count.product = self._product(row, by_sku, by_code)
            count.place = self._place(row)
            self._once(count)
            self._quantities(count)
        except DomainError as error:
            count.fault, count.outcome = error, Outcome.ERROR
        return count

    def _product(self, row: Row, by_sku: dict[str, Product], by_code: dict[str, Product]) -> Product:
        name, table = ("sku", by_sku) if row["sku"] else ("barcode", by_code)
        if not row[name]:
            raise values.BadCell("The row names no product: it has neither SKU nor barcode.", field="sku")
        product = table.get(row[name])
        if product is None:
            label = "SKU" if name == "sku" else "barcode"
            raise values.BadCell(f"There is no product with the {label} {row[name][:64]}. Import the products first.", field=name)
        if not product.is_stocked or product.has_variants:
            raise values.BadCell(f"{product.label} has no stock of its own.", field=name)
        if product.tracks_batches:
            raise values.BadCell(f"{product.label} expires. Receive it under Stock, which asks when.", field=name)
        return product

    def _place(self, row: Row) -> Location:
        place = self._places.get(row["location"].casefold()) if row["location"] else self._default
        if place is None:
            raise values.BadCell(f"There is no place called {row['location'][:120]}.", field="location")
        return place

    def _once(self, count: _Count) -> None:
        first = self._seen.setdefault(count.shelf, count.row.number)
        if first != count.row.number:
            raise values.BadCell(f"This product stands in row {first} already.", field="sku")

    def _quantities(self, count: _Count) -> None:
        """Quantity and cost in the product's own unit."""
        row, comma, product = count.row, self._job.decimal_comma, count.product
        quantity = values.number(row["quantity"], field="quantity", decimal_comma=comma)
        cost = values.number(row["unit_cost"], field="unit_cost", decimal_comma=comma) if row["unit_cost"] else None
        if quantity < 0:
            raise values.BadCell("Stock is 0 or more.", field="quantity")
        if cost is not None and not 0 <= cost <= LARGEST_AMOUNT:
            raise values.BadCell(f"A cost lies between 0 and {LARGEST_AMOUNT:,}.", field="unit_cost")
        factor = Decimal(1)
        if quantity:
            quantity, factor = convert(shelf=StockLevel(product=product), quantity=quantity, unit=row["unit"])
        count.quantity = quantity
        count.unit_cost = (cost / factor).quantize(COST_STEP) if cost is not None else None

    def _compare(self, counts: Sequence[_Count]) -> None:
        good = [count for count in counts if not count.fault]
        moved = StockMovement.objects.filter(product__in=[count.product for count in good if count.product]).order_by()
        opening = {(move.product_id, move.location_id): move for move in moved.filter(kind=MovementKind.OPENING)}
        others = set(moved.exclude(kind=MovementKind.OPENING).values_list("product_id", "location_id").distinct())
        for count in good:
            try:
                count.outcome = self._outcome(count, opening.get(count.shelf), is_moved=count.shelf in others)
            except DomainError as error:
                count.fault, count.outcome = error, Outcome.ERROR

    def _outcome(self, count: _Count, opening: StockMovement | None, *, is_moved: bool) -> Outcome:
        if opening is not None:
            same = opening.quantity == count.quantity and count.unit_cost in {None, opening.unit_cost}
            if not same:
                raise values.BadCell(
                    f"The opening stock was set to {opening.quantity.normalize():f} already. Adjust or count the stock instead.",
                    field="quantity",
                )
            return Outcome.UNCHANGED
        if not count.quantity:
            return Outcome.UNCHANGED
        if is_moved:
            raise values.BadCell("Stock of this product has moved here already. Adjust or count it instead.", field="quantity")
        return Outcome.NEW


def _verdict(count: _Count) -> Verdict:
    fault = count.fault
    return Verdict(count.row, count.outcome, field=fault.field if fault else "", message=fault.message if fault else "")


KIND = register(
    ImportKind(
        name="stock",
        leads_to="stock",
        label="Opening stock",
        help="What is on the shelves on your first day. It is set once for each product and place.",
        columns=(
            Column(
                "sku",
                "SKU",
                ("code", "product code", "item code", "stock code", "stockcode", "article", "article number", "variant sku"),
            ),
            Column("barcode", "Barcode", ("barcodes", "ean", "gtin", "upc", "ean13")),
            Column(
                "quantity",
                "Quantity",
                ("qty", "on hand", "in stock", "stock", "count", "stock level", "available", "inventory", "units"),
                required=True,
            ),
            Column("unit_cost", "Unit cost", ("cost", "cost price", "purchase price", "cost per item", "average cost")),
            Column("unit", "Unit", ("uom", "unit of measure", "pack")),
            Column(
                "location", "Place", ("location", "shop", "warehouse", "store", "branch"), help="Empty means your main place."
            ),
        ),
        one_of=(("sku", "barcode"),),
        open=StockSession,
    )
)
