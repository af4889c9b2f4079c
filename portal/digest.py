"""What the summary says of a shop's sales and shelves."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, Sum
from django.urls import reverse

from alerts.models import AlertKind
from alerts.sections import Line, Section, Span, section_of_digest
from common.templatetags.tillbook import money, qty
from inventory.cover import DAYS, cover
from inventory.models import Product, StockState
from portal.queries.goods import Shortage, get_sellers, get_shortage
from portal.queries.takings import Takings, get_takings, growth, of_days
from sales.models import Sale, SaleKind, SaleLine, SaleState

BEST = 3
MANY_REFUNDS = 3


@section_of_digest(10)
def sales(span: Span) -> Section | None:
    """Against the same days a week before; the best and the least; who gave much back."""
    if not span.business.is_shop:
        return None
    takings = get_takings(business=span.business, first=span.days_before[0], last=span.days[-1])
    now, then = of_days(takings, span.days), of_days(takings, span.days_before)
    if not (now.receipts or now.refunds or then.receipts):
        return None
    total = money(now.total, span.business.currency)
    lines = [_sold(span, now, then), *_sellers(span), *_refunds(span)]
    return Section(f"Sales of {span.words}", lines, f"{total} sold")


@section_of_digest(20)
def shelves(span: Span) -> Section | None:
    """What is out and low, with the days that are left, and what stands below zero."""
    if not span.business.is_shop:
        return None
    shortage = get_shortage(span.business)
    below = Product.objects.for_business(span.business).negative().count()
    if not (shortage.out or shortage.low or below):
        return None
    lines = [*_short(span, shortage), *_more(shortage)]
    if below:
        lines.append(
            Line(
                f"{below} product{_s(below)} stand{'' if below > 1 else 's'} below zero", "Count them.", tone="out", mark="Count"
            )
        )
    said = [f"{count} {word}" for count, word in ((shortage.out, "out"), (shortage.low, "low")) if count]
    return Section("To order", lines, ", ".join(said), frozenset({AlertKind.LOW_STOCK.value, AlertKind.OUT_OF_STOCK.value}))


def _sold(span: Span, now: Takings, then: Takings) -> Line:
    currency, change = span.business.currency, growth(now.total, then.total)
    receipts = f"{now.receipts} receipt{_s(now.receipts)}"
    before = f"{money(then.total, currency)} {'the week before' if span.is_weekly else f'last {span.days_before[-1]:%A}'}"
    against = "" if change is None else f"{abs(change).normalize():f} % {'more' if change >= 0 else 'less'} than "
    url = f"{reverse('sales')}?first={span.days[0]}&last={span.days[-1]}"
    return Line(money(now.total, currency), f"{receipts}; {against}{before}", url)


def _sellers(span: Span) -> Iterator[Line]:
    ranked = get_sellers(business=span.business, today=span.days[-1], days=len(span.days))
    currency = span.business.currency
    if ranked:
        yield Line("Best", ", ".join(f"{one.label} ({money(one.total, currency)})" for one in ranked[:BEST]))
    if len(ranked) > 2 * BEST:
        least = ranked[-1]
        yield Line("Least of those that sold", f"{least.label} ({money(least.total, currency)})")


def _refunds(span: Span) -> Iterator[Line]:
    """Who gave back often: worth a look, and no more than that."""
    rows = Sale.objects.for_business(span.business).completed().filter(kind=SaleKind.REFUND, sold_on__in=span.days).order_by()
    people = rows.values_list("sold_by__user__name", "sold_by__user__email").annotate(Count("pk"), Sum("total"))
    for name, email, count, total in people:
        if count >= MANY_REFUNDS:
            detail = f"{count} refund{_s(count)}, {money(-total, span.business.currency)}"
            yield Line(f"Refunds by {name or email}", detail, f"{reverse('sales')}?kind=refund", tone="over", mark="Look")


def _short(span: Span, shortage: Shortage) -> Iterator[Line]:
    sold = _sold_lately(span, [product.pk for product in shortage.products])
    for product in shortage.products:
        available = product.total_on_hand - product.total_committed  # type: ignore[attr-defined]
        url, out = reverse("product", args=[product.pk]), product.stock_state == StockState.OUT
        lasts = cover(available, sold.get(product.pk, Decimal(0)))
        left = "None left." if out else f"{qty(available)} left" + (f", {_days(lasts.days)}." if lasts else ".")
        tone, mark = ("out", "Out") if out else ("low", "Low")
        yield Line(product.label, left, url, tone, mark)


def _sold_lately(span: Span, products: Sequence[int]) -> dict[int, Decimal]:
    since = span.today - timedelta(days=DAYS)
    lines = SaleLine.objects.filter(sale__business=span.business, sale__state=SaleState.COMPLETED, product__in=products)
    return dict(lines.filter(sale__sold_on__gte=since).order_by().values_list("product_id").annotate(Sum("quantity")))


def _more(shortage: Shortage) -> Iterator[Line]:
    hidden = shortage.out + shortage.low - len(shortage.products)
    if hidden:
        yield Line(f"{hidden} more", "See them all.", reverse("products"), "low", "Low")


def _days(days: int) -> str:
    return "less than a day at this pace" if days == 0 else f"about {days} day{_s(days)} at this pace"


def _s(count: int) -> str:
    return "" if count == 1 else "s"
