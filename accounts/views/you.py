from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.decorators import member_required
from accounts.forms import NameForm
from accounts.middleware import MemberRequest
from accounts.services.people import rename
from common.forms import posted


@require_http_methods(["GET", "POST"])
@member_required()
def you(request: MemberRequest) -> HttpResponse:
    """One's own account: name, address, password, second step, devices."""
    form = NameForm(posted(request), initial={"name": request.user.name})
    if form.is_valid():
        rename(user=request.user, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("you")
    return render(request, "accounts/you.html", {"form": form}, status=400 if form.errors else 200)
