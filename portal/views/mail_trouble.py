"""Why one gets no email, and how to mend it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from mail.mending import write_again
from mail.models import Suppression


@require_http_methods(["GET", "POST"])
@member_required()
def mail_trouble(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        if write_again(address=request.user.email, at=timezone.now()):
            messages.success(request, f"We write to {request.user.email} again, beginning with the next message.")
        return redirect("mail_trouble")
    found = Suppression.objects.active().of(request.user.email).first()
    return render(request, "portal/mail_trouble.html", {"found": found})
