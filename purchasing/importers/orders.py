"""Orders from a file, as drafts: the rows with one number are one order. Nothing is sent, and what was sent stays."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from common.errors import DomainError
from imports import values
from imports.one_row import needed, texts
from imports.registry import MONTH_FIRST, Column, Document, ImportKind, Job, Outcome, Row, Verdict, register
from inventory.models import Product
from inventory.shelves import ProductRef, find_location
from purchasing.models import OrderState, PurchaseLine, PurchaseOrder, Supplier
from purchasing.queries.orders import get_whole_orders
from purchasing.services.lines import Wanted, lines_of
from purchasing.services.orders import check_expected, create_order, refused, update_order

OURS = re.compile(r"PO-\d+")
LONGEST_NUMBER = 20


@dataclass(slots=True)
class _Draft:
    """An order as its rows have it, or the row that is wrong and why."""

    rows: Document
    supplier: Supplier | None = None
    wanted: list[Wanted] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)
    order: PurchaseOrder | None = None
    outcome: Outcome = Outcome.NEW
    fault: DomainError | None = None

    @property
    def number(self) -> str:
        return self.rows[0]["order"]

    @property
    def wrong(self) -> int:
        return self.fault.line or 0 if self.fault else 0


class OrderSession:
    def __init__(self, job: Job) -> None:
        self._job, self._business = job, job.by.business
        rows = Supplier.objects.for_business(self._business).select_related("category")
        self._suppliers = {supplier.name.casefold(): supplier for supplier in rows}
        self._orders: dict[str, PurchaseOrder] = {}
        self._products: dict[str, Product] = {}

    def key(self, row: Row) -> str:
        return row["order"]

    def judge(self, documents: Sequence[Document]) -> list[Verdict]:
        return [verdict for draft in self._drafts(documents) for verdict in _verdicts(draft)]

    def apply(self, documents: Sequence[Document]) -> list[Verdict]:
        verdicts: list[Verdict] = []
        for draft in self._drafts(documents):
            try:
                with transaction.atomic():
                    self._save(draft)
            except DomainError as error:
                draft.fault, draft.outcome = error, Outcome.ERROR
            verdicts += _verdicts(draft)
        return verdicts

    def finish(self) -> None:
        """A draft is told to nobody."""

    def _drafts(self, documents: Sequence[Document]) -> list[_Draft]:
        numbers = {rows[0]["order"] for rows in documents}
        skus = {row["sku"] for rows in documents for row in rows}
        self._orders = {order.number: order for order in get_whole_orders(self._business).filter(number__in=numbers)}
        self._products = {each.sku: each for each in Product.objects.for_business(self._business).filter(sku__in=skus)}
        return [self._draft(rows) for rows in documents]

    def _draft(self, rows: Document) -> _Draft:
        draft = _Draft(rows)
        try:
            for index, row in enumerate(rows):
                _on(index, lambda row=row: self._read(draft, row))
            draft.order = self._orders.get(draft.number)
            self._settle(draft)
        except DomainError as error:
            draft.fault, draft.outcome = error, Outcome.ERROR
        return draft

    def _read(self, draft: _Draft, row: Row) -> None:
        row.check_shape()
        needed(row, "order", "The row has no order number.", longest=LONGEST_NUMBER)
        name = needed(row, "supplier", "The row names no supplier.", longest=120)
        supplier = self._suppliers.get(name.casefold())
        if supplier is None:
            raise values.BadCell(f"There is no supplier called {name}. Import the suppliers first.", field="supplier")
        if draft.supplier and draft.supplier != supplier:
            raise values.BadCell(f"Order {draft.number} is from {draft.supplier} in the row above.", field="supplier")
        draft.supplier = supplier
        draft.said |= self._said(row)
        draft.wanted.append(self._wanted(row))

    def _wanted(self, row: Row) -> Wanted:
        product = self._products.get(needed(row, "sku", "The row has no SKU.", longest=64))
        if product is None:
            raise values.BadCell(f"There is no product with the SKU {row['sku']}. Import the products first.", field="sku")
        comma = self._job.decimal_comma
        quantity = values.number(
            needed(row, "quantity", "The row has no quantity.", longest=40), field="quantity", decimal_comma=comma
        )
        price = values.number(row["price"], field="price", decimal_comma=comma) if row["price"] else None
        return Wanted(ProductRef(product=product.pk), quantity, row["unit"], price)

    def _said(self, row: Row) -> dict[str, Any]:
        said = texts(row, {"note": 255})
        if row["expected_on"]:
            said["expected_on"] = values.day(row["expected_on"], field="expected_on", month_first=self._job.month_first)
        return said

    def _settle(self, draft: _Draft) -> None:
        """What becomes of it; raises where it cannot be."""
        order, supplier = draft.order, draft.supplier
        if order is None and OURS.fullmatch(draft.number):
            raise values.BadCell(f"There is no order {draft.number}. Numbers like this are given by us.", field="order")
        if order and order.supplier != supplier:
            raise values.BadCell(f"{draft.number} is from {order.supplier}.", field="supplier")
        if order and _is_same(order, draft):
            draft.outcome = Outcome.UNCHANGED
            return
        if order and order.state != OrderState.DRAFT:
            raise refused(order, "can no longer be changed")
        draft.outcome = Outcome.CHANGED if order else Outcome.NEW
        check_expected(draft.said.get("expected_on"), self._today)
        self._try(draft)

    @property
    def _today(self) -> date:
        return self._business.local_day(self._job.at)

    def _try(self, draft: _Draft) -> None:
        """Check the lines as the service will. A shelf that is missing is made only when the order is."""
        place = find_location(business=self._business, location_id=None)
        unsaved = draft.order or PurchaseOrder(business=self._business, supplier=draft.supplier, location=place)
        with transaction.atomic():
            lines_of(unsaved, draft.wanted)
            transaction.set_rollback(True)

    def _save(self, draft: _Draft) -> None:
        by, at = self._job.by, self._job.at
        if draft.outcome is Outcome.CHANGED and draft.order:
            update_order(order=draft.order, by=by, at=at, lines=draft.wanted, values=draft.said)
        elif draft.outcome is Outcome.NEW and draft.supplier:
            create_order(supplier=draft.supplier, by=by, at=at, lines=draft.wanted, values=draft.said, number=draft.number)


def _on(index: int, read: Any) -> None:
    try:
        read()
    except DomainError as error:
        error.line = index
        raise


def _is_same(order: PurchaseOrder, draft: _Draft) -> bool:
    """Whether the file says of the order what it says already; an empty cell says nothing."""
    if any(getattr(order, name) != value for name, value in draft.said.items()):
        return False
    lines = {line.product_id: line for line in order.lines.all()}
    return len(lines) == len(draft.wanted) and all(_is_line(lines.get(each.ref.product or 0), each) for each in draft.wanted)


def _is_line(line: PurchaseLine | None, wanted: Wanted) -> bool:
    if line is None or line.quantity != wanted.quantity:
        return False
    return wanted.unit in {"", line.unit} and wanted.price in {None, line.price}


def _verdicts(draft: _Draft) -> list[Verdict]:
    """An order with one wrong row is refused whole; the others say which row it was."""
    if draft.fault is None:
        return [Verdict(row, draft.outcome) for row in draft.rows]
    wrong, fault = draft.rows[draft.wrong], draft.fault
    beside = f"Row {wrong.number} of the same order is wrong."
    return [
        Verdict(
            row, Outcome.ERROR, field=fault.field if row is wrong else "order", message=fault.message if row is wrong else beside
        )
        for row in draft.rows
    ]


KIND = register(
    ImportKind(
        name="orders",
        leads_to="purchase_orders",
        label="Purchase orders",
        help="Orders as drafts: the rows with one number are one order. Nothing is sent. Suppliers and products come first.",
        columns=(
            Column("order", "Order", ("order number", "number", "po", "po number", "purchase order"), required=True),
            Column("supplier", "Supplier", ("supplier name", "vendor", "vendor name"), required=True),
            Column("sku", "SKU", ("our sku", "product code", "item code", "stock code", "article"), required=True),
            Column("quantity", "Quantity", ("qty", "ordered", "units"), required=True),
            Column("unit", "By the", ("unit", "pack", "uom"), help="Empty: as the supplier sells it."),
            Column("price", "Price of one", ("price", "unit price", "unit cost", "cost"), help="Empty: what the supplier asks."),
            Column("expected_on", "Expected on", ("expected", "due", "delivery date")),
            Column("note", "Note", ("notes", "comment", "remarks")),
        ),
        options=(MONTH_FIRST,),
        open=OrderSession,
    )
)
