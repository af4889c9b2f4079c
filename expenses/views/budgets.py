from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import refusals_shown_on
from common.money import ZERO
from common.pages import paginate
from expenses.bars import bar
from expenses.forms import BudgetForm
from expenses.models import Budget
from expenses.periods import FIRST_DAY, LAST_DAY, Period
from expenses.queries import get_budgets, get_expenses_of, get_history, get_positions
from expenses.services.budgets import save_budget

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
@member_required()
def budgets(request: MemberRequest) -> HttpResponse:
    """Where each budget stands today, the worst first."""
    today = request.business.local_day(timezone.now())
    wanted = list(get_budgets(request.business))
    positions = get_positions(request.business, wanted, today)
    bars = sorted((bar(each, today) for each in positions), key=lambda one: one.each.position.used_percent or 0, reverse=True)
    left = sum((each.position.left for each in positions), ZERO)
    running = {each.budget.pk for each in positions}
    resting = [each for each in wanted if each.pk not in running]
    context = {
        "bars": bars,
        "resting": resting,
        "left": left,
        "today": today,
        "may_change": request.member.may(Action.MANAGE_BUDGETS),
    }
    return render(request, "expenses/budgets.html", context)


@require_safe
@member_required()
def budget(request: MemberRequest, pk: int) -> HttpResponse:
    """One budget: the period that holds `on`, its expenses, and the periods before."""
    found = get_object_or_404(Budget.objects.for_business(request.business).prefetch_related("revisions"), pk=pk)
    on = _day(request)
    positions = get_positions(request.business, [found], on)
    if not positions:
        on = found.starts_on
        positions = get_positions(request.business, [found], on)
    here = positions[0]
    period: Period = here.position.period
    page = paginate(request, get_expenses_of(found, period), ("-spent_on", "-id"), size=25)
    context = {
        "budget": found,
        "bar": bar(here, on),
        "page": page,
        "history": get_history(found, on),
        "may_change": request.member.may(Action.MANAGE_BUDGETS),
    }
    return render(request, "expenses/budget.html", context)


@require_http_methods(GET_AND_POST)
@member_required(Action.MANAGE_BUDGETS)
def budget_new(request: MemberRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(GET_AND_POST)
@member_required(Action.MANAGE_BUDGETS)
def budget_edit(request: MemberRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Budget.objects.for_business(request.business).prefetch_related("revisions"), pk=pk))


def _edit(request: MemberRequest, found: Budget | None) -> HttpResponse:
    form = BudgetForm(request.POST if request.method == "POST" else None, business=request.business, budget=found)
    if form.is_valid():
        budget = found or Budget(business=request.business)
        with refusals_shown_on(form):
            save_budget(budget=budget, by=request.member, at=timezone.now(), values=form.cleaned_data)
            messages.success(request, f"{budget.name} is saved.")
            return redirect("budgets")
    return render(request, "expenses/budget_form.html", {"form": form, "budget": found})


def _day(request: MemberRequest) -> date:
    try:
        asked = parse_date(request.GET.get("on", ""))
    except ValueError:
        asked = None
    if asked and FIRST_DAY <= asked <= LAST_DAY:
        return asked
    return request.business.local_day(timezone.now())
