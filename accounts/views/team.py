from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import member_required
from accounts.forms import InvitationForm, RoleForm
from accounts.middleware import MemberRequest
from accounts.models import Invitation, Member
from accounts.permissions import Action, Role
from accounts.queries import get_open_invitations, get_team
from accounts.services import team as services
from common.forms import posted, refusals_shown_on, refusals_told


@require_http_methods(["GET", "POST"])
@member_required(Action.MEMBERS)
def team(request: MemberRequest) -> HttpResponse:
    """Who works here, who is invited; a post invites."""
    form = InvitationForm(posted(request))
    if form.is_valid():
        with refusals_shown_on(form):
            invitation = services.invite(by=request.member, at=timezone.now(), **form.cleaned_data)
        if not form.errors:
            messages.success(request, f"{invitation.email} is invited.")
            return redirect("team")
    context = {
        "form": form,
        "members": get_team(business=request.business),
        "invitations": get_open_invitations(business=request.business, at=timezone.now()),
        "roles": Role.choices,
    }
    return render(request, "accounts/team.html", context, status=400 if form.errors else 200)


@require_POST
@member_required(Action.MEMBERS)
def change_role(request: MemberRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.for_business(request.business).active(), pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the roles.")
        return redirect("team")
    with refusals_told(request):
        services.change_role(member=member, by=request.member, at=timezone.now(), **form.cleaned_data)
    return redirect("team")


@require_POST
@member_required(Action.MEMBERS)
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.for_business(request.business).active(), pk=pk)
    with refusals_told(request):
        services.remove_member(member=member, by=request.member, at=timezone.now())
    return redirect("team")


@require_POST
@member_required(Action.MEMBERS)
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.for_business(request.business), pk=pk)
    services.revoke_invitation(invitation=invitation, by=request.member, at=timezone.now())
    return redirect("team")
