from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.models import Business
from expenses.periods import Period
from portal.forms import ReportForm
from portal.reports import spans
from portal.reports.months import by_month
from portal.reports.shapes import Report
from portal.reports.spending import by_category, by_payee, by_tag

MOST_ROWS = 200  # of a page; a file has them all


@dataclass(frozen=True)
class Kind:
    """A report with its name on the tabs, and the days that it is of where nobody asks for others."""

    label: str
    build: Callable[[Business, Period], Report]
    usual: str = "month"


REPORTS: Mapping[str, Kind] = {
    "categories": Kind("Categories", by_category),
    "payees": Kind("Payees", by_payee),
    "tags": Kind("Tags", by_tag),
    "months": Kind("Months", by_month, "12-months"),
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
    form = ReportForm(request.GET, today=request.business.local_day(timezone.now()), usual=kind.usual)
    found = kind.build(request.business, form.period)
    context = {
        "here": f"report_{name}",
        "in_words": spans.in_words(found.period),
        "kinds": {f"report_{each}": kind.label for each, kind in REPORTS.items()},
        "form": form,
        "report": found,
        "rows": found.rows[:MOST_ROWS],
        "hidden": len(found.rows) - MOST_ROWS,
        "kept": request.GET.urlencode() if request.GET and not form.errors else "",
    }
    return render(request, "portal/report.html", context)
