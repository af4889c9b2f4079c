from datetime import date

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.errors import DomainError
from common.forms import refusals_shown_on
from common.idempotency import Answer, IdempotencyConflict, fingerprint, run_once
from common.pages import paginate
from expenses.forms import ExpenseForm
from expenses.forms.control import PapersForm
from expenses.models import Expense, ExpenseState
from expenses.queries import get_alike
from expenses.services.record import Recorded, delete_expense, record_expense, update_expense

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_AND_POST)
@member_required()
def expenses(request: MemberRequest) -> HttpResponse:
    """What was spent, newest first, with a form to add one."""
    form = ExpenseForm(request.POST if request.method == "POST" else None, business=request.business)
    if request.method == "POST" and form.is_valid():
        request.member.must(Action.ADD_EXPENSE)
        done = _recorded(request, form)
        if done:
            _say(request, done, "is recorded")
        if not form.errors:
            return redirect("expenses")
    page = paginate(request, _rows(request), ("-spent_on", "-id"))
    may_add = request.member.may(Action.ADD_EXPENSE)
    return render(request, "expenses/expenses.html", {"form": form, "page": page, "may_add": may_add})


@require_http_methods(GET_AND_POST)
@member_required(Action.ADD_EXPENSE)
def expense(request: MemberRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_rows(request), pk=pk)
    form = ExpenseForm(request.POST if request.method == "POST" else None, business=request.business, expense=found)
    if form.is_valid():
        done = _recorded(request, form)
        if done:
            _say(request, done, "is changed")
            return redirect("expenses")
    context = {"form": form, "expense": found, "papers": found.attachments.order_by("pk"), "papers_form": PapersForm()}
    context["may_unreconcile"] = request.member.may(Action.MANAGE_ACCOUNTS)
    return render(request, "expenses/expense.html", context)


@require_POST
@member_required(Action.ADD_EXPENSE)
def expense_delete(request: MemberRequest, pk: int) -> HttpResponse:
    delete_expense(expense=get_object_or_404(_rows(request), pk=pk), by=request.member, at=timezone.now())
    messages.success(request, "The expense is deleted. The audit log keeps what it was.")
    return redirect("expenses")


def _rows(request: MemberRequest) -> QuerySet[Expense]:
    rows = Expense.objects.for_business(request.business).select_related("payee", "account")
    return rows.prefetch_related("splits__category", "tags")


def _recorded(request: MemberRequest, form: ExpenseForm) -> Recorded | None:
    confirmed, now = form.cleaned_data["confirmed"], timezone.now()
    done: Recorded | None = None
    with refusals_shown_on(form):
        if form.expense:
            done = update_expense(expense=form.expense, by=request.member, entry=form.entry(), at=now, confirmed=confirmed)
        else:
            done = _recorded_once(request, form)
    return done


def _recorded_once(request: MemberRequest, form: ExpenseForm) -> Recorded | None:
    """The expense, or None where a first click has recorded it already."""
    done: list[Recorded] = []
    key, confirmed, now = form.cleaned_data["key"], form.cleaned_data["confirmed"], timezone.now()

    def work() -> Answer:
        done[:] = [record_expense(by=request.member, entry=form.entry(), at=now, confirmed=confirmed)]
        return Answer(302, "")

    body = fingerprint(repr(form.cleaned_data).encode())
    try:
        run_once(business_id=request.business.pk, key=key and f"expense:{key}", body=body, at=now, work=work)
    except IdempotencyConflict as error:
        raise DomainError("This was recorded already. Open the page again for something else.") from error
    return done[0] if done else None


def _say(request: MemberRequest, done: Recorded, what: str) -> None:
    business = request.business
    if done.expense.state == ExpenseState.WAITING:
        what = f"{what} and waits for approval"
    left = [f"{each.budget.name}: {business.money(each.position.left):,} {business.currency} left" for each in done.budgets]
    messages.success(request, ". ".join([f"The expense {what}", *left]) + ".")
    alike = get_alike(done.expense)
    if alike:
        days = ", ".join(sorted({_day(other.spent_on) for other in alike}))
        messages.warning(request, f"The same amount was recorded on {days}. If it is the same expense, delete one of them.")


def _day(on: date) -> str:
    return f"{on.day} {on:%B}"
