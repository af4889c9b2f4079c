from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import posted, refusals_shown_on, refusals_told
from common.ids import as_id
from expenses.forms import RuleForm
from expenses.models import FilingRule
from expenses.services.rules import delete_rule, fill_rule, move_rule, save_rule
from expenses.services.trial import Trial, Tried, apply_rule, try_rule

GET_AND_POST = ["GET", "HEAD", "POST"]
ROWS = 25


@require_safe
@member_required()
def rules(request: MemberRequest) -> HttpResponse:
    """The rules in the order in which they are tried."""
    found = FilingRule.objects.for_business(request.business).in_order().select_related("category", "account")
    context = {"rules": list(found), "may_change": request.member.may(Action.MANAGE_RULES)}
    return render(request, "expenses/rules.html", context)


@require_http_methods(GET_AND_POST)
@member_required(Action.MANAGE_RULES)
def rule_new(request: MemberRequest) -> HttpResponse:
    """A new rule, with what the address says of it filled in."""
    given = {name: request.GET[name] for name in ("payee_contains", "text_contains", "category") if name in request.GET}
    name = given.get("payee_contains") or given.get("text_contains")
    form = RuleForm(posted(request), business=request.business, initial=given | ({"name": name[:80]} if name else {}))
    return _edit(request, form, FilingRule())


@require_http_methods(GET_AND_POST)
@member_required(Action.MANAGE_RULES)
def rule(request: MemberRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    return _edit(request, RuleForm(posted(request), business=request.business, rule=found), found)


@require_http_methods(GET_AND_POST)
@member_required(Action.MANAGE_RULES)
def rule_past(request: MemberRequest, pk: int) -> HttpResponse:
    """The past expenses that a saved rule would file otherwise; they change on a word of their own."""
    found = _found(request, pk)
    if request.method == "POST":
        with refusals_told(request):
            expected = as_id(request.POST.get("expected", ""))
            done = apply_rule(rule=found, by=request.member, at=timezone.now(), expected=expected)
            messages.success(request, f"{so_many(done)} filed by {found.name}. The audit log keeps what each was.")
            return redirect("rules")
    trial = _trial(request, found)
    context = {"rule": found, "trial": trial, "page": _page(trial, request.GET.get("page"))}
    return render(request, "expenses/rule_past.html", context)


@require_POST
@member_required(Action.MANAGE_RULES)
def rule_move(request: MemberRequest, pk: int) -> HttpResponse:
    to = as_id(request.POST.get("to", ""))
    move_rule(rule=_found(request, pk), by=request.member, at=timezone.now(), to=to)
    return redirect("rules")


@require_POST
@member_required(Action.MANAGE_RULES)
def rule_delete(request: MemberRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    delete_rule(rule=found, by=request.member, at=timezone.now())
    messages.success(request, f"{found.name} is deleted. What it has filed stays filed.")
    return redirect("rules")


def so_many(count: int) -> str:
    return f"{count} expense is" if count == 1 else f"{count} expenses are"


def _edit(request: MemberRequest, form: RuleForm, found: FilingRule) -> HttpResponse:
    """Save it, or show what it would do first."""
    context: dict[str, Any] = {"form": form, "rule": found if found.pk else None}
    if form.is_valid():
        with refusals_shown_on(form):
            if "try" not in request.POST:
                return _saved(request, form, found)
            fill_rule(found, form.cleaned_data, request.member)
            trial = _trial(request, found)
            context |= {"trial": trial, "page": _page(trial, request.POST["try"])}
    return render(request, "expenses/rule_form.html", context)


def _saved(request: MemberRequest, form: RuleForm, found: FilingRule) -> HttpResponse:
    save_rule(rule=found, by=request.member, at=timezone.now(), values=form.cleaned_data)
    messages.success(request, f"{found.name} is saved.")
    changes = found.is_active and _trial(request, found).changing
    return redirect("rule_past", found.pk) if changes else redirect("rules")


def _trial(request: MemberRequest, found: FilingRule) -> Trial:
    return try_rule(rule=found, on=request.business.local_day(timezone.now()))


def _page(trial: Trial, number: str | None) -> Page[Tried]:
    return Paginator(trial.rows, ROWS).get_page(number)


def _found(request: MemberRequest, pk: int) -> FilingRule:
    rows = FilingRule.objects.for_business(request.business).select_related("business", "category", "account")
    return get_object_or_404(rows, pk=pk)
