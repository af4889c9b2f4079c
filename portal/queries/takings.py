"""What was sold, by local day and by hour; voided sales do not count, refunds count against."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum

from accounts.models import Business
from common.money import ZERO
from sales.models import Sale, SaleKind

TENTH = Decimal("0.1")
WEEK = timedelta(days=7)
OPEN_HOURS = (8, 18)


@dataclass(frozen=True)
class Takings:
    """Of some days. `net` is without tax; receipts and refunds are counts of documents."""

    total: Decimal = ZERO
    net: Decimal = ZERO
    cost: Decimal = ZERO
    receipts: int = 0
    refunds: int = 0

    def __add__(self, other: "Takings") -> "Takings":
        return Takings(
            self.total + other.total,
            self.net + other.net,
            self.cost + other.cost,
            self.receipts + other.receipts,
            self.refunds + other.refunds,
        )

    @property
    def profit(self) -> Decimal:
        return self.net - self.cost

    @property
    def margin(self) -> Decimal | None:
        """Per cent of net; None where nothing was earned or no cost is known."""
        return percent(self.profit, self.net) if self.net > 0 and self.cost else None

    @property
    def average(self) -> Decimal | None:
        return self.total / self.receipts if self.receipts else None


@dataclass(frozen=True)
class Hour:
    """Sales of one hour today, and in the same hour a week ago."""

    hour: int
    today: Decimal
    then: Decimal
    is_over: bool

    @property
    def label(self) -> str:
        return f"{self.hour:02}:00"


@dataclass(frozen=True)
class Day:
    """Sales by hour, and what had been sold by this moment a week ago."""

    hours: list[Hour]
    then_so_far: Decimal


def get_takings(*, business: Business, first: date, last: date) -> dict[date, Takings]:
    """For each local day with sales, both ends included. One query."""
    rows = Sale.objects.for_business(business).completed().filter(sold_on__gte=first, sold_on__lte=last).order_by()
    sums = rows.values_list("sold_on").annotate(
        Sum("total"),
        Sum("subtotal"),
        Sum("cost"),
        sold=Count("pk", filter=Q(kind=SaleKind.SALE)),
        back=Count("pk", filter=Q(kind=SaleKind.REFUND)),
    )
    money = business.money
    return {on: Takings(money(total), money(net), money(cost), sold, back) for on, total, net, cost, sold, back in sums}


def of_days(takings: Mapping[date, Takings], days: Iterable[date]) -> Takings:
    return sum((takings.get(day, Takings()) for day in days), Takings())


def get_hours(*, business: Business, at: datetime) -> Day:
    """Today's sales by local hour, beside the same weekday a week ago. One query over two half-open ranges."""
    zone = ZoneInfo(business.timezone)
    today, now = business.local_day(at), at.astimezone(zone)
    then = today - WEEK
    here, before = business.days(today, today), business.days(then, then)
    both = Q(sold_at__gte=here.since, sold_at__lt=here.until) | Q(sold_at__gte=before.since, sold_at__lt=before.until)
    rows = Sale.objects.for_business(business).completed().filter(both).order_by().values_list("sold_at", "total")
    until = datetime.combine(then, now.time(), tzinfo=zone)
    sums: dict[tuple[bool, int], Decimal] = {}
    so_far = ZERO
    for sold_at, total in rows:
        is_today = sold_at >= here.since
        key = (is_today, sold_at.astimezone(zone).hour)
        sums[key] = sums.get(key, ZERO) + total
        if not is_today and sold_at <= until:
            so_far += total
    return Day(_hours(sums, now.time()), so_far)


def _hours(sums: Mapping[tuple[bool, int], Decimal], now: time) -> list[Hour]:
    used = [hour for _, hour in sums] or list(OPEN_HOURS)
    return [
        Hour(hour, sums.get((True, hour), ZERO), sums.get((False, hour), ZERO), is_over=hour < now.hour)
        for hour in range(min(used), max(used) + 1)
    ]


def percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part * 100 / whole).quantize(TENTH, rounding=ROUND_HALF_UP)


def growth(now: Decimal, before: Decimal) -> Decimal | None:
    """Per cent more or less than before; None where there is nothing to compare with."""
    return percent(now - before, before) if before > 0 else None
