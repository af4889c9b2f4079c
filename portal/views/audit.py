from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from audit.queries import get_changes, get_entries
from common.pages import paginate
from portal.forms import AuditForm

FILTERS = {"about", "person", "since", "until"}


@require_safe
@member_required(Action.AUDIT)
def audit_log(request: MemberRequest) -> HttpResponse:
    form = AuditForm(request.GET if FILTERS & request.GET.keys() else None, business=request.business)
    page = paginate(request, get_entries(business=request.business, **form.wanted()), keys=("-at", "-id"))
    for entry in page.items:
        entry.changes = list(get_changes(entry))
    return render(request, "portal/audit_log.html", {"form": form, "page": page})
