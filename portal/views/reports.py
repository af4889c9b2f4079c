from calendar import day_name
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.models import Business, Member
from expenses.periods import Period
from portal.forms import ReportForm
from portal.reports import spans
from portal.reports.budgets import budgets_against_actual
from portal.reports.days import by_day
from portal.reports.months import by_month
from portal.reports.shapes import Report
from portal.reports.spending import by_category, by_payee, by_tag
from portal.reports.worth import net_worth

MOST_ROWS = 200  # of a page; a file has them all


@dataclass(frozen=True)
class Asked:
    """Whose report of which days."""

    member: Member
    period: Period
    today: date

    @property
    def business(self) -> Business:
        return self.member.business


@dataclass(frozen=True)
class Kind:
    """A report with its name on the tabs, and the days that it is of where nobody asks for others."""

    label: str
    build: Callable[[Asked], Report]
    usual: str = "month"


REPORTS: Mapping[str, Kind] = {
    "categories": Kind("Categories", lambda asked: by_category(asked.business, asked.period)),
    "payees": Kind("Payees", lambda asked: by_payee(asked.business, asked.period)),
    "tags": Kind("Tags", lambda asked: by_tag(asked.business, asked.period)),
    "months": Kind("Months", lambda asked: by_month(asked.business, asked.period), "12-months"),
    "calendar": Kind("Calendar", lambda asked: by_day(asked.business, asked.period)),
    "budgets": Kind("Budgets", lambda asked: budgets_against_actual(asked.business, asked.period)),
    "net_worth": Kind("Net worth", lambda asked: net_worth(asked.business, asked.period, asked.today), "12-months"),
}


@require_safe
@member_required()
def reports(request: MemberRequest) -> HttpResponse:
    return redirect("report_categories")


@require_safe
@member_required()
def report(request: MemberRequest, name: str) -> HttpResponse:
    """One report of the days that the address asks for."""
    kind = REPORTS[name]
    today = request.business.local_day(timezone.now())
    form = ReportForm(request.GET, today=today, usual=kind.usual)
    found = kind.build(Asked(request.member, form.period, today))
    context = {
        "here": f"report_{name}",
        "in_words": spans.in_words(found.period),
        "kinds": {f"report_{each}": kind.label for each, kind in REPORTS.items()},
        "week_days": list(day_name),
        "form": form,
        "report": found,
        "rows": found.rows[:MOST_ROWS],
        "hidden": len(found.rows) - MOST_ROWS,
        "kept": request.GET.urlencode() if request.GET and not form.errors else "",
    }
    return render(request, "portal/report.html", context)
