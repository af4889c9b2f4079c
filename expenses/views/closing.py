from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import posted, refusals_shown_on
from expenses.forms.control import CloseForm, ReopenForm
from expenses.services.closing import close_books, reopen_books


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(Action.CLOSE_BOOKS)
def books(request: MemberRequest) -> HttpResponse:
    """Up to which day the books are closed; a post closes them."""
    form = CloseForm(posted(request), business=request.business)
    if form.is_valid():
        until = form.cleaned_data["closed_until"]
        with refusals_shown_on(form):
            close_books(by=request.member, until=until, at=timezone.now(), reason=form.cleaned_data["reason"])
            messages.success(request, f"The books are closed up to {until.day} {until:%B %Y}.")
            return redirect("books")
    return _page(request, close=form, reopen=ReopenForm())


@require_POST
@member_required(Action.CLOSE_BOOKS)
def books_reopen(request: MemberRequest) -> HttpResponse:
    form = ReopenForm(request.POST)
    if form.is_valid():
        reopen_books(by=request.member, at=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, "The books are open. Every day can be changed again.")
        return redirect("books")
    return _page(request, close=CloseForm(business=request.business), reopen=form)


def _page(request: MemberRequest, *, close: CloseForm, reopen: ReopenForm) -> HttpResponse:
    context = {"close": close, "reopen": reopen, "closed_until": request.business.closed_until}
    return render(request, "expenses/books.html", context, status=400 if close.errors or reopen.errors else 200)
