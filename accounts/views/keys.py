from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import member_required
from accounts.forms import ApiKeyForm
from accounts.middleware import MemberRequest
from accounts.models import ApiKey
from accounts.permissions import Action
from accounts.queries import get_api_keys
from accounts.services import keys as services
from common.forms import posted, refusals_shown_on
from common.pages import paginate


@require_http_methods(["GET", "POST"])
@member_required(Action.API_KEYS)
@never_cache
def api_keys(request: MemberRequest) -> HttpResponse:
    """The keys of the business; a post makes one and answers with its secret, which no later page can show."""
    form, secret = ApiKeyForm(posted(request)), ""
    if form.is_valid():
        with refusals_shown_on(form):
            _, secret = services.create_api_key(by=request.member, at=timezone.now(), **form.cleaned_data)
    page = paginate(request, get_api_keys(business=request.business), keys=("-created_at", "-pk"))
    context = {"form": ApiKeyForm() if secret else form, "secret": secret, "page": page}
    return render(request, "accounts/api_keys.html", context, status=400 if form.errors else 200)


@require_POST
@member_required(Action.API_KEYS)
def revoke(request: MemberRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(ApiKey.objects.for_business(request.business), pk=pk)
    services.revoke_api_key(key=key, by=request.member, at=timezone.now())
    messages.success(request, f"{key.name} no longer works.")
    return redirect("api_keys")
