from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import posted, refusals_shown_on
from expenses.forms import ExportForm
from expenses.services.export import export_book


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(Action.EXPORT)
def export(request: MemberRequest) -> HttpResponseBase:
    """The book as a file of the format and the days that are asked for."""
    form = ExportForm(posted(request), business=request.business)
    if form.is_valid():
        with refusals_shown_on(form):
            made = export_book(by=request.member, at=timezone.now(), **form.wanted())
            return FileResponse(made.file, as_attachment=True, filename=made.filename, content_type=made.content_type)
    return render(request, "expenses/export.html", {"form": form})
