from calendar import day_name
from collections.abc import Iterable
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from portal.forms import ReportForm
from portal.reports import spans
from portal.reports.files import FORMS, response
from portal.reports.kinds import REPORTS, Asked
from portal.reports.words import cells

KEPT = ("period", "since", "until")
MOST_ROWS = 200  # of a page; a file has them all


@require_safe
@member_required()
def reports(request: MemberRequest) -> HttpResponse:
    return redirect("report_profit_and_loss" if request.business.is_shop else "report_categories")


@require_safe
@member_required()
def report(request: MemberRequest, name: str) -> HttpResponse:
    """One report of the days that the address asks for, as a page or as a file."""
    kind = REPORTS[name]
    if not kind.is_for(request.business):
        raise Http404
    today = request.business.local_day(timezone.now())
    form = ReportForm(request.GET, today=today, usual=kind.usual, options=kind.options)
    found = kind.build(Asked(request.member, form.period, today, form.chosen))
    ending = request.GET.get("as", "")
    if ending in FORMS:
        request.member.must(Action.EXPORT)
        return response(found, request.business, ending)
    currency = request.business.currency
    context = {
        "here": f"report_{name}",
        "kinds": {f"report_{each}": kind.label for each, kind in REPORTS.items() if kind.is_for(request.business)},
        "form": form,
        "report": found,
        "in_words": spans.in_words(found.period),
        "lines": [(row, cells(found.columns, row, currency)) for row in found.rows[:MOST_ROWS]],
        "total_cells": cells(found.columns, found.total, currency) if found.total else [],
        "drawn": [(row, cells(drawing.columns, row, currency)) for row in drawing.rows] if (drawing := found.drawing) else [],
        "hidden": len(found.rows) - MOST_ROWS,
        "week_days": list(day_name),
        "kept": _kept(request, form, KEPT),
        "kept_here": _kept(request, form, [*KEPT, *form.chosen]),
        "kept_options": _kept(request, form, form.chosen),
        "forms": FORMS if request.member.may(Action.EXPORT) else {},
    }
    return render(request, "portal/report.html", context)


def _kept(request: MemberRequest, form: ReportForm, keys: Iterable[str]) -> str:
    """What the address asked for, for another address that asks for it too."""
    return "" if form.errors else urlencode({key: request.GET[key] for key in keys if key in request.GET})
