"""What the charts of the day say, in words: their titles, and what stands for them where they cannot be seen."""

from collections.abc import Sequence

from common.templatetags.tillbook import money
from expenses.bars import Bar
from expenses.positions import State
from portal.queries.dashboard import Dashboard


def month_text(board: Dashboard, currency: str) -> str:
    on, best = max(board.by_day, key=lambda pair: pair[1].total)
    if best.total <= 0:
        return "Sales by day over 30 days: nothing sold"
    shown = money(board.month.now, currency)
    return f"Sales by day over 30 days: {shown} in all, most on {on:%A} {on.day} {on:%B} with {money(best.total, currency)}"


def hours_finding(board: Dashboard, currency: str) -> str:
    """Ahead or behind of the same weekday at the same hour."""
    weekday, difference = f"{board.today:%A}", board.sales.difference
    if not board.sales.now and not board.sales.before:
        return "Nothing sold yet today"
    if not board.sales.before:
        return f"{money(board.sales.now, currency)} so far, nothing last {weekday} by now"
    if not difference:
        return f"Level with last {weekday}"
    return f"{money(abs(difference), currency)} {'ahead of' if difference > 0 else 'behind'} last {weekday} by now"


def hours_text(board: Dashboard, currency: str) -> str:
    sold = [hour for hour in board.day.hours if hour.today > 0]
    if not sold:
        return f"Sales by hour against last {board.today:%A}: nothing sold yet today"
    best = max(sold, key=lambda hour: hour.today)
    now, before = money(board.sales.now, currency), money(board.sales.before, currency)
    most = f"most from {best.label} with {money(best.today, currency)}"
    return f"Sales by hour: {now} so far, {before} last {board.today:%A} by now, {most}"


def budgets_finding(bars: Sequence[Bar]) -> str:
    """“1 budget over, 2 close”, or that all is well."""
    states = [bar.each.position.state for bar in bars]
    over, close = states.count(State.OVER), states.count(State.WARNING)
    if over:
        return f"{over} budget{'' if over == 1 else 's'} over{f', {close} close' if close else ''}"
    return f"{close} budget{'' if close == 1 else 's'} close to the limit" if close else "Every budget has room"
