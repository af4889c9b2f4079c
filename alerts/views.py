from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import member_required
from accounts.lists import list_file
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from alerts import services
from alerts.forms import PreferencesForm, ResolveForm, SnoozeForm
from alerts.lists import ALERTS
from alerts.models import Alert, AlertKind, AlertState
from alerts.queries import get_alerts
from alerts.unsubscribe import DIGEST, Letter, read_link
from common.forms import posted, refusals_shown_on
from common.pages import paginate


@require_safe
@member_required()
def alerts(request: MemberRequest) -> HttpResponseBase:
    tab = request.GET.get("tab", "")
    tab = tab if tab in AlertState.values else AlertState.OPEN
    found = get_alerts(business=request.business, state=tab)
    if file := list_file(request, "alerts", ALERTS, found.order_by("-raised_at", "-pk")):
        return file
    return _page(request, tab)


@require_POST
@member_required(Action.ANSWER_ALERTS)
def alert_resolve(request: MemberRequest, pk: int) -> HttpResponse:
    alert, form = _alert(request, pk), ResolveForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            services.resolve(alert=alert, by=request.member, at=timezone.now(), note=form.cleaned_data["note"])
    return _answered(request, alert, form, f"{alert.subject}: resolved.")


@require_POST
@member_required(Action.ANSWER_ALERTS)
def alert_snooze(request: MemberRequest, pk: int) -> HttpResponse:
    alert, form = _alert(request, pk), SnoozeForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        with refusals_shown_on(form):
            services.snooze(alert=alert, by=request.member, until=form.moment(business=request.business, at=now), at=now)
    return _answered(request, alert, form, f"{alert.subject}: put aside.")


@require_http_methods(["GET", "POST"])
@member_required()
def alert_settings(request: MemberRequest) -> HttpResponse:
    """How one hears of each kind of alert."""
    form = PreferencesForm(posted(request), member=request.member)
    if form.is_valid():
        services.set_preferences(member=request.member, channels=form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("alert_settings")
    return render(request, "alerts/settings.html", {"form": form}, status=400 if form.errors else 200)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ends mail without a log-in: a mail program posts here by itself (RFC 8058), a person by a button."""
    letter = read_link(token)
    if letter is None:
        raise Http404
    done = _unsubscribe(letter, request.POST.get("how", "stop")) if request.method == "POST" else ""
    return render(request, "alerts/unsubscribe.html", {"letter": letter, "done": done})


def _unsubscribe(letter: Letter, how: str) -> str:
    if how == "all":
        services.stop_email(members=letter.seats, kinds=[*AlertKind.values, DIGEST])
        return "all"
    if how == "resume":
        services.resume_email(members=[letter.member], kinds=letter.kinds)
        return "resumed"
    services.stop_email(members=[letter.member], kinds=letter.kinds)
    return "stopped"


def _answered(request: MemberRequest, alert: Alert, form: forms.Form, told: str) -> HttpResponse:
    alert.refresh_from_db()
    if form.errors and alert.state == AlertState.RESOLVED:
        messages.warning(request, f"{alert.subject}: somebody resolved this already.")
    elif form.errors:
        return _page(request, alert.state, answered=alert.pk, form=form)
    else:
        messages.success(request, told)
    return redirect("alerts")


def _page(request: MemberRequest, tab: str, *, answered: int = 0, form: forms.Form | None = None) -> HttpResponse:
    kind = request.GET.get("kind", "")
    kind = kind if kind in AlertKind.values else ""
    rows = get_alerts(business=request.business, state=tab, kind=kind)
    page = paginate(request, rows, keys=("-raised_at", "-id"))
    if request.member.may(Action.ANSWER_ALERTS):
        services.mark_seen(alerts=page.items, at=timezone.now())
    context = {
        "tab": tab,
        "tabs": AlertState.choices,
        "page": page,
        "only": AlertKind(kind).label if kind else "",
        "may_answer": request.member.may(Action.ANSWER_ALERTS),
        "answered": answered,
        "resolve_form": form if isinstance(form, ResolveForm) else ResolveForm(),
        "snooze_form": form if isinstance(form, SnoozeForm) else SnoozeForm(),
    }
    return render(request, "alerts/alerts.html", context)


def _alert(request: MemberRequest, pk: int) -> Alert:
    return get_object_or_404(Alert.objects.for_business(request.business), pk=pk)
