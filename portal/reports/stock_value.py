"""What stock was worth at the end of the days, beside what it was worth before them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import Business, Member
from common.money import ZERO
from common.templatetags.tillbook import money
from expenses.periods import DAY, Period
from inventory.queries.valuation import Valuation, Worth, get_valuation
from portal.reports.shapes import Column, Figure, Report, Row, Unit

TITLE = "Stock value"
WHOLE = Decimal(100)
METHODS = {
    "average": "By moving average. What stands below zero counts against the total.",
    "fifo": "First in, first out. What stands below zero counts against the total.",
}
NO_COSTS = "What stock is worth is shown to managers only."


def stock_value(member: Member, period: Period) -> Report:
    """Two queries: each product at the end of the last day, and at the end of the day before the first."""
    business = member.business
    now = get_valuation(business=business, as_of=period.last)
    if not member.sees_costs:
        rows = [Row(worth.product.label, [_on_hand(worth, period.last)], key=worth.product.pk) for worth in now.products]
        return Report(TITLE, period, NO_COSTS, "Product", [Column("on_hand", "On hand", Unit.COUNT)], rows, remark=NO_COSTS)
    then = get_valuation(business=business, as_of=period.first - DAY)
    before = {worth.product.pk: worth.value for worth in then.products}
    known = {worth.product.pk for worth in now.products}
    worths = [*now.products, *(Worth(gone.product, ZERO, ZERO, ZERO) for gone in then.products if gone.product.pk not in known)]
    most = max((worth.value for worth in worths), default=ZERO)
    rows = [_row(worth, before, period, most) for worth in sorted(worths, key=lambda worth: -worth.value)]
    return Report(
        title=TITLE,
        period=period,
        finding=_finding(business, now, then),
        of="Product",
        columns=[
            Column("on_hand", "On hand", Unit.COUNT),
            Column("unit_cost", "Cost of one"),
            Column("value", "Value"),
            Column("before", f"On {_day(then.as_of)}"),
            Column("change", "Change"),
        ],
        rows=rows,
        total=Row("Together", [Figure(None), Figure(None), *_figures(now.total, then.total)], is_sum=True) if rows else None,
        remark=METHODS[now.method],
    )


def _row(worth: Worth, before: Mapping[int, Decimal], period: Period, most: Decimal) -> Row:
    was = before.get(worth.product.pk, ZERO)
    return Row(
        worth.product.label,
        [_on_hand(worth, period.last), Figure(worth.unit_cost), *_figures(worth.value, was)],
        key=worth.product.pk,
        url=reverse("product", args=[worth.product.pk]),
        share=max(worth.value, ZERO) / most * WHOLE if most > 0 else ZERO,
    )


def _on_hand(worth: Worth, last: date) -> Figure:
    return Figure(worth.quantity, f"{reverse('movements')}?{urlencode({'product': worth.product.pk, 'last': last})}")


def _figures(now: Decimal, was: Decimal) -> list[Figure]:
    return [Figure(now), Figure(was), Figure(now - was)]


def _finding(business: Business, now: Valuation, then: Valuation) -> str:
    change, total = now.total - then.total, money(now.total, business.currency)
    if not change:
        return f"{total} on {_day(now.as_of)}"
    way = "more" if change > 0 else "less"
    return f"{total} on {_day(now.as_of)}, {money(abs(change), business.currency)} {way} than on {_day(then.as_of)}"


def _day(on: date) -> str:
    return f"{on.day} {on:%B} {on.year}"
