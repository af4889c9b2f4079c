"""What the summary says of budgets and of what is to be paid."""

from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse

from alerts.models import AlertKind
from alerts.sections import A_WEEK, Line, Section, Span, section_of_digest
from common.templatetags.tillbook import money
from expenses.bars import Bar, bar, urgency
from expenses.models import Expense
from expenses.positions import State
from expenses.queries import get_budgets, get_positions, get_twins
from expenses.upcoming import Pending, get_pending

MOST = 8
TONE = {State.OVER: ("over", "Over"), State.WARNING: ("low", "Near"), State.FINE: ("", "")}


@section_of_digest(30)
def budgets(span: Span) -> Section | None:
    """Those over, near their limit, or spending faster than their days pass."""
    positions = get_positions(span.business, list(get_budgets(span.business)), span.today)
    bars = [bar(each, span.today) for each in positions]
    pressing = [one for one in bars if one.each.position.state is not State.FINE or one.is_ahead_of_pace]
    if not pressing:
        return None
    pressing.sort(key=urgency, reverse=True)
    over = sum(one.each.position.state is State.OVER for one in pressing)
    lines = [_budget(one, span) for one in pressing[:MOST]]
    headline = f"{over} budget{'s' if over > 1 else ''} over" if over else "budgets to watch"
    return Section("Budgets", lines, headline, frozenset({AlertKind.BUDGET.value}))


@section_of_digest(40)
def to_pay(span: Span) -> Section | None:
    """What falls due within a week, today included."""
    pending = get_pending(span.business, span.today, span.today + timedelta(days=A_WEEK - 1))
    if not pending:
        return None
    lines = [_payment(one, span) for one in pending[:MOST]]
    return Section("In the next seven days", lines, f"{len(pending)} to pay", frozenset({AlertKind.RECURRING_DUE.value}))


@section_of_digest(45)
def entered_twice(span: Span) -> Section | None:
    twins = get_twins(business=span.business, first=span.days[0], last=span.days[-1])
    if not twins:
        return None
    lines = [_twin(one, two, span) for one, two in twins[:MOST]]
    if hidden := len(twins) - len(lines):
        lines.append(Line(f"And {hidden} more", url=f"{reverse('expenses')}?since={span.days[0]}&until={span.days[-1]}"))
    return Section("Entered twice?", lines, f"{len(twins)} perhaps entered twice")


def _twin(one: Expense, two: Expense, span: Span) -> Line:
    payee = one.payee.name if one.payee else ""
    amount = money(two.amount, span.business.currency)
    days = " and ".join(dict.fromkeys(f"on {each.spent_on:%-d %B}" for each in (one, two)))
    query = urlencode({"payee": payee, "since": one.spent_on, "until": two.spent_on})
    return Line(
        f"{amount} at {payee}",
        f"Twice {days}, and not at this price in the three months before.",
        f"{reverse('expenses')}?{query}",
        "over",
        "Look",
    )


def _budget(one: Bar, span: Span) -> Line:
    where, currency = one.each.position, span.business.currency
    spent = f"{money(where.used, currency)} of {money(where.available, currency)}"
    left = f"{money(-where.left, currency)} over" if where.left < 0 else f"{money(where.left, currency)} left"
    pace = f", heading for {one.expected} %" if where.left >= 0 and one.is_ahead_of_pace else ""
    url = reverse("budget", args=[one.each.budget.pk])
    return Line(one.each.budget.name, f"{spent}: {left} until {where.period.last:%-d %B}{pace}.", url, *TONE[where.state])


def _payment(one: Pending, span: Span) -> Line:
    amount = "amount to be said" if one.is_due else money(one.amount, span.business.currency)
    return Line(one.recurring.name, f"{amount} on {one.on:%A %-d %B}", reverse("recurring_edit", args=[one.recurring.pk]))
