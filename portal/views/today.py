from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest


@require_safe
@member_required()
def today(request: MemberRequest) -> HttpResponse:
    return render(request, "portal/today.html")
