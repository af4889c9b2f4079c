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
from common.forms import posted, refusals_shown_on
from common.money import symbol
from common.pages import paginate
from expenses.bars import bar, history, totals, urgency
from expenses.forms import BudgetForm
from expenses.models import Budget
from expenses.moves import get_moves_of
from expenses.periods import FIRST_DAY, LAST_DAY
from expenses.queries import BudgetPosition, get_all_budgets, get_expenses_of, get_history, get_positions
from expenses.services.budgets import save_budget
from expenses.suggestions import get_suggestion

GET_AND_POST = ["GET", "HEAD", "POST"]
MOST_MOVES = 20


@require_safe
@member_required()
def budgets(request: MemberRequest) -> HttpResponse:
    """Where each budget stands today, the worst first."""
    today = request.business.local_day(timezone.now())
    every = list(get_all_budgets(request.business))
    wanted = [each for each in every if each.is_active]
    positions = get_positions(request.business, wanted, today)
    bars = sorted((bar(each, today) for each in positions), key=urgency, reverse=True)
    running = {each.budget.pk for each in positions}
    context = {
        "bars": bars,
        "worst": bars[0] if bars and bars[0].each.position.left < 0 else None,
        "resting": [each for each in every if each.pk not in running],
        "totals": totals(bars),
        "today": today,
        "may_change": request.member.may(Action.MANAGE_BUDGETS),
    }
    return render(request, "expenses/budgets.html", context)


@require_safe
@member_required()
def budget(request: MemberRequest, pk: int) -> HttpResponse:
    """One budget: the period that holds `on`, its expenses, and the periods before."""
    found = get_object_or_404(Budget.objects.for_business(request.business).with_revisions(), pk=pk)
    on = _day(request)
    if not found.schedule.holding(on):
        on = found.starts_on
    periods = get_history(found, on)
    page = paginate(request, get_expenses_of(found, periods[0].period), ("-spent_on", "-id"), size=25)
    context = {
        "budget": found,
        "bar": bar(BudgetPosition(found, periods[0]), on),
        "page": page,
        "periods": periods,
        "history": history(periods, request.business.currency),
        "moves": get_moves_of(found)[:MOST_MOVES],
        "revisions": found.revisions.select_related("made_by__user").order_by("from_on"),
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
    return _edit(request, get_object_or_404(Budget.objects.for_business(request.business).with_revisions(), pk=pk))


def _edit(request: MemberRequest, found: Budget | None) -> HttpResponse:
    form = BudgetForm(posted(request), business=request.business, budget=found)
    if "suggest" in request.POST:
        return _suggested(request, form, found)
    if form.is_valid():
        budget = found or Budget(business=request.business)
        with refusals_shown_on(form):
            save_budget(budget=budget, by=request.member, at=timezone.now(), values=form.cleaned_data)
            messages.success(request, f"{budget.name} is saved.")
            return redirect("budgets")
    return render(
        request, "expenses/budget_form.html", {"form": form, "budget": found, "symbol": symbol(request.business.currency)}
    )


def _suggested(request: MemberRequest, form: BudgetForm, found: Budget | None) -> HttpResponse:
    """The form as it was filled in, with a limit from past spending; nothing is saved."""
    planned = form.planned()
    suggestion = get_suggestion(planned, on=request.business.local_day(timezone.now())) if planned else None
    form = form.with_limit(suggestion.amount if suggestion else None)
    return _form_page(request, {"form": form, "budget": found, "suggestion": suggestion, "has_asked": True})


def _form_page(request: MemberRequest, context: dict[str, object]) -> HttpResponse:
    return render(request, "expenses/budget_form.html", context | {"symbol": symbol(request.business.currency)})


def _day(request: MemberRequest) -> date:
    try:
        asked = parse_date(request.GET.get("on", ""))
    except ValueError:
        asked = None
    if asked and FIRST_DAY <= asked <= LAST_DAY:
        return asked
    return request.business.local_day(timezone.now())
