"""What leaves by mail: whether it reaches anybody, a test of it, and what became of each message of the business."""

from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.letters import LETTER
from common.pages import paginate
from mail.delivery import files_only
from mail.models import OutboxMessage
from mail.outbox import queue_email

PAUSE = 20  # seconds between two test messages of one person


@require_safe
@member_required(Action.SETTINGS)
def email_settings(request: MemberRequest) -> HttpResponse:
    rows = OutboxMessage.objects.filter(business=request.business).defer("text", "html")
    page = paginate(request, rows, keys=("-created_at", "-id"), size=25)
    return render(request, "portal/email_settings.html", {"page": page, "sender": settings.DEFAULT_FROM_EMAIL})


@require_POST
@member_required(Action.SETTINGS)
def email_test(request: MemberRequest) -> HttpResponse:
    """A message to oneself, through the outbox like any other."""
    if not cache.add(f"test-mail-{request.member.pk}", 1, PAUSE):
        messages.warning(request, "One is on its way already. Try again in half a minute.")
        return redirect("email_settings")
    at = timezone.now()
    context = {"member": request.member, "business": request.business, "at": at, "files_only": files_only()}
    queue_email(
        kind="test", to=request.user.email, context=context, at=at, business_id=request.business.pk, user_id=request.user.pk
    )
    messages.success(request, f"A test message to {request.user.email} is written.")
    return redirect("email_settings")


def _message(request: MemberRequest, pk: int) -> OutboxMessage:
    """A message of this business; readable only where mail reaches nobody, because then this page is the mailbox."""
    if not files_only():
        raise Http404
    return get_object_or_404(OutboxMessage.objects.filter(business=request.business), pk=pk)


@require_safe
@member_required(Action.SETTINGS)
def email_message(request: MemberRequest, pk: int) -> HttpResponse:
    return render(request, "portal/email_message.html", {"message": _message(request, pk)})


@require_safe
@xframe_options_sameorigin
@csp(LETTER)
@member_required(Action.SETTINGS)
def email_body(request: MemberRequest, pk: int) -> HttpResponse:
    """The HTML of a message, for a frame in which no script runs."""
    return HttpResponse(_message(request, pk).html)
