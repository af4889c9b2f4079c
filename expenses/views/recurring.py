from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import posted, refusals_shown_on, refusals_told
from expenses.agenda import can_show, get_agenda, get_month
from expenses.forms import OccurrenceForm, RecurringForm
from expenses.models import RecurringExpense
from expenses.periods import FIRST_DAY, LAST_DAY
from expenses.services.posting import settle, skip
from expenses.services.recurring import remove_recurring, rest_or_resume, save_recurring
from expenses.upcoming import get_next_day, get_recurring

GET_AND_POST = ["GET", "HEAD", "POST"]
SPANS = (30, 90, 365)


@require_safe
@member_required()
def recurring(request: MemberRequest) -> HttpResponse:
    """What waits for an amount, what falls due in the next days, and all that recurs."""
    today = request.business.local_day(timezone.now())
    days = next((span for span in SPANS if request.GET.get("days") == str(span)), SPANS[0])
    context = {
        "agenda": get_agenda(request.business, today, days),
        "rows": get_recurring(request.business, today),
        "days": days,
        "spans": SPANS,
        "today": today,
        "may_change": request.member.may(Action.MANAGE_BUDGETS),
    }
    return render(request, "expenses/recurring.html", context)


@require_safe
@member_required()
def recurring_calendar(request: MemberRequest) -> HttpResponse:
    """A month, with what was posted, what waits and what is ahead."""
    today = request.business.local_day(timezone.now())
    asked = _read(f"{request.GET.get('month', '')}-01")
    month = asked if asked and can_show(asked, today) else today.replace(day=1)
    following, before = (month + timedelta(days=31)).replace(day=1), (month - timedelta(days=1)).replace(day=1)
    weeks = get_month(request.business, month)
    context = {
        "weeks": weeks,
        "is_empty": not any(day.marks for week in weeks for day in week),
        "may_change": request.member.may(Action.MANAGE_BUDGETS),
        "month": month,
        "before": before if can_show(before, today) else None,
        "after": following if can_show(following, today) else None,
        "today": today,
    }
    return render(request, "expenses/recurring_calendar.html", context)


@require_http_methods(GET_AND_POST)
@member_required(Action.MANAGE_BUDGETS)
def recurring_new(request: MemberRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(GET_AND_POST)
@member_required(Action.MANAGE_BUDGETS)
def recurring_edit(request: MemberRequest, pk: int) -> HttpResponse:
    return _edit(request, _found(request, pk))


@require_POST
@member_required(Action.MANAGE_BUDGETS)
def recurring_rest(request: MemberRequest, pk: int) -> HttpResponse:
    found = rest_or_resume(recurring=_found(request, pk), by=request.member, at=timezone.now())
    messages.success(request, f"{found.name} goes on from today." if found.is_active else f"{found.name} rests.")
    return redirect("recurring")


@require_POST
@member_required(Action.MANAGE_BUDGETS)
def recurring_delete(request: MemberRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    gone = remove_recurring(recurring=found, by=request.member, at=timezone.now())
    messages.success(request, f"{found.name} is deleted." if gone else f"{found.name} has a history, so it rests from now on.")
    return redirect("recurring")


@require_http_methods(GET_AND_POST)
@member_required(Action.MANAGE_BUDGETS)
def occurrence(request: MemberRequest, pk: int) -> HttpResponse:
    """One of its days: say what it came to, or leave it out."""
    found = _found(request, pk)
    on = _day_of(request, found)
    form = OccurrenceForm(posted(request), recurring=found, on=on)
    if form.is_valid():
        with refusals_shown_on(form):
            settle(recurring=found, due_on=on, by=request.member, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"{found.name} of {on.day} {on:%B} is recorded.")
            return redirect("recurring")
    return render(request, "expenses/occurrence.html", {"recurring": found, "on": on, "form": form})


@require_POST
@member_required(Action.MANAGE_BUDGETS)
def occurrence_skip(request: MemberRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    on = _day_of(request, found)
    with refusals_told(request):
        skip(recurring=found, due_on=on, by=request.member, at=timezone.now())
        messages.success(request, f"{found.name} of {on.day} {on:%B} is left out.")
    return redirect("recurring")


def _edit(request: MemberRequest, found: RecurringExpense | None) -> HttpResponse:
    form = RecurringForm(posted(request), business=request.business, recurring=found)
    if form.is_valid():
        thing = found or RecurringExpense(business=request.business)
        with refusals_shown_on(form):
            save_recurring(recurring=thing, by=request.member, at=timezone.now(), values=form.values())
            messages.success(request, f"{thing.name} is saved. What has fallen due is posted within ten minutes.")
            return redirect("recurring")
    return render(request, "expenses/recurring_form.html", {"form": form, "recurring": found})


def _found(request: MemberRequest, pk: int) -> RecurringExpense:
    rows = RecurringExpense.objects.for_business(request.business).select_related("business", "category", "payee", "account")
    return get_object_or_404(rows.prefetch_related("tags"), pk=pk)


def _day_of(request: MemberRequest, found: RecurringExpense) -> date:
    """The day that the address names, else the next one that anybody could mean."""
    on = _read(request.GET.get("on", "")) or get_next_day(found)
    if on is None:
        raise Http404
    return on


def _read(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and FIRST_DAY <= day <= LAST_DAY else None
