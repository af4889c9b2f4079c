from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import posted, refusals_shown_on
from common.pages import paginate
from expenses.forms.filing import USUAL_LEVEL, FileManyForm, FileOneForm, LevelForm, offered
from expenses.guesses import get_learned
from expenses.services.filing import file_expenses
from expenses.unfiled import Unfiled, for_filing, get_likely, get_unfiled, with_guesses

GET_AND_POST = ["GET", "HEAD", "POST"]
ROWS = 25


@require_http_methods(GET_AND_POST)
@member_required(Action.CHANGE_EXPENSE)
def to_be_filed(request: MemberRequest) -> HttpResponse:
    """What no rule has taken, newest first, each with the category that it may belong to; filed one by one."""
    categories = offered(request.business)
    form = FileOneForm(posted(request), categories=categories)
    if form.is_valid():
        with refusals_shown_on(form):
            file_expenses(picks=form.picks(), by=request.member, at=timezone.now())
            messages.success(request, f"Filed under {form.cleaned_data['category']}.")
            return redirect(request.get_full_path())
    page = paginate(request, for_filing(get_unfiled(request.business)), ("-spent_on", "-id"), size=ROWS)
    rows = with_guesses(request.business, page.items)
    forms = [FileOneForm(categories=categories, initial=_initial(row)) for row in rows]
    shown = [(row, _sent(form, own)) for row, own in zip(rows, forms, strict=True)]
    context = {"page": page, "rows": shown, "form": form, "level": LevelForm(), **_known(request, rows)}
    return render(request, "expenses/to_be_filed.html", context, status=400 if form.errors else 200)


@require_http_methods(GET_AND_POST)
@member_required(Action.CHANGE_EXPENSE)
def to_be_filed_likely(request: MemberRequest) -> HttpResponse:
    """All whose suggestion is sure enough, each to be looked at and ticked, then filed at once."""
    form, level = FileManyForm(posted(request)), LevelForm(request.GET)
    if form.is_valid():
        with refusals_shown_on(form):
            done = file_expenses(picks=form.cleaned_data["picked"], by=request.member, at=timezone.now())
            messages.success(
                request, f"{done} expense{'s are' if done != 1 else ' is'} filed. The audit log keeps what each was."
            )
            return redirect("to_be_filed")
    least = level.cleaned_data["least"] if level.is_valid() else USUAL_LEVEL
    rows = get_likely(request.business, least=least)
    context = {"form": form, "level": level, "least": least, "rows": rows}
    return render(request, "expenses/to_be_filed_likely.html", context, status=400 if form.errors else 200)


def _initial(row: Unfiled) -> dict[str, Any]:
    category = row.guess.category.pk if row.guess else ""
    return {"picked": f"{row.expense.pk}:{row.expense.version}", "category": category}


def _sent(form: FileOneForm, own: FileOneForm) -> FileOneForm:
    """The form of a row: as it was sent, where it is the one that was refused."""
    return form if form.is_bound and form.data.get("picked") == own.initial["picked"] else own


def _known(request: MemberRequest, rows: list[Unfiled]) -> dict[str, Any]:
    """Whether anything is suggested, and whether there is history enough, asked only where there is something to file."""
    return {"suggests": any(row.guess for row in rows), "learns": bool(rows) and get_learned(request.business) is not None}
