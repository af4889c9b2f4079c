"""Profit and loss: sales without tax, what the goods cost, and expenses without the tax that comes back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import Business, Member
from common.money import ZERO
from common.templatetags.tillbook import money
from expenses.periods import Period
from expenses.reports import Branch, get_branches, get_stock_category, get_tax
from portal.queries.takings import growth, percent
from portal.reports import links, spans
from portal.reports.shapes import Column, Figure, Report, Row, Unit
from sales.models import SaleKind, SaleState
from sales.queries import Result, get_results

WHOLE = Decimal(100)
TITLE = "Profit and loss"
LEFT_OUT = "Incomes in the book are left out: what is paid in from the till is in the sales."
STOCK = "Stock purchases are left out: goods cost when they are sold."
NO_TAX_NUMBER = "Tax in expenses is a cost, since the settings hold no tax number under which it comes back."
NO_COSTS = "Costs of goods and margins are shown to managers only."


@dataclass(frozen=True)
class Amounts:
    """All that a profit is made of, in one period. Costs are positive; `tax` is in what was spent and comes back."""

    sold: Result
    refunded: Result
    spent: Decimal
    tax: Decimal

    @property
    def net(self) -> Decimal:
        return self.sold.net + self.refunded.net

    @property
    def cost(self) -> Decimal:
        return self.sold.cost + self.refunded.cost

    @property
    def gross_profit(self) -> Decimal:
        return self.net - self.cost

    @property
    def expenses(self) -> Decimal:
        return self.spent - self.tax

    @property
    def profit(self) -> Decimal:
        return self.gross_profit - self.expenses


def profit_and_loss(member: Member, period: Period) -> Report:
    """Nine queries. Who does not see costs sees sales and expenses, and nothing that costs follow from."""
    business, before = member.business, spans.before(period)
    stock = get_stock_category(business)
    branches = [top for top in get_branches(business, period, before) if top.depth == 0 and top.pk != stock]
    now = _amounts(business, period, branches, stock, is_before=False)
    then = _amounts(business, before, branches, stock, is_before=True)
    sides = Sides(period, before, now, then)
    rows = list(_rows(sides, branches, stock, sees_costs=member.sees_costs, reclaims=bool(business.tax_number)))
    total = sides.row("Profit", now.profit, then.profit, key="profit", depth=0) if member.sees_costs else None
    columns = [
        Column("amount", "Amount"),
        Column("share", "Of sales", Unit.PERCENT),
        Column("before", spans.brief(before)),
        Column("change", "Change", Unit.CHANGE),
    ]
    return Report(TITLE, period, _finding(now, member), "Line", columns, rows, total, _remark(member, stock))


@dataclass(frozen=True)
class Sides:
    period: Period
    before: Period
    now: Amounts
    then: Amounts

    def row(self, label: str, now: Decimal, then: Decimal, link: Any = None, *, key: str, depth: int = 1) -> Row:
        share = percent(now, self.now.net) if self.now.net > 0 else None
        urls = (link(self.period), link(self.before)) if link else ("", "")
        figures = [Figure(now, urls[0]), Figure(share), Figure(then, urls[1]), Figure(growth(now, then))]
        bar = min(max(share or ZERO, ZERO), WHOLE)
        return Row(label, figures, key=key, depth=depth, share=bar, is_sum=depth == 0)


def _amounts(business: Business, period: Period, branches: Sequence[Branch], stock: int | None, *, is_before: bool) -> Amounts:
    results = get_results(business=business, first=period.first, last=period.last)
    return Amounts(
        sold=results[SaleKind.SALE],
        refunded=results[SaleKind.REFUND],
        spent=sum((branch.before if is_before else branch.total for branch in branches), ZERO),
        tax=get_tax(business, period, outside=stock) if business.tax_number else ZERO,
    )


def _rows(sides: Sides, branches: Sequence[Branch], stock: int | None, *, sees_costs: bool, reclaims: bool) -> Iterator[Row]:
    now, then = sides.now, sides.then
    yield sides.row("Sales", now.sold.net, then.sold.net, _sales("sale"), key="sales")
    yield sides.row("Refunds", now.refunded.net, then.refunded.net, _sales("refund"), key="refunds")
    yield sides.row("Sales without tax", now.net, then.net, _sales(), key="net_sales", depth=0)
    if sees_costs:
        yield sides.row("Cost of goods sold", now.cost, then.cost, _sales(), key="cost_of_goods")
        yield sides.row("Gross profit", now.gross_profit, then.gross_profit, key="gross_profit", depth=0)
    for branch in branches:
        yield sides.row(branch.name, branch.total, branch.before, _spent(category=branch.pk), key=f"category_{branch.pk}")
    if reclaims:
        outside = {"outside": stock} if stock else {}
        yield sides.row("Less tax that comes back", -now.tax, -then.tax, _spent(**outside), key="input_tax")
    yield sides.row("Expenses", now.expenses, then.expenses, key="expenses", depth=0)


def _sales(kind: str = "") -> Any:
    def link(period: Period) -> str:
        asked = {"first": period.first, "last": period.last, "state": SaleState.COMPLETED.value}
        return f"{reverse('sales')}?{urlencode(asked | ({'kind': kind} if kind else {}))}"

    return link


def _spent(**narrowed: Any) -> Any:
    return lambda period: links.spent(period, **narrowed)


def _finding(now: Amounts, member: Member) -> str:
    currency = member.business.currency
    sold = f"{money(now.net, currency)} sold without tax"
    if not member.sees_costs:
        return f"{sold}, {money(now.expenses, currency)} of expenses"
    left = "a profit" if now.profit >= 0 else "a loss"
    return f"{sold}, {left} of {money(abs(now.profit), currency)}"


def _remark(member: Member, stock: int | None) -> str:
    told = {
        STOCK: stock is not None,
        NO_TAX_NUMBER: not member.business.tax_number,
        LEFT_OUT: True,
        NO_COSTS: not member.sees_costs,
    }
    return " ".join(sentence for sentence, holds in told.items() if holds)
