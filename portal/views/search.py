from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from portal.palette import find

LONGEST = 80


@require_safe
@member_required()
def search(request: MemberRequest) -> HttpResponse:
    """The list of the palette, or a page with the same list for those without script."""
    text = request.GET.get("q", "")[:LONGEST]
    context = {"text": text, "groups": find(member=request.member, text=text)}
    return render(request, "portal/_partials/hits.html" if request.htmx else "portal/search.html", context)
