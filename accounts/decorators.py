from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.permissions import Action

View = Callable[..., HttpResponseBase]


def member_required(action: Action = Action.SEE, *, shop: bool = False) -> Callable[[View], View]:
    """Let a member in whose role allows `action`; `request.member` and `request.business` are set from then on.

    Others are sent to log in or to start a business, or see who may do this. With `shop`, a personal book answers 404.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(_way_back(request))
            member = request.member  # type: ignore[attr-defined]
            if not member:
                return redirect("start")
            if shop and not member.business.is_shop:
                raise Http404
            request.business = member.business  # type: ignore[attr-defined]
            if not member.may(action):
                return render(request, "403.html", {"refusal": action.refusal}, status=403)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def _way_back(request: HttpRequest) -> str:
    """Where to go after the log-in: never to an address that only takes a form, but to the page that the form stood on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    page = request.headers.get("Referer", "")
    here = url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return urlsplit(page).path if here and urlsplit(page).path else "/"


def shop_member_required(action: Action = Action.SEE) -> Callable[[View], View]:
    """`member_required` for pages that a personal book does not have."""
    return member_required(action, shop=True)
