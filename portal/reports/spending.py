"""What was spent, by category, payee and tag, beside the period before."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.models import Business
from common.money import ZERO
from common.templatetags.tillbook import money, qty
from expenses.periods import Period
from expenses.reports import NONE, Branch, Pair, get_branches, get_by_payee, get_by_tag, get_spent
from portal.queries.takings import growth, percent
from portal.reports import links, spans
from portal.reports.shapes import Column, Figure, Report, Row, Unit

WHOLE = Decimal(100)
SEVERAL_TAGS = "What has several tags counts at each of them, so the rows may come to more than what was spent."


@dataclass(frozen=True)
class Sides:
    """A period beside the one before it, with all that was spent in each."""

    period: Period
    before: Period
    total: Decimal
    total_before: Decimal
    word: str = "on"  # before the name of what it went to

    def row(
        self,
        label: str,
        now: Decimal,
        then: Decimal,
        narrowed: Mapping[str, Any],
        *,
        key: str | int | None = None,
        depth: int = 0,
    ) -> Row:
        share = percent(now, self.total) if self.total > 0 else None
        figures = [
            Figure(now, links.spent(self.period, **narrowed)),
            Figure(share),
            Figure(then, links.spent(self.before, **narrowed)),
            Figure(growth(now, then)),
        ]
        return Row(label, figures, key=key, depth=depth, share=min(max(share or ZERO, ZERO), WHOLE))

    def report(self, business: Business, title: str, of: str, rows: Iterable[Row], remark: str = "") -> Report:
        shown = list(rows)
        columns = [
            Column("spent", "Spent"),
            Column("share", "Share", Unit.PERCENT),
            Column("before", spans.brief(self.before)),
            Column("change", "Change", Unit.CHANGE),
        ]
        whole = self.row("All spending", self.total, self.total_before, {})
        total = Row(whole.label, whole.figures, is_sum=True)
        return Report(title, self.period, self.finding(business, shown), of, columns, shown, total, remark)

    def finding(self, business: Business, rows: list[Row]) -> str:
        spent = money(self.total, business.currency)
        if not rows:
            return f"Nothing spent in {spans.in_words(self.period)}"
        named = [row for row in rows if row.depth == 0 and row.key and row.share]
        if not named:
            return f"{spent} spent"
        most = max(named, key=lambda row: row.figures[0].value or ZERO)
        share = most.figures[1].value or ZERO
        part = "all" if share == WHOLE else "most" if share > WHOLE else f"{qty(share)}%"
        return f"{spent} spent, {part} of it {self.word} {most.label}"


def by_category(business: Business, period: Period) -> Report:
    """A tree: each category with all below it, and in a line of its own what lies in it directly. Two queries."""
    before = spans.before(period)
    branches = get_branches(business, period, before)
    tops = [branch for branch in branches if branch.depth == 0]
    sides = Sides(period, before, sum((top.total for top in tops), ZERO), sum((top.before for top in tops), ZERO))
    rows = (row for branch in branches for row in _branch(sides, branch))
    return sides.report(business, "Spending by category", "Category", rows)


def by_payee(business: Business, period: Period) -> Report:
    before = spans.before(period)
    found = get_by_payee(business, period, before)
    total, total_before = (sum((pair[side] for pair in found.values()), ZERO) for side in (0, 1))
    sides = Sides(period, before, total, total_before, "to")
    return sides.report(business, "Spending by payee", "Payee", _named(sides, "payee", found))


def by_tag(business: Business, period: Period) -> Report:
    before = spans.before(period)
    sides = Sides(period, before, *get_spent(business, period, before), "with")
    found = get_by_tag(business, period, before)
    return sides.report(business, "Spending by tag", "Tag", _named(sides, "tag", found), SEVERAL_TAGS)


def _branch(sides: Sides, branch: Branch) -> Iterator[Row]:
    yield sides.row(branch.name, branch.total, branch.before, {"category": branch.pk}, key=branch.pk, depth=branch.depth)
    if branch.has_branches and (branch.own or branch.own_before):
        label, depth, narrowed = f"Directly in {branch.name}", branch.depth + 1, {"category": branch.pk, "is_exact": "on"}
        yield sides.row(label, branch.own, branch.own_before, narrowed, key=branch.pk, depth=depth)


def _named(sides: Sides, what: str, found: Mapping[str, Pair]) -> Iterator[Row]:
    for name, (now, then) in sorted(found.items(), key=lambda item: (-item[1][0], -item[1][1], item[0])):
        narrowed = {"without": what} if name == NONE else {what: name}
        yield sides.row(name or f"No {what}", now, then, narrowed, key=name or None)
