"""Shrinkage: what was lost, broken, taken or counted less, by reason; and apart from it what was found."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from accounts.models import Business, Member
from common.charts import rank_charts
from common.money import ZERO
from common.templatetags.tillbook import money, qty
from expenses.periods import Period
from inventory.models import MovementKind
from inventory.queries.flows import Flow, get_lost_and_found
from inventory.queries.naming import get_category_names, get_location_names, get_named
from inventory.queries.stock import CORRECTIONS
from portal.queries.takings import percent
from portal.reports import links
from portal.reports.options import Choice
from portal.reports.shapes import Column, Drawing, Figure, Report, Row, Unit
from sales.queries import get_results

TITLE = "Shrinkage"
NAMES = {"reason": "Reason", "kind": "Kind", "product": "Product", "category": "Category", "location": "Location"}
LOST_BY = Choice("by", "By", NAMES, "What each row is.")
COLUMNS = {"product": "product_id", "category": "product__category_id", "location": "location_id"}
DRAWN = 8
APART = "What was found is told apart and does not make a loss smaller."
NOTHING_LOST = "Nothing was adjusted, taken or counted otherwise."


@dataclass(frozen=True)
class Group:
    """A row: what it is called and how the list of movements is narrowed to it."""

    label: str
    key: str | int
    narrowed: Mapping[str, Any]
    flow: Flow
    url: str = ""


def shrinkage(member: Member, period: Period, *, by: str) -> Report:
    """Two queries by reason or kind, three by anything else; who does not see costs has one less."""
    business, days = member.business, member.business.days(period.first, period.last)
    groups = _groups(business, by, get_lost_and_found(business=business, days=days, by=COLUMNS.get(by, "reason")))
    groups.sort(key=lambda group: (group.flow.value_out if member.sees_costs else ZERO, group.flow.went, group.label))
    told = Told(business, period, member.sees_costs, *(_sold(business, period) if member.sees_costs else (ZERO, ZERO)))
    whole = sum((group.flow for group in groups), Flow())
    rows = [Row(group.label, told.figures(group.flow, group.narrowed), key=group.key, url=group.url) for group in groups]
    return Report(
        title=TITLE,
        period=period,
        finding=told.finding(whole, groups),
        of=NAMES[by],
        columns=told.columns,
        rows=rows,
        total=Row("Together", told.figures(whole, {}), is_sum=True) if rows else None,
        remark=APART if whole.came else "",
        drawing=told.drawing(groups) if whole.went else None,
        nothing=NOTHING_LOST,
    )


def _sold(business: Business, period: Period) -> tuple[Decimal, Decimal]:
    results = get_results(business=business, first=period.first, last=period.last).values()
    return sum((one.net for one in results), ZERO), sum((one.cost for one in results), ZERO)


def _groups(business: Business, by: str, found: Mapping[tuple[Any, str], Flow]) -> list[Group]:
    if by in {"reason", "kind"}:
        return _by_words(by, found)
    flows: dict[int, Flow] = defaultdict(Flow)
    for (pk, _), flow in found.items():
        flows[pk or 0] += flow
    names = _names(business, by)
    urls = {pk: links.product(pk) for pk in flows} if by == "product" else {}
    return [Group(names[pk], pk, {by: pk}, flow, urls.get(pk, "")) for pk, flow in flows.items()]


def _by_words(by: str, found: Mapping[tuple[Any, str], Flow]) -> list[Group]:
    """A reason is one whatever the kind; what has none is told by its kind."""
    groups: dict[str, Group] = {}
    for (reason, kind), flow in found.items():
        label = MovementKind(kind).label
        if by == "kind":
            one = Group(label, kind, {"kind": kind}, flow)
        elif reason:
            one = Group(reason, reason, {"reason": reason}, flow)
        else:
            one = Group(f"{label}, no reason given", f"no reason: {kind}", {"kind": kind, "has_reason": "no"}, flow)
        before = groups.get(str(one.key))
        groups[str(one.key)] = one if before is None else Group(one.label, one.key, one.narrowed, before.flow + flow)
    return list(groups.values())


def _names(business: Business, by: str) -> Mapping[int, str]:
    if by == "product":
        return {pk: named.label for pk, named in get_named(business).items()}
    return get_category_names(business) if by == "category" else get_location_names(business)


@dataclass(frozen=True)
class Told:
    """The figures for somebody who sees costs or does not. `net` and `cost` are those of what was sold."""

    business: Business
    period: Period
    sees_costs: bool
    net: Decimal
    cost: Decimal

    @property
    def columns(self) -> list[Column]:
        lost, found = Column("lost", "Lost", Unit.COUNT), Column("found", "Found", Unit.COUNT)
        if not self.sees_costs:
            return [lost, found]
        return [
            lost,
            Column("lost_value", "Lost at cost"),
            Column("of_cost", "Of cost of goods", Unit.PERCENT),
            Column("of_sales", "Of sales", Unit.PERCENT),
            found,
            Column("found_value", "Found at cost"),
        ]

    def figures(self, flow: Flow, narrowed: Mapping[str, Any]) -> list[Figure]:
        url = f"{links.moved(self.period)}&{urlencode({'kind': CORRECTIONS} | dict(narrowed))}"
        out, back = f"{url}&way=out", f"{url}&way=in"
        lost, found = Figure(-flow.went, out), Figure(flow.came, back)
        if not self.sees_costs:
            return [lost, found]
        value = -flow.value_out
        return [
            lost,
            Figure(self.business.money(value), out),
            Figure(percent(value, self.cost) if self.cost > 0 else None),
            Figure(percent(value, self.net) if self.net > 0 else None),
            found,
            Figure(self.business.money(flow.value_in), back),
        ]

    def amount(self, flow: Flow) -> str:
        if self.sees_costs:
            return money(-flow.value_out, self.business.currency)
        return f"{qty(-flow.went)} unit{'' if flow.went == -1 else 's'}"

    def finding(self, whole: Flow, groups: Sequence[Group]) -> str:
        if not whole.went:
            return "Nothing lost in these days"
        share = f", {qty(percent(-whole.value_out, self.cost))}% of what the goods sold cost" if self.cost > 0 else ""
        most = f", most of it: {groups[0].label}" if len(groups) > 1 else f": {groups[0].label}"
        return f"{self.amount(whole)} lost{share}{most}"

    def drawing(self, groups: Sequence[Group]) -> Drawing:
        """Those that lost the most."""
        lost = [group for group in groups if group.flow.went][:DRAWN]
        amounts = [self.amount(group.flow) for group in lost]
        values = [-(group.flow.value_out if self.sees_costs else group.flow.went) for group in lost]
        all_lost = -sum((group.flow.value_out if self.sees_costs else group.flow.went for group in groups), ZERO)
        told = "; ".join(f"{group.label}: {amount}" for group, amount in zip(lost, amounts, strict=True))
        return Drawing(
            title=f"{lost[0].label}: {amounts[0]}, {qty(percent(values[0], all_lost))}% of it" if all_lost else lost[0].label,
            text=f"What was lost. {told}",
            charts=rank_charts(values, [group.label for group in lost], amounts),
            of="What",
            columns=self.columns,
            rows=[Row(group.label, self.figures(group.flow, group.narrowed)) for group in lost],
        )
