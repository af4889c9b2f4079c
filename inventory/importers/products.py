"""Products from a file: known by their SKU; an empty cell leaves what is there as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Business
from common.errors import DomainError, InvalidInput
from common.fields import COST_STEP, LARGEST_AMOUNT, LARGEST_QUANTITY, QUANTITY_STEP
from imports import values
from imports.registry import Column, Document, ImportKind, Job, Outcome, Row, Verdict, register
from inventory.models import Barcode, Category, Product, StockMovement
from inventory.services.bulk import create_products
from inventory.services.catalogue import check_price, update_product
from inventory.services.places import save_category
from inventory.services.watch import check_business
from inventory.units import Unit

UNITS = {
    **{unit.value: unit for unit in Unit},
    **{unit.label.casefold(): unit for unit in Unit},
    **dict.fromkeys(("pc", "pcs", "piece", "pieces", "ea", "unit", "units", "item"), Unit.EACH),
    **dict.fromkeys(("kilo", "kilogram", "kilograms", "kgs"), Unit.KILOGRAM),
    **dict.fromkeys(("gram", "grams", "gr"), Unit.GRAM),
    **dict.fromkeys(("litre", "liter", "litres", "liters", "ltr"), Unit.LITRE),
    **dict.fromkeys(("metre", "meter", "metres", "meters"), Unit.METRE),
    **dict.fromkeys(("pairs",), Unit.PAIR),
}


@dataclass(slots=True)
class _Draft:
    """A row as it was read: what it says of the product, or what is wrong with it."""

    row: Row
    sku: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    category: str = ""
    barcodes: tuple[str, ...] = ()
    fault: DomainError | None = None
    product: Product | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    new_codes: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        if self.fault:
            return Outcome.ERROR
        if self.product is None:
            return Outcome.NEW
        return Outcome.CHANGED if self.changes or self.new_codes else Outcome.UNCHANGED


class ProductSession:
    def __init__(self, job: Job) -> None:
        self._job = job
        self._business = job.by.business
        self._codes: dict[str, int] = {}
        self._categories = {c.name.casefold(): c for c in Category.objects.for_business(self._business)}

    def key(self, row: Row) -> str:
        return row["sku"]

    def judge(self, documents: Sequence[Document]) -> list[Verdict]:
        return [_verdict(draft) for draft in self._drafts(documents)]

    def apply(self, documents: Sequence[Document]) -> list[Verdict]:
        drafts = self._drafts(documents)
        self._make_categories({d.category for d in drafts if d.category and not d.fault})
        by, at = self._job.by, self._job.at
        fresh = [draft for draft in drafts if draft.outcome is Outcome.NEW]
        if fresh:
            create_products(by=by, rows=[(self._values(draft), draft.barcodes) for draft in fresh], at=at)
        for draft in drafts:
            if draft.outcome is Outcome.CHANGED:
                self._change(draft)
        return [_verdict(draft) for draft in drafts]

    def finish(self) -> None:
        check_business(business=self._business, at=self._job.at, once_stocked=True)

    def _drafts(self, documents: Sequence[Document]) -> list[_Draft]:
        drafts = [self._draft(row, first=rows[0]) for rows in documents for row in rows]
        self._compare_products(drafts)
        self._compare_barcodes(drafts)
        return drafts

    def _draft(self, row: Row, *, first: Row) -> _Draft:
        draft = _Draft(row)
        try:
            row.check_shape()
            if row is not first:
                raise values.BadCell(f"SKU {row['sku']} stands in row {first.number} already.", field="sku")
            draft.sku = _needed(row, "sku", "The row has no SKU.", longest=64)
            draft.category = values.text(row["category"], field="category", longest=120)
            draft.barcodes = _barcodes(row)
            draft.said = _said(row, self._business, comma=self._job.decimal_comma)
        except DomainError as error:
            draft.fault = error
        return draft

    def _compare_products(self, drafts: Sequence[_Draft]) -> None:
        skus = {draft.sku for draft in drafts if not draft.fault}
        rows = Product.objects.for_business(self._business).filter(sku__in=skus).select_related("category")
        here = {product.sku: product for product in rows.prefetch_related("barcodes")}
        for draft in drafts:
            if draft.fault:
                continue
            draft.product = here.get(draft.sku)
            try:
                self._settle(draft)
            except DomainError as error:
                draft.fault = error

    def _settle(self, draft: _Draft) -> None:
        product = draft.product
        if product is None:
            for name, sentence in (("name", "The row has no name."), ("price", "The row has no price.")):
                if name not in draft.said:
                    raise values.BadCell(sentence, field=name)
            draft.new_codes = draft.barcodes
            return
        draft.changes = {name: value for name, value in draft.said.items() if getattr(product, name) != value}
        if draft.category and (product.category is None or product.category.name.casefold() != draft.category.casefold()):
            draft.changes["category"] = draft.category
        if "unit" in draft.changes and StockMovement.objects.filter(product=product).exists():
            raise values.BadCell("The unit cannot change once stock has moved.", field="unit")
        have = {barcode.code for barcode in product.barcodes.all()}
        draft.new_codes = tuple(code for code in draft.barcodes if code not in have)

    def _compare_barcodes(self, drafts: Sequence[_Draft]) -> None:
        codes = [code for draft in drafts for code in draft.new_codes]
        rows = Barcode.objects.for_business(self._business).filter(code__in=codes).select_related("product")
        owners = {barcode.code: barcode.product.label for barcode in rows}
        for draft in drafts:
            for code in draft.new_codes if not draft.fault else ():
                if code in owners:
                    draft.fault = values.BadCell(f"Barcode {code} belongs to {owners[code]}.", field="barcodes")
                elif self._codes.setdefault(code, draft.row.number) != draft.row.number:
                    draft.fault = values.BadCell(f"Barcode {code} stands in row {self._codes[code]} already.", field="barcodes")

    def _make_categories(self, names: set[str]) -> None:
        for name in sorted(names):
            if name.casefold() not in self._categories:
                category = Category(business=self._business, name=name)
                self._categories[name.casefold()] = save_category(category=category, by=self._job.by, at=self._job.at)

    def _values(self, draft: _Draft) -> Mapping[str, Any]:
        category = {"category": self._categories[draft.category.casefold()]} if draft.category else {}
        return {"sku": draft.sku, **draft.said, **category}

    def _change(self, draft: _Draft) -> None:
        product = draft.product
        if product is None:
            return
        said = {**draft.changes}
        if "category" in said:
            said["category"] = self._categories[draft.category.casefold()]
        codes = [barcode.code for barcode in product.barcodes.all()] + list(draft.new_codes)
        try:
            with transaction.atomic():
                update_product(
                    product=product,
                    by=self._job.by,
                    values=said,
                    at=self._job.at,
                    barcodes=codes if draft.new_codes else None,
                    watching=False,
                )
        except DomainError as error:
            draft.fault = error


def _verdict(draft: _Draft) -> Verdict:
    fault = draft.fault
    return Verdict(draft.row, draft.outcome, field=fault.field if fault else "", message=fault.message if fault else "")


def _said(row: Row, business: Business, *, comma: bool) -> dict[str, Any]:
    """What the row's cells say; an empty cell says nothing."""
    said: dict[str, Any] = {}
    if row["name"]:
        said["name"] = values.text(row["name"], field="name", longest=200)
    for name, most in (
        ("price", LARGEST_AMOUNT),
        ("cost", LARGEST_AMOUNT),
        ("tax_rate", 100),
        ("reorder_point", LARGEST_QUANTITY),
        ("reorder_quantity", LARGEST_QUANTITY),
    ):
        if row[name]:
            said[name] = _amount(row, name, comma=comma, most=Decimal(most))
    if "price" in said:
        check_price(business, said["price"])
    if said.get("reorder_quantity") == 0:
        raise values.BadCell("A reorder quantity is above 0; leave it empty for none.", field="reorder_quantity")
    if row["unit"]:
        said["unit"] = _unit(row["unit"])
    if row["is_active"]:
        said["is_active"] = values.yes(row["is_active"], field="is_active")
    return said


def _amount(row: Row, name: str, *, comma: bool, most: Decimal) -> Decimal:
    amount = values.number(row[name], field=name, decimal_comma=comma)
    if not 0 <= amount <= most:
        raise values.BadCell(f"{amount:f} is out of bounds: enter 0 to {most:,}.", field=name)
    step = COST_STEP if name in {"cost", "price"} else QUANTITY_STEP
    if amount != amount.quantize(step):
        raise values.BadCell(f"“{row[name]}” has more than {-int(step.as_tuple().exponent)} decimal places.", field=name)
    return amount


def _unit(text: str) -> Unit:
    unit = UNITS.get(text.casefold().rstrip("."))
    if unit is None:
        known = ", ".join(unit.value for unit in Unit)
        raise InvalidInput(f"“{text[:40]}” is not a unit we know. Use one of: {known}.", field="unit")
    return unit


def _barcodes(row: Row) -> tuple[str, ...]:
    cut = row["barcodes"].replace(";", " ").replace(",", " ").replace("|", " ").split()
    return tuple(dict.fromkeys(values.text(code, field="barcodes", longest=64) for code in cut))


def _needed(row: Row, name: str, sentence: str, *, longest: int) -> str:
    if not row[name]:
        raise values.BadCell(sentence, field=name)
    return values.text(row[name], field=name, longest=longest)


KIND = register(
    ImportKind(
        name="products",
        leads_to="products",
        label="Products",
        help="Your catalogue. A product is known by its SKU: new ones are created, known ones changed where the file differs.",
        columns=(
            Column(
                "sku",
                "SKU",
                (
                    "code",
                    "product code",
                    "item code",
                    "stock code",
                    "stockcode",
                    "article",
                    "article number",
                    "variant sku",
                    "item number",
                ),
                required=True,
            ),
            Column("name", "Name", ("product", "product name", "title", "description", "item", "item name"), required=True),
            Column(
                "price",
                "Price",
                ("retail price", "selling price", "sale price", "unit price", "variant price", "rrp", "preis"),
                required=True,
            ),
            Column(
                "category",
                "Category",
                ("group", "product category", "department", "type", "kategorie"),
                help="Created where there is none of that name.",
            ),
            Column(
                "barcodes",
                "Barcodes",
                ("barcode", "ean", "gtin", "upc", "ean13", "variant barcode"),
                help="Several are cut by spaces.",
            ),
            Column("unit", "Unit", ("uom", "unit of measure", "einheit")),
            Column("tax_rate", "Tax rate", ("vat", "vat rate", "tax", "tax %", "vat %", "tax rate %"), help="In per cent."),
            Column("cost", "Cost", ("cost price", "purchase price", "unit cost", "buying price", "cost per item")),
            Column(
                "reorder_point",
                "Reorder point",
                ("reorder level", "low stock", "minimum", "min stock", "minimum stock", "reorder at"),
            ),
            Column("reorder_quantity", "Reorder quantity", ("order quantity", "reorder qty", "restock quantity")),
            Column("is_active", "Active", ("enabled", "for sale", "status", "published"), help="Yes or no."),
        ),
        open=ProductSession,
    )
)
