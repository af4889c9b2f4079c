from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from mail.outbox import queue_rendered


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
