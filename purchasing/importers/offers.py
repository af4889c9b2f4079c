"""What suppliers sell, from a file: their codes, packs and prices. Known by the supplier and our SKU."""

from collections.abc import Hashable, Sequence
from copy import copy
from decimal import Decimal
from typing import Any

from imports import values
from imports.one_row import Draft, OneRowSession, needed, texts
from imports.registry import Column, ImportKind, Job, Row, register
from inventory.models import Product
from purchasing.models import Offer, Supplier
from purchasing.services.offers import NotBought, add_offer, fill_offer, update_offer


class OfferSession(OneRowSession[Offer]):
    twice = "What this supplier sells of it stands in row {} already."

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        rows = Supplier.objects.for_business(self.business).select_related("business")
        self._suppliers = {supplier.name.casefold(): supplier for supplier in rows}
        self._products: dict[str, Product] = {}
        self._known: dict[tuple[int, int], Offer] = {}

    def look_up(self, rows: Sequence[Row]) -> None:
        skus = {row["sku"] for row in rows}
        products = Product.objects.for_business(self.business).filter(sku__in=skus).prefetch_related("packs")
        self._products = {product.sku: product for product in products}
        offers = Offer.objects.for_business(self.business).filter(product__in=list(self._products.values()))
        offers = offers.select_related("supplier", "business", "product").prefetch_related("product__packs")
        self._known = {(offer.supplier_id, offer.product_id): offer for offer in offers}

    def named(self, row: Row) -> Hashable:
        return self._named(row)

    def known(self, row: Row) -> Offer | None:
        return self._known.get(self._named(row))

    def said(self, row: Row, thing: Offer | None) -> dict[str, Any]:
        said = texts(row, {"code": 64, "unit": 40})
        for name in ("price", "minimum"):
            if row[name]:
                said[name] = values.number(row[name], field=name, decimal_comma=self.job.decimal_comma)
        for name in ("is_preferred", "is_active"):
            if row[name]:
                said[name] = values.yes(row[name], field=name)
        if thing is None and "price" not in said:
            raise values.BadCell("The row has no price.", field="price")
        fill_offer(copy(thing) if thing else self._new(row), said)
        return said

    def save(self, draft: Draft[Offer]) -> None:
        by, at = self.job.by, self.job.at
        if draft.thing:
            update_offer(offer=draft.thing, by=by, values=draft.changes, at=at)
        else:
            new = self._new(draft.row)
            add_offer(supplier=new.supplier, product=new.product, by=by, values=draft.said, at=at)

    def _named(self, row: Row) -> tuple[int, int]:
        name = needed(row, "supplier", "The row names no supplier.", longest=120)
        supplier = self._suppliers.get(name.casefold())
        if supplier is None:
            raise values.BadCell(f"There is no supplier called {name}. Import the suppliers first.", field="supplier")
        product = self._products.get(needed(row, "sku", "The row has no SKU.", longest=64))
        if product is None:
            raise values.BadCell(f"There is no product with the SKU {row['sku']}. Import the products first.", field="sku")
        if product.has_variants:
            raise NotBought(f"{product.label} is bought by its variants. Choose one of them.", field="sku")
        return supplier.pk, product.pk

    def _new(self, row: Row) -> Offer:
        supplier, product = self._suppliers[" ".join(row["supplier"].split()).casefold()], self._products[row["sku"]]
        return Offer(business=self.business, supplier=supplier, product=product, unit=product.unit, price=Decimal(0))


KIND = register(
    ImportKind(
        name="offers",
        leads_to="suppliers",
        label="Prices of suppliers",
        help="What each supplier sells: their code, by which unit or pack, at what price. Suppliers and products come first.",
        columns=(
            Column("supplier", "Supplier", ("supplier name", "vendor", "vendor name"), required=True),
            Column("sku", "SKU", ("our sku", "product code", "item code", "stock code", "article"), required=True),
            Column("code", "Their code", ("supplier sku", "supplier code", "vendor sku", "vendor code", "code")),
            Column(
                "unit", "By the", ("unit", "pack", "uom", "order unit"), help="A unit or pack of the product; empty: its own."
            ),
            Column("price", "Price of one", ("price", "cost", "unit cost", "unit price", "purchase price"), required=True),
            Column("minimum", "Fewest", ("minimum", "minimum quantity", "moq", "min quantity")),
            Column("is_preferred", "Preferred", ("buy here first", "first choice"), help="Yes or no."),
            Column("is_active", "Active", ("in use", "enabled", "status"), help="Yes or no."),
        ),
        open=OfferSession,
    )
)
