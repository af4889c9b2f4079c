from calendar import day_name
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.models import Business, Member
from accounts.permissions import Action
from expenses.periods import Period
from portal.forms import ReportForm
from portal.reports import spans
from portal.reports.budgets import budgets_against_actual
from portal.reports.days import by_day
from portal.reports.files import FORMS, Form
from portal.reports.months import by_month
from portal.reports.profit import profit_and_loss
from portal.reports.shapes import Report
from portal.reports.spending import by_category, by_payee, by_tag
from portal.reports.worth import net_worth

KEPT = ("period", "since", "until")
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
    of_shop: bool = False


REPORTS: Mapping[str, Kind] = {
    "profit_and_loss": Kind("Profit and loss", lambda asked: profit_and_loss(asked.member, asked.period), of_shop=True),
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
    return redirect("report_profit_and_loss" if request.business.is_shop else "report_categories")


@require_safe
@member_required()
def report(request: MemberRequest, name: str) -> HttpResponse:
    """One report of the days that the address asks for."""
    kind = REPORTS[name]
    if kind.of_shop and not request.business.is_shop:
        raise Http404
    today = request.business.local_day(timezone.now())
    form = ReportForm(request.GET, today=today, usual=kind.usual)
    found = kind.build(Asked(request.member, form.period, today))
    file = FORMS.get(request.GET.get("as", ""))
    if file:
        return _sent(request, name, found, file)
    kept = urlencode({key: request.GET[key] for key in KEPT if key in request.GET}) if not form.errors else ""
    context = {
        "here": f"report_{name}",
        "in_words": spans.in_words(found.period),
        "kinds": {f"report_{each}": kind.label for each, kind in REPORTS.items() if request.business.is_shop or not kind.of_shop},
        "week_days": list(day_name),
        "form": form,
        "report": found,
        "rows": found.rows[:MOST_ROWS],
        "hidden": len(found.rows) - MOST_ROWS,
        "kept": kept,
        "forms": FORMS if request.member.may(Action.EXPORT) else {},
    }
    return render(request, "portal/report.html", context)


def _sent(request: MemberRequest, name: str, report: Report, form: Form) -> HttpResponse:
    request.member.must(Action.EXPORT)
    ending = request.GET["as"]
    filename = f"{request.business.slug}-{name.replace('_', '-')}-{report.period.first}-{report.period.last}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "private, no-store"}
    return HttpResponse(form.write(report, request.business), content_type=form.content_type, headers=headers)
