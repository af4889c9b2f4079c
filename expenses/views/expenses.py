from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import refusals_told
from common.ids import as_id
from expenses.forms import ExpenseForm
from expenses.forms.control import PapersForm
from expenses.lists import for_rows
from expenses.models import Expense, ExpenseKind
from expenses.services.record import delete_expense, get_refunded
from expenses.services.unusual import confirm, get_alert
from expenses.views.recording import foretold, recorded, say, suggested

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_AND_POST)
@member_required(Action.ADD_EXPENSE)
def expense(request: MemberRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_rows(request), pk=pk)
    form = entry_form(request, expense=found)
    if form.is_valid():
        done = recorded(request, form)
        if done:
            say(request, done, "is changed")
            return redirect("expenses")
    refunds = list(found.refunds.order_by("spent_on", "pk")) if found.kind == ExpenseKind.EXPENSE else []
    left = found.amount - sum(refund.amount for refund in refunds)
    papers = {"papers": found.attachments.order_by("pk"), "papers_form": PapersForm()}
    context = {"form": form, "expense": found, "refunds": refunds, "left": left, **papers}
    context["unusual"] = get_alert(found)
    context["may_unreconcile"] = request.member.may(Action.MANAGE_ACCOUNTS)
    return render(request, "expenses/expense.html", context)


@require_http_methods(GET_AND_POST)
@member_required(Action.ADD_EXPENSE)
def expense_refund(request: MemberRequest, pk: int) -> HttpResponse:
    """What comes back of an expense, filled in with all that is left of it."""
    origin = get_object_or_404(_rows(request).filter(kind=ExpenseKind.EXPENSE), pk=pk)
    form = entry_form(request, refund_of=origin)
    if form.is_valid():
        done = recorded(request, form)
        if done:
            say(request, done, "is recorded")
        if not (form.errors or form.asks):
            return redirect("expense", pk=origin.pk)
    context = {"form": form, "origin": origin, "left": origin.amount - get_refunded(origin)}
    return render(request, "expenses/refund.html", context)


@require_POST
@member_required(Action.ADD_EXPENSE)
def expense_delete(request: MemberRequest, pk: int) -> HttpResponse:
    delete_expense(expense=get_object_or_404(_rows(request), pk=pk), by=request.member, at=timezone.now())
    messages.success(request, "The expense is deleted. The audit log keeps what it was.")
    return redirect("expenses")


@require_POST
@member_required(Action.ANSWER_ALERTS)
def expense_confirm(request: MemberRequest, pk: int) -> HttpResponse:
    """It is far from what is usual, and right all the same."""
    found = get_object_or_404(_rows(request), pk=pk)
    with refusals_told(request):
        confirm(expense=found, by=request.member, at=timezone.now())
        messages.success(request, "Kept as it is. You are not asked about this amount again.")
    return redirect("expense", pk)


@require_safe
@member_required(Action.ADD_EXPENSE)
def expense_check(request: MemberRequest) -> HttpResponse:
    """While one types: what the entry would leave, and what it may double. Writes nothing."""
    form = ExpenseForm(
        request.GET,
        business=request.business,
        expense=_named(request, "expense"),
        refund_of=_named(request, "refund_of"),
    )
    context = {"outlook": foretold(request.member, form), "suggestion": suggested(form), "form": form}
    return render(request, "expenses/_partials/outlook.html", context)


def entry_form(request: MemberRequest, *, expense: Expense | None = None, refund_of: Expense | None = None) -> ExpenseForm:
    """The form as it was sent, or fresh. “Add a part” sends it back with one more row and checks nothing yet."""
    asked, adds_row = request.method == "POST", "add_row" in request.POST
    return ExpenseForm(
        request.POST if asked and not adds_row else None,
        business=request.business,
        expense=expense,
        refund_of=refund_of,
        typed=request.POST.dict() if adds_row else None,
        more_rows=int(adds_row),
    )


def _named(request: MemberRequest, name: str) -> Expense | None:
    return get_object_or_404(_rows(request), pk=as_id(request.GET[name])) if name in request.GET else None


def _rows(request: MemberRequest) -> QuerySet[Expense]:
    return for_rows(Expense.objects.for_business(request.business)).select_related("payee", "account", "refund_of")
