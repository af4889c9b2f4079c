"""Slow and dead stock: what has not sold for long or will not be gone for long, and the money that lies in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from accounts.models import Business, Member
from common.charts import rank_charts
from common.money import ZERO
from common.templatetags.tillbook import money
from expenses.periods import DAY, Period
from inventory.queries.idle import WINDOWS, Known, Pace, get_known, get_paces
from inventory.queries.naming import Named, get_named
from inventory.queries.stock import SALES_TOGETHER
from inventory.queries.worth import Held, get_held
from portal.reports import links
from portal.reports.options import Days
from portal.reports.shapes import Column, Drawing, Figure, Report, Row, Unit

TITLE = "Slow and dead stock"
UNSOLD = Days("unsold", "Dead after days", 90, "Without a sale for so many days while it is on hand, a product is dead.")
COVER = Days("cover", "Slow above days", 180, "Lasting longer than so many days at the pace of the last 90, a product is slow.")
PACE_DAYS = 90
NEW, NO_PACE = Pace(), Known(None, None)
AGES = ((30, "Sold in the last 30 days"), (90, "31 to 90 days ago"), (180, "91 to 180 days ago"), (365, "181 to 365 days ago"))
OLDER = "Longer ago"
NOTHING_THERE = "Choose another day, or receive goods."


@dataclass(frozen=True)
class Lying:
    """A product on hand, at the end of a day."""

    pk: int
    label: str
    held: Held
    pace: Pace
    known: Known
    day: date

    @property
    def days_unsold(self) -> int | None:
        return (self.day - self.known.last_sold).days if self.known.last_sold else None

    @property
    def age(self) -> int:
        """Days since one was sold; where none ever was, since the first came."""
        since = self.known.last_sold or self.known.first_moved or self.day
        return (self.day - since).days

    @property
    def cover(self) -> Decimal | None:
        """For how many days it lasts at its pace; None without one."""
        sold = self.pace.sold[WINDOWS.index(PACE_DAYS)]
        return (self.held.quantity * PACE_DAYS / sold).quantize(Decimal(1), rounding=ROUND_HALF_UP) if sold > 0 else None

    @property
    def is_new(self) -> bool:
        """All of it came within the days after which it would be dead."""
        return self.pace.came >= self.held.quantity

    def is_dead(self, unsold: int) -> bool:
        return not self.is_new and (self.days_unsold is None or self.days_unsold >= unsold)

    def is_slow(self, cover: int) -> bool:
        return not self.is_new and (self.cover is None or self.cover > cover)


def idle_stock(member: Member, period: Period, today: date, *, unsold: int, cover: int) -> Report:
    """Four queries. As of the last of the days, or of today where that is still to come."""
    business, day = member.business, min(period.last, today)
    lying = _lying(business, day, unsold)
    lying.sort(key=lambda each: -(each.held.value if member.sees_costs else each.held.quantity))
    dead = [each for each in lying if each.is_dead(unsold)]
    slow = [each for each in lying if not each.is_dead(unsold) and each.is_slow(cover)]
    told = Told(business, day, sees_costs=member.sees_costs)
    rows = [
        *told.group(f"Dead: unsold for {unsold} days", "dead", dead),
        *told.group(f"Slow: more than {cover} days of cover", "slow", slow),
    ]
    still = [*dead, *slow]
    total = Row("Together", told.sums(still), is_sum=True) if still else None
    return Report(
        title=TITLE,
        period=Period(day, day),
        finding=told.finding(dead, slow, unsold),
        of="Product",
        columns=told.columns,
        rows=rows,
        total=total,
        remark=_remark(lying, unsold),
        drawing=told.drawing(lying, unsold) if lying else None,
        nothing="All that is on hand sells." if lying else NOTHING_THERE,
    )


def _lying(business: Business, day: date, unsold: int) -> list[Lying]:
    """What is on hand, by name."""
    named = get_named(business)
    held = get_held(business=business, before=business.days(day, day).until)
    paces, known = get_paces(business=business, day=day, new_days=unsold), get_known(business=business, day=day)

    def one(pk: int, name: Named) -> Lying:
        return Lying(pk, name.label, held[pk], paces.get(pk, NEW), known.get(pk, NO_PACE), day)

    return [one(pk, name) for pk, name in named.items() if pk in held and held[pk].quantity > 0]


@dataclass(frozen=True)
class Told:
    """The figures for somebody who sees costs or does not."""

    business: Business
    day: date
    sees_costs: bool

    @property
    def columns(self) -> list[Column]:
        value = [Column("value", "Value")] if self.sees_costs else []
        sold = [Column(f"sold_{days}", f"Sold, {days} days", Unit.COUNT) for days in WINDOWS]
        return [
            Column("on_hand", "On hand", Unit.COUNT),
            *value,
            Column("last_sold", "Last sold", Unit.DAY),
            Column("days_unsold", "Days since", Unit.COUNT),
            *sold,
            Column("cover", "Cover, days", Unit.COUNT),
        ]

    def group(self, label: str, key: str, lying: Sequence[Lying]) -> list[Row]:
        if not lying:
            return []
        rows = [Row(each.label, self.figures(each), key=each.pk, url=links.product(each.pk), depth=1) for each in lying]
        return [Row(label, self.sums(lying), key=key, is_sum=True), *rows]

    def figures(self, lying: Lying) -> list[Figure]:
        until = f"{links.movements()}?product={lying.pk}&last={self.day}"
        sold = [
            Figure(units, f"{until}&kind={SALES_TOGETHER}&first={self.day - (days - 1) * DAY}")
            for days, units in zip(WINDOWS, lying.pace.sold, strict=True)
        ]
        unsold = lying.days_unsold
        return [
            Figure(lying.held.quantity, until),
            *self._value([lying]),
            Figure(None, f"{until}&kind=sold", on=lying.known.last_sold),
            Figure(None if unsold is None else Decimal(unsold)),
            *sold,
            Figure(lying.cover),
        ]

    def sums(self, lying: Sequence[Lying]) -> list[Figure]:
        blank = [Figure(None)] * (len(WINDOWS) + 3)
        return [Figure(sum((each.held.quantity for each in lying), ZERO)), *self._value(lying), *blank]

    def _value(self, lying: Sequence[Lying]) -> list[Figure]:
        return [Figure(self.value(lying))] if self.sees_costs else []

    def value(self, lying: Sequence[Lying]) -> Decimal:
        return self.business.money(sum((each.held.value for each in lying), ZERO))

    def amount(self, lying: Sequence[Lying]) -> str:
        return money(self.value(lying), self.business.currency) if self.sees_costs else _products(lying)

    def finding(self, dead: Sequence[Lying], slow: Sequence[Lying], unsold: int) -> str:
        if dead and self.sees_costs:
            return f"{self.amount(dead)} lies still: {_products(dead)} unsold for {unsold} days"
        if dead:
            return f"{_products(dead)} unsold for {unsold} days"
        return (
            f"Nothing is dead, but {_products(slow)} sell{'s' if len(slow) == 1 else ''} slowly" if slow else "Nothing lies still"
        )

    def drawing(self, lying: Sequence[Lying], unsold: int) -> Drawing:
        """All that is on hand, by how long ago one was sold."""
        groups: dict[str, list[Lying]] = {label: [] for label in (*(label for _, label in AGES), OLDER)}
        for each in lying:
            groups[next((label for most, label in AGES if each.age <= most), OLDER)].append(each)
        values = [self.value(each) if self.sees_costs else Decimal(len(each)) for each in groups.values()]
        amounts = [self.amount(each) for each in groups.values()]
        rows = [Row(label, [Figure(Decimal(len(each))), *self._value(each)], key=label) for label, each in groups.items()]
        old = [each for each in lying if each.age > unsold]
        told = "; ".join(f"{label}: {amount}" for label, amount in zip(groups, amounts, strict=True))
        return Drawing(
            title=_ages_found(self.amount(old) if old else "Nothing", self.amount(lying), unsold),
            text=f"What is on hand, by when one was last sold. {told}",
            charts=rank_charts(values, list(groups), amounts),
            of="Last sold, or come where none was",
            columns=[Column("products", "Products", Unit.COUNT), *([Column("value", "Value")] if self.sees_costs else [])],
            rows=rows,
        )


def _ages_found(old: str, there: str, unsold: int) -> str:
    return f"{old} of {there} on hand has sold none for more than {unsold} days"


def _products(lying: Sequence[Lying]) -> str:
    return f"{len(lying):,} product{'' if len(lying) == 1 else 's'}"


def _remark(lying: Sequence[Lying], unsold: int) -> str:
    new = [each for each in lying if each.is_new]
    if not new:
        return ""
    are = "is" if len(new) == 1 else "are"
    return f"Left out {are} {_products(new)} of which all that is on hand came in the last {unsold} days."
