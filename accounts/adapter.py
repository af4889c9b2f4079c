from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import FORGOTTEN_AFTER, User
from accounts.services.security import in_nobodys_way
from accounts.services.sign_ins import Visitor, note_sign_in
from common.visitors import browser_name, network_of
from mail.outbox import queue_rendered

DEVICE_COOKIE = "device"


def address_of(request: Any) -> str:
    """The caller's own address, behind as many proxies as are trusted; empty where it is not to be known."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


def visitor_of(request: HttpRequest) -> Visitor:
    browser = browser_name(request.headers.get("User-Agent", ""))
    return Visitor(request.COOKIES.get(DEVICE_COOKIE, ""), browser, network_of(address_of(request)))


class AccountAdapter(DefaultAccountAdapter):
    """Mail about sign-in goes through the outbox like all mail, and only to the address itself."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        context = {"request": self.request, "email": email, "site_url": settings.SITE_URL, **context}
        message = self.render_mail(template_prefix, email, context)
        html = next((str(body) for body, kind in getattr(message, "alternatives", []) if kind == "text/html"), "")
        queue_rendered(
            kind="security", to=email, subject=str(message.subject), text=str(message.body), html=html, at=timezone.now()
        )

    def unstash_verified_email(self, request: HttpRequest) -> str | None:
        """An invitation proves the address it was sent to, not another one that signs up in the same browser."""
        proved: str | None = super().unstash_verified_email(request)
        return proved if proved == request.POST.get("email", "").strip().lower() else None

    def login(self, request: HttpRequest, user: User) -> None:
        self.is_first = user.last_login is None
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Every log-in comes by here, that of staff too: somebody new in this account is told to its owner."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        with in_nobodys_way():
            token = note_sign_in(user=user, visitor=visitor_of(request), is_first=self.is_first, at=timezone.now())
            response.set_cookie(
                DEVICE_COOKIE,
                token,
                max_age=FORGOTTEN_AFTER,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response
