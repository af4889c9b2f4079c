"""What stands around the pages: the theme, the menu of a phone, the book that a personal business will fill."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from portal.context import THEMES

YEAR = 365 * 24 * 60 * 60


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie and go back to where it was chosen."""
    chosen, back = request.POST.get("theme", ""), request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = redirect(back if here else "today")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE)
    return response


@require_safe
@member_required()
def menu(request: MemberRequest) -> HttpResponse:
    return render(request, "portal/menu.html")
