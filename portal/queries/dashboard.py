"""The whole day on one page, for the eyes of one member."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.models import Business, Member
from alerts.models import Alert
from alerts.queries import get_alerts
from expenses.bars import Bar
from inventory.models import Product, StockMovement
from inventory.queries.valuation import get_stock_value
from portal.queries.budgets import get_bars
from portal.queries.goods import Seller, Shortage, get_sellers, get_shortage
from portal.queries.suggestions import Suggestion, get_suggestions
from portal.queries.takings import WEEK, Day, Takings, get_hours, get_takings, growth, of_days
from sales.models import Sale

MONTH = 30
BEST_SHOWN = 5
ALERTS_SHOWN = 5


@dataclass(frozen=True)
class Compared:
    """A figure beside the one before it; `growth` in per cent, None without anything before."""

    now: Decimal
    before: Decimal

    @property
    def growth(self) -> Decimal | None:
        return growth(self.now, self.before)

    @property
    def size(self) -> Decimal | None:
        """The growth without its sign."""
        return abs(self.growth) if self.growth is not None else None

    @property
    def difference(self) -> Decimal:
        return self.now - self.before


@dataclass(frozen=True)
class FirstSteps:
    """What a new shop has done already."""

    has_products: bool
    has_stock: bool


@dataclass(frozen=True)
class Dashboard:
    """`value`, `takings.cost` and all that follows from them are for members who see costs only."""

    today: date
    takings: Takings
    then: Takings
    sales: Compared
    week: Compared
    month: Compared
    by_day: Sequence[tuple[date, Takings]]
    day: Day
    value: Decimal | None
    shortage: Shortage
    sellers: Sequence[Seller]
    alerts: Sequence[Alert]
    budgets: Sequence[Bar]
    suggestions: Sequence[Suggestion]
    first_steps: FirstSteps | None

    @property
    def points(self) -> Decimal | None:
        """How many points of margin more than a week ago."""
        return (
            self.takings.margin - self.then.margin if self.takings.margin is not None and self.then.margin is not None else None
        )


def get_dashboard(*, member: Member, at: datetime, best_of_days: int) -> Dashboard:
    business = member.business
    today = business.local_day(at)
    takings = get_takings(business=business, first=today - timedelta(days=2 * MONTH - 1), last=today)
    day = get_hours(business=business, at=at)
    month = [today - timedelta(days=n) for n in reversed(range(MONTH))]
    shortage = get_shortage(business)
    sellers = get_sellers(business=business, today=today, days=best_of_days)
    bars = get_bars(business, today)
    return Dashboard(
        today=today,
        takings=of_days(takings, [today]),
        then=of_days(takings, [today - WEEK]),
        sales=Compared(of_days(takings, [today]).total, day.then_so_far),
        week=_week(takings, today, day),
        month=Compared(of_days(takings, month).total, of_days(takings, [on - timedelta(days=MONTH) for on in month]).total),
        by_day=[(on, takings.get(on, Takings())) for on in month],
        day=day,
        value=get_stock_value(business=business) if member.sees_costs else None,
        shortage=shortage,
        sellers=sellers[:BEST_SHOWN],
        alerts=list(get_alerts(business=business, state="open").order_by("-raised_at", "-id")[:ALERTS_SHOWN]),
        budgets=bars,
        suggestions=get_suggestions(member=member, shortage=shortage, sellers=sellers, budgets=bars),
        first_steps=_first_steps(business) if not takings else None,
    )


def _week(takings: Mapping[date, Takings], today: date, day: Day) -> Compared:
    """Since Monday, against last week until the same weekday and hour."""
    days = [today - timedelta(days=n) for n in range(today.weekday() + 1)]
    before = of_days(takings, [on - WEEK for on in days if on != today]).total + day.then_so_far
    return Compared(of_days(takings, days).total, before)


def _first_steps(business: Business) -> FirstSteps | None:
    """None once anything was ever sold."""
    if Sale.objects.for_business(business).exists():
        return None
    return FirstSteps(
        has_products=Product.objects.for_business(business).exists(),
        has_stock=StockMovement.objects.for_business(business).exists(),
    )
