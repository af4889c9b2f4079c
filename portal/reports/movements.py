"""Movements: what there was, what came and went by kind, what there is; by product, category or location."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Business, Member
from common.charts import flow_charts
from common.money import ZERO, symbol
from common.templatetags.tillbook import money, qty
from expenses.periods import DAY, Period
from inventory.models import MovementKind
from inventory.queries.flows import Flow, get_flows, get_flows_by_day, get_flows_by_place
from inventory.queries.naming import Named, get_category_names, get_location_names, get_named
from inventory.queries.stock import CHANGES
from inventory.queries.worth import NOTHING, Held, by_location, get_held, get_on_shelves
from portal.reports import links, spans
from portal.reports.options import Choice
from portal.reports.shapes import Column, Drawing, Figure, Report, Row, Unit

TITLE = "Stock movements"
MOVED_BY = Choice("by", "By", {"product": "Product", "category": "Category", "location": "Location"}, "What each row is.")
IN = Choice("measure", "In", {"units": "Units", "value": "Value at cost"}, "Values are for who may see costs.")
NAMES = {"product": "Product", "category": "Category", "location": "Location"}
SPLIT = "Each figure is rounded by itself."
REVALUED = "Revalued is what stock came to be worth otherwise: a receipt that covered what stood below zero."
PLACES = (
    "Each place has its share of what its products are worth; between places is what was moved from one to another and revalued."
)
UNITS = "Units of all products are added up, whatever they are counted in."
NOTHING_MOVED = "Choose other days, or receive goods."
DAY_BY_DAY = 31
WEEK_BY_WEEK = 184
WAYS = ("in", "out")
NO_FLOW = Flow()
Kinds = Sequence[tuple[str, str]]  # each kind and the way it went


@dataclass(frozen=True)
class Line:
    """What a row is made of: what there was, by kind what came and went, what there is."""

    opening: Held
    flows: Mapping[str, Flow]
    closing: Held


@dataclass(frozen=True)
class Measure:
    """How figures are read: in units, or as value at cost."""

    business: Business
    is_value: bool

    @property
    def unit(self) -> Unit:
        return Unit.MONEY if self.is_value else Unit.COUNT

    def held(self, held: Held) -> Decimal:
        return self.business.money(held.value) if self.is_value else held.quantity

    def sides(self, flow: Flow) -> tuple[Decimal, Decimal]:
        return (flow.value_in, flow.value_out) if self.is_value else (flow.came, flow.went)

    def rounded(self, amount: Decimal) -> Decimal:
        return self.business.money(amount) if self.is_value else amount

    def told(self, amount: Decimal) -> str:
        return money(amount, self.business.currency) if self.is_value else f"{qty(amount)} units"


def movements(member: Member, period: Period, *, by: str, measure: str) -> Report:
    """Five queries by product, six by category, seven by location."""
    business = member.business
    read = Measure(business, is_value=measure == "value" and member.sees_costs)
    names, lines = _by_place(business, period) if by == "location" else _by_product(business, period, by)
    kinds = _columns_of(lines.values(), read)
    shown = [(pk, lines[pk]) for pk in names if pk in lines]
    columns = _columns(kinds, read, sees_costs=member.sees_costs, by=by)
    narrowed = [_narrowed(by, pk) for pk, _ in shown]
    rows = [
        Row(names[pk], _figures(line, kinds, read, columns, f"{links.moved(period)}{narrow}"), key=pk, url=_page(by, pk))
        for (pk, line), narrow in zip(shown, narrowed, strict=True)
    ]
    whole = _together([line for _, line in shown])
    total = Row("Together", _figures(whole, kinds, read, columns, links.moved(period)), is_sum=True) if rows else None
    drawing = _drawing(business, period, read) if rows else None
    remark = _remark(read, by)
    return Report(
        TITLE, period, _finding(whole, read), NAMES[by], columns, rows, total, remark, drawing=drawing, nothing=NOTHING_MOVED
    )


def _by_product(business: Business, period: Period, by: str) -> tuple[dict[int, str], dict[int, Line]]:
    days = business.days(period.first, period.last)
    named = get_named(business)
    before, flows = get_held(business=business, before=days.since), get_flows(business=business, days=days)
    found: dict[int, dict[str, Flow]] = defaultdict(dict)
    for (pk, kind), flow in flows.items():
        found[pk][kind] = flow
    lines = {pk: _line(before.get(pk, NOTHING), found.get(pk, {})) for pk in before.keys() | found.keys()}
    lines = {pk: line for pk, line in lines.items() if line.flows or line.opening.quantity or line.opening.value}
    if by == "product":
        return {pk: each.label for pk, each in named.items()}, lines
    return get_category_names(business), _by_category(lines, named)


def _line(opening: Held, flows: Mapping[str, Flow]) -> Line:
    whole = sum(flows.values(), Flow())
    return Line(opening, flows, Held(opening.quantity + whole.net, opening.value + whole.value + whole.revalued))


def _by_category(lines: Mapping[int, Line], named: Mapping[int, Named]) -> dict[int, Line]:
    found: dict[int, list[Line]] = defaultdict(list)
    for pk, line in lines.items():
        found[named[pk].category].append(line)
    return {pk: _together(each) for pk, each in found.items()}


def _together(lines: Sequence[Line]) -> Line:
    flows: dict[str, Flow] = defaultdict(Flow)
    for line in lines:
        for kind, flow in line.flows.items():
            flows[kind] += flow
    ends = [
        Held(sum((held.quantity for held in side), ZERO), sum((held.value for held in side), ZERO))
        for side in ([line.opening for line in lines], [line.closing for line in lines])
    ]
    return Line(ends[0], flows, ends[1])


def _by_place(business: Business, period: Period) -> tuple[dict[int, str], dict[int, Line]]:
    days = business.days(period.first, period.last)
    flows: dict[int, dict[str, Flow]] = defaultdict(dict)
    for (pk, kind), flow in get_flows_by_place(business=business, days=days).items():
        flows[pk][kind] = flow
    before, after = (
        by_location(get_on_shelves(business=business, before=moment), get_held(business=business, before=moment))
        for moment in (days.since, days.until)
    )
    places = before.keys() | after.keys() | flows.keys()
    return get_location_names(business), {
        pk: Line(before.get(pk, NOTHING), flows.get(pk, {}), after.get(pk, NOTHING)) for pk in places
    }


def _columns_of(lines: Iterable[Line], read: Measure) -> Kinds:
    """The kinds that occur, in their usual order, each way for itself."""
    whole = _together(list(lines)).flows
    sides = [(kind, place) for kind in MovementKind.values if kind in whole for place in range(2)]
    return [(kind, WAYS[place]) for kind, place in sides if read.sides(whole[kind])[place]]


def _columns(kinds: Kinds, read: Measure, *, sees_costs: bool, by: str) -> list[Column]:
    both = {kind for kind, way in kinds if way == "out"} & {kind for kind, way in kinds if way == "in"}
    named = [
        Column(f"{kind}_{way}", f"{MovementKind(kind).label}{f' {way}' if kind in both else ''}", read.unit)
        for kind, way in kinds
    ]
    rest = [Column("revalued", "Between places" if by == "location" else "Revalued")] if read.is_value else []
    value = [Column("value", "Value")] if sees_costs and not read.is_value else []
    return [Column("opening", "Before", read.unit), *named, *rest, Column("closing", "After", read.unit), *value]


def _figures(line: Line, kinds: Kinds, read: Measure, columns: Sequence[Column], url: str) -> list[Figure]:
    """Each but what there was and is opens the list that it sums."""
    flows = [line.flows.get(kind, NO_FLOW) for kind, _ in kinds]
    sides = [read.sides(flow)[way == "out"] for flow, (_, way) in zip(flows, kinds, strict=True)]
    figures = [Figure(read.held(line.opening))]
    figures += [
        Figure(read.rounded(amount), f"{url}&kind={kind}&way={way}" if amount else "")
        for amount, (kind, way) in zip(sides, kinds, strict=True)
    ]
    if read.is_value:
        figures.append(Figure(read.rounded(line.closing.value - line.opening.value - sum(sides, ZERO))))
    figures.append(Figure(read.held(line.closing)))
    if columns[-1].key == "value":
        figures.append(Figure(read.business.money(line.closing.value)))
    return figures


def _narrowed(by: str, pk: int) -> str:
    return f"&{by}={pk}"


def _page(by: str, pk: int) -> str:
    return links.product(pk) if by == "product" else ""


def _finding(whole: Line, read: Measure) -> str:
    flows = [flow for kind, flow in whole.flows.items() if kind != MovementKind.MOVED]
    came, went = (read.rounded(sum((read.sides(flow)[way] for flow in flows), ZERO)) for way in (0, 1))
    if not flows:
        return "Nothing came and nothing went in these days"
    change = read.held(whole.closing) - read.held(whole.opening)
    than = f"{read.told(abs(change))} {'more' if change > 0 else 'less'} than before" if change else "as much as before"
    return f"{read.told(came)} came and {read.told(-went)} went: {than}"


def _drawing(business: Business, period: Period, read: Measure) -> Drawing | None:
    flows = get_flows_by_day(business=business, days=business.days(period.first, period.last))
    parts = _parts(Period(max(period.first, min(flows)), min(period.last, max(flows)))) if flows else []
    sums = [sum((flow for on, flow in flows.items() if part.first <= on <= part.last), NO_FLOW) for part in parts]
    sides = [tuple(map(read.rounded, read.sides(flow))) for flow in sums]
    if not sides:
        return None
    labels = [_label(part) for part in parts]
    rows = [_part_row(part, *amounts) for part, amounts in zip(parts, sides, strict=True)]
    most = max(range(len(parts)), key=lambda place: sides[place][0] - sides[place][1])
    told = "; ".join(f"{row.label}: {read.told(c)} in, {read.told(-w)} out" for row, (c, w) in zip(rows, sides, strict=True))
    return Drawing(
        title=f"Most moved {'on' if parts[most].days == 1 else 'in'} {spans.in_words(parts[most])}",
        text=f"What came and went. {told}",
        charts=flow_charts(
            [came for came, _ in sides],
            [-went for _, went in sides],
            labels,
            unit=symbol(business.currency) if read.is_value else "",
        ),
        of="When",
        columns=[Column("came", "Came", read.unit), Column("went", "Went", read.unit)],
        rows=rows,
        key=["came", "went"],
    )


def _part_row(part: Period, came: Decimal, went: Decimal) -> Row:
    url = f"{links.moved(part)}&kind={CHANGES}"
    return Row(spans.in_words(part), [Figure(came, f"{url}&way=in"), Figure(went, f"{url}&way=out")])


def _parts(period: Period) -> list[Period]:
    """Day by day, in a longer time week by week, in a still longer one by months."""
    if period.days <= DAY_BY_DAY:
        return [Period(period.first + n * DAY, period.first + n * DAY) for n in range(period.days)]
    if period.days > WEEK_BY_WEEK:
        return spans.months(period)
    starts = [period.first, *(period.first + (n - period.first.weekday()) * DAY for n in range(7, period.days + 7, 7))]
    starts = [start for start in starts if start <= period.last]
    ends = [*(start - DAY for start in starts[1:]), period.last]
    return [Period(first, last) for first, last in zip(starts, ends, strict=True)]


def _label(part: Period) -> str:
    return f"{part.first:%b}" if part.days > 7 else f"{part.first.day} {part.first:%b}"


def _remark(read: Measure, by: str) -> str:
    if by == "location" and read.is_value:
        return f"{PLACES} {SPLIT}"
    return f"{REVALUED} {SPLIT}" if read.is_value else "" if by == "product" else UNITS
