"""Everything that the page of one product shows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db.models import Q, Sum

from accounts.models import Business
from alerts.models import Alert
from audit.models import AuditEntry
from common.fields import QUANTITY_STEP
from inventory.cover import Cover, cover
from inventory.models import LocationKind, Pack, Product, StockLevel, StockMovement
from inventory.models.movement import StockMovementQuerySet
from inventory.queries.products import days_known, get_daily_sales

PRICES_SHOWN = 20


@dataclass(frozen=True)
class Standing:
    """The five states of a quantity, over all places. What is in transit is on hand nowhere, and incoming where it goes to."""

    on_hand: Decimal
    committed: Decimal
    incoming: Decimal
    in_transit: Decimal
    levels: Sequence[StockLevel]

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.committed

    @property
    def owned(self) -> Decimal:
        """All of which the shop has the value, wherever it is."""
        return self.on_hand + self.in_transit


@dataclass(frozen=True)
class TimelineRow:
    """A movement and what was on hand after it."""

    movement: StockMovement
    balance: Decimal


@dataclass(frozen=True)
class PriceChange:
    at: datetime
    price: Decimal
    before: Decimal | None
    by: str


@dataclass(frozen=True)
class LastChange:
    """`changes` are (what, from, to)."""

    by: str
    at: datetime | None
    changes: Sequence[tuple[str, object, object]]


@dataclass(frozen=True)
class RecentSales:
    """Sold per day over four weeks, oldest first; returns count against it."""

    days: Sequence[Decimal]
    total: Decimal
    cover: Cover | None


def get_standing(product: Product) -> Standing:
    rows = StockLevel.objects.filter(product=product).select_related("location")
    everywhere = list(rows.order_by("-location__is_default", "location__name"))
    levels = [level for level in everywhere if level.location.kind == LocationKind.PLACE]
    return Standing(
        on_hand=sum((level.on_hand for level in levels), Decimal(0)),
        committed=sum((level.committed for level in levels), Decimal(0)),
        incoming=sum((level.incoming for level in levels), Decimal(0)),
        in_transit=sum((level.on_hand for level in everywhere if level not in levels), Decimal(0)),
        levels=levels,
    )


def get_movements_of(product: Product) -> StockMovementQuerySet:
    return StockMovement.objects.filter(product=product).select_related("location", "moved_by__user")


def get_timeline(*, product: Product, movements: Sequence[StockMovement], on_hand: Decimal) -> list[TimelineRow]:
    """Movements, newest first, each with the balance after it: counted down from what there is now, in transit too."""
    balance = on_hand - (_moved_since(product, movements[0]) if movements else Decimal(0))
    rows = []
    for movement in movements:
        rows.append(TimelineRow(movement, balance))
        balance -= movement.quantity
    return rows


def get_recent_sales(*, product: Product, business: Business, available: Decimal, today: date) -> RecentSales:
    days = get_daily_sales(products=[product], business=business, today=today)[product.pk]
    total = sum(days, Decimal(0))
    return RecentSales(days, total, cover(available, total, days=days_known(product, business, today)))


def get_price_history(product: Product) -> list[PriceChange]:
    """Each price it had, newest first, as the audit tells it."""
    entries = AuditEntry.objects.for_business(product.business).filter(
        subject_type="product", subject_id=str(product.pk), action__in=["product created", "product changed"]
    )
    changes = [_price_change(entry) for entry in entries.select_related("user").order_by("-at", "-pk")[: PRICES_SHOWN * 5]]
    return [change for change in changes if change][:PRICES_SHOWN]


def get_last_change(product: Product) -> LastChange:
    """Who changed the product last and what, for the person who was slower."""
    entries = AuditEntry.objects.for_business(product.business).filter(subject_type="product", subject_id=str(product.pk))
    entry = entries.filter(action="product changed").select_related("user").order_by("-at", "-pk").first()
    if entry is None:
        return LastChange("Somebody", None, [])
    before, after = _values(entry.before), _values(entry.after)
    return LastChange(_who(entry), entry.at, [_change(product, name, before.get(name), value) for name, value in after.items()])


def _change(product: Product, name: str, before: object, after: object) -> tuple[str, object, object]:
    """The price in the currency's own places; the audit log keeps all that the column has."""
    if name == "price":
        before, after = (number and product.business.money(number) for number in (_decimal(before), _decimal(after)))
    return name.replace("_", " "), before, after


def get_open_alerts(product: Product) -> list[Alert]:
    alerts = Alert.objects.for_business(product.business).unresolved().filter(subject_key=product.subject_key)
    return list(alerts.order_by("-raised_at"))


def get_packs(product: Product) -> list[Pack]:
    return list(product.packs.order_by("factor", "name"))


def _moved_since(product: Product, newest: StockMovement) -> Decimal:
    """What moved after the first row of a page: nothing on the first page, so it asks only once."""
    later = Q(occurred_at__gt=newest.occurred_at) | Q(occurred_at=newest.occurred_at, pk__gt=newest.pk)
    moved = StockMovement.objects.filter(later, product=product).aggregate(total=Sum("quantity"))["total"]
    return Decimal(moved or 0).quantize(QUANTITY_STEP)


def _price_change(entry: AuditEntry) -> PriceChange | None:
    after, before = _values(entry.after), _values(entry.before)
    price = _decimal(after.get("price"))
    if price is None:
        return None
    return PriceChange(entry.at, price, _decimal(before.get("price")), _who(entry))


def _who(entry: AuditEntry) -> str:
    return (entry.user.name or entry.user.email) if entry.user else "Tillbook"


def _values(text: str) -> dict[str, object]:
    return json.loads(text) if text else {}


def _decimal(value: object) -> Decimal | None:
    try:
        return Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return None
