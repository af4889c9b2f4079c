"""What the summary says of a shop's sales and shelves."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.db.models import prefetch_related_objects
from django.urls import reverse

from alerts.models import AlertKind
from alerts.sections import Line, Section, Span, section_of_digest
from common.money import ZERO
from common.templatetags.tillbook import money, qty
from inventory.models import Product, StockState
from inventory.pace import Pace, get_paces
from inventory.units import Unit
from portal.queries.goods import Shortage, get_least_sold, get_sellers, get_shortage
from portal.queries.takings import Takings, get_takings, growth, of_days
from purchasing.queries.buying import Purchase, get_purchases

BEST = 3
MOST_SHORT = 12


@section_of_digest(10)
def sales(span: Span) -> Section | None:
    """Against the same days a week before; the best and the least."""
    if not span.business.is_shop:
        return None
    takings = get_takings(business=span.business, first=span.days_before[0], last=span.days[-1])
    now, then = of_days(takings, span.days), of_days(takings, span.days_before)
    if not (now.receipts or now.refunds or then.receipts):
        return None
    total = money(now.total, span.business.currency)
    lines = [_sold(span, now, then), *_sellers(span)]
    return Section(f"Sales of {span.words}", lines, f"{total} sold")


@section_of_digest(20)
def shelves(span: Span) -> Section | None:
    """What is out and low, how long it lasts, and what to order. Five queries."""
    if not span.business.is_shop:
        return None
    shortage = get_shortage(span.business, shown=MOST_SHORT)
    if not (shortage.out or shortage.low):
        return None
    lines = [*_short(span, shortage), *_more(shortage)]
    said = [f"{count} {word}" for count, word in ((shortage.out, "out"), (shortage.low, "low")) if count]
    return Section("To order", lines, ", ".join(said), frozenset({AlertKind.LOW_STOCK.value, AlertKind.OUT_OF_STOCK.value}))


def _sold(span: Span, now: Takings, then: Takings) -> Line:
    currency, change = span.business.currency, growth(now.total, then.total)
    receipts = f"{now.receipts} receipt{_s(now.receipts)}"
    before = f"{money(then.total, currency)} {'the week before' if span.is_weekly else f'last {span.days_before[-1]:%A}'}"
    more = (
        "as much as "
        if change == 0
        else f"{abs(change or ZERO).normalize():f} % {'more' if (change or ZERO) > 0 else 'less'} than "
    )
    against = "" if change is None else more
    return Line(money(now.total, currency), f"{receipts}; {against}{before}", _receipts(span))


def _sellers(span: Span) -> Iterator[Line]:
    ranked = get_sellers(business=span.business, today=span.days[-1], days=len(span.days))
    if ranked:
        yield _named("Best", [(one.label, one.total) for one in ranked[:BEST]], span)
    if len(ranked) > 2 * BEST:
        least = get_least_sold(business=span.business, first=span.days[0], last=span.days[-1], most=BEST)
        yield _named("Least of those that sold", least, span)


def _named(title: str, sold: Sequence[tuple[str, Decimal]], span: Span) -> Line:
    said = ", ".join(f"{label} ({money(total, span.business.currency)})" for label, total in sold)
    return Line(title, said, _receipts(span))


def _receipts(span: Span) -> str:
    return f"{reverse('sales')}?first={span.days[0]}&last={span.days[-1]}"


def _short(span: Span, shortage: Shortage) -> Iterator[Line]:
    """The pace is said once, at the first line that needs it."""
    business, products = span.business, shortage.products
    prefetch_related_objects(products, "packs")
    paces = get_paces(products=products, business=business, today=span.today)
    purchases = get_purchases(business=business, products=products, paces=paces)
    for product in products:
        out = product.stock_state == StockState.OUT
        purchase = purchases.get(product.pk)
        detail = f"{_left(product, paces.get(product.pk), out=out)} {_order(product, purchase)}".strip()
        cost = f"About {money(purchase.cost, business.currency)}." if purchase and purchase.cost is not None else ""
        tone, mark = ("out", "Out") if out else ("low", "Low")
        yield Line(product.label, detail, reverse("product", args=[product.pk]), tone, mark, cost)


def _left(product: Product, pace: Pace | None, *, out: bool) -> str:
    available = product.total_on_hand - product.total_committed  # type: ignore[attr-defined]
    if out:
        return "None left."
    lasts = f", {_days(pace.lasts(available))} at the pace of the last four weeks" if pace else ""
    return f"{qty(available)} left{lasts}."


def _order(product: Product, purchase: Purchase | None) -> str:
    """“Order 3 × case (36) from Bakers & Sons: there in 2 days.”"""
    coming = product.total_incoming  # type: ignore[attr-defined]
    on_its_way = f"{qty(coming)} on the way. " if coming > 0 else ""
    if purchase is None:
        return on_its_way.strip()
    many = qty(purchase.quantity)
    if purchase.unit != product.unit:
        many = f"{many} × {purchase.unit} ({qty(purchase.pieces)})"
    elif product.unit != Unit.EACH:
        many = f"{many} {product.unit}"
    if purchase.supplier is None:
        return f"{on_its_way}Order {many}."
    days = purchase.supplier.lead_time
    return f"{on_its_way}Order {many} from {purchase.supplier}: there in {days} day{_s(days)}."


def _more(shortage: Shortage) -> Iterator[Line]:
    """What is out comes first, so that of it only that is hidden which finds no place."""
    shown_out = min(shortage.out, MOST_SHORT)
    shown_low = len(shortage.products) - shown_out
    for hidden, state, mark in ((shortage.out - shown_out, "out", "Out"), (shortage.low - shown_low, "low", "Low")):
        if hidden > 0:
            yield Line(f"And {hidden} more", "See them all.", f"{reverse('products')}?stock={state}", state, mark)


def _days(days: int) -> str:
    return "less than a day" if days == 0 else f"about {days} day{_s(days)}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"
