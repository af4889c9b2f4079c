"""The summary: when one gets it, and what it would say now."""

from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from alerts.digest_times import preference_of
from alerts.digests import choose_digest, preview
from alerts.forms import DigestForm
from common.forms import posted
from common.letters import LETTER


@require_http_methods(["GET", "POST"])
@member_required()
def digest_settings(request: MemberRequest) -> HttpResponse:
    form = DigestForm(posted(request), chosen=preference_of(request.member))
    if form.is_valid():
        choose_digest(member=request.member, values=form.cleaned_data, at=timezone.now())
        messages.success(request, "Saved.")
        return redirect("digest_settings")
    return render(request, "alerts/summary.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
@xframe_options_sameorigin
@csp(LETTER)
@member_required()
def digest_preview(request: MemberRequest) -> HttpResponse:
    """The summary as it would go now, for a frame in which no script runs."""
    digest = preview(member=request.member, at=timezone.now())
    return render(request, "emails/digest/body.html", digest.context | {"site_url": settings.SITE_URL})
