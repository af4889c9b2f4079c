from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.forms import StartForm
from accounts.services.businesses import create_business
from common.forms import posted, refusals_shown_on


@require_http_methods(["GET", "POST"])
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Begin a shop or a personal book."""
    form = StartForm(posted(request))
    if form.is_valid():
        with refusals_shown_on(form):
            create_business(owner=request.user, at=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
        if not form.errors:
            return redirect("today")
    return render(request, "portal/start.html", {"form": form}, status=400 if form.errors else 200)
