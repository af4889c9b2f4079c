"""What is done to a budget once there is one: another limit, money moved, the next period, a rest."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import posted, refusals_shown_on, refusals_told
from common.idempotency import Answer, fingerprint, run_once
from common.money import ZERO, symbol
from common.templatetags.tillbook import money
from expenses.forms import MoveForm, ReviseForm
from expenses.models import Budget
from expenses.queries import BudgetPosition, get_budgets, get_history, get_positions
from expenses.services.budgets import begin_next, revise_budget, set_resting
from expenses.services.moves import move_money
from expenses.suggestions import get_suggestion

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_AND_POST)
@member_required(Action.MANAGE_BUDGETS)
def budget_revise(request: MemberRequest, pk: int) -> HttpResponse:
    """Another limit from a period on, with what the last periods would make of it."""
    found, today = _found(request, pk), request.business.local_day(timezone.now())
    on = today if found.schedule.holding(today) else found.starts_on
    form = ReviseForm(posted(request), business=request.business, initial={"on": on, "amount": request.GET.get("amount")})
    if form.is_valid():
        with refusals_shown_on(form):
            revise_budget(budget=found, by=request.member, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"The limit of {found.name} is changed. What was before stays as it was.")
            return redirect("budget", pk=pk)
    context = {
        "budget": found,
        "form": form,
        "symbol": symbol(request.business.currency),
        "last": next(iter(get_history(found, on, periods=2)[1:]), None),
        "suggestion": get_suggestion(found, on=today),
        "revisions": found.revisions.select_related("made_by__user").order_by("from_on"),
    }
    return render(request, "expenses/budget_revise.html", context)


@require_http_methods(GET_AND_POST)
@member_required(Action.MANAGE_BUDGETS)
def budget_move(request: MemberRequest, pk: int | None = None) -> HttpResponse:
    """Move money between two budgets; of one of them where the address names it: into it where it is over, else out of it."""
    today, here = request.business.local_day(timezone.now()), _found(request, pk) if pk else None
    positions = get_positions(request.business, get_budgets(request.business), today)
    initial = {"on": today, "key": uuid4().hex} | _ends(here, positions)
    form = MoveForm(posted(request), business=request.business, budgets=_labels(request, positions), initial=initial)
    if form.is_valid():
        with refusals_shown_on(form):
            _move_once(request, form)
            messages.success(request, _moved(request, form.cleaned_data))
            return redirect("budget", pk=pk) if pk else redirect("budgets")
    context = {"form": form, "budget": here, "can_move": len(positions) > 1, "symbol": symbol(request.business.currency)}
    return render(request, "expenses/budget_move.html", context)


@require_POST
@member_required(Action.MANAGE_BUDGETS)
def budget_next(request: MemberRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    with refusals_told(request):
        found = begin_next(budget=found, by=request.member, at=timezone.now())
        messages.success(request, f"{found.name} is made, with the same terms.")
    return redirect("budget", pk=found.pk)


@require_POST
@member_required(Action.MANAGE_BUDGETS)
def budget_rest(request: MemberRequest, pk: int) -> HttpResponse:
    """Put a budget away, or take it up again."""
    found = _found(request, pk)
    with refusals_told(request):
        set_resting(budget=found, is_resting=found.is_active, by=request.member, at=timezone.now())
        said = "is in use again" if found.is_active else "is put away. Nothing counts against it, and its history stays"
        messages.success(request, f"{found.name} {said}.")
    return redirect("budget", pk=pk)


def _found(request: MemberRequest, pk: int) -> Budget:
    return get_object_or_404(Budget.objects.for_business(request.business).with_revisions(), pk=pk)


def _ends(here: Budget | None, positions: list[BudgetPosition]) -> dict[str, int]:
    if here is None:
        return {}
    over = any(each.budget.pk == here.pk and each.position.left < 0 for each in positions)
    return {"target" if over else "source": here.pk}


def _labels(request: MemberRequest, positions: list[BudgetPosition]) -> dict[Budget, str]:
    """Groceries · £12.40 left."""
    currency = request.business.currency

    def label(each: BudgetPosition) -> str:
        left = each.position.left
        return f"{each.budget.name} · {money(abs(left), currency)} {'over' if left < ZERO else 'left'}"

    return {each.budget: label(each) for each in positions}


def _move_once(request: MemberRequest, form: MoveForm) -> None:
    """A second click moves nothing again."""
    values: dict[str, Any] = {**form.cleaned_data}
    key, now = values.pop("key"), timezone.now()

    def work() -> Answer:
        move_money(by=request.member, at=now, **values)
        return Answer(302, "")

    body = fingerprint(repr({name: str(value) for name, value in values.items()}).encode())
    run_once(business_id=request.business.pk, key=key and f"move:{key}", body=body, at=now, work=work)


def _moved(request: MemberRequest, values: dict[str, Any]) -> str:
    amount = money(values["amount"], request.business.currency)
    return f"{amount} is moved from {values['source'].name} to {values['target'].name}."
