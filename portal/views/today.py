from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.charts import Chart, bar_charts
from common.money import symbol
from common.periods import day_start
from portal.findings import budgets_finding, hours_finding, hours_text, month_text
from portal.queries.dashboard import Dashboard, get_dashboard

BEST_OF = {"7": 7, "30": 30}


@require_safe
@member_required()
def today(request: MemberRequest) -> HttpResponse:
    """The day of a shop; a personal book opens on its expenses."""
    if not request.business.is_shop:
        return redirect("expenses")
    now = timezone.now()
    best_of = request.GET.get("best", "7")
    days = BEST_OF.get(best_of, 7)
    board = get_dashboard(member=request.member, at=now, best_of_days=days)
    return render(request, "portal/today.html", _context(request, board) | {"now": now, "best_of": days})


def _context(request: MemberRequest, board: Dashboard) -> dict[str, Any]:
    member, currency = request.member, request.business.currency
    unit = symbol(currency)
    return {
        "board": board,
        "sees_costs": member.sees_costs,
        "may_sell": member.may(Action.SELL),
        "may_receive": member.may(Action.RECEIVE),
        "may_manage": member.may(Action.MANAGE_CATALOGUE),
        "day_began": day_start(board.today, request.business.timezone),
        "weekday": f"{board.today:%A}",
        "month_text": month_text(board, currency),
        "hours_finding": hours_finding(board, currency),
        "budgets_finding": budgets_finding(board.budgets),
        "hours_text": hours_text(board, currency),
        "month_charts": _month_charts(board, unit),
        "hour_charts": _hour_charts(board, unit),
    }


def _month_charts(board: Dashboard, unit: str) -> list[Chart]:
    days = [f"{on.day} {on:%b}" for on, _ in board.by_day]
    return bar_charts([takings.total for _, takings in board.by_day], days, unit=unit)


def _hour_charts(board: Dashboard, unit: str) -> list[Chart]:
    hours = board.day.hours
    names = [f"{hour.hour:02}" for hour in hours]
    return bar_charts([hour.today for hour in hours], names, marks=[hour.then for hour in hours], unit=unit)
