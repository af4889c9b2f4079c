from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from portal.sample.removal import remove_sample


@require_http_methods(["GET", "POST"])
@member_required(Action.SETTINGS)
def remove(request: MemberRequest) -> HttpResponse:
    """Ask once, then empty the shop of its sample data."""
    if request.method == "POST":
        remove_sample(by=request.member, at=timezone.now())
        messages.success(request, "The sample data is gone. The shop is yours.")
        return redirect("today")
    if not request.business.has_sample_data:
        return redirect("today")
    return render(request, "portal/sample_remove.html")
