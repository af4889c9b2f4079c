from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.services import team
from common.errors import DomainError


@require_http_methods(["GET", "POST"])
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What is offered; a post takes it. Who is not logged in does that first, and comes back."""
    try:
        offer = team.find_invitation(token=token, at=timezone.now())
        if request.method == "POST" and isinstance(request.user, User):
            member = team.accept_invitation(token=token, user=request.user, at=timezone.now())
            messages.success(request, f"Welcome to {member.business}.")
            return redirect("today")
    except DomainError as refusal:
        return render(request, "accounts/invitation_refused.html", {"refusal": refusal.message}, status=409)
    if not request.user.is_authenticated:
        get_adapter().stash_verified_email(request, offer.email)  # the link came to that address: no second proof needed
    query = urlencode({"next": request.path, "email": offer.email})
    context = {
        "offer": offer,
        "is_for_me": getattr(request.user, "email", "") == offer.email,
        "login_url": f"{resolve_url('account_login')}?{query}",
        "signup_url": f"{resolve_url('account_signup')}?{query}",
    }
    return render(request, "accounts/invitation.html", context)
