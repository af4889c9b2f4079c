"""Every report by its name: what it is called, of which days it usually is, and who has it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import Business, Member
from expenses.periods import Period
from portal.reports.budgets import budgets_against_actual
from portal.reports.days import by_day
from portal.reports.idle import COVER, UNSOLD, idle_stock
from portal.reports.months import by_month
from portal.reports.movements import IN, MOVED_BY, movements
from portal.reports.options import Option
from portal.reports.profit import profit_and_loss
from portal.reports.sell_through import SOLD_BY, sell_through
from portal.reports.shapes import Report
from portal.reports.shrinkage import LOST_BY, shrinkage
from portal.reports.spending import by_category, by_payee, by_tag
from portal.reports.stock_value import VALUE_BY, stock_value
from portal.reports.worth import net_worth


@dataclass(frozen=True)
class Asked:
    """Whose report of which days."""

    member: Member
    period: Period
    today: date
    chosen: Mapping[str, Any] = field(default_factory=dict)

    @property
    def business(self) -> Business:
        return self.member.business

    def of(self, option: Option) -> Any:
        """What was chosen, else what is usual."""
        return self.chosen.get(option.key, option.usual)


@dataclass(frozen=True)
class Kind:
    """`usual` names the days that it is of where nobody asks for others; `options` are what else it can be asked."""

    label: str
    build: Callable[[Asked], Report]
    usual: str = "month"
    of_shop: bool = False
    options: Sequence[Option] = ()

    def is_for(self, business: Business) -> bool:
        return business.is_shop or not self.of_shop


REPORTS: Mapping[str, Kind] = {
    "profit_and_loss": Kind("Profit and loss", lambda asked: profit_and_loss(asked.member, asked.period), of_shop=True),
    "stock_value": Kind(
        "Stock value",
        lambda asked: stock_value(asked.member, asked.period, asked.today, by=asked.of(VALUE_BY)),
        of_shop=True,
        options=(VALUE_BY,),
    ),
    "movements": Kind(
        "Movements",
        lambda asked: movements(asked.member, asked.period, by=asked.of(MOVED_BY), measure=asked.of(IN)),
        of_shop=True,
        options=(MOVED_BY, IN),
    ),
    "idle_stock": Kind(
        "Slow and dead",
        lambda asked: idle_stock(asked.member, asked.period, asked.today, unsold=asked.of(UNSOLD), cover=asked.of(COVER)),
        of_shop=True,
        options=(UNSOLD, COVER),
    ),
    "shrinkage": Kind(
        "Shrinkage",
        lambda asked: shrinkage(asked.member, asked.period, by=asked.of(LOST_BY)),
        of_shop=True,
        options=(LOST_BY,),
    ),
    "sell_through": Kind(
        "Sell-through",
        lambda asked: sell_through(asked.member, asked.period, asked.today, by=asked.of(SOLD_BY)),
        of_shop=True,
        options=(SOLD_BY,),
    ),
    "categories": Kind("Categories", lambda asked: by_category(asked.business, asked.period)),
    "payees": Kind("Payees", lambda asked: by_payee(asked.business, asked.period)),
    "tags": Kind("Tags", lambda asked: by_tag(asked.business, asked.period)),
    "months": Kind("Months", lambda asked: by_month(asked.business, asked.period), "12-months"),
    "calendar": Kind("Calendar", lambda asked: by_day(asked.business, asked.period)),
    "budgets": Kind("Budgets", lambda asked: budgets_against_actual(asked.business, asked.period)),
    "net_worth": Kind("Net worth", lambda asked: net_worth(asked.business, asked.period, asked.today), "12-months"),
}
