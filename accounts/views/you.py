from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.adapter import DEVICE_COOKIE
from accounts.decorators import member_required
from accounts.forms import NameForm
from accounts.middleware import MemberRequest
from accounts.models import User
from accounts.services.people import rename
from accounts.services.sign_ins import disown
from common.forms import posted


@require_http_methods(["GET", "POST"])
@member_required()
def you(request: MemberRequest) -> HttpResponse:
    """One's own account: name, address, password, second step, devices."""
    form = NameForm(posted(request), initial={"name": request.user.name})
    if form.is_valid():
        rename(user=request.user, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("you")
    return render(request, "accounts/you.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@login_required
def not_me(request: HttpRequest) -> HttpResponse:
    """Where a message about a new log-in leads: everybody else is put out, and a new password chosen."""
    if request.method == "GET":
        return render(request, "accounts/not_me.html")
    user: User = request.user  # type: ignore[assignment]  # signed in
    end_other_sessions(request, user)
    disown(user=user, token=request.COOKIES.get(DEVICE_COOKIE, ""))
    messages.success(request, "Everybody else is logged out. Now choose a new password.")
    return redirect("account_change_password")
