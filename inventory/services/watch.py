"""Low and out: decided here once, for every movement and for the morning's check (rule 13)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.models import Business
from alerts.models import AlertKind
from alerts.services import Finding, raise_everywhere, recover
from common.db import batched, unit_of_work
from inventory.models import Category, MovementKind, Product, ProductQuerySet, StockMovement, StockState

CHUNK = 500
KIND = {StockState.LOW: AlertKind.LOW_STOCK, StockState.OUT: AlertKind.OUT_OF_STOCK}


@dataclass(frozen=True)
class Standing:
    """What there is of a product over all places. What is in transit can be sold nowhere, so it is incoming and not available."""

    product: Product
    on_hand: Decimal
    committed: Decimal = Decimal(0)
    sold: bool | None = None  # None: not known, so it is looked up where it matters
    in_transit: Decimal = Decimal(0)  # known where levels were read; not available, and still the shop's

    @property
    def owned(self) -> Decimal:
        return self.on_hand + self.in_transit

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.committed

    @property
    def state(self) -> StockState:
        """Low: 0 < available <= reorder point. Out: none available, with a reorder point or past sales."""
        product, point = self.product, self.product.effective_reorder_point
        if not (product.is_active and product.is_stocked) or product.has_variants:
            return StockState.OK
        if self.available <= 0:
            return StockState.OUT if point is not None or _was_sold(product, self.sold) else StockState.OK
        return StockState.LOW if point is not None and self.available <= point else StockState.OK


@unit_of_work()
def watch(*, business: Business, standings: Sequence[Standing], at: datetime) -> None:
    """Note which products changed between fine, low and out; open, replace and resolve their alerts."""
    _watch({business: standings}, at)


def _watch(standings: Mapping[Business, Sequence[Standing]], at: datetime) -> None:
    changed = {business: some for business, all_of in standings.items() if (some := _changed(all_of))}
    if not changed:
        return
    for business, some in changed.items():
        _recover(business, some, at)
    worse = {business: [_finding(*one) for one in some if _is_worse(*one)] for business, some in changed.items()}
    eased = {business: [_finding(*one) for one in some if _is_eased(*one)] for business, some in changed.items()}
    every = [one for some in changed.values() for one in some]
    for state in sorted({state for _, state in every}):
        Product.objects.filter(pk__in=[s.product.pk for s, now in every if now is state]).update(stock_state=state)
    raise_everywhere(findings=eased, at=at, tell=False)
    raise_everywhere(findings=worse, at=at)


def _changed(standings: Sequence[Standing]) -> list[tuple[Standing, StockState]]:
    states = [(standing, standing.state) for standing in standings]
    return [(standing, state) for standing, state in states if state != standing.product.stock_state]


def _recover(business: Business, changed: Sequence[tuple[Standing, StockState]], at: datetime) -> None:
    for kind in KIND.values():
        mended = [s.product.subject_key for s, _ in changed if KIND.get(StockState(s.product.stock_state)) is kind]
        if mended:
            recover(business=business, kind=kind, subject_keys=mended, at=at)


@unit_of_work()
def check_products(*, business: Business, products: Iterable[Product], at: datetime) -> None:
    """Check given products, annotated `with_stock` and with their category selected."""
    standings = [Standing(p, p.total_on_hand, p.total_committed) for p in products]  # type: ignore[attr-defined]
    watch(business=business, standings=standings, at=at)


def check_some(*, business: Business, ids: Sequence[int], at: datetime) -> None:
    """After a change of many: a few statements for each chunk of them, and one email."""
    rows = Product.objects.for_business(business).with_stock().select_related("category").order_by("pk")
    chunks = (rows.filter(pk__in=part) for part in batched(ids, CHUNK))
    watch(business=business, standings=[found for chunk in chunks for found in _whose_state_changes(list(chunk))], at=at)


def check_product(*, product: Product, at: datetime) -> None:
    """After a change of its reorder point, category or activity."""
    rows = Product.objects.filter(pk=product.pk).with_stock().select_related("category")
    check_products(business=product.business, products=rows, at=at)


def forget(*, product: Product, at: datetime) -> None:
    """Before it is deleted: nothing is to be done about it any more."""
    for kind in (*KIND.values(), AlertKind.LEDGER_MISMATCH):
        recover(business=product.business, kind=kind, subject_keys=[product.subject_key], at=at)


@unit_of_work()
def check_business(*, business: Business, at: datetime, category: Category | None = None, once_stocked: bool = False) -> None:
    """Check all products, or those of one category, in chunks; what is new is told in one email.

    `once_stocked` passes over products that never had stock: just listed, they are not missing yet.
    """
    rows = Product.objects.for_business(business)
    if category is not None:
        rows = rows.filter(category=category)
    if once_stocked:
        rows = rows.filter(Exists(StockMovement.objects.filter(product=OuterRef("pk"))))
    _check(rows, [business], at)


@unit_of_work()
def check_businesses(*, businesses: Sequence[Business], at: datetime) -> None:
    """Check all products of several shops, in as many statements as of one; each person is told in one email."""
    if businesses:
        _check(Product.objects.filter(business__in=businesses), businesses, at)


def _check(products: ProductQuerySet, businesses: Sequence[Business], at: datetime) -> None:
    last, shops = 0, {shop.pk: shop for shop in businesses}
    found: dict[Business, list[Standing]] = defaultdict(list)
    rows = products.whose_state_may_change().select_related("category").order_by("pk")
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1].pk
        for standing in _whose_state_changes(chunk):
            found[shops[standing.product.business_id]].append(standing)
    _watch(found, at)


def _whose_state_changes(products: Sequence[Product]) -> list[Standing]:
    standings = [Standing(p, p.total_on_hand, p.total_committed, sold=True) for p in products]  # type: ignore[attr-defined]
    maybe = [s for s in standings if s.state != s.product.stock_state]
    moved = StockMovement.objects.filter(product__in=[s.product for s in maybe], kind=MovementKind.SOLD)
    sold = set(moved.order_by().values_list("product_id", flat=True).distinct())
    exact = [Standing(s.product, s.on_hand, s.committed, sold=s.product.pk in sold) for s in maybe]
    return [s for s in exact if s.state != s.product.stock_state]


def _is_eased(standing: Standing, state: StockState) -> bool:
    """From out to merely low: an alert stays open, but nobody needs a second email."""
    return standing.product.stock_state == StockState.OUT and state is StockState.LOW


def _is_worse(standing: Standing, state: StockState) -> bool:
    return state is not StockState.OK and not _is_eased(standing, state)


def _finding(standing: Standing, state: StockState) -> Finding:
    product, left = standing.product, f"{standing.available.normalize():f}"
    if state is StockState.OUT:
        message = "None left." if standing.available == 0 else f"The stock says {left}."
    else:
        message = f"{left} left, reorder point {(product.effective_reorder_point or Decimal(0)).normalize():f}."
    return Finding(KIND[state], product.subject_key, product.label, message, reverse("product", args=[product.pk]))


def _was_sold(product: Product, known: bool | None) -> bool:  # noqa: FBT001  (an answer, not a switch)
    if known is not None:
        return known
    return StockMovement.objects.filter(product=product, kind=MovementKind.SOLD).exists()
