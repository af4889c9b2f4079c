import secrets
from datetime import datetime, timedelta

from django.urls import reverse

from accounts import trail
from accounts.models import Invitation, Member, User
from accounts.permissions import Action, Role
from accounts.services.keys import hashed
from common.db import unit_of_work
from common.errors import DomainError
from mail.outbox import queue_email

VALID_FOR = timedelta(days=14)


class AlreadyMember(DomainError):
    code = "already_member"
    field = "email"


class InvitationNotValid(DomainError):
    code = "invitation_not_valid"


class LastOwner(DomainError):
    code = "last_owner"
    field = "role"


@unit_of_work()
def invite(*, email: str, role: str, by: Member, at: datetime) -> Invitation:
    """Offer a seat by email. A new invitation to the same address replaces the old one."""
    by.must(Action.MEMBERS)
    email = email.lower()
    if Member.objects.for_business(by.business).active().filter(user__email=email).exists():
        raise AlreadyMember(f"{email} is in the team already.")
    Invitation.objects.for_business(by.business).open(at=at).filter(email=email).update(revoked_at=at)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        business=by.business,
        email=email,
        role=role,
        token_hash=hashed(token),
        invited_by=by,
        created_at=at,
        expires_at=at + VALID_FOR,
    )
    path = reverse("invitation", args=[token])
    queue_email(
        kind="invitation",
        to=email,
        context={"invitation": invitation, "business": by.business, "inviter": by.user, "path": path},
        at=at,
        business_id=by.business_id,
    )
    trail.record("invited", invitation, by=by, at=at, after={"email": email, "role": role})
    return invitation


@unit_of_work()
def add_member(*, user: User, role: str, by: Member, at: datetime) -> Member:
    """Seat somebody who is known already, without an invitation."""
    by.must(Action.MEMBERS)
    if Member.objects.for_business(by.business).filter(user=user).exists():
        raise AlreadyMember(f"{user.email} is in the team already.")
    member = Member.objects.create(business=by.business, user=user, role=role, joined_at=at)
    trail.record("member added", member, by=by, at=at, after={"role": role})
    return member


def find_invitation(*, token: str, at: datetime) -> Invitation:
    """The open invitation of a link, or InvitationNotValid."""
    invitation = (
        Invitation.objects.open(at=at).filter(token_hash=hashed(token)).select_related("business", "invited_by__user").first()
    )
    if invitation is None:
        raise InvitationNotValid("This invitation is no longer valid. Ask for a new one.")
    return invitation


@unit_of_work()
def accept_invitation(*, token: str, user: User, at: datetime) -> Member:
    """Take the seat. The link works once, and only for the address it was sent to."""
    invitation = find_invitation(token=token, at=at)
    if invitation.email != user.email.lower():
        raise InvitationNotValid(f"This invitation was sent to {invitation.email}. Log in with that address to accept it.")
    if not Invitation.objects.open(at=at).filter(pk=invitation.pk).update(accepted_at=at):
        raise InvitationNotValid("This invitation was used already.")
    member, created = Member.objects.get_or_create(
        business=invitation.business, user=user, defaults={"role": invitation.role, "joined_at": at}
    )
    if not created:
        _keep_an_owner(member, at_stake=member.is_active and invitation.role != Role.OWNER)
        Member.objects.filter(pk=member.pk).update(role=invitation.role, is_active=True)
        member.refresh_from_db()
    User.objects.filter(pk=user.pk).update(current_member=member)
    trail.record("joined", member, by=member, at=at, after={"role": invitation.role})
    return member


@unit_of_work()
def revoke_invitation(*, invitation: Invitation, by: Member, at: datetime) -> None:
    by.must(Action.MEMBERS)
    if Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=at):
        trail.record("invitation withdrawn", invitation, by=by, at=at)


@unit_of_work()
def change_role(*, member: Member, role: str, by: Member, at: datetime) -> None:
    by.must(Action.MEMBERS)
    before = member.role
    if role == before:
        return
    _keep_an_owner(member, at_stake=role != Role.OWNER)
    member.role = role
    member.save(update_fields=["role"])
    trail.record("role changed", member, by=by, at=at, before={"role": before}, after={"role": role})


@unit_of_work()
def remove_member(*, member: Member, by: Member, at: datetime) -> None:
    """Close a person's seat. Their name stays on what they did, their API keys stop."""
    by.must(Action.MEMBERS)
    _keep_an_owner(member, at_stake=True)
    member.is_active = False
    member.save(update_fields=["is_active"])
    User.objects.filter(current_member=member).update(current_member=None)
    trail.record("member removed", member, by=by, at=at, before={"role": member.role})


def _keep_an_owner(member: Member, *, at_stake: bool) -> None:
    if not at_stake or member.role != Role.OWNER:
        return
    owners = Member.objects.for_business(member.business).active().filter(role=Role.OWNER)
    others = [owner for owner in owners.select_for_update().order_by("pk") if owner.pk != member.pk]
    if not others:
        raise LastOwner("A business needs an owner. Make somebody else an owner first.")
