"""What came and went in a time, by kind: what lies between one valuation and the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from accounts.models import Business
from common.fields import COST_STEP, QUANTITY_STEP
from common.periods import Moments
from inventory.models import MovementKind, StockMovement
from inventory.queries.worth import ZERO

LOST_AND_FOUND = (MovementKind.ADJUSTED, MovementKind.TAKEN, MovementKind.COUNTED)
CAME, WENT = Q(quantity__gt=0), Q(quantity__lt=0)


@dataclass(frozen=True)
class Flow:
    """Of one kind. What went is negative, as in the ledger; `revalued` is what else changed when it moved."""

    came: Decimal = ZERO
    went: Decimal = ZERO
    value_in: Decimal = ZERO
    value_out: Decimal = ZERO
    revalued: Decimal = ZERO

    def __add__(self, other: "Flow") -> "Flow":
        return Flow(
            self.came + other.came,
            self.went + other.went,
            self.value_in + other.value_in,
            self.value_out + other.value_out,
            self.revalued + other.revalued,
        )

    @property
    def net(self) -> Decimal:
        return self.came + self.went

    @property
    def value(self) -> Decimal:
        return self.value_in + self.value_out


def get_flows(*, business: Business, days: Moments) -> dict[tuple[int, str], Flow]:
    """By product and kind; without what only changed its place. One query."""
    rows = _moved(business, days).filter(cost__isnull=False)
    return {(pk, kind): flow for pk, kind, flow in _summed(rows, "product_id", "kind")}


def get_flows_by_place(*, business: Business, days: Moments) -> dict[tuple[int, str], Flow]:
    """By location and kind, with what came from another place and went to one, which has no value of its own. One query."""
    return {(pk, kind): flow for pk, kind, flow in _summed(_moved(business, days), "location_id", "kind")}


def get_flows_by_day(*, business: Business, days: Moments) -> dict[date, Flow]:
    """By local day; without what only changed its place. One query."""
    rows = _moved(business, days).filter(cost__isnull=False)
    return dict(_summed(rows, "occurred_on"))


def get_lost_and_found(*, business: Business, days: Moments, by: str) -> dict[tuple[object, str], Flow]:
    """What was adjusted, taken or counted otherwise, by a column of the movement and its kind. One query."""
    rows = _moved(business, days).filter(kind__in=LOST_AND_FOUND)
    return {(of, kind): flow for of, kind, flow in _summed(rows, by, "kind")}


def _moved(business: Business, days: Moments) -> QuerySet[StockMovement]:
    rows = StockMovement.objects.for_business(business)
    return rows.filter(occurred_at__gte=days.since, occurred_at__lt=days.until).order_by()


def _summed(rows: QuerySet[StockMovement], *by: str) -> Iterator[tuple[Any, ...]]:
    sums = rows.values_list(*by).annotate(
        Sum("cost__revalued"),
        came=Sum("quantity", filter=CAME),
        went=Sum("quantity", filter=WENT),
        value_in=Sum("cost__amount", filter=CAME),
        value_out=Sum("cost__amount", filter=WENT),
    )
    for *key, revalued, came, went, value_in, value_out in sums:
        units, values = [_exact(each, QUANTITY_STEP) for each in (came, went)], (value_in, value_out, revalued)
        yield (*key, Flow(*units, *(_exact(each, COST_STEP) for each in values)))


def _exact(total: Decimal | None, step: Decimal) -> Decimal:
    return Decimal(total or 0).quantize(step)
