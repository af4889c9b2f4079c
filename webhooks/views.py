from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import posted, refusals_shown_on, refusals_told
from common.pages import paginate
from webhooks import outbox, services
from webhooks.forms import EndpointForm, KindsForm
from webhooks.models import Delivery, Endpoint
from webhooks.queries import get_endpoints, get_log


@require_http_methods(["GET", "POST"])
@member_required(Action.WEBHOOKS)
@never_cache
def webhooks(request: MemberRequest) -> HttpResponse:
    """The endpoints of the business; a post makes one and answers with its secret, which no later page shows."""
    form, made = EndpointForm(posted(request), business=request.business), None
    if form.is_valid():
        with refusals_shown_on(form):
            made = services.create_endpoint(by=request.member, at=timezone.now(), **form.cleaned_data)
    context = {
        "form": EndpointForm(business=request.business) if made else form,
        "secret": made.secret if made else "",
        "endpoints": get_endpoints(business=request.business),
    }
    return render(request, "webhooks/webhooks.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member_required(Action.WEBHOOKS)
def webhook(request: MemberRequest, pk: int) -> HttpResponse:
    """One endpoint: what it is told of, and what became of each delivery."""
    endpoint = _endpoint(request, pk)
    form = KindsForm(posted(request), business=request.business, chosen=endpoint.kind_list)
    if form.is_valid():
        services.choose_kinds(endpoint=endpoint, by=request.member, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("webhook", pk)
    return _page(request, endpoint, form)


@require_POST
@member_required(Action.WEBHOOKS)
def webhook_test(request: MemberRequest, pk: int) -> HttpResponse:
    with refusals_told(request):
        outbox.send_test(endpoint=_endpoint(request, pk), by=request.member, at=timezone.now())
        messages.success(request, "A test is on its way. What came of it shows below in a moment.")
    return redirect("webhook", pk)


@require_POST
@member_required(Action.WEBHOOKS)
def webhook_pause(request: MemberRequest, pk: int) -> HttpResponse:
    services.pause(endpoint=_endpoint(request, pk), by=request.member, at=timezone.now())
    messages.success(request, "Paused. It is told nothing until you resume.")
    return redirect("webhook", pk)


@require_POST
@member_required(Action.WEBHOOKS)
def webhook_resume(request: MemberRequest, pk: int) -> HttpResponse:
    services.resume(endpoint=_endpoint(request, pk), by=request.member, at=timezone.now())
    messages.success(request, "On again. What was missed can be sent again below.")
    return redirect("webhook", pk)


@require_POST
@member_required(Action.WEBHOOKS)
@never_cache
def webhook_secret(request: MemberRequest, pk: int) -> HttpResponse:
    """Answers with the new secret, which no later page shows."""
    endpoint = _endpoint(request, pk)
    secret = services.renew_secret(endpoint=endpoint, by=request.member, at=timezone.now())
    return _page(request, endpoint, KindsForm(business=request.business, chosen=endpoint.kind_list), secret)


@require_POST
@member_required(Action.WEBHOOKS)
def webhook_delete(request: MemberRequest, pk: int) -> HttpResponse:
    endpoint = _endpoint(request, pk)
    services.delete_endpoint(endpoint=endpoint, by=request.member, at=timezone.now())
    messages.success(request, f"{endpoint.url} is told nothing any more.")
    return redirect("webhooks")


@require_POST
@member_required(Action.WEBHOOKS)
def webhook_again(request: MemberRequest, pk: int) -> HttpResponse:
    rows = Delivery.objects.for_business(request.business).select_related("endpoint__business")
    delivery = get_object_or_404(rows, pk=pk)
    with refusals_told(request):
        outbox.redeliver(delivery=delivery, by=request.member, at=timezone.now())
        messages.success(request, "It is on its way again, under the same id.")
    return redirect("webhook", delivery.endpoint_id)


def _page(request: MemberRequest, endpoint: Endpoint, form: KindsForm, secret: str = "") -> HttpResponse:
    page = paginate(request, get_log(endpoint=endpoint), keys=("-created_at", "-id"), size=25)
    context = {"endpoint": endpoint, "form": form, "secret": secret, "page": page}
    return render(request, "webhooks/webhook.html", context, status=400 if form.errors else 200)


def _endpoint(request: MemberRequest, pk: int) -> Endpoint:
    return get_object_or_404(Endpoint.objects.for_business(request.business).select_related("business"), pk=pk)
