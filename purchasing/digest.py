"""What the summary says of orders: late, about to come, and come without a bill."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F, Q
from django.urls import reverse

from alerts.models import AlertKind
from alerts.sections import A_WEEK, Line, Section, Span, section_of_digest
from common.templatetags.tillbook import money
from purchasing.models import OrderState, PurchaseOrder
from purchasing.models.order import AWAITED

MOST = 8
LATELY = timedelta(days=30)  # after that whoever enters no bills is not reminded of one
COME = (OrderState.RECEIVED, OrderState.CLOSED)


@section_of_digest(50)
def orders(span: Span) -> Section | None:
    """Daily what is to come today and tomorrow, weekly within the week. One query."""
    if not span.business.is_shop:
        return None
    until = span.today + timedelta(days=A_WEEK - 1 if span.is_weekly else 1)
    known = PurchaseOrder.objects.for_business(span.business)
    coming_soon = Q(state__in=AWAITED, expected_on__lte=until)
    has_come = Q(state__in=COME, settled_at=None, due__gt=F("billed"), expected_on__gte=span.today - LATELY)
    rows = list(known.filter(coming_soon | has_come).select_related("supplier").order_by("expected_on", "pk"))
    late = [order for order in rows if order.is_awaited and order.expected_on and order.expected_on < span.today]
    coming = [order for order in rows if order.is_awaited and order not in late]
    unbilled = [order for order in rows if not order.is_awaited]
    if not rows:
        return None
    lines = [*_late(late, span), *_coming(coming, span), *_unbilled(unbilled, span)]
    said = [
        f"{len(each)} {word}" for each, word in ((late, f"order{_s(late)} late"), (coming, f"order{_s(coming)} to come")) if each
    ]
    return Section("Orders", lines, ", ".join(said), frozenset({AlertKind.ORDER_OVERDUE.value}))


def _late(orders: list[PurchaseOrder], span: Span) -> Iterator[Line]:
    for order in orders[:MOST]:
        assert order.expected_on is not None  # noqa: S101  (late is past its day)
        days = (span.today - order.expected_on).days
        detail = f"Expected {days} day{'' if days == 1 else 's'} ago. Ask {order.supplier}."
        yield _line(order, detail, span, tone="out", mark="Late")
    yield from _more(orders, "late")


def _coming(orders: list[PurchaseOrder], span: Span) -> Iterator[Line]:
    for order in orders[:MOST]:
        on = order.expected_on
        day = "today" if on == span.today else "tomorrow" if on == span.today + timedelta(days=1) else f"on {on:%A %-d %B}"
        yield _line(order, f"Expected {day}.", span)
    yield from _more(orders, "to come")


def _unbilled(orders: list[PurchaseOrder], span: Span) -> Iterator[Line]:
    for order in orders[:MOST]:
        yield _line(order, "Its goods have come, its bill is not entered.", span)
    yield from _more(orders, "without a bill", state="")


def _line(order: PurchaseOrder, detail: str, span: Span, *, tone: str = "", mark: str = "") -> Line:
    text = f"{order.number} to {order.supplier}"
    due = f"To pay: {money(order.committed, span.business.currency)}." if order.committed else ""
    return Line(text, detail, reverse("purchase_order", args=[order.pk]), tone, mark, cost=due)


def _more(orders: list[PurchaseOrder], word: str, state: str = "open") -> Iterator[Line]:
    if hidden := len(orders) - MOST if len(orders) > MOST else 0:
        yield Line(f"And {hidden} more {word}", url=f"{reverse('purchase_orders')}{f'?state={state}' if state else ''}")


def _s(things: list[PurchaseOrder]) -> str:
    return "" if len(things) == 1 else "s"
