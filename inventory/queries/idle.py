"""How fast each product sells, when it last did, and since when it is there: what lies still is told from these."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, Subquery, Sum

from accounts.models import Business
from common.fields import QUANTITY_STEP
from inventory.models import MovementKind, Product, StockMovement
from inventory.queries.products import SALES
from inventory.queries.worth import ZERO

WINDOWS = (30, 90, 365)
BOUGHT = (MovementKind.OPENING, MovementKind.RECEIVED)


@dataclass(frozen=True)
class Pace:
    """Units sold in each of the WINDOWS, less what came back; `came`: bought in the days that were asked for."""

    sold: tuple[Decimal, ...] = (ZERO, ZERO, ZERO)
    came: Decimal = ZERO


@dataclass(frozen=True)
class Known:
    """The last day on which one was sold, but for sales that were voided; and the first on which the product moved."""

    last_sold: date | None
    first_moved: date | None


def get_paces(*, business: Business, day: date, new_days: int) -> dict[int, Pace]:
    """Up to the end of a day, of each product that moved. One query over the longest of the windows."""
    longest = max(*WINDOWS, new_days)
    rows = StockMovement.objects.for_business(business).filter(
        kind__in=(*SALES, *BOUGHT),
        occurred_at__gte=_days(business, day, longest),
        occurred_at__lt=business.days(day, day).until,
    )
    sums = {f"sold_{days}": Sum("quantity", filter=_within(business, day, days, SALES)) for days in WINDOWS}
    sums["came"] = Sum("quantity", filter=_within(business, day, new_days, BOUGHT))
    found = rows.order_by().values_list("product_id").annotate(**sums)
    return {pk: Pace(tuple(-_exact(each) for each in sold), _exact(came)) for pk, *sold, came in found}


def get_known(*, business: Business, day: date) -> dict[int, Known]:
    """As it was at the end of a day. One query: two looks into the index for each product."""
    moves = StockMovement.objects.filter(product=OuterRef("pk"), occurred_at__lt=business.days(day, day).until)
    undone = StockMovement.objects.filter(gives_back=OuterRef("pk"), kind=MovementKind.VOIDED)
    sold = moves.filter(~Exists(undone), kind=MovementKind.SOLD).order_by("-occurred_at", "-pk")
    rows = Product.objects.for_business(business).order_by()
    found = rows.values_list("pk").annotate(
        last=Subquery(sold.values("occurred_on")[:1]),
        first=Subquery(moves.order_by("occurred_at", "pk").values("occurred_on")[:1]),
    )
    return {pk: Known(last, first) for pk, last, first in found}


def _days(business: Business, day: date, count: int) -> object:
    """The first moment of so many days, the last of which is `day`."""
    first = day - timedelta(days=count - 1)
    return business.days(first, first).since


def _within(business: Business, day: date, count: int, kinds: tuple[MovementKind, ...]) -> Q:
    return Q(kind__in=kinds, occurred_at__gte=_days(business, day, count))


def _exact(total: Decimal | None) -> Decimal:
    return Decimal(total or 0).quantize(QUANTITY_STEP)
