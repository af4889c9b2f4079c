from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.pages import paginate
from expenses.forms import ExpenseFilterForm, ExpenseForm
from expenses.forms.quick import as_typed, understood
from expenses.lists import Wanted, for_rows, get_expenses, get_sums
from expenses.views.expenses import GET_AND_POST, entry_form
from expenses.views.recording import foretold, recorded, say, suggested


@require_http_methods(GET_AND_POST)
@vary_on_headers("HX-Request")
@member_required()
def expenses(request: MemberRequest) -> HttpResponse:
    """What was spent, newest first, narrowed by the address; with a line and a form to add something."""
    if "line" in request.GET and request.method != "POST":
        return _read(request)
    form = entry_form(request)
    if form.is_bound and form.is_valid():
        request.member.must(Action.ADD_EXPENSE)
        done = recorded(request, form)
        if done:
            say(request, done, "is recorded")
        if not (form.errors or form.asks):
            return redirect("expenses")
    return _page(request, form, {"suggestion": suggested(form)})


def _read(request: MemberRequest) -> HttpResponse:
    """The form, filled with what was understood of a line."""
    line, today = request.GET["line"], request.business.local_day(timezone.now())
    reading = understood(line, business=request.business, today=today)
    typed = as_typed(reading)
    form = ExpenseForm(business=request.business, typed=typed)
    if not reading.amount:
        form.fields["amount"].widget.attrs["autofocus"] = "read" in request.GET
    sent = ExpenseForm(typed, business=request.business)
    ahead = {"outlook": foretold(request.member, sent), "suggestion": suggested(sent)} if reading.amount else {}
    context = {"line": line, "reading": reading, "is_ready": "read" in request.GET, **ahead}
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "expenses/_partials/entry.html", context | {"form": form})
    return _page(request, form, context)


def _page(request: MemberRequest, form: ExpenseForm, context: dict[str, Any]) -> HttpResponse:
    filters = ExpenseFilterForm(request.GET, categories=form.categories.every, accounts=form.accounts)
    rows = for_rows(get_expenses(request.business, filters.wanted, tree=form.categories.tree))
    today = request.business.local_day(timezone.now())
    this_month = Wanted(since=today.replace(day=1), until=today)  # of all time, the sums would cost more every year
    context |= {
        "form": form,
        "filters": filters,
        "periods": filters.periods(today),
        "page": paginate(request, rows, ("-spent_on", "-id")),
        "sums": get_sums(request.business, filters.wanted or this_month, tree=form.categories.tree),
        "may_add": request.member.may(Action.ADD_EXPENSE),
    }
    return render(request, "expenses/expenses.html", context)
