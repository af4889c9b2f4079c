from copy import copy

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import member_required
from accounts.forms import SettingsForm
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from accounts.services import businesses
from common.forms import posted, refusals_shown_on
from common.ids import as_id


@require_http_methods(["GET", "POST"])
@member_required()
def switch_business(request: MemberRequest) -> HttpResponse:
    """The businesses one belongs to; a post goes into one of them."""
    seats = request.user.memberships.active().select_related("business").order_by("business__name", "pk")
    if request.method == "POST":
        member = get_object_or_404(seats, pk=as_id(request.POST.get("member", "")))
        businesses.switch_business(user=request.user, member=member)
        return redirect("today")
    return render(request, "accounts/switch.html", {"seats": seats})


@require_http_methods(["GET", "POST"])
@member_required(Action.SETTINGS)
def settings(request: MemberRequest) -> HttpResponse:
    form = SettingsForm(posted(request), instance=copy(request.business))
    if form.is_valid():
        values = {**form.cleaned_data}
        version = values.pop("version")
        with refusals_shown_on(form):
            businesses.update_business(
                business=request.business, by=request.member, values=values, at=timezone.now(), version=version
            )
        if not form.errors:
            messages.success(request, "Settings saved.")
            return redirect("settings")
    return render(request, "accounts/settings.html", {"form": form}, status=400 if form.errors else 200)
