"""Transfers between places, what is under way of each product, and what came."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Business
from inventory.models import Product, StockMovement, StockTransfer, StockTransferLine, TransferState
from inventory.models.transfer import UNDER_WAY, StockTransferQuerySet

OPEN = "open"
DOCUMENT = "stock_transfer"


@dataclass(frozen=True)
class TransferFilters:
    text: str = ""
    state: str = ""
    location: int | None = None

    @property
    def are_set(self) -> bool:
        return self != TransferFilters()


def get_transfers(*, business: Business, filters: TransferFilters) -> StockTransferQuerySet:
    rows = get_whole_transfers(business)
    if filters.state == OPEN:
        rows = rows.under_way()
    elif filters.state in TransferState.values:
        rows = rows.filter(state=filters.state)
    if filters.location:
        rows = rows.filter(Q(source_id=filters.location) | Q(target_id=filters.location))
    if text := filters.text.strip():
        rows = rows.filter(Q(number__istartswith=text) | Q(note__icontains=text))
    return rows


def get_whole_transfers(business: Business) -> StockTransferQuerySet:
    """Transfers with their lines; two queries for any number."""
    lines = Prefetch("lines", StockTransferLine.objects.select_related("product").order_by("pk"))
    rows = StockTransfer.objects.for_business(business).prefetch_related(lines)
    return rows.select_related("business", "source", "target", "sent_by__user", "ended_by__user")


def get_transfer_lines(transfers: StockTransferQuerySet) -> "QuerySet[StockTransferLine]":
    """All lines of these, the newest transfer first."""
    lines = StockTransferLine.objects.filter(transfer__in=transfers.order_by().values("pk"))
    lines = lines.select_related("product", "transfer__source", "transfer__target")
    return lines.order_by("-transfer__created_at", "-transfer_id", "pk")


def get_arrivals(transfer: StockTransfer) -> "QuerySet[StockMovement]":
    """What came to its place, newest first: found by its products there, which is what the ledger is indexed by."""
    rows = StockMovement.objects.filter(
        product__in=transfer.lines.values("product"),
        location=transfer.target_id,
        document_type=DOCUMENT,
        document_id=transfer.pk,
    )
    return rows.select_related("product", "moved_by__user").order_by("-pk")


def get_lines_under_way(product: Product) -> list[StockTransferLine]:
    """Where some of a product is under way, the oldest first."""
    lines = StockTransferLine.objects.filter(product=product, transfer__state__in=UNDER_WAY)
    lines = lines.select_related("transfer__source", "transfer__target").order_by("pk")
    return [line for line in lines if line.outstanding]


def get_under_way_to(products: Iterable[int]) -> dict[tuple[int, int], Decimal]:
    """By product and the place it goes to, how much is under way: one query for any number of products."""
    lines = StockTransferLine.objects.filter(product__in=set(products), transfer__state__in=UNDER_WAY)
    found: dict[tuple[int, int], Decimal] = {}
    for line in lines.select_related("transfer"):
        key = (line.product_id, line.transfer.target_id)
        found[key] = found.get(key, Decimal(0)) + line.outstanding
    return found
