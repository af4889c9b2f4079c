"""Sell-through: how much of what was there and came was sold, how long the rest will last, and what it earned."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.urls import reverse

from accounts.models import Business, Member
from common.charts import rank_charts
from common.money import ZERO
from common.templatetags.tillbook import qty
from expenses.periods import Period
from inventory.queries.flows import Flow, get_flows
from inventory.queries.naming import get_category_names, get_named
from inventory.queries.products import SALES
from inventory.queries.stock import BOUGHT_TOGETHER, KINDS, SALES_TOGETHER
from inventory.queries.worth import NOTHING, get_held
from portal.queries.sell_through import get_revenue, get_suppliers
from portal.queries.takings import percent
from portal.reports import links, spans
from portal.reports.options import Choice
from portal.reports.shapes import Column, Drawing, Figure, Report, Row, Unit

TITLE = "Sell-through"
NAMES = {"product": "Product", "category": "Category", "supplier": "Supplier"}
SOLD_BY = Choice("by", "By", NAMES, "What each row is.")
DRAWN = 8
RATE = (
    "Sold is what was sold, less what came back, of what was there before and what came. The rest lasts as long as at this pace."
)
NOTHING_THERE = "Nothing was there to be sold."


@dataclass(frozen=True)
class Goods:
    """What a row is made of. `cost` and `net` are those of what was sold."""

    opening: Decimal = ZERO
    came: Decimal = ZERO
    sold: Decimal = ZERO
    closing: Decimal = ZERO
    cost: Decimal = ZERO
    net: Decimal = ZERO

    def __add__(self, other: "Goods") -> "Goods":
        return Goods(
            self.opening + other.opening,
            self.came + other.came,
            self.sold + other.sold,
            self.closing + other.closing,
            self.cost + other.cost,
            self.net + other.net,
        )

    @property
    def rate(self) -> Decimal | None:
        """In per cent of what there was to sell."""
        there = self.opening + self.came
        return percent(self.sold, there) if there > 0 else None

    def days_left(self, days: int) -> Decimal | None:
        """Until the rest is sold, at the pace of so many days."""
        if self.sold <= 0 or self.closing < 0:
            return None
        return (self.closing * days / self.sold).quantize(Decimal(1), rounding=ROUND_HALF_UP)


def sell_through(member: Member, period: Period, today: date, *, by: str) -> Report:
    """Four queries by product, five by category or supplier; who does not see costs has one less."""
    business = member.business
    goods = _goods(business, period, sees_costs=member.sees_costs)
    names, rows_of = _grouped(business, goods, by)
    told = Told(business, period, max((min(period.last, today) - period.first).days + 1, 1), by, member.sees_costs)
    ranked = sorted(rows_of, key=lambda pk: (-(rows_of[pk].rate or ZERO), -rows_of[pk].sold, names[pk]))
    rows = [told.row(names[pk], pk, rows_of[pk]) for pk in ranked]
    whole = sum(rows_of.values(), Goods())
    best = [pk for pk in ranked if rows_of[pk].sold > 0][:DRAWN]
    return Report(
        title=TITLE,
        period=period,
        finding=told.finding(whole),
        of=NAMES[by],
        columns=told.columns,
        rows=rows,
        total=Row("Together", told.figures(whole, ""), is_sum=True) if rows else None,
        remark=RATE if rows else "",
        drawing=_drawing([(names[pk], rows_of[pk]) for pk in best]) if best else None,
        nothing=NOTHING_THERE,
    )


def _goods(business: Business, period: Period, *, sees_costs: bool) -> dict[int, Goods]:
    days = business.days(period.first, period.last)
    held, flows = get_held(business=business, before=days.since), defaultdict[int, dict[str, Flow]](dict)
    for (pk, kind), flow in get_flows(business=business, days=days).items():
        flows[pk][kind] = flow
    net = get_revenue(business=business, first=period.first, last=period.last) if sees_costs else {}
    found = {pk: _one(held.get(pk, NOTHING).quantity, flows.get(pk, {}), net.get(pk, ZERO)) for pk in held.keys() | flows.keys()}
    return {pk: goods for pk, goods in found.items() if goods.opening + goods.came > 0 or goods.sold}


def _one(opening: Decimal, flows: Mapping[str, Flow], net: Decimal) -> Goods:
    bought, sold = (_sum(flows, kinds) for kinds in (KINDS[BOUGHT_TOGETHER], SALES))
    return Goods(opening, bought.net, -sold.net, opening + _sum(flows, flows).net, -sold.value, net)


def _sum(flows: Mapping[str, Flow], kinds: Iterable[str]) -> Flow:
    return sum((flows[kind] for kind in kinds if kind in flows), Flow())


def _grouped(business: Business, goods: Mapping[int, Goods], by: str) -> tuple[Mapping[int, str], Mapping[int, Goods]]:
    if by == "supplier":
        of, suppliers = get_suppliers(business)
        return {**suppliers, 0: "No supplier"}, _summed(goods, {pk: of.get(pk, 0) for pk in goods})
    named = get_named(business)
    if by == "category":
        return get_category_names(business), _summed(goods, {pk: named[pk].category for pk in goods})
    return {pk: each.label for pk, each in named.items()}, goods


def _summed(goods: Mapping[int, Goods], of: Mapping[int, int]) -> dict[int, Goods]:
    found: dict[int, Goods] = defaultdict(Goods)
    for pk, each in goods.items():
        found[of[pk]] += each
    return found


@dataclass(frozen=True)
class Told:
    """The figures for somebody who sees costs or does not; `days` have passed of the period."""

    business: Business
    period: Period
    days: int
    by: str
    sees_costs: bool

    @property
    def columns(self) -> list[Column]:
        earned = [Column("net", "Without tax"), Column("margin", "Margin"), Column("margin_rate", "Margin rate", Unit.PERCENT)]
        return [
            Column("opening", "Before", Unit.COUNT),
            Column("came", "Received", Unit.COUNT),
            Column("sold", "Sold", Unit.COUNT),
            Column("rate", "Sell-through", Unit.PERCENT),
            Column("days_left", "Days to sell", Unit.COUNT),
            *(earned if self.sees_costs else []),
        ]

    def row(self, label: str, pk: int, goods: Goods) -> Row:
        url = f"&{self.by}={pk}" if self.by != "supplier" else None
        return Row(label, self.figures(goods, url), key=pk, url=self._page(pk))

    def figures(self, goods: Goods, narrowed: str | None) -> list[Figure]:
        """What is narrowed to a supplier has no list: movements do not know them."""
        url = "" if narrowed is None else f"{links.moved(self.period)}{narrowed}"
        bought, sold = (f"{url}&kind={kind}" if url else "" for kind in (BOUGHT_TOGETHER, SALES_TOGETHER))
        figures = [
            Figure(goods.opening),
            Figure(goods.came, bought),
            Figure(goods.sold, sold),
            Figure(goods.rate),
            Figure(goods.days_left(self.days)),
        ]
        if not self.sees_costs:
            return figures
        margin = goods.net - goods.cost
        rate = percent(margin, goods.net) if goods.net > 0 else None
        return [*figures, Figure(self.business.money(goods.net)), Figure(self.business.money(margin)), Figure(rate)]

    def _page(self, pk: int) -> str:
        if self.by == "product":
            return links.product(pk)
        return reverse("supplier", args=[pk]) if self.by == "supplier" and pk else ""

    def finding(self, whole: Goods) -> str:
        when = spans.in_words(self.period)
        if whole.rate is None:
            return f"Nothing was there to be sold in {when}"
        return f"{qty(whole.rate)}% of what was there or came in {when} was sold"


def _drawing(best: Sequence[tuple[str, Goods]]) -> Drawing:
    amounts = [f"{qty(goods.rate)}%" if goods.rate is not None else "" for _, goods in best]
    told = "; ".join(f"{label}: {amount}" for (label, _), amount in zip(best, amounts, strict=True))
    return Drawing(
        title=f"{best[0][0]} sold best: {qty(best[0][1].sold)} of {qty(best[0][1].opening + best[0][1].came)}",
        text=f"How much was sold of what was there. {told}",
        charts=rank_charts([goods.rate or ZERO for _, goods in best], [label for label, _ in best], amounts),
        of="What",
        columns=[Column("sold", "Sold", Unit.COUNT), Column("rate", "Sell-through", Unit.PERCENT)],
        rows=[Row(label, [Figure(goods.sold), Figure(goods.rate)]) for label, goods in best],
    )
