"""What stock was worth at the end of the days, beside what it was worth before them, and over the year."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import Business, Member
from common.charts import line_charts
from common.money import ZERO, symbol
from common.templatetags.tillbook import money
from expenses.periods import DAY, Period
from inventory.costing import per_unit
from inventory.queries.naming import get_category_names, get_location_names, get_named
from inventory.queries.worth import NOTHING, Held, by_location, get_held, get_on_shelves, get_values_over_time
from portal.reports import links, spans
from portal.reports.options import Choice
from portal.reports.shapes import Column, Drawing, Figure, Report, Row, Unit

TITLE = "Stock value"
WHOLE = Decimal(100)
NAMES = {"product": "Product", "category": "Category", "location": "Location"}
VALUE_BY = Choice("by", "By", NAMES, "What each row is.")
METHODS = {
    "average": "By moving average. What stands below zero counts against the total.",
    "fifo": "First in, first out. What stands below zero counts against the total.",
}
PLACES = "A place has its share of what its products are worth."
NO_COSTS = "What stock is worth is shown to managers only."
NOTHING_THERE = "Choose another day, or receive goods."
Side = Mapping[int, Held]


@dataclass(frozen=True)
class Asked:
    """Whose stock, of which two ends of days, by what."""

    business: Business
    last: date
    before: date
    by: str

    def end(self, day: date) -> datetime:
        return self.business.days(day, day).until


def stock_value(member: Member, period: Period, today: date, *, by: str) -> Report:
    """Four queries by product, five by category, eight by location. Days to come are left out."""
    last = min(period.last, today)
    asked = Asked(member.business, last, min(period.first - DAY, last), by)
    if not member.sees_costs:
        return _without_costs(asked)
    now, then = (get_held(business=asked.business, before=asked.end(day)) for day in (asked.last, asked.before))
    names, sides = _grouped(asked, now, then)
    total, was = (asked.business.money(sum((held.value for held in side.values()), ZERO)) for side in (now, then))
    known = [pk for pk in names if any(side.get(pk, NOTHING).quantity or side.get(pk, NOTHING).value for side in sides)]
    worths = {pk: asked.business.money(sides[0].get(pk, NOTHING).value) for pk in known}
    most = max(worths.values(), default=ZERO)
    known.sort(key=lambda pk: -worths[pk])
    rows = [_row(asked, names[pk], pk, sides, most) for pk in known]
    one = [Column("unit_cost", "Cost of one")] if by == "product" else []
    method = METHODS[asked.business.valuation]
    return Report(
        title=TITLE,
        period=Period(min(period.first, last), last),
        finding=_finding(asked, total, was),
        of=NAMES[by],
        columns=[
            Column("on_hand", "On hand", Unit.COUNT),
            *one,
            Column("value", "Value"),
            Column("before", f"On {_day(asked.before)}"),
            Column("change", "Change"),
        ],
        rows=rows,
        total=Row("Together", [*[Figure(None)] * (len(one) + 1), *_figures(total, was)], is_sum=True) if rows else None,
        remark=f"{PLACES} {method}" if by == "location" else method,
        drawing=_drawing(asked, now) if rows else None,
        nothing=NOTHING_THERE,
    )


def _without_costs(asked: Asked) -> Report:
    held = get_held(business=asked.business, before=asked.end(asked.last))
    names, (side, _) = _grouped(asked, held, {})
    rows = [Row(names[pk], [_on_hand(asked, pk, side[pk])], key=pk) for pk in names if pk in side and side[pk].quantity]
    columns = [Column("on_hand", "On hand", Unit.COUNT)]
    return Report(TITLE, Period(asked.last, asked.last), NO_COSTS, NAMES[asked.by], columns, rows, nothing=NOTHING_THERE)


def _grouped(asked: Asked, now: Side, then: Side) -> tuple[Mapping[int, str], tuple[Side, Side]]:
    business = asked.business
    if asked.by == "location":
        sides = [
            by_location(get_on_shelves(business=business, before=asked.end(day)), held)
            for day, held in ((asked.last, now), (asked.before, then))
        ]
        return get_location_names(business), (sides[0], sides[1])
    named = get_named(business)
    if asked.by == "product":
        return {pk: each.label for pk, each in named.items()}, (now, then)
    of = {pk: each.category for pk, each in named.items()}
    return get_category_names(business), (_summed(now, of), _summed(then, of))


def _summed(side: Side, of: Mapping[int, int]) -> Side:
    found: dict[int, Held] = defaultdict(Held)
    for pk, held in side.items():
        before = found[of[pk]]
        found[of[pk]] = Held(before.quantity + held.quantity, before.value + held.value)
    return found


def _row(asked: Asked, label: str, pk: int, sides: Sequence[Side], most: Decimal) -> Row:
    now, then = (side.get(pk, NOTHING) for side in sides)
    value, was = (asked.business.money(held.value) for held in (now, then))
    one = [Figure(per_unit(now.value, now.quantity))] if asked.by == "product" else []
    return Row(
        label,
        [_on_hand(asked, pk, now), *one, *_figures(value, was)],
        key=pk,
        url=links.product(pk) if asked.by == "product" else "",
        share=max(value, ZERO) / most * WHOLE if most > 0 else ZERO,
    )


def _on_hand(asked: Asked, pk: int, held: Held) -> Figure:
    return Figure(held.quantity, f"{links.movements()}?{urlencode({asked.by: pk, 'last': asked.last})}")


def _figures(now: Decimal, was: Decimal) -> list[Figure]:
    return [Figure(now), Figure(was), Figure(now - was)]


def _finding(asked: Asked, now: Decimal, then: Decimal) -> str:
    change, currency = now - then, asked.business.currency
    if not change:
        return f"{money(now, currency)} on {_day(asked.last)}"
    way = "more" if change > 0 else "less"
    return f"{money(now, currency)} on {_day(asked.last)}, {money(abs(change), currency)} {way} than on {_day(asked.before)}"


def _drawing(asked: Asked, now: Side) -> Drawing:
    """At the ends of the last twelve months, the last one as far as it goes."""
    days = [month.last for month in spans.months(spans.last_year_of(Period(asked.last, asked.last)))]
    values = [asked.business.money(value) for value in get_values_over_time(business=asked.business, days=days, now=now)]
    page, currency = reverse("report_stock_value"), asked.business.currency
    rows = [
        Row(_day(day), [Figure(value, f"{page}?{urlencode({'since': day, 'until': day})}")])
        for day, value in zip(days, values, strict=True)
    ]
    most = max(range(len(days)), key=lambda place: values[place])
    told = "; ".join(f"{row.label}: {money(value, currency)}" for row, value in zip(rows, values, strict=True))
    return Drawing(
        title=f"Most in these twelve months: {money(values[most], currency)} on {_day(days[most])}",
        text=f"Stock value at the end of each month. {told}",
        charts=line_charts(values, [f"{day:%b}" for day in days], unit=symbol(currency)),
        of="At the end of",
        columns=[Column("value", "Value")],
        rows=rows,
    )


def _day(on: date) -> str:
    return f"{on.day} {on:%B} {on.year}"
